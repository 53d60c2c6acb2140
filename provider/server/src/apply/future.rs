//! What an entry names, as it will be when the entries before it are settled: what is stored, and what the file makes of
//! it. By the time an entry is carried out the two are the same.

use credenza_protocol::group::{Group, name_key};
use credenza_protocol::ids::{ClientId, GroupId, UserId};
use credenza_protocol::tenant::Tenant;
use credenza_protocol::user::User;
use credenza_protocol::username::username_key;

use super::document::{Document, UserEntry};
use super::holders::{Named, Names};
use super::step::Settled;
use crate::admin::{Administration, Error, clients, groups, users};

/// The contents of a tenant to be.
pub(super) struct Future<'a> {
    pub(super) admin: &'a Administration<'a>,
    pub(super) document: &'a Document,
    pub(super) tenant: &'a Tenant,
}

impl Future<'_> {
    /// The users of these names, or what is wrong with the `member` of an entry that lists them.
    pub(super) async fn users(
        &self,
        member: &str,
        names: &[String],
    ) -> Result<Result<Names<UserId>, Settled>, Error> {
        let (mut found, mut refused) = (Names::new(), vec![]);
        for name in names {
            match self.user(name).await? {
                Some(user) => drop(found.insert(username_key(&user.name), user)),
                None => refused.push((member.to_owned(), nobody("user", "users", name))),
            }
        }
        Ok(if refused.is_empty() { Ok(found) } else { Err(Settled::Refused(refused)) })
    }

    /// The groups of these names, or what is wrong with the `member` of an entry that lists them.
    pub(super) async fn groups(
        &self,
        member: &str,
        names: &[String],
    ) -> Result<Result<Names<GroupId>, Settled>, Error> {
        let (mut found, mut refused) = (Names::new(), vec![]);
        for name in names {
            match self.group(name).await? {
                Some(group) => drop(found.insert(name_key(&group.name), group)),
                None => refused.push((member.to_owned(), nobody("group", "groups", name))),
            }
        }
        Ok(if refused.is_empty() { Ok(found) } else { Err(Settled::Refused(refused)) })
    }

    /// The roles that a client declares; `None` when there will be no such client.
    pub(super) async fn roles_of(&self, client_id: &ClientId) -> Result<Option<Vec<String>>, Error> {
        let found = clients::find(self.admin, &self.tenant.tenant_id, client_id).await?;
        let found = found.map(|found| found.client);
        let mut entries = self.document.clients.iter();
        let entry =
            entries.find(|entry| entry.own.tenant == self.tenant.name && entry.own.client_id == *client_id);
        Ok(match entry {
            None => found.map(|client| client.roles),
            Some(entry) if entry.own.absent => None,
            Some(entry) => {
                let old = found.unwrap_or_else(|| clients::defaults(client_id.clone()));
                // What is wrong with it is told where it stands.
                Some(clients::edited(&old, entry.metadata.clone()).unwrap_or(old).roles)
            }
        })
    }

    /// What becomes of a user who is there; `None` if the file deletes them.
    pub(super) fn of_user(&self, user: User) -> Option<Named<UserId>> {
        let key = username_key(&user.username);
        let means = |entry: &&UserEntry| match &entry.user_id {
            Some(user_id) => *user_id == user.user_id,
            None => username_key(&entry.username) == key,
        };
        let name = match self.user_entries().find(means) {
            Some(entry) if entry.absent => return None,
            Some(entry) if username_key(&entry.username) != key => entry.username.clone(),
            _ => user.username,
        };
        Some(Named { name, id: Some(user.user_id) })
    }

    /// What becomes of a group that is there; `None` if the file deletes it.
    pub(super) fn of_group(&self, group: Group) -> Option<Named<GroupId>> {
        let key = name_key(&group.name);
        let mut entries = self.document.groups.iter();
        let entry = entries.find(|entry| entry.tenant == self.tenant.name && name_key(&entry.name) == key);
        match entry {
            Some(entry) if entry.absent => None,
            Some(entry) => Some(Named { name: entry.name.clone(), id: Some(group.group_id) }),
            None => Some(Named { name: group.name, id: Some(group.group_id) }),
        }
    }

    async fn user(&self, name: &str) -> Result<Option<Named<UserId>>, Error> {
        let (tenant, key) = (&self.tenant.tenant_id, username_key(name));
        let Some(entry) = self.user_entries().find(|entry| username_key(&entry.username) == key) else {
            let found = users::find_by_username(self.admin, tenant, name).await?;
            let user = found.and_then(|found| self.of_user(found));
            // Unless the file gives them another name.
            return Ok(user.filter(|user| username_key(&user.name) == key));
        };
        if entry.absent {
            return Ok(None);
        }
        let found = match &entry.user_id {
            Some(user_id) => users::find(self.admin, tenant, user_id).await?,
            None => users::find_by_username(self.admin, tenant, name).await?,
        };
        let made = || Named { name: entry.username.clone(), id: None };
        Ok(Some(found.and_then(|found| self.of_user(found)).unwrap_or_else(made)))
    }

    async fn group(&self, name: &str) -> Result<Option<Named<GroupId>>, Error> {
        let found = groups::find_by_name(self.admin, &self.tenant.tenant_id, name).await?;
        if let Some(found) = found {
            return Ok(self.of_group(found));
        }
        let mut entries = self.document.groups.iter();
        let entry =
            entries.find(|entry| entry.tenant == self.tenant.name && name_key(&entry.name) == name_key(name));
        let entry = entry.filter(|entry| !entry.absent);
        Ok(entry.map(|entry| Named { name: entry.name.clone(), id: None }))
    }

    fn user_entries(&self) -> impl Iterator<Item = &UserEntry> {
        self.document.users.iter().filter(|entry| entry.tenant == self.tenant.name)
    }
}

/// Said of a name that stands for nothing.
fn nobody(noun: &str, list: &str, name: &str) -> String {
    format!("there will be no {noun} {name:?} in this tenant: add it under {list}, or correct the name")
}
