"""
Webhooks: messages of Credenza, and of everybody who signs as Standard Webhooks or Svix do.

    webhooks = Webhooks(["whsec_…"])
    message = webhooks.receive(request.headers, body)       # the bytes as they came
    if message.is_new:
        handle(message.event)
"""

from __future__ import annotations

import hmac
import json
import time
from base64 import b64decode
from collections import OrderedDict
from threading import Lock
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from credenza import SettingsError

from credenza_connectors.kit.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

_NAMES = (
    ("webhook-id", "webhook-timestamp", "webhook-signature"),
    ("svix-id", "svix-timestamp", "svix-signature"),
)
_MOST = 100_000
_LONGEST_ID = 256


class Seen(Protocol):
    """Where the ids of handled messages are kept. Nodes that share one handle each message once."""

    def add(self, name: str, seconds: float) -> bool:
        """Add an id for some time, and tell whether it was new; of two at once, one is told so."""
        ...

    def remove(self, name: str) -> None:
        """Remove an id, whose message was not handled after all."""
        ...


class Memory:
    """Ids in the memory of this process."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """Know none."""
        self._clock = clock
        self._lock = Lock()
        self._until: OrderedDict[str, float] = OrderedDict()

    def add(self, name: str, seconds: float) -> bool:
        """Add an id."""
        with self._lock:
            now = self._clock()
            while self._until and (len(self._until) > _MOST or next(iter(self._until.values())) <= now):
                self._until.popitem(last=False)
            if name in self._until:
                return False
            self._until[name] = now + seconds
            return True

    def remove(self, name: str) -> None:
        """Remove an id."""
        with self._lock:
            self._until.pop(name, None)


class Redis:
    """Ids in Redis, for all nodes."""

    def __init__(self, client: Any, prefix: str = "credenza:webhooks:") -> None:
        """Take a client of the package redis."""
        self._client = client
        self._prefix = prefix

    def add(self, name: str, seconds: float) -> bool:
        """Add an id."""
        return bool(self._client.set(self._prefix + name, "1", nx=True, px=int(seconds * 1000)))

    def remove(self, name: str) -> None:
        """Remove an id."""
        self._client.delete(self._prefix + name)


class Message(NamedTuple):
    """A message whose signature was verified."""

    id: str
    """The id, which stays the same when the message is sent again."""
    event: dict[str, Any]
    """The body."""
    is_new: bool
    """Whether it has to be handled: no message of this id was before."""


class Webhooks:
    """Verifies messages."""

    def __init__(
        self,
        secrets: str | Sequence[str],
        *,
        tolerance: float = 300,
        seen: Seen | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """
        Take the secrets, of which one has to have signed a message: `whsec_…`, or public keys, `whpk_…`.

        `tolerance` is how many seconds the time of a message may differ from now. Raises `SettingsError`.
        """
        listed = [secrets] if isinstance(secrets, str) else list(secrets)
        self._keys = [_key(one.strip()) for one in listed]
        if not self._keys:
            raise SettingsError("secrets", "has to have one at least")
        self._tolerance = tolerance
        self._seen = Memory() if seen is None else seen
        self._clock = clock

    def receive(self, headers: Mapping[str, str], body: bytes) -> Message:
        """
        Verify a message, and note its id. `failed` takes the note back, for a handler that did not succeed.

        Nothing of the body is read before its signature is good. Raises the problem `invalid_signature` (400).
        """
        name = self._verified(headers, body)
        try:
            event = json.loads(body)
        except (ValueError, RecursionError):
            event = None
        if not isinstance(event, dict):
            raise Problem(400, "invalid_json", title="The message is no JSON object")
        # As long as a sender may try again with a time that is good.
        return Message(name, event, self._seen.add(name, max(2 * self._tolerance, 3 * 86400)))

    def failed(self, message: Message) -> None:
        """Tell that a message could not be handled: when it is sent again, it is new."""
        self._seen.remove(message.id)

    def _verified(self, headers: Mapping[str, str], body: bytes) -> str:
        given = {name.lower(): value for name, value in headers.items()}
        names = next((names for names in _NAMES if names[0] in given), _NAMES[0])
        name, timestamp, signatures = (given.get(one, "") for one in names)
        is_number = timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 12
        if name and len(name) <= _LONGEST_ID and is_number and abs(self._clock() - int(timestamp)) <= self._tolerance:
            signed = f"{name}.{timestamp}.".encode("latin-1", "replace") + body
            if any(self._is_good(one, signed) for one in signatures.split(" ")[:20]):
                return name
        raise Problem(400, "invalid_signature", title="The message is not signed as it has to be")

    def _is_good(self, signature: str, signed: bytes) -> bool:
        version, _, text = signature.partition(",")
        try:
            raw = b64decode(text, validate=True)
        except ValueError:
            return False
        return any(key(version, raw, signed) for key in self._keys)


def _key(secret: str) -> Callable[[str, bytes, bytes], bool]:
    prefix, _, text = secret.partition("_")
    try:
        raw = b64decode(text, validate=True)
    except ValueError:
        raw = b""
    if prefix == "whpk" and len(raw) == 32:
        return _public(raw)
    if prefix == "whsec" and len(raw) >= 16:
        return lambda version, found, signed: (
            version == "v1" and hmac.compare_digest(found, hmac.digest(raw, signed, "sha256"))
        )
    raise SettingsError("secrets", "has to have whsec_ or whpk_ and base64, of 16 bytes at least or of 32")


def _public(raw: bytes) -> Callable[[str, bytes, bytes], bool]:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    key = Ed25519PublicKey.from_public_bytes(raw)

    def verify(version: str, found: bytes, signed: bytes) -> bool:
        if version != "v1a":
            return False
        try:
            key.verify(found, signed)
        except InvalidSignature:
            return False
        return True

    return verify
