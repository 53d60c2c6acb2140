//! `credenza key reseal`: every secret encrypted anew after the master key was changed.

use schemars::JsonSchema;
use serde::Serialize;

use crate::admin::keys::{self, Resealed};
use crate::cli::Failure;
use crate::cli::installation::Installation;
use crate::cli::output::Answer;
use crate::keys::reseal::Survey;

/// How many of the values that cannot be decrypted a message lists at most.
const LISTED: usize = 10;

/// What was done.
#[derive(Debug, Serialize, JsonSchema)]
struct ResealedBody {
    /// Values that were encrypted anew now.
    resealed: u64,
    /// Values under the current master key.
    current: u64,
    /// Values that are still under a previous one.
    waiting: u64,
}

/// Encrypts anew, or with `check` only looks.
pub(super) async fn run(installation: &Installation, check: bool) -> Result<Answer, Failure> {
    let Resealed { resealed, survey } = keys::reseal(&installation.admin(), check).await?;
    refuse_lost(&survey)?;
    let body = ResealedBody { resealed, current: survey.current, waiting: survey.waiting };
    let text = format!(
        "encrypted anew: {resealed}; under the current master key: {}; still under a previous one: {}",
        body.current, body.waiting
    );
    Answer::done(&body, &text)
}

/// An error if something can be decrypted with none of the keys; it lists what that is.
pub(in crate::cli) fn refuse_lost(survey: &Survey) -> Result<(), Failure> {
    if survey.lost.is_empty() {
        return Ok(());
    }
    let names: Vec<_> = survey.lost.iter().take(LISTED).map(ToString::to_string).collect();
    let more = if survey.lost.len() > LISTED { ", …" } else { "" };
    Err(Failure::new(format!(
        "{} sealed values open under none of the master keys ({} do): {}{more}. Name the key that they were \
         sealed under in master_keys_previous",
        survey.lost.len(),
        survey.current + survey.waiting,
        names.join(", "),
    )))
}
