"""Whole requests: the Authorization field, DPoP proofs, certificates."""

from __future__ import annotations

import base64
import hashlib
import json
import ssl
from typing import Any

import pytest
from conftest import AUDIENCE, NOW
from credenza import Requirement, Response, Validator, certificate_thumbprint
from credenza.testing import Clock, TestIssuer
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, utils

URL = "https://api.example/things?page=2"
DER = bytes([0x30, 0x03, 0x02, 0x01, 0x05])


def b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


class ProofKey:
    """A client's key for DPoP."""

    def __init__(self) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        numbers = self.key.public_key().public_numbers()
        point = [b64(number.to_bytes(32, "big")) for number in (numbers.x, numbers.y)]
        self.jwk = {"crv": "P-256", "kty": "EC", "x": point[0], "y": point[1]}

    @property
    def thumbprint(self) -> str:
        return b64(hashlib.sha256(json.dumps(self.jwk, separators=(",", ":")).encode()).digest())

    def proof(self, token: str, jti: str = "1", **more: Any) -> str:
        header = {"typ": "dpop+jwt", "alg": "ES256", "jwk": self.jwk}
        ath = b64(hashlib.sha256(token.encode()).digest())
        claims = {"jti": jti, "htm": "GET", "htu": URL.split("?")[0], "iat": NOW, "ath": ath, **more}
        signed = ".".join(b64(json.dumps(part).encode()) for part in (header, claims))
        r, s = utils.decode_dss_signature(self.key.sign(signed.encode(), ec.ECDSA(hashes.SHA256())))
        return f"{signed}.{b64(r.to_bytes(32, 'big') + s.to_bytes(32, 'big'))}"


def test_rfc6750_2_1_one_field(issuer: TestIssuer) -> None:
    validator = issuer.validator(AUDIENCE)
    token = issuer.mint(AUDIENCE, scope="read")
    decision = validator.check(f"Bearer {token}", requirement=Requirement(scopes=["read"]))
    assert decision
    assert decision.allowed
    assert decision.claims is not None
    assert decision.claims.sub == "user"
    assert (decision.denied, decision.dpop_nonce, decision.headers) == (None, None, [])
    for authorization, rule, status in (
        (None, "token_missing", 401),
        ([], "token_missing", 401),
        ("Basic YTpi", "token_missing", 401),
        (["Bearer a", "Bearer b"], "credentials_many", 400),
        ("Bearer a b", "credentials_many", 400),
        ("Bearer x.y.z", "token_malformed", 401),
    ):
        decision = validator.check(authorization)
        assert not decision
        assert decision.claims is None
        assert decision.denied is not None
        assert (decision.denied.rule, decision.denied.status) == (rule, status)
        assert decision.headers == decision.denied.headers


def test_rfc6750_2_1_a_token_is_nothing_but_the_token(issuer: TestIssuer) -> None:
    validator = issuer.validator(AUDIENCE)
    token = issuer.mint(AUDIENCE)
    assert validator.check(f" Bearer  {token} ")
    from credenza import Denied

    assert validator.validate(token)
    for wrong in (f" {token}", f"{token} ", f"Bearer {token}", f"{token}\n"):
        with pytest.raises(Denied) as caught:
            validator.validate(wrong)
        assert caught.value.rule == "credentials_many"
    with pytest.raises(Denied) as caught:
        validator.validate("")
    assert (caught.value.rule, caught.value.status) == ("token_missing", 401)
    with pytest.raises(TypeError):
        validator.validate(token.encode())  # type: ignore[arg-type]


def test_rfc9449_7_1_dpop(issuer: TestIssuer) -> None:
    validator = issuer.validator(AUDIENCE, dpop={})
    key, other = ProofKey(), ProofKey()
    token = issuer.mint(AUDIENCE, cnf={"jkt": key.thumbprint})

    def rule(authorization: str, proof: str | list[str] | None, method: str = "GET") -> str | None:
        decision = validator.check(authorization, method=method, url=URL, dpop=proof)
        return decision.denied.rule if decision.denied else None

    assert rule(f"DPoP {token}", key.proof(token)) is None
    assert rule(f"DPoP {token}", key.proof(token)) == "dpop_replay"
    assert rule(f"DPoP {token}", [key.proof(token, "2")]) is None
    assert rule(f"Bearer {token}", key.proof(token, "3")) == "dpop_scheme"
    assert rule(f"DPoP {token}", None) == "dpop_missing"
    assert rule(f"DPoP {token}", [key.proof(token, "4"), key.proof(token, "5")]) == "dpop_many"
    assert rule(f"DPoP {token}", other.proof(token)) == "dpop_binding"
    assert rule(f"DPoP {token}", key.proof(token, "6"), "POST") == "dpop_htm"
    assert rule(f"DPoP {token}", key.proof("other", "7")) == "dpop_ath"


def test_rfc9449_9_a_nonce_of_one_process_is_good_in_its_siblings(issuer: TestIssuer) -> None:
    # Nodes that share a secret know each other's nonces; others do not.
    shared: Any = {"dpop": {"nonce": True, "nonce_secret": b"s" * 32}}
    first, second = issuer.validator(AUDIENCE, **shared), issuer.validator(AUDIENCE, **shared)
    stranger = issuer.validator(AUDIENCE, dpop={"nonce": True})
    key = ProofKey()
    token = issuer.mint(AUDIENCE, cnf={"jkt": key.thumbprint})
    denied = first.check(f"DPoP {token}", method="GET", url=URL, dpop=key.proof(token)).denied
    assert denied is not None
    assert (denied.rule, denied.error) == ("dpop_nonce", "use_dpop_nonce")
    assert dict(denied.headers)["DPoP-Nonce"] == denied.dpop_nonce
    proof = key.proof(token, nonce=denied.dpop_nonce)
    assert second.check(f"DPoP {token}", method="GET", url=URL, dpop=proof)
    assert not stranger.check(f"DPoP {token}", method="GET", url=URL, dpop=proof)


def test_rfc8705_3_certificates(issuer: TestIssuer) -> None:
    validator = issuer.validator(AUDIENCE)
    token = issuer.mint(AUDIENCE, cnf={"x5t#S256": certificate_thumbprint(DER)})
    pem = ssl.DER_cert_to_PEM_cert(DER)
    assert certificate_thumbprint(pem) == b64(hashlib.sha256(DER).digest())
    different: list[dict[str, Any]] = [
        {"certificate": DER},
        {"certificate": pem},
        {"certificate_thumbprint": certificate_thumbprint(DER)},
    ]
    for given in different:
        assert validator.check(f"Bearer {token}", **given)
    missing, another = validator.check(f"Bearer {token}"), validator.check(f"Bearer {token}", certificate=b"other")
    assert missing.denied is not None
    assert missing.denied.rule == "certificate_missing"
    assert another.denied is not None
    assert another.denied.rule == "certificate_binding"
    for none in ("", b"", "no PEM"):
        with pytest.raises(ValueError, match="certificate"):
            validator.check(f"Bearer {token}", certificate=none)


def test_rfc7662_introspection(clock: Clock) -> None:
    answers = {"good": {"active": True, "sub": "ann", "scope": "read", "aud": AUDIENCE}, "bad": {"active": False}}

    def fetch(request: Any) -> Response:
        assert (request.method, request.url) == ("POST", "https://id.example/introspect")
        assert ("Authorization", "Basic YXBpOnMzY3JldA==") in request.headers
        assert "s3cret" not in repr(request)
        name = request.body.decode().split("=")[1].split("&")[0]
        return Response(200, json.dumps(answers[name]).encode(), content_type="application/json")

    validator = Validator(
        "https://id.example",
        AUDIENCE,
        fetch=fetch,
        clock=clock,
        introspection={"endpoint": "https://id.example/introspect", "client_id": "api", "client_secret": "s3cret"},
    )
    assert validator.validate("good", scopes=["read"]).sub == "ann"
    denied = validator.check("Bearer bad").denied
    assert denied is not None
    assert denied.rule == "inactive"
