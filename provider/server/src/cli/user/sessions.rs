//! `credenza user sessions`: where a user is signed in.

use clap::Subcommand;
use credenza_protocol::ids::{SessionId, TenantId};
use credenza_protocol::session::Session;
use schemars::JsonSchema;
use serde::Serialize;

use super::Which;
use crate::cli::Failure;
use crate::cli::office::Office;
use crate::cli::output::Answer;

#[derive(Debug, Subcommand)]
pub(super) enum SessionVerb {
    /// List the sessions of a user, the newest first
    List(Which),
    /// End one session, and revoke what was granted in it
    End {
        #[command(flatten)]
        which: Which,
        /// Its name, as the list shows it
        #[arg(long, value_name = "SID")]
        sid: String,
    },
    /// End every session of a user
    EndAll(Which),
}

/// The sessions of a user.
#[derive(Debug, Serialize, JsonSchema)]
struct SessionsBody {
    sessions: Vec<Session>,
}

/// How many sessions were ended.
#[derive(Debug, Serialize, JsonSchema)]
struct EndedBody {
    ended: u64,
}

impl SessionVerb {
    pub(super) async fn run(self, office: &Office, tenant: &TenantId) -> Result<Answer, Failure> {
        match self {
            Self::List(which) => {
                let user = which.find(office, tenant).await?;
                let sessions = office.store.sessions.list(tenant, &user.user_id, office.now()).await?;
                Answer::list(&SessionsBody { sessions }, &["sid", "last_seen_at", "expires_at", "user_agent"])
            }
            Self::End { which, sid } => {
                let user = which.find(office, tenant).await?;
                let sid = SessionId::new(sid);
                if !office.store.sessions.end(tenant, &user.user_id, &sid, office.now()).await? {
                    return Err(Failure::new(format!(
                        "{:?} has no session {:?}",
                        user.username,
                        sid.as_str()
                    )));
                }
                Answer::done(&EndedBody { ended: 1 }, "ended 1 session")
            }
            Self::EndAll(which) => {
                let user = which.find(office, tenant).await?;
                let ended = office.store.sessions.end_all(tenant, &user.user_id, office.now()).await?;
                Answer::done(&EndedBody { ended }, &format!("ended {ended} sessions"))
            }
        }
    }
}
