# Chart 700
"""PyPI Authlib: a Flask application that knows the issuer URL alone, and the library's plain OAuth 2 session."""

from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
import requests
from authlib.integrations.base_client.errors import OAuthError
from authlib.integrations.flask_client import OAuth
from authlib.integrations.requests_client import OAuth2Session
from flask import Flask, request, session


class RelyingParty:
    """A Flask application with one page to sign in and one to come back to; `get` is what a browser would send."""

    def __init__(self, issuer, application, client):
        app = Flask(__name__)
        app.secret_key = "a key of the tests"
        app.testing = True
        self.provider = OAuth(app).register(
            "credenza",
            client_id=client["client_id"],
            client_secret=client.get("client_secret"),
            server_metadata_url=f"{issuer}/.well-known/openid-configuration",
            client_kwargs={
                "scope": "openid profile email offline_access",
                "code_challenge_method": "S256",
                "token_endpoint_auth_method": "client_secret_basic" if "client_secret" in client else "none",
            },
        )
        self.tokens = None
        self._browser = app.test_client()
        self._application = application

        @app.get("/login")
        def login():
            return self.provider.authorize_redirect(f"{application}/callback", **request.args)

        @app.get("/callback")
        def callback():
            self.tokens = self.provider.authorize_access_token()
            session["user"] = self.tokens["userinfo"]["sub"]
            return "signed in"

    def login_url(self, **parameters):
        """Where the application sends the browser to sign in."""
        return self._browser.get("/login", query_string=parameters, base_url=self._application).location

    def come_back(self, reached):
        """The browser comes back: the library redeems the code and checks the ID token. Returns the tokens."""
        answer = self._browser.get(f"/callback?{urlsplit(reached['url']).query}", base_url=self._application)
        assert answer.status_code == 200
        return self.tokens

    def session(self):
        """The library's plain session, for the requests that need no browser."""
        metadata = self.provider.load_server_metadata()
        kwargs = self.provider.client_kwargs
        return metadata, OAuth2Session(
            self.provider.client_id,
            self.provider.client_secret,
            token_endpoint_auth_method=kwargs["token_endpoint_auth_method"],
            token=self.tokens,
        )


@pytest.fixture(params=["confidential", "public"])
def party(request, issuer, application, create_client):
    """A relying party of each kind of client."""
    options = {"redirect_uri": f"{application}/callback", "post_logout_redirect_uri": f"{application}/signed-out"}
    client = create_client(**options, **({"public": True} if request.param == "public" else {}))
    return RelyingParty(issuer, application, client)


def test_sign_in_refresh_userinfo_and_revocation(party, visit, email):
    """A grant from its first token to its end."""
    reached = visit(party.login_url(prompt="consent"))
    tokens = party.come_back(reached)
    subject = tokens["userinfo"]["sub"]
    assert party.provider.userinfo(token=tokens)["email"] == email

    metadata, session_ = party.session()
    endpoint = metadata["token_endpoint"]
    renewed = dict(session_.refresh_token(endpoint, refresh_token=tokens["refresh_token"]))
    assert renewed["refresh_token"] != tokens["refresh_token"]
    assert session_.get(metadata["userinfo_endpoint"]).json()["sub"] == subject

    revoked = session_.revoke_token(metadata["revocation_endpoint"], token=renewed["refresh_token"])
    assert revoked.status_code == 200
    with pytest.raises(OAuthError) as refusal:
        session_.refresh_token(endpoint, refresh_token=renewed["refresh_token"])
    assert refusal.value.error == "invalid_grant"
    bearer = {"Authorization": f"Bearer {renewed['access_token']}"}
    assert requests.get(metadata["userinfo_endpoint"], headers=bearer, timeout=10).status_code == 401


def test_logout_ends_the_single_sign_on(party, visit, application):
    """RP-initiated logout, between two tries without a question."""
    tokens = party.come_back(visit(party.login_url()))
    silent = party.come_back(visit(party.login_url(prompt="none")))
    assert silent["userinfo"]["sub"] == tokens["userinfo"]["sub"]

    metadata = party.provider.load_server_metadata()
    parameters = {
        "id_token_hint": tokens["id_token"],
        "post_logout_redirect_uri": f"{application}/signed-out",
        "state": "of the logout",
    }
    back = visit(f"{metadata['end_session_endpoint']}?{urlencode(parameters)}")
    assert back["place"] == "callback"
    assert parse_qs(urlsplit(back["url"]).query) == {"state": ["of the logout"]}

    with pytest.raises(OAuthError) as refusal:
        party.come_back(visit(party.login_url(prompt="none")))
    assert refusal.value.error == "login_required"


def test_a_person_may_refuse(party, visit):
    """The refusal reaches the application as the library's own error."""
    with pytest.raises(OAuthError) as refusal:
        party.come_back(visit(party.login_url(), consent="deny"))
    assert refusal.value.error == "access_denied"


def test_client_credentials_and_introspection(issuer, create_client, resource):
    """A machine gets a token, and the API that it is for asks about it."""
    metadata = requests.get(f"{issuer}/.well-known/oauth-authorization-server", timeout=10).json()
    machine = create_client(grant_type="client_credentials", resource=resource)
    api = create_client(grant_type="client_credentials", serves=resource)
    session_ = OAuth2Session(machine["client_id"], machine["client_secret"])
    token = session_.fetch_token(metadata["token_endpoint"], grant_type="client_credentials", resource=resource)
    assert "refresh_token" not in token

    asking = OAuth2Session(api["client_id"], api["client_secret"])
    seen = asking.introspect_token(metadata["introspection_endpoint"], token=token["access_token"]).json()
    assert seen["active"] is True
    assert seen["client_id"] == machine["client_id"]
    unknown = asking.introspect_token(metadata["introspection_endpoint"], token="not-a-token").json()
    assert unknown == {"active": False}

    wrong = OAuth2Session(machine["client_id"], "not the secret")
    with pytest.raises(OAuthError) as refusal:
        wrong.fetch_token(metadata["token_endpoint"], grant_type="client_credentials", resource=resource)
    assert refusal.value.error == "invalid_client"
