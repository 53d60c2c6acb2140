//! A change of the master key: everything in the database that is encrypted is encrypted anew under the current one.

use crate::admin::{Administration, Error};
use crate::keys::reseal::{self, Survey};

/// Passes at most: one more is needed where somebody changed something during the one before.
const PASSES: usize = 3;

/// What was encrypted anew, and what there is.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Resealed {
    /// Values that were encrypted anew now.
    pub resealed: u64,
    /// What there is afterwards.
    pub survey: Survey,
}

/// Encrypts everything of every tenant anew; with `check`, it only looks.
///
/// # Errors
/// [`Error`]; what was done until then stays done.
pub async fn reseal(admin: &Administration<'_>, check: bool) -> Result<Resealed, Error> {
    let master_keys = admin.master_keys("what is encrypted in the database")?;
    let mut survey = reseal::survey(admin.store, master_keys).await?;
    let mut resealed = 0;
    for _ in 0..PASSES {
        if check || survey.waiting == 0 {
            break;
        }
        resealed += reseal::reseal(admin.store, master_keys, admin.rng).await?;
        survey = reseal::survey(admin.store, master_keys).await?;
    }
    Ok(Resealed { resealed, survey })
}
