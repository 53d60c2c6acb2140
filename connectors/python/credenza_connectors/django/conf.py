"""The settings: the dict `CREDENZA` of Django's settings, and the guards that are made of it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any, cast

from credenza import SettingsError
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.signals import setting_changed

from credenza_connectors.guard import AsyncGuard, Guard

NAME = "CREDENZA"


def read() -> dict[str, Any]:
    """Read the settings. Raises `ImproperlyConfigured`, which says what to write."""
    found = getattr(settings, NAME, None)
    example = f'{NAME} = {{"issuer": "https://id.example", "audience": "https://api.example"}}'
    if not isinstance(found, Mapping):
        raise ImproperlyConfigured(f"The setting {NAME} has to be a dict such as {example}.")
    document = cast("Mapping[str, Any]", found)
    missing = [name for name in ("issuer",) if not document.get(name)]
    if missing:
        raise ImproperlyConfigured(f"The setting {NAME} lacks {missing[0]!r}. It looks like this: {example}.")
    return dict(document)


def _made(kind: type[Any]) -> Any:
    try:
        return kind(**read())
    except SettingsError as error:
        raise ImproperlyConfigured(f"The setting {NAME}: {error}.") from error


@cache
def guard() -> Guard:
    """Make the guard of blocking views, once."""
    made: Guard = _made(Guard)
    return made


@cache
def async_guard() -> AsyncGuard:
    """Make the guard of views that are coroutines, once."""
    made: AsyncGuard = _made(AsyncGuard)
    return made


def renew(*, setting: str, **_: Any) -> None:
    """Forget the guards when a test overrides the settings."""
    if setting == NAME:
        guard.cache_clear()
        async_guard.cache_clear()


def register() -> None:
    """Watch the settings."""
    setting_changed.connect(renew, dispatch_uid="credenza")
