//! The tables, one file each.

mod access_token;
mod algorithms;
mod certificates;
mod challenges;
mod claims;
mod details;
mod documented;
mod dpop;
mod dpop_binding;
mod dpop_claims;
mod dpop_nonce;
mod encrypted;
mod given_keys;
mod hosts;
mod id_token_expectations;
mod id_tokens;
mod introspection;
mod introspection_kept;
mod issuers;
mod key_cache;
mod key_sets;
mod logout_tokens;
mod profiles;
mod recorded;
mod requirement_claims;
mod requirements;
mod revocation_feeds;
mod revocations;
mod rfc_examples;
mod secrets;
mod settings;
mod settings_parts;
mod signatures;
mod structure;
mod verified_tokens;
mod wycheproof;

use std::sync::OnceLock;

use crate::case::Case;

/// Name, section and cases of a file.
type File = (&'static str, &'static str, Vec<Case>);

/// Every file.
pub(crate) fn files() -> &'static [File] {
    static FILES: OnceLock<Vec<File>> = OnceLock::new();
    FILES.get_or_init(|| {
        vec![
            ("access_token", "RFC 9068 section 4: access tokens", access_token::cases()),
            ("algorithms", "RFC 8725 sections 3.1 to 3.3: algorithms and keys", algorithms::cases()),
            ("signatures", "RFC 7518 section 3, RFC 8037: signatures at the edges", signatures::cases()),
            ("structure", "RFC 7515: the compact serialization and its header", structure::cases()),
            ("claims", "RFC 7519 sections 4 and 4.1: claims", claims::cases()),
            ("challenges", "RFC 6750 section 3, RFC 9470, RFC 9728: challenges", challenges::cases()),
            ("requirements", "What a route asks for", requirements::cases()),
            ("requirement_claims", "What a route asks for, further", requirement_claims::cases()),
            ("dpop", "RFC 9449: DPoP proofs", dpop::cases()),
            ("dpop_claims", "RFC 9449 section 4.2: claims of DPoP proofs", dpop_claims::cases()),
            (
                "dpop_binding",
                "RFC 9449 sections 6.1, 7, 11.1: replay, schemes, binding",
                dpop_binding::cases(),
            ),
            ("dpop_nonce", "RFC 9449 section 9: nonces", dpop_nonce::cases()),
            ("certificates", "RFC 8705 section 3: certificates", certificates::cases()),
            ("id_tokens", "OpenID Connect Core 3.1.3.7: ID tokens", id_tokens::cases()),
            ("id_token_expectations", "What an ID token has to agree with", id_token_expectations::cases()),
            (
                "logout_tokens",
                "OpenID Connect Back-Channel Logout 2.6: logout tokens",
                logout_tokens::cases(),
            ),
            ("key_sets", "RFC 7517, Discovery, RFC 8414: key sets and metadata", key_sets::cases()),
            ("key_cache", "How long keys are kept", key_cache::cases()),
            ("profiles", "RFC 7519: tokens as well-known servers issue them", profiles::cases()),
            ("details", "What a refusal says to the log of the service", details::cases()),
            ("given_keys", "Keys and secrets that the settings give", given_keys::cases()),
            ("issuers", "RFC 7519 section 4.1.1: several issuers", issuers::cases()),
            ("hosts", "Issuers and used proofs that the host knows", hosts::cases()),
            ("settings", "Settings that are refused", settings::cases()),
            ("settings_parts", "Parts of settings that are refused", settings_parts::cases()),
            ("secrets", "RFC 7518 section 3.2: HS256, HS384, HS512", secrets::cases()),
            ("introspection", "RFC 7662: introspection", introspection::cases()),
            (
                "introspection_kept",
                "RFC 7662: how long answers are kept, and where they come from",
                introspection_kept::cases(),
            ),
            ("revocations", "The feed of revoked tokens", revocations::cases()),
            ("revocation_feeds", "The feed of revoked tokens: freshness", revocation_feeds::cases()),
            ("verified_tokens", "The cache of verified tokens", verified_tokens::cases()),
            ("encrypted", "RFC 7516: encrypted tokens", encrypted::cases()),
            ("rfc_examples", "Examples of RFC 7515, 7519, 7520, 8037, 9449", rfc_examples::cases()),
            ("documented", "Tokens in the forms that other services document", documented::cases()),
            ("recorded", "Tokens of other providers, as they were recorded", recorded::cases()),
            ("wycheproof", "Project Wycheproof: JSON Web Signature, Key, Encryption", wycheproof::cases()),
        ]
    })
}
