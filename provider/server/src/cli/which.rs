//! Which tenant, client, user, group or key a command is about: named by its first word, or by an option.

use clap::Args;
use credenza_protocol::group::Group;
use credenza_protocol::ids::{ClientId, GroupId, KeyId, UserId};
use credenza_protocol::user::User;

use super::Failure;
use super::door::Site;
use super::outcome::Subject;

/// Which tenant.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub(super) struct WhichTenant {
    /// Its name, as it appears in URLs: a-z, 0-9 and -, at most 63 characters
    name: Option<String>,
    /// Its name
    #[arg(long = "name", value_name = "NAME")]
    by_name: Option<String>,
}

/// Which client.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub(super) struct WhichClient {
    /// Its client_id
    client_id: Option<String>,
    /// Its client_id
    #[arg(long = "client-id", value_name = "CLIENT_ID")]
    by_client_id: Option<String>,
}

/// Which group.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub(super) struct WhichGroup {
    /// Its name
    name: Option<String>,
    /// Its name
    #[arg(long = "name", value_name = "NAME")]
    by_name: Option<String>,
    /// Its id
    #[arg(long, value_name = "GROUP_ID")]
    group_id: Option<String>,
}

/// Which key.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub(super) struct WhichKey {
    /// Its kid
    #[arg(allow_hyphen_values = true)]
    kid: Option<String>,
    /// Its kid
    #[arg(long = "kid", value_name = "KID", allow_hyphen_values = true)]
    by_kid: Option<String>,
}

/// Which user.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub(super) struct WhichUser {
    /// Their username
    username: Option<String>,
    /// Their username
    #[arg(long = "username", value_name = "USERNAME")]
    by_username: Option<String>,
    /// Their id, the sub of tokens
    #[arg(long, value_name = "SUB")]
    user_id: Option<String>,
}

const LIST: &str = "`credenza user list` shows those that there are";

impl WhichTenant {
    pub(super) fn name(self) -> String {
        either(self.name, self.by_name)
    }
}

impl WhichClient {
    pub(super) fn id(self) -> ClientId {
        ClientId::new(either(self.client_id, self.by_client_id))
    }
}

impl WhichKey {
    pub(super) fn id(self) -> KeyId {
        KeyId::new(either(self.kid, self.by_kid))
    }
}

impl WhichGroup {
    pub(super) async fn of(self, site: &Site<'_>) -> Result<Group, Failure> {
        if let Some(id) = self.group_id {
            let group = site.group(&GroupId::new(id.as_str())).await?;
            return group
                .ok_or_else(|| Failure::new(format!("there is no group with id {id:?} in this tenant")));
        }
        let name = either(self.name, self.by_name);
        site.group_named(&name).await?.ok_or_else(|| Subject::group(&name).absent())
    }
}

impl WhichUser {
    /// The user, where the command does its work.
    pub(super) async fn of(self, site: &Site<'_>) -> Result<User, Failure> {
        if let Some(id) = self.user_id {
            return site.user(&UserId::new(id.as_str())).await?.ok_or_else(|| no_user(&id));
        }
        let name = either(self.username, self.by_username);
        site.user_named(&name).await?.ok_or_else(|| Subject::user(&name).absent())
    }
}

fn no_user(id: &str) -> Failure {
    Failure::new(format!("there is no user with id {id:?} in this tenant: {LIST}"))
}

/// The one that was given: clap sees to it that it is one.
fn either(first_word: Option<String>, option: Option<String>) -> String {
    first_word.or(option).unwrap_or_default()
}
