# Chart 975: Kit, service client and events for Python | FastAPI, Flask, Django: every case that all languages share
"""The sample applications, under the runner that is the same for all languages, with a Redis where a case needs one."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parents[1]
RUNNER = Path(os.environ.get("APPLICATIONS") or HERE.parents[1] / "tests/applications")


@pytest.mark.parametrize("name", ["fastapi", "flask", "django", "django with coroutines"])
def test_the_shared_cases(name: str) -> None:
    framework, _, is_async = name.partition(" ")
    command = shlex.join([sys.executable, str(HERE / f"applications/{framework}_kit.py")])
    # The frameworks share everything but their front files.
    few = [] if name == "fastapi" else ["--few"]
    done = subprocess.run(
        [str(RUNNER / "run"), "--command", f"exec {command}", "--part", "kit,service,events", *few],
        env={**os.environ, "ASYNC": "1" if is_async else ""}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert " 0 failed, 0 skipped" in done.stdout
