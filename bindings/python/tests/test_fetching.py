# Chart 281
"""What is fetched, by whom, how often, and what is not."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from conftest import AUDIENCE, NOW, Server
from credenza import Denied, Fetch, Response, Validator
from credenza.clients import httpx_fetch, urllib_fetch
from credenza.testing import Clock, TestIssuer

Client = Callable[[Fetch], Response]


@pytest.fixture(params=["urllib", "httpx"])
def client(request: pytest.FixtureRequest) -> Any:
    if request.param == "urllib":
        yield urllib_fetch
    else:
        with httpx.Client() as it:
            yield httpx_fetch(it)


def local(server: Server, clock: Clock) -> TestIssuer:
    issuer = TestIssuer(server.url, clock=clock)
    server.serves(issuer)
    return issuer


def rule_of(validator: Validator, token: str) -> str | None:
    denied = validator.check(f"Bearer {token}").denied
    return denied.rule if denied else None


def test_keys_are_fetched_once(server: Server, clock: Clock, client: Client) -> None:
    issuer = local(server, clock)
    validator = Validator(issuer.issuer, AUDIENCE, fetch=client, clock=clock)
    for _ in range(3):
        assert validator.validate(issuer.mint(AUDIENCE)).sub == "user"
    assert server.asked == ["/.well-known/openid-configuration", "/jwks"]


def test_a236_redirects_are_refused(server: Server, clock: Clock, client: Client) -> None:
    issuer = local(server, clock)
    good = server.answer
    server.answer = lambda path: (302, {"Location": f"{server.url}/moved"}, b"") if path == "/jwks" else good(path)
    validator = Validator(issuer.issuer, AUDIENCE, fetch=client, clock=clock)
    assert rule_of(validator, issuer.mint(AUDIENCE)) == "keys_unavailable"
    assert "/moved" not in server.asked


def test_a234_an_answer_too_long_is_refused(server: Server, clock: Clock, client: Client) -> None:
    issuer = local(server, clock)
    good = server.answer

    def padded(length: int) -> Callable[[str], Any]:
        def answer(path: str) -> Any:
            status, headers, body = good(path)
            return status, headers, body.ljust(length) if path == "/jwks" else body

        return answer

    for length, rule in ((256 * 1024, None), (256 * 1024 + 1, "keys_unavailable"), (64 << 20, "keys_unavailable")):
        server.answer = padded(length)
        validator = Validator(issuer.issuer, AUDIENCE, fetch=client, clock=clock)
        assert rule_of(validator, issuer.mint(AUDIENCE)) == rule


@pytest.mark.parametrize("status", [204, 404, 500])
def test_a_status_that_is_no_success_is_a_failure(server: Server, clock: Clock, client: Client, status: int) -> None:
    issuer = local(server, clock)
    server.answer = lambda _path: (status, {}, b"" if status == 204 else b"{}")
    assert (
        rule_of(Validator(issuer.issuer, AUDIENCE, fetch=client, clock=clock), issuer.mint(AUDIENCE))
        == "keys_unavailable"
    )


def test_a236_a_slow_answer_is_given_up() -> None:
    # The fetch is made by hand with a short limit: its own is five seconds.
    class Slow:
        key, method, headers, body, max_bytes, timeout = "keys", "GET", (), None, 1024, 0.2

        def __init__(self, url: str) -> None:
            self.url = url

    from conftest import running

    release = threading.Event()
    with running() as server:

        def answer(_path: str) -> Any:
            release.wait(30)
            return 200, {}, b"{}"

        server.answer = answer
        with pytest.raises(TimeoutError):
            urllib_fetch(Slow(server.url))  # type: ignore[arg-type]
        release.set()


def test_urllib_knows_neither_files_nor_ftp(tmp_path: Any) -> None:
    class Odd:
        key, method, headers, body, max_bytes, timeout = "keys", "GET", (), None, 1024, 5

        def __init__(self, url: str) -> None:
            self.url = url

    (tmp_path / "x").write_text("{}")
    for url in (f"file://{tmp_path}/x", "ftp://127.0.0.1/x", "data:application/json,{}"):
        with pytest.raises(OSError, match="unknown url type"):
            urllib_fetch(Odd(url))  # type: ignore[arg-type]


def test_64_threads_make_one_fetch(issuer: TestIssuer, clock: Clock) -> None:
    start = threading.Barrier(64)
    asked: list[str] = []

    def fetch(request: Fetch) -> Response:
        asked.append(request.key)
        time.sleep(0.05)
        return issuer.fetch(request)

    validator = Validator(issuer.issuer, AUDIENCE, fetch=fetch, clock=clock)
    token = issuer.mint(AUDIENCE)
    subjects: list[str | None] = []

    def call() -> None:
        start.wait()
        subjects.append(validator.validate(token).sub)

    threads = [threading.Thread(target=call) for _ in range(64)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert subjects == ["user"] * 64
    assert asked == ["metadata", "keys"]


def test_a237_keys_are_refreshed_in_the_background(issuer: TestIssuer, clock: Clock) -> None:
    validator = issuer.validator(AUDIENCE)
    token = issuer.mint(AUDIENCE, lifetime=100_000)
    validator.validate(token)
    clock.advance(301)
    issuer.fetched.clear()
    for _ in range(3):
        assert validator.validate(token).sub == "user"
    for thread in threading.enumerate():
        if thread.name == "credenza-fetch":
            assert thread.daemon
            thread.join()
    assert issuer.fetched == [f"{issuer.issuer}/jwks"]


def test_a_background_fetch_is_not_waited_for(issuer: TestIssuer, clock: Clock) -> None:
    release, in_fetch = threading.Event(), threading.Event()
    calm = True

    def fetch(request: Fetch) -> Response:
        if not calm:
            in_fetch.set()
            assert release.wait(30)
        return issuer.fetch(request)

    validator = Validator(issuer.issuer, AUDIENCE, fetch=fetch, clock=clock)
    token = issuer.mint(AUDIENCE, lifetime=100_000)
    validator.validate(token)
    calm = False
    clock.advance(301)
    assert validator.validate(token).sub == "user"
    assert in_fetch.wait(30)
    assert validator.validate(token).sub == "user"
    release.set()


def test_a237_stale_keys_serve_until_they_may_not(issuer: TestIssuer, clock: Clock) -> None:
    validator = issuer.validator(AUDIENCE)
    token = issuer.mint(AUDIENCE, lifetime=100_000)
    assert rule_of(validator, token) is None
    issuer.is_down = True
    clock.advance(3000)
    assert rule_of(validator, token) is None
    clock.advance(700)
    assert rule_of(validator, token) == "keys_unavailable"
    issuer.is_down = False
    clock.advance(10)
    assert rule_of(validator, token) is None


def test_a_failing_client_is_logged_and_refused(issuer: TestIssuer, caplog: pytest.LogCaptureFixture) -> None:
    issuer.is_down = True
    with caplog.at_level(logging.WARNING, "credenza"), pytest.raises(Denied) as caught:
        issuer.validator(AUDIENCE).validate(issuer.mint(AUDIENCE))
    assert (caught.value.rule, caught.value.status, caught.value.www_authenticate) == ("keys_unavailable", 503, None)
    assert "ConnectionError: the issuer is down" in caplog.text


def test_a_client_that_answers_something_else_is_told(issuer: TestIssuer) -> None:
    def wrong(_: Fetch) -> Any:
        return {"status": 200}

    validator = Validator(issuer.issuer, AUDIENCE, fetch=wrong, clock=issuer.clock)
    with pytest.raises(TypeError):
        validator.validate(issuer.mint(AUDIENCE))
    with pytest.raises(TypeError):
        Response("200", b"")  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        Response(200, "text")  # type: ignore[arg-type]


def test_an_interrupt_passes_through(issuer: TestIssuer) -> None:
    def interrupted(_: Fetch) -> Response:
        raise KeyboardInterrupt

    validator = Validator(issuer.issuer, AUDIENCE, fetch=interrupted, clock=issuer.clock)
    with pytest.raises(KeyboardInterrupt):
        validator.validate(issuer.mint(AUDIENCE))


def test_a235_unknown_keys_cause_one_fetch_in_a_while(issuer: TestIssuer, clock: Clock) -> None:
    validator = issuer.validator(AUDIENCE)
    assert rule_of(validator, issuer.mint(AUDIENCE)) is None
    clock.advance(31)
    issuer.fetched.clear()
    for _ in range(50):
        assert rule_of(validator, TestIssuer(clock=clock).mint(AUDIENCE)) == "kid"
    assert issuer.fetched == [f"{issuer.issuer}/jwks"]
    assert rule_of(validator, issuer.mint(AUDIENCE)) is None
    assert clock() == NOW + 31
