"""The validators that check a token over the network: each answers with the rule that refuses it, or none."""

import json
import os
import subprocess
from collections.abc import Callable

# Issuer, audience, profile and token.
Check = Callable[[str, str, str, str], str | None]


def checkers() -> dict[str, Check]:
    """Those that are here, by name."""
    found: dict[str, Check] = {}
    if os.environ.get("CREDENZA_BIN"):
        found["the command line"] = _by_command
    try:
        import credenza
    except ImportError:
        return found

    def by_package(issuer: str, audience: str, profile: str, token: str) -> str | None:
        try:
            credenza.Validator(issuer, audience, profile=profile).validate(token)
        except credenza.Denied as denied:
            return denied.rule
        return None

    return {**found, f"the package, {credenza.__file__}": by_package}


def _by_command(issuer: str, audience: str, profile: str, token: str) -> str | None:
    command = [os.environ["CREDENZA_BIN"], "token", "check", "--issuer", issuer, "--audience", audience]
    done = subprocess.run(
        [*command, "--profile", profile, "--output", "json", "-"],
        input=token,
        capture_output=True,
        text=True,
        check=False,
    )
    try:
        verdicts = json.loads(done.stdout)["verdicts"]
    except (ValueError, KeyError):
        return f"exit status {done.returncode}: {done.stderr}"
    rule = next((verdict["rule"] for verdict in verdicts if verdict["passes"] is False), None)
    # The exit status has to say the same.
    return rule if (rule is None) == (done.returncode == 0) else f"exit status {done.returncode} with {rule}"
