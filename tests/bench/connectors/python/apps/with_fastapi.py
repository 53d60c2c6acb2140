"""FastAPI: a bare route, the guard, and a dependency around PyJWT with its cached keys, as most tutorials have it."""

import os
from typing import Annotated, Any

import jwt
from credenza_connectors.fastapi import Caller, Guard
from fastapi import Depends, FastAPI, HTTPException, Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

ISSUER, AUDIENCE = os.environ["ISSUER"], "https://api.example"
guard = Guard(ISSUER, AUDIENCE, cache_size=int(os.environ.get("CACHE_SIZE", "0")))
app = FastAPI()
guard.init_app(app)
keys = jwt.PyJWKClient(f"{ISSUER}/jwks", lifespan=3600)


def usual_caller(credentials: Annotated[HTTPAuthorizationCredentials, Depends(HTTPBearer())]) -> dict[str, Any]:
    """Check signature, issuer, audience, time and scope."""
    try:
        key = keys.get_signing_key_from_jwt(credentials.credentials)
        claims: dict[str, Any] = jwt.decode(
            credentials.credentials, key, algorithms=["ES256"], audience=AUDIENCE, issuer=ISSUER
        )
    except jwt.PyJWTError as error:
        raise HTTPException(401) from error
    if "orders:read" not in claims.get("scope", "").split():
        raise HTTPException(403)
    return claims


@app.get("/bare")
async def bare() -> str:
    return "user"


@app.get("/guarded")
async def guarded(caller: Annotated[Caller, Security(guard, scopes=["orders:read"])]) -> str | None:
    return caller.sub


@app.get("/usual")
async def usual(claims: Annotated[dict[str, Any], Depends(usual_caller)]) -> str:
    return str(claims["sub"])
