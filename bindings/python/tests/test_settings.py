"""Settings that are not accepted."""

from __future__ import annotations

import base64
import hmac
import inspect
import json
from pathlib import Path
from typing import Any

import pytest
from conftest import AUDIENCE, NOW
from credenza import Requirement, SettingsError, Validator, _settings

DESCRIPTION = json.loads((Path(__file__).parents[2] / "validator" / "settings.json").read_text())
SECTIONS = {
    "dpop": _settings.Dpop,
    "introspection": _settings.Introspection,
    "revocations": _settings.Revocations,
    "key_cache": _settings.KeyCache,
    "decryption_keys": _settings.DecryptionKey,
    "claim_names": _settings.ClaimNames,
    "issuers": _settings.IssuerSettings,
}


def described(schema: dict[str, Any]) -> set[str]:
    """The names that the core reads."""
    return set(schema["properties"])


def section(schema: dict[str, Any]) -> dict[str, Any] | None:
    """The schema of the object that a property holds, or lists."""
    within = [schema, schema.get("items", {}), *schema.get("anyOf", [])]
    return next((one for one in within if isinstance(one, dict) and "properties" in one), None)


def typed(kind: Any) -> set[str]:
    """The names that a type has."""
    return set(kind.__required_keys__ | kind.__optional_keys__)


def test_the_types_name_every_setting_of_the_core() -> None:
    core = DESCRIPTION["settings"]
    assert typed(_settings.Settings) | {"issuer", "audience"} == described(core)
    assert typed(_settings.Needs) == described(DESCRIPTION["requirement"])
    sections = {name: within for name, schema in core["properties"].items() if (within := section(schema))}
    assert sections.keys() == SECTIONS.keys()
    for name, within in sections.items():
        assert typed(SECTIONS[name]) == described(within), name


def test_an_id_token_is_checked_against_everything_that_the_core_expects() -> None:
    parameters = set(inspect.signature(Validator.check_id_token).parameters)
    assert parameters - {"self", "token", "now"} == described(DESCRIPTION["id_token_expectations"])


def test_the_readme_lists_every_setting() -> None:
    readme = (Path(__file__).parents[1] / "README.md").read_text()
    for name in described(DESCRIPTION["settings"]) | described(DESCRIPTION["requirement"]):
        assert f"`{name}`" in readme or f"`Validator({name}" in readme, name


@pytest.mark.parametrize(
    ("audience", "settings", "setting"),
    [
        (None, {}, "audience"),
        ([], {}, "audience"),
        ("*", {}, "audience"),
        (AUDIENCE, {"algorithms": []}, "algorithms"),
        (AUDIENCE, {"algorithms": ["HS256"]}, "algorithms"),
        (AUDIENCE, {"algorithms": ["none"]}, "algorithms"),
        (AUDIENCE, {"leeway": 301}, "leeway"),
        (AUDIENCE, {"leeway": -1}, "leeway"),
        (AUDIENCE, {"leeway": 0.5}, "leeway"),
        (AUDIENCE, {"leeway": "30"}, "leeway"),
        (AUDIENCE, {"leeway": float("inf")}, "leeway"),
        (AUDIENCE, {"leeway": float("nan")}, "leeway"),
        (AUDIENCE, {"leeway": 2**64}, "leeway"),
        (AUDIENCE, {"dpop": {"max_age": "60"}}, "dpop.max_age"),
        (AUDIENCE, {"dpop": {"max_age": float("inf")}}, "dpop.max_age"),
        (AUDIENCE, {"realm": object()}, "realm"),
        (AUDIENCE, {"realm": b"x"}, "realm"),
        ("\ud800", {}, "audience"),
        (AUDIENCE, {"profile": "keycloack"}, "profile"),
        (AUDIENCE, {"audiences": "x"}, "audiences"),
        (AUDIENCE, {"secret": b"short"}, "secret"),
        (AUDIENCE, {"keys": {"keys": []}}, "keys"),
        (AUDIENCE, {"jwks_uri": "http://id.example/jwks"}, "jwks_uri"),
        (AUDIENCE, {"dpop": {"nonce_secret": b"short", "nonce": True}}, "dpop.nonce_secret"),
    ],
)
def test_a240_unsafe_settings_are_refused(audience: Any, settings: dict[str, Any], setting: str) -> None:
    assert Validator("https://id.example", AUDIENCE).issuer == "https://id.example"
    with pytest.raises(SettingsError) as caught:
        Validator("https://id.example", audience, **settings)
    assert caught.value.setting == setting
    assert isinstance(caught.value, ValueError)


def test_a236_an_issuer_by_http_is_refused() -> None:
    assert Validator("http://id.example", AUDIENCE, allow_http=True)
    assert Validator("http://localhost:8080", AUDIENCE)
    with pytest.raises(SettingsError) as caught:
        Validator("http://id.example", AUDIENCE)
    assert caught.value.setting == "issuer"


def test_settings_that_nest_without_end() -> None:
    selfish: list[Any] = []
    selfish.append(selfish)
    with pytest.raises(SettingsError) as caught:
        Validator("https://id.example", AUDIENCE, keys={"keys": selfish})
    assert caught.value.setting == "keys.keys"


def test_a_wrong_requirement_names_itself() -> None:
    wrong: list[tuple[dict[str, Any], str]] = [({"scope": ["read"]}, "scope"), ({"max_age": "60"}, "max_age")]
    for needs, setting in wrong:
        for make in (Requirement, lambda **needs: Validator("https://id.example", AUDIENCE).validate("x", **needs)):
            with pytest.raises(SettingsError) as caught:
                make(**needs)
            assert caught.value.setting == setting


def test_secrets_are_told_apart_by_their_kind() -> None:
    text = "a secret of at least thirty-two bytes"
    same = [{"secret": text.encode()}, {"secret_text": text}, {"secret": b64(text.encode())}]
    token = signed(text.encode())
    for settings in same:
        settings_of: Any = settings
        assert Validator("https://id.example", AUDIENCE, **settings_of).validate(token, now=NOW).sub == "ann"
    with pytest.raises(SettingsError):
        Validator("https://id.example", AUDIENCE, secret=text)
    with pytest.raises(SettingsError):
        Validator("https://id.example", AUDIENCE, secret=text.encode(), secret_text=text)


def b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def signed(secret: bytes) -> str:
    claims = {"iss": "https://id.example", "aud": AUDIENCE, "sub": "ann", "client_id": "app", "jti": "1"}
    parts: list[dict[str, Any]] = [{"alg": "HS256", "typ": "at+jwt"}, {**claims, "iat": NOW, "exp": NOW + 60}]
    text = ".".join(b64(json.dumps(part).encode()) for part in parts)
    return f"{text}.{b64(hmac.digest(secret, text.encode(), 'sha256'))}"
