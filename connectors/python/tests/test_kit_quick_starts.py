# Chart 978: Quick starts of kit, service client and webhooks for Python | as printed, with a provider of this machine
"""What the README shows of the kit, as printed."""

from __future__ import annotations

import base64
import hmac
import importlib
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

import pytest
from providers import AUDIENCE, ask, spare_port, started, tokens_of, wait_for
from test_quick_starts import DJANGO, FLASK, UVICORN, block_with


def environment_of(provider: Any, folder: Path, **more: str) -> dict[str, str]:
    return {"ISSUER": provider.issuer, "PYTHONPATH": str(folder), "DJANGO_SETTINGS_MODULE": "settings", **more}


@pytest.mark.parametrize("framework", ["fastapi", "flask", "django"])
def test_the_kit(credenza_provider: Any, tmp_path: Path, framework: str) -> None:
    if framework == "django":
        settings = ["SECRET_KEY = 'x'", "ALLOWED_HOSTS = ['*']", "ROOT_URLCONF = 'urls'", block_with("CREDENZA =")]
        (tmp_path / "settings.py").write_text("\n".join([*settings, block_with("CREDENZA_KIT")]))
        (tmp_path / "urls.py").write_text(block_with("import require"))
        command = DJANGO
    else:
        block = block_with('FastAPI(title="Kit")' if framework == "fastapi" else 'Flask("kit")')
        (tmp_path / "app.py").write_text(block)
        command = UVICORN if framework == "fastapi" else FLASK
    tokens, port = tokens_of(credenza_provider), spare_port()
    url = f"http://127.0.0.1:{port}"
    with started([*command, str(port)], environment_of(credenza_provider, tmp_path), tmp_path) as process:
        wait_for(f"{url}/orders", process)
        status, fields, body = ask(f"{url}/orders", tokens.person)
        assert (status, str(body)[:6]) == (200, "Hello ")
        lower = {name.lower(): value for name, value in fields.items()}
        assert len(lower["x-request-id"]) == 36
        assert lower["strict-transport-security"] == "max-age=31536000"
        assert ("ratelimit" in lower) is (framework != "django")
        status, fields, _ = ask(f"{url}/orders")
        assert (status, fields["content-type"], fields["www-authenticate"]) == (
            401,
            "application/problem+json",
            'Bearer scope="orders:read"',
        )
        if framework == "fastapi":
            assert ask(f"{url}/reports", tokens.person)[0] == 403


def test_calls_of_other_services(credenza_provider: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "app.py").write_text(block_with("FastAPI()"))
    machine = credenza_provider.add_client(
        grant_types=["client_credentials"], resources=[AUDIENCE], scope="orders:read"
    )
    tokens, port = tokens_of(credenza_provider), spare_port()
    url = f"http://127.0.0.1:{port}"
    with started([*UVICORN, str(port)], environment_of(credenza_provider, tmp_path), tmp_path) as process:
        wait_for(f"{url}/orders", process)
        members = {"CLIENT_ID": machine.client_id, "CLIENT_SECRET": machine.client_secret, "ORDERS_URL": url}
        for name, value in environment_of(credenza_provider, tmp_path, **members).items():
            monkeypatch.setenv(name, value)
        (tmp_path / "calls_of_services.py").write_text(block_with("UserAlreadyExists"))
        monkeypatch.syspath_prepend(str(tmp_path))
        calls: Any = importlib.import_module("calls_of_services")
        assert [calls.own() for _ in range(3)] == [f"Hello {machine.client_id}"] * 3
        assert calls.for_whoever_called(f"Bearer {tokens.person}") not in ("", calls.own())
        before = credenza_provider.requests("token")
        calls.own()
        assert credenza_provider.requests("token") == before
        # The client is no service account that may write users.
        assert calls.sign_up("bea").startswith("not now: ")


def test_webhooks(credenza_provider: Any, tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text(block_with('Flask("hooks")'))
    key, port = b"a key of webhooks, of 32 bytes ..", spare_port()
    secrets = {"WEBHOOK_SECRETS": "whsec_" + base64.b64encode(key).decode()}
    url = f"http://127.0.0.1:{port}/hooks/credenza"
    with started([*FLASK, str(port)], environment_of(credenza_provider, tmp_path, **secrets), tmp_path) as process:
        wait_for(url, process)
        body, at = b'{"type": "user.created"}', str(int(time.time()))
        for secret, status in ((key, 204), (b"another", 400)):
            mac = base64.b64encode(hmac.digest(secret, f"m.{at}.".encode() + body, "sha256")).decode()
            headers = {"webhook-id": "m", "webhook-timestamp": at, "webhook-signature": f"v1,{mac}"}
            assert post(url, body, headers) == status


def post(url: str, body: bytes, headers: dict[str, str]) -> int:
    try:
        with urllib.request.urlopen(urllib.request.Request(url, body, headers), timeout=60) as answer:
            status: int = answer.status
    except urllib.error.HTTPError as error:
        with error:
            return error.code
    return status
