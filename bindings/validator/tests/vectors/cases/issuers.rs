//! Several issuers, each with its own keys and rules; the `iss` of a token says which of them it is of.

use serde_json::{Value, json};

use super::introspection::{INTROSPECT, OPAQUE, answer, asking};
use crate::case::{
    AUDIENCE, CLIENT, Case, ISSUER, JWKS, METADATA, Step, fetching, for_client, metadata, ok, settings, with,
};
use crate::keys::{Key, SECRET, set};
use crate::token::{OWN, Token};
use credenza_validator::{Algorithm, base64url};

pub(super) const OTHER: &str = "https://other.example";
pub(super) const OTHER_METADATA: &str = "https://other.example/.well-known/openid-configuration";
pub(super) const OTHER_JWKS: &str = "https://other.example/jwks";
pub(super) const OTHERS: Key = Key::Es256("other-1");

pub(crate) fn cases() -> Vec<Case> {
    [chosen(), own_rules(), fetched(), asked(), for_clients(), refused()].concat()
}

/// Settings with one more issuer.
fn two(more: Value, other: Value) -> Value {
    let other = with(json!({ "issuer": OTHER, "keys": set([OTHERS.jwk()]) }), other);
    settings(with(json!({ "issuers": [other] }), more))
}

fn case(name: &str, about: &str) -> Case {
    Case::new(format!("issuers_{name}"), about).settings(two(json!({}), json!({})))
}

/// A token of the other issuer.
pub(super) fn others() -> Token {
    Token::access().by(OTHERS).claim("iss", OTHER)
}

fn allow(token: &Token) -> Step {
    Step::bearer(token.text()).allow_token(token)
}

fn chosen() -> Vec<Case> {
    let (own, other) = (Token::access(), others());
    let third = Token::access().claim("iss", "https://third.example");
    let no_iss = Token::access().no_claim("iss");
    let mut same_kid = OTHERS.jwk();
    same_kid["kid"] = json!(OWN.kid());
    let as_own = others().header("kid", OWN.kid());
    vec![
        case("each", "Tokens of each issuer pass.").step(allow(&own)).step(allow(&other)),
        case("third", "A third issuer is unknown.").step(Step::bearer(third.text()).deny("iss").detail(
            json!({
                "member": "iss", "found": ["https://third.example"], "wanted": [ISSUER, OTHER]
            }),
        )),
        case("exact", "Names are compared byte for byte.")
            .step(Step::bearer(others().claim("iss", format!("{OTHER}/")).text()).deny("iss"))
            .step(Step::bearer(others().claim("iss", "https://OTHER.example").text()).deny("iss")),
        case("key_of_the_first", "The key of one issuer is no key of another.")
            .step(Step::bearer(others().by(OWN).text()).deny("kid"))
            .step(Step::bearer(Token::access().by(OTHERS).text()).deny("kid")),
        case("same_kid", "Two issuers may use one kid for two keys.")
            .settings(two(json!({}), json!({ "keys": set([same_kid]) })))
            .step(allow(&own))
            .step(allow(&as_own))
            .step(Step::bearer(as_own.clone().signed_by(OWN).text()).deny("signature"))
            .step(Step::bearer(own.clone().signed_by(OTHERS).text()).deny("signature")),
        case("cached", "A token that was verified is one of its issuer.")
            .settings(two(json!({ "cache_size": 100 }), json!({ "audience": "https://other.api" })))
            .step(allow(&own))
            .step(allow(&own))
            .step(Step::bearer(other.text()).deny("aud"))
            .step(Step::bearer(other.text()).deny("aud")),
        case("none", "A token that names no issuer is checked as the first one's.")
            .step(Step::bearer(no_iss.text()).deny("claim_missing"))
            .step(Step::bearer(Token::access().claim("iss", 1).text()).deny("claims_malformed"))
            .step(Step::bearer(Token::access().claim("iss", [OTHER]).text()).deny("claims_malformed"))
            .step(Step::bearer("x").deny("token_malformed")),
    ]
}

fn own_rules() -> Vec<Case> {
    let plain = others().header("typ", "JWT").no_claim("client_id").no_claim("jti");
    let by_secret = |iss: &str| Token::access().by(Key::Hmac(Algorithm::HS256, SECRET)).claim("iss", iss);
    let by_client = plain.clone().no_claim("aud").claim("token_use", "access").claim("client_id", "app");
    let secret = json!({ "keys": null, "secret": base64url::encode(SECRET) });
    let elsewhere = "https://elsewhere.example";
    vec![
        case("audience", "An issuer may know this service by another name.")
            .settings(two(json!({}), json!({ "audience": elsewhere })))
            .step(allow(&others().claim("aud", elsewhere)))
            .step(Step::bearer(others().text()).deny("aud").detail(json!({ "wanted": [elsewhere] })))
            .step(Step::bearer(Token::access().claim("aud", elsewhere).text()).deny("aud")),
        case("profile", "Each has its own profile.")
            .settings(two(json!({}), json!({ "profile": "generic" })))
            .step(allow(&plain))
            .step(Step::bearer(plain.clone().by(OWN).claim("iss", ISSUER).text()).deny("typ")),
        case("secret", "A secret that is shared with one issuer makes no tokens of another.")
            .settings(two(json!({}), secret))
            .attacks(&["A209"])
            .step(allow(&by_secret(OTHER)))
            .step(Step::bearer(by_secret(ISSUER).text()).deny("alg"))
            .step(Step::bearer(others().text()).deny("alg")),
        case("clients_for_audience", "Where clients stand in for an audience, none is taken from around.")
            .settings(two(json!({}), json!({ "profile": "cognito", "client_ids": ["app"] })))
            .step(allow(&by_client))
            .step(Step::bearer(by_client.clone().claim("client_id", "evil").text()).deny("aud")),
        case("claim_names", "Each has its own names of claims.")
            .settings(two(json!({}), json!({ "claim_names": { "roles": "groups" } })))
            .step(
                Step::bearer(others().claim("groups", ["admin"]).text())
                    .requires(json!({ "roles": ["admin"] }))
                    .allow_token(&others().claim("groups", ["admin"])),
            )
            .step(
                Step::bearer(Token::access().claim("groups", ["admin"]).text())
                    .requires(json!({ "roles": ["admin"] }))
                    .deny("role"),
            ),
        case("tenants", "A template takes its tenants, and a tenant of its own name goes before.")
            .settings(two(
                json!({}),
                json!({
                    "issuer": "https://login.microsoftonline.com/{tenantid}/v2.0", "profile": "entra",
                    "tenants": ["t-1"],
                }),
            ))
            .step(allow(&plain.clone().claim("iss", "https://login.microsoftonline.com/t-1/v2.0")))
            .step(
                Step::bearer(plain.clone().claim("iss", "https://login.microsoftonline.com/t-2/v2.0").text())
                    .deny("iss"),
            ),
    ]
}

fn fetched() -> Vec<Case> {
    let other_metadata = json!({ "issuer": OTHER, "jwks_uri": OTHER_JWKS });
    let case = |name: &str, about: &str| {
        Case::new(format!("issuers_{name}"), about)
            .settings(fetching(json!({ "issuers": [{ "issuer": OTHER }] })))
            .answer(METADATA, ok(metadata(json!({}))))
            .answer(JWKS, ok(set([OWN.jwk()])))
    };
    let both = |name: &str, about: &str| {
        case(name, about)
            .answer(OTHER_METADATA, ok(other_metadata.clone()))
            .answer(OTHER_JWKS, ok(set([OTHERS.jwk()])))
    };
    let (own, other) = (Token::access(), others());
    vec![
        both("fetched", "The keys of an issuer are fetched with its first token.")
            .step(allow(&other).fetches(&[OTHER_METADATA, OTHER_JWKS]))
            .step(allow(&own).fetches(&[METADATA, JWKS]))
            .step(allow(&other)),
        both("unknown_is_not_fetched", "Nothing is fetched from an issuer that is not trusted.")
            .step(Step::bearer(Token::access().claim("iss", "https://third.example").text()).deny("iss")),
        case("one_is_down", "An issuer that is down keeps no other from its tokens.")
            .step(
                Step::bearer(other.text()).deny("keys_unavailable").fetches(&[
                    OTHER_METADATA,
                    "https://other.example/.well-known/oauth-authorization-server",
                ]),
            )
            .step(allow(&own).fetches(&[METADATA, JWKS]))
            .step(Step::bearer(other.text()).deny("keys_unavailable")),
        case("metadata_of_the_first", "The metadata of one issuer are no other's.")
            .answer(OTHER_METADATA, ok(metadata(json!({}))))
            .step(
                Step::bearer(other.text())
                    .deny("keys_unavailable")
                    .detail(json!({ "trouble": { "cause": "issuer_mismatch" } }))
                    .fetches(&[
                        OTHER_METADATA,
                        "https://other.example/.well-known/oauth-authorization-server",
                    ]),
            ),
    ]
}

fn asked() -> Vec<Case> {
    let own = asking(json!({}));
    let elsewhere = "https://other.example/introspect";
    let other = asking(json!({ "endpoint": elsewhere }));
    let always = |endpoint: &str| asking(json!({ "endpoint": endpoint, "always": true }));
    let others_answer = answer(json!({ "iss": OTHER }));
    vec![
        case("opaque", "An opaque token is for the first issuer that is asked about such.")
            .settings(two(json!({}), other.clone()))
            .answer(elsewhere, ok(others_answer.clone()))
            .step(Step::bearer(OPAQUE).allow(others_answer.clone()).fetches(&[elsewhere])),
        case("opaque_first", "One issuer alone gets to see it.")
            .settings(two(own, other))
            .answer(INTROSPECT, ok(json!({ "active": false })))
            .answer(elsewhere, ok(others_answer.clone()))
            .step(Step::bearer(OPAQUE).deny("inactive").fetches(&[INTROSPECT])),
        case("always", "A JWT is shown to its issuer alone.")
            .settings(two(always(INTROSPECT), always(elsewhere)))
            .answer(INTROSPECT, ok(answer(json!({}))))
            .answer(elsewhere, ok(others_answer.clone()))
            .step(Step::bearer(others().text()).allow(others_answer).fetches(&[elsewhere]))
            .step(Step::bearer(Token::access().text()).allow(answer(json!({}))).fetches(&[INTROSPECT])),
        case("answer_of_another", "An answer has to be about a token of the issuer that was asked.")
            .settings(two(json!({}), always(elsewhere)))
            .answer(elsewhere, ok(answer(json!({}))))
            .step(Step::bearer(others().text()).deny("iss").fetches(&[elsewhere])),
    ]
}

fn for_clients() -> Vec<Case> {
    let own = |client: &str| {
        let other = json!({ "issuer": OTHER, "keys": set([OTHERS.jwk()]), "client_id": client });
        for_client(json!({ "audience": AUDIENCE, "issuers": [other] }))
    };
    let id = || Token::id().by(OTHERS).claim("iss", OTHER);
    let logout = || Token::logout().by(OTHERS).claim("iss", OTHER);
    let id_step = |token: &Token| Step::id_token(token.text());
    vec![
        case("id_token", "A client has a name of its own at each issuer.")
            .settings(own("client-2"))
            .step(id_step(&Token::id()).allow_token(&Token::id()))
            .step(id_step(&id().claim("aud", "client-2")).allow_token(&id().claim("aud", "client-2")))
            .step(id_step(&id()).deny("aud")),
        case("logout_token", "A jti is one of its issuer.")
            .settings(own(CLIENT))
            .step(Step::logout_token(Token::logout().text()).allow_token(&Token::logout()))
            .step(Step::logout_token(logout().text()).allow_token(&logout()))
            .step(Step::logout_token(logout().text()).deny("logout_replay")),
        case("id_token_third", "Of another issuer.")
            .settings(own(CLIENT))
            .step(id_step(&id().claim("iss", "https://third.example")).deny("iss")),
    ]
}

fn refused() -> Vec<Case> {
    let refused = |name: &str, about: &str, other: Value, setting: &str| {
        Case::refused(&format!("issuers_{name}"), about, two(json!({}), other), setting)
    };
    vec![
        refused("twice", "One issuer, one set of rules.", json!({ "issuer": ISSUER }), "issuers.0.issuer"),
        refused(
            "http",
            "An https URL.",
            json!({ "issuer": "http://a.example", "keys": null }),
            "issuers.0.issuer",
        ),
        refused("no_name", "A name.", json!({ "issuer": null }), "issuers.0.issuer"),
        refused("empty_keys", "Keys that can be used.", json!({ "keys": { "keys": [] } }), "issuers.0.keys"),
        refused("wildcard", "No pattern.", json!({ "audience": "*" }), "issuers.0.audience"),
        refused("unknown_member", "Nothing that is not known.", json!({ "leeway": 1 }), "issuers.0.leeway"),
        refused(
            "introspection",
            "Parts of it.",
            json!({ "introspection": { "client_id": "", "client_secret": "s" } }),
            "issuers.0.introspection.client_id",
        ),
        Case::refused("issuers_object", "A list.", settings(json!({ "issuers": {} })), "issuers"),
    ]
}
