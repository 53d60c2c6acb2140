//! The password of an account, as an operator gives it.

use std::io::{self, Read as _, Write as _};

use clap::Args;
use zeroize::Zeroizing;

use crate::accounts::password::{MAX_LENGTH, hash_now};
use crate::cli::Failure;
use crate::cli::office::Office;

/// A shorter password is taken, with a warning (ASVS 6.2.1): the operator decides.
const SHORT: usize = 8;

/// Where the password comes from; without either, none is set.
#[derive(Debug, Args)]
#[group(multiple = false)]
pub(super) struct PasswordArgs {
    /// The password; --password-stdin is safer
    #[arg(long, value_name = "PASSWORD")]
    password: Option<Password>,
    /// Read the password from standard input, without the end of its line
    #[arg(long)]
    password_stdin: bool,
}

/// A password that does not print.
#[derive(Clone)]
struct Password(Zeroizing<String>);

impl From<String> for Password {
    fn from(text: String) -> Self {
        Self(Zeroizing::new(text))
    }
}

impl std::fmt::Debug for Password {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Password")
    }
}

impl PasswordArgs {
    /// The hash of the password, if there is one.
    pub(super) fn hash(self, office: &Office) -> Result<Option<String>, Failure> {
        let password = match self.password {
            Some(Password(password)) => password,
            None if self.password_stdin => read()?,
            None => return Ok(None),
        };
        if password.is_empty() {
            return Err(Failure::new("the password must not be empty"));
        }
        if password.len() > MAX_LENGTH {
            return Err(Failure::new(format!("the password must have at most {MAX_LENGTH} bytes")));
        }
        if password.chars().count() < SHORT {
            let _ = writeln!(
                io::stderr(),
                "warning: a password of fewer than {SHORT} characters is easily guessed"
            );
        }
        Ok(Some(hash_now(&password, &office.cost, &office.rng)))
    }
}

fn read() -> Result<Zeroizing<String>, Failure> {
    let mut text = Zeroizing::new(String::new());
    // One byte more than is taken, so that a longer one is seen, and the end of a line.
    let most = MAX_LENGTH as u64 + 3;
    let read = io::stdin().take(most).read_to_string(&mut text);
    read.map_err(|error| Failure::new(format!("the password could not be read: {error}")))?;
    let line = text.strip_suffix('\n').map_or(text.as_str(), |line| line.strip_suffix('\r').unwrap_or(line));
    Ok(Zeroizing::new(line.to_owned()))
}
