"""The validator `credenza` beside the provider: one clock drives both."""

from typing import Any

import credenza_testing
import pytest

credenza: Any = pytest.importorskip("credenza")

API = "https://api.example.test"


def test_the_clock_of_the_provider_is_the_validator_s() -> None:
    with credenza_testing.provider(now=1_900_000_000, access_token_lifetime=60) as op:
        validator = credenza.Validator(op.issuer, API, clock=lambda: op.now)
        client = op.add_client(grant_types=["client_credentials"], resources=[API])
        token = op.client_token(client, resource=[API]).access_token
        assert validator.validate(token).client_id == client.client_id

        # Lifetime and the leeway of 30 seconds.
        op.advance(89)
        assert validator.validate(token).client_id == client.client_id
        op.advance(2)
        with pytest.raises(credenza.Denied) as caught:
            validator.validate(token)
        assert caught.value.rule == "exp"

        # New keys are found once the cool-down between two fetches is over.
        op.rotate_keys(keep_old=False)
        op.advance(31)
        later = op.client_token(client, resource=[API]).access_token
        assert validator.validate(later).client_id == client.client_id
