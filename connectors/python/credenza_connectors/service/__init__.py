"""
Calls of other services: with a token of this one, or with the token of whoever called.

    credenza_connectors.service.token      Tokens, AsyncTokens: tokens of `client_credentials`
    credenza_connectors.service.service    Service, AsyncService: a client for one service
    credenza_connectors.service.users      Users, AsyncUsers: people, by the provider's admin API
    credenza_connectors.service.errors     what is raised
"""

from credenza_connectors.service.errors import (
    Conflict,
    Invalid,
    NotFound,
    RateLimited,
    Refused,
    ServiceError,
    Unavailable,
    UserAlreadyExists,
)
from credenza_connectors.service.service import AsyncService, Service
from credenza_connectors.service.token import AsyncTokens, Tokens
from credenza_connectors.service.users import AsyncUsers, User, Users

__all__ = [
    "AsyncService",
    "AsyncTokens",
    "AsyncUsers",
    "Conflict",
    "Invalid",
    "NotFound",
    "RateLimited",
    "Refused",
    "Service",
    "ServiceError",
    "Tokens",
    "Unavailable",
    "User",
    "UserAlreadyExists",
    "Users",
]
