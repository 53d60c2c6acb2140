"""A service by WSGI, whose validator is made before the workers are forked where they are preloaded."""

import json
import os
from collections.abc import Callable, Iterable
from typing import Any

from credenza import Validator

validator = Validator(os.environ["ISSUER"], os.environ["AUDIENCE"])


def app(environ: dict[str, Any], start: Callable[[str, list[tuple[str, str]]], object]) -> Iterable[bytes]:
    """Answer whose token it is, and which process this is."""
    decision = validator.check(environ.get("HTTP_AUTHORIZATION"))
    if not decision:
        start(f"{decision.denied.status} Refused", decision.headers)
        return [b""]
    start("200 OK", [("Content-Type", "application/json")])
    return [json.dumps({"sub": decision.claims.sub, "pid": os.getpid()}).encode()]
