"""
Registers the shop at `credenza dev`, and starts it: run it in the directory where `credenza dev` runs.

    credenza dev                  # in another terminal
    python shop_start.py          # then open http://localhost:5000
    python shop_start.py report   # a program calls the API of the shop, in its own name
"""

import json
import os
import secrets
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx2
import uvicorn

CREDENZA = os.environ.get("CREDENZA", "credenza")
ISSUER = os.environ.get("ISSUER", "http://localhost:8080")
PORT = int(os.environ.get("PORT", "5000"))
ORIGIN = f"http://localhost:{PORT}"
KEPT = Path("shop.json")


def credenza(*arguments: str) -> Any:
    """Carry out a command at the provider."""
    done = subprocess.run([CREDENZA, *arguments, "--json"], check=True, stdout=subprocess.PIPE)  # noqa: S603
    return json.loads(done.stdout) if done.stdout else None


def registered() -> dict[str, str]:
    """Register the shop as a client, once, and make the user of `credenza dev` an admin of it."""
    if KEPT.exists():
        kept: dict[str, str] = json.loads(KEPT.read_text("utf-8"))
        return kept
    grants = ["authorization_code", "refresh_token", "client_credentials"]
    client = credenza(
        "client", "create", "--name", "Shop", "--role", "admin",
        "--redirect-uri", f"{ORIGIN}/auth/callback", "--post-logout-redirect-uri", f"{ORIGIN}/",
        "--scope", "openid profile email offline_access roles orders:read",
        "--resource", f"{ORIGIN}/api", "--serves", f"{ORIGIN}/api",
        *(word for grant in grants for word in ("--grant-type", grant)),
    )  # fmt: skip
    credenza("role", "grant", "admin", "--client-id", client["client_id"], "--username", "demo")
    kept = {
        "CLIENT_ID": client["client_id"],
        "CLIENT_SECRET": client["client_secret"],
        "SECRET": secrets.token_urlsafe(32),
    }
    KEPT.touch(mode=0o600)
    KEPT.write_text(json.dumps(kept), "utf-8")
    return kept


def report(client: dict[str, str]) -> None:
    """Call the API as a program: a token by client credentials, and one request."""
    metadata = httpx2.get(f"{ISSUER}/.well-known/openid-configuration").raise_for_status().json()
    form = {"grant_type": "client_credentials", "scope": "orders:read", "resource": f"{ORIGIN}/api"}
    pair = (client["CLIENT_ID"], client["CLIENT_SECRET"])
    tokens = httpx2.post(metadata["token_endpoint"], data=form, auth=pair).raise_for_status().json()
    bearer = {"Authorization": f"Bearer {tokens['access_token']}"}
    print(httpx2.get(f"{ORIGIN}/api/orders", headers=bearer).raise_for_status().text)


if __name__ == "__main__":
    client = registered()
    if sys.argv[1:] == ["report"]:
        report(client)
    else:
        os.environ.update(client, ISSUER=ISSUER, ORIGIN=ORIGIN)
        uvicorn.run("shop_app:app", port=PORT)
