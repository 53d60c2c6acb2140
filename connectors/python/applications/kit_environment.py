"""What the sample applications of the kit are told by their environment, and the data that they serve."""

from __future__ import annotations

import os
from typing import Any

PORT = int(os.environ.get("PORT", "5000"))
URL = f"http://127.0.0.1:{PORT}"
ORIGIN = os.environ.get("ORIGIN") or URL
ISSUER = os.environ["ISSUER"]
AUDIENCE = os.environ.get("AUDIENCE") or "https://api.example"
REDIS_URL = os.environ.get("REDIS_URL")
SECRETS = (os.environ.get("SECRET") or "a secret of at least thirty-two bytes").split(",")
FEATURES_URL = os.environ.get("FEATURES_URL") or "http://127.0.0.1:1/features"
SERVICE_URL = os.environ.get("SERVICE_URL") or "http://127.0.0.1:1"
CLIENT_ID = os.environ.get("CLIENT_ID", "")
CLIENT_SECRET = os.environ.get("CLIENT_SECRET", "")
WEBHOOK_SECRETS = [one for one in os.environ.get("WEBHOOK_SECRETS", "").split(",") if one]
STREAM = os.environ.get("STREAM")
GROUP = os.environ.get("GROUP") or "application"
CLAIM_AFTER = int(os.environ.get("CLAIM_AFTER_MS") or "60000") / 1000
NATS_URL = os.environ.get("NATS_URL")
NATS_STREAM = os.environ.get("NATS_STREAM")

RBAC = {"editor": ["items:read", "items:write"], "admin": ["*"]}
UPGRADE_URL = "https://app.example/upgrade"
ITEMS = [{"id": number, "kind": "odd" if number % 2 else "even"} for number in range(1, 501)]

hooks_seen: list[str] = []
events_seen: list[str] = []
failures: dict[str, int] = {}


def items(kind: str | None, after: int, limit: int) -> list[dict[str, Any]]:
    """Find items, by id, as a database would."""
    found = (one for one in ITEMS if one["id"] > after and kind in (None, one["kind"]))  # type: ignore[operator]
    return [one for one, _ in zip(found, range(limit), strict=False)]


def handle(event: Any) -> None:
    """Note an event, the first time; some types fail on purpose."""
    failures[event.id] = failures.get(event.id, 0) + 1
    if event.type == "test.fails" or (event.type == "test.fails_twice" and failures[event.id] <= 2):
        raise RuntimeError("on purpose")
    if event.id not in events_seen:
        events_seen.append(event.id)


def redis_of() -> Any:
    """Make a client of Redis for blocking code, which does not wait for long; `None` where there is none."""
    if REDIS_URL is None:
        return None
    import redis
    from redis.backoff import NoBackoff
    from redis.retry import Retry

    retry = Retry(NoBackoff(), 0)
    return redis.Redis.from_url(REDIS_URL, socket_timeout=3, socket_connect_timeout=3, retry=retry)


def async_redis_of() -> Any:
    """Make the same for coroutines."""
    if REDIS_URL is None:
        return None
    import redis.asyncio

    return redis.asyncio.Redis.from_url(REDIS_URL, socket_timeout=3, socket_connect_timeout=3)


def follow() -> None:
    """Read the events of the provider, where the environment names a stream."""
    if REDIS_URL is not None and STREAM:
        import redis
        from credenza_connectors.events.redis import Stream

        client = redis.Redis.from_url(REDIS_URL, socket_timeout=5, socket_connect_timeout=1)
        Stream(client, STREAM, handle, group=GROUP, claim_after=CLAIM_AFTER, backoff=0.05).start()
    if NATS_URL is not None and NATS_STREAM:
        from credenza_connectors.events.nats import Subscription

        Subscription(NATS_URL, NATS_STREAM, handle, durable=GROUP, backoff=0.05).start()


def issuer_is_there() -> bool:
    """Ask for the issuer's metadata."""
    import httpx2

    answer = httpx2.get(ISSUER.rstrip("/") + "/.well-known/openid-configuration", timeout=8)
    return answer.status_code == 200
