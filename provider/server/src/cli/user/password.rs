//! The password of an account, as an operator gives it.

use std::io::{self, Read as _, Write as _};
use std::path::PathBuf;

use clap::Args;
use credenza_protocol::password::LONGEST_BYTES;
use zeroize::Zeroizing;

use crate::accounts::password::{Password, SHORT};
use crate::admin::users::GivenPassword;
use crate::cli::{Failure, files};

/// The longest hash, in bytes.
const LONGEST_HASH: usize = 4096;

/// Where the password comes from; without an option, none is set.
#[derive(Debug, Args)]
#[group(multiple = false)]
pub(super) struct PasswordArgs {
    /// The password; --password-stdin is safer
    #[arg(long, value_name = "PASSWORD")]
    password: Option<Password>,
    /// Read the password from standard input, without the line break at its end
    #[arg(long)]
    password_stdin: bool,
    /// Read the password from a file, without the line break at its end
    #[arg(long, value_name = "FILE")]
    password_file: Option<PathBuf>,
    /// Read from a file how another provider has hashed the password (argon2, bcrypt, scrypt, PBKDF2 and others), without
    /// the line break at its end; the password is hashed anew when it is first used
    #[arg(long, value_name = "FILE")]
    password_hash_file: Option<PathBuf>,
}

impl PasswordArgs {
    /// The password, if there is one. A short one is accepted with a warning: the operator decides.
    pub(super) fn read(self) -> Result<Option<GivenPassword>, Failure> {
        if let Some(file) = self.password_hash_file {
            let hash = files::line("--password-hash-file", &file, LONGEST_HASH)?;
            return Ok(Some(GivenPassword::Hash(hash.to_string())));
        }
        let password = match self.password {
            Some(password) => password,
            None if self.password_stdin => from_stdin()?,
            None => match self.password_file {
                Some(file) => files::line("--password-file", &file, LONGEST_BYTES)?.as_str().into(),
                None => return Ok(None),
            },
        };
        if password.is_short() {
            let _ = writeln!(
                io::stderr(),
                "warning: a password of fewer than {SHORT} characters is easily guessed"
            );
        }
        Ok(Some(GivenPassword::Plain(password)))
    }
}

fn from_stdin() -> Result<Password, Failure> {
    let mut text = Zeroizing::new(String::new());
    // One byte more than a password may have, so that a longer one is noticed, and a line break.
    let most = LONGEST_BYTES as u64 + 3;
    let read = io::stdin().take(most).read_to_string(&mut text);
    read.map_err(|error| {
        Failure::new(format!("the password could not be read: {error}; give it by --password-file"))
    })?;
    Ok(files::without_line_break(&text).into())
}
