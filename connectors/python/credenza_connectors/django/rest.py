"""
Django REST framework: an authentication class, and permissions.

    REST_FRAMEWORK = {
        "DEFAULT_AUTHENTICATION_CLASSES": ["credenza_connectors.django.rest.CredenzaAuthentication"],
        "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
        "EXCEPTION_HANDLER": "credenza_connectors.django.rest.exception_handler",
    }

    class Orders(APIView):
        permission_classes = [needs(scopes=["orders:read"])]

        def get(self, request):
            return Response(f"Hello {request.auth.sub}")

`request.auth` is the caller, and `request.user` a user that is not stored anywhere.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, cast

from credenza import Requirement
from django.core.exceptions import ImproperlyConfigured
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import APIException, NotAuthenticated
from rest_framework.permissions import BasePermission

from credenza_connectors.caller import Caller
from credenza_connectors.django import conf
from credenza_connectors.django.guarding import answer, incoming, note
from credenza_connectors.guard import Passed, Refusal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from credenza import Needs
    from django.http import HttpResponseBase
    from rest_framework.request import Request
    from rest_framework.views import APIView
    from typing_extensions import Unpack

    from credenza_connectors.request import Incoming

_REFUSAL = "_credenza_refusal"
_CHECKED = "_credenza_checked"
_PASSED = "_credenza_passed"


class TokenUser:
    """The user of a request, as its token says: nothing is stored, and nothing looked up."""

    is_authenticated = True
    is_anonymous = False
    is_active = True

    def __init__(self, caller: Caller) -> None:
        """Take the caller."""
        self.caller = caller
        self.pk = caller.sub
        self.username = caller.sub or ""

    def __str__(self) -> str:
        """Show the subject."""
        return self.username


class Refused(APIException):
    """A request that was refused."""

    def __init__(self, refusal: Refusal) -> None:
        """Take the answer."""
        super().__init__(refusal.denied.description, refusal.denied.rule)
        self.status_code = refusal.status
        self.refusal = refusal


class _Asked(NamedTuple):
    """What the permissions of a view ask for together."""

    requirement: Requirement | None
    is_optional: bool


class Needed(BasePermission):
    """A permission that asks for something; made by `needs` and `optionally`."""

    requirement: Requirement
    members: Needs
    is_optional = False

    def has_permission(self, request: Request, view: APIView) -> bool:
        """Let requests through that were checked for these needs."""
        if type(self) not in getattr(request, _CHECKED, ()):
            raise ImproperlyConfigured(
                f"{type(view).__name__}: permissions of credenza_connectors stand in permission_classes by themselves, "
                "and CredenzaAuthentication in authentication_classes: they are not combined by | or ~."
            )
        return bool(getattr(request, _PASSED, False))


def needs(**members: Unpack[Needs]) -> type[Needed]:
    """Make a permission for requests that fulfil the needs."""
    return _made("Needs", members, optional=False)


def optionally(**members: Unpack[Needs]) -> type[Needed]:
    """Make a permission for requests that fulfil the needs, or have no credentials: their `auth` is `None`."""
    return _made("Optionally", members, optional=True)


def _made(name: str, members: Needs, *, optional: bool) -> type[Needed]:
    requirement = Requirement(**members)
    return type(name, (Needed,), {"requirement": requirement, "members": members, "is_optional": optional})


class CredenzaAuthentication(BaseAuthentication):
    """Authenticates requests by their token, for what the permissions of the view ask for."""

    def authenticate(self, request: Request) -> tuple[Any, Caller] | None:
        """Ask the guard. `None` without credentials: other classes may authenticate the request then."""
        view = request.parser_context["view"]
        asked = incoming(request._request)
        setattr(request, _CHECKED, _permissions(view))
        if len(view.authentication_classes) > 1 and not _is_ours(asked):
            return None
        outcome = _ask(request, asked)
        if isinstance(outcome, Refusal):
            raise Refused(outcome)
        setattr(request, _PASSED, True)
        _add(view, outcome.fields)
        note(request._request, outcome)
        return None if outcome.caller is None else (TokenUser(outcome.caller), outcome.caller)

    def authenticate_header(self, request: Request) -> str:
        """Tell the challenge; also where no class has authenticated the request."""
        refusal: Refusal | Passed | None = getattr(request, _REFUSAL, None)
        if refusal is None:
            refusal = _ask(request, incoming(request._request))
        return (isinstance(refusal, Refusal) and refusal.denied.www_authenticate) or "Bearer"


def _is_ours(asked: Incoming) -> bool:
    """Whether a request has credentials of a scheme that the validator knows; others are for other classes."""
    return any(field.strip().lower().startswith(("bearer", "dpop")) for field in asked.authorization)


def _ask(request: Request, asked: Incoming) -> Passed | Refusal:
    wanted = _joined(getattr(request, _CHECKED, []))
    outcome = conf.guard().check(asked, wanted.requirement, optional=wanted.is_optional)
    if isinstance(outcome, Refusal):
        setattr(request, _REFUSAL, outcome)
    return outcome


def exception_handler(error: Exception, context: dict[str, Any]) -> HttpResponseBase | None:
    """Answer refusals as every guard does, and all other exceptions as Django REST framework does."""
    refusal: Refusal | None = getattr(context["request"], _REFUSAL, None)
    if refusal is None or not isinstance(error, (Refused, NotAuthenticated)):
        # Imported here, as that module needs the authentication class of the settings, which is in this one.
        from rest_framework.views import exception_handler as usual_handler

        return usual_handler(error, context)
    context["view"].headers.pop("Vary", None)
    return answer(refusal)


def _permissions(view: APIView) -> list[type[Needed]]:
    classes = cast("Sequence[Any]", view.permission_classes)
    return [one for one in classes if isinstance(one, type) and issubclass(one, Needed)]


def _joined(permissions: list[type[Needed]]) -> _Asked:
    """Join what they ask for, as a proof of DPoP is good for one check alone."""
    if len(permissions) == 1:
        return _Asked(permissions[0].requirement, permissions[0].is_optional)
    if not permissions:
        return _Asked(None, is_optional=False)
    both: dict[str, Any] = {}
    for one in permissions:
        for name, value in one.members.items():
            if name in both and name not in _ALL_OF:
                raise ImproperlyConfigured(f"two permissions of one view ask for {name}: write them as one")
            both[name] = [*both.get(name, ()), *cast("Sequence[str]", value)] if name in _ALL_OF else value
    return _Asked(Requirement(**both), all(one.is_optional for one in permissions))


_ALL_OF = ("scopes", "roles", "permissions")


def _add(view: APIView, fields: Sequence[tuple[str, str]]) -> None:
    """Add fields to the answer of a view, which adds its `headers` to whatever it answers."""
    headers: dict[str, str] = view.headers
    for name, value in fields:
        if name == "Vary":
            headers[name] = ", ".join(one for one in (headers.get(name), value) if one)
        else:
            headers[name] = value


__all__ = [
    "Caller",
    "CredenzaAuthentication",
    "Refused",
    "TokenUser",
    "exception_handler",
    "needs",
    "optionally",
]
