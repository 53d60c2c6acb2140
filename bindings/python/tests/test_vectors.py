# Chart 281: The validator for Python | sync and asyncio, CPython 3.10 and later, Linux; every vector
"""The cases of `tests/vectors/validator`, which every language runs; their README says what they mean."""

from __future__ import annotations

import asyncio
import base64
import json
import threading
from pathlib import Path
from typing import Any

import pytest
from credenza import (
    AsyncValidator,
    Claims,
    Decision,
    Denied,
    Fetch,
    IssuerSettings,
    Requirement,
    Response,
    SettingsError,
    Validator,
    jose,
)
from credenza.clients import FetchError

FILES = sorted((Path(__file__).parents[3] / "tests/vectors/validator").glob("*.json"))
CASES: list[dict[str, Any]] = [case for file in FILES for case in json.loads(file.read_text("utf-8"))["cases"]]


def test_there_are_cases() -> None:
    assert len({case["name"] for case in CASES}) == len(CASES) > 300


def of_kind(member: str) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("case", [pytest.param(it, id=it["name"]) for it in CASES if member in it])


def unpadded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


class Issuer:
    """Answers fetches as a case says."""

    def __init__(self, case: dict[str, Any]) -> None:
        answers = case.get("responses", {}).items()
        self.responses = {url: [*it] if isinstance(it, list) else [it] for url, it in answers}
        self.fetches: list[str] = []
        self.posts: list[dict[str, str]] = []

    def resolve(self, issuer: str) -> IssuerSettings | None:
        answer = self.answer(f"resolve:{issuer}")
        return None if answer["status"] == 404 else json.loads(answer["body"])

    async def async_resolve(self, issuer: str) -> IssuerSettings | None:
        await asyncio.sleep(0)
        return self.resolve(issuer)

    def remember(self, name: str, until: int) -> bool:
        assert name.startswith("replay:")
        assert until > 0
        answer = self.answer("remember")
        if answer["status"] not in {200, 409}:
            raise FetchError("as the case says", "http_status")
        return bool(answer["status"] == 200)

    def fetch(self, fetch: Fetch) -> Response:
        if fetch.body is not None:
            self.posts.append({"authorization": dict(fetch.headers)["Authorization"], "body": fetch.body.decode()})
        answer = self.answer(fetch.url)
        body = answer["body"].encode() + b" " * answer.get("padding", 0)
        more = {name: answer.get(name) for name in ("content_type", "cache_control")}
        return Response(answer["status"], body, **more)

    def answer(self, name: str) -> dict[str, Any]:
        self.fetches.append(name)
        answers = self.responses.get(name, [{"fails": True}])
        answer: dict[str, Any] = answers.pop(0) if len(answers) > 1 else answers[0]
        if answer.get("fails"):
            raise FetchError("as the case says", answer.get("cause", "other"))
        return answer

    async def async_fetch(self, fetch: Fetch) -> Response:
        await asyncio.sleep(0)
        return self.fetch(fetch)

    def check_fetches(self, step: dict[str, Any]) -> None:
        assert self.fetches == step.get("fetches", [])
        if "posts" in step:
            assert self.posts == step["posts"]
        self.fetches, self.posts = [], []


class AsyncReplays:
    """The store of an issuer that answers as a case says, with coroutines."""

    def __init__(self, issuer: Issuer) -> None:
        self.issuer = issuer

    async def remember(self, name: str, until: int) -> bool:
        await asyncio.sleep(0)
        return self.issuer.remember(name, until)


def arguments(settings: dict[str, Any]) -> dict[str, Any]:
    return {"audience": None, "issuer": None, **settings}


def outcome(result: Decision | Claims | Denied) -> dict[str, Any]:
    nonce = getattr(result, "dpop_nonce", None)
    if isinstance(result, Decision):
        result = result.denied or result.claims  # type: ignore[assignment]
    if isinstance(result, Claims):
        told: dict[str, Any] = {"allow": result.to_dict()}
        assert result.to_dict() == json.loads(result.json)
        return told if nonce is None else {**told, "dpop_nonce": nonce}
    assert isinstance(result, Denied)
    names = ("status", "www_authenticate", "dpop_nonce", "rule", "error")
    return {"deny": {name: getattr(result, name) for name in names if getattr(result, name) is not None}}


def covers(found: Any, wanted: Any) -> bool:
    """Whether everything that a case names is there."""
    if isinstance(wanted, dict):
        return all(covers(getattr(found, name), value) for name, value in wanted.items())
    return bool((list(found) if isinstance(found, tuple) else found) == wanted)


def check_detail(result: Decision | Claims | Denied, step: dict[str, Any]) -> None:
    if "detail" in step:
        denied = result.denied if isinstance(result, Decision) else result
        assert isinstance(denied, Denied)
        assert covers(denied.detail, step["detail"]), (denied.detail, step["detail"])


def ask(validator: Any, step: dict[str, Any]) -> Any:
    """The check of a step: a result, or with `AsyncValidator` a coroutine."""
    now = step["now"]
    if step["check"] == "access_token":
        request = dict(step["request"])
        requirement = Requirement(**step["requirement"]) if "requirement" in step else None
        return validator.check(request.pop("authorization", None), **request, requirement=requirement, now=now)
    if step["check"] == "id_token":
        return validator.check_id_token(step["token"], **step.get("expectations", {}), now=now)
    return validator.check_logout_token(step["token"], now=now)


@of_kind("steps")
def test_decisions(case: dict[str, Any]) -> None:
    issuer, now = Issuer(case), 0.0
    host: dict[str, Any] = {
        "resolve": issuer.resolve if case.get("needs") == "resolve" else None,
        "replays": issuer if case.get("needs") == "remember" else None,
    }
    validator = Validator(**arguments(case["settings"]), **host, fetch=issuer.fetch, clock=lambda: now)
    for step in case["steps"]:
        now = step["now"]
        try:
            result = ask(validator, step)
        except Denied as denied:
            result = denied
        for thread in threading.enumerate():
            if thread.name == "credenza-fetch":
                thread.join()
        assert outcome(result) == step["expected"], step
        check_detail(result, step)
        issuer.check_fetches(step)


@of_kind("steps")
def test_decisions_of_coroutines(case: dict[str, Any]) -> None:
    async def run() -> None:
        issuer, now = Issuer(case), 0.0
        host: dict[str, Any] = {
            "resolve": issuer.async_resolve if case.get("needs") == "resolve" else None,
            "replays": AsyncReplays(issuer) if case.get("needs") == "remember" else None,
        }
        validator = AsyncValidator(**arguments(case["settings"]), **host, fetch=issuer.async_fetch, clock=lambda: now)
        for step in case["steps"]:
            now = step["now"]
            try:
                result = await ask(validator, step)
            except Denied as denied:
                result = denied
            await asyncio.gather(*(asyncio.all_tasks() - {asyncio.current_task()}))
            assert outcome(result) == step["expected"], step
            check_detail(result, step)
            issuer.check_fetches(step)

    asyncio.run(run())


@pytest.mark.parametrize(
    "case", [pytest.param(it, id=it["name"]) for it in CASES if "settings_error" in it.get("expected", {})]
)
def test_refused_settings(case: dict[str, Any]) -> None:
    with pytest.raises(SettingsError) as caught:
        Validator(**arguments(case["settings"]))
    assert caught.value.setting == case["expected"]["settings_error"]


@of_kind("jose")
def test_jose(case: dict[str, Any]) -> None:
    def run() -> bytes:
        token, algorithms = case["token"], case.get("algorithms", [])
        if case["jose"] == "verify":
            return jose.verify(token, json.dumps(case["jwks"]), algorithms)
        if case["jose"] == "verify_hmac":
            return jose.verify_hmac(token, unpadded(case["secret"]), algorithms)
        if "key" not in case:
            raise jose.Rejected("a key of a kind that is not supported")
        return jose.decrypt(token, case["key"]["alg"], case["key"]["pem"])

    if "payload" in case["expected"]:
        assert run() == unpadded(case["expected"]["payload"])
    else:
        with pytest.raises(jose.Rejected):
            run()
