//! HS256, HS384 and HS512: a secret that is shared with the issuer (RFC 7518 section 3.2).

use credenza_validator::{Algorithm, base64url};
use serde_json::{Value, json};

use crate::case::{Case, Step, settings, with};
use crate::keys::{Key, SECRET};
use crate::token::Token;

pub(crate) fn cases() -> Vec<Case> {
    let own =
        |more: Value| settings(with(json!({ "keys": null, "secret": base64url::encode(SECRET) }), more));
    let by = |alg: Algorithm| Token::access().by(Key::Hmac(alg, SECRET)).no_header("kid");
    let case = |name: &str, about: &str, more: Value| {
        Case::new(format!("rfc7518_3_2_{name}"), about).settings(own(more))
    };
    let good = |token: &Token| Step::bearer(token.text()).allow_token(token);
    let bad = |token: &Token, rule: &str| Step::bearer(token.text()).deny(rule);
    let other: &[u8] = b"another secret of sixty-four bytes, as HS512 asks: 0123456789abcde";
    let hs256 = by(Algorithm::HS256);
    let all = json!({ "algorithms": ["HS256", "HS384", "HS512"] });
    let mac = Key::Hmac(Algorithm::HS256, SECRET).sign(&hs256.signing_input());
    let with_mac = |mac: &[u8]| format!("{}.{}", hs256.signing_input(), base64url::encode(mac));
    let shortest = Token::access().by(Key::Hmac(Algorithm::HS256, &SECRET[..32])).no_header("kid");
    let mut cases = vec![
        case("hs256", "Only HS256 by default.", json!({}))
            .step(good(&hs256))
            .step(bad(&by(Algorithm::HS384), "alg"))
            .step(bad(&by(Algorithm::HS512), "alg")),
        case("all", "All that the settings name.", all)
            .step(good(&hs256))
            .step(good(&by(Algorithm::HS384)))
            .step(good(&by(Algorithm::HS512))),
        case(
            "shortest",
            "32 bytes are enough for HS256.",
            json!({ "secret": base64url::encode(&SECRET[..32]) }),
        )
        .step(good(&shortest)),
        case("any_kid", "A secret has no kid; one in the token is ignored.", json!({}))
            .step(good(&hs256.clone().header("kid", "x"))),
        case("another_secret", "Another secret.", json!({}))
            .step(bad(&hs256.clone().signed_by(Key::Hmac(Algorithm::HS256, other)), "signature")),
        case("a_part_of_the_secret", "A part of it.", json!({})).step(bad(&shortest, "signature")),
        case("changed_claims", "The MAC of other claims.", json!({})).step(
            Step::bearer(format!(
                "{}.{}",
                hs256.clone().claim("sub", "x").signing_input(),
                base64url::encode(&mac)
            ))
            .deny("signature"),
        ),
        case("es256", "A token by a key pair.", json!({})).step(bad(&Token::access(), "alg")),
        case("none", "A token that is not signed.", json!({}))
            .step(bad(&hs256.clone().header("alg", "none"), "alg")),
        case("expired", "The claims are checked, too.", json!({}))
            .step(bad(&hs256.clone().claim("exp", 1), "exp")),
        case("other_audience", "All of them.", json!({})).step(bad(&hs256.clone().claim("aud", "x"), "aud")),
    ];
    for (name, mac) in [
        ("half_a_mac", mac[..16].to_vec()),
        ("a_byte_less", mac[..31].to_vec()),
        ("a_byte_more", [&mac[..], &[0]].concat()),
        ("zeros", vec![0; 32]),
        ("one_byte", mac[..1].to_vec()),
    ] {
        cases.push(
            case(name, "RFC 7518 section 3.2: the whole MAC, and nothing else.", json!({}))
                .step(Step::bearer(with_mac(&mac)).deny("signature")),
        );
    }
    cases
}
