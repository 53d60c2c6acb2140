//! OpenID Connect Core 3.1.3.7: ID tokens, step by step.

use credenza_validator::{Algorithm, base64url};
use serde_json::{Value, json};

use crate::case::{Case, NOW, Step, for_client, settings};
use crate::keys::{Key, SECRET, set};
use crate::token::Token;

pub(crate) fn cases() -> Vec<Case> {
    [identity(), parties(), algorithms(), times(), types()].concat()
}

pub(super) fn case(name: &str, about: &str) -> Case {
    Case::new(format!("core_3_1_3_7_{name}"), about).settings(for_client(json!({})))
}

fn passes(name: &str, about: &str, token: &Token) -> Case {
    case(name, about).step(Step::id_token(token.text()).allow_token(token))
}

fn refused(name: &str, about: &str, token: &Token, rule: &str) -> Case {
    case(name, about).step(Step::id_token(token.text()).deny(rule))
}

fn identity() -> Vec<Case> {
    let mut cases = vec![passes("good", "An ID token with all that section 2 requires.", &Token::id())];
    for claim in ["iss", "sub", "aud", "exp", "iat"] {
        let about = format!("Section 2 requires {claim}.");
        cases.push(
            refused(&format!("no_{claim}"), &about, &Token::id().no_claim(claim), "claim_missing")
                .attacks(&["A225"]),
        );
    }
    cases.push(refused("empty_sub", "An empty sub.", &Token::id().claim("sub", ""), "claim_missing"));
    for (name, iss) in [
        ("trailing_slash", "https://id.example/"),
        ("another", "https://evil.example"),
        ("upper_case", "https://ID.example"),
        ("empty", ""),
    ] {
        let name = format!("2_issuer_{name}");
        cases.push(
            refused(&name, "Step 2: the issuer, byte for byte.", &Token::id().claim("iss", iss), "iss")
                .attacks(&["A226"]),
        );
    }
    cases
}

fn parties() -> Vec<Case> {
    let aud = |aud: Value| Token::id().claim("aud", aud);
    vec![
        passes("3_list_of_one", "Step 3: a list of only the client.", &aud(json!(["client-1"]))),
        refused("3_another", "Step 3: another client.", &aud(json!("client-2")), "aud").attacks(&["A227"]),
        refused("3_prefix", "Compared whole.", &aud(json!("client-11")), "aud").attacks(&["A227"]),
        refused("3_list_of_others", "A list of others.", &aud(json!(["client-2", "client-3"])), "aud"),
        refused("3_empty_list", "Nobody.", &aud(json!([])), "claims_malformed"),
        refused(
            "4_several_without_azp",
            "Step 4: with several audiences azp is required.",
            &aud(json!(["client-1", "client-2"])),
            "azp",
        ),
        passes(
            "4_several_with_azp",
            "Step 4: it says.",
            &aud(json!(["client-1", "client-2"])).claim("azp", "client-1"),
        ),
        refused(
            "5_several_with_another_azp",
            "Step 5: it says another.",
            &aud(json!(["client-1", "client-2"])).claim("azp", "client-2"),
            "azp",
        ),
        passes("5_azp", "Step 5: azp is the client.", &Token::id().claim("azp", "client-1")),
        refused("5_another_azp", "Step 5: azp is another.", &Token::id().claim("azp", "client-2"), "azp"),
        refused("5_empty_azp", "Step 5: azp is nobody.", &Token::id().claim("azp", ""), "azp"),
        case("3_no_client", "A validator of a service has no client, and accepts no ID token.")
            .settings(settings(json!({})))
            .step(Step::id_token(Token::id().text()).deny("aud"))
            .step(Step::id_token(Token::id().claim("aud", "https://api.example").text()).deny("aud")),
        case(
            "3_service_and_client",
            "A service that is also a client accepts only ID tokens for the client.",
        )
        .settings(for_client(json!({ "audience": "https://api.example" })))
        .step(Step::id_token(Token::id().text()).allow_token(&Token::id()))
        .step(Step::id_token(Token::id().claim("aud", "https://api.example").text()).deny("aud")),
    ]
}

fn algorithms() -> Vec<Case> {
    let rs256 = Token::id().by(Key::Rsa(Algorithm::RS256));
    let hs256 = Token::id().by(Key::Hmac(Algorithm::HS256, SECRET)).no_header("kid");
    let secret = json!({ "issuer": "https://id.example", "client_id": "client-1", "secret": base64url::encode(SECRET) });
    let mut cases = vec![
        case("7_rs256", "Step 7: RS256, the default of the specification.")
            .settings(for_client(
                json!({ "keys": set([Key::Rsa(Algorithm::RS256).jwk()]), "algorithms": ["RS256"] }),
            ))
            .step(Step::id_token(rs256.text()).allow_token(&rs256))
            .step(Step::id_token(Token::id().text()).deny("alg")),
        case("8_hs256", "Step 8: HS256, by the secret of the client.")
            .settings(secret.clone())
            .step(Step::id_token(hs256.text()).allow_token(&hs256))
            .step(
                Step::id_token(hs256.clone().claim("sub", "x").text())
                    .allow_token(&hs256.clone().claim("sub", "x")),
            )
            .step(
                Step::id_token(format!(
                    "{}.{}",
                    hs256.clone().claim("sub", "y").signing_input(),
                    base64url::encode([0; 32])
                ))
                .deny("signature"),
            ),
        case("8_secret_verifies_no_other", "Step 8: with a secret nothing else is accepted.")
            .settings(secret)
            .step(Step::id_token(Token::id().text()).deny("alg")),
        refused(
            "7_none",
            "Step 6: an ID token that is not signed.",
            &Token::id().header("alg", "none"),
            "alg",
        )
        .attacks(&["A208"]),
        refused("7_hs256", "HS256 without a secret.", &hs256, "alg").attacks(&["A209"]),
        refused(
            "6_another_key",
            "Step 6: another key.",
            &Token::id().signed_by(Key::Es256("evil")),
            "signature",
        ),
        refused("6_unknown_key", "Step 6: an unknown key.", &Token::id().by(Key::Es256("evil")), "kid"),
    ];
    let truncated = Token::id().text();
    let cut = &truncated[..truncated.len() - 2]; // 63 bytes, whole in base64url
    cases
        .push(case("6_cut", "Step 6: a signature that was cut.").step(Step::id_token(cut).deny("signature")));
    cases.push(case("6_empty", "No token at all.").step(Step::id_token("").deny("token_missing")));
    cases
}

fn times() -> Vec<Case> {
    let at = |claim: &str, time: i64| Token::id().claim(claim, time);
    vec![
        passes(
            "9_exp_in_the_leeway",
            "Step 9: a second is left, with 30 for the clocks.",
            &at("exp", NOW - 29),
        ),
        refused("9_exp", "Step 9: it has expired.", &at("exp", NOW - 30), "exp"),
        passes("10_iat_in_the_leeway", "Step 10: issued by a clock that is ahead.", &at("iat", NOW + 30)),
        refused("10_iat", "Step 10: issued in the future.", &at("iat", NOW + 31), "iat"),
        refused("nbf", "Not valid yet.", &at("nbf", NOW + 31), "nbf"),
        case("10_max_token_age", "Step 10: issued too long ago.")
            .settings(for_client(json!({ "max_token_age": 60 })))
            .step(Step::id_token(at("iat", NOW - 90).text()).allow_token(&at("iat", NOW - 90)))
            .step(Step::id_token(at("iat", NOW - 91).text()).deny("max_token_age")),
    ]
}

fn types() -> Vec<Case> {
    let mut cases = vec![passes("typ_absent", "Section 2 asks for no typ.", &Token::id().no_header("typ"))];
    for (name, typ) in [("lower_case", "jwt"), ("application", "application/jwt")] {
        cases.push(passes(
            &format!("typ_{name}"),
            "Media types are case-insensitive.",
            &Token::id().header("typ", typ),
        ));
    }
    for (name, typ) in [
        ("at_jwt", "at+jwt"),
        ("logout_jwt", "logout+jwt"),
        ("dpop_jwt", "dpop+jwt"),
        ("revocations_jwt", "revocations+jwt"),
        ("secevent_jwt", "secevent+jwt"),
    ] {
        cases.push(
            refused(
                &format!("typ_{name}"),
                "RFC 8725 section 3.11: a token of another type.",
                &Token::id().header("typ", typ),
                "typ",
            )
            .attacks(&["A228"]),
        );
    }
    cases
}
