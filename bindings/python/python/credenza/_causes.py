"""Why a fetch failed, in a word that tells an operator where to look."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

    from credenza._types import Cause

# X509_V_ERR_HOSTNAME_MISMATCH and X509_V_ERR_IP_ADDRESS_MISMATCH of OpenSSL.
_NAME_MISMATCH: Final = (62, 64)


class FetchError(Exception):
    """An answer that is not accepted: too large, or encoded in a way that was not asked for."""

    cause: Cause
    """In a word."""

    def __init__(self, message: str, cause: Cause = "other") -> None:
        """Take the reason, in words and in one."""
        super().__init__(message)
        self.cause = cause


def cause_of(error: BaseException) -> Cause:
    """Name the cause that an HTTP client's exception has, whichever client it is."""
    for one in _chain(error):
        if found := _cause(one):
            return found
    return "other"


def _cause(error: BaseException) -> Cause | None:
    if isinstance(error, FetchError):
        return error.cause
    names = {kind.__name__ for kind in type(error).__mro__}
    # By name, so that modules need not be loaded: ssl takes longer than everything else.
    if "SSLError" in names:
        return "tls_name" if getattr(error, "verify_code", None) in _NAME_MISMATCH else "tls"
    if names & {"gaierror", "herror"}:
        return "dns"
    if names & {"TimeoutError", "TimeoutException", "TooSlowError"}:
        return "timeout"
    if "TooManyRedirects" in names:
        return "redirect"
    # An OSError that is not more than that is a proxy's refusal, as urllib tells it.
    if isinstance(error, ConnectionError) or names & {"ProxyError", "ClientHttpProxyError"} or type(error) is OSError:
        return "connect"
    return None


def _chain(error: BaseException) -> Iterator[BaseException]:
    """Go through the exception and those that it stems from, the innermost first, as that one knows most."""
    seen: list[BaseException] = []
    one: BaseException | None = error
    while one is not None and one not in seen:
        seen.append(one)
        # urllib keeps it in a field of its own, aiohttp in another.
        inner = getattr(one, "reason", None) or getattr(one, "os_error", None)
        one = inner if isinstance(inner, BaseException) else one.__cause__ or one.__context__
    yield from reversed(seen)
