"""Settings that are not accepted."""

from __future__ import annotations

from typing import Any

import pytest
from conftest import AUDIENCE
from credenza import SettingsError, Validator


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
