//! Groups of the file, and who is in them.

use credenza_protocol::group::Group;
use credenza_protocol::ids::UserId;
use credenza_protocol::username::username_key;
use credenza_storage::Expected;

use super::document::GroupEntry;
use super::future::Future;
use super::holders::{Holders, Names};
use super::step::{Change, Mode, Plan, Settled, Step};
use crate::admin::groups::{self, NewGroup};
use crate::admin::{Error, Outcome};

/// Compares the group with what there is, and makes it so.
pub(super) async fn settle(future: &Future<'_>, entry: &GroupEntry, mode: Mode) -> Result<Settled, Error> {
    let (admin, tenant) = (future.admin, &future.tenant.tenant_id);
    let found = groups::find_by_name(admin, tenant, &entry.name).await?;
    if entry.absent {
        return remove(future, entry, found, mode).await;
    }
    let (mut changes, description) = edits(entry, found.as_ref());
    let faults = groups::check(&entry.name, &description);
    if !faults.is_empty() {
        return Ok(Settled::invalid(faults));
    }
    let members = match members(future, entry, found.as_ref()).await? {
        Ok(members) => members,
        Err(refused) => return Ok(refused),
    };
    let is_edited = !changes.is_empty();
    changes.extend(members.change("members"));
    let Plan { step, .. } = Plan::new(about(entry), found.as_ref().map(|_| false), None, changes);
    if step.is_settled(mode) {
        return Ok(Settled::Done(step));
    }
    let name = entry.name.clone();
    let stored = match found {
        None => groups::create(admin, tenant, NewGroup { name, description }).await?,
        Some(found) if is_edited => {
            groups::update(admin, tenant, Group { name, description, ..found }).await?
        }
        Some(found) => Outcome::Done(found),
    };
    match stored {
        Outcome::Done(group) => Ok(Settled::of(fill(future, &group, &members).await?, step)),
        stored => Ok(Settled::of(stored, step)),
    }
}

/// What is changed in the record itself, and the description that it will have. Of the name the spelling counts too, as
/// tokens have it.
fn edits(entry: &GroupEntry, found: Option<&Group>) -> (Vec<Change>, String) {
    let (name, old) = match found {
        Some(found) => (found.name.as_str(), found.description.as_str()),
        None => (entry.name.as_str(), ""),
    };
    let description = entry.description.as_deref().unwrap_or(old);
    let texts = [("name", name, entry.name.as_str()), ("description", old, description)];
    let differ = texts.into_iter().filter(|(_, from, to)| from != to);
    (differ.map(|(member, from, to)| Change::text(member, from, to)).collect(), description.to_owned())
}

/// Who is in the group, and who is to be.
async fn members(
    future: &Future<'_>,
    entry: &GroupEntry,
    found: Option<&Group>,
) -> Result<Result<Holders<UserId>, Settled>, Error> {
    let Some(usernames) = &entry.members else {
        return Ok(Ok(Holders { held: Names::new(), wanted: Names::new() }));
    };
    let wanted = match future.users("members", usernames).await? {
        Ok(wanted) => wanted,
        Err(refused) => return Ok(Err(refused)),
    };
    let users = match found {
        Some(group) => groups::members(future.admin, &future.tenant.tenant_id, &group.group_id).await?,
        None => vec![],
    };
    let users = users.into_iter().filter_map(|user| future.of_user(user));
    let held = users.map(|user| (username_key(&user.name), user)).collect();
    Ok(Ok(Holders { held, wanted }))
}

/// Puts those in who are missing, and takes the others out.
async fn fill(future: &Future<'_>, group: &Group, members: &Holders<UserId>) -> Result<Outcome<()>, Error> {
    let (admin, tenant) = (future.admin, &future.tenant.tenant_id);
    for user in members.added() {
        // Without an id, somebody has deleted them since they were settled.
        let Some(user_id) = &user.id else { return Ok(Outcome::Absent) };
        match groups::add(admin, tenant, &group.group_id, user_id).await? {
            Outcome::Done(()) => {}
            outcome => return Ok(outcome),
        }
    }
    for user_id in members.removed() {
        // Who is not in it any more need not be taken out.
        let _: Outcome<()> = groups::remove(admin, tenant, &group.group_id, user_id).await?;
    }
    Ok(Outcome::Done(()))
}

async fn remove(
    future: &Future<'_>,
    entry: &GroupEntry,
    found: Option<Group>,
    mode: Mode,
) -> Result<Settled, Error> {
    let step = about(entry).removal(found.is_some());
    match found {
        Some(found) if !step.is_settled(mode) => {
            let tenant = &future.tenant.tenant_id;
            Ok(Settled::of(groups::delete(future.admin, tenant, &found.group_id, Expected::Any).await?, step))
        }
        _ => Ok(Settled::Done(step)),
    }
}

fn about(entry: &GroupEntry) -> Step {
    Step::about("group", &entry.tenant, &entry.name)
}
