//! Which tenant, client, user, group or key a command is about: named by its first word, or by an option.

use clap::Args;
use credenza_protocol::group::Group;
use credenza_protocol::ids::{ClientId, GroupId, KeyId, TenantId, UserId};
use credenza_protocol::user::User;

use super::Failure;
use super::installation::Installation;
use super::outcome::Subject;
use crate::admin::{groups, users};

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
    pub(super) async fn find(self, installation: &Installation, tenant: &TenantId) -> Result<Group, Failure> {
        let admin = installation.admin();
        if let Some(id) = self.group_id {
            let group = groups::find(&admin, tenant, &GroupId::new(id.as_str())).await?;
            return group
                .ok_or_else(|| Failure::new(format!("there is no group with id {id:?} in this tenant")));
        }
        let name = either(self.name, self.by_name);
        let group = groups::find_by_name(&admin, tenant, &name).await?;
        group.ok_or_else(|| Subject::group(&name).absent())
    }
}

impl WhichUser {
    pub(super) async fn find(self, installation: &Installation, tenant: &TenantId) -> Result<User, Failure> {
        let admin = installation.admin();
        if let Some(id) = self.user_id {
            let user = users::find(&admin, tenant, &UserId::new(id.as_str())).await?;
            return user.ok_or_else(|| {
                Failure::new(format!("there is no user with id {id:?} in this tenant: {LIST}"))
            });
        }
        let name = either(self.username, self.by_username);
        let user = users::find_by_username(&admin, tenant, &name).await?;
        user.ok_or_else(|| Subject::user(&name).absent())
    }
}

/// The one that was given: clap sees to it that it is one.
fn either(first_word: Option<String>, option: Option<String>) -> String {
    first_word.or(option).unwrap_or_default()
}
