# Chart 947: Several issuers, shared replays in Python | resolved issuers, Redis, asyncio; RFC 9701 answers by HTTP
"""What the host knows: further issuers, and which proofs were used at other nodes."""

from __future__ import annotations

import asyncio
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import redis
import redis.asyncio
from conftest import AUDIENCE, NOW, Server
from credenza import AsyncValidator, Denied, IssuerSettings, SettingsError, Validator
from credenza.replays import AsyncRedisReplays, MemoryReplays, RedisReplays
from credenza.testing import Clock, TestIssuer
from redis.backoff import NoBackoff
from redis.retry import Retry
from test_request import URL, ProofKey
from test_settings import signed

OTHER = "https://other.example"


@pytest.fixture
def other(clock: Clock) -> TestIssuer:
    return TestIssuer(OTHER, clock=clock)


def keys(issuer: TestIssuer) -> dict[str, Any]:
    import json

    return dict(json.loads(issuer.jwks_json()))


def test_each_issuer_has_its_own_keys_and_secrets(issuer: TestIssuer, other: TestIssuer) -> None:
    secret = b"a secret of at least thirty-two bytes"
    by_secret: IssuerSettings = {"issuer": "https://id.example", "secret": secret}
    validator = Validator(
        "https://first.example", AUDIENCE, issuers=[{"issuer": OTHER, "keys": keys(other)}, by_secret]
    )
    assert validator.validate(other.mint(AUDIENCE), now=NOW).iss == OTHER
    assert validator.validate(signed(secret), now=NOW).iss == "https://id.example"
    with pytest.raises(Denied) as caught:
        validator.validate(TestIssuer(OTHER, clock=other.clock).mint(AUDIENCE), now=NOW)
    assert caught.value.rule == "kid"
    with pytest.raises(SettingsError) as refused:
        Validator("https://first.example", AUDIENCE, issuers=[{"issuer": "https://first.example"}])
    assert refused.value.setting == "issuers.0.issuer"


def test_a_function_knows_the_issuers_of_tenants(issuer: TestIssuer, other: TestIssuer) -> None:
    asked = []

    def resolve(iss: str) -> IssuerSettings | None:
        asked.append(iss)
        return {"keys": keys(other)} if iss == OTHER else None

    validator = issuer.validator(AUDIENCE, resolve=resolve)
    for _ in range(3):
        assert validator.validate(other.mint(AUDIENCE)).iss == OTHER
        with pytest.raises(Denied) as caught:
            validator.validate(TestIssuer("https://third.example", clock=issuer.clock).mint(AUDIENCE))
        assert caught.value.rule == "iss"
    assert validator.validate(issuer.mint(AUDIENCE)).iss == issuer.issuer
    assert asked == [OTHER, "https://third.example"]


def test_a_function_that_fails_is_no_answer(issuer: TestIssuer, other: TestIssuer) -> None:
    def resolve(iss: str) -> IssuerSettings | None:
        raise LookupError("the table is away")

    validator = issuer.validator(AUDIENCE, resolve=resolve)
    with pytest.raises(Denied) as caught:
        validator.validate(other.mint(AUDIENCE))
    assert (caught.value.status, caught.value.rule) == (503, "keys_unavailable")
    trouble = caught.value.detail.trouble
    assert trouble is not None
    assert (trouble.url, trouble.message) == (OTHER, "LookupError: the table is away")
    assert "table" not in str(caught.value.headers)
    assert validator.validate(issuer.mint(AUDIENCE)).iss == issuer.issuer


def test_coroutines_are_awaited(issuer: TestIssuer, other: TestIssuer) -> None:
    async def resolve(iss: str) -> IssuerSettings | None:
        await asyncio.sleep(0)
        return {"keys": keys(other)} if iss == OTHER else None

    async def run() -> None:
        validator = AsyncValidator(
            issuer.issuer, AUDIENCE, fetch=issuer.async_fetch, clock=issuer.clock, resolve=resolve
        )
        tokens = [other.mint(AUDIENCE) for _ in range(5)]
        for claims in await asyncio.gather(*(validator.validate(token) for token in tokens)):
            assert claims.iss == OTHER

    asyncio.run(run())


def test_what_nobody_would_answer_is_refused() -> None:
    wrong: list[tuple[dict[str, Any], str]] = [
        ({"resolve_issuers": True}, "resolve_issuers"),
        ({"dpop": {"shared_replays": True}}, "dpop.shared_replays"),
        ({"replays": MemoryReplays()}, "replays"),
    ]
    for settings, setting in wrong:
        for kind in (Validator, AsyncValidator):
            with pytest.raises(SettingsError) as caught:
                kind("https://id.example", AUDIENCE, **settings)
            assert caught.value.setting == setting


def rules(validators: list[Validator], key: ProofKey, token: str, proof: str) -> list[str | None]:
    """What each node says of the same request, all at once."""

    def rule(validator: Validator) -> str | None:
        denied = validator.check(f"DPoP {token}", method="GET", url=URL, dpop=proof).denied
        return denied.rule if denied else None

    with ThreadPoolExecutor(len(validators)) as threads:
        return list(threads.map(rule, validators))


def bound(issuer: TestIssuer) -> tuple[ProofKey, str]:
    key = ProofKey()
    return key, issuer.mint(AUDIENCE, cnf={"jkt": key.thumbprint})


def test_rfc9449_11_1_of_several_nodes_one_takes_a_proof(issuer: TestIssuer) -> None:
    key, token = bound(issuer)
    store = MemoryReplays(clock=issuer.clock)
    nodes = [issuer.validator(AUDIENCE, dpop={}, replays=store) for _ in range(4)]
    for jti in ("1", "2"):
        told = rules(nodes, key, token, key.proof(token, jti))
        assert sorted(told, key=str) == [None, "dpop_replay", "dpop_replay", "dpop_replay"]
    alone = [issuer.validator(AUDIENCE, dpop={}) for _ in range(4)]
    assert rules(alone, key, token, key.proof(token, "3")) == [None] * 4


def test_a_store_in_memory_is_bounded_and_forgets(clock: Clock) -> None:
    store = MemoryReplays(capacity=2, clock=clock)
    assert [store.remember(name, NOW + 10) for name in ("a", "b", "a", "c")] == [True, True, False, False]
    clock.advance(11)
    assert store.remember("c", NOW + 20)


@pytest.fixture(scope="module")
def redis_port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    program = shutil.which("redis-server")
    if program is None:
        assert os.environ.get("CI") != "true"
        pytest.skip("there is no redis-server here")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    folder: Path = tmp_path_factory.mktemp("redis")
    arguments = ["--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(folder)]
    with subprocess.Popen([program, *arguments], stdout=subprocess.DEVNULL) as server:
        try:
            for _ in range(200):
                with socket.socket() as probe:
                    if probe.connect_ex(("127.0.0.1", port)) == 0:
                        break
                time.sleep(0.05)
            yield port
        finally:
            server.terminate()


def test_rfc9449_11_1_redis_is_shared_by_all_nodes(issuer: TestIssuer, redis_port: int) -> None:
    key, token = bound(issuer)
    clients = [redis.Redis(port=redis_port) for _ in range(4)]
    nodes = [
        issuer.validator(AUDIENCE, dpop={}, replays=RedisReplays(client, clock=issuer.clock)) for client in clients
    ]
    proof = key.proof(token, "redis-1")
    assert sorted(rules(nodes, key, token, proof), key=str) == [None, "dpop_replay", "dpop_replay", "dpop_replay"]
    (name,) = clients[0].scan_iter("credenza:replay:*")
    # The proof is good for sixty seconds, and thirty for the clocks.
    assert 80 < clients[0].ttl(name) <= 91
    for client in clients:
        client.close()


def test_without_its_store_no_proof_passes(issuer: TestIssuer) -> None:
    key, token = bound(issuer)
    away = redis.Redis(port=1, retry=Retry(NoBackoff(), 0))
    validator = issuer.validator(AUDIENCE, dpop={}, replays=RedisReplays(away))
    decision = validator.check(f"DPoP {token}", method="GET", url=URL, dpop=key.proof(token))
    assert decision.denied is not None
    assert (decision.denied.status, decision.denied.rule) == (503, "replays_unavailable")
    assert validator.validate(issuer.mint(AUDIENCE)).sub == "user"


def test_redis_for_coroutines(issuer: TestIssuer, redis_port: int) -> None:
    key, token = bound(issuer)

    async def run() -> None:
        client = redis.asyncio.Redis(port=redis_port)
        store = AsyncRedisReplays(client, prefix="async:", clock=issuer.clock)
        nodes = [
            AsyncValidator(
                issuer.issuer, AUDIENCE, fetch=issuer.async_fetch, clock=issuer.clock, dpop={}, replays=store
            )
            for _ in range(3)
        ]
        proof = key.proof(token, "redis-2")
        checks = (node.check(f"DPoP {token}", method="GET", url=URL, dpop=proof) for node in nodes)
        decisions = await asyncio.gather(*checks)
        assert sorted(bool(decision) for decision in decisions) == [False, False, True]
        await client.aclose()

    asyncio.run(run())


def test_rfc9701_5_signed_answers_over_http(server: Server, clock: Clock) -> None:
    issuer = TestIssuer(server.url, clock=clock)
    server.serves(issuer)
    published = server.answer
    about = {"active": True, "iss": server.url, "aud": AUDIENCE, "sub": "ann", "exp": NOW + 60}
    answers = {
        "good": issuer.mint("rs", {"token_introspection": about}, typ="token-introspection+jwt"),
        "inactive": issuer.mint("rs", {"token_introspection": {"active": False}}, typ="token-introspection+jwt"),
        "access token": issuer.mint("rs", {"token_introspection": about}),
        "for another": issuer.mint("rs-2", {"token_introspection": about}, typ="token-introspection+jwt"),
        "forged": TestIssuer(server.url, clock=clock).mint(
            "rs", {"token_introspection": about}, typ="token-introspection+jwt"
        ),
    }

    def rule_of(answer: bytes, media_type: str) -> tuple[str | None, str | None]:
        kind = {"Content-Type": media_type}
        server.answer = lambda path: (200, kind, answer) if path == "/introspect" else published(path)
        validator = Validator(
            server.url,
            AUDIENCE,
            clock=clock,
            introspection={
                "endpoint": f"{server.url}/introspect",
                "client_id": "rs",
                "client_secret": "s",
                "signed": True,
            },
        )
        decision = validator.check("Bearer opaque")
        if decision.denied is None:
            return None, decision.claims.sub if decision.claims else None
        trouble = decision.denied.detail.trouble
        return decision.denied.rule, trouble.cause if trouble else None

    signed_type = "application/token-introspection+jwt"
    unavailable = "introspection_unavailable"
    assert rule_of(answers["good"].encode(), signed_type) == (None, "ann")
    assert server.headers[-1]["accept"] == signed_type
    assert rule_of(answers["inactive"].encode(), signed_type) == ("inactive", None)
    for name in ("access token", "for another", "forged"):
        assert rule_of(answers[name].encode(), signed_type) == (unavailable, "untrusted"), name
    # A proxy that answers without a signature is not believed.
    plain = b'{"active":true,"aud":"https://api.example"}'
    assert rule_of(plain, "application/json") == (unavailable, "malformed")
