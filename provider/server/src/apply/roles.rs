//! Roles of the file: who has which at a client.

use credenza_protocol::group::name_key;
use credenza_protocol::ids::{GroupId, UserId};
use credenza_protocol::role::{Assignment, Holder};
use credenza_protocol::username::username_key;

use super::document::RoleEntry;
use super::future::Future;
use super::holders::{Holders, Names};
use super::step::{Mode, Plan, Settled, Step};
use crate::admin::{Error, Outcome, groups, roles, users};

/// Who has the role, and who is to have it.
struct Comparison {
    users: Holders<UserId>,
    groups: Holders<GroupId>,
}

/// Compares who has the role with what there is, and makes it so.
pub(super) async fn settle(future: &Future<'_>, entry: &RoleEntry, mode: Mode) -> Result<Settled, Error> {
    match future.roles_of(&entry.client_id).await? {
        // Nobody has a role at a client that there is not.
        None if entry.absent => return Ok(Settled::Done(about(entry))),
        None => {
            let id = entry.client_id.as_str();
            let why = format!("there will be no client {id:?}: add it under clients, or correct the id");
            return Ok(Settled::refused("client_id", why));
        }
        Some(_) if entry.absent => {}
        Some(declared) => {
            if let Err(invalid) = roles::check(&declared, &entry.role) {
                return Ok(Settled::invalid([invalid]));
            }
        }
    }
    let compared = match compare(future, entry).await? {
        Ok(compared) => compared,
        Err(refused) => return Ok(refused),
    };
    let step = step(entry, &compared);
    if step.is_settled(mode) {
        return Ok(Settled::Done(step));
    }
    Ok(Settled::of(give_and_take(future, entry, &compared).await?, step))
}

async fn compare(future: &Future<'_>, entry: &RoleEntry) -> Result<Result<Comparison, Settled>, Error> {
    let (users, groups) = held(future, entry).await?;
    let wanted_users = match &entry.users {
        _ if entry.absent => Ok(Names::new()),
        Some(usernames) => future.users("users", usernames).await?,
        None => Ok(users.clone()),
    };
    let wanted_groups = match &entry.groups {
        _ if entry.absent => Ok(Names::new()),
        Some(names) => future.groups("groups", names).await?,
        None => Ok(groups.clone()),
    };
    Ok(match (wanted_users, wanted_groups) {
        (Ok(wanted), Ok(wanted_groups)) => Ok(Comparison {
            users: Holders { held: users, wanted },
            groups: Holders { held: groups, wanted: wanted_groups },
        }),
        (Err(Settled::Refused(one)), Err(Settled::Refused(other))) => {
            Err(Settled::Refused([one, other].concat()))
        }
        (Err(refused), _) | (_, Err(refused)) => Err(refused),
    })
}

/// The users who have it by themselves, and the groups.
async fn held(future: &Future<'_>, entry: &RoleEntry) -> Result<(Names<UserId>, Names<GroupId>), Error> {
    let (admin, tenant) = (future.admin, &future.tenant.tenant_id);
    let (mut of_users, mut of_groups) = (Names::new(), Names::new());
    for assignment in roles::at_client(admin, tenant, &entry.client_id).await? {
        match assignment.holder {
            _ if assignment.role != entry.role => {}
            Holder::User(user_id) => {
                let user = users::find(admin, tenant, &user_id).await?;
                let user = user.and_then(|user| future.of_user(user));
                of_users.extend(user.map(|user| (username_key(&user.name), user)));
            }
            Holder::Group(group_id) => {
                let group = groups::find(admin, tenant, &group_id).await?;
                let group = group.and_then(|group| future.of_group(group));
                of_groups.extend(group.map(|group| (name_key(&group.name), group)));
            }
        }
    }
    Ok((of_users, of_groups))
}

/// What is done: a role that nobody had is made, for whoever reads of it.
fn step(entry: &RoleEntry, compared: &Comparison) -> Step {
    let step = about(entry);
    let Comparison { users, groups } = compared;
    let is_held = !(users.held.is_empty() && groups.held.is_empty());
    if entry.absent {
        return step.removal(is_held);
    }
    let changes: Vec<_> = users.change("users").into_iter().chain(groups.change("groups")).collect();
    let found = (is_held || changes.is_empty()).then_some(false);
    Plan::new(step, found, None, changes).step
}

/// Gives the role to those who lack it, and takes it from the others.
async fn give_and_take(
    future: &Future<'_>,
    entry: &RoleEntry,
    compared: &Comparison,
) -> Result<Outcome<()>, Error> {
    let (admin, tenant) = (future.admin, &future.tenant.tenant_id);
    let assignment =
        |holder: Holder| Assignment { client_id: entry.client_id.clone(), role: entry.role.clone(), holder };
    let Comparison { users, groups } = compared;
    let of_users = users.added().map(|user| user.id.clone().map(Holder::User));
    let of_groups = groups.added().map(|group| group.id.clone().map(Holder::Group));
    for holder in of_users.chain(of_groups) {
        // Without an id, somebody has deleted them since they were settled.
        let Some(holder) = holder else { return Ok(Outcome::Absent) };
        match roles::grant(admin, tenant, assignment(holder)).await? {
            Outcome::Done(_) => {}
            outcome => return Ok(outcome.map(drop)),
        }
    }
    let of_users = users.removed().cloned().map(Holder::User);
    for holder in of_users.chain(groups.removed().cloned().map(Holder::Group)) {
        // What they do not have any more need not be taken away.
        let _: Outcome<()> = roles::revoke(admin, tenant, assignment(holder)).await?;
    }
    Ok(Outcome::Done(()))
}

fn about(entry: &RoleEntry) -> Step {
    let name = format!("{}/{}", entry.client_id, entry.role);
    Step::about("role", &entry.tenant, &name)
}
