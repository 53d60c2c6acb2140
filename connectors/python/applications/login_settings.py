"""What the applications for the shared cases of sign-in have in common: settings from the environment, and answers."""

from __future__ import annotations

import logging
import os
import signal
import sys
from html import escape
from typing import Any

from credenza_connectors.login.session import BaseSession

PORT = int(os.environ.get("PORT", "0"))


def from_environment() -> dict[str, Any]:
    """Read the settings."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    logging.basicConfig(level=logging.INFO, stream=sys.stderr)
    # Access logs have queries, with codes in them.
    for name in ("werkzeug", "django.server"):
        logging.getLogger(name).setLevel(logging.ERROR)
    environment = os.environ
    settings: dict[str, Any] = {
        "issuer": environment["ISSUER"],
        "client_id": environment["CLIENT_ID"],
        "client_secret": environment["CLIENT_SECRET"],
        "origin": environment.get("ORIGIN") or f"http://127.0.0.1:{PORT}",
        "secret": environment["SECRET"].split(","),
    }
    for name in ("SCOPE", "RESOURCE", "SESSIONS", "ENDED"):
        if environment.get(name):
            settings[name.lower()] = environment[name]
    for name in ("MAX_AGE", "LIFETIME", "IDLE"):
        if environment.get(name):
            settings[name.lower()] = int(environment[name])
    if environment.get("ACR_VALUES"):
        settings["acr_values"] = environment["ACR_VALUES"].split()
    return settings


def ready() -> None:
    """Say that the application listens."""
    print(f"listening on http://127.0.0.1:{PORT}", flush=True)


def page(session: BaseSession) -> str:
    """Make the page of somebody who is signed in."""
    return f"<!doctype html><title>Protected</title><p>{escape(session.sub)}</p>"


def me(session: BaseSession) -> dict[str, Any]:
    """Tell who is signed in."""
    return {name: getattr(session, name) for name in ("sub", "sid", "name", "email", "acr", "auth_time")}
