//! Edge cases of signatures: ECDSA, EdDSA, RSA.

use credenza_validator::{Algorithm, base64url};
use serde_json::{Value, json};

use crate::case::{Case, Step, refused, settings, with};
use crate::keys::{Key, set};
use crate::token::{OWN, Token};

/// The order of P-256.
const N: &str = "_____wAAAAD__________7zm-q2nF56E87nKwvxjJVE";
/// The order of the base point of Ed25519, in little-endian order.
const L: [u8; 32] = [
    0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14, 0, 0, 0,
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10,
];

/// Points of small order, as a JWK writes them.
const SMALL_ORDER: [(&str, &str); 14] = [
    ("zero", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"),
    ("one", "AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"),
    ("order_8", "JuiVj8KyJ7BFw_SJ8u-Y8NXfrAXTxjM5sTgCiG1T_AU"),
    ("order_8_other", "xxdqcD1N2E-6PAt2DRBnDyogU_osOczGTsf9d5KsA3o"),
    ("minus_one", "7P_______________________________________38"),
    ("p", "7f_______________________________________38"),
    ("p_plus_one", "7v_______________________________________38"),
    ("zero_signed", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAIA"),
    ("one_signed", "AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAIA"),
    ("order_8_signed", "JuiVj8KyJ7BFw_SJ8u-Y8NXfrAXTxjM5sTgCiG1T_IU"),
    ("order_8_other_signed", "xxdqcD1N2E-6PAt2DRBnDyogU_osOczGTsf9d5KsA_o"),
    ("minus_one_signed", "7P________________________________________8"),
    ("p_signed", "7f________________________________________8"),
    ("p_plus_one_signed", "7v________________________________________8"),
];

pub(crate) fn cases() -> Vec<Case> {
    [ecdsa(), eddsa(), rsa(), order()].concat()
}

fn with_signature(token: &Token, signature: &[u8]) -> String {
    format!("{}.{}", token.signing_input(), base64url::encode(signature))
}

fn ecdsa() -> Vec<Case> {
    let token = Token::access();
    let good = OWN.sign(&token.signing_input());
    let (r, s) = good.split_at(32);
    let n = base64url::decode(N).unwrap();
    let zero = [0; 32];
    let one = [&[0; 31][..], &[1]].concat();
    let der = |number: &[u8]| [&[2, 33, 0], number].concat();
    let sequence = [&[0x30, 70][..], &der(r), &der(s)].concat();
    [
        ("a215_r_and_s_zero", [&zero[..], &zero].concat(), "The signature of the psychic: r and s are zero."),
        ("a215_r_zero", [&zero[..], s].concat(), "r is zero."),
        ("a215_s_zero", [r, &zero].concat(), "s is zero."),
        ("a215_r_is_n", [&n[..], s].concat(), "r is the order of the curve."),
        ("a215_s_is_n", [r, &n].concat(), "s is the order of the curve."),
        ("a215_r_and_s_n", [&n[..], &n].concat(), "Both are the order of the curve."),
        ("a215_r_and_s_one", [&one[..], &one].concat(), "Both are one."),
        ("a215_all_ones", vec![0xff; 64], "Both are greater than the order."),
        ("a215_swapped", [s, r].concat(), "s before r."),
        ("a215_der", sequence, "The encoding of X.509, which is not that of RFC 7518 section 3.4."),
        ("a215_63_bytes", good[..63].to_vec(), "A byte too few."),
        ("a215_leading_zero", [&[0], &good[..]].concat(), "A byte too many in front."),
        ("a215_trailing_zero", [&good[..], &[0]].concat(), "A byte too many at the end."),
        ("a215_96_bytes", [&good[..], &zero].concat(), "The length of ES384."),
        ("a215_132_bytes", [&good[..], &[0; 68]].concat(), "The length of ES512."),
        ("a215_one_byte", vec![0], "One byte."),
    ]
    .into_iter()
    .map(|(name, signature, about)| {
        refused(name, about, with_signature(&token, &signature), "signature").attacks(&["A215"])
    })
    .collect()
}

fn eddsa() -> Vec<Case> {
    let key = Key::EdDsa("ed25519-1");
    let token = Token::access().by(key);
    let good = key.sign(&token.signing_input());
    let (r, s) = good.split_at(32);
    let own = settings(json!({ "keys": set([key.jwk()]) }));
    let case = |name: &str, about: &str, signature: &[u8]| {
        Case::new(name, about)
            .attacks(&["A216"])
            .settings(own.clone())
            .step(Step::bearer(with_signature(&token, signature)).deny("signature"))
    };
    let mut cases = vec![
        case(
            "a216_s_plus_l",
            "s and the order: the same point, another text (RFC 8032 section 5.1.7).",
            &[r, &plus_l(s)].concat(),
        ),
        case("a216_s_zero", "s is zero.", &[r, &[0; 32]].concat()),
        case("a216_63_bytes", "A byte too few.", &good[..63]),
        case("a216_65_bytes", "A byte too many.", &[&good[..], &[0]].concat()),
        case("a216_high_bit", "The highest bit of s, which is always zero.", &high_bit(&good)),
        case("a216_swapped", "s before R.", &[s, r].concat()),
    ];
    // Under the neutral point a signature fits every text, under the others one text in two, four or eight.
    let neutral = [&[1][..], &[0; 63]].concat();
    for (name, x) in SMALL_ORDER {
        let jwk = with(key.jwk(), json!({ "x": x }));
        cases.push(
            Case::new(
                format!("a216_small_order_{name}"),
                "A point of small order is not a key: anybody can sign.",
            )
            .attacks(&["A216"])
            .settings(settings(json!({ "keys": set([jwk, OWN.jwk()]) })))
            .step(Step::bearer(with_signature(&token, &neutral)).deny("kid")),
        );
    }
    let ed448 = json!({ "kty": "OKP", "crv": "Ed448", "kid": key.kid(), "x": base64url::encode([7; 57]) });
    cases.push(
        Case::new("a216_ed448_key", "A key on Ed448 is not a key for Ed25519.")
            .attacks(&["A216"])
            .settings(settings(json!({ "keys": set([ed448, OWN.jwk()]) })))
            .step(Step::bearer(token.text()).deny("kid")),
    );
    cases
}

fn plus_l(s: &[u8]) -> Vec<u8> {
    let mut carry = 0;
    s.iter()
        .zip(L)
        .map(|(&one, other)| {
            let sum = u16::from(one) + u16::from(other) + carry;
            carry = sum >> 8;
            sum.to_le_bytes()[0]
        })
        .collect()
}

fn high_bit(signature: &[u8]) -> Vec<u8> {
    let mut changed = signature.to_vec();
    changed[63] |= 0x80;
    changed
}

fn rsa() -> Vec<Case> {
    let key = Key::Rsa(Algorithm::RS256);
    let token = Token::access().by(key);
    let good = key.sign(&token.signing_input());
    let n = base64url::decode(key.bare_jwk()["n"].as_str().unwrap()).unwrap();
    let under = |more: Value| settings(json!({ "keys": set([with(key.jwk(), more), OWN.jwk()]) }));
    let signed = |name: &str, about: &str, signature: &[u8]| {
        Case::new(name, about)
            .attacks(&["A217"])
            .settings(under(json!({})))
            .step(Step::bearer(with_signature(&token, signature)).deny("signature"))
    };
    let keyed = |name: &str, about: &str, more: Value| {
        Case::new(name, about)
            .attacks(&["A217"])
            .settings(under(more))
            .step(Step::bearer(token.text()).deny("kid"))
    };
    let number = |octets: &[u8]| json!({ "n": base64url::encode(octets) });
    let exponent = |octets: &[u8]| json!({ "e": base64url::encode(octets) });
    vec![
        signed("a217_signature_zero", "The signature is zero.", &[0; 256]),
        signed("a217_signature_is_n", "The signature is the modulus.", &n),
        signed("a217_leading_zero", "A byte too many in front.", &[&[0], &good[..]].concat()),
        signed("a217_trailing_zero", "A byte too many at the end.", &[&good[..], &[0]].concat()),
        signed("a217_too_short", "A byte too few.", &good[..255]),
        keyed("a217_1024_bits", "RFC 7518 section 3.3: 2048 bits at least.", number(&n[..128])),
        keyed("a217_2047_bits", "One bit less than the least.", number(&[&[0x7f], &n[1..]].concat())),
        keyed("a217_16384_bits", "More than 8192 bits only cost time.", number(&n.repeat(8))),
        keyed(
            "a217_n_with_leading_zero",
            "RFC 7518 section 2: no leading zero.",
            number(&[&[0], &n[..]].concat()),
        ),
        keyed("a217_exponent_1", "With e = 1 anybody can sign.", exponent(&[1])),
        keyed("a217_exponent_3", "Small exponents have a history of forged signatures.", exponent(&[3])),
        keyed("a217_exponent_even", "No exponent is even.", exponent(&[1, 0, 0])),
        keyed("a217_exponent_empty", "No exponent at all.", exponent(&[])),
        keyed("a217_exponent_huge", "An exponent as long as the modulus only costs time.", exponent(&n)),
    ]
}

fn order() -> Vec<Case> {
    let spoiled = |token: Token| token.signed_by(Key::Es256("evil")).text();
    let expired = Token::access().claim("exp", 1);
    let case =
        |name: &str, about: &str, token: String| refused(name, about, token, "signature").attacks(&["A239"]);
    vec![
        case(
            "a239_expired_and_forged",
            "No claim counts before the signature is verified.",
            spoiled(expired.clone()),
        ),
        case(
            "a239_other_issuer_and_forged",
            "Nor the issuer.",
            spoiled(Token::access().claim("iss", "https://evil.example")),
        ),
        case(
            "a239_malformed_and_forged",
            "Nor is the payload read.",
            spoiled(Token::access().payload_text("{")),
        ),
        refused("a239_expired", "The same with a valid signature.", expired.text(), "exp").attacks(&["A239"]),
        refused(
            "a238_key_of_another_issuer",
            "Another issuer's key under the same kid: keys belong to their issuer.",
            spoiled(Token::access()),
            "signature",
        )
        .attacks(&["A238"]),
    ]
}
