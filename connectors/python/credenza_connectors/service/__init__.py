"""
Calls of other services: with a token of this one, or with the token of whoever called.

    credenza_connectors.service.token          Tokens, AsyncTokens: tokens of `client_credentials`
    credenza_connectors.service.service        Service, AsyncService: a client for one service
    credenza_connectors.service.users          Users, AsyncUsers: people, by the provider's admin API
    credenza_connectors.service.invitations    Invitations, AsyncInvitations: by mail, to make an account
    credenza_connectors.service.sign_in_links  SignInLinks, AsyncSignInLinks: to sign in once, without a password
    credenza_connectors.service.errors         what is raised
"""

from credenza_connectors.service.errors import (
    Conflict,
    Invalid,
    NotFound,
    RateLimited,
    Refused,
    ServiceError,
    Unauthenticated,
    Unavailable,
    UserAlreadyExists,
)
from credenza_connectors.service.invitations import AsyncInvitations, ClientRole, Invitation, Invitations, NewInvitation
from credenza_connectors.service.service import AsyncService, Service
from credenza_connectors.service.sign_in_links import AsyncSignInLinks, SignInLink, SignInLinks
from credenza_connectors.service.token import AsyncTokens, Tokens
from credenza_connectors.service.users import AsyncUsers, User, Users

__all__ = [
    "AsyncInvitations",
    "AsyncService",
    "AsyncSignInLinks",
    "AsyncTokens",
    "AsyncUsers",
    "ClientRole",
    "Conflict",
    "Invalid",
    "Invitation",
    "Invitations",
    "NewInvitation",
    "NotFound",
    "RateLimited",
    "Refused",
    "Service",
    "ServiceError",
    "SignInLink",
    "SignInLinks",
    "Tokens",
    "Unauthenticated",
    "Unavailable",
    "User",
    "UserAlreadyExists",
    "Users",
]
