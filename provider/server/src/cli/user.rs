//! `credenza user`: the people.

use clap::{Args, Subcommand};
use credenza_protocol::ids::{TenantId, UserId};
use credenza_protocol::time::Time;
use credenza_protocol::user::User;
use credenza_storage::Created;
use schemars::JsonSchema;
use serde::Serialize;

use super::office::Office;
use super::output::Answer;
use super::{Common, Failure};
use crate::rng;

mod password;
mod profile;
mod sessions;

use password::PasswordArgs;
use profile::Profile;
use sessions::SessionVerb;

const EXAMPLES: &str = "\
Examples:
  credenza user create --username ada --email ada@example.com --password-stdin < password.txt
      An account; what stands on the command line itself can be seen by other users of the machine
  credenza user create --username ada --claims '{\"name\": \"Ada\", \"birthdate\": \"1815-12-10\"}'
      With claims by their names of OpenID Connect, and no password yet
  credenza user update ada --password-stdin
      A new password; every session of ada's ends
  credenza user sessions list --username ada
  credenza user sessions end --username ada --sid SID
  credenza user sessions end-all --username ada";

/// Page size of a listing.
const PAGE: u32 = 200;

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
    /// Make an account; its id (sub) is made here and printed
    #[command(after_help = EXAMPLES)]
    Create {
        /// What the person types to sign in; compared without regard to case
        #[arg(long, value_name = "NAME")]
        username: String,
        #[command(flatten)]
        password: PasswordArgs,
        #[command(flatten)]
        profile: Box<Profile>,
    },
    /// List the users
    List,
    /// Show a user
    Show(Which),
    /// Change a user; a new password ends every session
    Update {
        #[command(flatten)]
        which: Which,
        /// Another name to sign in by
        #[arg(long, value_name = "NAME")]
        new_username: Option<String>,
        #[command(flatten)]
        password: PasswordArgs,
        #[command(flatten)]
        profile: Box<Profile>,
    },
    /// Disable a user: their sessions end, and what they granted is revoked
    Disable(Which),
    /// Enable a user again; they sign in anew
    Enable(Which),
    /// Delete a user with everything of theirs
    Delete(Which),
    /// Sessions: where a user is signed in
    #[command(subcommand)]
    Sessions(SessionVerb),
}

/// Which user.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
struct Which {
    /// Their username
    username: Option<String>,
    /// Their username
    #[arg(long = "username", value_name = "USERNAME")]
    named: Option<String>,
    /// Their id, the sub of tokens
    #[arg(long, value_name = "SUB")]
    user_id: Option<String>,
}

/// Every user of a tenant.
#[derive(Debug, Serialize, JsonSchema)]
struct UsersBody {
    users: Vec<User>,
}

/// A user who is no more.
#[derive(Debug, Serialize, JsonSchema)]
struct DeletedBody {
    deleted: UserId,
}

impl Which {
    async fn find(&self, office: &Office, tenant: &TenantId) -> Result<User, Failure> {
        if let Some(id) = &self.user_id {
            let user = office.store.users.find(tenant, &UserId::new(id.as_str())).await?;
            return user.ok_or_else(|| Failure::new(format!("there is no user of id {id:?} in this tenant")));
        }
        let name = self.username.as_deref().or(self.named.as_deref()).unwrap_or_default();
        let user = office.store.users.find_by_username(tenant, name).await?;
        user.ok_or_else(|| Failure::new(format!("there is no user {name:?} in this tenant")))
    }
}

impl Users {
    pub(super) async fn run(self, office: &Office) -> Result<Answer, Failure> {
        let tenant = office.tenant(&self.common.tenant).await?.tenant_id;
        match self.verb {
            Verb::Create { username, password, profile } => {
                create(office, &tenant, username, password, *profile).await
            }
            Verb::List => list(office, &tenant).await,
            Verb::Show(which) => Answer::record(&which.find(office, &tenant).await?),
            Verb::Update { which, new_username, password, profile } => {
                let user = which.find(office, &tenant).await?;
                update(office, &tenant, user, new_username, password, *profile).await
            }
            Verb::Disable(which) => {
                let user = which.find(office, &tenant).await?;
                set_disabled(office, &tenant, &user, Some(office.now())).await
            }
            Verb::Enable(which) => {
                let user = which.find(office, &tenant).await?;
                set_disabled(office, &tenant, &user, None).await
            }
            Verb::Delete(which) => {
                let user = which.find(office, &tenant).await?;
                if !office.store.users.delete(&tenant, &user.user_id, office.now()).await? {
                    return Err(gone(&user));
                }
                let text = format!("deleted user {}", user.username);
                Answer::done(&DeletedBody { deleted: user.user_id }, &text)
            }
            Verb::Sessions(verb) => verb.run(office, &tenant).await,
        }
    }
}

async fn create(
    office: &Office,
    tenant: &TenantId,
    username: String,
    password: PasswordArgs,
    profile: Profile,
) -> Result<Answer, Failure> {
    profile::check_username(&username)?;
    let now = office.now();
    let user = User {
        user_id: UserId::new(rng::id(&office.rng)),
        username,
        claims: profile.apply(Default::default())?,
        created_at: now,
        updated_at: now,
        disabled_at: None,
    };
    let hash = password.hash(office)?;
    match office.store.users.create(tenant, user.clone(), hash).await? {
        Created::Yes => Answer::record(&user),
        Created::UsernameTaken => Err(taken(&user)),
        Created::Absent => Err(gone(&user)),
    }
}

async fn update(
    office: &Office,
    tenant: &TenantId,
    mut user: User,
    new_username: Option<String>,
    password: PasswordArgs,
    profile: Profile,
) -> Result<Answer, Failure> {
    if let Some(username) = new_username {
        profile::check_username(&username)?;
        user.username = username;
    }
    user.claims = profile.apply(user.claims)?;
    user.updated_at = office.now();
    let hash = password.hash(office)?;
    match office.store.users.update(tenant, user.clone()).await? {
        Created::Yes => {}
        Created::UsernameTaken => return Err(taken(&user)),
        Created::Absent => return Err(gone(&user)),
    }
    if let Some(hash) = hash
        && !office.store.credentials.set_password(tenant, &user.user_id, hash, user.updated_at).await?
    {
        return Err(gone(&user));
    }
    Answer::record(&user)
}

async fn list(office: &Office, tenant: &TenantId) -> Result<Answer, Failure> {
    let mut users: Vec<User> = vec![];
    loop {
        let after = users.last().map(|user| user.user_id.clone());
        let page = office.store.users.list(tenant, after.as_ref(), PAGE).await?;
        if page.is_empty() {
            return Answer::list(&UsersBody { users }, &["username", "user_id", "created_at", "disabled_at"]);
        }
        users.extend(page);
    }
}

async fn set_disabled(
    office: &Office,
    tenant: &TenantId,
    user: &User,
    disabled_at: Option<Time>,
) -> Result<Answer, Failure> {
    if !office.store.users.set_disabled(tenant, &user.user_id, disabled_at).await? {
        return Err(gone(user));
    }
    Answer::record(&User { disabled_at, ..user.clone() })
}

fn taken(user: &User) -> Failure {
    Failure::new(format!("another user of this tenant is called {:?}", user.username))
}

/// Somebody deleted the user while the command was running.
fn gone(user: &User) -> Failure {
    Failure::new(format!("there is no user {:?} any more", user.username))
}
