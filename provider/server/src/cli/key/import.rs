//! `credenza key import`: a private key that was generated elsewhere.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use clap::Args;
use credenza_protocol::ids::TenantId;
use credenza_protocol::time::Time;
use credenza_validator::Algorithm;
use zeroize::Zeroizing;

use crate::admin::Outcome;
use crate::admin::keys::{self, NewKey};
use crate::cli::installation::Installation;
use crate::cli::outcome::Subject;
use crate::cli::output::Answer;
use crate::cli::{Failure, files, values};
use crate::keys::pem;

/// No key is longer; more of a file is not read.
const LONGEST_FILE: u64 = 65_536;

/// What is imported.
#[derive(Debug, Args)]
pub(super) struct Import {
    /// The only algorithm that it is for
    #[arg(long, value_name = "ALG", value_parser = values::algorithm())]
    algorithm: Algorithm,
    /// A PEM file with the private key, not encrypted: PKCS#8, PKCS#1 or SEC1; - is standard input
    #[arg(long, value_name = "FILE")]
    file: String,
    /// When it begins to sign, as 2030-01-31T12:00:00Z or seconds since 1970 [default: in an hour, or at once
    /// if it is the first of its algorithm]
    #[arg(long, value_name = "TIME", value_parser = values::time)]
    active_at: Option<Time>,
}

impl Import {
    pub(super) async fn run(self, installation: &Installation, tenant: &TenantId) -> Result<Answer, Failure> {
        let Self { algorithm, file, active_at } = self;
        let text = read(&file)?;
        let private = pem::private_key(algorithm, &text).map_err(|error| {
            Failure::new(format!(
                "{file}: {error}; give one private key as PEM, not encrypted, of that algorithm"
            ))
        })?;
        let new = NewKey { algorithm, private: Some(private), active_at };
        match keys::create(&installation.admin(), tenant, new).await? {
            Outcome::Taken => {
                Err(Failure::new(format!("{file}: this key is here already: `credenza key list` shows it")))
            }
            created => Answer::record(&Subject::key(&file).accept(created)?),
        }
    }
}

fn read(file: &str) -> Result<Zeroizing<Vec<u8>>, Failure> {
    let mut text = Zeroizing::new(Vec::new());
    let done = match file {
        "-" => io::stdin().lock().take(LONGEST_FILE).read_to_end(&mut text),
        path => File::open(path).and_then(|opened| opened.take(LONGEST_FILE).read_to_end(&mut text)),
    };
    done.map(|_| text).map_err(|error| files::unreadable("--file", Path::new(file), &error))
}
