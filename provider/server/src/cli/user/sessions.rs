//! `credenza user sessions`: where a user is signed in.

use clap::Subcommand;
use credenza_protocol::ids::SessionId;
use credenza_protocol::session::Session;
use schemars::JsonSchema;
use serde::Serialize;

use crate::admin::Outcome;
use crate::cli::Failure;
use crate::cli::door::Site;
use crate::cli::outcome::Subject;
use crate::cli::output::Answer;
use crate::cli::which::WhichUser;

#[derive(Debug, Subcommand)]
pub(super) enum SessionVerb {
    /// List the sessions of a user, the newest first
    List(WhichUser),
    /// End one session, and revoke what was granted in it
    End {
        #[command(flatten)]
        which: WhichUser,
        /// Its sid, as the list shows it
        #[arg(long, value_name = "SID")]
        sid: String,
    },
    /// End every session of a user
    EndAll(WhichUser),
}

/// The sessions of a user.
#[derive(Debug, Serialize, JsonSchema)]
struct SessionsBody {
    sessions: Vec<SessionBody>,
}

/// A session, with the name of the place in one piece.
#[derive(Debug, Serialize, JsonSchema)]
struct SessionBody {
    #[serde(flatten)]
    session: Session,
    /// Where the person was when they signed in, in English.
    place_name: Option<String>,
}

impl From<Session> for SessionBody {
    fn from(session: Session) -> Self {
        Self { place_name: session.place.as_ref().and_then(|place| place.name("en")), session }
    }
}

/// How many sessions were ended.
#[derive(Debug, Serialize, JsonSchema)]
struct EndedBody {
    ended: u64,
}

impl SessionVerb {
    pub(super) async fn run(self, site: &Site<'_>) -> Result<Answer, Failure> {
        match self {
            Self::List(which) => {
                let user = which.of(site).await?;
                let sessions = site.sessions(&user.user_id).await?;
                let sessions = sessions.into_iter().map(SessionBody::from).collect();
                Answer::list(
                    &SessionsBody { sessions },
                    &["sid", "last_seen_at", "expires_at", "place_name", "user_agent"],
                )
            }
            Self::End { which, sid } => {
                let user = which.of(site).await?;
                let session = SessionId::new(sid.as_str());
                match site.end_session(&user.user_id, &session).await? {
                    Outcome::Done(()) => Answer::done(&EndedBody { ended: 1 }, "ended 1 session"),
                    _ => Err(Failure::new(format!(
                        "{:?} has no session {sid:?}: `credenza user sessions list` shows those that there are",
                        user.username
                    ))),
                }
            }
            Self::EndAll(which) => {
                let user = which.of(site).await?;
                let ended = site.end_sessions(&user.user_id).await?;
                let ended = Subject::user(&user.username).accept(ended)?;
                Answer::done(&EndedBody { ended }, &format!("ended {ended} sessions"))
            }
        }
    }
}
