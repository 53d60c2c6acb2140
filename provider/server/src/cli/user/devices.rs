//! `credenza user devices`: where a user has native applications.

use clap::Subcommand;
use credenza_protocol::device::Device;
use credenza_protocol::ids::DeviceId;
use schemars::JsonSchema;
use serde::Serialize;

use crate::admin::Outcome;
use crate::cli::Failure;
use crate::cli::door::Site;
use crate::cli::outcome::Subject;
use crate::cli::output::Answer;
use crate::cli::which::WhichUser;

#[derive(Debug, Subcommand)]
pub(super) enum DeviceVerb {
    /// List the devices that applications have registered for a user
    List(WhichUser),
    /// Remove one: it gets no more messages; what the application was granted on it stays
    Remove {
        #[command(flatten)]
        which: WhichUser,
        /// Its id, as the list shows it
        #[arg(long, value_name = "ID")]
        id: String,
    },
}

/// The devices of a user.
#[derive(Debug, Serialize, JsonSchema)]
struct DevicesBody {
    devices: Vec<Device>,
}

/// How many were removed.
#[derive(Debug, Serialize, JsonSchema)]
struct RemovedBody {
    removed: u32,
}

impl DeviceVerb {
    pub(super) async fn run(self, site: &Site<'_>) -> Result<Answer, Failure> {
        match self {
            Self::List(which) => {
                let user = which.of(site).await?;
                let devices = site.devices(&user.user_id).await?;
                Answer::list(
                    &DevicesBody { devices },
                    &["device_id", "name", "platform", "client_id", "created_at", "updated_at"],
                )
            }
            Self::Remove { which, id } => {
                let user = which.of(site).await?;
                let wanted = DeviceId::new(id.as_str());
                match site.remove_device(&user.user_id, &wanted).await? {
                    Outcome::Absent => Err(Failure::new(format!(
                        "{:?} has no device {id:?}: `credenza user devices list` shows those that there are",
                        user.username
                    ))),
                    other => {
                        Subject::user(&user.username).accept(other)?;
                        Answer::done(&RemovedBody { removed: 1 }, "removed 1 device")
                    }
                }
            }
        }
    }
}
