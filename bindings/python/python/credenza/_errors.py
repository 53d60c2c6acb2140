"""The exceptions."""

from __future__ import annotations


class CredenzaError(Exception):
    """What all exceptions of this package are."""


class Denied(CredenzaError):
    """A request or token that was refused. No claim of the token is in it."""

    status: int
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

    def __init__(
        self,
        status: int,
        rule: str,
        section: str,
        description: str,
        error: str | None = None,
        www_authenticate: str | None = None,
        dpop_nonce: str | None = None,
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


class Rejected(CredenzaError, ValueError):
    """What `credenza.jose` does not accept."""
