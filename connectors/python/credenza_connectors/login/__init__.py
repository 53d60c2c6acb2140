"""
Signs people in: OpenID Connect with code flow, sessions in sealed cookies or a store, refresh, and all logouts.

    login = Login("https://id.example", "client", "secret", origin="https://app.example", secret=SECRET)
    login.init_app(app)

    credenza_connectors.login.fastapi    Login, for FastAPI, Starlette and any ASGI application
    credenza_connectors.login.django     middleware, decorator, settings
    credenza_connectors.login.flask      Login, an extension with a decorator
"""

from credenza_connectors.login.config import LoginSettings
from credenza_connectors.login.errors import LoginError, SessionTooLarge, SignInFailed, SignInNeeded, Unavailable
from credenza_connectors.login.session import AsyncSession, Session
from credenza_connectors.login.store import MemoryStore, Store

__all__ = [
    "AsyncSession",
    "LoginError",
    "LoginSettings",
    "MemoryStore",
    "Session",
    "SessionTooLarge",
    "SignInFailed",
    "SignInNeeded",
    "Store",
    "Unavailable",
]
