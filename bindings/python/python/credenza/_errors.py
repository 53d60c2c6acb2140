"""The exceptions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from credenza._types import Cause, Status


class Trouble(NamedTuple):
    """What kept a validator from a document of its issuer."""

    cause: Cause
    """In a word."""
    url: str
    """What was fetched."""
    status: int | None = None
    """The status of the answer, if there was one."""
    message: str | None = None
    """What the client, or the document, says of it."""
    hint: str | None = None
    """What to do about it, where that can be told."""


class Detail(NamedTuple):
    """Why a token was refused, for logs and developers. Not for the answer: it says what this service accepts."""

    reason: str
    """All of it as one line."""
    member: str | None = None
    """The header member, the claim or the part of the request that it is about."""
    problem: Literal["missing", "wrong_kind", "other"] | None = None
    """What is wrong with that member."""
    found: tuple[str, ...] = ()
    """What was found, shortened."""
    wanted: tuple[str, ...] = ()
    """What was wanted."""
    leeway: int | None = None
    """How far clocks may differ, in seconds, where a time was compared."""
    kid: str | None = None
    """The `kid` of the token: what it says of itself, verified or not, as the next two."""
    iss: str | None = None
    """Its `iss`."""
    exp: int | None = None
    """Its `exp`, in seconds since 1970."""
    trouble: Trouble | None = None
    """What kept the validator from its issuer."""


class CredenzaError(Exception):
    """What all exceptions of this package are."""


class Denied(CredenzaError):
    """A request or token that was refused. No claim of the token is in it."""

    status: Status
    """The status to answer: 400, 401, 403, or 503 when the check itself was not possible."""
    rule: str
    """The reason, as a name that never changes, such as `exp`: for logs and tests."""
    section: str
    """The section of the specification that asks for it, such as `RFC 7519 section 4.1.4`."""
    description: str
    """The reason in words."""
    error: str | None
    """The error code of the challenge, such as `invalid_token`."""
    www_authenticate: str | None
    """The value of `WWW-Authenticate` to answer."""
    dpop_nonce: str | None
    """The value of `DPoP-Nonce` to answer (RFC 9449 section 9)."""
    detail: Detail
    """What was found and what was wanted. It is not for the answer."""

    def __init__(
        self,
        status: Status,
        rule: str,
        section: str,
        description: str,
        error: str | None = None,
        www_authenticate: str | None = None,
        dpop_nonce: str | None = None,
        detail: Detail | None = None,
    ) -> None:
        """Take what the core decided."""
        super().__init__(status, rule, section, description, error, www_authenticate, dpop_nonce)
        self.status = status
        self.rule = rule
        self.section = section
        self.description = description
        self.error = error
        self.www_authenticate = www_authenticate
        self.dpop_nonce = dpop_nonce
        self.detail = detail or Detail(description)

    @property
    def headers(self) -> list[tuple[str, str]]:
        """The fields to answer."""
        fields = (("WWW-Authenticate", self.www_authenticate), ("DPoP-Nonce", self.dpop_nonce))
        return [(name, value) for name, value in fields if value is not None]

    def __str__(self) -> str:
        """Tell the reason."""
        return f"{self.rule}: {self.description} ({self.section})"


class SettingsError(CredenzaError, ValueError):
    """Settings, or a requirement, that are not accepted."""

    setting: str
    """Which one, such as `audience`."""
    reason: str
    """What is wrong with it."""

    def __init__(self, setting: str, reason: str) -> None:
        """Take what the core found."""
        super().__init__(setting, reason)
        self.setting = setting
        self.reason = reason

    def __str__(self) -> str:
        """Tell both."""
        return f"{self.setting}: {self.reason}"


class IssuerError(CredenzaError):
    """An issuer whose documents cannot be had, or are of no use: `ready()` found it."""

    trouble: Trouble
    """What is wrong."""

    def __init__(self, trouble: Trouble, line: str) -> None:
        """Take what the core found, and the same as one line."""
        super().__init__(trouble, line)
        self.trouble = trouble

    def __str__(self) -> str:
        """Tell it."""
        return str(self.args[1])


class Rejected(CredenzaError, ValueError):
    """What `credenza.jose` does not accept."""
