//! Keys and secrets that the settings give, and issuers that are no URL (RFC 7519 section 4.1.1).

use credenza_validator::{Algorithm, base64url};
use serde_json::{Value, json};

use super::algorithms::pem;
use crate::case::{Case, Step, settings};
use crate::keys::{Key, SECRET, set};
use crate::token::{OWN, Token};

const TEXT: &str = "a secret that people can read, of 40 bytes";

/// The key of RFC 7515 appendix A.2.
const RSA_PEM: &str = "\
-----BEGIN PUBLIC KEY-----
MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAofgWCuLjybRlzo0tZWJj
NiuSfb4p4fAkd/wWJcyQoTbji9k0l8W26mPddxHmfHQp+Vaw+4qPCJrcS2mJPMEz
P1Pt0Bm4d4QlL+yRT+SFd2lZS+pCgNMsD1W/YpRPEwOWvG6b32690r2jZ47soMZo
9wGzjb/7OMg0LOL+bSf63kpaSHSXndS5z5rexMdbBYUsLA9e+KXBdQOS+UTo7WTB
EMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6/I5IhlJH7aGhyxX
FvUK+DWNmoudF8NAco9/h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXp
oQIDAQAB
-----END PUBLIC KEY-----
";

/// A certificate for the key of the vectors.
const CERTIFICATE: &str = "\
-----BEGIN CERTIFICATE-----
MIIBbDCCARKgAwIBAgIBATAKBggqhkjOPQQDAjAVMRMwEQYDVQQDDAppZC5leGFt
cGxlMB4XDTI2MTEzMDA4NDM1OFoXDTM2MTEyNzA4NDM1OFowFTETMBEGA1UEAwwK
aWQuZXhhbXBsZTBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABHyIUpERzDmzPCkI
bElob/mffYKmIj/MfZn6wUDCboMQYuRDZdoFNtBZ+d2Hgj3llapy1zEcAyfdC/yp
r7P7N4ujUzBRMB0GA1UdDgQWBBSgGYZLipuGZQOD8YuepfRvEbx2QjAfBgNVHSME
GDAWgBSgGYZLipuGZQOD8YuepfRvEbx2QjAPBgNVHRMBAf8EBTADAQH/MAoGCCqG
SM49BAMCA0gAMEUCICW50d59ftVCZiZOm3hnLJb3ozY9KNmvt2wParwBsoEMAiEA
60vXHPOtcLOvDcMGjta6AcrelSgS01/0BU80kMc578Q=
-----END CERTIFICATE-----
";

/// One of version 1, which has no version in it.
const CERTIFICATE_V1: &str = "\
-----BEGIN CERTIFICATE-----
MIIBEDCBuAIBATAKBggqhkjOPQQDAjAVMRMwEQYDVQQDDAppZC5leGFtcGxlMB4X
DTI2MTEzMDA4NDM1OVoXDTM2MTEyNzA4NDM1OVowFTETMBEGA1UEAwwKaWQuZXhh
bXBsZTBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABHyIUpERzDmzPCkIbElob/mf
fYKmIj/MfZn6wUDCboMQYuRDZdoFNtBZ+d2Hgj3llapy1zEcAyfdC/ypr7P7N4sw
CgYIKoZIzj0EAwIDRwAwRAIgG6f/3K1Q9/KFxTmgaZraqMlpDxTKvyrXH567LCrh
pX4CIBjrTqYDBiwbfVSRUYLxaOz8/YKJ9Fw8FluUCcqMK1rQ
-----END CERTIFICATE-----
";

pub(crate) fn cases() -> Vec<Case> {
    [keys(), certificates(), secrets(), names(), nulls(), ed25519(), numbers()].concat()
}

fn case(name: &str, about: &str, more: Value) -> Case {
    Case::new(format!("given_{name}"), about).settings(settings(more))
}

fn refused(name: &str, about: &str, more: Value, setting: &str) -> Case {
    Case::refused(&format!("given_{name}"), about, settings(more), setting)
}

fn keys() -> Vec<Case> {
    let token = Token::access();
    let rsa = Token::access().by(Key::Rsa(Algorithm::RS256));
    let allows = |case: Case, token: &Token| case.step(Step::bearer(token.text()).allow_token(token));
    let other = Token::access().signed_by(Key::Es256("other"));
    vec![
        allows(case("one_jwk", "One JWK in place of a set.", json!({ "keys": OWN.jwk() })), &token),
        allows(
            case(
                "one_jwk_without_kid",
                "It need not have the kid of the token.",
                json!({ "keys": OWN.bare_jwk() }),
            ),
            &token,
        ),
        case("one_jwk_of_another", "Another key.", json!({ "keys": OWN.bare_jwk() }))
            .step(Step::bearer(other.text()).deny("signature")),
        allows(
            case(
                "pem_p256",
                "PEM, whatever the kid of the token.",
                json!({ "keys": null, "keys_pem": pem() }),
            ),
            &token,
        ),
        allows(case("pem_rsa", "RSA.", json!({ "keys": null, "keys_pem": RSA_PEM })), &rsa),
        allows(
            case(
                "pem_two",
                "Two keys.",
                json!({ "keys": null, "keys_pem": format!("old\n{RSA_PEM}new\n{}", pem()) }),
            ),
            &token,
        ),
        case("pem_hs256", "A public key is no secret.", json!({ "keys": null, "keys_pem": pem() }))
            .attacks(&["A209"])
            .step(Step::bearer(Token::access().by(Key::Hmac(Algorithm::HS256, SECRET)).text()).deny("alg")),
        refused(
            "pem_private",
            "No private key.",
            json!({ "keys": null, "keys_pem": "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----" }),
            "keys_pem",
        ),
        refused("pem_empty", "A key.", json!({ "keys": null, "keys_pem": "" }), "keys_pem"),
        refused(
            "pem_cut",
            "The end is missing.",
            json!({ "keys": null, "keys_pem": &RSA_PEM[..300] }),
            "keys_pem",
        ),
        refused("pem_and_keys", "One of both.", json!({ "keys_pem": pem() }), "keys_pem"),
        refused(
            "private_jwk",
            "No private key.",
            json!({ "keys": { "kty": "EC", "crv": "P-256", "d": "AAAA" } }),
            "keys",
        ),
        refused("secret_jwk", "No secret.", json!({ "keys": { "kty": "oct", "k": "AAAA" } }), "keys"),
    ]
}

fn certificates() -> Vec<Case> {
    let token = Token::access();
    let allows = |case: Case| case.step(Step::bearer(token.text()).allow_token(&token));
    let other = Token::access().signed_by(Key::Es256("other"));
    vec![
        allows(case(
            "pem_certificate",
            "The key of a certificate.",
            json!({ "keys": null, "keys_pem": CERTIFICATE }),
        )),
        allows(case(
            "pem_certificate_v1",
            "Of version 1, beside a key.",
            json!({ "keys": null, "keys_pem": format!("{RSA_PEM}{CERTIFICATE_V1}") }),
        )),
        case(
            "pem_certificate_is_its_key",
            "Another key did not sign it.",
            json!({ "keys": null, "keys_pem": CERTIFICATE }),
        )
        .step(Step::bearer(other.text()).deny("signature")),
        refused(
            "pem_certificate_malformed",
            "No certificate.",
            json!({ "keys": null, "keys_pem": "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----" }),
            "keys_pem",
        ),
        refused(
            "pem_certificate_is_no_key",
            "A key that calls itself a certificate.",
            json!({ "keys": null, "keys_pem": pem().replace("PUBLIC KEY", "CERTIFICATE") }),
            "keys_pem",
        ),
        refused(
            "pem_request",
            "Neither key nor certificate.",
            json!({ "keys": null, "keys_pem": CERTIFICATE.replace("CERTIFICATE", "CERTIFICATE REQUEST") }),
            "keys_pem",
        ),
    ]
}

fn secrets() -> Vec<Case> {
    let own = |more: Value| crate::case::with(json!({ "keys": null }), more);
    let token = Token::access().by(Key::Hmac(Algorithm::HS256, TEXT.as_bytes()));
    let encoded = base64url::encode(TEXT);
    vec![
        case("secret_text", "A secret as it is.", own(json!({ "secret_text": TEXT })))
            .step(Step::bearer(token.text()).allow_token(&token)),
        case("secret", "The same in base64url.", own(json!({ "secret": encoded })))
            .step(Step::bearer(token.text()).allow_token(&token)),
        case("secret_text_is_not_decoded", "Nothing is guessed.", own(json!({ "secret_text": encoded })))
            .step(Step::bearer(token.text()).deny("signature")),
        refused("secret_is_text", "Nor here.", own(json!({ "secret": TEXT })), "secret"),
        refused(
            "secret_text_short",
            "As long as the hash.",
            own(json!({ "secret_text": "short" })),
            "secret_text",
        ),
        refused(
            "secret_text_pem",
            "A public key is no secret.",
            own(json!({ "secret_text": pem() })),
            "secret_text",
        ),
        refused(
            "both_secrets",
            "One of both.",
            own(json!({ "secret": encoded, "secret_text": TEXT })),
            "secret_text",
        ),
    ]
}

fn names() -> Vec<Case> {
    let token = Token::access().claim("iss", "my-backend");
    let by_secret = Token::access().by(Key::Hmac(Algorithm::HS256, TEXT.as_bytes())).claim("iss", "joe");
    vec![
        case(
            "issuer_name",
            "An issuer whose keys are given may have any name.",
            json!({ "issuer": "my-backend" }),
        )
        .step(Step::bearer(token.text()).allow_token(&token))
        .step(Step::bearer(Token::access().text()).deny("iss")),
        case(
            "issuer_name_by_secret",
            "Or with a secret.",
            json!({ "issuer": "joe", "keys": null, "secret_text": TEXT }),
        )
        .step(Step::bearer(by_secret.text()).allow_token(&by_secret)),
        refused(
            "issuer_name_to_fetch",
            "Its keys would be nowhere.",
            json!({ "issuer": "joe", "keys": null }),
            "issuer",
        ),
        refused(
            "issuer_name_to_ask",
            "Nor could it be asked.",
            json!({ "issuer": "joe", "introspection": { "client_id": "a", "client_secret": "b" } }),
            "issuer",
        ),
        refused("issuer_name_control", "A name of one line.", json!({ "issuer": "a\nb" }), "issuer"),
    ]
}

fn nulls() -> Vec<Case> {
    let token = Token::access();
    let mut key = OWN.jwk();
    for name in ["use", "key_ops", "x5c", "d", "n"] {
        key[name] = Value::Null;
    }
    vec![
        case("null_members", "A member that is null counts as absent.", json!({ "keys": set([key]) }))
            .step(Step::bearer(token.text()).allow_token(&token)),
    ]
}

fn ed25519() -> Vec<Case> {
    let own = Key::EdDsa("ed25519-1");
    let (old, new) = (Token::access().by(own), Token::access().by(own).header("alg", "Ed25519"));
    let named = |alg: &str| {
        let mut key = own.jwk();
        key["alg"] = json!(alg);
        json!({ "keys": set([key]) })
    };
    let both = |name: &str, about: &str, settings: Value| {
        case(name, about, settings)
            .step(Step::bearer(old.text()).allow_token(&old))
            .step(Step::bearer(new.text()).allow_token(&new))
    };
    vec![
        both("ed25519_key", "A key of the name of RFC 9864.", named("Ed25519")),
        both("eddsa_key", "A key of the name of RFC 8037.", named("EdDSA")),
        case(
            "ed25519_alone",
            "The setting is taken at its word.",
            crate::case::with(named("EdDSA"), json!({ "algorithms": ["Ed25519"] })),
        )
        .step(Step::bearer(new.text()).allow_token(&new))
        .step(Step::bearer(old.text()).deny("alg")),
    ]
}

fn numbers() -> Vec<Case> {
    let greatest = Token::access().raw("x", "1e999").raw("y", "[-1e400]");
    let mut claims = Token::access().claims();
    claims["x"] = json!(f64::MAX);
    claims["y"] = json!([f64::MIN]);
    let large = Token::access().raw("x", "9007199254740993").raw("y", "1e308");
    vec![
        case("number_beyond_double", "No rule reads it; it is shown as the greatest double.", json!({}))
            .step(Step::bearer(greatest.text()).allow(claims)),
        case("number_beyond_2_53", "Nor these.", json!({}))
            .step(Step::bearer(large.text()).allow_token(&large)),
        case("number_malformed", "What is no JSON stays none.", json!({}))
            .step(Step::bearer(Token::access().raw("x", "01e999").text()).deny("claims_malformed")),
        case("number_beyond_double_in_exp", "A rule reads it.", json!({}))
            .step(Step::bearer(Token::access().raw("exp", "1e999").text()).deny("claims_malformed")),
    ]
}
