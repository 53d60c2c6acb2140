//! People who move here from another provider, a line each, and back out in the same form.
//!
//! Each line stands alone: one that is refused stops no other, and what was stored stays. The same lines can be given
//! again, and then change nothing; so an import that was cut off is finished.

mod line;
mod together;

use std::collections::{HashMap, HashSet};

use credenza_protocol::ids::{GroupId, TenantId, UserId};
use credenza_protocol::scope::Scope;
use credenza_protocol::secret::SecretHash;
use credenza_protocol::user::User;
use credenza_protocol::username::{looks, username_key};
use credenza_storage::{Clash, Created, Expected};

use super::create::{NewUser, faults_of_new, record_of};
use super::{check, set_disabled, update};
use crate::admin::{Administration, Error, InvalidField, Outcome, groups};

pub use line::{UserLine, exported};

/// Without this right, nobody puts people into groups.
const JOIN: &str = "admin:groups:write";

/// What became of a line.
#[derive(Clone, Debug, Eq, PartialEq)]
#[must_use]
pub enum Imported {
    /// The person is stored; in a dry run, would be.
    Created(UserId),
    /// They were here, and are now as the line has them; in a dry run, would be.
    Updated(UserId),
    /// They are here already, as the line has them. Their password stays what it is.
    Unchanged(UserId),
    /// Nothing was stored of it, for these reasons.
    Refused(Vec<InvalidField>),
}

/// How lines are taken.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Mode {
    /// Everything is checked, and nothing stored.
    pub is_dry_run: bool,
    /// Somebody who is here already becomes what the line has. Otherwise the line is refused where it has anything else;
    /// the groups that it names are added all the same.
    pub updates: bool,
}

/// An import of many lines.
pub struct Import<'a> {
    admin: &'a Administration<'a>,
    tenant: &'a TenantId,
    mode: Mode,
    /// Groups by the names that lines had.
    groups: HashMap<String, GroupId>,
    /// Names and ids of the lines before, which in a dry run are stored nowhere.
    seen: HashSet<String>,
    /// Whose name looked like that.
    looks: HashMap<SecretHash, String>,
}

impl<'a> Import<'a> {
    /// Begins one.
    #[must_use]
    pub fn new(admin: &'a Administration<'a>, tenant: &'a TenantId, mode: Mode) -> Self {
        let (seen, looks) = (HashSet::new(), HashMap::new());
        Self { admin, tenant, mode, groups: HashMap::new(), seen, looks }
    }

    /// Stores a person.
    async fn stored(&self, line: UserLine) -> Result<Imported, Error> {
        let joins = match self.joins(&line) {
            Ok(joins) => joins,
            Err(refused) => return Ok(refused),
        };
        if let Some(there) = self.existing(&line).await? {
            return self.kept(there, line, &joins).await;
        }
        let again = line.clone();
        let (user, hash) = match self.checked(line).await? {
            Ok(checked) => checked,
            Err(faults) => return Ok(Imported::Refused(faults)),
        };
        let created = self.admin.store.users.create(self.tenant, user.clone(), hash).await?;
        if let Some(refused) = check::refusal(created, &user.username) {
            // Another import may have been faster with the same line.
            return match self.existing(&again).await? {
                Some(there) => self.kept(there, again, &joins).await,
                None => Ok(Imported::Refused(vec![refused])),
            };
        }
        self.join(&user.user_id, &joins).await?;
        Ok(Imported::Created(user.user_id))
    }

    /// What would become of a person.
    async fn tried(&mut self, line: UserLine) -> Result<Imported, Error> {
        let joins = match self.joins(&line) {
            Ok(joins) => joins,
            Err(refused) => return Ok(refused),
        };
        if let Some(there) = self.existing(&line).await? {
            let differing = line.differing(&there);
            if !differing.is_empty() && !self.mode.updates {
                return Ok(Imported::Refused(differing));
            }
            let is_same = differing.is_empty() && self.missing(&there.user_id, &joins).await?.is_empty();
            let id = there.user_id;
            return Ok(if is_same { Imported::Unchanged(id) } else { Imported::Updated(id) });
        }
        let user = match self.checked(line).await? {
            Ok((user, _)) => user,
            Err(faults) => return Ok(Imported::Refused(faults)),
        };
        let created = self.would_create(&user).await?;
        Ok(match check::refusal(created, &user.username) {
            Some(refused) => Imported::Refused(vec![refused]),
            None => Imported::Created(user.user_id),
        })
    }

    /// The record of somebody new with the hash of their password, or what is wrong with it.
    async fn checked(
        &self,
        line: UserLine,
    ) -> Result<Result<(User, Option<String>), Vec<InvalidField>>, Error> {
        let hash = match line.hash() {
            Ok(hash) => hash,
            Err(invalid) => return Ok(Err(vec![invalid])),
        };
        let new = NewUser {
            user_id: line.user_id.map(UserId::new),
            username: line.username,
            claims: line.claims,
            attributes: line.attributes,
            password: None,
            password_change_required: line.password_change_required,
        };
        let faults = faults_of_new(self.admin, self.tenant, &new).await?;
        if !faults.is_empty() {
            return Ok(Err(faults));
        }
        let disabled_at = line.disabled.then_some(self.admin.now);
        Ok(Ok((User { disabled_at, ..record_of(self.admin, new) }, hash)))
    }

    /// The user of that id or, where the line has none, of that name.
    async fn existing(&self, line: &UserLine) -> Result<Option<User>, Error> {
        let users = &self.admin.store.users;
        Ok(match &line.user_id {
            Some(id) => users.find(self.tenant, &UserId::new(id.as_str())).await?,
            None => users.find_by_username(self.tenant, &line.username).await?,
        })
    }

    /// Somebody who is here already.
    async fn kept(&self, there: User, line: UserLine, joins: &[GroupId]) -> Result<Imported, Error> {
        let differing = line.differing(&there);
        if !differing.is_empty() && !self.mode.updates {
            return Ok(Imported::Refused(differing));
        }
        let id = there.user_id.clone();
        if !differing.is_empty()
            && let Some(refused) = self.overwritten(there, line).await?
        {
            return Ok(refused);
        }
        let missing = self.missing(&id, joins).await?;
        self.join(&id, &missing).await?;
        let is_same = differing.is_empty() && missing.is_empty();
        Ok(if is_same { Imported::Unchanged(id) } else { Imported::Updated(id) })
    }

    /// Makes somebody what the line has, or says why not.
    async fn overwritten(&self, there: User, line: UserLine) -> Result<Option<Imported>, Error> {
        let was_disabled = there.disabled_at.is_some();
        let edited =
            User { username: line.username, claims: line.claims, attributes: line.attributes, ..there };
        let edited = match update(self.admin, self.tenant, edited, None).await? {
            Outcome::Done(user) => user,
            other => return Ok(Some(refused(other))),
        };
        if was_disabled == line.disabled {
            return Ok(None);
        }
        match set_disabled(self.admin, self.tenant, edited, Expected::Any, line.disabled).await? {
            Outcome::Done(_) => Ok(None),
            other => Ok(Some(refused(other))),
        }
    }

    /// Looks up the groups that these lines name, unless that was done for a line before.
    async fn find_groups(&mut self, lines: &[UserLine]) -> Result<(), Error> {
        let names: HashSet<_> = lines.iter().flat_map(|line| &line.groups).collect();
        for name in names {
            if self.groups.contains_key(name) {
                continue;
            }
            if let Some(group) = groups::find_by_name(self.admin, self.tenant, name).await? {
                self.groups.insert(name.clone(), group.group_id);
            }
        }
        Ok(())
    }

    /// The groups that a line names, or why nothing is stored of it.
    fn joins(&self, line: &UserLine) -> Result<Vec<GroupId>, Imported> {
        if !line.groups.is_empty() && !self.admin.authority.covers(&Scope::stored(JOIN)) {
            let why = format!("needs the scope {JOIN}, which whoever imports does not have");
            return Err(Imported::Refused(vec![InvalidField::new("groups", why)]));
        }
        let found = line.groups.iter().map(|name| {
            let unknown =
                || Imported::Refused(vec![InvalidField::new("groups", "is no group here").of(name)]);
            self.groups.get(name).cloned().ok_or_else(unknown)
        });
        found.collect()
    }

    /// Those of the groups that somebody is not in.
    async fn missing(&self, user: &UserId, joins: &[GroupId]) -> Result<Vec<GroupId>, Error> {
        if joins.is_empty() {
            return Ok(vec![]);
        }
        let held = groups::of_user(self.admin, self.tenant, user).await?;
        let is_in = |id: &GroupId| held.iter().any(|group| group.group_id == *id);
        Ok(joins.iter().filter(|id| !is_in(id)).cloned().collect())
    }

    async fn join(&self, user: &UserId, joins: &[GroupId]) -> Result<(), Error> {
        for group in joins {
            // A group that was deleted in the meantime has nobody in it.
            let _gone_or_in_it = groups::add(self.admin, self.tenant, group, user).await?;
        }
        Ok(())
    }

    async fn would_create(&mut self, user: &User) -> Result<Created, Error> {
        let is_first = self.seen.insert(format!("name {}", username_key(&user.username)));
        if !is_first || !self.seen.insert(format!("id {}", user.user_id)) {
            return Ok(Created::UsernameTaken);
        }
        for look in looks(&user.username) {
            let other = self.looks.entry(look).or_insert_with(|| user.username.clone());
            if *other != user.username {
                return Ok(Created::Clash(Clash::LooksLike(other.clone())));
            }
        }
        Ok(self.admin.store.users.would_create(self.tenant, user.clone()).await?)
    }
}

/// A change that was not made, as what became of a line.
fn refused(outcome: Outcome<User>) -> Imported {
    let one = |field: &'static str, why: String| Imported::Refused(vec![InvalidField::new(field, why)]);
    match outcome {
        Outcome::Invalid(fields) => Imported::Refused(fields),
        Outcome::Taken => one("username", "is that of another user".to_owned()),
        Outcome::Refused(refusal) => one("user_id", refusal.to_string()),
        Outcome::Done(_) | Outcome::Stale | Outcome::Absent => {
            one("user_id", "is of a user who was changed at the same moment: give the line again".to_owned())
        }
    }
}
