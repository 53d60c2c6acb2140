//! `credenza group`: groups of users.

use clap::{Args, Subcommand};
use credenza_protocol::group::Group;
use credenza_protocol::ids::{GroupId, UserId};
use credenza_protocol::user::User;
use schemars::JsonSchema;
use serde::Serialize;

use super::door::{Door, Site};
use super::outcome::Subject;
use super::output::Answer;
use super::which::WhichGroup;
use super::{Common, Failure};
use crate::admin::Outcome;
use crate::admin::groups::NewGroup;

const EXAMPLES: &str = "\
Examples:
  credenza group create engineering --description 'Everybody who builds'
      A group; applications with the scope groups see its name in the claim groups
  credenza group add engineering --username ada --username grace
      Puts users into it
  credenza group remove engineering --username ada
      Takes one out of it; their next token does not name it any more
  credenza group show engineering
      The group, and the usernames of those who are in it";

/// `credenza group …`
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Groups {
    #[command(flatten)]
    pub(super) common: Common,
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Create a group
    #[command(after_help = EXAMPLES)]
    Create {
        /// Its name, as tokens have it; unique whatever its case
        name: String,
        /// What it is for
        #[arg(long, value_name = "TEXT", default_value = "")]
        description: String,
    },
    /// List the groups
    List,
    /// Show a group, and who is in it
    Show(WhichGroup),
    /// Change a group
    Update {
        #[command(flatten)]
        which: WhichGroup,
        /// Another name; tokens have it from now on
        #[arg(long, value_name = "NAME")]
        new_name: Option<String>,
        /// What it is for; '' clears it
        #[arg(long, value_name = "TEXT")]
        description: Option<String>,
    },
    /// Delete a group, with the roles that it has; its users stay
    Delete(WhichGroup),
    /// Put users into a group
    Add {
        #[command(flatten)]
        which: WhichGroup,
        #[command(flatten)]
        members: Members,
    },
    /// Take users out of a group
    Remove {
        #[command(flatten)]
        which: WhichGroup,
        #[command(flatten)]
        members: Members,
    },
}

/// Which users.
#[derive(Debug, Args)]
#[group(required = true, multiple = true)]
struct Members {
    /// A user, by username; may be repeated
    #[arg(long = "username", value_name = "USERNAME")]
    usernames: Vec<String>,
    /// A user, by id; may be repeated
    #[arg(long = "user-id", value_name = "SUB")]
    user_ids: Vec<String>,
}

/// A group with those who are in it.
#[derive(Debug, Serialize, JsonSchema)]
struct GroupBody {
    #[serde(flatten)]
    group: Group,
    /// Their usernames.
    members: Vec<String>,
}

/// Every group of a tenant.
#[derive(Debug, Serialize, JsonSchema)]
struct GroupsBody {
    groups: Vec<Group>,
}

/// A group that was deleted.
#[derive(Debug, Serialize, JsonSchema)]
struct DeletedBody {
    deleted: GroupId,
}

impl Groups {
    pub(super) async fn run(self, door: Door<'_>) -> Result<Answer, Failure> {
        let site = door.at(&self.common.tenant).await?;
        match self.verb {
            Verb::Create { name, description } => create(&site, name, description).await,
            Verb::List => {
                let groups = site.groups().await?;
                Answer::list(&GroupsBody { groups }, &["name", "group_id", "description", "created_at"])
            }
            Verb::Show(which) => show(&site, which.of(&site).await?).await,
            Verb::Update { which, new_name, description } => {
                let read = which.of(&site).await?;
                let mut group = read.clone();
                group.name = new_name.unwrap_or(group.name);
                group.description = description.unwrap_or(group.description);
                let name = group.name.clone();
                let updated = site.update_group(&read, group).await?;
                Answer::record(&Subject::group(&name).accept(updated)?)
            }
            Verb::Delete(which) => delete(&site, which.of(&site).await?).await,
            Verb::Add { which, members } => add(&site, which.of(&site).await?, members).await,
            Verb::Remove { which, members } => remove(&site, which.of(&site).await?, members).await,
        }
    }
}

impl Members {
    /// All of them; where one is not there, nothing is done.
    async fn find(self, site: &Site<'_>) -> Result<Vec<User>, Failure> {
        let mut found = vec![];
        for name in &self.usernames {
            let user = site.user_named(name).await?;
            found.push(user.ok_or_else(|| Subject::user(name).absent())?);
        }
        for id in &self.user_ids {
            let user = site.user(&UserId::new(id.as_str())).await?;
            let absent = || Failure::new(format!("there is no user with id {id:?} in this tenant"));
            found.push(user.ok_or_else(absent)?);
        }
        Ok(found)
    }
}

async fn create(site: &Site<'_>, name: String, description: String) -> Result<Answer, Failure> {
    let new = NewGroup { name: name.clone(), description };
    Answer::record(&Subject::group(&name).accept(site.create_group(new).await?)?)
}

async fn show(site: &Site<'_>, group: Group) -> Result<Answer, Failure> {
    let members = site.group_members(&group.group_id).await?;
    Answer::record(&GroupBody { group, members })
}

async fn delete(site: &Site<'_>, group: Group) -> Result<Answer, Failure> {
    Subject::group(&group.name).accept(site.delete_group(&group).await?)?;
    let text = format!("deleted group {}", group.name);
    Answer::done(&DeletedBody { deleted: group.group_id }, &text)
}

async fn add(site: &Site<'_>, group: Group, members: Members) -> Result<Answer, Failure> {
    for user in members.find(site).await? {
        let added = site.add_member(&group.group_id, &user.user_id).await?;
        Subject::group(&group.name).accept(added)?;
    }
    show(site, group).await
}

async fn remove(site: &Site<'_>, group: Group, members: Members) -> Result<Answer, Failure> {
    for user in members.find(site).await? {
        let removed = site.remove_member(&group.group_id, &user.user_id).await?;
        if let Outcome::Absent = removed {
            let (user, group) = (user.username, group.name);
            return Err(Failure::new(format!("the user {user:?} is not in the group {group:?}")));
        }
        Subject::group(&group.name).accept(removed)?;
    }
    show(site, group).await
}
