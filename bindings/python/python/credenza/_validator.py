"""The validator for blocking code."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from credenza import _credenza, _log
from credenza._host import asking, hosted
from credenza._http import guarded, trusting, urllib_fetch
from credenza._settings import document

Decision = _credenza.Allowed | _credenza.Refused
"""
Whether a request may pass: `if not decision: raise decision.denied`, and `decision.claims` after that.
"""

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Sequence

    from typing_extensions import Self, Unpack

    from credenza._credenza import Fetch, Response
    from credenza._host import ReplayStore
    from credenza._settings import IssuerSettings, Settings


class Validator(_credenza.Validator):
    """
    Decides whether requests may pass. Made once, used from any thread.

    What has to be fetched first (the issuer's metadata and keys) is fetched once for all threads that wait; later
    refreshes happen in the background.
    """

    def __new__(
        cls,
        issuer: str,
        audience: str | Sequence[str] | None = None,
        *,
        fetch: Callable[[Fetch], Response] | None = None,
        ca_file: str | os.PathLike[str] | None = None,
        clock: Callable[[], float] | None = None,
        resolve: Callable[[str], IssuerSettings | None] | None = None,
        replays: ReplayStore | None = None,
        **settings: Unpack[Settings],
    ) -> Self:
        """
        Make a validator.

        `audience` is the name of this service, or several, one of which the `aud` of a token must contain; it is needed
        unless there is a `client_id`. `fetch` plugs another HTTP client in; for the one that is built in, `ca_file` may
        name a PEM file of authorities to trust. `clock` is another time than the system's, in seconds since 1970.

        `resolve` is asked about issuers that the settings do not name: it gets the `iss` of a token, for which nothing
        vouches yet, and returns the settings of that issuer, or `None`. `replays` remembers DPoP proofs for all nodes.

        Raises `SettingsError`, which names the setting.
        """
        members = asking(document(issuer, audience, settings), resolve, replays)
        client = fetch or urllib_fetch
        if ca_file is not None:
            client = trusting(ca_file, fetch)
        return super().__new__(cls, members, guarded(hosted(client, resolve, replays)), _in_background, clock)


def _in_background(validator: _credenza.Validator, fetch: Fetch) -> None:
    def make() -> None:
        try:
            validator._make(fetch)
        except Exception:
            _log.logger().exception("fetching %s in the background", fetch.url)

    try:
        threading.Thread(target=make, name="credenza-fetch", daemon=True).start()
    except RuntimeError as error:
        # No more threads, or an interpreter that ends. What is known serves on.
        _log.logger().debug("no thread to fetch %s in the background: %s", fetch.url, error)
