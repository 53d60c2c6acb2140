"""An API of orders with FastAPI: `ISSUER=http://127.0.0.1:8080 python fastapi_app.py`, then see /docs."""

import os
from typing import Annotated

import uvicorn
from credenza_connectors.fastapi import Caller, Guard
from fastapi import FastAPI, Security

guard = Guard(os.environ["ISSUER"], "https://api.example")
app = FastAPI(title="Orders")
guard.init_app(app, metadata={"scopes_supported": ["orders:read"], "resource_name": "Orders"})


@app.get("/orders")
async def orders(caller: Annotated[Caller, Security(guard, scopes=["orders:read"])]) -> str:
    """Greet a person or a service that may read orders."""
    return f"Hello {caller.sub}" if caller.is_user else f"Hello service {caller.client_id}"


@app.get("/prices")
async def prices(caller: Annotated[Caller | None, Security(guard.optional())]) -> dict[str, float]:
    """Show prices to everybody, and a discount to those on the plan for it."""
    return {"book": 18.0 if caller is not None and caller.plan == "pro" else 20.0}


@app.delete("/orders/{number}")
async def delete(number: int, caller: Annotated[Caller, Security(guard.needing(roles=["editor"], max_age=600))]) -> str:
    """Delete an order, by an editor who signed in within the last ten minutes."""
    return f"{caller.sub} deleted {number}"


if __name__ == "__main__":
    uvicorn.run(app, port=int(os.environ.get("PORT", "5000")))
