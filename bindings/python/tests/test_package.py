"""The package as its users meet it: its examples, its types, its size."""

from __future__ import annotations

import re
import subprocess
import sys
from importlib import metadata
from pathlib import Path
from typing import Any

import credenza
import pytest
from credenza.testing import TestIssuer

HERE = Path(__file__).parent
BLOCKS = re.findall(r"```python\n(.*?)```", (HERE.parent / "README.md").read_text("utf-8"), re.DOTALL)


def test_the_quick_start_has_under_ten_lines_and_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    quick_start = BLOCKS[0]
    assert len([line for line in quick_start.splitlines() if line]) < 10
    issuer = TestIssuer()
    monkeypatch.setattr(credenza, "Validator", lambda _issuer, audience: issuer.validator(audience))
    names: dict[str, Any] = {}
    exec(quick_start, names)  # noqa: S102
    assert names["handle"](issuer.mint("https://api.example", scope="read")) == (200, [], "Hello user")
    status, headers, text = names["handle"](issuer.mint("https://api.example"))
    assert (status, text) == (403, "the token lacks a scope")
    assert headers[0][0] == "WWW-Authenticate"


@pytest.mark.parametrize("block", range(1, len(BLOCKS)))
def test_the_examples_run(block: int) -> None:
    exec(BLOCKS[block], {})  # noqa: S102


def test_types() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--config-file", HERE.parent / "pyproject.toml", "-p", "credenza"],
        capture_output=True, text=True, check=False, cwd=HERE,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--config-file", HERE.parent / "pyproject.toml", *sorted(HERE.glob("*.py"))],
        capture_output=True, text=True, check=False, cwd=HERE,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout


def test_the_stub_says_what_is_there() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "mypy.stubtest", "credenza", "--allowlist", HERE / "stubtest-allowlist.txt"],
        capture_output=True, text=True, check=False, cwd=HERE,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout


def test_everything_public_is_documented() -> None:
    for name in credenza.__all__:
        assert getattr(credenza, name) is not None


def test_the_wheel_is_small_and_marked_as_typed() -> None:
    files = metadata.files("credenza")
    assert files is not None
    names = {file.name for file in files}
    assert {"py.typed", "_credenza.pyi"} <= names
    assert metadata.metadata("credenza")["Requires-Python"] == ">=3.10"
