//! `credenza key reseal`: everything sealed anew after the master key was changed.

use schemars::JsonSchema;
use serde::Serialize;

use crate::cli::Failure;
use crate::cli::office::Office;
use crate::cli::output::Answer;
use crate::keys::reseal::{self, Survey};

/// Passes at most: one more is needed where somebody changed something during the one before.
const PASSES: usize = 3;
/// Lost values that are named at most.
const NAMED: usize = 10;

/// What was done.
#[derive(Debug, Serialize, JsonSchema)]
struct ResealedBody {
    /// Values that were sealed anew now.
    resealed: u64,
    /// Values under the current master key.
    current: u64,
    /// Values that are still under a previous one.
    waiting: u64,
}

/// Seals anew, or with `check` only looks.
pub(super) async fn run(office: &Office, check: bool) -> Result<Answer, Failure> {
    let master_keys = office.need_master_key("what is sealed")?;
    let mut survey = reseal::survey(&office.store, master_keys).await?;
    let mut resealed = 0;
    for _ in 0..PASSES {
        if check || survey.waiting == 0 {
            break;
        }
        resealed += reseal::reseal(&office.store, master_keys, &office.rng).await?;
        survey = reseal::survey(&office.store, master_keys).await?;
    }
    found(&survey)?;
    let body = ResealedBody { resealed, current: survey.current, waiting: survey.waiting };
    let text = format!(
        "sealed anew: {resealed}; under the current master key: {}; still under a previous one: {}",
        body.current, body.waiting
    );
    Answer::done(&body, &text)
}

/// Refuses what opens under none of the keys, by name.
pub(in crate::cli) fn found(survey: &Survey) -> Result<(), Failure> {
    if survey.lost.is_empty() {
        return Ok(());
    }
    let names: Vec<_> = survey.lost.iter().take(NAMED).map(ToString::to_string).collect();
    let more = if survey.lost.len() > NAMED { ", …" } else { "" };
    Err(Failure::new(format!(
        "{} sealed values open under none of the master keys ({} do): {}{more}. Name the key that they were \
         sealed under in master_keys_previous",
        survey.lost.len(),
        survey.current + survey.waiting,
        names.join(", "),
    )))
}
