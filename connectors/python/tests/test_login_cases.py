# Chart 970: Sign-in with FastAPI, Django and Flask | the cases of tests/applications, in cookies, memory and Redis
"""The shared cases of sign-ins, which one program asks of applications in every language."""

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
    command = shlex.join([sys.executable, str(HERE / f"applications/{framework}_login.py")])
    environment = {"ASYNC": "1" if is_async else "", "PYTHONDONTWRITEBYTECODE": "1", "APPLICATION_START_SECONDS": "180"}
    # The frameworks share everything but their front files.
    few = [] if name == "fastapi" else ["--few"]
    done = subprocess.run(
        [str(RUNNER / "run"), "--command", f"exec {command}", "--part", "login", *few],
        env={**os.environ, **environment}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert " 0 failed, 0 skipped" in done.stdout
