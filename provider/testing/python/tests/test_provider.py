"""Tokens by the short way, time, faults, revocation."""

from __future__ import annotations

import asyncio
import threading
import time
import urllib.error

import credenza_testing
import pytest
from conftest import CALLBACK, Application, fetch
from credenza_testing import Provider, User


def test_tokens_are_real(credenza_provider: Provider, app: Application, alice: User) -> None:
    tokens = credenza_provider.tokens_for(alice, app.client, scope="openid offline_access")
    assert tokens.id_token and tokens.refresh_token
    assert app.userinfo(tokens.access_token)[0] == 200
    credenza_provider.revoke(tokens.refresh_token)
    assert app.userinfo(tokens.access_token)[0] == 401
    assert not credenza_provider.is_active(tokens.access_token)


def test_a_token_expires_when_time_passes(
    credenza_provider: Provider, app: Application, alice: User
) -> None:
    tokens = credenza_provider.tokens_for(alice, app.client)
    before = credenza_provider.now
    credenza_provider.advance(tokens.expires_in - 60)
    assert app.userinfo(tokens.access_token)[0] == 200
    credenza_provider.advance(61)
    assert credenza_provider.now >= before + tokens.expires_in + 1
    assert app.userinfo(tokens.access_token)[0] == 401


def test_a_still_clock() -> None:
    with credenza_testing.provider(now=1_800_000_000, access_token_lifetime=7) as op:
        op.add_client(client_id="job", client_secret="s3cret", scope="read")
        assert op.client_token("job", scope="read").expires_in == 7
        op.advance(5)
        assert op.now == 1_800_000_005
        op.set_time(1_900_000_000)
        assert op.now == 1_900_000_000


def test_keys_change(credenza_provider: Provider, app: Application, alice: User) -> None:
    def kids() -> set[str]:
        return {key["kid"] for key in fetch(app.metadata["jwks_uri"])[1]["keys"]}

    tokens = credenza_provider.tokens_for(alice, app.client)
    first = kids()
    credenza_provider.rotate_keys()
    assert first < kids()
    assert app.userinfo(tokens.access_token)[0] == 200
    credenza_provider.rotate_keys(keep_old=False)
    assert app.userinfo(tokens.access_token)[0] == 401
    credenza_provider.reset()
    assert kids() == first


def test_a_failing_slow_and_absent_key_set(credenza_provider: Provider, app: Application) -> None:
    jwks_uri = app.metadata["jwks_uri"]
    credenza_provider.fault("jwks", status=503, times=1)
    assert [fetch(jwks_uri)[0] for _ in range(2)] == [503, 200]
    credenza_provider.fault("jwks", drop=True)
    with pytest.raises((urllib.error.URLError, ConnectionError)):
        fetch(jwks_uri)
    credenza_provider.fault("jwks", delay=0.3)
    begun = time.monotonic()
    assert fetch(jwks_uri)[0] == 200
    assert time.monotonic() - begun >= 0.3
    credenza_provider.clear_faults()
    assert fetch(jwks_uri)[0] == 200
    assert credenza_provider.requests("jwks") == 5


def test_who_is_disabled_is_out(credenza_provider: Provider, app: Application, alice: User) -> None:
    tokens = credenza_provider.tokens_for(alice, app.client)
    credenza_provider.disable_user(alice)
    assert app.userinfo(tokens.access_token)[0] == 401
    with pytest.raises(credenza_testing.Error):
        credenza_provider.authorize(app.sign_in_url(), alice)
    credenza_provider.enable_user(alice)
    tokens = credenza_provider.tokens_for(alice, app.client)
    assert app.userinfo(tokens.access_token)[0] == 200
    credenza_provider.disable_client(app.client)
    assert app.userinfo(tokens.access_token)[0] == 401


def test_grants_and_sessions_end(
    credenza_provider: Provider, app: Application, alice: User
) -> None:
    tokens = credenza_provider.tokens_for(alice, app.client, scope="openid")
    assert credenza_provider.revoke_grants(alice, app.client) == 1
    assert not credenza_provider.is_active(tokens.access_token)
    tokens = credenza_provider.tokens_for(alice, app.client, scope="openid")
    assert credenza_provider.end_sessions(alice) == 2
    assert not credenza_provider.is_active(tokens.access_token)


def test_each_test_begins_anew(credenza_provider: Provider) -> None:
    with pytest.raises(credenza_testing.Error) as raised:
        credenza_provider.end_sessions("alice")
    assert raised.value.code == "absent"


def test_what_cannot_be_is_an_error_with_a_reason(credenza_provider: Provider) -> None:
    with pytest.raises(credenza_testing.Error, match="colour"):
        credenza_provider.add_client([CALLBACK], colour="red")
    with pytest.raises(credenza_testing.Error, match="colour"):
        credenza_provider.add_user("bob", colour="red")
    with pytest.raises(credenza_testing.Error, match="status"):
        credenza_provider.fault("jwks", status=200)
    with pytest.raises(credenza_testing.Error, match="lifetime"):
        credenza_testing.provider(lifetime=1)
    with pytest.raises(credenza_testing.Error, match="70000"):
        credenza_testing.provider(port=70_000)


def test_a_stopped_provider_answers_nobody() -> None:
    op = credenza_testing.provider()
    url = f"{op.issuer}/.well-known/openid-configuration"
    assert fetch(url)[0] == 200
    op.stop()
    op.stop()
    with pytest.raises(credenza_testing.Error, match="stopped"):
        op.add_user("alice")
    with pytest.raises((urllib.error.URLError, ConnectionError)):
        fetch(url)


def test_from_threads_and_from_asyncio() -> None:
    with credenza_testing.provider() as op:
        made: list[User] = []
        threads = [
            threading.Thread(target=lambda name=name: made.append(op.add_user(name)))
            for name in "abcdefgh"
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len({user.sub for user in made}) == 8

        async def main() -> int:
            answers = [asyncio.to_thread(fetch, f"{op.issuer}/jwks") for _ in range(4)]
            return sum(status for status, _ in await asyncio.gather(*answers))

        assert asyncio.run(main()) == 800


def test_how_soon_it_is_ready() -> None:
    """Not asserted: the machine may be busy. What was measured stands in the report."""
    spans = []
    for _ in range(5):
        begun = time.perf_counter()
        with credenza_testing.provider() as op:
            fetch(f"{op.issuer}/jwks")
            spans.append(round((time.perf_counter() - begun) * 1000, 1))
    print(f"ready in milliseconds: {spans}")
