"""What another service said, as exceptions: chosen by the `type` of its problem (RFC 9457), else by its status."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    import httpx2


class ServiceError(Exception):
    """Another service did not do what it was asked."""

    def __init__(
        self,
        text: str,
        status: int | None = None,
        document: dict[str, Any] | None = None,
        retry_after: float | None = None,
    ) -> None:
        """Take what was said."""
        super().__init__(text)
        self.status = status
        """The status of its answer; `None` without an answer."""
        self.document = document or {}
        """Its problem."""
        self.retry_after = retry_after
        """After how many seconds it may be asked again, where it says so."""

    @property
    def type(self) -> str:
        """The kind of problem: the last part of its `type`, such as `invalid-values`."""
        kind = self.document.get("type")
        return kind.rpartition("/")[2].rpartition(":")[2] if isinstance(kind, str) else ""


class Invalid(ServiceError):
    """It does not accept what it was sent (400, 415, 422)."""


class Unauthenticated(ServiceError):
    """It does not accept the token (401)."""


class Refused(ServiceError):
    """The caller may not do this (403)."""


class NotFound(ServiceError):
    """There is no such thing (404, 410)."""


class Conflict(ServiceError):
    """It does not go with what is there (409, 412, 428)."""


class UserAlreadyExists(Conflict):
    """There is a user of that name."""


class RateLimited(ServiceError):
    """Too many requests (429)."""


class Unavailable(ServiceError):
    """It cannot be reached, has trouble of its own (5xx), or sends elsewhere: nothing is known of the request."""


_BY_TYPE: dict[str, type[ServiceError]] = {
    "taken": Conflict,
    "conflict": Conflict,
    "idempotency-key-in-use": Conflict,
    "stale": Conflict,
    "precondition-required": Conflict,
    "not-found": NotFound,
    "beyond-authority": Refused,
    "insufficient-scope": Refused,
    "unauthenticated": Unauthenticated,
    "sign-in-too-old": Unauthenticated,
    "too-many-requests": RateLimited,
    "too-many-attempts": RateLimited,
    "too-many-at-once": RateLimited,
    "unavailable": Unavailable,
    "internal": Unavailable,
}
_BY_STATUS: dict[int, type[ServiceError]] = {
    401: Unauthenticated,
    403: Refused,
    404: NotFound,
    409: Conflict,
    410: NotFound,
    412: Conflict,
    428: Conflict,
    429: RateLimited,
}


def error_of(answer: httpx2.Response) -> ServiceError:
    """Read an answer whose status is an error."""
    document = _document(answer)
    made = ServiceError("", answer.status_code, document)
    is_away = answer.status_code >= 500 or answer.status_code < 400
    usual = Unavailable if is_away else _BY_STATUS.get(answer.status_code, Invalid)
    kind = _BY_TYPE.get(made.type, usual)
    title = document.get("title")
    text = f"{answer.status_code} {title if isinstance(title, str) else answer.reason_phrase}"
    return kind(text, answer.status_code, document, retry_after(answer))


def retry_after(answer: httpx2.Response) -> float | None:
    """Read `Retry-After` in seconds (RFC 9110 section 10.2.3)."""
    text = answer.headers.get("retry-after", "")
    return float(text) if text.isascii() and text.isdigit() and len(text) <= 9 else None


def _document(answer: httpx2.Response) -> dict[str, Any]:
    if not answer.headers.get("content-type", "").startswith("application/problem+json"):
        return {}
    try:
        found = answer.json()
    except (ValueError, RecursionError):
        return {}
    return cast("dict[str, Any]", found) if isinstance(found, dict) else {}
