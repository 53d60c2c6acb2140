"""ID tokens (OpenID Connect Core 3.1.3.7), checked by the validator."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from credenza import Denied

if TYPE_CHECKING:
    from credenza import Claims

    from credenza_connectors.login.host import Host

_COOLDOWN = 1.1
"""How soon keys are fetched again for an unknown one, in seconds; `Host` sets it to one."""


async def checked(host: Host, token: str, access_token: str, **expected: Any) -> Claims:
    """Check an ID token, with its hash of the access token where it has one. Raises `Denied`."""
    try:
        claims = await host.check_id_token(token, **expected)
    except Denied as denied:
        if denied.rule != "kid":
            raise
        # Keys that were fetched a moment ago may have been replaced since.
        await host.sleep(_COOLDOWN)
        claims = await host.check_id_token(token, **expected)
    if "at_hash" in claims:
        await host.check_id_token(token, access_token=access_token)
    return claims
