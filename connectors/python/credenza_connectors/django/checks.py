"""System checks: what is wrong with the settings is told at the start, and not by the first request."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core import checks
from django.core.exceptions import ImproperlyConfigured

from credenza_connectors.django import conf

if TYPE_CHECKING:
    from django.core.checks import CheckMessage

_DRF_HANDLER = "credenza_connectors.django.rest.exception_handler"
_DRF_CLASS = "credenza_connectors.django.rest.CredenzaAuthentication"


def check_settings(app_configs: Any, **_: Any) -> list[CheckMessage]:
    """Check that guards can be made of the settings."""
    try:
        made = conf.guard()
    except ImproperlyConfigured as error:
        return [checks.Error(str(error), id="credenza.E001")]
    found: list[CheckMessage] = []
    if made.config.debug and not settings.DEBUG:
        hint = "Leave it out of the settings of production."
        found.append(
            checks.Warning("CREDENZA['debug'] tells clients why they are refused.", hint=hint, id="credenza.W001")
        )
    if _is_answered_by_rest():
        hint = f'REST_FRAMEWORK["EXCEPTION_HANDLER"] = "{_DRF_HANDLER}"'
        text = "Refusals are answered with the body of Django REST framework, as its exception handler is not ours."
        found.append(checks.Warning(text, hint=hint, id="credenza.W002"))
    return found


def _is_answered_by_rest() -> bool:
    rest: dict[str, Any] = getattr(settings, "REST_FRAMEWORK", None) or {}
    uses = _DRF_CLASS in rest.get("DEFAULT_AUTHENTICATION_CLASSES", ())
    return uses and "EXCEPTION_HANDLER" not in rest


def register() -> None:
    """Register the check."""
    checks.register(check_settings)
