# Chart 972: Quick starts of sign-in for Python, and a whole application | as printed, at a real provider
"""The quick starts of sign-ins as printed, and the shop, which is a whole application."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx2
import pytest
from browsing import browser, client_of, spare_origin
from providers import started, wait_for
from test_quick_starts import BLOCKS, DJANGO, FLASK, UVICORN, block_with

HERE = Path(__file__).parents[1]
STARTS = {"fastapi": 'FastAPI(title="Shop")', "flask": 'Flask("shop")', "django": "login.django import login"}


def project(folder: Path, name: str) -> list[str]:
    """Write the quick start into files; what is around it is what `startproject` writes."""
    if name != "django":
        (folder / "app.py").write_text(block_with(STARTS[name]))
        return FLASK if name == "flask" else UVICORN
    settings = ["SECRET_KEY = 'x'", "ALLOWED_HOSTS = ['*']", "ROOT_URLCONF = 'urls'", block_with("CREDENZA_LOGIN =")]
    (folder / "settings.py").write_text("\n".join(settings))
    (folder / "urls.py").write_text(block_with(STARTS[name]))
    return DJANGO


def environment_of(folder: Path, client: dict[str, str]) -> dict[str, str]:
    settings = {"DJANGO_SETTINGS_MODULE": "settings", "PYTHONPATH": str(folder), "PYTHONDONTWRITEBYTECODE": "1"}
    return {**client, **settings}


@pytest.mark.parametrize("name", list(STARTS))
def test_a_quick_start(credenza_provider: Any, tmp_path: Path, name: str) -> None:
    (origin, port), ann = spare_origin(), credenza_provider.add_user("ann", name="Ann")
    command, client = project(tmp_path, name), client_of(credenza_provider, origin)
    with started([*command, str(port)], environment_of(tmp_path, client), tmp_path) as process:
        wait_for(origin, process)
        with browser(origin) as anns, browser(origin) as another:
            assert f"Hello {ann.sub}" in anns.signs_in(credenza_provider, ann, "/orders").text
            assert another.json("/orders") == (401, {"error": "sign_in_needed"})
            assert anns.post("/auth/logout").status_code == 303
            assert anns.get("/orders").status_code == 302


def test_the_quick_starts_are_short() -> None:
    for text in STARTS.values():
        (block,) = [it for it in BLOCKS if text in it]
        assert len([line for line in block.splitlines() if line]) <= 13


def test_the_shop(credenza_provider: Any) -> None:
    (origin, port), provider, folder = spare_origin(), credenza_provider, HERE / "examples"
    api, scope = f"{origin}/api", "openid profile email offline_access roles orders:read"
    grants = ["authorization_code", "refresh_token", "client_credentials"]
    client = client_of(provider, origin, scope=scope, resources=[api], grant_types=grants)
    ann = provider.add_user("ann", name="Ann")
    command = ["-m", "uvicorn", "shop_app:app", "--port", str(port)]
    with started(command, environment_of(folder, client), folder) as process, browser(origin) as anns:
        wait_for(origin, process)
        assert "Nobody is signed in" in anns.get("/").text
        assert f"1 orders of {ann.sub}" in anns.signs_in(provider, ann, "/orders").text
        assert "You are Ann" in anns.get("/").text
        assert anns.get("/admin").status_code == 403
        assert httpx2.get(f"{api}/orders").status_code == 401
        form = {"grant_type": "client_credentials", "scope": "orders:read", "resource": api}
        pair = (client["CLIENT_ID"], client["CLIENT_SECRET"])
        metadata = httpx2.get(f"{provider.issuer}/.well-known/openid-configuration").json()
        token = httpx2.post(metadata["token_endpoint"], data=form, auth=pair).json()["access_token"]
        answer = httpx2.get(f"{api}/orders", headers={"Authorization": f"Bearer {token}"})
        assert [order["number"] for order in answer.json()["orders"]] == [7, 8]
        out = anns.post("/auth/logout")
        assert out.headers["location"].startswith(metadata["end_session_endpoint"])
        assert anns.get("/orders").status_code == 302
