"""The package as its users meet it: its examples, its types, its size."""

from __future__ import annotations

import re
import subprocess
import sys
import zlib
from importlib import metadata
from pathlib import Path
from typing import Any

import credenza
import pytest
from credenza.testing import TestIssuer

HERE = Path(__file__).parent
BLOCKS = re.findall(r"```python\n(.*?)```", (HERE.parent / "README.md").read_text("utf-8"), re.DOTALL)
WHEEL = next(iter(metadata.distributions(name="credenza")), None)


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
    exec(BLOCKS[block], {"__name__": "example"})  # noqa: S102


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


@pytest.mark.skipif(WHEEL is None, reason="the package is not installed")
def test_the_package_is_small_and_marked_as_typed() -> None:
    assert WHEEL is not None
    files = [file for file in WHEEL.files or () if file.suffix != ".pyc"]
    assert {"py.typed", "_credenza.pyi"} <= {file.name for file in files}
    # As a wheel packs them.
    assert sum(len(zlib.compress(file.read_binary(), 9)) for file in files) < 2_000_000
    assert WHEEL.metadata["Requires-Python"] == ">=3.10"
    assert not WHEEL.requires or all("extra ==" in one for one in WHEEL.requires)
