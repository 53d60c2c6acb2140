# Chart 896: Quick starts and examples of the connectors for Python | as printed, tokens of a person and a service
"""The quick starts of the README as printed, and the examples, against a provider of this machine."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from providers import AUDIENCE, ask, spare_port, started, tokens_of, wait_for

HERE = Path(__file__).parents[1]
README = (HERE / "README.md").read_text("utf-8")
BLOCKS = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
UVICORN = ["-m", "uvicorn", "app:app", "--port"]
FLASK = ["-m", "flask", "--app", "app", "run", "--port"]
DJANGO = ["-m", "django", "runserver", "--noreload", "--settings", "settings"]


def block_with(text: str) -> str:
    (block,) = [it for it in BLOCKS if text in it]
    return str(block)


def project(folder: Path, name: str) -> list[str]:
    """Write the quick start into files; what is around it is what `startproject` writes."""
    if name == "django" or name == "rest":
        views = block_with("urlpatterns = [path" if name == "rest" else "import require") if name == "django" else ""
        rest = name == "rest"
        settings = ["SECRET_KEY = 'x'", "ALLOWED_HOSTS = ['*']", "ROOT_URLCONF = 'urls'", block_with("CREDENZA =")]
        if rest:
            settings.append(block_with("REST_FRAMEWORK ="))
            views = block_with("django.rest import needs")
        (folder / "settings.py").write_text("\n".join(settings))
        (folder / "urls.py").write_text(views)
        return DJANGO
    block = block_with({"fastapi": "FastAPI()", "starlette": "Starlette(", "flask": "Flask(__name__)"}[name])
    (folder / "app.py").write_text(block)
    return FLASK if name == "flask" else UVICORN


@pytest.mark.parametrize("name", ["fastapi", "starlette", "django", "rest", "flask"])
def test_a_quick_start(credenza_provider: Any, tmp_path: Path, name: str) -> None:
    command, port = project(tmp_path, name), spare_port()
    check(command, port, credenza_provider, tmp_path)


@pytest.mark.parametrize("name", ["fastapi", "starlette", "django", "rest", "flask"])
def test_an_example(credenza_provider: Any, name: str) -> None:
    check([f"{name}_app.py"], spare_port(), credenza_provider, HERE / "examples")


def check(command: list[str], port: int, provider: Any, folder: Path) -> None:
    tokens, url = tokens_of(provider), f"http://127.0.0.1:{port}/orders"
    environment = {
        "ISSUER": provider.issuer,
        "PYTHONPATH": str(folder),
        "PYTHONDONTWRITEBYTECODE": "1",
        "PORT": str(port),
    }
    environment["DJANGO_SETTINGS_MODULE"] = "settings"
    arguments = command if command[0].endswith(".py") else [*command, str(port)]
    with started(arguments, environment, folder) as process:
        wait_for(url, process)
        status, _, body = ask(url, tokens.person)
        assert status == 200
        assert str(body).startswith("Hello ")
        assert ask(url, tokens.service)[0] == 200
        status, fields, _ = ask(url, tokens.scopeless)
        assert (status, fields["cache-control"]) == (403, "no-store")
        assert 'scope="orders:read"' in fields["www-authenticate"]
        status, fields, body = ask(url)
        assert (status, fields["www-authenticate"], body) == (401, 'Bearer scope="orders:read"', None)


def test_the_test_of_an_application(tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text(block_with("FastAPI()"))
    (tmp_path / "test_app.py").write_text(block_with("def test_orders(credenza_issuer)"))
    environment = {**os.environ, "ISSUER": "https://id.example", "PYTHONPATH": str(tmp_path)}
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_app.py"]
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert "1 passed" in done.stdout, done.stdout + done.stderr


def test_the_quick_starts_are_short() -> None:
    for text in ("FastAPI()", "Flask(__name__)", "import require", "Starlette("):
        assert len([line for line in block_with(text).splitlines() if line]) <= 14
    assert AUDIENCE in README
