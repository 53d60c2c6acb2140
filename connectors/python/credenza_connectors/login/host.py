"""
What the sign-in needs of the program it runs in, once for blocking code and once for coroutines.

The rest is written once, as coroutines: on a `BlockingHost` they never suspend, and `run` drives them to their end.
"""

from __future__ import annotations

import ssl
import threading
import time
from contextlib import AbstractAsyncContextManager, AbstractContextManager, asynccontextmanager, nullcontext
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar, cast

import anyio
import httpx2 as httpx
from credenza import AsyncValidator, Validator

from credenza_connectors.login.errors import ReplyLost, Unavailable

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Coroutine, Mapping

    from credenza import Claims

    from credenza_connectors.login.config import Config

T = TypeVar("T")
ValidatorT = TypeVar("ValidatorT")

_MOST_BYTES = 262_144


@dataclass(frozen=True)
class Question:
    """A request to the provider; one with a form is a POST."""

    url: str
    form: Mapping[str, str | list[str]] | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    timeout: float | None = None

    @property
    def method(self) -> str:
        """The method."""
        return "GET" if self.form is None else "POST"


@dataclass(frozen=True)
class Reply:
    """Its answer."""

    status: int
    body: bytes


class Host(Protocol):
    """The program around."""

    def trust(self, jwks_uri: str) -> None:
        """Take the keys of the provider from there."""

    async def ready(self) -> None:
        """Fetch the keys of the provider. Raises `IssuerError`."""
        ...

    async def check_id_token(self, token: str, **expected: Any) -> Claims:
        """Check an ID token. Raises `Denied`."""
        ...

    async def check_logout_token(self, token: str) -> Claims:
        """Check a logout token. Raises `Denied`."""
        ...

    async def send(self, question: Question) -> Reply:
        """Ask the provider, without following redirects. Raises `ReplyLost`."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        ...

    def only_one(self, name: str) -> AbstractAsyncContextManager[None]:
        """Let one at a time of this process do what has that name."""
        ...

    def unbroken(self) -> AbstractContextManager[Any]:
        """Go on to the end although the request is cancelled."""
        ...


class BlockingHost:
    """For blocking code, from any thread."""

    def __init__(self, config: Config) -> None:
        """Make the clients."""
        self._config = config
        self._keys = Keys(partial(Validator, config.issuer, **_validating(config)))
        self._locks = Locks(_BlockingLock)

    def trust(self, jwks_uri: str) -> None:
        """Take the keys of the provider from there."""
        self._keys.take(jwks_uri)

    async def ready(self) -> None:
        """Fetch the keys of the provider."""
        self._keys.validator.ready()

    async def check_id_token(self, token: str, **expected: Any) -> Claims:
        """Check an ID token."""
        return self._keys.validator.check_id_token(token, **expected)

    async def check_logout_token(self, token: str) -> Claims:
        """Check a logout token."""
        return self._keys.validator.check_logout_token(token)

    @cached_property
    def _ssl(self) -> ssl.SSLContext:
        return _trust(self._config)

    async def send(self, question: Question) -> Reply:
        """Ask the provider. Questions are rare: no connection is kept, which a fork or a closed server would spoil."""
        body = bytearray()
        try:
            with (
                httpx.Client(verify=self._ssl, timeout=self._config.timeout) as client,
                client.stream(question.method, question.url, **_sent(question, self._config)) as answer,
            ):
                for chunk in answer.iter_bytes():
                    body += _bounded(chunk, len(body))
                return Reply(answer.status_code, bytes(body))
        except httpx.HTTPError as error:
            raise _unreachable(question, error) from error

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        time.sleep(seconds)

    def only_one(self, name: str) -> AbstractAsyncContextManager[None]:
        """Let one thread at a time go on."""
        return self._locks.held(name)

    def unbroken(self) -> AbstractContextManager[Any]:
        """Do nothing, as threads are not cancelled."""
        return nullcontext()


class AsyncHost:
    """For coroutines, in asyncio or trio."""

    def __init__(self, config: Config) -> None:
        """Make the clients."""
        self._config = config
        self._keys = Keys(partial(AsyncValidator, config.issuer, **_validating(config)))
        self._locks = Locks(anyio.Lock)

    def trust(self, jwks_uri: str) -> None:
        """Take the keys of the provider from there."""
        self._keys.take(jwks_uri)

    async def ready(self) -> None:
        """Fetch the keys of the provider."""
        await self._keys.validator.ready()

    async def check_id_token(self, token: str, **expected: Any) -> Claims:
        """Check an ID token."""
        return await self._keys.validator.check_id_token(token, **expected)

    async def check_logout_token(self, token: str) -> Claims:
        """Check a logout token."""
        return await self._keys.validator.check_logout_token(token)

    @cached_property
    def _ssl(self) -> ssl.SSLContext:
        return _trust(self._config)

    async def send(self, question: Question) -> Reply:
        """Ask the provider. A client's connections belong to one event loop, so each question has a client."""
        body = bytearray()
        try:
            async with (
                httpx.AsyncClient(verify=self._ssl, timeout=self._config.timeout) as client,
                client.stream(question.method, question.url, **_sent(question, self._config)) as answer,
            ):
                async for chunk in answer.aiter_bytes():
                    body += _bounded(chunk, len(body))
                return Reply(answer.status_code, bytes(body))
        except httpx.HTTPError as error:
            raise _unreachable(question, error) from error

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        await anyio.sleep(seconds)

    def only_one(self, name: str) -> AbstractAsyncContextManager[None]:
        """Let one task at a time go on."""
        return self._locks.held(name)

    def unbroken(self) -> AbstractContextManager[Any]:
        """Hold cancellation back."""
        return anyio.CancelScope(shield=True)


class Keys(Generic[ValidatorT]):
    """The validator, which is made when the metadata have told where the keys are."""

    def __init__(self, make: Callable[..., ValidatorT]) -> None:
        """Take what makes a validator. Raises `SettingsError` at once for what it refuses."""
        self._make = make
        self._made: tuple[str, ValidatorT] | None = None
        make()

    def take(self, jwks_uri: str) -> None:
        """Make the validator for these keys, unless it is there."""
        if self._made is None or self._made[0] != jwks_uri:
            self._made = (jwks_uri, self._make(jwks_uri=jwks_uri))

    @property
    def validator(self) -> ValidatorT:
        """The validator. Raises `Unavailable` before the metadata were read."""
        if self._made is None:
            raise Unavailable("the metadata of the provider were not read yet")
        return self._made[1]


class Locks:
    """Locks by name, which are forgotten when nobody holds them or waits."""

    def __init__(self, make: Callable[[], Any]) -> None:
        """Take what makes a lock."""
        self._make = make
        self._entries: dict[str, tuple[Any, list[None]]] = {}
        self._guard = threading.Lock()

    @asynccontextmanager
    async def held(self, name: str) -> AsyncIterator[None]:
        """Hold the lock of that name."""
        with self._guard:
            lock, users = self._entries.setdefault(name, (self._make(), []))
            users.append(None)
        try:
            async with lock:
                yield
        finally:
            with self._guard:
                users.pop()
                if not users:
                    del self._entries[name]


class _BlockingLock:
    def __init__(self) -> None:
        self._lock = threading.Lock()

    async def __aenter__(self) -> None:
        self._lock.acquire()

    async def __aexit__(self, *_: object) -> None:
        self._lock.release()


def run(work: Coroutine[Any, Any, T]) -> T:
    """Drive a coroutine that never suspends to its end."""
    try:
        work.send(None)
    except StopIteration as end:
        return cast("T", end.value)
    work.close()
    raise RuntimeError("blocking code cannot wait for a coroutine: use a store and hooks that block")


def _validating(config: Config) -> dict[str, Any]:
    return {
        "client_id": config.client_id,
        "leeway": config.leeway,
        "clock": config.clock,
        # A key that is not known yet may have been made a moment ago; a sign-in with it is worth a fetch.
        "key_cache": {"cooldown": 1},
        **({"ca_file": config.ca_file} if config.ca_file else {}),
    }


def _trust(config: Config) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=config.ca_file)


def _sent(question: Question, config: Config) -> dict[str, Any]:
    headers = {"Accept": "application/json", **question.headers}
    timeout = config.timeout if question.timeout is None else min(question.timeout, config.timeout)
    return {"headers": headers, "data": question.form, "timeout": timeout, "follow_redirects": False}


def _bounded(chunk: bytes, length: int) -> bytes:
    if length + len(chunk) > _MOST_BYTES:
        raise httpx.DecodingError(f"more than {_MOST_BYTES} bytes")
    return chunk


def _unreachable(question: Question, error: Exception) -> ReplyLost:
    return ReplyLost(f"{question.url} does not answer: {type(error).__name__} {error}".rstrip())
