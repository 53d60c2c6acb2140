//! `credenza role`: what users and groups are at a client.

use clap::{Args, Subcommand};
use credenza_protocol::ids::{ClientId, GroupId, UserId};
use credenza_protocol::role::{Assignment, Holder};
use schemars::JsonSchema;
use serde::Serialize;

use super::door::{Door, Site};
use super::outcome::Subject;
use super::output::Answer;
use super::{Common, Failure};
use crate::admin::Outcome;

const EXAMPLES: &str = "\
Examples:
  credenza client update grafana --role admin --role editor
      The client declares its roles
  credenza role grant admin --client-id grafana --username ada
      Ada is an admin there; applications with the scope roles see that in the claim roles
  credenza role grant editor --client-id grafana --group engineering
      So is everybody in the group an editor
  credenza role revoke admin --client-id grafana --username ada
      Her next token does not say so any more
  credenza role list --client-id grafana
      Who has which role there
  credenza role list --username ada
      What she is by herself and by her groups, at each client";

/// `credenza role …`
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Roles {
    #[command(flatten)]
    pub(super) common: Common,
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Give a role to a user or a group
    #[command(after_help = EXAMPLES)]
    Grant(Which),
    /// Take a role from a user or a group
    Revoke(Which),
    /// List who has roles at a client, or which roles a user or a group has
    List(Of),
}

/// Which role, and whose.
#[derive(Debug, Args)]
struct Which {
    /// The role, as the client declares it
    role: String,
    /// The client
    #[arg(long, value_name = "CLIENT_ID")]
    client_id: String,
    #[command(flatten)]
    holder: WhichHolder,
}

/// Who has it.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
struct WhichHolder {
    /// The user, by username
    #[arg(long, value_name = "USERNAME")]
    username: Option<String>,
    /// The user, by id
    #[arg(long, value_name = "SUB")]
    user_id: Option<String>,
    /// Everybody in this group
    #[arg(long, value_name = "NAME")]
    group: Option<String>,
}

/// Of which client, user or group.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
struct Of {
    /// Of this client
    #[arg(long, value_name = "CLIENT_ID")]
    client_id: Option<String>,
    /// Of this user, by username
    #[arg(long, value_name = "USERNAME")]
    username: Option<String>,
    /// Of this user, by id
    #[arg(long, value_name = "SUB")]
    user_id: Option<String>,
    /// Of this group
    #[arg(long, value_name = "NAME")]
    group: Option<String>,
}

/// A role as it is printed.
#[derive(Debug, Serialize, JsonSchema)]
struct RoleBody {
    client_id: ClientId,
    role: String,
    /// The user who has it, if it is a user.
    #[serde(skip_serializing_if = "Option::is_none")]
    user_id: Option<UserId>,
    /// The group that has it, if it is a group.
    #[serde(skip_serializing_if = "Option::is_none")]
    group_id: Option<GroupId>,
    /// The username, or the name of the group.
    #[serde(skip_serializing_if = "Option::is_none")]
    holder: Option<String>,
}

/// Several of them.
#[derive(Debug, Serialize, JsonSchema)]
struct RolesBody {
    roles: Vec<RoleBody>,
}

/// A role that was taken away.
#[derive(Debug, Serialize, JsonSchema)]
struct RevokedBody {
    revoked: Assignment,
}

impl Roles {
    pub(super) async fn run(self, door: Door<'_>) -> Result<Answer, Failure> {
        let site = door.at(&self.common.tenant).await?;
        match self.verb {
            Verb::Grant(which) => {
                let assignment = which.find(&site).await?;
                let role = assignment.role.clone();
                let granted = site.grant_role(assignment).await?;
                let assignment = Subject::role(&role).accept(granted)?;
                Answer::record(&body(&site, assignment).await?)
            }
            Verb::Revoke(which) => revoke(&site, which.find(&site).await?).await,
            Verb::List(of) => {
                let mut bodies = vec![];
                for assignment in of.find(&site).await? {
                    bodies.push(body(&site, assignment).await?);
                }
                let columns = &["client_id", "role", "holder", "user_id", "group_id"];
                Answer::list(&RolesBody { roles: bodies }, columns)
            }
        }
    }
}

impl Which {
    async fn find(self, site: &Site<'_>) -> Result<Assignment, Failure> {
        let client_id = ClientId::new(self.client_id);
        client(site, &client_id).await?;
        let holder = self.holder.find(site).await?;
        Ok(Assignment { client_id, role: self.role, holder })
    }
}

impl WhichHolder {
    /// Clap sees to it that there is one.
    async fn find(self, site: &Site<'_>) -> Result<Holder, Failure> {
        if let Some(name) = self.group {
            let group = site.group_named(&name).await?;
            return Ok(Holder::Group(group.ok_or_else(|| Subject::group(&name).absent())?.group_id));
        }
        if let Some(id) = self.user_id {
            let user = site.user(&UserId::new(id.as_str())).await?;
            let absent = || Failure::new(format!("there is no user with id {id:?} in this tenant"));
            return Ok(Holder::User(user.ok_or_else(absent)?.user_id));
        }
        let name = self.username.unwrap_or_default();
        let user = site.user_named(&name).await?;
        Ok(Holder::User(user.ok_or_else(|| Subject::user(&name).absent())?.user_id))
    }
}

impl Of {
    async fn find(self, site: &Site<'_>) -> Result<Vec<Assignment>, Failure> {
        if let Some(client_id) = self.client_id.map(ClientId::new) {
            client(site, &client_id).await?;
            return site.roles_at(&client_id).await;
        }
        let holder = WhichHolder { username: self.username, user_id: self.user_id, group: self.group };
        site.roles_of(&holder.find(site).await?).await
    }
}

async fn client(site: &Site<'_>, id: &ClientId) -> Result<(), Failure> {
    let found = site.client(id).await?;
    found.map(|_| ()).ok_or_else(|| Subject::client(id.as_str()).absent())
}

async fn body(site: &Site<'_>, assignment: Assignment) -> Result<RoleBody, Failure> {
    let Assignment { client_id, role, holder } = assignment;
    let none = RoleBody { client_id, role, user_id: None, group_id: None, holder: None };
    Ok(match holder {
        Holder::User(id) => {
            let holder = site.user(&id).await?.map(|user| user.username);
            RoleBody { user_id: Some(id), holder, ..none }
        }
        Holder::Group(id) => {
            let holder = site.group(&id).await?.map(|group| group.name);
            RoleBody { group_id: Some(id), holder, ..none }
        }
    })
}

async fn revoke(site: &Site<'_>, assignment: Assignment) -> Result<Answer, Failure> {
    let revoked = site.revoke_role(assignment.clone()).await?;
    if let Outcome::Absent = revoked {
        let Assignment { client_id, role, .. } = assignment;
        return Err(Failure::new(format!("they do not have the role {role:?} at the client {client_id:?}")));
    }
    Subject::role(&assignment.role).accept(revoked)?;
    let text = format!("revoked role {} at client {}", assignment.role, assignment.client_id);
    Answer::done(&RevokedBody { revoked: assignment }, &text)
}
