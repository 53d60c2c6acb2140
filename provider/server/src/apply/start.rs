//! A file that is applied when a server starts (the setting `apply`). Of several servers that start at once one applies it,
//! and the others find nothing left to do.

use std::path::Path;
use std::time::Duration;

use credenza_protocol::time::Seconds;
use credenza_storage::{Store, StoreError};

use super::{Failed, Format, Mode, SetUp, run};
use crate::admin::Administration;
use crate::clock::Clock;
use crate::config::Config;
use crate::rng::{self, Rng};

/// The lease of whoever applies.
const LEASE: &str = "apply";
/// How long it lasts when its holder dies. It keeps servers from doing the same work, and nothing depends on it: each
/// write names the version that it is based on.
const LASTS: Seconds = Seconds(60);
/// Between two tries to get it.
const PAUSE: Duration = Duration::from_millis(200);

/// Why a server does not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The file was not carried out; the text says why, and what was done until then.
    #[error("{0}")]
    Refused(String),
    /// The store failed.
    #[error(transparent)]
    Store(StoreError),
}

impl StartError {
    fn refused(file: &Path, failed: &Failed) -> Self {
        Self::Refused(format!("{}: {failed}", file.display()))
    }
}

/// Reads the file, which says what is wrong with it by itself.
///
/// # Errors
/// [`StartError::Refused`].
pub fn read(file: &Path) -> Result<SetUp, StartError> {
    let variable = |name: &str| std::env::var_os(name);
    SetUp::read_file(file, Format::of(file), &variable)
        .map_err(|faults| StartError::refused(file, &Failed::Faults(faults)))
}

/// Applies the file before the server listens.
///
/// # Errors
/// [`StartError`].
pub async fn at_start(
    file: &Path,
    config: &Config,
    store: &Store,
    clock: &dyn Clock,
    rng: &dyn Rng,
) -> Result<(), StartError> {
    let set_up = read(file)?;
    let holder = rng::id(rng);
    while !store.leases.take(LEASE, &holder, LASTS, clock.now()).await.map_err(StartError::Store)? {
        tokio::time::sleep(PAUSE).await;
    }
    let applied =
        run(&Administration::of_config(config, store, rng, clock.now()), &set_up, Mode::Apply).await;
    store.leases.release(LEASE, &holder).await.map_err(StartError::Store)?;
    let report = applied.map_err(|failed| StartError::refused(file, &failed))?;
    for step in &report.steps {
        tracing::info!(
            action = step.action.as_str(),
            noun = &*step.noun,
            tenant = step.tenant.as_str(),
            name = step.name.as_str(),
            "applied"
        );
    }
    Ok(())
}
