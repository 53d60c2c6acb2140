//! The secret of a client, as an operator gives it.

use std::io::{self, Write as _};
use std::path::PathBuf;

use clap::Args;
use credenza_protocol::secret::Secret;

use crate::cli::{Failure, files};

/// More than any secret may have, so that a longer one is refused and not cut.
const MOST: usize = 4096;
/// Below this, in bytes, a secret can hardly have 128 bits of randomness.
const SHORT: usize = 22;

/// Where the secret comes from; without the option, it is made here.
#[derive(Debug, Args)]
pub(super) struct SecretArgs {
    /// Read its secret from a file, without the line break at its end, instead of generating one
    #[arg(long, value_name = "FILE")]
    client_secret_file: Option<PathBuf>,
}

impl SecretArgs {
    /// The secret, if one is given. A short one is accepted with a warning: the operator decides.
    pub(super) fn read(self) -> Result<Option<Secret>, Failure> {
        let Some(file) = self.client_secret_file else { return Ok(None) };
        let text = files::line("--client-secret-file", &file, MOST)?;
        if text.len() < SHORT {
            let _ =
                writeln!(io::stderr(), "warning: a secret of fewer than {SHORT} characters can be guessed");
        }
        Ok(Some(Secret::presented(text.as_str())))
    }
}
