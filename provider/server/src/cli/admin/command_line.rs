//! `credenza admin cli`: whether people may sign in from the command line. The client for it is made here, and by nothing else.

use clap::Subcommand;
use credenza_protocol::client::Client;
use credenza_protocol::ids::ClientId;

use crate::admin::command_line::{CLIENT_ID, client};
use crate::cli::Failure;
use crate::cli::door::{ClientSecret, Site};
use crate::cli::outcome::Subject;
use crate::cli::output::Answer;

#[derive(Debug, Subcommand)]
pub(super) enum CliVerb {
    /// Let people sign in by `credenza login`: makes the client credenza-cli at the tenant, or brings it up to date. What
    /// they can do is what their roles bring
    Enable {
        /// The issuer of the installation, as people reach it [default: the setting issuer]
        #[arg(long, value_name = "URL")]
        issuer: Option<String>,
    },
    /// Let nobody sign in that way any more, at once; whoever has signed in is signed out
    Disable,
}

impl CliVerb {
    pub(super) async fn run(self, site: &Site<'_>) -> Result<Answer, Failure> {
        let id = ClientId::new(CLIENT_ID);
        let subject = Subject::client(CLIENT_ID);
        match self {
            Self::Enable { issuer } => {
                let wanted = client(&site.issuer(issuer)?);
                let Some(found) = site.client(&id).await? else {
                    let created =
                        site.create_client(wanted, &["scope", "application_type"], ClientSecret::Kept);
                    return Answer::record(&subject.accept(created.await?)?);
                };
                let renew = |client: &mut Client| {
                    *client = wanted;
                    Ok(())
                };
                let updated = subject.accept(site.update_client(&id, renew, ClientSecret::Kept).await?)?;
                match found.disabled_at {
                    Some(_) => Answer::record(&subject.accept(site.set_client_disabled(&id, false).await?)?),
                    None => Answer::record(&updated),
                }
            }
            Self::Disable => Answer::record(&subject.accept(site.set_client_disabled(&id, true).await?)?),
        }
    }
}
