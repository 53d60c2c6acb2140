"""A browser that keeps cookies and follows no redirect by itself."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx2
from providers import spare_port

SECRET = "a secret of the tests, 32 bytes at least"


class Browser:
    """A person's browser at an application."""

    def __init__(self, origin: str) -> None:
        self.origin = origin
        self.client = httpx2.Client(base_url=origin, headers={"Accept": "text/html"}, timeout=60)

    def get(self, path: str, **headers: str) -> httpx2.Response:
        return self.client.get(path, headers=headers)

    def post(self, path: str, **headers: str) -> httpx2.Response:
        return self.client.post(path, headers=headers)

    def json(self, path: str) -> tuple[int, Any]:
        answer = self.get(path, Accept="application/json")
        return answer.status_code, answer.json()

    def signs_in(self, provider: Any, user: Any, path: str) -> httpx2.Response:
        """Ask for a page, sign in on the way, and come to the page."""
        asked = self.get(path)
        assert (asked.status_code, asked.headers["location"][:12]) == (302, "/auth/login?")
        begun = self.get(asked.headers["location"])
        back = self.get(provider.authorize(begun.headers["location"], user).url)
        assert (back.status_code, back.headers["location"]) == (302, path), back.text
        return self.get(path)


@contextmanager
def browser(origin: str) -> Iterator[Browser]:
    made = Browser(origin)
    try:
        yield made
    finally:
        made.client.close()


def client_of(provider: Any, origin: str, **metadata: Any) -> dict[str, str]:
    """Register an application, and make its environment."""
    registered = provider.add_client(
        [f"{origin}/auth/callback"], post_logout_redirect_uris=[f"{origin}/"],
        **{"scope": "openid profile email offline_access", "grant_types": ["authorization_code", "refresh_token"],
           **metadata},
    )  # fmt: skip
    return {
        "ISSUER": provider.issuer,
        "CLIENT_ID": registered.client_id,
        "CLIENT_SECRET": registered.client_secret,
        "ORIGIN": origin,
        "SECRET": SECRET,
    }


def spare_origin() -> tuple[str, int]:
    port = spare_port()
    return f"http://127.0.0.1:{port}", port
