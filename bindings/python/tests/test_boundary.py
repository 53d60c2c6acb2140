"""What crosses the boundary from Python never panics, never leaks and never deadlocks."""

from __future__ import annotations

import os
import resource
import signal
import sys
import threading
import time
import warnings
from pathlib import Path
from typing import Any

import pytest
from conftest import AUDIENCE
from credenza import AsyncValidator, Denied, Fetch, Requirement, Response, Validator, jose
from credenza.testing import Clock, TestIssuer

LONG = os.environ.get("TEST_LONG") == "1"
SURROGATE = "\ud800"


@pytest.mark.parametrize(
    "text", ["", SURROGATE, "a.b\ud800.c", "\0", "a\0.b.c", "\U0001f600", "é.é.é", "." * 1_000_000, "x" * (64 << 20)]
)
def test_a242_texts_of_every_kind(issuer: TestIssuer, text: str) -> None:
    validator = issuer.validator(AUDIENCE, client_id="app", dpop={})
    good, bound = issuer.mint(AUDIENCE), issuer.mint(AUDIENCE, cnf={"jkt": "x" * 43, "x5t#S256": "x" * 43})
    with pytest.raises(Denied) as caught:
        validator.validate(text)
    assert caught.value.status in {400, 401}
    for check in (validator.check_id_token, validator.check_logout_token):
        with pytest.raises(Denied):
            check(text)
    assert not validator.check(text)
    assert not validator.check(f"Bearer {text}")
    assert not validator.check([f"Bearer {good}", text])
    # A proof beside a token that is bound to none is not read.
    assert validator.check(f"Bearer {good}", dpop=text)
    assert not validator.check(f"DPoP {bound}", dpop=text, method=text, url=text)
    assert not validator.check(f"Bearer {bound}", certificate_thumbprint=text)
    assert validator.check(f"Bearer {good}")
    for token, keys in ((text, "{}"), ("a.b.c", text)):
        with pytest.raises(jose.Rejected):
            jose.verify(token, keys, ["ES256"])
    with pytest.raises(jose.Rejected):
        jose.decrypt(text, "ECDH-ES", text)
    with pytest.raises(jose.Rejected):
        jose.verify_hmac(text, b"s" * 32, ["HS256"])


def test_a242_claims_of_every_kind(issuer: TestIssuer) -> None:
    validator = issuer.validator(AUDIENCE)
    odd = {"nul": "\0", "emoji": "\U0001f600", "": 1, "deep": [[[[{"a": [None]}]]]], "max": 2**64 - 1, "min": -(2**63)}
    claims = validator.validate(issuer.mint(AUDIENCE, odd))
    assert {name: claims[name] for name in odd} == odd


def test_a242_arguments_of_wrong_types(issuer: TestIssuer) -> None:
    validator: Any = issuer.validator(AUDIENCE)
    calls: list[tuple[tuple[Any, ...], dict[str, Any]]] = [
        ((None,), {}),
        ((b"x",), {}),
        ((1,), {}),
        (("x", "read"), {}),
        (("x", {"scopes": ["read"]}), {}),
    ]
    for positional, named in calls:
        with pytest.raises(TypeError):
            validator.validate(*positional, **named)
    for named in ({"authorization": 1}, {"authorization": [1]}, {"dpop": [b"x"]}, {"method": 1}, {"certificate": 1}):
        with pytest.raises(TypeError):
            validator.check(**named)


def test_a242_64_threads_at_once(issuer: TestIssuer) -> None:
    validator = issuer.validator(AUDIENCE, cache_size=100)
    good, bad = issuer.mint(AUDIENCE, scope="read"), issuer.mint("other")
    requirement = Requirement(scopes=["read"])
    rules: list[str] = []

    def call() -> None:
        for _ in range(50):
            assert validator.validate(good, requirement)["scope"] == "read"
            try:
                validator.validate(bad)
            except Denied as denied:
                rules.append(denied.rule)

    threads = [threading.Thread(target=call) for _ in range(64)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert rules == ["aud"] * 64 * 50


def test_the_interpreter_is_free_during_a_check(issuer: TestIssuer) -> None:
    # Another thread gets a turn although this one never gives any up but inside checks.
    validator = issuer.validator(AUDIENCE)
    token = issuer.mint(AUDIENCE)
    validator.validate(token)
    before = sys.getswitchinterval()
    ready, seen = threading.Event(), threading.Event()

    def other() -> None:
        ready.set()
        seen.set()

    sys.setswitchinterval(1000)
    try:
        thread = threading.Thread(target=other)
        thread.start()
        ended = time.monotonic() + 60
        while not seen.is_set() and time.monotonic() < ended:
            validator.validate(token)
        assert seen.is_set()
    finally:
        sys.setswitchinterval(before)
        thread.join()


def test_a242_memory_stays(issuer: TestIssuer) -> None:
    validator = issuer.validator(AUDIENCE, cache_size=10)
    good, bad = issuer.mint(AUDIENCE, scope="read"), issuer.mint("other")
    read: Any = {"scopes": ["read"]}

    def calls(count: int) -> int:
        for _ in range(count):
            validator.validate(good, **read).to_dict()
            len(validator.validate(good))
            validator.check(f"Bearer {bad}")
        return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()

    rounds = 330_000 if LONG else 20_000
    before = calls(rounds // 4)
    assert calls(rounds) - before < 4 << 20


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork here")
def test_a_child_of_a_fork_goes_on(issuer: TestIssuer, clock: Clock) -> None:
    """A thread that is inside the core, or in a fetch, while another forks, is not there in the child."""
    in_fetch, release = threading.Event(), threading.Event()
    parent = os.getpid()

    def fetch(request: Fetch) -> Response:
        if os.getpid() == parent:
            in_fetch.set()
            assert release.wait(60)
        return issuer.fetch(request)

    validator = Validator(issuer.issuer, AUDIENCE, fetch=fetch, clock=clock)
    token = issuer.mint(AUDIENCE)
    thread = threading.Thread(target=validator.validate, args=(token,))
    thread.start()
    assert in_fetch.wait(60)
    with warnings.catch_warnings():
        # Newer versions warn of what is tried here.
        warnings.simplefilter("ignore", DeprecationWarning)
        child = os.fork()
    if child == 0:
        signal.alarm(60)
        grandchild = os.fork() if validator.validate(token).sub == "user" else -1
        if grandchild == 0:
            os._exit(0 if validator.validate(token).sub == "user" else 1)
        os._exit(os.waitpid(grandchild, 0)[1])
    try:
        assert os.waitpid(child, 0)[1] == 0
    finally:
        release.set()
        thread.join()
    assert validator.validate(token).sub == "user"


def test_a_validator_for_asyncio_is_not_copied_either(issuer: TestIssuer) -> None:
    import copy

    with pytest.raises(TypeError, match="make one in each"):
        copy.deepcopy(AsyncValidator(issuer.issuer, AUDIENCE))
