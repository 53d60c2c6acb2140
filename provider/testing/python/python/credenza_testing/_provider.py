"""The provider."""

from __future__ import annotations

import json
from collections.abc import Iterable
from types import TracebackType
from typing import Any, Literal, TypeAlias

from ._native import NativeProvider
from ._types import Callback, Client, Tokens, User

Endpoint: TypeAlias = Literal[
    "discovery",
    "jwks",
    "authorize",
    "token",
    "userinfo",
    "introspect",
    "revoke",
    "revocations",
    "register",
    "pages",
]
"""What can fail, and is counted; `pages` is every other path."""


def provider(
    *, port: int = 0, now: int | None = None, rsa: bool = False, **settings: Any
) -> Provider:
    """Starts a provider on a port of 127.0.0.1; leave it with `with`, or by `stop()`.

    `port` 0 is a free one. The clock goes with the machine's, or stands still at the second `now`.
    With `rsa` the RSA keys are made at once, and not when a client first needs one. `settings` are
    those of a tenant, such as `access_token_lifetime=60`.
    """
    return Provider(port=port, now=now, rsa=rsa, **settings)


class Provider:
    """A running provider.

    Every method blocks for the moment that it takes and lets other threads go on; what fails raises
    `Error`. Where a user or a client is asked for, its name or id will do.
    """

    def __init__(
        self, *, port: int = 0, now: int | None = None, rsa: bool = False, **settings: Any
    ) -> None:
        options = {"port": port, "now": now, "rsa": rsa, "settings": settings}
        self._native = NativeProvider(json.dumps(options))

    @property
    def issuer(self) -> str:
        """`iss` of its tokens, and what its URLs begin with."""
        return self._native.issuer

    def add_user(self, username: str, password: str | None = None, **claims: Any) -> User:
        """Makes a person, with standard claims such as `email="a@example.test"`."""
        new = {"username": username, "password": password, "claims": claims}
        return User(**self._call("add_user", new))

    def add_client(self, redirect_uris: Iterable[str] = (), **metadata: Any) -> Client:
        """Makes a client from its metadata (RFC 7591, OpenID Connect Registration).

        Without redirect URIs it acts in its own name (`client_credentials`). A public client has
        `token_endpoint_auth_method="none"`. `client_id` and `client_secret` may be given.
        """
        made = self._call("add_client", {"redirect_uris": list(redirect_uris), **metadata})
        secret = made.pop("client_secret", None)
        return Client(client_id=made["client_id"], client_secret=secret, metadata=made)

    def tokens_for(
        self,
        user: User | str,
        client: Client | str,
        *,
        scope: str | None = None,
        resource: Iterable[str] = (),
        nonce: str | None = None,
    ) -> Tokens:
        """Real tokens without a browser: as if the person had signed in and allowed the scope."""
        ask = {"scope": scope, "resource": list(resource), "nonce": nonce}
        params = {"user": _user(user), "client_id": _client(client), "ask": ask}
        return Tokens(**self._call("tokens_for", params))

    def client_token(
        self, client: Client | str, *, scope: str | None = None, resource: Iterable[str] = ()
    ) -> Tokens:
        """The token of a client in its own name (RFC 6749 4.4)."""
        ask = {"scope": scope, "resource": list(resource)}
        return Tokens(**self._call("client_token", {"client_id": _client(client), "ask": ask}))

    def browser(self) -> Browser:
        """A browser that was never here. It keeps its cookies from one sign-in to the next."""
        return Browser(self)

    def authorize(
        self, url: str, user: User | str, *, password: str | None = None, deny: bool = False
    ) -> Callback:
        """Signs a person in, in a new browser; see `Browser.authorize`."""
        return self.browser().authorize(url, user, password=password, deny=deny)

    @property
    def now(self) -> int:
        """What time it is there, in seconds since 1970."""
        return int(self._call("now"))

    def advance(self, seconds: int) -> None:
        """Lets seconds pass; negative ones come back."""
        self._call("advance", seconds)

    def set_time(self, seconds: int) -> None:
        """Makes it that second since 1970."""
        self._call("set_time", seconds)

    def freeze(self) -> None:
        """Stops the clock: only `advance` and `set_time` move it from here on."""
        self._call("freeze")

    def configure(self, **settings: Any) -> None:
        """Changes settings of the tenant, such as `access_token_lifetime=60`."""
        self._call("configure", settings)

    def rotate_keys(self, *, keep_old: bool = True) -> None:
        """Makes new keys sign at once; the old ones stay published, or go as after a theft."""
        self._call("rotate_keys", keep_old)

    def fault(
        self,
        endpoint: Endpoint,
        *,
        delay: float = 0.0,
        status: int | None = None,
        drop: bool = False,
        times: int | None = None,
    ) -> None:
        """Lets an endpoint answer late (seconds), with a status from 400 to 599, or not at all.

        It affects every request, or this many `times`.
        """
        fault = {"delay_ms": round(delay * 1000), "status": status, "drop": drop, "times": times}
        self._call("fault", {"endpoint": endpoint, "fault": fault})

    def clear_faults(self) -> None:
        """Ends every fault."""
        self._call("clear_faults")

    def requests(self, endpoint: Endpoint) -> int:
        """How many requests the endpoint has had since the start or the last reset."""
        return int(self._call("requests", endpoint))

    def revoke(self, token: str) -> None:
        """Revokes a token as its client does: a refresh token with all that belongs to it."""
        self._call("revoke", token)

    def revoke_grants(self, user: User | str, client: Client | str | None = None) -> int:
        """Revokes what a person has granted to one client or to all; answers how many."""
        params = {"user": _user(user), "client_id": None if client is None else _client(client)}
        return int(self._call("revoke_grants", params))

    def is_active(self, token: str) -> bool:
        """Whether a token lives, as introspection would tell its client."""
        return bool(self._call("is_active", token))

    def end_sessions(self, user: User | str) -> int:
        """Ends the person's sessions, and what lives no longer than they; answers how many."""
        return int(self._call("end_sessions", _user(user)))

    def disable_user(self, user: User | str) -> None:
        """Disables a person, with sessions and grants."""
        self._call("set_user_enabled", {"name": _user(user), "enabled": False})

    def enable_user(self, user: User | str) -> None:
        """Enables a person again; what ended stays so."""
        self._call("set_user_enabled", {"name": _user(user), "enabled": True})

    def disable_client(self, client: Client | str) -> None:
        """Disables a client, with what it was granted."""
        self._call("set_client_enabled", {"name": _client(client), "enabled": False})

    def enable_client(self, client: Client | str) -> None:
        """Enables a client again."""
        self._call("set_client_enabled", {"name": _client(client), "enabled": True})

    def reset(self) -> None:
        """Forgets users, clients, grants, settings, faults and time; issuer and keys stay."""
        self._call("reset")

    def stop(self) -> None:
        """Stops it; doing so twice changes nothing."""
        self._native.stop()

    def __enter__(self) -> Provider:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stop()

    def _call(self, method: str, params: object = None) -> Any:
        return json.loads(self._native.call(method, json.dumps(params)))


class Browser:
    """A browser at a provider: it walks the real pages, and keeps cookies."""

    def __init__(self, provider: Provider) -> None:
        self._provider = provider
        self._cookies: dict[str, str] = {}

    def authorize(
        self,
        url: str,
        user: User | str | None = None,
        *,
        password: str | None = None,
        deny: bool = False,
    ) -> Callback:
        """Opens an authorization URL of the application, and does what each page asks.

        Answers where the provider sends the browser. The person types the password that they were
        made with, or `password`, and allows what is asked, unless they `deny` it. Without `user`,
        a page that asks who is there raises `Error`.
        """
        name = None if user is None else _username(user)
        person = {"username": name, "password": password, "denies": deny}
        return Callback(**self._walk("authorize", {"url": url, "person": person}))

    def sign_out(self, url: str) -> str | None:
        """Opens a sign-out URL and confirms; answers where the browser is sent, if anywhere."""
        end: str | None = self._walk("sign_out", {"url": url})["url"]
        return end

    def _walk(self, method: str, params: dict[str, object]) -> Any:
        walked = self._provider._call(method, {**params, "browser": self._cookies})
        self._cookies = walked["browser"]
        return walked["end"]


def _user(user: User | str) -> str:
    return user if isinstance(user, str) else user.sub


def _username(user: User | str) -> str:
    return user if isinstance(user, str) else user.username


def _client(client: Client | str) -> str:
    return client if isinstance(client, str) else client.client_id
