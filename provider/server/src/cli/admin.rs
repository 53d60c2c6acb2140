//! `credenza admin`: which people may administer what.

use clap::{Args, Subcommand};
use credenza_protocol::admin_roles::{Assignment, Role};
use credenza_protocol::ids::UserId;
use credenza_protocol::tenant::Tenant;
use credenza_protocol::user::User;
use schemars::JsonSchema;
use serde::Serialize;

use super::installation::Installation;
use super::outcome::Subject;
use super::output::Answer;
use super::values::role;
use super::{Common, Failure};
use crate::admin::{Outcome, admin_roles, users};

const EXAMPLES: &str = "\
Examples:
  credenza admin grant ada owner --installation
      The first owner: ada may do everything by the admin API, at every tenant
  credenza admin grant --tenant acme bob support_admin
      bob looks after the accounts of one tenant
  credenza admin list
  credenza admin revoke bob support_admin --tenant acme
      At once, with the tokens that bob has";

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
    pub(super) async fn run(self, installation: &Installation) -> Result<Answer, Failure> {
        let tenant = installation.tenant(&self.common.tenant).await?;
        match self.verb {
            Verb::Grant(which) => grant(installation, &tenant, which).await,
            Verb::Revoke(which) => revoke(installation, &tenant, which).await,
            Verb::List => {
                let roles = admin_roles::list(&installation.admin(), &tenant.tenant_id).await?;
                Answer::list(&RolesBody { roles }, &["user_id", "role", "installation", "created_at"])
            }
        }
    }
}

async fn grant(installation: &Installation, tenant: &Tenant, which: Which) -> Result<Answer, Failure> {
    let user = which.find(installation, tenant).await?;
    let granted =
        admin_roles::grant(&installation.admin(), tenant, &user.user_id, which.role, which.installation)
            .await?;
    Answer::record(&Subject::user(&user.username).accept(granted)?)
}

async fn revoke(installation: &Installation, tenant: &Tenant, which: Which) -> Result<Answer, Failure> {
    let User { user_id, username, .. } = which.find(installation, tenant).await?;
    let (admin, role) = (installation.admin(), which.role);
    let revoked = admin_roles::revoke(&admin, &tenant.tenant_id, &user_id, role, which.installation).await?;
    if let Outcome::Absent = revoked {
        let reach = if which.installation { "in the whole installation" } else { "at this tenant" };
        return Err(Failure::new(format!("{username:?} is not {} {reach}", role.as_str())));
    }
    Subject::user(&username).accept(revoked)?;
    let text = format!("{username} is no longer {}", role.as_str());
    Answer::done(&RevokedBody { revoked: role, user_id }, &text)
}

impl Which {
    async fn find(&self, installation: &Installation, tenant: &Tenant) -> Result<User, Failure> {
        let admin = installation.admin();
        let found = match self.by_id {
            true => users::find(&admin, &tenant.tenant_id, &UserId::new(&*self.user)).await?,
            false => users::find_by_username(&admin, &tenant.tenant_id, &self.user).await?,
        };
        found.ok_or_else(|| Subject::user(&self.user).absent())
    }
}
