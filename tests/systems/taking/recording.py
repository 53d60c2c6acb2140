"""A recording: the documents of a server, its tokens, what it answers about them, and when."""

import base64
import time
import urllib.parse

from . import code_flow
from .http import Answer, Http
from .plan import Client, Plan, Wanted


def record(plan: Plan) -> dict:
    """Everything that the plan names."""
    metadata_url = f"{plan.issuer.rstrip('/')}/.well-known/openid-configuration"
    metadata = Http().send(metadata_url)
    tokens = [_tokens(plan, metadata.json(), wanted) for wanted in plan.tokens]
    # After the tokens: some servers make a key when it is first needed.
    jwks_uri = metadata.json()["jwks_uri"]
    return {
        "server": plan.server,
        "profile": plan.profile,
        "issuer": plan.issuer,
        "documents": {metadata_url: _kept(metadata), jwks_uri: _kept(Http().send(jwks_uri))},
        "tokens": tokens,
    }


def _tokens(plan: Plan, metadata: dict, wanted: Wanted) -> dict:
    form, nonce = {"grant_type": wanted.grant, **wanted.parameters}, None
    if wanted.grant == "authorization_code":
        form, nonce = code_flow.take(plan, metadata, wanted)
    answer = Http().send(metadata["token_endpoint"], form, Authorization=_basic(wanted.client)).json()
    taken = {
        "name": wanted.name,
        "about": wanted.about,
        "grant": wanted.grant,
        "client_id": wanted.client.client_id,
        "audience": wanted.audience,
        "rfc9068": wanted.rfc9068,
        "nonce": nonce,
        "taken": int(time.time()),
        "access_token": answer["access_token"],
        "id_token": answer.get("id_token"),
    }
    if wanted.introspection:
        taken["introspection"] = _introspected(
            # Ory Hydra's is part of the admin API, and not in the metadata.
            metadata.get("introspection_endpoint", f"{plan.admin}/oauth2/introspect"),
            wanted.introspection,
            answer["access_token"],
        )
    return {name: value for name, value in taken.items() if value is not None}


def _introspected(endpoint: str, client: Client, token: str) -> dict:
    answer = Http().send(endpoint, {"token": token}, Authorization=_basic(client), Accept="application/json")
    settings = {"client_id": client.client_id, "client_secret": client.client_secret}
    return {"endpoint": endpoint, **settings, "answer": _kept(answer)}


def _basic(client: Client) -> str:
    """RFC 6749 section 2.3.1."""
    pair = f"{urllib.parse.quote_plus(client.client_id)}:{urllib.parse.quote_plus(client.client_secret)}"
    return f"Basic {base64.b64encode(pair.encode()).decode()}"


def _kept(answer: Answer) -> dict:
    """An answer in the form of the vectors."""
    kept = {
        "status": answer.status,
        "content_type": answer.headers.get("Content-Type"),
        "cache_control": answer.headers.get("Cache-Control"),
        "body": answer.body,
    }
    return {name: value for name, value in kept.items() if value is not None}
