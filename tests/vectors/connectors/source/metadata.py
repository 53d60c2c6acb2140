"""The metadata of the protected resource (RFC 9728)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .case import ALGS, bearer, case, challenge, refused, request, settings
from .tokens import AUDIENCE, ISSUER, Json

if TYPE_CHECKING:
    from collections.abc import Iterator

ABOUT = "Metadata of the protected resource: where they are served, and what follows from the settings"

PATH = "/.well-known/oauth-protected-resource"


def document(asked: Json, **members: Any) -> Json:
    headers = {"Content-Type": "application/json", "WWW-Authenticate": None, "Access-Control-Allow-Origin": "*"}
    body = "" if asked["method"] == "HEAD" else members
    return {"request": asked, "response": {"status": 200, "headers": headers, "body": body}, "log": None}


def of(name: str, about: str, metadata: Json, *steps: Json, **more: Any) -> Json:
    return case(f"metadata_{name}", about, *steps, kind="metadata", metadata=metadata, **more)


def cases() -> Iterator[Json]:
    plain: Json = {"resource": AUDIENCE, "authorization_servers": [ISSUER], "bearer_methods_supported": ["header"]}
    get = request(path=PATH)
    yield of(
        "plain",
        "Public, without a token; what follows from the settings is there, and nothing empty.",
        {"resource": AUDIENCE},
        document(get, **plain, scopes_supported=None, dpop_signing_alg_values_supported=None),
        document(request(bearer(exp=1), path=PATH), **plain),
        document(request(method="HEAD", path=PATH)),
    )
    yield of(
        "scopes",
        "With the scopes of the routes, a name and a page for people.",
        {
            "resource": AUDIENCE,
            "scopes_supported": ["orders:read"],
            "resource_name": "Orders",
            "resource_documentation": "https://api.example/docs",
        },
        document(
            get,
            **plain,
            scopes_supported=["orders:read"],
            resource_name="Orders",
            resource_documentation="https://api.example/docs",
        ),
    )
    path = f"{PATH}/v1"
    yield of(
        "path",
        "Section 3.1: the path of the resource comes behind the well-known one.",
        {"resource": f"{AUDIENCE}/v1"},
        document(request(path=path), **{**plain, "resource": f"{AUDIENCE}/v1"}),
        settings=settings(audience=f"{AUDIENCE}/v1"),
    )
    yield of(
        "dpop",
        "With DPoP, its algorithms.",
        {"resource": AUDIENCE},
        document(get, **plain, dpop_signing_alg_values_supported=[ALGS]),
        settings=settings(dpop={"algorithms": [ALGS]}),
    )
    yield of(
        "dpop_required",
        "Where bearer tokens are refused, it says so.",
        {"resource": AUDIENCE},
        document(get, **plain, dpop_signing_alg_values_supported=[ALGS], dpop_bound_access_tokens_required=True),
        settings=settings(dpop={"algorithms": [ALGS], "required": True}),
    )
    second = "https://id-2.example"
    yield of(
        "issuers",
        "Every issuer is listed.",
        {"resource": AUDIENCE},
        document(get, **{**plain, "authorization_servers": [ISSUER, second]}),
        further=[settings(issuer=second)],
    )
    url = f"{AUDIENCE}{PATH}"
    yield of(
        "challenge",
        "The challenge names the document (section 5.1), and the document is there.",
        {"resource": AUDIENCE},
        refused(request(), "token_missing", challenge("token_missing", resource_metadata=url)),
        document(get, **plain),
        settings=settings(resource_metadata=url),
    )
    post = {"request": request(method="POST", path=PATH), "response": {"status": 405, "headers": {}}, "log": None}
    yield of("methods", "It is read, and not written.", {"resource": AUDIENCE}, post, document(get, **plain))
