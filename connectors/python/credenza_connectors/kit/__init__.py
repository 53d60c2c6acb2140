"""
What every service writes again, once, and the same in every framework.

    credenza_connectors.kit.fastapi    Kit, for FastAPI
    credenza_connectors.kit.asgi       KitMiddleware, for Starlette and any ASGI application
    credenza_connectors.kit.django     KitMiddleware, for Django
    credenza_connectors.kit.flask      Kit, an extension
    credenza_connectors.kit.wsgi       KitMiddleware, for any WSGI application

Request ids, log, security headers, body limit, timeout and problems are theirs. What handlers call, whatever the
framework, is in the other modules, and raises `Problem`, which is answered as RFC 9457 has it.
"""

from credenza_connectors.kit.body_limit import body_limit
from credenza_connectors.kit.exchange import request_id
from credenza_connectors.kit.problem import Problem
from credenza_connectors.kit.settings import KitSettings
from credenza_connectors.kit.timeout import timeout

__all__ = ["KitSettings", "Problem", "body_limit", "request_id", "timeout"]
