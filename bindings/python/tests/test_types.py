# Chart 281
"""What type checkers, `help` and other tools see."""

from __future__ import annotations

import copy
import json
import os
import pickle
import re
import runpy
import shutil
import subprocess
import sys
from importlib import metadata
from pathlib import Path
from typing import Any, get_args

import credenza
import pytest
from conftest import AUDIENCE
from credenza import Claims, Decision, _types
from credenza.testing import TestIssuer

HERE = Path(__file__).parent
NARROWING, WRONG = HERE / "types" / "narrowing.py", HERE / "types" / "wrong.py"
CHECKERS = {
    "mypy": ["mypy", "--config-file", str(HERE.parent / "pyproject.toml")],
    "pyright": ["pyright", "--pythonpath", sys.executable],
}


def checked(checker: str, file: Path) -> set[int]:
    """The lines that a type checker complains of."""
    if checker == "pyright" and shutil.which("node") is None:
        pytest.skip("pyright needs Node")
    done = subprocess.run(
        [sys.executable, "-m", *CHECKERS[checker], file], capture_output=True, text=True, check=False, cwd=file.parent
    )
    found = {int(line) for line in re.findall(rf"{re.escape(file.name)}:(\d+).*error", done.stdout)}
    assert (done.returncode == 0) == (not found), done.stdout + done.stderr
    return found


def test_a_decision_narrows() -> None:
    runpy.run_path(str(NARROWING))
    assert checked("mypy", NARROWING) == set()


def test_a_decision_narrows_for_pyright() -> None:
    assert checked("pyright", NARROWING) == set()


@pytest.mark.parametrize("checker", CHECKERS)
def test_mistakes_are_found(checker: str) -> None:
    wrong = {at for at, line in enumerate(WRONG.read_text().splitlines(), 1) if line.endswith("# wrong")}
    assert checked(checker, WRONG) == wrong


def test_literals_name_what_the_core_has() -> None:
    schema = json.loads((HERE.parents[1] / "validator" / "settings.json").read_text())["settings"]["properties"]
    assert set(get_args(_types.Algorithm)) == set(schema["algorithms"]["items"]["enum"])
    assert set(get_args(_types.Profile)) == {one["const"] for one in schema["profile"]["oneOf"]}
    assert all(f"`{one}`" in schema["optional_claims"]["description"] for one in get_args(_types.OptionalClaim))


def test_everything_public_has_a_docstring() -> None:
    missing = []
    for name in credenza.__all__:
        thing = getattr(credenza, name)
        if not isinstance(thing, type):
            continue
        if not thing.__doc__:
            missing.append(name)
        mine = [member for member in vars(thing) if not member.startswith("_")]
        inherited = [] if thing is not credenza.Validator else ["validate", "check", "check_id_token", "issuer"]
        # The members of a TypedDict, and the attributes of an exception, are annotations: no docstring at run time.
        missing += [f"{name}.{member}" for member in [*mine, *inherited] if not getattr(thing, member).__doc__]
    exempt = {"Claims.keys", "Claims.values", "Claims.items", "Claims.get"}
    assert set(missing) <= exempt


def test_the_version_is_the_package_s() -> None:
    assert re.fullmatch(r"\d+\.\d+\.\d+.*", credenza.__version__)
    for found in metadata.distributions(name="credenza"):
        assert credenza.__version__ == found.version


@pytest.mark.parametrize("protocol", range(2, pickle.HIGHEST_PROTOCOL + 1))
def test_claims_are_pickled(issuer: TestIssuer, protocol: int) -> None:
    claims = issuer.validator(AUDIENCE).validate(
        issuer.mint(AUDIENCE, scope="read write", roles=["editor"], auth_time=1, acr="high", sid="s", nbf=2)
    )
    same: Claims = pickle.loads(pickle.dumps(claims, protocol))  # noqa: S301
    assert isinstance(same, Claims)
    assert same == claims
    assert same.json == claims.json
    for name in ("iss", "sub", "aud", "exp", "nbf", "iat", "jti", "client_id", "azp", "scope", "scopes", "auth_time"):
        assert getattr(same, name) == getattr(claims, name), name
    assert (same.acr, same.sid, same.auth_time, same.nbf) == ("high", "s", 1, 2)
    assert pickle.loads(pickle.dumps(same)) == claims  # noqa: S301


def test_claims_are_copied(issuer: TestIssuer) -> None:
    claims = issuer.validator(AUDIENCE).validate(issuer.mint(AUDIENCE, roles=["editor"]))
    deep = copy.deepcopy(claims)
    deep["roles"].append("admin")
    assert claims["roles"] == ["editor"]
    assert copy.copy(claims) == claims
    with pytest.raises(TypeError):
        claims["roles"] = []  # type: ignore[index]


def test_claims_are_written_as_json(issuer: TestIssuer) -> None:
    claims = issuer.validator(AUDIENCE).validate(issuer.mint(AUDIENCE, roles=["editor"]))
    assert json.loads(json.dumps(claims, default=dict)) == json.loads(claims.json) == dict(claims)
    assert json.loads(json.dumps({"user": claims.to_dict()}))["user"] == dict(claims)


def test_a_denial_is_pickled(issuer: TestIssuer) -> None:
    denied = issuer.validator(AUDIENCE).check("Bearer x").denied
    assert denied is not None
    same: Any = pickle.loads(pickle.dumps(denied))  # noqa: S301
    assert (type(same), same.args, str(same)) == (credenza.Denied, denied.args, str(denied))


def test_decisions_are_of_their_type(issuer: TestIssuer) -> None:
    validator = issuer.validator(AUDIENCE)
    for authorization in (None, f"Bearer {issuer.mint(AUDIENCE)}"):
        assert isinstance(validator.check(authorization), Decision)


def test_it_is_imported_fast() -> None:
    """Loading ssl or asyncio alone would take as long. CPU time, as this machine may be busy."""
    code = "import time\nt=time.process_time()\nimport credenza\nprint(time.process_time()-t)"
    took = [float(subprocess.check_output([sys.executable, "-c", code], env=_environment())) for _ in range(5)]
    loaded = subprocess.check_output(
        [sys.executable, "-c", "import sys, credenza; print(*sys.modules)"], text=True, env=_environment()
    ).split()
    assert not {"asyncio", "ssl", "urllib.request", "http.client", "logging", "trio"} & set(loaded)
    assert min(took) < 0.03, took


def _environment() -> dict[str, str]:
    # Byte code may be written, as it is for users.
    return {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
