"""The provider itself beside the tests: `credenza dev`, which shows its mail at `/demo/inbox`."""

from __future__ import annotations

import base64
import json
import os
import secrets
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import pytest
from providers import spare_port

ROOT = Path(__file__).parents[3]
TARGET = os.environ.get("CARGO_TARGET_DIR", ROOT / "target")
BINARY = Path(os.environ.get("CREDENZA_BIN", Path(TARGET, "debug/credenza"))).resolve()


class DevProvider(NamedTuple):
    """A provider that runs."""

    issuer: str
    folder: Path
    environment: dict[str, str]

    def service_account(self, scope: str) -> tuple[str, str]:
        """Register a client that may use the admin API so far; its id and its secret."""
        options = ["--json", "--name", "Job", "--scope", scope, "--resource", f"{self.issuer}/admin"]
        command = [str(BINARY), "service-account", "create", *options]
        made = subprocess.run(command, cwd=self.folder, env=self.environment, check=True, capture_output=True)
        client = json.loads(made.stdout)
        return client["client_id"], client["client_secret"]

    def letters(self, address: str) -> int:
        """Count the mails that were sent to an address."""
        with urllib.request.urlopen(f"{self.issuer}/demo/inbox", timeout=60) as answer:
            return str(answer.read().decode()).count(f"<bdi>{address}</bdi>")


@contextmanager
def dev_provider(folder: Path, *, mail: bool = True) -> Iterator[DevProvider]:
    """Run one, or skip the test where there is none, unless CI=true. Without mail it is `credenza serve`."""
    if not BINARY.exists() and os.environ.get("CI") != "true":
        pytest.skip("there is no provider: CREDENZA_BIN names it")
    port = spare_port()
    issuer = f"http://localhost:{port}"
    others = {name: value for name, value in os.environ.items() if not name.startswith("CREDENZA_")}
    own = {"CREDENZA_ISSUER": issuer, "CREDENZA_LISTEN": f"127.0.0.1:{port}", "CREDENZA_METRICS_LISTEN": "off"}
    words, said = ["dev"], "Password:"
    if not mail:
        own["CREDENZA_DATABASE_URL"] = f"sqlite:{folder}/credenza.db"
        own["CREDENZA_MASTER_KEY"] = base64.b64encode(secrets.token_bytes(32)).decode()
        words, said = ["serve", "--insecure-http"], "serving"
    log = folder / "dev.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [BINARY, *words], cwd=folder, env={**others, **own}, stdout=output, stderr=subprocess.STDOUT
        )
    try:
        until = time.monotonic() + 60
        while said not in log.read_text():
            assert process.poll() is None, log.read_text()
            assert time.monotonic() < until, log.read_text()
            time.sleep(0.05)
        yield DevProvider(issuer, folder, {**others, **own})
    finally:
        process.terminate()
        process.wait(30)
