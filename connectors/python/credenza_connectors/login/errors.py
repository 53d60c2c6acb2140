"""What ends a sign-in, or keeps a request from its session."""

from __future__ import annotations

RETRY_AFTER = 5
"""How soon to ask again what is not available now, in seconds."""


class LoginError(Exception):
    """What went wrong with a sign-in or a session. The text is for logs; no token is in it."""


class SignInNeeded(LoginError):
    """There is no session, or it has ended: people are sent to the sign-in, other requests get 401."""


class Unavailable(LoginError):
    """The provider or the session store cannot be reached now: 503, and the session stays."""


class ReplyLost(Unavailable):
    """The provider did not answer; whether it did what it was asked is not known."""


class SignInFailed(LoginError):
    """A sign-in that ends here, and the page that says so."""

    def __init__(self, status: int, text: str, reason: str, *, return_to: str = "/", keeps_flow: bool = False) -> None:
        """
        Describe the failure.

        `text` is for people, `reason` for the log. Where `keeps_flow`, loading the page again tries once more.
        """
        super().__init__(reason)
        self.status = status
        self.text = text
        self.return_to = return_to
        self.keeps_flow = keeps_flow


class SessionTooLarge(LoginError):
    """A session that no cookies can hold; a session store can."""
