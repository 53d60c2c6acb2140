"""The parts of the kit for blocking handlers, as the sample applications of Flask and Django have them in common."""

from __future__ import annotations

import signal
import sys
from typing import Any

from credenza_connectors.events import Webhooks
from credenza_connectors.kit import Problem
from credenza_connectors.kit.features import Features
from credenza_connectors.kit.health import Health
from credenza_connectors.kit.pages import Pages
from credenza_connectors.kit.plans import Plans
from credenza_connectors.kit.rate_limit import RateLimit, per_caller, per_tenant
from credenza_connectors.kit.roles import Roles
from credenza_connectors.service import (
    NotFound,
    RateLimited,
    Refused,
    Service,
    ServiceError,
    Tokens,
    UserAlreadyExists,
    Users,
)

import kit_environment as env

redis = env.redis_of()
limits = RateLimit(per_caller(5, 2), per_tenant(20, 2), redis=redis)
pages, roles, plans = Pages(env.SECRETS), Roles(env.RBAC), Plans(env.UPGRADE_URL)
features = Features(env.FEATURES_URL, plans)
webhooks = Webhooks(env.WEBHOOK_SECRETS) if env.WEBHOOK_SECRETS else None
orders = Service(env.SERVICE_URL, tokens=Tokens(env.ISSUER, env.CLIENT_ID, env.CLIENT_SECRET), scope="orders:read")
users = Users(env.ISSUER, env.CLIENT_ID, env.CLIENT_SECRET)
health = Health(issuer=env.issuer_is_there, timeout=10, **({"redis": redis.ping} if redis else {}))


def list_items(query: str, caller: Any) -> dict[str, Any]:
    """List items in pages."""
    page = pages.read(query, route="/items", caller=caller, filters=("kind",))
    rows = env.items(page.filters.get("kind"), page.after or 0, page.limit + 1)
    return pages.answer(page, rows, position=lambda row: row["id"])


def take_message(headers: Any, body: bytes) -> int:
    """Take a message, and tell the status of the answer."""
    if webhooks is None:
        raise Problem(404)
    message = webhooks.receive(headers, body)
    if not message.is_new:
        return 200
    if message.event.get("type") == "features.changed":
        features.drop(message.event["data"].get("plan"))
    env.hooks_seen.append(message.id)
    return 204


def find_user(username: str) -> Any:
    """Find a user by name."""
    found = users.find(username)
    return {"items": [] if found is None else [found]}


def problem_of(error: ServiceError) -> Problem:
    """Tell what another service did not do, as a problem of this one."""
    if isinstance(error, UserAlreadyExists):
        return Problem(409, "user_exists", title="There is a user of that name")
    if isinstance(error, RateLimited):
        return Problem(429, "rate_limited", fields=[("Retry-After", str(int(error.retry_after or 1)))])
    if isinstance(error, NotFound):
        return Problem(404, "not_found")
    if isinstance(error, Refused):
        return Problem(403, "refused")
    return Problem(503, "unavailable", fields=[("Retry-After", "5")])


def serve(app: Any) -> None:
    """Serve a WSGI application until SIGTERM."""
    from werkzeug import serving

    class Quiet(serving.WSGIRequestHandler):
        """Leaves the log to the kit; a connection serves several requests."""

        protocol_version = "HTTP/1.1"

        def log(self, *_: Any) -> None:
            """Tell nothing."""

    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    server = serving.make_server("127.0.0.1", env.PORT, app, threaded=True, request_handler=Quiet)
    env.follow()
    print(f"listening on {env.URL}", flush=True)
    server.serve_forever()


def serve_asgi(app: Any) -> None:
    """Serve an ASGI application until SIGTERM."""
    import uvicorn

    class Server(uvicorn.Server):
        """Tells when it listens."""

        async def startup(self, sockets: Any = None) -> None:
            """Listen, then say so."""
            await super().startup(sockets)
            print(f"listening on {env.URL}", flush=True)

    env.follow()
    Server(uvicorn.Config(app, port=env.PORT, log_config=None, access_log=False, lifespan="off")).run()
