"""What a type checker finds: each line marked `# wrong` is refused by mypy and by pyright, and no other."""

from __future__ import annotations

from typing import Literal

from credenza import Claims, Decision, Denied, Validator


def unseen(decision: Decision) -> Claims:
    return decision.claims  # wrong


def raised(decision: Decision) -> None:
    raise decision.denied  # wrong


validator = Validator("https://id.example", "https://api.example", algorithms=["RS265"])  # wrong
Validator("https://id.example", "https://api.example", audiences="x")  # wrong
validator.validate(b"token")  # wrong
validator.validate("token", scope=["read"])  # wrong


def status(denied: Denied) -> Literal[404]:
    return denied.status  # wrong
