"""
Protects routes with access tokens: FastAPI and Starlette, Django and Django REST framework, Flask.

The validator of the package `credenza` decides. What is here carries: the request of a framework to the validator, and
its decision to the framework's context, or to the answer.

    credenza_connectors.fastapi    Guard, a security dependency
    credenza_connectors.asgi       AsgiGuard and GuardMiddleware, for Starlette and any ASGI application
    credenza_connectors.django     decorator, middleware, system checks; `.rest` for Django REST framework
    credenza_connectors.flask      Guard, an extension with a decorator
    credenza_connectors.login      signs people in: Login for FastAPI, Starlette, Django and Flask
    credenza_connectors.kit        request ids, log, headers, limits, problems, roles, plans, features, pages, health
    credenza_connectors.service    calls of other services, and users by the provider's admin API
    credenza_connectors.events     webhooks, and the provider's streams
    credenza_connectors.testing    an issuer for the tests of an application, and fixtures for pytest
"""

from credenza_connectors.caller import Caller
from credenza_connectors.config import GuardSettings
from credenza_connectors.metadata import Metadata

__all__ = ["Caller", "GuardSettings", "Metadata", "__version__"]

__version__ = "0.1.0"
