# Chart 281
"""Issuers as they are hosted: behind proxies, with certificates of their own, compressed, broken."""

from __future__ import annotations

import gzip
import logging
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from authority import Authority
from conftest import AUDIENCE, Server, running
from credenza import Fetch, Response, SettingsError, Validator, __version__
from credenza._causes import FetchError, cause_of
from credenza.clients import httpx_fetch, urllib_fetch
from credenza.testing import Clock, TestIssuer

Client = Callable[[Fetch], Response]
PROXIES = ("http_proxy", "https_proxy", "no_proxy", "all_proxy")


@pytest.fixture(params=["urllib", "httpx"])
def client(request: pytest.FixtureRequest) -> Any:
    if request.param == "urllib":
        yield urllib_fetch
    else:
        with httpx.Client() as it:
            yield httpx_fetch(it)


@pytest.fixture(autouse=True)
def no_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in PROXIES:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path, "127.0.0.1")


def local(server: Server, clock: Clock) -> TestIssuer:
    issuer = TestIssuer(server.url, clock=clock)
    server.serves(issuer)
    return issuer


def rule_of(validator: Validator, token: str) -> str | None:
    denied = validator.check(f"Bearer {token}").denied
    return denied.rule if denied else None


def cause_at(fetch: Client, url: str, timeout: float = 5) -> str:
    class Asked:
        key, method, headers, body, max_bytes = "keys", "GET", (), None, 1024

    asked: Any = Asked()
    asked.url, asked.timeout = url, timeout
    with pytest.raises(Exception) as caught:  # noqa: PT011
        fetch(asked)
    return cause_of(caught.value)


def test_a_user_agent_of_our_own(server: Server, clock: Clock, client: Client) -> None:
    issuer = local(server, clock)
    Validator(issuer.issuer, AUDIENCE, fetch=client, clock=clock).validate(issuer.mint(AUDIENCE))
    assert {it["user-agent"] for it in server.headers} == {f"credenza-python/{__version__}"}


def test_gzip_is_decoded(server: Server, clock: Clock, client: Client) -> None:
    issuer = local(server, clock)
    good = server.answer

    def packed(path: str) -> Any:
        status, headers, body = good(path)
        return status, {**headers, "Content-Encoding": "gzip"}, gzip.compress(body)

    server.answer = packed
    assert rule_of(Validator(issuer.issuer, AUDIENCE, fetch=client, clock=clock), issuer.mint(AUDIENCE)) is None
    assert {it["accept-encoding"] for it in server.headers} == {"gzip"}


def test_a234_the_limit_holds_for_what_gzip_hides(server: Server, clock: Clock, client: Client) -> None:
    issuer = local(server, clock)
    good = server.answer

    def packed(length: int) -> Callable[[str], Any]:
        def answer(path: str) -> Any:
            status, headers, body = good(path)
            padded = body.ljust(length) if path == "/jwks" else body
            return status, {**headers, "Content-Encoding": "gzip"}, gzip.compress(padded)

        return answer

    for length, rule in ((256 * 1024, None), (256 * 1024 + 1, "keys_unavailable"), (256 << 20, "keys_unavailable")):
        server.answer = packed(length)
        validator = Validator(issuer.issuer, AUDIENCE, fetch=client, clock=clock)
        assert rule_of(validator, issuer.mint(AUDIENCE)) == rule


@pytest.mark.parametrize(
    ("coding", "body"), [("gzip", b"{}"), ("gzip", gzip.compress(b"{}")[:-6]), ("br", b"{}"), ("gzip, gzip", b"")]
)
def test_other_codings_are_refused(server: Server, client: Client, coding: str, body: bytes) -> None:
    server.answer = lambda _path: (200, {"Content-Encoding": coding}, body)
    assert cause_at(client, server.url) == "other"


def test_the_proxy_of_the_environment(server: Server, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    from credenza._http import UrllibFetch

    issuer = TestIssuer("http://id.invalid", clock=clock)
    server.serves(issuer)
    answer = server.answer
    server.answer = lambda url: answer(url.removeprefix("http://id.invalid"))
    server.serves(issuer)
    monkeypatch.setenv("HTTP_PROXY", server.url)

    def absolute(url: str) -> Any:
        status, body = issuer._core.respond(url, int(clock()))
        return status, {}, body.encode()

    server.answer = absolute
    validator = Validator(issuer.issuer, AUDIENCE, fetch=UrllibFetch(), clock=clock, allow_http=True)
    assert validator.validate(issuer.mint(AUDIENCE)).sub == "user"
    assert server.asked == ["http://id.invalid/.well-known/openid-configuration", "http://id.invalid/jwks"]


def test_no_proxy_for_those_that_are_excepted(server: Server, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    from credenza._http import UrllibFetch

    issuer = local(server, clock)
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    validator = Validator(issuer.issuer, AUDIENCE, fetch=UrllibFetch(), clock=clock)
    assert rule_of(validator, issuer.mint(AUDIENCE)) == "keys_unavailable"
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    validator = Validator(issuer.issuer, AUDIENCE, fetch=UrllibFetch(), clock=clock)
    assert rule_of(validator, issuer.mint(AUDIENCE)) is None


def test_a_tunnel_through_the_proxy(
    server: Server, clock: Clock, authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", server.url)
    with running(authority.context) as secure:
        issuer = local(secure, clock)
        validator = Validator(issuer.issuer, AUDIENCE, ca_file=authority.file, clock=clock)
        assert validator.validate(issuer.mint(AUDIENCE)).sub == "user"
        assert server.tunnels == [secure.url.removeprefix("https://")] * 2


def test_a_file_of_authorities(clock: Clock, authority: Authority, tmp_path: Path) -> None:
    with running(authority.context) as secure:
        issuer = local(secure, clock)
        token = issuer.mint(AUDIENCE)
        assert rule_of(Validator(issuer.issuer, AUDIENCE, ca_file=authority.file, clock=clock), token) is None
        assert rule_of(Validator(issuer.issuer, AUDIENCE, clock=clock), token) == "keys_unavailable"
    (tmp_path / "empty.pem").write_text("")
    for wrong in (tmp_path / "none.pem", tmp_path / "empty.pem"):
        with pytest.raises(SettingsError) as caught:
            Validator("https://id.example", AUDIENCE, ca_file=wrong)
        assert caught.value.setting == "ca_file"
    with pytest.raises(SettingsError, match="fetch"):
        Validator("https://id.example", AUDIENCE, ca_file=authority.file, fetch=urllib_fetch)


def silent() -> Iterator[str]:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"


def test_each_failure_has_its_cause(client: Client, authority: Authority, tmp_path: Path) -> None:
    with running(authority.context) as secure:
        assert cause_at(client, secure.url) == "tls"
    for url in silent():
        assert cause_at(client, url, timeout=0.2) == "timeout"
    assert cause_at(client, "http://127.0.0.1:9") == "connect"
    assert cause_at(client, "http://nowhere.invalid") == "dns"
    with running() as server:
        server.answer = lambda _path: (200, {}, b" " * 1025)
        assert cause_at(client, server.url) == "too_large"
        assert cause_at(client, server.url.replace("http", "https")) == "tls"
    another = Authority(tmp_path, "id.example")
    with running(another.context) as secure:
        from credenza._http import UrllibFetch

        by_urllib = UrllibFetch(another.file)
        by_httpx = httpx_fetch(httpx.Client(verify=ssl.create_default_context(cafile=another.file)))
        for trusting in (by_urllib, by_httpx):
            assert cause_at(trusting, secure.url) == "tls_name"


def test_a_cause_is_found_however_deep_it_is() -> None:
    # What raises it again in its own words says less than what it was.
    outer = ValueError("something went wrong")
    outer.__cause__ = ConnectionRefusedError("no")
    assert cause_of(outer) == "connect"
    assert cause_of(ValueError("x")) == "other"
    assert cause_of(FetchError("x", "too_large")) == "too_large"
    mutual = ValueError("a")
    mutual.__cause__ = ValueError("b")
    mutual.__cause__.__cause__ = mutual
    assert cause_of(mutual) == "other"


def test_a_failure_is_logged_once_a_minute(clock: Clock, caplog: pytest.LogCaptureFixture) -> None:
    from credenza import _log

    issuer = TestIssuer("https://down.example", clock=clock)
    issuer.is_down = True
    validator = issuer.validator(AUDIENCE)
    token = issuer.mint(AUDIENCE)
    with caplog.at_level(logging.WARNING, "credenza"):
        for _ in range(5):
            assert rule_of(validator, token) == "keys_unavailable"
            clock.advance(10)
    # One for each of the two places where metadata may be, and one for the refusals.
    assert len(caplog.records) == 3
    assert "connect at https://down.example/.well-known/openid-configuration" in caplog.text
    now = 0.0
    rarely = _log.Rarely(lambda: now)
    assert [rarely.due("a"), rarely.due("a"), rarely.due("a"), rarely.due("b")] == [0, None, None, 0]
    now = 61.0
    assert [rarely.due("a"), rarely.due("a"), rarely.due("b")] == [2, None, 0]


def test_threads_that_are_abandoned_end(server: Server, clock: Clock) -> None:
    release = threading.Event()

    def answer(_path: str) -> Any:
        release.wait(30)
        return 200, {}, b"{}"

    server.answer = answer
    assert cause_at(urllib_fetch, server.url, timeout=0.2) == "timeout"
    release.set()
    for thread in threading.enumerate():
        if thread.name == "credenza-http":
            assert thread.daemon
            thread.join(10)
            assert not thread.is_alive()
