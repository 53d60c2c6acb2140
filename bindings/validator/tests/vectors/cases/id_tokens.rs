//! OpenID Connect Core 3.1.3.7: ID tokens, step by step.

use credenza_validator::{Algorithm, base64url};
use serde_json::{Value, json};

use crate::case::{Case, NOW, Step, for_client, settings};
use crate::keys::{Key, SECRET, set};
use crate::token::{OWN, Token};

pub(crate) fn cases() -> Vec<Case> {
    [identity(), parties(), algorithms(), times(), expectations(), hashes(), types()].concat()
}

fn case(name: &str, about: &str) -> Case {
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
    cases.push(refused(
        "empty_sub",
        "A sub that names nobody.",
        &Token::id().claim("sub", ""),
        "claim_missing",
    ));
    for (name, iss) in [
        ("trailing_slash", "https://id.example/"),
        ("another", "https://evil.example"),
        ("upper_case", "https://ID.example"),
        ("empty", ""),
    ] {
        let name = format!("2_issuer_{name}");
        cases.push(
            refused(&name, "Step 2: the issuer, letter by letter.", &Token::id().claim("iss", iss), "iss")
                .attacks(&["A226"]),
        );
    }
    cases
}

fn parties() -> Vec<Case> {
    let aud = |aud: Value| Token::id().claim("aud", aud);
    vec![
        passes("3_list_of_one", "Step 3: a list of the client alone.", &aud(json!(["client-1"]))),
        refused("3_another", "Step 3: another client.", &aud(json!("client-2")), "aud").attacks(&["A227"]),
        refused("3_prefix", "Compared whole.", &aud(json!("client-11")), "aud").attacks(&["A227"]),
        refused("3_list_of_others", "A list of others.", &aud(json!(["client-2", "client-3"])), "aud"),
        refused("3_empty_list", "Nobody.", &aud(json!([])), "claims_malformed"),
        refused(
            "4_several_without_azp",
            "Step 4: with several audiences azp has to say whose it is.",
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
        case("3_no_client", "A validator of a service has no client, and takes no ID token.")
            .settings(settings(json!({})))
            .step(Step::id_token(Token::id().text()).deny("aud"))
            .step(Step::id_token(Token::id().claim("aud", "https://api.example").text()).deny("aud")),
        case(
            "3_service_and_client",
            "A service that is a client, too, takes ID tokens for the client alone.",
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
    cases.push(case("6_empty", "No token at all.").step(Step::id_token("").deny("token_malformed")));
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

fn expectations() -> Vec<Case> {
    let expects = |name: &str, about: &str, token: &Token, expectations: Value, rule: Option<&str>| {
        let step = Step::id_token(token.text()).expects(expectations);
        case(name, about).step(match rule {
            None => step.allow_token(token),
            Some(rule) => step.deny(rule),
        })
    };
    let own = json!({ "nonce": "n-0S6_WzA2Mj" });
    let no_nonce = Token::id().no_claim("nonce");
    let acr = json!({ "acr_values": ["2", "3"] });
    let age = json!({ "max_age": 600 });
    vec![
        expects("11_nonce", "Step 11: the nonce of the request.", &Token::id(), own.clone(), None),
        expects(
            "11_another_nonce",
            "Step 11: another.",
            &Token::id(),
            json!({ "nonce": "x" }),
            Some("nonce"),
        )
        .attacks(&["A244"]),
        expects("11_no_nonce", "Step 11: none.", &no_nonce, own.clone(), Some("nonce")).attacks(&["A244"]),
        expects(
            "11_empty_nonce",
            "Step 11: an empty one.",
            &Token::id().claim("nonce", ""),
            own.clone(),
            Some("nonce"),
        ),
        expects(
            "11_nonce_prefix",
            "Step 11: compared whole.",
            &Token::id().claim("nonce", "n-0S6_WzA2M"),
            own,
            Some("nonce"),
        ),
        expects(
            "11_nonce_expected_empty",
            "An empty nonce that is expected is not one that is absent.",
            &no_nonce,
            json!({ "nonce": "" }),
            Some("nonce"),
        ),
        expects("11_nonce_not_asked_for", "A nonce that nobody asks about.", &Token::id(), json!({}), None),
        expects(
            "12_acr",
            "Step 12: one of those asked for.",
            &Token::id().claim("acr", "3"),
            acr.clone(),
            None,
        ),
        expects(
            "12_another_acr",
            "Step 12: another.",
            &Token::id().claim("acr", "1"),
            acr.clone(),
            Some("acr"),
        ),
        expects("12_no_acr", "Step 12: none.", &Token::id(), acr, Some("acr")),
        expects(
            "13_auth_time",
            "Step 13: as long ago as may be.",
            &Token::id().claim("auth_time", NOW - 630),
            age.clone(),
            None,
        ),
        expects(
            "13_old_auth_time",
            "Step 13: too long ago.",
            &Token::id().claim("auth_time", NOW - 631),
            age.clone(),
            Some("max_age"),
        ),
        expects(
            "13_no_auth_time",
            "Section 2: with max_age auth_time has to be there.",
            &Token::id(),
            age,
            Some("max_age"),
        ),
    ]
}

fn hashes() -> Vec<Case> {
    // Core appendix A.3 and A.4.
    let (access_token, at_hash) = ("jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y", "77QmUPtjPfzWtF2AnpK9RQ");
    let (code, c_hash) =
        ("Qcb0Orv1zh30vL1MPRsbm-diHiMwcLyZvn1arpZv-Jxf_11jnpEX3Tgfvk", "LDktKdoQak3Pk0cnXxCltA");
    let mut cases = Vec::new();
    for (claim, member, value, hash) in
        [("at_hash", "access_token", access_token, at_hash), ("c_hash", "code", code, c_hash)]
    {
        let given = json!({ member: value });
        let mut add = |name: &str, about: &str, token: Token, refused: bool| {
            let step = Step::id_token(token.text()).expects(given.clone());
            let step = if refused { step.deny(claim) } else { step.allow_token(&token) };
            cases.push(
                Case::new(format!("core_{claim}_{name}"), about).settings(for_client(json!({}))).step(step),
            );
        };
        add("good", "The example of appendix A.", Token::id().claim(claim, hash), false);
        add(
            "absent",
            "What came with another token or code names it by its hash (3.2.2.9, 3.3.2.10).",
            Token::id(),
            true,
        );
        add(
            "another",
            "The hash of something else.",
            Token::id().claim(claim, "LDktKdoQak3Pk0cnXxCltB"),
            true,
        );
        add("empty", "An empty text.", Token::id().claim(claim, ""), true);
        add("padded", "base64url has no padding.", Token::id().claim(claim, format!("{hash}==")), true);
        add("number", "A number.", Token::id().claim(claim, 1), true);
        add(
            "whole_hash",
            "The left half, not the whole.",
            Token::id().claim(claim, crate::token::ath(value)),
            true,
        );
        add("the_value", "The hash, not the value.", Token::id().claim(claim, value), true);
    }
    let ed = Key::EdDsa("ed25519-1");
    let hash = base64url::encode(
        &ring::digest::digest(&ring::digest::SHA512, access_token.as_bytes()).as_ref()[..32],
    );
    let sha512 = Token::id().by(ed).claim("at_hash", hash);
    let sha256 = Token::id().by(ed).claim("at_hash", at_hash);
    let expected = json!({ "access_token": access_token });
    cases.push(
        Case::new("core_at_hash_of_eddsa", "The hash is that of the algorithm: SHA-512 for Ed25519.")
            .settings(for_client(json!({ "keys": set([ed.jwk(), OWN.jwk()]) })))
            .step(Step::id_token(sha512.text()).expects(expected.clone()).allow_token(&sha512))
            .step(Step::id_token(sha256.text()).expects(expected).deny("at_hash")),
    );
    cases
}

fn types() -> Vec<Case> {
    let mut cases = vec![passes("typ_absent", "Section 2 asks for no typ.", &Token::id().no_header("typ"))];
    for (name, typ) in [("lower_case", "jwt"), ("application", "application/jwt")] {
        cases.push(passes(
            &format!("typ_{name}"),
            "Media types know no case.",
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
