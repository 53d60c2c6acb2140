# Chart 281
"""A developer learns why: in `Denied.detail`, in the log, at the start, and never in the answer."""

from __future__ import annotations

import asyncio
import logging
import pickle
from collections.abc import Callable
from typing import Any, get_args

import pytest
from conftest import AUDIENCE, Answer, Server
from credenza import AsyncValidator, Denied, Detail, Fetch, IssuerError, Response, Validator, _types
from credenza.testing import Clock, TestIssuer

trio = pytest.importorskip("trio")


def denied_by(validator: Validator, token: str, **needs: Any) -> Denied:
    with pytest.raises(Denied) as caught:
        validator.validate(token, **needs)
    return caught.value


def test_what_was_found_and_what_was_wanted(issuer: TestIssuer, clock: Clock) -> None:
    validator = issuer.validator(AUDIENCE)
    typ = denied_by(validator, issuer.mint(AUDIENCE, typ="JWT")).detail
    assert (typ.member, typ.problem, typ.found, typ.wanted) == ("typ", "other", ("JWT",), ("at+jwt",))
    aud = denied_by(validator, issuer.mint("https://other.example")).detail
    assert (aud.member, aud.found, aud.wanted) == ("aud", ("https://other.example",), (AUDIENCE,))
    sub = denied_by(validator, issuer.mint(AUDIENCE, sub=None)).detail
    assert (sub.member, sub.problem) == ("sub", "missing")
    assert denied_by(validator, issuer.mint(AUDIENCE, sub=1)).detail.problem == "wrong_kind"
    exp = denied_by(validator, issuer.mint(AUDIENCE, exp=int(clock()) - 31)).detail
    assert (exp.member, exp.leeway, exp.exp, exp.iss) == ("exp", 30, int(clock()) - 31, issuer.issuer)
    scope = denied_by(validator, issuer.mint(AUDIENCE, scope="read"), scopes=["write"]).detail
    assert (scope.found, scope.wanted) == (("read",), ("write",))


def test_it_is_no_part_of_the_answer(issuer: TestIssuer) -> None:
    denied = denied_by(issuer.validator("https://secret-name.example"), issuer.mint("https://other.example"))
    assert "secret-name" in denied.detail.reason
    answered = f"{denied.headers} {denied.description} {denied.www_authenticate} {denied}"
    assert "secret-name" not in answered
    assert "other.example" not in answered


def test_refusals_are_logged_once_a_minute(issuer: TestIssuer, caplog: pytest.LogCaptureFixture) -> None:
    validator = issuer.validator(AUDIENCE)
    with caplog.at_level(logging.INFO, "credenza"):
        for _ in range(5):
            denied_by(validator, issuer.mint("https://other.example"))
            denied_by(validator, issuer.mint(AUDIENCE, typ="JWT"))
    assert [record.levelname for record in caplog.records] == ["INFO", "INFO"]
    assert "refused by the rule aud" in caplog.text
    assert "https://other.example" in caplog.text
    # A program that sets up no logging sees warnings alone: a token of a stranger is none.
    caplog.clear()
    with caplog.at_level(logging.WARNING, "credenza"):
        denied_by(validator, "x.y.z")
    assert caplog.records == []


def test_the_log_holds_no_token(issuer: TestIssuer, caplog: pytest.LogCaptureFixture) -> None:
    validator = issuer.validator(AUDIENCE, dpop={})
    tokens = [
        issuer.mint("https://other.example"),
        issuer.mint(AUDIENCE)[:-2] + "xx",
        "x" * 20_000,
        "a.b.c",
        "opaque-1",
    ]
    with caplog.at_level(logging.DEBUG, "credenza"):
        for token in tokens:
            validator.check(f"Bearer {token}")
            validator.check(f"DPoP {token}", dpop=token, method="GET", url="https://api.example")
    assert caplog.records
    for token in tokens:
        assert token[-20:] not in caplog.text or token == "a.b.c"


def test_a_detail_is_pickled(issuer: TestIssuer) -> None:
    denied = denied_by(issuer.validator(AUDIENCE), issuer.mint("https://other.example"))
    same: Denied = pickle.loads(pickle.dumps(denied))  # noqa: S301
    assert same.detail == denied.detail
    assert isinstance(same.detail, Detail)


TROUBLES: dict[str, tuple[Callable[[str], Answer], str]] = {
    "status": (lambda _: (403, {}, b"no"), "http_status"),
    "page": (lambda _: (200, {"Content-Type": "text/html"}, b"<!doctype html><title>Hello</title>"), "html"),
    "redirect": (lambda url: (302, {"Location": f"{url}/moved"}, b""), "redirect"),
    "text": (lambda _: (200, {}, b"hello"), "not_json"),
    "another": (
        lambda url: (200, {}, f'{{"issuer":"{url}/","jwks_uri":"{url}/jwks"}}'.encode()),
        "issuer_mismatch",
    ),
    "long": (lambda _: (200, {}, b" " * (256 * 1024 + 1)), "too_large"),
}


@pytest.mark.parametrize("name", TROUBLES)
def test_ready_says_what_is_wrong(server: Server, clock: Clock, caplog: pytest.LogCaptureFixture, name: str) -> None:
    answer, cause = TROUBLES[name]
    server.answer = lambda _path: answer(server.url)
    validator = Validator(server.url, AUDIENCE, clock=clock)
    with caplog.at_level(logging.WARNING, "credenza"), pytest.raises(IssuerError) as caught:
        validator.ready()
    trouble = caught.value.trouble
    assert (trouble.cause, trouble.url.startswith(server.url)) == (cause, True)
    assert cause in get_args(_types.Cause)
    assert cause in str(caught.value)
    assert cause in caplog.text
    if name == "status":
        assert trouble.status == 403
    if name == "another":
        assert trouble.hint is not None
        assert "slash" in trouble.hint
    # A check says the same, at once.
    denied = validator.check(f"Bearer {TestIssuer(server.url, clock=clock).mint(AUDIENCE)}").denied
    assert denied is not None
    assert (denied.rule, denied.status, denied.www_authenticate) == ("keys_unavailable", 503, None)
    assert denied.detail.trouble is not None
    assert cause not in denied.description


def test_ready_leaves_nothing_to_fetch(issuer: TestIssuer) -> None:
    validator = issuer.validator(AUDIENCE, revocations={})
    validator.ready()
    assert f"{issuer.issuer}/jwks" in issuer.fetched
    issuer.fetched.clear()
    assert validator.validate(issuer.mint(AUDIENCE)).sub == "user"
    assert issuer.fetched == []


@pytest.mark.parametrize("loop", ["asyncio", "trio"])
def test_ready_of_coroutines(issuer: TestIssuer, loop: str) -> None:
    async def run() -> None:
        validator = issuer.async_validator(AUDIENCE)
        await validator.ready()
        issuer.fetched.clear()
        assert (await validator.validate(issuer.mint(AUDIENCE))).sub == "user"
        assert issuer.fetched == []
        issuer.is_down = True
        with pytest.raises(IssuerError) as caught:
            await issuer.async_validator(AUDIENCE).ready()
        assert caught.value.trouble.cause == "connect"
        issuer.is_down = False

    if loop == "trio":
        trio.run(run)
    else:
        asyncio.run(run())


def test_a_failure_in_the_background_is_logged(
    issuer: TestIssuer, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    async def run() -> None:
        validator = AsyncValidator(issuer.issuer, AUDIENCE, fetch=fetch, clock=clock)
        await validator.ready()
        clock.advance(301)
        issuer.is_down = True
        assert (await validator.validate(issuer.mint(AUDIENCE))).sub == "user"
        await asyncio.gather(*(asyncio.all_tasks() - {asyncio.current_task()}))

    async def fetch(request: Fetch) -> Response:
        return issuer.fetch(request)

    with caplog.at_level(logging.WARNING, "credenza"):
        asyncio.run(run())
    assert "ConnectionError: the issuer is down" in caplog.text


@pytest.mark.parametrize(
    ("token", "rule"),
    [("", "token_missing"), (" ", "token_missing"), ("\t\r\n", "token_missing"), (" a.b.c", "credentials_many")],
)
def test_rfc6750_3_1_empty_is_missing_everywhere(issuer: TestIssuer, token: str, rule: str) -> None:
    validator = issuer.validator(AUDIENCE, client_id="app")
    denied = denied_by(validator, token)
    assert (denied.rule, denied.status) == (rule, 401 if rule == "token_missing" else 400)
    if rule == "token_missing":
        for check in (validator.check_id_token, validator.check_logout_token):
            with pytest.raises(Denied) as caught:
                check(token if not token else "")
            assert caught.value.rule == "token_missing"
        assert validator.check(token).denied is not None
