from secrets import token_urlsafe
from urllib.parse import urlencode

from flask import Flask, redirect, request, session
from oauthlib.oauth2 import WebApplicationClient
from requests_oauthlib import OAuth2Session

ISSUER = "https://id.example.com"
APPLICATION = "https://app.example.com"
CLIENT_ID, CLIENT_SECRET = "your-client-id", "your-client-secret"
SCOPE = ["openid", "profile", "email", "offline_access"]

app = Flask(__name__)
app.secret_key = "a-long-random-secret"
tokens = {}  # by session; a real application keeps them in its database


def provider(**options):
    return OAuth2Session(CLIENT_ID, redirect_uri=f"{APPLICATION}/callback", scope=SCOPE, **options)


@app.get("/")
def home():
    if session.get("id") not in tokens:
        pkce = WebApplicationClient(CLIENT_ID)
        session["verifier"] = pkce.create_code_verifier(64)
        url, session["state"] = provider().authorization_url(
            f"{ISSUER}/authorize",
            code_challenge=pkce.create_code_challenge(session["verifier"], "S256"),
            code_challenge_method="S256",
        )
        return redirect(url)
    person = provider(token=tokens[session["id"]]).get(f"{ISSUER}/userinfo").json()
    return f"Signed in as {person['email']}"


@app.get("/callback")
def callback():
    token = provider(state=session.pop("state")).fetch_token(
        f"{ISSUER}/token",
        client_secret=CLIENT_SECRET,
        code_verifier=session.pop("verifier"),
        authorization_response=APPLICATION + request.full_path,
    )
    session["id"] = token_urlsafe()
    tokens[session["id"]] = token
    return redirect("/")


@app.get("/refresh")
def refresh():
    client = provider(token=tokens[session["id"]])
    tokens[session["id"]] = client.refresh_token(f"{ISSUER}/token", auth=(CLIENT_ID, CLIENT_SECRET))
    return redirect("/")


@app.get("/logout")
def logout():
    parameters = {
        "id_token_hint": tokens.pop(session.pop("id"))["id_token"],
        "post_logout_redirect_uri": f"{APPLICATION}/signed-out",
    }
    return redirect(f"{ISSUER}/logout?{urlencode(parameters)}")


@app.get("/signed-out")
def signed_out():
    return "Signed out"
