//! `credenza user authenticators`: passkeys, authenticator apps and recovery codes of a user.

use clap::Subcommand;
use credenza_protocol::authenticator::AuthenticatorKind;
use credenza_protocol::ids::AuthenticatorId;
use schemars::JsonSchema;
use serde::Serialize;

use crate::admin::Outcome;
use crate::cli::Failure;
use crate::cli::door::Site;
use crate::cli::outcome::Subject;
use crate::cli::output::Answer;
use crate::cli::values;
use crate::cli::which::WhichUser;

#[derive(Debug, Subcommand)]
pub(super) enum AuthenticatorVerb {
    /// List the passkeys and authenticator apps of a user
    List(WhichUser),
    /// Remove one; the user is told by mail
    Remove {
        #[command(flatten)]
        which: WhichUser,
        /// Its id, as the list shows it
        #[arg(long, value_name = "ID")]
        id: String,
    },
    /// Remove all of them, and the recovery codes, of a user who has lost them: ends every session, and tells them by mail
    Reset {
        #[command(flatten)]
        which: WhichUser,
        /// Those of one kind alone; the recovery codes go with the last factor
        #[arg(long, value_name = "KIND", value_parser = values::wire::<AuthenticatorKind>(AuthenticatorKind::ALL.map(AuthenticatorKind::as_str)))]
        kind: Option<AuthenticatorKind>,
    },
}

/// How many were removed.
#[derive(Debug, Serialize, JsonSchema)]
struct RemovedBody {
    removed: u32,
}

impl AuthenticatorVerb {
    pub(super) async fn run(self, site: &Site<'_>) -> Result<Answer, Failure> {
        match self {
            Self::List(which) => {
                let user = which.of(site).await?;
                let held = site.authenticators(&user).await?;
                Answer::list(&held, &["authenticator_id", "kind", "name", "created_at", "last_used_at"])
            }
            Self::Remove { which, id } => {
                let user = which.of(site).await?;
                let wanted = AuthenticatorId::new(id.as_str());
                match site.remove_authenticator(&user, &wanted).await? {
                    Outcome::Absent => Err(Failure::new(format!(
                        "{:?} has no authenticator {id:?}: `credenza user authenticators list` shows those that there are",
                        user.username
                    ))),
                    other => {
                        Subject::user(&user.username).accept(other)?;
                        Answer::done(&RemovedBody { removed: 1 }, "removed 1 authenticator")
                    }
                }
            }
            Self::Reset { which, kind } => {
                let user = which.of(site).await?;
                let removed = site.reset_authenticators(&user, kind).await?;
                let removed = Subject::user(&user.username).accept(removed)?;
                Answer::done(&RemovedBody { removed }, &format!("removed {removed} authenticators"))
            }
        }
    }
}
