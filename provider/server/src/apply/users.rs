//! Users of the file.

use credenza_protocol::attribute::{self, Attributes};
use credenza_protocol::claims::StandardClaims;
use credenza_protocol::tenant::Tenant;
use credenza_protocol::user::User;
use credenza_protocol::username::is_named;
use credenza_storage::Expected;

use super::document::{Members, UserEntry};
use super::step::{Change, Mode, Plan, Settled, Step, differences};
use crate::admin::document::{Invalid, with_changes};
use crate::admin::users::{self, GivenPassword, NewUser};
use crate::admin::{Administration, Error, InvalidField, Outcome};

/// A user as the file has them, beside the one that there is.
struct Comparison {
    username: String,
    claims: StandardClaims,
    attributes: Attributes,
    /// The password, if they are to have another one than they have.
    password: Option<GivenPassword>,
    changes: Vec<Change>,
}

/// Compares the user with what there is, and makes it so.
pub(super) async fn settle(
    admin: &Administration<'_>,
    tenant: &Tenant,
    entry: &UserEntry,
    given: Option<&GivenPassword>,
    mode: Mode,
) -> Result<Settled, Error> {
    let found = match find(admin, tenant, entry).await? {
        Ok(found) => found,
        Err(refused) => return Ok(refused),
    };
    if entry.absent {
        return remove(admin, tenant, entry, found, mode).await;
    }
    let compared = match compare(admin, tenant, entry, given, found.as_ref()).await? {
        Ok(compared) => compared,
        Err(refused) => return Ok(refused),
    };
    let Comparison { username, claims, attributes, password, changes } = compared;
    let was_disabled = found.as_ref().map(|found| found.disabled_at.is_some());
    let Plan { step, is_edited, disabled } = Plan::new(about(entry), was_disabled, entry.disabled, changes);
    if step.is_settled(mode) {
        return Ok(Settled::Done(step));
    }
    let id = &tenant.tenant_id;
    let stored = match found {
        None => {
            let new = new_user(entry, username, claims, attributes);
            match users::create_with(admin, id, new, password).await? {
                // What is wrong may be that somebody else has made them since.
                Outcome::Invalid(_) if is_there(admin, tenant, entry).await? => Outcome::Taken,
                made => made,
            }
        }
        Some(found) if is_edited => {
            users::update_with(admin, id, User { username, claims, attributes, ..found }, password).await?
        }
        Some(found) => Outcome::Done(found),
    };
    match (stored, disabled) {
        (Outcome::Done(user), Some(disabled)) => {
            Ok(Settled::of(users::set_disabled(admin, id, user, Expected::Any, disabled).await?, step))
        }
        (stored, _) => Ok(Settled::of(stored, step)),
    }
}

/// The user whom the file means: by their id if it has one, and by their name otherwise.
async fn find(
    admin: &Administration<'_>,
    tenant: &Tenant,
    entry: &UserEntry,
) -> Result<Result<Option<User>, Settled>, Error> {
    let by_name = users::find_by_username(admin, &tenant.tenant_id, &entry.username).await?;
    let Some(user_id) = &entry.user_id else { return Ok(Ok(by_name)) };
    let by_id = users::find(admin, &tenant.tenant_id, user_id).await?;
    match by_name {
        Some(other) if other.user_id != *user_id => {
            let why = format!("is that of another user, whose id is {}: correct one of them", other.user_id);
            Ok(Err(Settled::refused("username", why)))
        }
        _ => Ok(Ok(by_id)),
    }
}

async fn is_there(admin: &Administration<'_>, tenant: &Tenant, entry: &UserEntry) -> Result<bool, Error> {
    Ok(find(admin, tenant, entry).await?.is_ok_and(|found| found.is_some()))
}

/// The user as the file has them, and how they differ from what there is.
async fn compare(
    admin: &Administration<'_>,
    tenant: &Tenant,
    entry: &UserEntry,
    given: Option<&GivenPassword>,
    found: Option<&User>,
) -> Result<Result<Comparison, Settled>, Error> {
    let plain = StandardClaims::default();
    let old = found.map_or(&plain, |found| &found.claims);
    let mut claims = match with_changes(old, &plain, entry.claims.clone()) {
        Ok(claims) => claims,
        Err(invalid) => return Ok(Err(Settled::misspelt("claims.", invalid))),
    };
    if claims.email != old.email && !entry.claims.contains_key("email_verified") {
        let email = claims.email.take();
        users::set_email(&mut claims, email);
    }
    let before = found.map(|found| found.attributes.clone()).unwrap_or_default();
    let attributes = match with_attributes(&before, &entry.attributes) {
        Ok(attributes) => attributes,
        Err(invalid) => return Ok(Err(Settled::misspelt("attributes.", invalid))),
    };
    // Compared as it is looked up: another spelling in the file is no reason to end anything.
    let renamed = found.filter(|found| !is_named(&entry.username, &found.username));
    let username = match found {
        Some(found) if renamed.is_none() => found.username.clone(),
        _ => entry.username.clone(),
    };
    let is_new_name = found.is_none() || renamed.is_some();
    let (plain, hash) = match given {
        Some(GivenPassword::Plain(password)) => (Some(password), None),
        Some(GivenPassword::Hash(hash)) => (None, Some(hash)),
        None => (None, None),
    };
    let mut faults = users::check(is_new_name.then_some(username.as_str()), &claims, plain);
    faults.extend(hash.and_then(|hash| users::check_password_hash(hash).err()));
    let fits = attribute::check(&tenant.settings.attributes, &before, &attributes);
    faults.extend(fits.map_err(InvalidField::from).err());
    if found.is_none() {
        faults.extend(entry.user_id.as_ref().and_then(|id| users::check_id(id).err()));
        let new = new_user(entry, username.clone(), claims.clone(), attributes.clone());
        if faults.is_empty()
            && let Some(clash) = users::clash(admin, &tenant.tenant_id, new).await?
            // It may be that somebody else has made them since.
            && !is_there(admin, tenant, entry).await?
        {
            faults.push(clash);
        }
    }
    if !faults.is_empty() {
        return Ok(Err(Settled::invalid(faults)));
    }
    let mut changes = differences("claims.", old, &claims);
    changes.extend(differences("attributes.", &before, &attributes));
    changes.extend(renamed.map(|found| Change::text("username", &found.username, &entry.username)));
    let password = match (found, given) {
        (Some(found), Some(given)) if !is_wanted(admin, tenant, found, given).await? => None,
        _ => given.cloned(),
    };
    changes.extend(password.as_ref().map(|password| match password {
        GivenPassword::Plain(_) => Change::secret("password"),
        GivenPassword::Hash(_) => Change::secret("password_hash"),
    }));
    Ok(Ok(Comparison { username, claims, attributes, password, changes }))
}

/// The attributes with other values for those that are named; `null` and an empty text take one away.
fn with_attributes(old: &Attributes, changes: &Members) -> Result<Attributes, Invalid> {
    let mut attributes = old.clone();
    for (name, value) in changes {
        if value.is_null() || value == "" {
            attributes.remove(name);
            continue;
        }
        let why = "must be a text, an integer, true or false, or a list of texts";
        let value = serde_json::from_value(value.clone()).map_err(|_| Invalid::new(name, why))?;
        attributes.insert(name.clone(), value);
    }
    Ok(attributes)
}

fn new_user(entry: &UserEntry, username: String, claims: StandardClaims, attributes: Attributes) -> NewUser {
    NewUser {
        user_id: entry.user_id.clone(),
        username,
        claims,
        attributes,
        password: None,
        password_change_required: false,
    }
}

/// Whether the user is to have that password: one that they do not have yet. A hash is for whoever has no password at all,
/// since theirs is hashed anew when it is first used, and nobody could tell it from another one then.
async fn is_wanted(
    admin: &Administration<'_>,
    tenant: &Tenant,
    user: &User,
    given: &GivenPassword,
) -> Result<bool, Error> {
    let (tenant, id) = (&tenant.tenant_id, &user.user_id);
    Ok(match given {
        GivenPassword::Plain(password) => !users::has_password(admin, tenant, id, password).await?,
        GivenPassword::Hash(_) => !users::has_any_password(admin, tenant, id).await?,
    })
}

async fn remove(
    admin: &Administration<'_>,
    tenant: &Tenant,
    entry: &UserEntry,
    found: Option<User>,
    mode: Mode,
) -> Result<Settled, Error> {
    let step = about(entry).removal(found.is_some());
    match found {
        Some(found) if !step.is_settled(mode) => Ok(Settled::of(
            users::delete(admin, &tenant.tenant_id, &found.user_id, Expected::Any).await?,
            step,
        )),
        _ => Ok(Settled::Done(step)),
    }
}

fn about(entry: &UserEntry) -> Step {
    Step::about("user", &entry.tenant, &entry.username)
}
