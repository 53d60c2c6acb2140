//! `credenza user sign-in-link`: a link by which a user signs in once, without a password.

use clap::Args;
use credenza_protocol::ids::ClientId;
use credenza_protocol::time::Seconds;

use crate::admin::sign_in_links::{LONGEST, NewLink};
use crate::cli::Failure;
use crate::cli::door::Site;
use crate::cli::outcome::Subject;
use crate::cli::output::Answer;
use crate::cli::which::WhichUser;

/// Which link is made.
#[derive(Debug, Args)]
pub(super) struct SignInLinkArgs {
    #[command(flatten)]
    which: WhichUser,
    /// The client to which the person goes on, by its initiate_login_uri or else its client_uri [default: their account]
    #[arg(long, value_name = "CLIENT_ID")]
    client_id: Option<String>,
    /// How long it is good [default: 600]
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(i64).range(1..=LONGEST.0))]
    expires_in: Option<i64>,
    /// The issuer, as people reach the server [default: that of the settings]
    #[arg(long, value_name = "URL")]
    issuer: Option<String>,
}

impl SignInLinkArgs {
    pub(super) async fn run(self, site: &Site<'_>) -> Result<Answer, Failure> {
        let user = self.which.of(site).await?;
        let new = NewLink {
            client_id: self.client_id.map(ClientId::new),
            expires_in: self.expires_in.map(Seconds),
        };
        let made = site.create_sign_in_link(&user, new, self.issuer).await?;
        let made = Subject::user(&user.username).accept(made)?;
        let url = made.url.clone().unwrap_or_default();
        Answer::done(&made, &url)
    }
}
