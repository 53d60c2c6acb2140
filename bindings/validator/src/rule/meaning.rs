//! What each rule means: a table with a row for each.

use super::Rule;

/// What a rule means.
#[derive(Copy, Clone, Debug, Eq, PartialEq)]
pub struct Meaning {
    /// Its name in answers and logs, which never changes.
    pub name: &'static str,
    /// The status of the answer.
    pub status: u16,
    /// The error code of the challenge; none where the request had no credentials, or is not at fault.
    pub error: Option<&'static str>,
    /// The section that requires it.
    pub section: &'static str,
    /// An explanation for developers.
    pub description: &'static str,
}

const INVALID_REQUEST: (u16, Option<&str>) = (400, Some("invalid_request"));
const INVALID_TOKEN: (u16, Option<&str>) = (401, Some("invalid_token"));
const INVALID_PROOF: (u16, Option<&str>) = (401, Some("invalid_dpop_proof"));
const MORE_NEEDED: (u16, Option<&str>) = (403, Some("insufficient_scope"));
const STEP_UP: (u16, Option<&str>) = (401, Some("insufficient_user_authentication"));
const UNAVAILABLE: (u16, Option<&str>) = (503, None);

impl Rule {
    /// What it means.
    #[must_use]
    #[expect(clippy::too_many_lines, reason = "a table: one row for each rule")]
    pub const fn meaning(self) -> Meaning {
        let (name, (status, error), section, description) = match self {
            Self::TokenMissing => {
                ("token_missing", (401, None), "RFC 6750 section 3.1", "the request has no access token")
            }
            Self::CredentialsMany => (
                "credentials_many",
                INVALID_REQUEST,
                "RFC 6750 section 3.1",
                "the request has several Authorization fields, or a malformed one",
            ),
            Self::TokenTooLong => {
                ("token_too_long", INVALID_TOKEN, "RFC 8725 section 3.11", "the token is too long")
            }
            Self::TokenMalformed => {
                ("token_malformed", INVALID_TOKEN, "RFC 7519 section 7.2", "the token is malformed")
            }
            Self::TokenEncrypted => {
                ("token_encrypted", INVALID_TOKEN, "RFC 7516 section 5.2", "the token cannot be decrypted")
            }
            Self::Alg => {
                ("alg", INVALID_TOKEN, "RFC 8725 section 3.1", "the token's algorithm is not accepted")
            }
            Self::Typ => ("typ", INVALID_TOKEN, "RFC 8725 section 3.11", "the token is of another type"),
            Self::Crit => {
                ("crit", INVALID_TOKEN, "RFC 7515 section 4.1.11", "the token needs an unknown extension")
            }
            Self::Kid => ("kid", INVALID_TOKEN, "RFC 7515 section 4.1.4", "the token's key is unknown"),
            Self::Signature => {
                ("signature", INVALID_TOKEN, "RFC 7515 section 5.2", "the token's signature is wrong")
            }
            Self::ClaimsMalformed => {
                ("claims_malformed", INVALID_TOKEN, "RFC 7519 section 4", "the token's claims are malformed")
            }
            Self::ClaimMissing => {
                ("claim_missing", INVALID_TOKEN, "RFC 9068 section 2.2", "the token lacks a claim")
            }
            Self::Iss => ("iss", INVALID_TOKEN, "RFC 7519 section 4.1.1", "the token is of another issuer"),
            Self::Aud => {
                ("aud", INVALID_TOKEN, "RFC 7519 section 4.1.3", "the token is for another audience")
            }
            Self::Exp => ("exp", INVALID_TOKEN, "RFC 7519 section 4.1.4", "the token has expired"),
            Self::Nbf => ("nbf", INVALID_TOKEN, "RFC 7519 section 4.1.5", "the token is not valid yet"),
            Self::Iat => {
                ("iat", INVALID_TOKEN, "RFC 7519 section 4.1.6", "the token was issued in the future")
            }
            Self::MaxTokenAge => {
                ("max_token_age", INVALID_TOKEN, "RFC 7519 section 4.1.6", "the token is too old")
            }
            Self::Revoked => ("revoked", INVALID_TOKEN, "RFC 7009 section 2", "the token was revoked"),
            Self::Inactive => ("inactive", INVALID_TOKEN, "RFC 7662 section 2.2", "the token is not active"),
            Self::KeysUnavailable => {
                ("keys_unavailable", UNAVAILABLE, "RFC 7517 section 5", "the issuer's keys cannot be had")
            }
            Self::IntrospectionUnavailable => (
                "introspection_unavailable",
                UNAVAILABLE,
                "RFC 7662 section 2.3",
                "the issuer cannot be asked about the token",
            ),
            Self::RevocationsUnavailable => (
                "revocations_unavailable",
                UNAVAILABLE,
                "RFC 7009 section 2",
                "the issuer's revoked tokens cannot be had",
            ),
            Self::ReplaysUnavailable => (
                "replays_unavailable",
                UNAVAILABLE,
                "RFC 9449 section 11.1",
                "the store of used DPoP proofs cannot be asked",
            ),
            Self::Scope => ("scope", MORE_NEEDED, "RFC 6750 section 3.1", "the token lacks a scope"),
            Self::Client => ("client", MORE_NEEDED, "RFC 9068 section 4", "the token is of another client"),
            Self::Tenant => ("tenant", MORE_NEEDED, "RFC 9068 section 4", "the token is of another tenant"),
            Self::Organization => {
                ("organization", MORE_NEEDED, "RFC 9068 section 4", "the token is of another organization")
            }
            Self::Role => ("role", MORE_NEEDED, "RFC 9068 section 4", "the token lacks a role"),
            Self::Permission => {
                ("permission", MORE_NEEDED, "RFC 9068 section 4", "the token lacks a permission")
            }
            Self::Plan => ("plan", MORE_NEEDED, "RFC 9068 section 4", "the token is of another plan"),
            Self::Acr => {
                ("acr", STEP_UP, "RFC 9470 section 3", "a different authentication level is required")
            }
            Self::MaxAge => {
                ("max_age", STEP_UP, "RFC 9470 section 3", "more recent authentication is required")
            }
            Self::BindingMissing => (
                "binding_missing",
                INVALID_TOKEN,
                "RFC 9449 section 7.1",
                "the token is not bound to its sender",
            ),
            Self::BindingUnsupported => (
                "binding_unsupported",
                INVALID_TOKEN,
                "RFC 7800 section 3",
                "the token is bound in a way that is not checked here",
            ),
            Self::DpopRequired => (
                "dpop_required",
                INVALID_TOKEN,
                "RFC 9449 section 7.1",
                "tokens are accepted with DPoP alone",
            ),
            Self::DpopScheme => (
                "dpop_scheme",
                INVALID_TOKEN,
                "RFC 9449 section 7.2",
                "the authentication scheme does not fit the token's binding",
            ),
            Self::DpopMissing => {
                ("dpop_missing", INVALID_PROOF, "RFC 9449 section 4.3", "the request has no DPoP proof")
            }
            Self::DpopMany => {
                ("dpop_many", INVALID_PROOF, "RFC 9449 section 4.3", "the request has several DPoP proofs")
            }
            Self::DpopMalformed => {
                ("dpop_malformed", INVALID_PROOF, "RFC 9449 section 4.3", "the DPoP proof is malformed")
            }
            Self::DpopTyp => {
                ("dpop_typ", INVALID_PROOF, "RFC 9449 section 4.2", "the DPoP proof is of another type")
            }
            Self::DpopAlg => (
                "dpop_alg",
                INVALID_PROOF,
                "RFC 9449 section 4.3",
                "the DPoP proof's algorithm is not accepted",
            ),
            Self::DpopKey => (
                "dpop_key",
                INVALID_PROOF,
                "RFC 9449 section 4.3",
                "the DPoP proof has no public key that fits",
            ),
            Self::DpopSignature => (
                "dpop_signature",
                INVALID_PROOF,
                "RFC 9449 section 4.3",
                "the DPoP proof's signature is wrong",
            ),
            Self::DpopHtm => {
                ("dpop_htm", INVALID_PROOF, "RFC 9449 section 4.3", "the DPoP proof is for another method")
            }
            Self::DpopHtu => {
                ("dpop_htu", INVALID_PROOF, "RFC 9449 section 4.3", "the DPoP proof is for another URL")
            }
            Self::DpopIat => {
                ("dpop_iat", INVALID_PROOF, "RFC 9449 section 11.1", "the DPoP proof is not of this time")
            }
            Self::DpopAth => {
                ("dpop_ath", INVALID_PROOF, "RFC 9449 section 7.1", "the DPoP proof is for another token")
            }
            Self::DpopNonce => (
                "dpop_nonce",
                (401, Some("use_dpop_nonce")),
                "RFC 9449 section 9",
                "the DPoP proof needs the nonce given",
            ),
            Self::DpopReplay => {
                ("dpop_replay", INVALID_PROOF, "RFC 9449 section 11.1", "the DPoP proof was used before")
            }
            Self::DpopBinding => (
                "dpop_binding",
                INVALID_TOKEN,
                "RFC 9449 section 7.1",
                "the token is bound to another DPoP key",
            ),
            Self::CertificateMissing => (
                "certificate_missing",
                INVALID_TOKEN,
                "RFC 8705 section 3",
                "the token is bound to a certificate, and the request has none",
            ),
            Self::CertificateBinding => (
                "certificate_binding",
                INVALID_TOKEN,
                "RFC 8705 section 3",
                "the token is bound to another certificate",
            ),
            Self::Nonce => {
                ("nonce", INVALID_TOKEN, "OpenID Connect Core section 3.1.3.7", "the nonce is another")
            }
            Self::Azp => (
                "azp",
                INVALID_TOKEN,
                "OpenID Connect Core section 3.1.3.7",
                "the token is for another authorized party",
            ),
            Self::AtHash => (
                "at_hash",
                INVALID_TOKEN,
                "OpenID Connect Core section 3.2.2.9",
                "the token came with another access token",
            ),
            Self::CHash => (
                "c_hash",
                INVALID_TOKEN,
                "OpenID Connect Core section 3.3.2.10",
                "the token came with another code",
            ),
            Self::LogoutEvents => (
                "logout_events",
                INVALID_REQUEST,
                "OpenID Connect Back-Channel Logout section 2.6",
                "the token tells of no logout",
            ),
            Self::LogoutNonce => (
                "logout_nonce",
                INVALID_REQUEST,
                "OpenID Connect Back-Channel Logout section 2.6",
                "the logout token has a nonce",
            ),
            Self::LogoutSubject => (
                "logout_subject",
                INVALID_REQUEST,
                "OpenID Connect Back-Channel Logout section 2.6",
                "the logout token names neither a person nor a session",
            ),
            Self::LogoutReplay => (
                "logout_replay",
                INVALID_REQUEST,
                "OpenID Connect Back-Channel Logout section 2.6",
                "the logout token was used before",
            ),
        };
        Meaning { name, status, error, section, description }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn every_rule_has_a_name_of_its_own_and_a_status_that_fits_its_error() {
        let names: HashSet<_> = Rule::ALL.iter().map(|rule| rule.as_str()).collect();
        assert_eq!(names.len(), Rule::ALL.len());
        for rule in Rule::ALL {
            let Meaning { status, error, description, .. } = rule.meaning();
            assert!(description.bytes().all(|byte| byte.is_ascii() && byte != b'"' && byte != b'\\'));
            match error {
                None => assert!(matches!(status, 401 | 503)),
                Some("invalid_request") => assert_eq!(status, 400),
                Some("insufficient_scope") => assert_eq!(status, 403),
                Some(_) => assert_eq!(status, 401),
            }
        }
    }
}
