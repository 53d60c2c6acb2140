//! RFC 9449: tokens that need a proof of possession.

use serde_json::{Value, json};

use crate::case::{Case, Step, settings, with};
use crate::keys::Key;
use crate::token::{CLIENTS, Token};
use credenza_validator::Algorithm;

/// What DPoP adds to challenges.
pub(crate) const ALGS: &str = r#"algs="ES256""#;

pub(crate) fn cases() -> Vec<Case> {
    [good(), fields(), header()].concat()
}

/// The settings of a service that supports DPoP.
pub(crate) fn speaking(more: Value) -> Value {
    settings(json!({ "dpop": with(json!({ "algorithms": ["ES256"] }), more) }))
}

pub(super) fn case(name: &str, about: &str) -> Case {
    Case::new(format!("rfc9449_{name}"), about).settings(speaking(json!({})))
}

/// A proof for the bound token.
pub(super) fn proof() -> Token {
    Token::proof(&Token::bound().text())
}

pub(super) fn step(proof: &Token) -> Step {
    Step::dpop(&Token::bound().text(), &proof.text())
}

pub(super) fn passes(name: &str, about: &str, proof: &Token) -> Case {
    case(name, about).step(step(proof).allow_token(&Token::bound()))
}

pub(super) fn refused(name: &str, about: &str, proof: &Token, rule: &str) -> Case {
    case(name, about).step(step(proof).deny_with(rule, "DPoP", ALGS))
}

fn good() -> Vec<Case> {
    let token = Token::bound();
    let by = |key: Key, name: &str| {
        let bound = Token::access().claim("cnf", json!({ "jkt": key.thumbprint() }));
        let proof = Token::proof(&bound.text()).by(key).no_header("kid").header("jwk", key.bare_jwk());
        case(name, "A proof by an algorithm that is accepted.")
            .settings(settings(json!({ "dpop": {} })))
            .step(Step::dpop(&bound.text(), &proof.text()).allow_token(&bound))
    };
    let lower = step(&proof()).part("authorization", json!([format!("dpop {}", token.text())]));
    vec![
        passes("7_1_good", "A bound token with its proof.", &proof()),
        case("7_1_scheme_lower_case", "Schemes are case-insensitive.").step(lower.allow_token(&token)),
        by(Key::EdDsa("client"), "4_2_eddsa"),
        by(Key::Rsa(Algorithm::RS256), "4_2_rs256"),
        by(Key::Rsa(Algorithm::PS256), "4_2_ps256"),
        by(Key::Es384, "4_2_es384"),
        passes("4_2_typ_upper_case", "Media types are case-insensitive.", &proof().header("typ", "DPoP+JWT")),
        passes(
            "4_2_typ_with_application",
            "RFC 7515 section 4.1.9.",
            &proof().header("typ", "application/dpop+jwt"),
        ),
        passes("4_2_more_claims", "Further claims are ignored.", &proof().claim("x", 1).claim("exp", 1)),
        passes(
            "4_2_nonce_that_nobody_asked_for",
            "A nonce is ignored where none is required.",
            &proof().claim("nonce", "x"),
        ),
        passes(
            "4_2_jwk_with_more",
            "Further members of the key do not change its thumbprint.",
            &proof().header("jwk", CLIENTS.jwk()),
        ),
    ]
}

fn fields() -> Vec<Case> {
    let token = Token::bound().text();
    let one = proof().text();
    let other = proof().claim("jti", "proof-2").text();
    let with_fields = |name: &str, about: &str, proofs: Value, rule: &str| {
        case(name, about).step(Step::dpop(&token, "").part("dpop", proofs).deny_with(rule, "DPoP", ALGS))
    };
    vec![
        with_fields("4_3_no_proof", "There is one DPoP field.", json!([]), "dpop_missing"),
        with_fields("4_3_two_proofs", "And only one.", json!([one, other]), "dpop_many"),
        with_fields("4_3_one_proof_twice", "Also when both are the same.", json!([one, one]), "dpop_many"),
        with_fields(
            "4_3_two_in_one_field",
            "Two, joined by a comma, are not a proof.",
            json!([format!("{one}, {other}")]),
            "dpop_malformed",
        ),
        with_fields("4_3_empty", "An empty field.", json!([""]), "dpop_malformed"),
        with_fields("4_3_no_jwt", "A field without a JWT.", json!(["x"]), "dpop_malformed"),
        with_fields("4_3_five_segments", "A JWE is not a proof.", json!(["a.b.c.d.e"]), "dpop_malformed"),
        with_fields(
            "4_3_space_around",
            "A proof with a space behind it.",
            json!([format!("{one} ")]),
            "dpop_malformed",
        ),
        with_fields(
            "4_3_too_long",
            "More than 8 KB.",
            json!([proof().claim("x", "x".repeat(8000)).text()]),
            "dpop_malformed",
        ),
        with_fields("4_3_the_token_itself", "The access token is not a proof.", json!([token]), "dpop_typ"),
    ]
}

fn header() -> Vec<Case> {
    let other = Key::Es256("other");
    let private = with(CLIENTS.bare_jwk(), json!({ "d": CLIENTS.secret_number() }));
    let symmetric = json!({ "kty": "oct", "k": "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA" });
    let mut cases = vec![
        refused("4_2_no_typ", "typ is required.", &proof().no_header("typ"), "dpop_typ"),
        refused("4_2_no_alg", "alg is required.", &proof().no_header("alg"), "dpop_malformed"),
        refused("4_2_no_jwk", "jwk is required.", &proof().no_header("jwk"), "dpop_key"),
        refused("4_3_crit", "An unknown extension.", &proof().header("crit", ["x"]), "dpop_malformed"),
        refused("4_3_jwk_twice", "No name twice.", &proof().header_again("jwk", "{}"), "dpop_malformed")
            .attacks(&["A222"]),
        refused(
            "4_3_typ_twice",
            "No name twice.",
            &proof().header_again("typ", r#""JWT""#),
            "dpop_malformed",
        )
        .attacks(&["A222"]),
        refused(
            "4_3_alg_not_accepted",
            "EdDSA is not among the algorithms.",
            &proof().by(Key::EdDsa("client")).header("jwk", Key::EdDsa("client").bare_jwk()),
            "dpop_alg",
        ),
        refused(
            "4_3_signed_by_another_key",
            "The signature is not by the key in the header.",
            &proof().signed_by(other),
            "dpop_signature",
        ),
        refused(
            "4_3_key_of_another",
            "A valid proof by another client: the token is not bound to its key.",
            &proof().signed_by(other).header("jwk", other.bare_jwk()),
            "dpop_binding",
        ),
    ];
    for typ in ["JWT", "at+jwt", "dpop", "dpop+jwt2", ""] {
        let name = format!("4_2_typ_{}", if typ.is_empty() { "empty" } else { typ });
        cases.push(
            refused(&name, "Another type.", &proof().header("typ", typ), "dpop_typ").attacks(&["A228"]),
        );
    }
    for alg in ["none", "HS256", "None", "ES384"] {
        let name = format!("4_3_alg_{alg}");
        cases.push(
            refused(
                &name,
                "An algorithm with public keys, of those accepted.",
                &proof().header("alg", alg),
                "dpop_alg",
            )
            .attacks(&["A208"]),
        );
    }
    for (name, jwk) in [
        ("private", private),
        ("symmetric", symmetric),
        ("null", Value::Null),
        ("list", json!([CLIENTS.bare_jwk()])),
        ("text", json!(CLIENTS.bare_jwk().to_string())),
        ("empty", json!({})),
        ("set", json!({ "keys": [CLIENTS.bare_jwk()] })),
        ("without_y", with(CLIENTS.bare_jwk(), json!({ "y": null }))),
        ("of_another_kind", Key::EdDsa("client").bare_jwk()),
        (
            "of_small_order",
            json!({ "kty": "OKP", "crv": "Ed25519", "x": "AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA" }),
        ),
        ("for_encryption", with(CLIENTS.jwk(), json!({ "use": "enc" }))),
        ("for_another_algorithm", with(CLIENTS.jwk(), json!({ "alg": "ES384" }))),
    ] {
        let about = "The header holds one public key for the algorithm, and no private one.";
        cases.push(refused(&format!("4_3_jwk_{name}"), about, &proof().header("jwk", jwk), "dpop_key"));
    }
    cases
}
