//! `credenza restored`: a backup of the database was put in place.

use credenza_protocol::time::Time;
use schemars::JsonSchema;
use serde::Serialize;

use super::Failure;
use super::installation::Installation;
use super::output::Answer;
use crate::admin::restores;

/// `credenza restored`
#[derive(Debug, clap::Args)]
pub(super) struct Restored {
    /// Print one JSON object, for scripts
    #[arg(long)]
    pub(super) json: bool,
}

/// What was noted.
#[derive(Debug, Serialize, JsonSchema)]
struct RestoredBody {
    restored_at: Time,
}

impl Restored {
    pub(super) async fn run(self, installation: &Installation) -> Result<Answer, Failure> {
        let restored_at = restores::note(&installation.admin()).await?;
        let text = "noted: clients that were given newer tokens than the backup knows sign in again, without an alarm";
        Answer::done(&RestoredBody { restored_at }, text)
    }
}
