"""The plugin for pytest: a fixture that signs requests."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from credenza_connectors.testing import Issuer


def pytest_addoption(parser: pytest.Parser) -> None:
    """Take the names from the configuration of pytest."""
    parser.addini("credenza_issuer", "the issuer for which `credenza_issuer` stands in", default="https://id.example")
    parser.addini("credenza_audience", "the name of the service under test", default="https://api.example")


@pytest.fixture
def credenza_issuer(pytestconfig: pytest.Config) -> Iterator[Issuer]:
    """Give an issuer in memory, in the place of the real one for every guard of this process."""
    from credenza_connectors.testing import stand_in

    ini = pytestconfig.getini
    with stand_in(ini("credenza_issuer"), ini("credenza_audience")) as issuer:
        yield issuer
