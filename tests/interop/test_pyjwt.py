# Chart 700
"""Tokens verified by PyPI PyJWT, which knows nothing but the JWKS address that discovery names."""

import base64
import hashlib
import secrets
from urllib.parse import urlencode

import jwt
import pytest
import requests

# The hash that at_hash is made with (OIDC Core 3.1.3.6), by the ID token's algorithm.
ALGORITHMS = {"RS256": "sha256", "PS256": "sha256", "ES256": "sha256", "ES384": "sha384", "EdDSA": "sha512"}


def unpadded(data):
    """Base64url as JOSE writes it."""
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def sign_in(issuer, application, visit, client, resource):
    """Code + PKCE by plain HTTP requests: no library stands between the tokens and PyJWT."""
    metadata = requests.get(f"{issuer}/.well-known/openid-configuration", timeout=10).json()
    verifier = secrets.token_urlsafe(32)
    parameters = {
        "client_id": client["client_id"],
        "redirect_uri": f"{application}/callback",
        "response_type": "code",
        "scope": "openid",
        "nonce": "a nonce",
        "resource": resource,
        "code_challenge": unpadded(hashlib.sha256(verifier.encode()).digest()),
        "code_challenge_method": "S256",
    }
    reached = visit(f"{metadata['authorization_endpoint']}?{urlencode(parameters)}")
    form = {
        "grant_type": "authorization_code",
        "code": reached["parameters"]["code"],
        "redirect_uri": parameters["redirect_uri"],
        "code_verifier": verifier,
    }
    authentication = (client["client_id"], client["client_secret"])
    answer = requests.post(metadata["token_endpoint"], data=form, auth=authentication, timeout=10)
    assert answer.status_code == 200, answer.text
    return answer.json(), jwt.PyJWKClient(metadata["jwks_uri"])


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_tokens(algorithm, issuer, application, visit, create_client, resource):
    """The ID token and the RFC 9068 access token, each with the checks that its reader has to make."""
    client = create_client(
        redirect_uri=f"{application}/callback",
        resource=resource,
        id_token_signed_response_alg=algorithm,
        access_token_signed_response_alg=algorithm,
    )
    tokens, keys = sign_in(issuer, application, visit, client, resource)

    id_token = jwt.decode_complete(
        tokens["id_token"],
        keys.get_signing_key_from_jwt(tokens["id_token"]),
        algorithms=[algorithm],
        issuer=issuer,
        audience=client["client_id"],
        options={"require": ["exp", "iat", "sub", "nonce"]},
    )
    assert id_token["payload"]["nonce"] == "a nonce"
    digest = hashlib.new(ALGORITHMS[algorithm], tokens["access_token"].encode()).digest()
    assert id_token["payload"]["at_hash"] == unpadded(digest[: len(digest) // 2])

    access_token = jwt.decode_complete(
        tokens["access_token"],
        keys.get_signing_key_from_jwt(tokens["access_token"]),
        algorithms=[algorithm],
        issuer=issuer,
        audience=resource,
        options={"require": ["exp", "iat", "sub", "client_id", "jti"]},
    )
    assert access_token["header"]["typ"] == "at+jwt"
    assert access_token["payload"]["sub"] == id_token["payload"]["sub"]

    with pytest.raises(jwt.InvalidAudienceError):
        jwt.decode(
            tokens["access_token"],
            keys.get_signing_key_from_jwt(tokens["access_token"]),
            algorithms=[algorithm],
            audience=client["client_id"],
        )
