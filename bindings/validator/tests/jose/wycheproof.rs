//! The JWS and JWK vectors of Project Wycheproof.

use credenza_validator::{Algorithm, Jwk, JwkSet, Unverified, base64url};
use serde_json::Value;
use wycheproof_ng_kdf_jose::json_web::{TestGroup, TestName, TestSet};

use crate::support::set;

/// JWS vectors whose verdict differs here, on purpose: (vectors, verdict here, why).
const DIFFERENCES: [(&[usize], bool, &str); 5] = [
    (&[259, 264, 268, 272, 320, 325], false, "empty payload: every token here has claims"),
    (&[346, 350], false, "the key says PS256 and the token PS384: RFC 7517 section 4.4 is taken at its word"),
    (&[347, 351], false, "ES512 is not among the algorithms that are accepted here"),
    (&[367, 370], true, "the text is that of vector 357, which is valid: the padding is not in the vector"),
    (&[372, 373], false, "a character outside the alphabet (RFC 7515 section 2, RFC 4648 section 3.3)"),
];

/// The JWK vector with a public key of a flawed generator (ROCA), which shows only in its numbers. A published
/// key is trusted as it is: its owner might as well publish the private one.
const ROCA: usize = 7;

fn expected(id: usize, valid: bool) -> bool {
    DIFFERENCES.iter().find(|(ids, _, _)| ids.contains(&id)).map_or(valid, |(_, verdict, _)| *verdict)
}

fn text(token: Option<&Value>) -> String {
    let token = token.unwrap();
    token.as_str().map_or_else(|| token.to_string(), str::to_owned)
}

fn verified_with(token: &str, keys: &JwkSet) -> bool {
    Unverified::parse(token).is_ok_and(|it| it.verify(keys, &Algorithm::ALL).is_ok())
}

/// The verdict with the shared secret of a symmetric JWK, and only for the algorithm that it names.
fn verified_with_secret(token: &str, key: &Value) -> bool {
    let secret = base64url::decode(key["k"].as_str().unwrap()).unwrap();
    let Ok(alg) = key["alg"].as_str().unwrap().parse() else { return false };
    Unverified::parse(token).is_ok_and(|it| it.verify_with_secret(&secret, &[alg]).is_ok())
}

fn accepted(token: &str, group: &TestGroup) -> bool {
    match (&group.public_key, &group.private_key) {
        (Some(public), _) => verified_with(token, &set(serde_json::from_value::<Jwk>(public.clone()))),
        (None, secret) => verified_with_secret(token, secret.as_ref().unwrap()),
    }
}

#[test]
fn jws_verdicts_are_those_of_the_vectors() {
    let vectors = TestSet::load(TestName::JsonWebSignature).unwrap();
    let mut count = 0;
    for group in &vectors.test_groups {
        for test in &group.tests {
            let verdict = accepted(&text(test.jws.as_ref()), group);
            let expected = expected(test.tc_id, !test.result.must_fail());
            assert_eq!(verdict, expected, "{} {}", test.tc_id, test.comment);
            count += 1;
        }
    }
    assert_eq!(count, 401);
}

#[test]
fn key_set_verdicts_are_those_of_the_vectors() {
    let vectors = TestSet::load(TestName::JsonWebKey).unwrap();
    let (mut public, mut shared) = (0, 0);
    for group in &vectors.test_groups {
        for test in &group.tests {
            let token = text(test.jws.as_ref());
            let name = format!("{} {}", test.tc_id, test.comment);
            let valid = !test.result.must_fail() || test.tc_id == ROCA;
            let secrets = group.private_key.as_ref().and_then(|it| it["keys"].as_array()).unwrap();
            if let Some(keys) = &group.public_key {
                let keys = JwkSet::parse(keys.to_string().as_bytes()).unwrap();
                assert_eq!(verified_with(&token, &keys), valid, "{name}");
                public += 1;
            } else if let [secret] = secrets.as_slice() {
                assert_eq!(verified_with_secret(&token, secret), valid, "{name}");
                shared += 1;
            } else {
                // Sets of several secrets are not supported: a set never verifies a MAC.
                let keys = JwkSet::parse(group.private_key.as_ref().unwrap().to_string().as_bytes()).unwrap();
                assert!(!verified_with(&token, &keys), "{name}");
            }
        }
    }
    assert_eq!((public, shared), (11, 11));
}
