"""FastAPI with a sign-in, for the shared cases."""

from typing import Annotated, Any

import uvicorn
from credenza_connectors.login.fastapi import Login, Session
from fastapi import Depends, FastAPI
from fastapi.responses import HTMLResponse, PlainTextResponse

from login_settings import PORT, from_environment, me, page, ready

login = Login(**from_environment())
app = FastAPI()
login.init_app(app)
SignedIn = Annotated[Session, Depends(login.required)]


@app.get("/", response_class=PlainTextResponse)
async def public() -> str:
    return "public"


@app.get("/me")
async def whoami(session: SignedIn) -> dict[str, Any]:
    return me(session)


@app.get("/token")
async def token(session: SignedIn) -> dict[str, str]:
    return {"access_token": await session.token()}


@app.get("/protected", response_class=HTMLResponse)
@app.get("/protected{rest:path}", response_class=HTMLResponse)
async def protected(session: SignedIn, rest: str = "") -> str:
    return page(session)


class Server(uvicorn.Server):
    """A server that says when it listens."""

    async def startup(self, sockets: Any = None) -> None:
        await super().startup(sockets)
        ready()


if __name__ == "__main__":
    Server(uvicorn.Config(app, port=PORT, log_level="warning")).run()
