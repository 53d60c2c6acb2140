//! The cache of verified tokens: only the verification of the signature is cached, and nothing else.

use serde_json::{Value, json};

use super::dpop::{ALGS, speaking};
use crate::case::{Case, JWKS, METADATA, NOW, Step, fetching, metadata, ok, settings, with};
use crate::keys::{Key, set};
use crate::token::{OWN, Token};

pub(crate) fn cases() -> Vec<Case> {
    [same_token(), keys(), revoked()].concat()
}

fn case(name: &str, about: &str, more: Value) -> Case {
    Case::new(format!("verified_{name}"), about).settings(settings(with(json!({ "cache_size": 100 }), more)))
}

fn good(token: &Token) -> Step {
    Step::bearer(token.text()).allow_token(token)
}

fn bad(token: &Token, rule: &str) -> Step {
    Step::bearer(token.text()).deny(rule)
}

fn same_token() -> Vec<Case> {
    let token = Token::access();
    let (input, signature) = {
        let text = token.text();
        let (input, signature) = text.rsplit_once('.').unwrap();
        (input.to_owned(), signature.to_owned())
    };
    let forged = format!("{input}.{}{}", if signature.starts_with('A') { "B" } else { "A" }, &signature[1..]);
    let client = json!({ "client_id": "client-1", "audience": ["https://api.example", "client-1"] });
    let plain = Token::id().claim("aud", "client-1");
    let bound = Token::bound();
    let proof = Token::proof(&bound.text()).text();
    let cached_dpop = with(speaking(json!({})), json!({ "cache_size": 100 }));
    vec![
        case("again", "The same token again.", json!({}))
            .step(good(&token))
            .step(good(&token))
            .step(good(&token)),
        case("expires", "Its time is checked each time.", json!({}))
            .step(good(&token))
            .step(good(&token).at(NOW + 319))
            .step(bad(&token, "exp").at(NOW + 320)),
        case("not_yet_again", "Also when the clock goes back.", json!({}))
            .step(good(&token))
            .step(bad(&token, "iat").at(NOW - 100)),
        case("requirement", "So is what the route asks for.", json!({}))
            .step(good(&token))
            .step(Step::bearer(token.text()).requires(json!({ "scopes": ["admin"] })).deny_with(
                "scope",
                "Bearer",
                r#"scope="admin""#,
            ))
            .step(good(&token).requires(json!({ "scopes": ["read"] }))),
        case("grows_old", "So is its age.", json!({ "max_token_age": 60 }))
            .step(good(&token))
            .step(bad(&token, "max_token_age").at(NOW + 81)),
        case("forged", "A token is cached as a whole: another signature is another token.", json!({}))
            .step(good(&token))
            .step(Step::bearer(&forged).deny("signature"))
            .step(good(&token)),
        case(
            "forged_first",
            "A token that was refused is cached neither as valid nor as invalid.",
            json!({}),
        )
        .step(Step::bearer(&forged).deny("signature"))
        .step(good(&token))
        .step(Step::bearer(&forged).deny("signature")),
        case("as_id_token", "A cached access token is not an ID token.", client.clone())
            .step(good(&token))
            .step(Step::id_token(token.text()).deny("typ")),
        case("as_access_token", "A cached ID token is not an access token.", client)
            .step(Step::id_token(plain.text()).allow_token(&plain))
            .step(bad(&plain, "typ")),
        case("wrong_audience", "What the signature does not cover is checked each time.", json!({}))
            .step(bad(&Token::access().claim("aud", "x"), "aud"))
            .step(bad(&Token::access().claim("aud", "x"), "aud")),
        case("several", "More tokens than are cached.", json!({ "cache_size": 1 }))
            .step(good(&token))
            .step(good(&Token::access().claim("jti", "token-2")))
            .step(good(&Token::access().claim("jti", "token-3")))
            .step(good(&token)),
        Case::new("verified_bound", "A proof is checked each time, and accepted once.")
            .settings(cached_dpop)
            .step(Step::dpop(&bound.text(), &proof).allow_token(&bound))
            .step(Step::dpop(&bound.text(), &proof).deny_with("dpop_replay", "DPoP", ALGS))
            .step(Step::dpop(&bound.text(), "x").deny_with("dpop_malformed", "DPoP", ALGS)),
    ]
}

fn keys() -> Vec<Case> {
    let next = Key::Es256("es256-2");
    let token = Token::access().claim("exp", NOW + 10_000);
    let fetched = |name: &str, about: &str, sets: Value| {
        Case::new(format!("verified_{name}"), about)
            .attacks(&["A237"])
            .settings(fetching(json!({ "cache_size": 100 })))
            .answer(METADATA, ok(metadata(json!({}))))
            .answer(JWKS, sets)
    };
    let (own, both, new) = (ok(set([OWN.jwk()])), ok(set([OWN.jwk(), next.jwk()])), ok(set([next.jwk()])));
    let down = json!({ "fails": true });
    vec![
        fetched("withdrawn_key", "It is not used after its key is gone.", json!([own, new]))
            .step(good(&token).fetches(&[METADATA, JWKS]))
            .step(good(&token).at(NOW + 299))
            .step(good(&token).at(NOW + 300).fetches(&[JWKS]))
            .step(bad(&token, "kid").at(NOW + 301)),
        fetched("more_keys", "It is still used with a set of more keys.", json!([own, both]))
            .step(good(&token).fetches(&[METADATA, JWKS]))
            .step(good(&token).at(NOW + 300).fetches(&[JWKS]))
            .step(good(&token).at(NOW + 301)),
        fetched(
            "no_keys_to_be_had",
            "It is not used when the keys cannot be fetched any more.",
            json!([own, down]),
        )
        .step(good(&token).fetches(&[METADATA, JWKS]))
        .step(good(&token).at(NOW + 3599).fetches(&[JWKS]))
        .step(bad(&token, "keys_unavailable").at(NOW + 3600)),
    ]
}

fn revoked() -> Vec<Case> {
    let feed = "https://id.example/revocations";
    let token = Token::access();
    let of = |revoked: Value, after: i64| {
        ok(Token::feed(&revoked).claim("iat", NOW + after).claim("exp", NOW + after + 60).text())
    };
    vec![
        case("revoked", "It is not used after its revocation.", json!({ "revocations": { "uri": feed } }))
            .answer(feed, json!([of(json!([]), 0), of(json!([{ "jti": "token-1" }]), 5)]))
            .step(good(&token).fetches(&[feed]))
            .step(good(&token).at(NOW + 5).fetches(&[feed]))
            .step(bad(&token, "revoked").at(NOW + 6)),
    ]
}
