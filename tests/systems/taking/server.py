"""The servers: `servers/NAME/start` starts one, `servers/stop` ends it."""

import fcntl
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from .plan import Plan

SERVERS = Path(__file__).resolve().parent.parent / "servers"


def names() -> list[str]:
    """The servers there are."""
    return sorted(plan.parent.name for plan in SERVERS.glob("*/plan.json"))


@contextmanager
def running(name: str) -> Iterator[Plan]:
    """A server while it runs, and what is taken from it. Its ports are fixed, so one run waits for another."""
    plan = Plan.read(SERVERS / name / "plan.json")
    with tempfile.TemporaryDirectory(prefix=f"credenza-{name}-") as directory, _alone(name):
        try:
            subprocess.run([SERVERS / name / "start", directory, str(plan.port)], check=True)
            yield plan
        finally:
            if (Path(directory) / "pid").exists():
                subprocess.run([SERVERS / "stop", directory], check=True)


@contextmanager
def _alone(name: str) -> Iterator[None]:
    with open(Path(tempfile.gettempdir()) / f"credenza-systems-{name}.lock", "w", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
