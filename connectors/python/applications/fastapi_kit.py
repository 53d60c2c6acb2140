"""The kit in FastAPI: every part of it, for the cases that applications of all languages share."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any

import httpx2
import uvicorn
from credenza_connectors.events import Webhooks
from credenza_connectors.fastapi import Caller, Guard
from credenza_connectors.kit import Problem, body_limit, timeout
from credenza_connectors.kit.fastapi import Kit, json_body
from credenza_connectors.kit.features import AsyncFeatures
from credenza_connectors.kit.health import LIVE, Health
from credenza_connectors.kit.log import to_stdout
from credenza_connectors.kit.pages import Pages
from credenza_connectors.kit.plans import Plans
from credenza_connectors.kit.rate_limit import AsyncRateLimit, per_caller, per_tenant
from credenza_connectors.kit.roles import Roles
from credenza_connectors.service import (
    AsyncService,
    AsyncTokens,
    AsyncUsers,
    NotFound,
    RateLimited,
    Refused,
    ServiceError,
    User,
    UserAlreadyExists,
)
from fastapi import FastAPI, Request, Response, Security
from fastapi.responses import JSONResponse

import kit_environment as env

to_stdout()
guard = Guard(env.ISSUER, env.AUDIENCE)
app = FastAPI()
guard.init_app(app)
Kit(origin=env.ORIGIN, body_limit=1024, timeout=0.3).init_app(app)

redis = env.async_redis_of()
limits = AsyncRateLimit(per_caller(5, 2), per_tenant(20, 2), redis=redis)
pages, roles, plans = Pages(env.SECRETS), Roles(env.RBAC), Plans(env.UPGRADE_URL)
features = AsyncFeatures(env.FEATURES_URL, plans)
webhooks = Webhooks(env.WEBHOOK_SECRETS) if env.WEBHOOK_SECRETS else None
orders = AsyncService(
    env.SERVICE_URL, tokens=AsyncTokens(env.ISSUER, env.CLIENT_ID, env.CLIENT_SECRET), scope="orders:read"
)
users = AsyncUsers(env.ISSUER, env.CLIENT_ID, env.CLIENT_SECRET)


async def issuer_is_there() -> bool:
    """Ask for the issuer's metadata."""
    async with httpx2.AsyncClient() as client:
        return (await client.get(env.ISSUER.rstrip("/") + "/.well-known/openid-configuration")).status_code == 200


health = Health(issuer=issuer_is_there, timeout=10, **({"redis": redis.ping} if redis else {}))
Known = Annotated[Caller, Security(guard)]


@app.get("/livez")
@timeout(15)
async def livez() -> Response:
    """Tell that the process lives."""
    return JSONResponse(LIVE[1], LIVE[0])


@app.get("/readyz")
@timeout(15)
async def readyz() -> Response:
    """Tell whether what is needed is there."""
    status, document = await health.report_async()
    return JSONResponse(document, status)


@app.post("/echo")
@timeout(15)
async def echo(request: Request) -> Any:
    """Answer the body."""
    return await json_body(request)


@app.post("/upload")
@timeout(15)
@body_limit(65536)
async def upload(request: Request) -> dict[str, int]:
    """Take more than other routes do."""
    return {"bytes": len(await request.body())}


@app.get("/slow")
async def slow(ms: int = 0) -> dict[str, int]:
    """Take some time."""
    await asyncio.sleep(ms / 1000)
    return {"ms": ms}


@app.get("/slower")
@timeout(1)
async def slower(ms: int = 0) -> dict[str, int]:
    """Take more time than others may."""
    await asyncio.sleep(ms / 1000)
    return {"ms": ms}


@app.get("/fail")
async def fail() -> None:
    """Fail as nobody expected."""
    raise RuntimeError("inside-of-the-handler")


@app.get("/items")
@timeout(15)
async def items(request: Request, caller: Known) -> dict[str, Any]:
    """List items in pages."""
    page = pages.read(request.url.query, route="/items", caller=caller, filters=("kind",))
    rows = env.items(page.filters.get("kind"), page.after or 0, page.limit + 1)
    return pages.answer(page, rows, position=lambda row: row["id"])


@app.get("/limited")
@timeout(15)
async def limited(caller: Known) -> dict[str, bool]:
    """Answer so many times."""
    await limits.hit(caller)
    return {"ok": True}


@app.get("/edit")
@timeout(15)
async def edit(caller: Known) -> dict[str, bool]:
    """Do what needs a permission."""
    roles.need(caller, "items:write")
    return {"ok": True}


@app.get("/reports")
@timeout(15)
async def reports(caller: Known) -> dict[str, bool]:
    """Do what needs a plan."""
    plans.need(caller, "pro", "enterprise")
    return {"ok": True}


@app.get("/exports")
@timeout(15)
async def exports(caller: Known) -> dict[str, bool]:
    """Do what a plan includes, or not."""
    await features.need(caller, "exports")
    return {"ok": True}


@app.get("/projects")
@timeout(15)
async def projects(caller: Known, used: int = 0) -> dict[str, bool]:
    """Do what a plan includes so many times."""
    await features.need_room(caller, "projects", used)
    return {"ok": True}


@app.post("/hooks/credenza")
@timeout(15)
async def hooks(request: Request) -> Response:
    """Take a message."""
    if webhooks is None:
        raise Problem(404)
    message = webhooks.receive(request.headers, await request.body())
    if not message.is_new:
        return Response(status_code=200)
    if message.event.get("type") == "features.changed":
        features.drop(message.event["data"].get("plan"))
    env.hooks_seen.append(message.id)
    return Response(status_code=204)


@app.get("/hooks/seen")
@timeout(15)
async def hooks_seen() -> list[str]:
    """List the messages that were handled."""
    return env.hooks_seen


@app.get("/events/seen")
@timeout(15)
async def events_seen() -> list[str]:
    """List the events that were handled."""
    return env.events_seen


@app.exception_handler(ServiceError)
async def service_error(_: Request, error: ServiceError) -> Response:
    """Answer what another service did not do."""
    raise problem_of(error) from error


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


@app.get("/call/machine")
@timeout(15)
async def call_machine() -> Any:
    """Call a service in the name of this one."""
    return (await orders.get("/machine")).json()


@app.get("/call/behalf")
@timeout(15)
async def call_behalf(request: Request, caller: Known) -> Any:
    """Call a service in the name of whoever called."""
    return (await orders.get("/behalf", behalf=request.headers["authorization"])).json()


@app.post("/call/users", status_code=201)
@timeout(15)
async def create_user(request: Request) -> User:
    """Make a user."""
    return await users.create((await json_body(request))["username"])


@app.get("/call/users/{user_id}")
@timeout(15)
async def get_user(user_id: str) -> User:
    """Show a user."""
    return await users.get(user_id)


@app.get("/call/users")
@timeout(15)
async def find_user(username: str) -> dict[str, list[User]]:
    """Find a user by name."""
    found = await users.find(username)
    return {"items": [] if found is None else [found]}


@app.post("/call/users/{user_id}/disable")
@timeout(15)
async def disable_user(user_id: str) -> User:
    """Disable a user."""
    return await users.disable(user_id)


@app.post("/call/users/{user_id}/enable")
@timeout(15)
async def enable_user(user_id: str) -> User:
    """Enable a user."""
    return await users.enable(user_id)


@app.delete("/call/users/{user_id}", status_code=204)
@timeout(15)
async def delete_user(user_id: str) -> None:
    """Delete a user."""
    await users.delete(user_id)


class Server(uvicorn.Server):
    """Tells when it listens."""

    async def startup(self, sockets: Any = None) -> None:
        """Listen, then say so."""
        await super().startup(sockets)
        print(f"listening on {env.URL}", flush=True)


if __name__ == "__main__":
    env.follow()
    Server(uvicorn.Config(app, port=env.PORT, log_config=None, access_log=False)).run()
