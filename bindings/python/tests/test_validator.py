"""Access tokens, and what is told of them."""

from __future__ import annotations

import copy
import json
import pickle
from collections.abc import Mapping
from typing import Any

import pytest
from conftest import AUDIENCE, NOW
from credenza import Claims, CredenzaError, Denied, Requirement, SettingsError, Validator
from credenza.testing import Clock, TestIssuer


def test_rfc9068_4_claims_of_a_good_token(issuer: TestIssuer) -> None:
    validator = issuer.validator(AUDIENCE)
    token = issuer.mint(AUDIENCE, scope="read write", acr="2", auth_time=NOW - 5, sid="s", extra={"deep": [1, None]})
    claims = validator.validate(token)
    assert (claims.iss, claims.sub, claims.client_id) == (issuer.issuer, "user", "client")
    assert (claims.aud, claims.scope, claims.scopes) == ((AUDIENCE,), "read write", ("read", "write"))
    assert (claims.iat, claims.exp, claims.nbf, claims.auth_time) == (NOW, NOW + 300, None, NOW - 5)
    assert (claims.acr, claims.sid, claims.azp) == ("2", "s", None)
    assert claims.jti == claims["jti"]
    assert claims["extra"] == {"deep": [1, None]}


def test_claims_are_a_mapping(issuer: TestIssuer) -> None:
    claims = issuer.validator(AUDIENCE).validate(
        issuer.mint(AUDIENCE, n=1, f=0.5, t=True, z=None, u="\u00e9\U0001f600")
    )
    everything = json.loads(claims.json)
    assert isinstance(claims, Mapping)
    assert dict(claims) == everything == {**claims}
    assert claims == everything == claims.to_dict()
    assert claims.to_dict() is not claims.to_dict()
    assert claims != {}
    assert list(claims) == list(claims.keys()) == list(everything)
    assert list(claims.values()) == list(everything.values())
    assert list(claims.items()) == list(everything.items())
    assert len(claims) == len(everything)
    assert "n" in claims
    assert "z" not in claims
    assert claims.get("z") is None
    assert claims.get("z", 7) == 7
    with pytest.raises(KeyError):
        claims["z"]
    match claims:
        case {"n": 1, "u": text}:
            assert text == "\u00e9\U0001f600"
        case _:
            pytest.fail("claims match as a mapping")


def test_claims_print_no_values(issuer: TestIssuer) -> None:
    claims = issuer.validator(AUDIENCE).validate(issuer.mint(AUDIENCE, email="ann@example.com"))
    assert "email" in repr(claims)
    assert "ann@" not in repr(claims)
    with pytest.raises(TypeError):
        claims["sub"] = "other"  # type: ignore[index]
    with pytest.raises(AttributeError):
        claims.sub = "other"  # type: ignore[misc]


@pytest.mark.parametrize(
    "text", ["{}", '{"a":{"b":[1,-1,0.5,1e3,"x","\\u0000",true,false,null]}}', '{"a":18446744073709551615}']
)
def test_claims_read_as_the_json_module_reads(text: str, issuer: TestIssuer) -> None:
    expected = json.loads(text)
    claims = issuer.validator(AUDIENCE).validate(issuer.mint(AUDIENCE, {"x": expected}))
    assert claims["x"] == expected
    assert repr(claims["x"]) == repr(expected)


def test_rfc6750_3_1_denied_tells_what_to_answer(issuer: TestIssuer) -> None:
    validator = issuer.validator(AUDIENCE, realm="api")
    token = issuer.mint(AUDIENCE, scope="read")
    assert validator.validate(token, scopes=["read"]).sub == "user"
    with pytest.raises(Denied) as caught:
        validator.validate(token, scopes=["read", "write"])
    denied = caught.value
    assert isinstance(denied, CredenzaError)
    assert (denied.status, denied.rule, denied.error) == (403, "scope", "insufficient_scope")
    assert denied.section == "RFC 6750 section 3.1"
    assert denied.www_authenticate == (
        'Bearer realm="api", error="insufficient_scope", error_description="the token lacks a scope", '
        'scope="read write"'
    )
    assert denied.headers == [("WWW-Authenticate", denied.www_authenticate)]
    assert str(denied) == "scope: the token lacks a scope (RFC 6750 section 3.1)"


def test_a239_denied_has_no_claims_and_pickles(issuer: TestIssuer, clock: Clock) -> None:
    validator = issuer.validator(AUDIENCE)
    token = issuer.mint(AUDIENCE, email="ann@example.com")
    assert validator.validate(token)
    clock.advance(400)
    with pytest.raises(Denied) as caught:
        validator.validate(token)
    assert caught.value.rule == "exp"
    again: Denied = pickle.loads(pickle.dumps(caught.value))  # noqa: S301
    assert vars(again) == vars(caught.value)
    assert "ann@" not in repr(vars(again))


@pytest.mark.parametrize(
    ("needs", "claims", "rule"),
    [
        ({"any_scope": ["a", "b"]}, {"scope": "b"}, "scope"),
        ({"client_ids": ["c"]}, {"client_id": "c"}, "client"),
        ({"tenants": ("t",)}, {"tenant": "t"}, "tenant"),
        ({"organizations": {"o"}}, {"org_id": "o"}, "organization"),
        ({"roles": ["r"]}, {"roles": ["q", "r"]}, "role"),
        ({"any_role": ["r", "s"]}, {"roles": ["s"]}, "role"),
        ({"permissions": ["p"]}, {"permissions": "p q"}, "permission"),
        ({"any_permission": ["p"]}, {"permissions": ["p"]}, "permission"),
        ({"plans": ["pro"]}, {"plan": "pro"}, "plan"),
        ({"acr_values": ["2"]}, {"acr": "2"}, "acr"),
        ({"max_age": 60}, {"auth_time": NOW - 60}, "max_age"),
        ({"max_token_age": 60}, {"iat": NOW - 60}, "max_token_age"),
    ],
)
def test_every_need_holds_and_fails(
    issuer: TestIssuer, needs: dict[str, Any], claims: dict[str, Any], rule: str
) -> None:
    validator = issuer.validator(AUDIENCE)
    other = {"iat": NOW - 200} if rule == "max_token_age" else {"client_id": "other"}
    good, bad = issuer.mint(AUDIENCE, claims), issuer.mint(AUDIENCE, other)
    for requirement in (Requirement(**needs), None):
        more = {} if requirement else needs
        assert validator.validate(good, requirement, **more).sub == "user"
        with pytest.raises(Denied) as caught:
            validator.validate(bad, requirement, **more)
        assert caught.value.rule == rule


def test_requirement_is_strict(issuer: TestIssuer) -> None:
    assert Requirement(scopes=["a"], any_scope=None) == Requirement(scopes=("a",))
    assert Requirement(scopes=["a"]) != Requirement()
    assert repr(Requirement(scopes=["a"], max_age=3)) == 'Requirement(max_age=3, scopes=["a"])'
    wrong: list[dict[str, Any]] = [{"scope": ["a"]}, {"scopes": "a"}, {"scopes": [1]}, {"max_age": "1"}, {"bound": 1}]
    for needs in wrong:
        with pytest.raises(SettingsError) as caught:
            Requirement(**needs)
        assert caught.value.setting == next(iter(needs))
    with pytest.raises(TypeError, match="not both"):
        issuer.validator(AUDIENCE).validate("x", Requirement(), scopes=["a"])


def test_pinned_keys_fetch_nothing(issuer: TestIssuer) -> None:
    issuer.mint(AUDIENCE)

    def refuse(_: object) -> Any:
        pytest.fail("nothing is to be fetched")

    keys = json.loads(issuer.jwks_json())
    validator = Validator(issuer.issuer, AUDIENCE, keys=keys, fetch=refuse, clock=issuer.clock)
    assert validator.validate(issuer.mint(AUDIENCE)).sub == "user"
    with pytest.raises(Denied) as caught:
        validator.validate(TestIssuer(clock=issuer.clock).mint(AUDIENCE))
    assert caught.value.rule == "kid"


def test_a237_rotation_and_withdrawal(issuer: TestIssuer, clock: Clock) -> None:
    validator = issuer.validator(AUDIENCE)
    before = issuer.mint(AUDIENCE, lifetime=10_000)
    assert validator.validate(before)
    issuer.rotate()
    clock.advance(40)
    assert validator.validate(issuer.mint(AUDIENCE))
    assert validator.validate(before)
    issuer.rotate(withdraw=True)
    issuer.rotate(withdraw=True)
    clock.advance(600)
    with pytest.raises(Denied) as caught:
        validator.validate(before)
    assert caught.value.rule == "kid"


def test_rfc7009_2_a_revoked_token_dies_by_the_feed(issuer: TestIssuer, clock: Clock) -> None:
    validator = issuer.validator(AUDIENCE, revocations={"interval": 5})
    token, other = issuer.mint(AUDIENCE, jti="one"), issuer.mint(AUDIENCE, jti="two")
    assert validator.validate(token)
    issuer.revoke(jti="one")
    clock.advance(20)
    with pytest.raises(Denied) as caught:
        validator.validate(token)
    assert caught.value.rule == "revoked"
    assert validator.validate(other)


def test_a_time_may_be_given(issuer: TestIssuer) -> None:
    validator = issuer.validator(AUDIENCE)
    token = issuer.mint(AUDIENCE)
    assert validator.validate(token, now=NOW + 299.9)
    for now in (NOW + 400, -1, -(2**63), 2**63 - 1):
        with pytest.raises(Denied):
            validator.validate(token, now=now)
    for wrong in (float("nan"), float("inf"), 1e300):
        with pytest.raises(ValueError, match="seconds since 1970"):
            validator.validate(token, now=wrong)
    with pytest.raises(TypeError):
        validator.validate(token, now="1")  # type: ignore[arg-type]


def test_a_clock_that_fails_is_told(issuer: TestIssuer) -> None:
    def broken() -> float:
        raise ZeroDivisionError

    validator = Validator(issuer.issuer, AUDIENCE, fetch=issuer.fetch, clock=broken)
    with pytest.raises(ZeroDivisionError):
        validator.validate(issuer.mint(AUDIENCE))


def test_id_tokens(issuer: TestIssuer) -> None:
    validator = issuer.validator(client_id="app")
    token = issuer.mint("app", typ="JWT", nonce="n", acr="2", auth_time=NOW)
    assert validator.check_id_token(token, nonce="n", acr_values=["2"], max_age=10).sub == "user"
    wrong: list[tuple[dict[str, Any], str]] = [
        ({"nonce": "m"}, "nonce"),
        ({"acr_values": ["3"]}, "acr"),
        ({"access_token": "t"}, "at_hash"),
        ({"code": "c"}, "c_hash"),
    ]
    for expected, rule in wrong:
        with pytest.raises(Denied) as caught:
            validator.check_id_token(token, **expected)
        assert (caught.value.rule, caught.value.www_authenticate) == (rule, None)
    with pytest.raises(Denied) as caught:
        validator.check_id_token(issuer.mint("other", typ="JWT"))
    assert caught.value.rule == "aud"


def test_logout_tokens_are_good_once(issuer: TestIssuer) -> None:
    validator = issuer.validator(client_id="app")
    events: dict[str, Any] = {"http://schemas.openid.net/event/backchannel-logout": {}}
    token = issuer.mint("app", typ="logout+jwt", events=events, sid="s", client_id=None)
    assert validator.check_logout_token(token).sid == "s"
    with pytest.raises(Denied) as caught:
        validator.check_logout_token(token)
    assert caught.value.rule == "logout_replay"


def test_validators_are_neither_pickled_nor_copied(issuer: TestIssuer) -> None:
    validator = issuer.validator(AUDIENCE)
    for take in (pickle.dumps, copy.copy, copy.deepcopy):
        with pytest.raises(TypeError, match="make one in each"):
            take(validator)
    assert repr(validator) == "<Validator: https://id.example>"


def test_classes_cannot_be_made_from_nothing() -> None:
    with pytest.raises(TypeError):
        Claims()
