# Chart 895: Connectors for Python | FastAPI, Starlette, Django, Django REST framework, Flask: every shared case
"""The cases that all connectors share, over HTTP, in every framework."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
from cases import CASES, FOLDER, CaseIssuer, issuers_of, secrets_of
from servers import AsgiServer, PlainAsgiServer, WerkzeugServer, WsgirefServer
from wire import Answer, send

from applications import with_django, with_fastapi, with_flask, with_rest, with_starlette
from credenza_connectors import keys
from credenza_connectors.log import LOGGER

FRAMEWORKS = {
    "starlette": (with_starlette.make, AsgiServer),
    "fastapi": (with_fastapi.make, AsgiServer),
    "flask": (with_flask.make, WsgirefServer),
    "django": (with_django.make, WerkzeugServer),
    "django_async": (with_django.make_async, PlainAsgiServer),
    "django_rest": (with_rest.make, WsgirefServer),
    "django_middleware": (with_django.make_middleware, WerkzeugServer),
    "django_async_middleware": (with_django.make_async_middleware, PlainAsgiServer),
}
WITH_WEBSOCKETS = ("starlette", "fastapi")
"""Flask and Django have none of their own: there such a route is a plain one, and only refusals are asked for."""


def can(framework: str, case: dict[str, Any]) -> bool:
    """Whether a framework can run a case at all."""
    route = case["route"]
    if framework == "flask" and route.get("websocket"):
        # Werkzeug's routing answers every handshake with 400, before any view is chosen.
        return False
    # The middleware of Django has no needs and no optional routes: the decorator has.
    return "middleware" not in framework or not (route["needs"] or route["optional"])


PAIRS = [
    pytest.param(framework, case, id=f"{framework}-{case['name']}")
    for framework in FRAMEWORKS
    for case in CASES
    if can(framework, case)
]


class Records(logging.Handler):
    """Keeps what the log is told."""

    def __init__(self) -> None:
        super().__init__()
        self.records: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.records.append(record)


@pytest.fixture(scope="module")
def servers() -> Iterator[dict[str, Any]]:
    made = {kind.__name__: kind() for kind in (AsgiServer, PlainAsgiServer, WsgirefServer, WerkzeugServer)}
    yield made
    for server in made.values():
        server.stop()


@pytest.fixture
def records() -> Iterator[Records]:
    made = Records()
    LOGGER.addHandler(made)
    LOGGER.setLevel(logging.INFO)
    yield made
    LOGGER.removeHandler(made)


def test_there_are_cases() -> None:
    assert len({case["name"] for case in CASES}) == len(CASES) >= 150
    assert f"There are {len(CASES)}." in (FOLDER / "README.md").read_text("utf-8")


@pytest.mark.parametrize(("framework", "case"), PAIRS)
def test_a_case(framework: str, case: dict[str, Any], servers: dict[str, Any], records: Records) -> None:
    make, kind = FRAMEWORKS[framework]
    server, issuer = servers[kind.__name__], CaseIssuer(case)
    keys.stand_ins.update(dict.fromkeys(issuers_of(case), issuer))
    app = server.app = make(case)
    try:
        for number, step in enumerate(case["steps"]):
            if step.get("websocket") and step["response"]["status"] == 101 and framework not in WITH_WEBSOCKETS:
                continue
            issuer.now = step.get("now", issuer.now)
            records.records.clear()
            answer = send(server.port, step["request"], is_websocket=step.get("websocket", False))
            server.settle()
            check(answer, step["response"], f"step {number}")
            check_log(records, step)
            assert not any(secret.encode() in answer.body for secret in secrets_of(step))
        for url, count in case.get("fetches", {}).items():
            assert issuer.counts.get(url, 0) == count, url
    finally:
        keys.stand_ins.clear()
        getattr(app, "close", lambda: None)()


def check(answer: Answer, wanted: dict[str, Any], where: str) -> None:
    statuses = wanted["status"] if isinstance(wanted["status"], list) else [wanted["status"]]
    assert answer.status in statuses, (where, answer.status, answer.body[:300])
    for name, value in wanted["headers"].items():
        found = answer.all(name)
        if name == "Vary":
            assert value in [one.strip() for field in found for one in field.split(",")], where
        elif name == "Content-Type":
            assert [one.partition(";")[0] for one in found] == [value], where
        else:
            assert found == ([] if value is None else [value]), (where, name)
    if "caller" in wanted:
        assert json.loads(answer.body) == wanted["caller"], where
    body = wanted.get("body")
    if isinstance(body, str):
        assert answer.body.decode() == body, where
    elif body is not None:
        document = json.loads(answer.body)
        assert {name: document.get(name) for name in body} == body, where
        assert "rule" not in body or document["detail"], where


def check_log(records: Records, step: dict[str, Any]) -> None:
    if "log" not in step:
        return
    if step["log"] is None:
        assert records.records == []
        return
    (record,) = records.records
    assert record.levelno == logging.INFO
    members = record.credenza  # type: ignore[attr-defined]
    assert {name: members.get(name) for name in step["log"]} == step["log"]
    assert not any(secret in record.getMessage() for secret in secrets_of(step))


def test_no_case_is_left_out_for_another_reason() -> None:
    for framework in FRAMEWORKS:
        for case in CASES:
            route = case["route"]
            reasons = {
                "flask": route.get("websocket", False),
                "django_middleware": bool(route["needs"] or route["optional"]),
                "django_async_middleware": bool(route["needs"] or route["optional"]),
            }
            assert can(framework, case) is not reasons.get(framework, False)
