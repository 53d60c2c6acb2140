# Chart 281
"""The quick starts of the README as printed, by real servers and over TLS: only the name of the issuer leads here."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from authority import Authority
from conftest import running
from credenza.testing import TestIssuer
from processes import ask, needs, spare_port, started, wait_for

README = (Path(__file__).parents[1] / "README.md").read_text("utf-8")
SERVERS = {"fastapi": ["uvicorn", "app:app", "--port"], "flask": ["flask", "--app", "app", "run", "--port"]}


def block_of(module: str) -> str:
    """The example that imports a module."""
    (block,) = [it for it in re.findall(r"```python\n(.*?)```", README, re.DOTALL) if f"from {module} import" in it]
    return str(block)


@pytest.fixture
def internet(tmp_path: Path) -> Iterator[tuple[TestIssuer, dict[str, str]]]:
    """An issuer at `https://id.example`, and the environment in which it is found there."""
    issuer = TestIssuer("https://id.example")
    authority = Authority(tmp_path, "id.example")
    with running(authority.context) as host, running() as proxy:
        host.serves(issuer, "https://id.example")
        proxy.places["id.example:443"] = host.url.removeprefix("https://")
        yield issuer, {"HTTPS_PROXY": proxy.url, "https_proxy": proxy.url, "SSL_CERT_FILE": str(authority.file)}


@pytest.mark.parametrize("name", [pytest.param(name, marks=needs(name, by[0])) for name, by in SERVERS.items()])
def test_a_quick_start(internet: tuple[TestIssuer, dict[str, str]], tmp_path: Path, name: str) -> None:
    issuer, environment = internet
    block = block_of(name)
    assert len([line for line in block.splitlines() if line]) <= 10
    (tmp_path / "app.py").write_text(block)
    port = spare_port()
    url = f"http://127.0.0.1:{port}/hello"
    with started([sys.executable, "-m", *SERVERS[name], str(port)], environment, tmp_path) as process:
        wait_for(url, process)
        status, _, body = ask(url, issuer.mint("https://api.example", sub="Ann"))
        assert (status, body) == (200, "Hello Ann")
        status, headers, _ = ask(url, issuer.mint("https://other.example"))
        assert status == 401
        assert 'error="invalid_token"' in headers["www-authenticate"]
        assert ask(url, None)[:1] == (401,)
