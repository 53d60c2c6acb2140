"""Fixtures of pytest. They are there as soon as the package is installed."""

from collections.abc import Iterator
from typing import Any

import pytest

from ._provider import Provider, provider


@pytest.fixture(scope="session")
def credenza_provider_options() -> dict[str, Any]:
    """Arguments of `credenza_testing.provider`; override it in your conftest.py."""
    return {}


@pytest.fixture(scope="session")
def credenza_provider_session(credenza_provider_options: dict[str, Any]) -> Iterator[Provider]:
    """One provider for the whole run, whose issuer stays the same; nobody resets it."""
    with provider(**credenza_provider_options) as op:
        yield op


@pytest.fixture
def credenza_provider(credenza_provider_session: Provider) -> Provider:
    """The provider of the run, fresh for each test: no users, no clients, the time of day."""
    credenza_provider_session.reset()
    return credenza_provider_session
