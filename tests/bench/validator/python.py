"""
How many tokens of 25 claims Python checks per CPU-second, single-threaded: this package and others in one run.

    python tests/bench/validator/python.py [--seconds 1] [--alg RS256]

Every library decodes the token, checks the signature, and checks exp, iss and aud, as its documentation tells its users
to. `credenza` gives claims of which `sub` is read; `credenza, dict` makes a dict of all of them, as the others do.
One line of JSON per row: language, alg, library, per_cpu_second. The rows are measured in turns; the best turn counts.
"""

from __future__ import annotations

import argparse
import base64
import json
import secrets
import time
from collections.abc import Callable
from typing import Any

import authlib.jose
import jwt
import oxyjwt
from credenza import Validator
from cryptography.hazmat.primitives import hashes, hmac, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa, utils
from joserfc import jwt as joserfc_jwt
from joserfc.jwk import ECKey, OctKey, OKPKey, RSAKey

ISSUER, AUDIENCE, KID = "https://id.example", "https://api.example", "k1"
ROUNDS = 5


def b64(data: bytes) -> str:
    """Base64url without padding."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def number(value: int) -> str:
    """Base64url of an unsigned number."""
    return b64(value.to_bytes((value.bit_length() + 7) // 8, "big"))


def claims() -> dict[str, Any]:
    """25 claims, as an access token of a provider has them."""
    now = int(time.time())
    return {
        "iss": ISSUER,
        "sub": "3f0e6a52-7f8e-4b0c-9d0a-5c9a6f3b1e77",
        "aud": AUDIENCE,
        "exp": now + 3600,
        "iat": now,
        "nbf": now,
        "jti": secrets.token_urlsafe(16),
        "client_id": "web-frontend",
        "scope": "openid profile email orders:read orders:write",
        "auth_time": now - 60,
        "acr": "urn:mace:incommon:iap:silver",
        "amr": ["pwd", "otp"],
        "sid": secrets.token_urlsafe(16),
        "gid": secrets.token_urlsafe(16),
        "azp": "web-frontend",
        "tenant": "acme",
        "org_id": "org_12345",
        "roles": ["admin", "editor", "viewer"],
        "permissions": ["orders:read", "orders:write", "users:read"],
        "plan": "enterprise",
        "name": "Ann Example",
        "given_name": "Ann",
        "family_name": "Example",
        "email": "ann@example.com",
        "email_verified": True,
    }


class Subject:
    """A token of one algorithm, and the keys to check it in every form."""

    def __init__(self, alg: str) -> None:
        self.alg = alg
        self.key: Any = None
        self.secret = secrets.token_bytes(32)
        self.jwk: dict[str, Any] = {"kid": KID, "alg": alg}
        sign = getattr(self, f"_{alg.lower()}")()
        header = {"alg": alg, "typ": "at+jwt", "kid": KID}
        signed = ".".join(b64(json.dumps(part, separators=(",", ":")).encode()) for part in (header, claims()))
        self.token = f"{signed}.{b64(sign(signed.encode()))}"

    @property
    def pem(self) -> bytes:
        """The public key."""
        form = serialization.PublicFormat.SubjectPublicKeyInfo
        pem: bytes = self.key.public_key().public_bytes(serialization.Encoding.PEM, form)
        return pem

    def _rs256(self) -> Callable[[bytes], bytes]:
        self.key = rsa.generate_private_key(65537, 2048)
        public = self.key.public_key().public_numbers()
        self.jwk |= {"kty": "RSA", "n": number(public.n), "e": number(public.e)}
        return lambda data: self.key.sign(data, padding.PKCS1v15(), hashes.SHA256())

    def _es256(self) -> Callable[[bytes], bytes]:
        self.key = ec.generate_private_key(ec.SECP256R1())
        public = self.key.public_key().public_numbers()
        x, y = (b64(value.to_bytes(32, "big")) for value in (public.x, public.y))
        self.jwk |= {"kty": "EC", "crv": "P-256", "x": x, "y": y}

        def sign(data: bytes) -> bytes:
            r, s = utils.decode_dss_signature(self.key.sign(data, ec.ECDSA(hashes.SHA256())))
            return r.to_bytes(32, "big") + s.to_bytes(32, "big")

        return sign

    def _eddsa(self) -> Callable[[bytes], bytes]:
        self.key = ed25519.Ed25519PrivateKey.generate()
        raw = self.key.public_key().public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
        self.jwk |= {"kty": "OKP", "crv": "Ed25519", "x": b64(raw)}
        return lambda data: self.key.sign(data)

    def _hs256(self) -> Callable[[bytes], bytes]:
        self.jwk |= {"kty": "oct", "k": b64(self.secret)}

        def sign(data: bytes) -> bytes:
            mac = hmac.HMAC(self.secret, hashes.SHA256())
            mac.update(data)
            return mac.finalize()

        return sign


def of_credenza(subject: Subject) -> Validator:
    """Make the validator of this package."""
    if subject.alg == "HS256":
        return Validator(ISSUER, AUDIENCE, secret=subject.secret)
    return Validator(ISSUER, AUDIENCE, keys={"keys": [subject.jwk]}, algorithms=[subject.alg])


def credenza(subject: Subject) -> Callable[[], object]:
    """Claims whose properties are read."""
    validator, token = of_credenza(subject), subject.token
    return lambda: validator.validate(token).sub


def credenza_dict(subject: Subject) -> Callable[[], object]:
    """A dict of all claims."""
    validator, token = of_credenza(subject), subject.token
    return lambda: validator.validate(token).to_dict()


def of_oxyjwt(subject: Subject) -> Callable[[], object]:
    """As its README: a key made once, claims required and compared."""
    algs, token = [subject.alg], subject.token
    key = subject.secret if subject.alg == "HS256" else subject.pem
    make = {"RS256": "from_rsa_pem", "ES256": "from_ec_pem", "EdDSA": "from_ed_pem", "HS256": "from_secret"}
    made = getattr(oxyjwt.DecodingKey, make[subject.alg])(key)
    return lambda: oxyjwt.decode(token, made, algorithms=algs, audience=AUDIENCE, issuer=ISSUER)


def pyjwt(subject: Subject) -> Callable[[], object]:
    """As its documentation."""
    algs, token = [subject.alg], subject.token
    key = subject.secret if subject.alg == "HS256" else subject.key.public_key()
    return lambda: jwt.decode(token, key, algorithms=algs, audience=AUDIENCE, issuer=ISSUER)


def joserfc(subject: Subject) -> Callable[[], object]:
    """As its documentation: decode, then validate by a registry."""
    kinds: dict[str, Any] = {"RS256": RSAKey, "ES256": ECKey, "EdDSA": OKPKey, "HS256": OctKey}
    key, algs, token = kinds[subject.alg].import_key(subject.jwk), [subject.alg], subject.token
    exactly = {"iss": {"essential": True, "value": ISSUER}, "aud": {"essential": True, "value": AUDIENCE}}
    registry = joserfc_jwt.JWTClaimsRegistry(exp={"essential": True}, **exactly)

    def check() -> object:
        decoded = joserfc_jwt.decode(token, key, algorithms=algs)
        registry.validate(decoded.claims)
        return decoded.claims

    return check


def of_authlib(subject: Subject) -> Callable[[], object]:
    """As its documentation: decode with options, then validate."""
    decoder = authlib.jose.JsonWebToken([subject.alg])
    key, token = authlib.jose.JsonWebKey.import_key(subject.jwk), subject.token
    exactly = {"iss": {"essential": True, "value": ISSUER}, "aud": {"essential": True, "value": AUDIENCE}}

    def check() -> object:
        decoded = decoder.decode(token, key, claims_options={"exp": {"essential": True}, **exactly})
        decoded.validate()
        return decoded

    return check


LIBRARIES: dict[str, Callable[[Subject], Callable[[], object]]] = {
    "credenza": credenza,
    "credenza, dict": credenza_dict,
    "oxyjwt": of_oxyjwt,
    "joserfc": joserfc,
    "PyJWT": pyjwt,
    "Authlib": of_authlib,
}


def rate(check: Callable[[], object], seconds: float) -> float:
    """Calls per second of this process's CPU time."""
    done, started = 0, time.process_time()
    while (spent := time.process_time() - started) < seconds:
        for _ in range(100):
            check()
        done += 100
    return done / spent


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=float, default=1.0, help="CPU time for each row")
    parser.add_argument("--alg", action="append", choices=["RS256", "ES256", "EdDSA", "HS256"])
    options = parser.parse_args()
    for alg in options.alg or ["RS256", "ES256", "EdDSA", "HS256"]:
        subject = Subject(alg)
        checks = {name: library(subject) for name, library in LIBRARIES.items()}
        best = dict.fromkeys(checks, 0.0)
        for _ in range(ROUNDS):
            for name, check in checks.items():
                best[name] = max(best[name], rate(check, options.seconds / ROUNDS))
        for name, value in best.items():
            print(json.dumps({"language": "python", "alg": alg, "library": name, "per_cpu_second": round(value)}))


if __name__ == "__main__":
    main()
