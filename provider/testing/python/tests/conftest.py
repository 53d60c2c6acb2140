"""What the tests share: an application that people sign in to, by the standard library alone."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass, field
from typing import Any

import pytest
from credenza_testing import Client, Provider, User

CALLBACK = "http://127.0.0.1:5000/callback"


def fetch(url: str, form: dict[str, str] | None = None, **headers: str) -> tuple[int, Any]:
    """Status and JSON of an answer, over the wire."""
    data = None if form is None else urllib.parse.urlencode(form).encode()
    request = urllib.request.Request(url, data, headers)
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        with error:
            body = error.read()
        return error.code, json.loads(body) if body else None


@dataclass
class Application:
    """A relying party that knows its issuer, and nothing else of the provider."""

    issuer: str
    client: Client
    under_way: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        status, self.metadata = fetch(f"{self.issuer}/.well-known/openid-configuration")
        assert status == 200

    def sign_in_url(self, scope: str = "openid email") -> str:
        state, verifier = secrets.token_urlsafe(), secrets.token_urlsafe(32)
        self.under_way[state] = verifier
        digest = hashlib.sha256(verifier.encode()).digest()
        query = {
            "client_id": self.client.client_id,
            "response_type": "code",
            "redirect_uri": CALLBACK,
            "scope": scope,
            "state": state,
            "code_challenge": base64.urlsafe_b64encode(digest).decode().rstrip("="),
            "code_challenge_method": "S256",
        }
        return f"{self.metadata['authorization_endpoint']}?{urllib.parse.urlencode(query)}"

    def callback(self, url: str) -> dict[str, Any]:
        """Redeems the code of the answer."""
        answer = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(url).query))
        verifier = self.under_way.pop(answer["state"])
        assert answer["iss"] == self.issuer
        form = {
            "grant_type": "authorization_code",
            "code": answer["code"],
            "redirect_uri": CALLBACK,
            "code_verifier": verifier,
        }
        secret = f"{self.client.client_id}:{self.client.client_secret}"
        basic = base64.b64encode(secret.encode()).decode()
        status, tokens = fetch(
            self.metadata["token_endpoint"], form, Authorization=f"Basic {basic}"
        )
        assert status == 200, tokens
        return dict(tokens)

    def userinfo(self, access_token: str) -> tuple[int, Any]:
        return fetch(self.metadata["userinfo_endpoint"], Authorization=f"Bearer {access_token}")


@pytest.fixture
def alice(credenza_provider: Provider) -> User:
    return credenza_provider.add_user("alice", email="alice@example.test", email_verified=True)


@pytest.fixture
def app(credenza_provider: Provider) -> Application:
    return Application(credenza_provider.issuer, credenza_provider.add_client([CALLBACK]))
