"""The validator for blocking code."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from credenza import _credenza
from credenza._http import LOGGER, guarded, urllib_fetch
from credenza._settings import document

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from typing_extensions import Self, Unpack

    from credenza._credenza import Fetch, Response
    from credenza._settings import Settings


class Validator(_credenza.Validator):
    """
    Decides whether requests may pass. One for each issuer, made once, used from any thread.

    What has to be fetched first (the issuer's metadata and keys) is fetched once for all threads that wait; later
    refreshes happen in the background.
    """

    def __new__(
        cls,
        issuer: str,
        audience: str | Sequence[str] | None = None,
        *,
        fetch: Callable[[Fetch], Response] = urllib_fetch,
        clock: Callable[[], float] | None = None,
        **settings: Unpack[Settings],
    ) -> Self:
        """
        Make a validator.

        `audience` is the name of this service, or several, one of which the `aud` of a token must contain; it is needed
        unless there is a `client_id`. `fetch` plugs another HTTP client in, `clock` another time than the system's, in
        seconds since 1970.

        Raises `SettingsError`, which names the setting.
        """
        members = document(issuer, audience, settings)
        return super().__new__(cls, members, guarded(fetch), _in_background, clock)


def _in_background(validator: _credenza.Validator, fetch: Fetch) -> None:
    def make() -> None:
        try:
            validator._make(fetch)
        except Exception:
            LOGGER.exception("fetching %s in the background", fetch.url)

    threading.Thread(target=make, name="credenza-fetch", daemon=True).start()
