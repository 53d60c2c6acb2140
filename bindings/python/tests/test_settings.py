"""Settings that are not accepted."""

from __future__ import annotations

import inspect
import json
from pathlib import Path
from typing import Any

import pytest
from conftest import AUDIENCE
from credenza import SettingsError, Validator, _settings

DESCRIPTION = json.loads((Path(__file__).parents[2] / "validator" / "settings.json").read_text())
SECTIONS = {
    "dpop": _settings.Dpop,
    "introspection": _settings.Introspection,
    "revocations": _settings.Revocations,
    "key_cache": _settings.KeyCache,
    "decryption_keys": _settings.DecryptionKey,
    "claim_names": _settings.ClaimNames,
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
        (AUDIENCE, {"algorithms": ["none"]}, "settings"),
        (AUDIENCE, {"leeway": 301}, "leeway"),
        (AUDIENCE, {"leeway": -1}, "leeway"),
        (AUDIENCE, {"leeway": 0.5}, "settings"),
        (AUDIENCE, {"audiences": "x"}, "settings"),
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


def test_settings_that_are_no_settings() -> None:
    selfish: list[Any] = []
    selfish.append(selfish)
    with pytest.raises(RecursionError):
        Validator("https://id.example", AUDIENCE, keys={"keys": selfish})
    with pytest.raises(TypeError, match="object"):
        Validator("https://id.example", AUDIENCE, realm=object())  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="finite"):
        Validator("https://id.example", AUDIENCE, leeway=float("nan"))  # type: ignore[arg-type]
    with pytest.raises(OverflowError):
        Validator("https://id.example", AUDIENCE, leeway=2**64)
    with pytest.raises(UnicodeEncodeError):
        Validator("https://id.example", "\ud800")
