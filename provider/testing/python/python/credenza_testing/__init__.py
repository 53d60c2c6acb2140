"""A whole OpenID Connect provider in the process of your tests.

>>> import credenza_testing
>>> with credenza_testing.provider() as op:
...     alice = op.add_user("alice")
...     app = op.add_client(["http://127.0.0.1:5000/callback"])
...     tokens = op.tokens_for(alice, app, scope="openid")
...     assert op.is_active(tokens.access_token)
"""

from ._native import Error
from ._provider import Browser, Endpoint, Provider, provider
from ._types import Callback, Client, Tokens, User

__all__ = [
    "Browser",
    "Callback",
    "Client",
    "Endpoint",
    "Error",
    "Provider",
    "Tokens",
    "User",
    "provider",
]
