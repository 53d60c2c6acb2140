//! Proof Key for Code Exchange (RFC 7636). Only `S256`: `plain` does not protect against an attacker who reads the
//! request (RFC 9700 2.1.1).

use credenza_validator::{base64url, hash::sha256};

/// Why a challenge was refused, at the authorization endpoint.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[expect(missing_docs, reason = "the message of each variant says it")]
pub enum InvalidChallenge {
    #[error("code_challenge is required for this client")]
    Missing,
    #[error("code_challenge_method must be S256")]
    Method,
    #[error("code_challenge is not the base64url form of a SHA-256")]
    Malformed,
}

/// Reads `code_challenge` and `code_challenge_method` (RFC 7636 4.3).
///
/// # Errors
/// [`InvalidChallenge`]: absent though required, a method other than `S256`, or not a SHA-256 hash.
pub fn challenge(
    code_challenge: Option<&str>,
    method: Option<&str>,
    required: bool,
) -> Result<Option<String>, InvalidChallenge> {
    let Some(code_challenge) = code_challenge else {
        return match (required, method) {
            (false, None) => Ok(None),
            _ => Err(InvalidChallenge::Missing),
        };
    };
    // An absent method would mean `plain` (RFC 7636 4.3), which is not supported.
    if method != Some("S256") {
        return Err(InvalidChallenge::Method);
    }
    match base64url::decode(code_challenge) {
        Ok(bytes) if bytes.len() == 32 => Ok(Some(code_challenge.to_owned())),
        _ => Err(InvalidChallenge::Malformed),
    }
}

/// Why a verifier was refused, at the token endpoint.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[expect(missing_docs, reason = "the message of each variant says it")]
pub enum InvalidVerifier {
    #[error("code_verifier is missing")]
    Missing,
    #[error("code_verifier came without a code_challenge in the authorization request")]
    Unexpected,
    #[error("code_verifier does not match the code_challenge")]
    Wrong,
}

/// Compares `code_verifier` with the challenge of the code (RFC 7636 4.6). A verifier without a
/// challenge is refused too, since an attacker may have stripped the challenge (RFC 9700 4.8.2).
///
/// # Errors
/// [`InvalidVerifier`].
pub fn verify(code_challenge: Option<&str>, code_verifier: Option<&str>) -> Result<(), InvalidVerifier> {
    match (code_challenge, code_verifier) {
        (None, None) => Ok(()),
        (None, Some(_)) => Err(InvalidVerifier::Unexpected),
        (Some(_), None) => Err(InvalidVerifier::Missing),
        (Some(challenge), Some(verifier)) if is_verifier(verifier) && s256(verifier) == challenge => Ok(()),
        (Some(_), Some(_)) => Err(InvalidVerifier::Wrong),
    }
}

/// RFC 7636 4.2.
#[must_use]
pub fn s256(verifier: &str) -> String {
    base64url::encode(sha256(verifier.as_bytes()))
}

/// RFC 7636 4.1: 43 to 128 unreserved characters.
fn is_verifier(text: &str) -> bool {
    (43..=128).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~'))
}

#[cfg(test)]
mod tests {
    use super::*;

    const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

    #[test]
    fn rfc7636_appendix_b() {
        assert_eq!(s256(VERIFIER), CHALLENGE);
        assert_eq!(verify(Some(CHALLENGE), Some(VERIFIER)), Ok(()));
    }

    #[test]
    fn a032_a033_verifier_and_challenge_come_together() {
        assert_eq!(verify(Some(CHALLENGE), None), Err(InvalidVerifier::Missing));
        assert_eq!(verify(None, Some(VERIFIER)), Err(InvalidVerifier::Unexpected));
        assert_eq!(verify(None, None), Ok(()));
    }

    #[test]
    fn a034_malformed_verifiers() {
        let bad = [
            "x".repeat(42),
            "x".repeat(129),
            format!("{VERIFIER}="),
            format!("+{VERIFIER}"),
            format!("é{VERIFIER}"),
        ];
        for verifier in bad {
            assert_eq!(
                verify(Some(&s256(&verifier)), Some(&verifier)),
                Err(InvalidVerifier::Wrong),
                "{verifier}"
            );
        }
        for verifier in ["x".repeat(43), "x".repeat(128), "-._~".repeat(11)] {
            assert_eq!(verify(Some(&s256(&verifier)), Some(&verifier)), Ok(()), "{verifier}");
        }
    }

    #[test]
    fn a034_malformed_challenges() {
        assert_eq!(challenge(Some(CHALLENGE), Some("S256"), true), Ok(Some(CHALLENGE.to_owned())));
        for method in [None, Some("plain"), Some("S256 "), Some("s256")] {
            assert_eq!(challenge(Some(CHALLENGE), method, true), Err(InvalidChallenge::Method), "{method:?}");
        }
        for text in
            [&CHALLENGE[1..], &format!("{CHALLENGE}="), &format!("{CHALLENGE}A"), "+".repeat(43).as_str()]
        {
            assert_eq!(
                challenge(Some(text), Some("S256"), false),
                Err(InvalidChallenge::Malformed),
                "{text}"
            );
        }
    }

    #[test]
    fn a033_absent_though_needed() {
        assert_eq!(challenge(None, None, true), Err(InvalidChallenge::Missing));
        assert_eq!(challenge(None, Some("S256"), false), Err(InvalidChallenge::Missing));
        assert_eq!(challenge(None, None, false), Ok(None));
    }
}
