# Chart 285: The provider in the tests of applications | Rust; pytest; Jest, Vitest and node:test
"""People sign in to an application, with no browser and over real HTTP."""

from __future__ import annotations

from typing import Any

import credenza_testing
import pytest
from authlib.integrations.requests_client import OAuth2Session
from conftest import CALLBACK, Application, fetch
from credenza_testing import Provider, User
from joserfc import jwt
from joserfc.jwk import KeySet


def test_a_person_signs_in(credenza_provider: Provider, app: Application, alice: User) -> None:
    answer = credenza_provider.authorize(app.sign_in_url(), alice)
    tokens = app.callback(answer.url)
    status, userinfo = app.userinfo(tokens["access_token"])
    assert (status, userinfo["sub"], userinfo["email"]) == (200, alice.sub, "alice@example.test")


def test_authlib_signs_in_and_checks_the_id_token(
    credenza_provider: Provider, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AUTHLIB_INSECURE_TRANSPORT", "1")
    client = credenza_provider.add_client([CALLBACK], id_token_signed_response_alg="RS256")
    metadata: dict[str, Any]
    _, metadata = fetch(f"{credenza_provider.issuer}/.well-known/openid-configuration")
    session = OAuth2Session(
        client.client_id,
        client.client_secret,
        scope="openid email",
        redirect_uri=CALLBACK,
        code_challenge_method="S256",
    )
    verifier = "v" * 64
    url, state = session.create_authorization_url(
        metadata["authorization_endpoint"], code_verifier=verifier, nonce="n0nce"
    )
    answer = credenza_provider.authorize(url, "alice")
    assert answer.params["state"] == state
    tokens = session.fetch_token(
        metadata["token_endpoint"], authorization_response=answer.url, code_verifier=verifier
    )
    _, jwks = fetch(metadata["jwks_uri"])
    signing = [key for key in jwks["keys"] if key["use"] == "sig"]
    token = jwt.decode(tokens["id_token"], KeySet.import_key_set({"keys": signing}), ["RS256"])
    expected = {"iss": credenza_provider.issuer, "nonce": "n0nce", "sub": alice.sub}
    assert expected.items() <= token.claims.items()
    assert token.claims["exp"] > credenza_provider.now
    assert session.get(metadata["userinfo_endpoint"]).json()["email"] == "alice@example.test"


def test_a_browser_remembers_who_is_there(
    credenza_provider: Provider, app: Application, alice: User
) -> None:
    browser = credenza_provider.browser()
    with pytest.raises(credenza_testing.Error, match="Sign in"):
        browser.authorize(app.sign_in_url())
    first = app.callback(browser.authorize(app.sign_in_url(), alice).url)
    again = app.callback(browser.authorize(app.sign_in_url()).url)
    assert first["access_token"] != again["access_token"]
    assert browser.sign_out(app.metadata["end_session_endpoint"]) is None
    with pytest.raises(credenza_testing.Error, match="Sign in"):
        browser.authorize(app.sign_in_url())


def test_a_person_refuses_or_mistypes(
    credenza_provider: Provider, app: Application, alice: User
) -> None:
    refused = credenza_provider.authorize(app.sign_in_url(), alice, deny=True)
    assert refused.params["error"] == "access_denied"
    with pytest.raises(credenza_testing.Error) as raised:
        credenza_provider.authorize(app.sign_in_url(), alice, password="wrong")
    assert raised.value.code == "page"


def test_an_answer_by_form_post(credenza_provider: Provider, app: Application, alice: User) -> None:
    answer = credenza_provider.authorize(app.sign_in_url() + "&response_mode=form_post", alice)
    assert answer.url == CALLBACK
    assert answer.form is not None
    assert answer.form["code"] == answer.params["code"]
