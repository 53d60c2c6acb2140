"""
A service of orders with FastAPI that uses the whole kit, in one file.

    ISSUER=http://127.0.0.1:8080 SECRET=… CLIENT_ID=… CLIENT_SECRET=… FEATURES_URL=… BILLING_URL=… python service_app.py
"""

import os
from typing import Annotated, Any

import uvicorn
from credenza_connectors.events import Webhooks
from credenza_connectors.fastapi import Caller, Guard
from credenza_connectors.kit import Problem, timeout
from credenza_connectors.kit.fastapi import Kit, json_body
from credenza_connectors.kit.features import AsyncFeatures
from credenza_connectors.kit.health import LIVE, Health
from credenza_connectors.kit.log import to_stdout
from credenza_connectors.kit.pages import Pages
from credenza_connectors.kit.plans import Plans
from credenza_connectors.kit.rate_limit import AsyncRateLimit, per_caller, per_tenant
from credenza_connectors.kit.roles import Roles
from credenza_connectors.service import AsyncService, AsyncTokens, ServiceError
from fastapi import Depends, FastAPI, Request, Response, Security
from fastapi.responses import JSONResponse

env = os.environ
guard = Guard(env["ISSUER"], "https://api.example")
app = FastAPI(title="Orders")
guard.init_app(app)
Kit(origin=env.get("ORIGIN", ""), body_limit=10_000, timeout=10).init_app(app)

limits = AsyncRateLimit(per_caller(20, 60), per_tenant(100, 60))
roles = Roles({"clerk": ["orders:read", "orders:write"], "auditor": ["orders:read"], "admin": ["*"]})
plans = Plans("https://app.example/upgrade")
features = AsyncFeatures(env["FEATURES_URL"], plans)
pages = Pages(env["SECRET"])
webhooks = Webhooks(env["WEBHOOK_SECRET"])
tokens = AsyncTokens(env["ISSUER"], env["CLIENT_ID"], env["CLIENT_SECRET"])
billing = AsyncService(env["BILLING_URL"], tokens=tokens, scope="invoices:read", resource="https://billing.example")
health = Health(issuer=lambda: tokens.get("invoices:read", "https://billing.example"))
orders: dict[str, list[dict[str, Any]]] = {}


async def counted(caller: Annotated[Caller, Security(guard, scopes=["orders"])]) -> Caller:
    """Find the caller, and count the request."""
    await limits.hit(caller)
    return caller


Known = Annotated[Caller, Depends(counted)]


def orders_of(caller: Caller) -> list[dict[str, Any]]:
    """Find the orders of the caller's tenant, and of no other."""
    if caller.tenant is None:
        raise Problem(403, "tenant_missing", title="The token is of no tenant")
    return orders.setdefault(caller.tenant, [])


@app.get("/livez")
async def livez() -> dict[str, Any]:
    """Tell that the process lives."""
    return LIVE[1]


@app.get("/readyz")
async def readyz() -> Response:
    """Tell whether what is needed is there."""
    status, document = await health.report_async()
    return JSONResponse(document, status)


@app.get("/me")
async def me(caller: Known) -> dict[str, Any]:
    """Tell whom the request is from."""
    return {"sub": caller.sub, "tenant": caller.tenant, "plan": caller.plan, "roles": caller.roles}


@app.get("/orders")
async def list_orders(request: Request, caller: Known) -> dict[str, Any]:
    """List orders in pages, by those who may read them."""
    roles.need(caller, "orders:read")
    page = pages.read(request.url.query, route="/orders", caller=caller, filters=("product",))
    product, after = page.filters.get("product"), page.after or 0
    rows = [one for one in orders_of(caller) if one["id"] > after and product in (None, one["product"])]
    return pages.answer(page, rows[: page.limit + 1], position=lambda one: one["id"])


@app.post("/orders", status_code=201)
async def create_order(request: Request, caller: Known) -> dict[str, Any]:
    """Create an order, by those who may, as many as the plan includes."""
    roles.need(caller, "orders:write")
    mine = orders_of(caller)
    await features.need_room(caller, "orders", len(mine))
    body = await json_body(request)
    if not isinstance(body, dict) or not isinstance(body.get("product"), str):
        raise Problem(422, "invalid_order", title="An order has a product")
    mine.append({"id": len(mine) + 1, "product": body["product"], "by": caller.sub})
    return mine[-1]


@app.get("/exports")
async def exports(caller: Known) -> dict[str, Any]:
    """Export everything, where the plan includes that."""
    await features.need(caller, "exports")
    return {"orders": orders_of(caller)}


@app.get("/reports")
async def reports(caller: Known) -> dict[str, int]:
    """Count, for subscribers of the larger plans."""
    plans.need(caller, "pro", "enterprise")
    return {"orders": len(orders_of(caller))}


@app.get("/invoices")
@timeout(20)
async def invoices(caller: Known) -> Any:
    """Ask the service of invoices, in the name of this one."""
    try:
        return (await billing.get("/invoices", params={"tenant": caller.tenant})).json()
    except ServiceError as error:
        raise Problem(503, "billing_unavailable", title="Invoices cannot be shown now") from error


@app.get("/my-invoices")
@timeout(20)
async def my_invoices(request: Request, _caller: Known) -> Any:
    """Ask the service of invoices, in the name of the caller."""
    try:
        return (await billing.get("/mine", behalf=request.headers["authorization"])).json()
    except ServiceError as error:
        raise Problem(503, "billing_unavailable", title="Invoices cannot be shown now") from error


@app.post("/hooks/credenza", status_code=204)
async def hooks(request: Request) -> None:
    """Forget what a plan includes when that changes."""
    message = webhooks.receive(request.headers, await request.body())
    if message.is_new and message.event.get("type") == "features.changed":
        features.drop()


if __name__ == "__main__":
    to_stdout()
    uvicorn.run(app, port=int(env.get("PORT", "5000")), log_config=None, access_log=False)
