//! `credenza key import`: a private key that was made elsewhere.

use std::fs::File;
use std::io::{self, Read};

use clap::Args;
use credenza_protocol::ids::TenantId;
use credenza_protocol::time::{Seconds, Time};
use credenza_validator::Algorithm;
use zeroize::Zeroizing;

use super::{AHEAD, Ring, make};
use crate::cli::office::Office;
use crate::cli::output::Answer;
use crate::cli::{Failure, values};
use crate::keys::{self, Birth, FIRST_ALGORITHMS, pem};

/// No key is longer, whatever the file is.
const LONGEST_FILE: u64 = 65_536;

/// What is imported.
#[derive(Debug, Args)]
pub(super) struct Import {
    /// The one algorithm that it is for
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
    pub(super) async fn run(self, office: &Office, tenant: &TenantId) -> Result<Answer, Failure> {
        let master_keys = office.need_master_key("a key")?;
        let text = read(&self.file)?;
        let wrong = |error: &dyn std::fmt::Display| Failure::new(format!("{}: {error}", self.file));
        let private = pem::private_key(self.algorithm, &text).map_err(|error| wrong(&error))?;
        let ring = Ring::load(office, tenant).await?;
        let now = ring.now;
        let ahead = if ring.signer(self.algorithm).is_some() { AHEAD } else { Seconds(0) };
        let birth = Birth { now, active_at: self.active_at.unwrap_or(now + ahead) };
        let record = keys::adopt(tenant, self.algorithm, &private, birth, master_keys, &office.rng)
            .map_err(|error| wrong(&error))?;
        let kid = record.kid.clone();
        let made = if ring.records.is_empty() {
            // A server makes a tenant's first keys only where there are none, so the others are made here.
            let others = FIRST_ALGORITHMS.into_iter().filter(|other| *other != self.algorithm);
            let mut first: Vec<_> = others
                .map(|other| make(office, tenant, other, Birth { now, active_at: now }))
                .collect::<Result<_, _>>()?;
            first.push(record);
            office.store.keys.create_first(tenant, first).await?
        } else {
            office.store.keys.create(tenant, record).await?
        };
        if !made {
            return Err(Failure::new(format!("this key is here already, as {kid}")));
        }
        Ring::load(office, tenant).await?.show(&kid)
    }
}

fn read(file: &str) -> Result<Zeroizing<Vec<u8>>, Failure> {
    let mut text = Zeroizing::new(Vec::new());
    let done = match file {
        "-" => io::stdin().lock().take(LONGEST_FILE).read_to_end(&mut text),
        path => File::open(path).and_then(|opened| opened.take(LONGEST_FILE).read_to_end(&mut text)),
    };
    done.map(|_| text).map_err(|error| Failure::new(format!("{file}: {error}")))
}
