"""The provider under test as `run` set it up, clients made by its command line, and the browser."""

import json
import os
import socket
import subprocess
from pathlib import Path

import pytest

HERE = Path(__file__).parent

# Authlib's documented switch for http issuers on the loopback.
os.environ["AUTHLIB_INSECURE_TRANSPORT"] = "1"


def setting(name):
    """A setting that `run` made."""
    if name not in os.environ:
        pytest.exit(f"{name} is not set: start the tests with tests/interop/run", returncode=2)
    return os.environ[name]


@pytest.fixture
def issuer():
    """The issuer URL: all that a relying party is told."""
    return setting("CREDENZA_ISSUER")


@pytest.fixture
def email():
    """The e-mail address of the person who signs in."""
    return setting("INTEROP_EMAIL")


@pytest.fixture
def resource():
    """The API that access tokens are asked for."""
    return "https://api.example.test"


@pytest.fixture
def application():
    """The origin of an application on a free port of the loopback."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{listener.getsockname()[1]}"


@pytest.fixture
def create_client():
    """`credenza client create`: answers with client_id and, unless public, client_secret."""

    def create(**options):
        command = [setting("INTEROP_BIN"), "client", "create", "--json", "--name", "Interop"]
        for name, value in options.items():
            option = f"--{name.replace('_', '-')}"
            command.append(option if value is True else f"{option}={value}")
        return json.loads(subprocess.run(command, check=True, capture_output=True).stdout)

    return create


@pytest.fixture
def visit(application, tmp_path):
    """Sends the person's browser somewhere, and returns where it ended. One profile per test."""

    def go(url, **answers):
        request = {
            "url": url,
            "callback": f"{application}/callback",
            "state": str(tmp_path / "profile.json"),
            "username": setting("INTEROP_USERNAME"),
            "password": setting("INTEROP_PASSWORD"),
            **answers,
        }
        command = ["node", str(HERE / "browser.mjs"), json.dumps(request)]
        done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=120)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    return go

