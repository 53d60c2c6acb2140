"""
A small shop: people sign in, and programs call its API. `python shop_start.py` registers and starts it.

    /              who is signed in
    /orders        a page that needs a sign-in; it calls the API with the person's access token
    /admin         a page for the role `admin`
    /api/orders    the API: access tokens of people and of programs, with the scope `orders:read`
    /auth/…        the sign-in, which the connector serves
"""

import os
from collections.abc import Awaitable, Callable
from html import escape
from typing import Annotated, Any

import httpx2
from credenza_connectors.fastapi import Caller, Guard
from credenza_connectors.login.fastapi import Login, Session
from fastapi import Depends, FastAPI, HTTPException, Request, Response, Security
from fastapi.responses import HTMLResponse

ISSUER, ORIGIN = os.environ["ISSUER"], os.environ["ORIGIN"]
API = f"{ORIGIN}/api"
SCOPE = "openid profile email offline_access roles orders:read"

login = Login(
    ISSUER,
    os.environ["CLIENT_ID"],
    os.environ["CLIENT_SECRET"],
    origin=ORIGIN,
    secret=os.environ["SECRET"],
    scope=SCOPE,
    resource=API,
    sessions=os.environ.get("SESSIONS", "memory"),
)
guard = Guard(ISSUER, API)
app = FastAPI(title="Shop")
login.init_app(app)
guard.init_app(app)

SignedIn = Annotated[Session, Depends(login.required)]


def page(title: str, text: str) -> HTMLResponse:
    links = '<a href="/">Home</a> <a href="/orders">Orders</a> <a href="/admin">Admin</a>'
    out = '<form method="post" action="/auth/logout"><button>Sign out</button></form>'
    body = f"<h1>{escape(title)}</h1><p>{escape(text)}</p><nav>{links}</nav>{out}"
    return HTMLResponse(f'<!doctype html><html lang="en"><title>{escape(title)}</title><body>{body}</body></html>')


async def admin(session: SignedIn) -> Session:
    """Ask for a role, beside the sign-in."""
    if not session.has_role("admin"):
        raise HTTPException(403, "This page is for admins.")
    return session


@app.middleware("http")
async def headers(request: Request, respond: Callable[[Request], Awaitable[Response]]) -> Response:
    response = await respond(request)
    response.headers.setdefault("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
    return response


@app.get("/")
async def home(session: Annotated[Session | None, Depends(login.session)]) -> HTMLResponse:
    if session is None:
        return page("Shop", "Nobody is signed in.")
    return page("Shop", f"You are {session.name or session.sub}.")


@app.get("/orders")
async def orders(session: SignedIn) -> HTMLResponse:
    async with httpx2.AsyncClient() as client:
        answer = await client.get(f"{API}/orders", headers={"Authorization": f"Bearer {await session.token()}"})
    answer.raise_for_status()
    return page("Orders", f"{len(answer.json()['orders'])} orders of {session.sub}.")


@app.get("/admin")
async def administration(session: Annotated[Session, Depends(admin)]) -> HTMLResponse:
    return page("Admin", f"Welcome, {session.sub}.")


@app.get("/api/orders")
async def api(caller: Annotated[Caller, Security(guard, scopes=["orders:read"])]) -> dict[str, Any]:
    """List orders: to a person their own, to a program all of them."""
    mine = [{"number": 7, "of": caller.sub}]
    return {"orders": mine if caller.is_user else [*mine, {"number": 8, "of": "another"}]}
