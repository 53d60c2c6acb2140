"""Flask: a bare route, the guard, and Authlib's ResourceProtector with its validator for RFC 9068."""

import json
import os
import urllib.request

from authlib.integrations.flask_oauth2 import ResourceProtector, current_token
from authlib.oauth2.rfc9068 import JWTBearerTokenValidator
from credenza_connectors.flask import Guard, caller
from flask import Flask
from joserfc.jwk import KeySet

ISSUER, AUDIENCE = os.environ["ISSUER"], "https://api.example"
app = Flask(__name__)
guard = Guard(ISSUER, AUDIENCE)
guard.init_app(app)


class Validator(JWTBearerTokenValidator):
    """Keeps the key set, as its documentation says."""

    kept: KeySet | None = None

    def get_jwks(self) -> KeySet:
        if self.kept is None:
            with urllib.request.urlopen(f"{ISSUER}/jwks") as answer:
                self.kept = KeySet.import_key_set(json.load(answer))
        return self.kept


require = ResourceProtector()
require.register_token_validator(Validator(issuer=ISSUER, resource_server=AUDIENCE))


@app.get("/bare")
def bare() -> str:
    return "user"


@app.get("/guarded")
@guard.require(scopes=["orders:read"])
def guarded() -> str:
    return caller.sub or ""


@app.get("/usual")
@require(scopes=["orders:read"])
def usual() -> str:
    return str(current_token["sub"])
