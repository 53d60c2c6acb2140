//! `credenza user`: the people.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use credenza_protocol::approval::ApprovalState;
use credenza_protocol::ids::UserId;
use credenza_protocol::tenant::TenantSettings;
use credenza_protocol::user::User;
use schemars::JsonSchema;
use serde::Serialize;

use super::door::{Door, Site};
use super::outcome::Subject;
use super::output::Answer;
use super::values;
use super::which::WhichUser;
use super::{Common, Failure};
use crate::admin::Outcome;
use crate::admin::approvals::Decision;
use crate::admin::users::{GivenPassword, NewUser};
use crate::http::admin::wire::ApprovalBody;
use crate::http::admin::wire::DeletionBody;

mod authenticators;
mod devices;
mod import;
mod password;
mod profile;
mod sessions;
mod sign_in_link;

use authenticators::AuthenticatorVerb;
use devices::DeviceVerb;
use password::PasswordArgs;
use profile::{Known, Profile};
use sessions::SessionVerb;
use sign_in_link::SignInLinkArgs;

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
  credenza user update ada --password-stdin --require-password-change
      One that ada has to change at the next sign-in
  credenza user import --dry-run people.ndjson
      What would become of people from another provider, a line of JSON each; without --dry-run they are stored
  credenza user export > people.ndjson
      Everybody, in the same form; with --password-hashes, so that nobody needs a new password
  credenza user list --approval pending
      Who has made an account where the tenant wants to approve each (sign_up_approval)
  credenza user approve ada
      Ada is told by mail, and can sign in
  credenza user delete ada --grace 14
      Ada can do nothing from now on, and is deleted in two weeks, unless you `credenza user keep ada`
  credenza user unlock ada
      After many wrong passwords, somebody else's too, ada may try again at once
  credenza user sign-in-link ada --expires-in 3600
      A link that ada signs in by, once and within an hour, without a password
  credenza user sessions list --username ada
  credenza user sessions end --username ada --sid SID
  credenza user sessions end-all --username ada
  credenza user devices list ada
      The devices that applications have registered to send messages to
  credenza user authenticators reset ada
      ada has lost passkeys, apps and recovery codes: she signs in with her password alone again";

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
        /// The first sign-in has to change the password
        #[arg(long)]
        require_password_change: bool,
        #[command(flatten)]
        profile: Box<Profile>,
        /// A group that they are put into; may be repeated
        #[arg(long = "group", value_name = "NAME")]
        groups: Vec<String>,
    },
    /// List the users
    List {
        /// Those alone who are not approved: that wait for a decision, or were refused
        #[arg(long, value_name = "STATE", value_parser = values::wire::<ApprovalState>(ApprovalState::ALL.map(ApprovalState::as_str)))]
        approval: Option<ApprovalState>,
    },
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
        /// Whether the next sign-in has to change the password; who is signed in stays so
        #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true")]
        require_password_change: Option<bool>,
        #[command(flatten)]
        profile: Box<Profile>,
    },
    /// Create many users from a file, a JSON object in each line: username, and user_id, claims, attributes,
    /// password_hash, password_change_required, disabled and groups as needed. A line that is refused stops no other; users who are here already are left as they are. The
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
    /// Approve an account that its owner has made: they are told by mail, and can sign in
    Approve(Deciding),
    /// Refuse an account that waits: its owner is told by mail, and it is deleted after a month
    Reject(Deciding),
    /// Forget the failed sign-ins of a user, so that the next attempt need not wait
    Unlock(WhichUser),
    /// Make a link by which a user signs in once, without a password, and print it: whoever has it signs in by it
    SignInLink(SignInLinkArgs),
    /// Delete a user with all their data
    Delete {
        #[command(flatten)]
        which: WhichUser,
        /// Disable them now, and delete them after so many days, unless `credenza user keep` comes before
        #[arg(long, value_name = "DAYS")]
        grace: Option<u32>,
    },
    /// List those who are to be deleted
    Deletions,
    /// Keep a user who is to be deleted; they have to sign in again
    Keep(WhichUser),
    /// Sessions: where a user is signed in
    #[command(subcommand)]
    Sessions(SessionVerb),
    /// Authenticators: passkeys, authenticator apps and recovery codes of a user
    #[command(subcommand)]
    Authenticators(AuthenticatorVerb),
    /// Devices: where a user has native applications
    #[command(subcommand)]
    Devices(DeviceVerb),
}

/// On whom somebody decides.
#[derive(Debug, Args)]
struct Deciding {
    #[command(flatten)]
    which: WhichUser,
    /// The issuer that links in the mail are of, as people reach it [default: that of the settings]
    #[arg(long, value_name = "URL")]
    issuer: Option<String>,
}

/// Accounts that are not approved.
#[derive(Debug, Serialize, JsonSchema)]
struct ApprovalsBody {
    approvals: Vec<ApprovalBody>,
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

/// Who is to be deleted.
#[derive(Debug, Serialize, JsonSchema)]
struct DeletionsBody {
    deletions: Vec<DeletionBody>,
}

impl Users {
    pub(super) async fn run(self, door: Door<'_>) -> Result<Answer, Failure> {
        let site = door.at(&self.common.tenant).await?;
        match self.verb {
            Verb::Create { user_id, username, password, require_password_change, profile, groups } => {
                let Known { claims, attributes } = known(&site, *profile, Known::default()).await?;
                let user_id = user_id.map(UserId::new);
                let new = NewUser {
                    user_id,
                    username,
                    claims,
                    attributes,
                    password: None,
                    password_change_required: require_password_change,
                };
                create(&site, new, password.read()?, groups).await
            }
            Verb::Import { file, dry_run } => import::import(&site, &file, dry_run).await,
            Verb::Export { password_hashes } => import::export(&site, password_hashes).await,
            Verb::List { approval: None } => list(&site).await,
            Verb::List { approval: Some(state) } => waiting(&site, state).await,
            Verb::Show(which) => Answer::record(&which.of(&site).await?),
            Verb::Update { which, new_username, password, require_password_change, profile } => {
                let read = which.of(&site).await?;
                let mut user = read.clone();
                user.username = new_username.unwrap_or(user.username);
                user.password_change_required =
                    require_password_change.unwrap_or(user.password_change_required);
                let old = Known { claims: user.claims, attributes: user.attributes };
                Known { claims: user.claims, attributes: user.attributes } =
                    known(&site, *profile, old).await?;
                let username = user.username.clone();
                record(&username, site.update_user(&read, user, password.read()?).await?)
            }
            Verb::Disable(which) => set_disabled(&site, which.of(&site).await?, true).await,
            Verb::Enable(which) => set_disabled(&site, which.of(&site).await?, false).await,
            Verb::Approve(which) => which.decide(&site, Decision::Approve).await,
            Verb::Reject(which) => which.decide(&site, Decision::Reject).await,
            Verb::Unlock(which) => unlock(&site, which.of(&site).await?).await,
            Verb::SignInLink(args) => args.run(&site).await,
            Verb::Delete { which, grace: None } => delete(&site, which.of(&site).await?).await,
            Verb::Delete { which, grace: Some(days) } => schedule(&site, which.of(&site).await?, days).await,
            Verb::Deletions => deletions(&site).await,
            Verb::Keep(which) => keep(&site, which.of(&site).await?).await,
            Verb::Sessions(verb) => verb.run(&site).await,
            Verb::Authenticators(verb) => verb.run(&site).await,
            Verb::Devices(verb) => verb.run(&site).await,
        }
    }
}

/// What is known about a person once the options are applied. The settings of the tenant are only read for attributes.
async fn known(site: &Site<'_>, profile: Profile, old: Known) -> Result<Known, Failure> {
    match profile.has_attributes() {
        true => profile.apply(old, &site.settings().await?),
        false => profile.apply(old, &TenantSettings::default()),
    }
}

/// The groups are looked up first: where one is not there, nothing is made.
async fn create(
    site: &Site<'_>,
    new: NewUser,
    given: Option<GivenPassword>,
    groups: Vec<String>,
) -> Result<Answer, Failure> {
    let username = new.username.clone();
    let mut found = vec![];
    for name in &groups {
        let group = site.group_named(name).await?;
        found.push(group.ok_or_else(|| Subject::group(name).absent())?);
    }
    let user = accepted(&username, site.create_user(new, given).await?)?;
    for group in found {
        let added = site.add_member(&group.group_id, &user.user_id).await?;
        Subject::group(&group.name).accept(added)?;
    }
    Answer::record(&user)
}

async fn list(site: &Site<'_>) -> Result<Answer, Failure> {
    let users = site.users().await?;
    Answer::list(&UsersBody { users }, &["username", "user_id", "created_at", "disabled_at"])
}

async fn waiting(site: &Site<'_>, state: ApprovalState) -> Result<Answer, Failure> {
    let approvals = site.approvals(state).await?;
    Answer::list(
        &ApprovalsBody { approvals },
        &["username", "user_id", "email", "state", "asked_at", "expires_at"],
    )
}

impl Deciding {
    async fn decide(self, site: &Site<'_>, decision: Decision) -> Result<Answer, Failure> {
        let user = self.which.of(site).await?;
        let username = user.username.clone();
        record(&username, site.decide_on_user(user, decision, self.issuer).await?)
    }
}

async fn set_disabled(site: &Site<'_>, user: User, disabled: bool) -> Result<Answer, Failure> {
    let username = user.username.clone();
    record(&username, site.set_user_disabled(user, disabled).await?)
}

async fn unlock(site: &Site<'_>, user: User) -> Result<Answer, Failure> {
    Subject::user(&user.username).accept(site.unlock_user(&user).await?)?;
    let text = format!("unlocked user {}: failed sign-ins are forgotten", user.username);
    Answer::done(&UnlockedBody { unlocked: user.user_id }, &text)
}

async fn delete(site: &Site<'_>, user: User) -> Result<Answer, Failure> {
    Subject::user(&user.username).accept(site.delete_user(&user).await?)?;
    let text = format!("deleted user {}", user.username);
    Answer::done(&DeletedBody { deleted: user.user_id }, &text)
}

async fn schedule(site: &Site<'_>, user: User, days: u32) -> Result<Answer, Failure> {
    let scheduled = site.schedule_user_deletion(&user, days).await?;
    Answer::record(&Subject::user(&user.username).accept(scheduled)?)
}

async fn deletions(site: &Site<'_>) -> Result<Answer, Failure> {
    let deletions = site.user_deletions().await?;
    Answer::list(&DeletionsBody { deletions }, &["username", "user_id", "requested_at", "deletes_at", "own"])
}

async fn keep(site: &Site<'_>, user: User) -> Result<Answer, Failure> {
    match site.keep_user(&user).await? {
        Outcome::Absent => Err(Failure::new(format!(
            "{:?} is not to be deleted: `credenza user deletions` shows who is",
            user.username
        ))),
        kept => record(&user.username, kept),
    }
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
