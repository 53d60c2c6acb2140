"""The native half of the package."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Literal, TypeAlias, TypeVar, final, overload

from typing_extensions import Self, Unpack, disjoint_base

from credenza._errors import Denied
from credenza._settings import Needs
from credenza._types import Cause

__all__ = [
    "VERSION",
    "Allowed",
    "Claims",
    "Fetch",
    "Refused",
    "Requirement",
    "Response",
    "TestIssuer",
    "Validator",
    "after_fork",
    "certificate_thumbprint",
    "jose_decrypt",
    "jose_verify",
    "jose_verify_hmac",
    "restored_claims",
]

_T = TypeVar("_T")

VERSION: str
"""The version of the package."""

@final
class Claims(Mapping[str, Any]):
    """
    The claims of a valid token: a mapping of all of them, and properties for those that the validator understands.

    Integers beyond 64 bits are floats; `json` has every letter.
    """

    @property
    def iss(self) -> str | None:
        """Who issued the token."""
    @property
    def sub(self) -> str | None:
        """The subject."""
    @property
    def aud(self) -> tuple[str, ...]:
        """Whom it is for."""
    @property
    def exp(self) -> int | None:
        """When it expires, in seconds since 1970."""
    @property
    def nbf(self) -> int | None:
        """From when it is valid, in seconds since 1970."""
    @property
    def iat(self) -> int | None:
        """When it was issued, in seconds since 1970."""
    @property
    def jti(self) -> str | None:
        """Its name."""
    @property
    def client_id(self) -> str | None:
        """Whom it was issued to (RFC 8693 section 4.3)."""
    @property
    def azp(self) -> str | None:
        """Whom it was issued to (OpenID Connect Core 2)."""
    @property
    def scope(self) -> str | None:
        """Its scopes, separated by spaces."""
    @property
    def scopes(self) -> tuple[str, ...]:
        """Its scopes."""
    @property
    def auth_time(self) -> int | None:
        """When the user signed in, in seconds since 1970."""
    @property
    def acr(self) -> str | None:
        """The authentication context of that sign-in."""
    @property
    def sid(self) -> str | None:
        """The session."""
    @property
    def json(self) -> str:
        """The payload, byte for byte."""
    def to_dict(self) -> dict[str, Any]:
        """Make a new dict of all claims: the fastest way to get one."""
    def __getitem__(self, name: str, /) -> Any: ...
    @overload
    def get(self, name: str, default: None = None, /) -> Any | None: ...
    @overload
    def get(self, name: str, default: _T, /) -> Any | _T: ...
    def __iter__(self) -> Iterator[str]: ...
    def __len__(self) -> int: ...
    def __reduce__(self) -> tuple[Any, tuple[str, str]]: ...

@final
class Allowed:
    """The decision that a request may pass: it is true, and has the claims."""

    allowed: Literal[True]
    """Whether it may pass: `True`."""
    claims: Claims
    """The claims of its token."""
    denied: None
    """The reason why it may not: `None`."""
    @property
    def dpop_nonce(self) -> str | None:
        """The value of `DPoP-Nonce` to answer (RFC 9449 section 8.2)."""
    @property
    def headers(self) -> list[tuple[str, str]]:
        """The fields to answer."""
    def __bool__(self) -> Literal[True]: ...

@final
class Refused:
    """The decision that a request may not pass: it is false, and has the reason."""

    allowed: Literal[False]
    """Whether it may pass: `False`."""
    claims: None
    """The claims: `None`, as none may be relied on."""
    denied: Denied
    """The reason: an exception, to be raised or answered."""
    @property
    def dpop_nonce(self) -> str | None:
        """The value of `DPoP-Nonce` to answer (RFC 9449 section 9)."""
    @property
    def headers(self) -> list[tuple[str, str]]:
        """The fields to answer."""
    def __bool__(self) -> Literal[False]: ...

@final
class Requirement:
    """What a route asks for. Read once, and used for any number of checks."""

    def __new__(cls, **needs: Unpack[Needs]) -> Self:
        """
        Take what is asked for: all of it has to be there.

        Raises `SettingsError` for an unknown member, or one of the wrong type.
        """

@final
class Fetch:
    """An HTTP request to make, without following redirects."""

    @property
    def key(self) -> str:
        """Identifies what is fetched: of two fetches with the same key, one is enough."""
    @property
    def method(self) -> str:
        """GET or POST; RESOLVE and REMEMBER are answered by the host itself."""
    @property
    def url(self) -> str:
        """Where to."""
    @property
    def headers(self) -> list[tuple[str, str]]:
        """Fields to send."""
    @property
    def body(self) -> bytes | None:
        """The body of a POST."""
    @property
    def max_bytes(self) -> int:
        """The greatest size of the answer's body; a longer one is a failure."""
    @property
    def timeout(self) -> float:
        """How long it may take, in seconds."""

@final
class Response:
    """What was answered."""

    def __new__(
        cls, status: int, body: bytes, *, content_type: str | None = None, cache_control: str | None = None
    ) -> Self:
        """Take an answer."""
    @property
    def status(self) -> int:
        """The status; anything but 200 is a failure."""
    @property
    def body(self) -> bytes:
        """The body."""
    @property
    def content_type(self) -> str | None:
        """The media type."""
    @property
    def cache_control(self) -> str | None:
        """`Cache-Control`."""

_Answer: TypeAlias = Response | tuple[Cause, str]

@disjoint_base
class Validator:
    """One issuer's tokens. Without `fetch`, a check returns the `Fetch` that it needs, whatever the types below say."""

    def __new__(
        cls,
        settings: dict[str, Any],
        fetch: Callable[[Fetch], _Answer] | None,
        background: Callable[[Validator, Fetch], None],
        clock: Callable[[], float] | None,
    ) -> Self: ...
    def validate(
        self, token: str, requirement: Requirement | None = None, *, now: float | None = None, **needs: Unpack[Needs]
    ) -> Claims:
        """
        Check a bearer token that was taken out of its request.

        What the route asks for is a `Requirement`, or its members as keywords. `now` is in seconds since 1970, the
        clock's by default. Raises `Denied`.
        """
    def check(
        self,
        authorization: str | Sequence[str] | None = None,
        *,
        method: str | None = None,
        url: str | None = None,
        dpop: str | Sequence[str] | None = None,
        certificate: str | bytes | None = None,
        certificate_thumbprint: str | None = None,
        requirement: Requirement | None = None,
        now: float | None = None,
    ) -> Allowed | Refused:
        """
        Check a request: bearer tokens, and tokens bound to a DPoP key or a TLS certificate.

        `authorization` and `dpop` are the values of these fields as they came, every line of them; `url` is the
        absolute URL as the client sees it; `certificate` is the client's, as PEM or DER, or give its SHA-256 in
        base64url as `certificate_thumbprint`. Raises `ValueError` for a certificate that is none.
        """
    def check_id_token(
        self,
        token: str,
        *,
        nonce: str | None = None,
        max_age: int | None = None,
        acr_values: Sequence[str] | None = None,
        access_token: str | None = None,
        code: str | None = None,
        now: float | None = None,
    ) -> Claims:
        """
        Check an ID token for the client of the settings (OpenID Connect Core 3.1.3.7).

        `access_token` and `code` are those that came along, for `at_hash` and `c_hash`. Raises `Denied`.
        """
    def check_logout_token(self, token: str, *, now: float | None = None) -> Claims:
        """
        Check a logout token for the client of the settings (OpenID Connect Back-Channel Logout 2.6).

        It is good once. Raises `Denied`.
        """
    def ready(self, *, now: float | None = None) -> None:
        """
        Fetch what checks need, so that the first need not wait, and a wrong address shows at the start.

        Raises `IssuerError`, which says what is wrong.
        """
    def _fetched(self, fetch: Fetch, answer: _Answer) -> None:
        """Record what came of a fetch."""
    def _make(self, fetch: Fetch) -> None:
        """Make a fetch that no check waits for, unless it is under way."""
    @property
    def issuer(self) -> str:
        """The issuer."""

@final
class TestIssuer:
    def __new__(cls, issuer: str) -> Self: ...
    def mint(
        self, now: int, *, audience: str | None, claims: dict[str, Any], typ: str, alg: str, lifetime: int
    ) -> str: ...
    def jwks_json(self) -> str: ...
    def rotate(self, withdraw: bool) -> None: ...
    def revoke(self, claim: str, value: str) -> None: ...
    def respond(self, url: str, now: int) -> tuple[int, str]: ...

def certificate_thumbprint(certificate: str | bytes) -> str:
    """
    Name a client certificate, given as PEM or DER: its SHA-256, base64url (RFC 8705 section 3.1).

    Raises `ValueError` for what is no certificate.
    """

def after_fork() -> None:
    """Discard locks that another thread may have held at a fork. To be called in the child."""

def jose_verify(token: str, jwks: bytes, algorithms: list[str]) -> bytes: ...
def jose_verify_hmac(token: str, secret: bytes, algorithms: list[str]) -> bytes: ...
def jose_decrypt(token: str, alg: str, pkcs8: bytes) -> bytes: ...
def restored_claims(json: str, understood: str) -> Claims:
    """Make claims again from what `pickle` kept of them."""
