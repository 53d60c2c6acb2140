//! A whole set-up, here and there. It is the same comparison: there, the server makes it.

use super::Door;
use crate::apply::{self, Failed, Fault, Mode, Report, SetUp};
use crate::cli::Failure;
use crate::cli::remote::Asked;

/// Why a set-up was not carried out, or not as a whole.
pub(in crate::cli) enum Refused {
    /// The file cannot be what there is to be; nothing was written.
    Faults(Vec<Fault>),
    /// Something failed in the middle; the sentence says what was done before.
    Halfway(String),
}

impl Door<'_> {
    /// Carries it out, or compares it with what there is.
    pub(in crate::cli) async fn apply(
        self,
        set_up: SetUp,
        mode: Mode,
    ) -> Result<Result<Report, Refused>, Failure> {
        match self {
            Self::Here(installation) => Ok(match apply::run(&installation.admin(), &set_up, mode).await {
                Ok(report) => Ok(report),
                Err(Failed::Faults(faults)) => Err(Refused::Faults(faults)),
                Err(failed @ Failed::Halfway(..)) => Err(Refused::Halfway(failed.to_string())),
            }),
            Self::There(remote) => {
                let asked = Asked::of("applySetUp").body(&set_up.into_members())?;
                let asked = if mode == Mode::Compare { asked.query("dry_run", true) } else { asked };
                let fault = |(pointer, why): (String, String)| Fault::at_pointer(&pointer, why);
                let judged = remote.own().judged(asked).await?;
                Ok(judged.map_err(|values| Refused::Faults(values.into_iter().map(fault).collect())))
            }
        }
    }
}
