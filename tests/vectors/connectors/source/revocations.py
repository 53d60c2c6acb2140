"""The issuer's feed of revoked tokens."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .case import allowed, answer, bearer, case, refused, request, route, settings
from .tokens import ISSUER, NOW, Json, feed

if TYPE_CHECKING:
    from collections.abc import Iterator

ABOUT = "Revoked tokens are refused within seconds; without the feed nothing passes"

FEED = f"{ISSUER}/revocations"
KEPT = settings(revocations={"uri": FEED})


def published(*revoked: Json, now: int = NOW) -> Json:
    return answer(feed(*revoked, now=now), "application/revocations+jwt")


def of(name: str, about: str, response: Any, *steps: Json, **more: Any) -> Json:
    responses = {FEED: response}
    return case(f"revocations_{name}", about, *steps, **{"settings": KEPT, "responses": responses, **more})


def cases() -> Iterator[Json]:
    good = allowed(request(bearer()))
    by = {"jti": "token-1", "sub": "user-1", "client_id": "client-1", "sid": "session-1"}
    for name, value in by.items():
        other = {name: "other", **({"sub": "other"} if name == "sub" else {})}
        own = {"sid": "session-1"} if name == "sid" else {}
        yield of(
            f"by_{name}",
            "What the feed names is refused, and nothing else.",
            published({name: value}),
            refused(request(bearer(**own)), "revoked"),
            allowed(request(bearer(**other)), "none"),
        )
    later = [published(), published({"jti": "token-1"}, now=NOW + 10)]
    yield of(
        "meanwhile",
        "A token that is revoked between two requests.",
        later,
        good,
        {**refused(request(bearer()), "revoked"), "now": NOW + 11},
    )
    yield of(
        "away",
        "No feed: 503, not a request that passes.",
        {"fails": True},
        refused(request(bearer()), "revocations_unavailable"),
        refused(request(), "token_missing"),
        attacks=("A251",),
    )
    yield of(
        "away_and_back",
        "It recovers by itself.",
        [{"fails": True}, published(now=NOW + 6)],
        refused(request(bearer()), "revocations_unavailable"),
        {**good, "now": NOW + 6},
        attacks=("A251",),
    )
    yield of(
        "optional",
        "On an optional route too.",
        published({"jti": "token-1"}),
        refused(request(bearer()), "revoked"),
        allowed(request(), None),
        route=route(optional=True),
    )
    yield of("once", "The feed is not fetched for each request.", published(), *[good] * 5, fetches={FEED: 1})
