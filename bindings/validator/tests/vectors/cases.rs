//! The tables, one file each.

mod access_token;
mod challenges;
mod dpop;
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
            ("challenges", "RFC 6750 section 3, RFC 9470, RFC 9728: challenges", challenges::cases()),
            ("dpop", "RFC 9449: DPoP proofs", dpop::cases()),
            ("wycheproof", "Project Wycheproof: JSON Web Signature, Key, Encryption", wycheproof::cases()),
        ]
    })
}
