//! `credenza admin`: which people may administer what.

use clap::{Args, Subcommand};
use credenza_protocol::admin_roles::{Assignment, Role};
use credenza_protocol::ids::UserId;
use credenza_protocol::user::User;
use schemars::JsonSchema;
use serde::Serialize;

use super::door::{Door, Site};
use super::outcome::Subject;
use super::output::Answer;
use super::values::role;
use super::{Common, Failure};
use crate::admin::Outcome;

mod command_line;

use command_line::CliVerb;

const EXAMPLES: &str = "\
Examples:
  credenza admin grant ada owner --installation
      The first owner: ada may do everything by the admin API, at every tenant
  credenza admin grant --tenant acme bob support_admin
      bob looks after the accounts of one tenant
  credenza admin list
  credenza admin revoke bob support_admin --tenant acme
      At once, with the tokens that bob has
  credenza admin cli enable
      From now on, ada can work from her own machine: credenza login --server https://id.example.com";

/// `credenza admin …`
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Admins {
    #[command(flatten)]
    pub(super) common: Common,
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Give a user a role
    Grant(Which),
    /// Take a role away from a user
    Revoke(Which),
    /// List the roles that were given
    List,
    /// Signing in from the command line, by `credenza login`
    #[command(subcommand)]
    Cli(CliVerb),
}

#[derive(Debug, Args)]
struct Which {
    /// The user, by username
    user: String,
    /// The role
    #[arg(value_parser = role())]
    role: Role,
    /// USER is an id, the sub of tokens, and not a username
    #[arg(long)]
    by_id: bool,
    /// In the whole installation, and not at this tenant alone; only for users of the default tenant
    #[arg(long)]
    installation: bool,
}

/// The roles that were given.
#[derive(Debug, Serialize, JsonSchema)]
struct RolesBody {
    roles: Vec<Assignment>,
}

/// A role that was taken away.
#[derive(Debug, Serialize, JsonSchema)]
struct RevokedBody {
    revoked: Role,
    user_id: UserId,
}

impl Admins {
    pub(super) async fn run(self, door: Door<'_>) -> Result<Answer, Failure> {
        let site = door.at(&self.common.tenant).await?;
        match self.verb {
            Verb::Grant(which) => grant(&site, which).await,
            Verb::Revoke(which) => revoke(&site, which).await,
            Verb::List => {
                let roles = site.admin_roles().await?;
                Answer::list(&RolesBody { roles }, &["user_id", "role", "installation", "created_at"])
            }
            Verb::Cli(verb) => verb.run(&site).await,
        }
    }
}

async fn grant(site: &Site<'_>, which: Which) -> Result<Answer, Failure> {
    let user = which.find(site).await?;
    let granted = site.grant_admin_role(&user.user_id, which.role, which.installation).await?;
    Answer::record(&Subject::user(&user.username).accept(granted)?)
}

async fn revoke(site: &Site<'_>, which: Which) -> Result<Answer, Failure> {
    let User { user_id, username, .. } = which.find(site).await?;
    let role = which.role;
    let revoked = site.revoke_admin_role(&user_id, role, which.installation).await?;
    if let Outcome::Absent = revoked {
        let reach = if which.installation { "in the whole installation" } else { "at this tenant" };
        return Err(Failure::new(format!("{username:?} is not {} {reach}", role.as_str())));
    }
    Subject::user(&username).accept(revoked)?;
    let text = format!("{username} is no longer {}", role.as_str());
    Answer::done(&RevokedBody { revoked: role, user_id }, &text)
}

impl Which {
    async fn find(&self, site: &Site<'_>) -> Result<User, Failure> {
        let found = match self.by_id {
            true => site.user(&UserId::new(&*self.user)).await?,
            false => site.user_named(&self.user).await?,
        };
        found.ok_or_else(|| Subject::user(&self.user).absent())
    }
}
