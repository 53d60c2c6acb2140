//! OpenID Connect Core 3.1.3.7, 3.2.2.9, 3.3.2.10: what an ID token must match.

use credenza_validator::base64url;
use serde_json::{Value, json};

use super::id_tokens::case;
use crate::case::{Case, NOW, Step, for_client};
use crate::keys::{Key, set};
use crate::token::{OWN, Token};

pub(crate) fn cases() -> Vec<Case> {
    [expectations(), hashes()].concat()
}

#[expect(clippy::too_many_lines, reason = "a table: a row for each case")]
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
            "An expected empty nonce is not the same as none.",
            &no_nonce,
            json!({ "nonce": "" }),
            Some("nonce"),
        ),
        expects("11_nonce_not_asked_for", "A nonce where none is expected.", &Token::id(), json!({}), None),
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
            "Step 13: as long ago as allowed.",
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
            "Section 2: with max_age auth_time is required.",
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
            "A token issued with another token or code contains its hash (3.2.2.9, 3.3.2.10).",
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
