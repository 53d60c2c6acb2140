"""What cases are put together from."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from .tokens import AUDIENCE, ISSUER, NOW, OWN, Json, jwks, token

VALIDATOR = Path(__file__).parents[2] / "validator"
ALGS = "ES256"


@cache
def meanings() -> dict[str, tuple[int, str, str]]:
    """Status, error and description of each rule, as the validator's vectors have them."""
    found: dict[str, tuple[int, str, str]] = {}
    for file in sorted(VALIDATOR.glob("*.json")):
        for case in json.loads(file.read_text("utf-8"))["cases"]:
            for step in case.get("steps", []):
                denied = step["expected"].get("deny", {})
                challenge = denied.get("www_authenticate", "")
                _, _, rest = challenge.partition('error_description="')
                if denied:
                    found.setdefault(
                        denied["rule"], (denied["status"], denied.get("error", ""), rest.partition('"')[0])
                    )
    return found


def parameters(**values: str | int | None) -> str:
    return ", ".join(f'{name}="{value}"' for name, value in values.items() if value is not None)


def challenge(rule: str, scheme: str = "Bearer", *, realm: str | None = None, **more: str | int | None) -> str:
    """The challenge for a rule, with further parameters in the order of the validator's vectors."""
    _, error, description = meanings()[rule]
    told = {"error": error or None, "error_description": description if error else None}
    text = parameters(realm=realm, **told, **more)
    return f"{scheme} {text}" if text else scheme


def settings(**more: Any) -> Json:
    """Settings with pinned keys: nothing is fetched."""
    usual = {"issuer": ISSUER, "audience": AUDIENCE, "keys": jwks(OWN)}
    return {name: value for name, value in {**usual, **more}.items() if value is not None}


def discovering(**more: Any) -> Json:
    """Settings with nothing but the issuer and the audience."""
    return settings(keys=None, **more)


def answer(body: Json | str, content_type: str = "application/json", status: int = 200) -> Json:
    text = body if isinstance(body, str) else json.dumps(body, separators=(",", ":"))
    return {"status": status, "content_type": content_type, "body": text}


def published(*names: str, issuer: str = ISSUER) -> Json:
    """The metadata and the keys of an issuer, by URL."""
    return {
        f"{issuer}/.well-known/openid-configuration": answer({"issuer": issuer, "jwks_uri": f"{issuer}/jwks"}),
        f"{issuer}/jwks": answer(jwks(*names or (OWN,))),
    }


def caller(**more: Any) -> Json:
    """The caller of the usual token."""
    usual = {
        "sub": "user-1",
        "client_id": "client-1",
        "scopes": ["orders:read", "orders:write"],
        "tenant": None,
        "organization": None,
        "roles": [],
        "permissions": [],
        "plan": None,
        "acr": None,
    }
    return {**usual, **more}


def request(*fields: tuple[str, str], method: str = "GET", path: str = "/orders") -> Json:
    return {"method": method, "path": path, "headers": [list(field) for field in fields]}


def bearer(own: str | None = None, **claims: Any) -> tuple[str, str]:
    """The field with the usual token, or with another."""
    return ("Authorization", f"Bearer {own or token(**claims)}")


def allowed(asked: Json, who: Json | str | None = "usual", **headers: str | None) -> Json:
    """A step that is allowed; its caller as JSON, `None` for an anonymous one, "none" where no body shows it."""
    response: Json = {
        "status": 200,
        "headers": {"Vary": "Authorization", **_fields({"WWW_Authenticate": None, **headers})},
    }
    if asked["method"] == "HEAD":
        response["body"] = ""
    elif who != "none":
        response["caller"] = caller() if who == "usual" else who
    return {"request": asked, "response": response, "log": None}


def refused(asked: Json, rule: str, told: str | None = "usual", **headers: str | None) -> Json:
    """A step that is refused by a rule, with its challenge."""
    status = meanings()[rule][0]
    if told == "usual":
        told = None if status == 503 else challenge(rule)
    fields: Json = {
        "WWW-Authenticate": told,
        "Cache-Control": "no-store",
        "Vary": "Authorization",
        "Retry-After": "5" if status == 503 else None,
        "DPoP-Nonce": None,
        **_fields(headers),
    }
    path = asked["path"].partition("?")[0]
    log = {"rule": rule, "status": status, "method": asked["method"], "path": path}
    return {"request": asked, "response": {"status": status, "headers": fields, "body": ""}, "log": log}


def _fields(headers: dict[str, str | None]) -> Json:
    return {name.replace("_", "-"): value for name, value in headers.items()}


def route(path: str = "/orders", methods: tuple[str, ...] = ("GET",), optional: bool = False, **more: Any) -> Json:
    made: Json = {"path": path, "methods": list(methods), "needs": more.pop("needs", {}), "optional": optional}
    return {**made, **more}


def case(name: str, about: str, *steps: Json, attacks: tuple[str, ...] = (), **more: Any) -> Json:
    """One case: pinned keys and a route without needs, unless it says otherwise."""
    made: Json = {"name": name, "about": about, "attacks": list(attacks)}
    made |= {"settings": more.pop("settings", None) or settings(), "responses": more.pop("responses", {})}
    made |= {"now": NOW, "route": more.pop("route", None) or route(), **more}
    return {**made, "steps": list(steps)}
