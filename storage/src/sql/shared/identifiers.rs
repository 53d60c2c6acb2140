//! What users are found by, and may not be confused by: username, verified email address, and what a username looks
//! like.
//!
//! `users.email_key` and `username_looks` are filled by nodes that know them. What a node of an earlier version changed
//! meanwhile may have left them behind, so whatever they lead to is compared with the record itself.

use credenza_protocol::ids::TenantId;
use credenza_protocol::secret::SecretHash;
use credenza_protocol::user::User;
use credenza_protocol::user_search::keys::SearchKeys;
use credenza_protocol::username::{email_key, is_as_stored, is_named, looks, stored_keys};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::Conn;
use super::rows::UserRow;
use crate::kept::Keep;
use crate::schema::{username_looks, users};
use crate::{Clash, Created, Login, Result, Update, value};

/// Rows that are looked at: those of each key, and two of one address, which is as good as many.
const CANDIDATES: i64 = 5;

/// Why a user is not stored.
pub(crate) enum Refused {
    Taken,
    Clash(Clash),
}

impl From<Refused> for Created {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::Taken => Self::UsernameTaken,
            Refused::Clash(clash) => Self::Clash(clash),
        }
    }
}

impl From<Refused> for Update {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::Taken => Self::UsernameTaken,
            Refused::Clash(clash) => Self::Clash(clash),
        }
    }
}

/// What is stored in `users.email_key`.
pub(crate) fn email_column(user: &User) -> String {
    user.email_key().unwrap_or_default()
}

/// What operators search a user by, as it is stored.
pub(crate) type SearchColumns = (
    diesel::dsl::Eq<users::email_search, String>,
    diesel::dsl::Eq<users::phone_search, Option<String>>,
    diesel::dsl::Eq<users::name_search, Option<String>>,
);

/// What is stored in the columns that operators search by.
pub(crate) fn search_columns(user: &User) -> SearchColumns {
    let SearchKeys { email, phone_number, name } = SearchKeys::of(user);
    (
        users::email_search.eq(email.unwrap_or_default()),
        users::phone_search.eq(phone_number),
        users::name_search.eq(name),
    )
}

/// The user who signs in with that.
pub(crate) async fn find(conn: &mut Conn, tenant: &TenantId, login: &Login) -> Result<Option<User>> {
    let address = if login.by_email { email_key(&login.typed) } else { None };
    let found = candidates(conn, tenant, &login.typed, address.clone()).await?;
    let (named, others): (Vec<User>, Vec<User>) =
        found.into_iter().partition(|user| is_named(&login.typed, &user.username));
    if let Some(user) = nearest(named, &login.typed) {
        return Ok(Some(user));
    }
    let Some(address) = address else { return Ok(None) };
    let mut owners = others.into_iter().filter(|user| user.email_key().as_ref() == Some(&address));
    match (owners.next(), owners.next()) {
        (Some(owner), None) => Ok(Some(owner)),
        _ => Ok(None),
    }
}

/// Users who have that name or that address; those of the name first.
async fn candidates(
    conn: &mut Conn,
    tenant: &TenantId,
    username: &str,
    address: Option<String>,
) -> Result<Vec<User>> {
    // Always three keys, so that there is one statement.
    let mut keys = stored_keys(username).into_iter().cycle();
    let mut key = || keys.next().unwrap_or_default();
    let (first, second, third) = (key(), key(), key());
    let named = users::username_key
        .eq(first.clone())
        .or(users::username_key.eq(second.clone()))
        .or(users::username_key.eq(third.clone()));
    let first_of_all =
        users::username_key.eq(first).or(users::username_key.eq(second)).or(users::username_key.eq(third));
    let rows = users::table
        .filter(users::tenant_id.eq(tenant.as_str()))
        .filter(named.nullable().or(users::email_key.eq(address)))
        .order(first_of_all.desc())
        .limit(CANDIDATES)
        .select(UserRow::as_select());
    let rows: Vec<UserRow> = rows.load(conn).await?;
    rows.into_iter().map(UserRow::record).collect()
}

/// The one whose name was typed as it is stored, before one whose name is only compared as equal.
fn nearest(named: Vec<User>, username: &str) -> Option<User> {
    let mut nearest: Option<User> = None;
    for user in named {
        if is_as_stored(username, &user.username) {
            return Some(user);
        }
        nearest.get_or_insert(user);
    }
    nearest
}

/// Takes what the user is to be found by, where it is new, or says who has it. It is the first thing that a job writes:
/// where the job ends afterwards, what was taken belongs to nobody and is taken over by the next.
pub(crate) async fn take(
    conn: &mut Conn,
    tenant: &TenantId,
    user: &User,
    before: Option<&User>,
) -> Result<Option<Refused>> {
    if let Some(refused) = names(conn, tenant, user, before).await? {
        return Ok(Some(refused));
    }
    let is_new_name = before.is_none_or(|before| before.username != user.username);
    let mut looks = looks(&user.username);
    // In one order, so that two jobs do not wait for each other.
    looks.sort_by(|one, other| one.as_bytes().cmp(other.as_bytes()));
    for look in looks {
        let refused = take_look(conn, tenant, user, look).await?;
        if is_new_name && refused.is_some() {
            return Ok(refused);
        }
    }
    Ok(None)
}

/// For whom a new user could be taken now; nothing is written.
pub(crate) async fn clash(conn: &mut Conn, tenant: &TenantId, user: &User) -> Result<Option<Refused>> {
    if let Some(refused) = names(conn, tenant, user, None).await? {
        return Ok(Some(refused));
    }
    for look in looks(&user.username) {
        if let Some((_, Some(other))) = owner(conn, tenant, look).await? {
            return Ok(Some(Refused::Clash(Clash::LooksLike(other.username))));
        }
    }
    Ok(None)
}

/// Whether another user has proven the address already that this one is to have.
pub(crate) async fn is_address_taken(conn: &mut Conn, tenant: &TenantId, user: &User) -> Result<bool> {
    let Some(key) = user.email_key() else { return Ok(false) };
    let owner = users::table
        .filter(users::tenant_id.eq(tenant.as_str()))
        .filter(users::email_key.eq(key))
        .filter(users::user_id.ne(user.user_id.as_str()))
        .select(users::version)
        .limit(1);
    Ok(owner.get_result::<i64>(conn).await.optional()?.is_some())
}

/// Whether another user has that name or address, where it is new.
async fn names(
    conn: &mut Conn,
    tenant: &TenantId,
    user: &User,
    before: Option<&User>,
) -> Result<Option<Refused>> {
    let is_new_name = before.is_none_or(|before| before.username != user.username);
    let address = user.email_key();
    let is_new_address = before.is_none_or(|before| before.email_key() != address);
    let is_other = |other: &User| other.user_id != user.user_id;
    if is_new_name {
        let own_address = email_key(&user.username);
        for other in candidates(conn, tenant, &user.username, own_address.clone()).await? {
            if is_other(&other) && is_named(&user.username, &other.username) {
                return Ok(Some(Refused::Taken));
            }
            if is_other(&other) && own_address.is_some() && other.email_key() == own_address {
                return Ok(Some(Refused::Clash(Clash::UsernameIsAddress(other.username))));
            }
        }
    }
    if let (true, Some(address)) = (is_new_address, &address) {
        for other in candidates(conn, tenant, address, None).await? {
            if is_other(&other) && is_named(address, &other.username) {
                return Ok(Some(Refused::Clash(Clash::AddressIsUsername(other.username))));
            }
        }
    }
    Ok(None)
}

/// Takes one look, unless a user has it who does look like that.
async fn take_look(
    conn: &mut Conn,
    tenant: &TenantId,
    user: &User,
    look: SecretHash,
) -> Result<Option<Refused>> {
    let Some((owner, other)) = owner(conn, tenant, look).await? else {
        let row = (
            username_looks::tenant_id.eq(tenant.as_str()),
            username_looks::look.eq(look.as_bytes()),
            username_looks::user_id.eq(user.user_id.as_str()),
        );
        let taken = diesel::insert_into(username_looks::table).values(row).execute(conn).await;
        return Ok((!value::inserted(taken)?).then_some(Refused::Taken));
    };
    if owner == user.user_id.as_str() {
        return Ok(None);
    }
    if let Some(other) = other {
        return Ok(Some(Refused::Clash(Clash::LooksLike(other.username))));
    }
    let row = username_looks::table.find((tenant.as_str(), look.as_bytes()));
    let row = row.filter(username_looks::user_id.eq(owner));
    let new = username_looks::user_id.eq(user.user_id.as_str());
    let taken = diesel::update(row).set(new).kept().execute(conn).await?;
    Ok((taken == 0).then_some(Refused::Taken))
}

/// Whose id a look has, and that user if there is one who does look like that.
async fn owner(
    conn: &mut Conn,
    tenant: &TenantId,
    look: SecretHash,
) -> Result<Option<(String, Option<User>)>> {
    let row = username_looks::table.find((tenant.as_str(), look.as_bytes()));
    let owner: Option<String> = row.select(username_looks::user_id).get_result(conn).await.optional()?;
    let Some(owner) = owner else { return Ok(None) };
    let user = users::table.find((tenant.as_str(), owner.as_str())).select(UserRow::as_select());
    let user = user.get_result(conn).await.optional()?.map(UserRow::record).transpose()?;
    Ok(Some((owner, user.filter(|user| looks(&user.username).contains(&look)))))
}

/// Gives back what a user no longer looks like.
pub(crate) async fn give_back(conn: &mut Conn, tenant: &TenantId, before: &User, now: &User) -> Result<()> {
    let kept = looks(&now.username);
    for look in looks(&before.username).into_iter().filter(|look| !kept.contains(look)) {
        let row = username_looks::table.find((tenant.as_str(), look.as_bytes()));
        let own = row.filter(username_looks::user_id.eq(now.user_id.as_str()));
        diesel::delete(own).execute(conn).await?;
    }
    Ok(())
}

/// Fills in what users are found by who were stored without it.
pub(crate) async fn fill(conn: &mut Conn, tenant: &TenantId, limit: i64) -> Result<u64> {
    let rows = users::table
        .filter(users::tenant_id.eq(tenant.as_str()))
        .filter(users::email_key.is_null())
        .limit(limit)
        .select(UserRow::as_select());
    let rows: Vec<UserRow> = rows.load(conn).await?;
    let count = rows.len();
    for row in rows {
        let user_id = row.user_id.clone();
        // One that cannot be read is found by its name alone.
        let user = row.record().ok();
        let key = user.as_ref().map(email_column).unwrap_or_default();
        let row = users::table.find((tenant.as_str(), user_id.as_str()));
        let row = row.filter(users::email_key.is_null());
        diesel::update(row).set(users::email_key.eq(key)).kept().execute(conn).await?;
        if let Some(user) = &user {
            for look in looks(&user.username) {
                // Whoever has it keeps it: these names were given before anybody looked.
                let _ = take_look(conn, tenant, user, look).await?;
            }
        }
    }
    Ok(u64::try_from(count).unwrap_or(u64::MAX))
}

/// Fills in what operators search users by, for those who were stored without it.
pub(crate) async fn fill_search(conn: &mut Conn, tenant: &TenantId, limit: i64) -> Result<u64> {
    let rows = users::table
        .filter(users::tenant_id.eq(tenant.as_str()))
        .filter(users::email_search.is_null())
        .limit(limit)
        .select(UserRow::as_select());
    let rows: Vec<UserRow> = rows.load(conn).await?;
    let count = rows.len();
    for row in rows {
        let user_id = row.user_id.clone();
        let found = users::table.find((tenant.as_str(), user_id.as_str()));
        let found = found.filter(users::email_search.is_null());
        match row.record() {
            Ok(user) => diesel::update(found).set(search_columns(&user)).kept().execute(conn).await?,
            // One that cannot be read is found by its id alone.
            Err(_) => diesel::update(found).set(users::email_search.eq("")).kept().execute(conn).await?,
        };
    }
    Ok(u64::try_from(count).unwrap_or(u64::MAX))
}
