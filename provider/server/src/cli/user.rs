//! `credenza user`: the people.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use credenza_protocol::ids::{TenantId, UserId};
use credenza_protocol::user::User;
use credenza_storage::Expected;
use schemars::JsonSchema;
use serde::Serialize;

use super::installation::Installation;
use super::outcome::Subject;
use super::output::Answer;
use super::which::WhichUser;
use super::{Common, Failure};
use crate::admin::users::{self, GivenPassword, NewUser};
use crate::admin::{Outcome, groups};

mod import;
mod password;
mod profile;
mod sessions;

use password::PasswordArgs;
use profile::{Known, Profile};
use sessions::SessionVerb;

const EXAMPLES: &str = "\
Examples:
  credenza user create --username ada --email ada@example.com --password-stdin < password.txt
      An account; a password on the command line itself can be seen by other users of the machine
  credenza user create --username ada --claims '{\"name\": \"Ada\", \"birthdate\": \"1990-12-10\"}'
      With claims by their names in OpenID Connect, and without a password for now
  credenza user create --user-id 248289761001 --username ada --password-file ada.txt
      With an id of your choice, so that the same set-up can be made again
  credenza user create --username ada --group engineering --attribute department='R&D'
      In a group, and with an attribute of the tenant's setting `attributes`
  credenza user update ada --password-stdin
      A new password; all of ada's sessions end
  credenza user import --dry-run people.ndjson
      What would become of people from another provider, a line of JSON each; without --dry-run they are stored
  credenza user export > people.ndjson
      Everybody, in the same form; with --password-hashes, so that nobody needs a new password
  credenza user unlock ada
      After many wrong passwords, somebody else's too, ada may try again at once
  credenza user sessions list --username ada
  credenza user sessions end --username ada --sid SID
  credenza user sessions end-all --username ada";

/// `credenza user …`
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Users {
    #[command(flatten)]
    pub(super) common: Common,
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Create an account; its id (sub) is printed
    #[command(after_help = EXAMPLES)]
    Create {
        /// The id of the account, the sub of tokens, as when it moves here from another provider; generated without it
        #[arg(long, value_name = "SUB", visible_alias = "sub")]
        user_id: Option<String>,
        /// What the person types to sign in; upper and lower case make no difference, nor do forms of one letter
        #[arg(long, value_name = "NAME")]
        username: String,
        #[command(flatten)]
        password: PasswordArgs,
        #[command(flatten)]
        profile: Box<Profile>,
        /// A group that they are put into; may be repeated
        #[arg(long = "group", value_name = "NAME")]
        groups: Vec<String>,
    },
    /// List the users
    List,
    /// Show a user
    Show(WhichUser),
    /// Change a user; a new password ends every session
    Update {
        #[command(flatten)]
        which: WhichUser,
        /// Another username
        #[arg(long, value_name = "NAME")]
        new_username: Option<String>,
        #[command(flatten)]
        password: PasswordArgs,
        #[command(flatten)]
        profile: Box<Profile>,
    },
    /// Create many users from a file, a JSON object in each line: username, and user_id, claims, attributes,
    /// password_hash, disabled and groups as needed. A line that is refused stops no other; users who are here already are left as they are. The
    /// exit code is 1 if any was refused
    #[command(after_help = EXAMPLES)]
    Import {
        /// The file, or - for standard input
        file: PathBuf,
        /// Check every line, and store nothing
        #[arg(long)]
        dry_run: bool,
    },
    /// Print every user in the form that import reads
    Export {
        /// With the hashes of their passwords: keep such a file as safe as the database
        #[arg(long)]
        password_hashes: bool,
    },
    /// Disable a user: their sessions end, and what they granted is revoked
    Disable(WhichUser),
    /// Enable a user again; they have to sign in again
    Enable(WhichUser),
    /// Forget the failed sign-ins of a user, so that the next attempt need not wait
    Unlock(WhichUser),
    /// Delete a user with all their data
    Delete(WhichUser),
    /// Sessions: where a user is signed in
    #[command(subcommand)]
    Sessions(SessionVerb),
}

/// Every user of a tenant.
#[derive(Debug, Serialize, JsonSchema)]
struct UsersBody {
    users: Vec<User>,
}

/// A user whose failed sign-ins were forgotten.
#[derive(Debug, Serialize, JsonSchema)]
struct UnlockedBody {
    unlocked: UserId,
}

/// A user who was deleted.
#[derive(Debug, Serialize, JsonSchema)]
struct DeletedBody {
    deleted: UserId,
}

impl Users {
    pub(super) async fn run(self, installation: &Installation) -> Result<Answer, Failure> {
        let found = installation.tenant(&self.common.tenant).await?;
        let tenant = found.tenant_id.clone();
        match self.verb {
            Verb::Create { user_id, username, password, profile, groups } => {
                let Known { claims, attributes } = profile.apply(Known::default(), &found.settings)?;
                let user_id = user_id.map(UserId::new);
                let new = NewUser { user_id, username, claims, attributes, password: None };
                create(installation, &tenant, new, password.read()?, groups).await
            }
            Verb::Import { file, dry_run } => import::import(installation, &tenant, &file, dry_run).await,
            Verb::Export { password_hashes } => import::export(installation, &tenant, password_hashes).await,
            Verb::List => list(installation, &tenant).await,
            Verb::Show(which) => Answer::record(&which.find(installation, &tenant).await?),
            Verb::Update { which, new_username, password, profile } => {
                let mut user = which.find(installation, &tenant).await?;
                user.username = new_username.unwrap_or(user.username);
                let known = Known { claims: user.claims, attributes: user.attributes };
                Known { claims: user.claims, attributes: user.attributes } =
                    profile.apply(known, &found.settings)?;
                update(installation, &tenant, user, password).await
            }
            Verb::Disable(which) => {
                let user = which.find(installation, &tenant).await?;
                set_disabled(installation, &tenant, user, true).await
            }
            Verb::Enable(which) => {
                let user = which.find(installation, &tenant).await?;
                set_disabled(installation, &tenant, user, false).await
            }
            Verb::Unlock(which) => {
                let user = which.find(installation, &tenant).await?;
                unlock(installation, &tenant, user).await
            }
            Verb::Delete(which) => {
                let user = which.find(installation, &tenant).await?;
                delete(installation, &tenant, user).await
            }
            Verb::Sessions(verb) => verb.run(installation, &found).await,
        }
    }
}

/// The groups are looked up first: where one is not there, nothing is made.
async fn create(
    installation: &Installation,
    tenant: &TenantId,
    new: NewUser,
    given: Option<GivenPassword>,
    groups: Vec<String>,
) -> Result<Answer, Failure> {
    let (admin, username) = (installation.admin(), new.username.clone());
    let mut found = vec![];
    for name in &groups {
        let group = groups::find_by_name(&admin, tenant, name).await?;
        found.push(group.ok_or_else(|| Subject::group(name).absent())?);
    }
    let user = accepted(&username, users::create_with(&admin, tenant, new, given).await?)?;
    for group in found {
        let added = groups::add(&admin, tenant, &group.group_id, &user.user_id).await?;
        Subject::group(&group.name).accept(added)?;
    }
    Answer::record(&user)
}

async fn update(
    installation: &Installation,
    tenant: &TenantId,
    user: User,
    password: PasswordArgs,
) -> Result<Answer, Failure> {
    let (admin, username) = (installation.admin(), user.username.clone());
    record(&username, users::update_with(&admin, tenant, user, password.read()?).await?)
}

async fn list(installation: &Installation, tenant: &TenantId) -> Result<Answer, Failure> {
    let users = users::all(&installation.admin(), tenant).await?;
    Answer::list(&UsersBody { users }, &["username", "user_id", "created_at", "disabled_at"])
}

async fn set_disabled(
    installation: &Installation,
    tenant: &TenantId,
    user: User,
    disabled: bool,
) -> Result<Answer, Failure> {
    let username = user.username.clone();
    record(
        &username,
        users::set_disabled(&installation.admin(), tenant, user, Expected::Any, disabled).await?,
    )
}

async fn unlock(installation: &Installation, tenant: &TenantId, user: User) -> Result<Answer, Failure> {
    let unlocked = users::unlock(&installation.admin(), tenant, &user).await?;
    Subject::user(&user.username).accept(unlocked)?;
    let text = format!("unlocked user {}: failed sign-ins are forgotten", user.username);
    Answer::done(&UnlockedBody { unlocked: user.user_id }, &text)
}

async fn delete(installation: &Installation, tenant: &TenantId, user: User) -> Result<Answer, Failure> {
    let deleted = users::delete(&installation.admin(), tenant, &user.user_id, Expected::Any).await?;
    Subject::user(&user.username).accept(deleted)?;
    let text = format!("deleted user {}", user.username);
    Answer::done(&DeletedBody { deleted: user.user_id }, &text)
}

fn record(username: &str, outcome: Outcome<User>) -> Result<Answer, Failure> {
    Answer::record(&accepted(username, outcome)?)
}

fn accepted(username: &str, outcome: Outcome<User>) -> Result<User, Failure> {
    if let Outcome::Taken = outcome {
        return Err(Failure::new(format!(
            "another user of this tenant is called {username:?}: choose another username"
        )));
    }
    Subject::user(username).accept(outcome)
}
