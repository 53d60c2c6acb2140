//! Walks through users, each by one index.
//!
//! Where many share a key, such as the second in which they were imported, a step goes on within them by their ids. It is
//! two statements, since not every database follows an index by a pair of columns: those of the key at hand, and those
//! beyond it.

use credenza_protocol::attribute::search::AttributeKey;
use credenza_protocol::ids::{TenantId, UserId};
use credenza_protocol::user_search::Index;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::rows::UserRow;
use super::{Conn, user_attributes};
use crate::schema::users;
use crate::users::{Passed, Step, UserPlace};
use crate::{Result, value};

/// What a walk is ordered by.
#[derive(Clone, Copy)]
enum Column {
    Username,
    Email,
    PhoneNumber,
    Name,
    CreatedAt,
    DisabledAt,
}

/// A part of a walk, which one statement answers.
enum Part<'a> {
    /// Those of this key, beyond this id.
    Same { key: &'a str, id: &'a str },
    /// Those beyond the first key, up to the second one.
    Beyond { key: &'a str, last: &'a str },
}

/// Rows with the keys that they stand by.
type Rows = Vec<(String, UserRow)>;

/// The rows of a part, in the order of the index of that column or against it.
macro_rules! rows {
    ($conn:expr, $tenant:expr, $column:path, $read:path, $part:expr, $desc:expr, $wanted:expr) => {{
        let id = users::user_id;
        let all = users::table
            .filter(users::tenant_id.eq($tenant.as_str()))
            .limit($wanted)
            .select(($column.nullable(), UserRow::as_select()));
        match ($part, $desc) {
            (Part::Same { key: at, id: after }, false) => {
                all.filter($column.nullable().eq($read(at)))
                    .filter(id.gt(*after))
                    .order(id.asc())
                    .load($conn)
                    .await?
            }
            (Part::Same { key: at, id: after }, true) => {
                all.filter($column.nullable().eq($read(at)))
                    .filter(id.lt(*after))
                    .order(id.desc())
                    .load($conn)
                    .await?
            }
            (Part::Beyond { key: at, last }, false) => {
                let beyond =
                    all.filter($column.nullable().gt($read(at))).filter($column.nullable().le($read(last)));
                beyond.order(($column.nullable().asc(), id.asc())).load($conn).await?
            }
            (Part::Beyond { key: at, last }, true) => {
                let beyond =
                    all.filter($column.nullable().lt($read(at))).filter($column.nullable().ge($read(last)));
                beyond.order(($column.nullable().desc(), id.desc())).load($conn).await?
            }
        }
    }};
}

/// The next users of a walk.
pub(crate) async fn take(
    conn: &mut Conn,
    tenant: &TenantId,
    index: &Index,
    mut step: Step,
) -> Result<Vec<Passed>> {
    let limit = usize::try_from(step.limit).unwrap_or(usize::MAX);
    let mut passed: Vec<Passed> = vec![];
    loop {
        let wanted = limit.saturating_sub(passed.len());
        let rows = next(conn, tenant, index, &step, i64::try_from(wanted).unwrap_or(i64::MAX)).await?;
        let is_last = rows.len() < wanted;
        let place = |key: &str, row: &UserRow| UserPlace {
            key: key.to_owned(),
            user_id: UserId::new(row.user_id.as_str()),
        };
        step.after = rows.last().map(|(key, row)| place(key, row)).or(step.after);
        let read =
            |(key, row): (String, UserRow)| Ok(Passed { place: place(&key, &row), user: row.record()? });
        passed.extend(value::readable("users", rows, read));
        if is_last || passed.len() >= limit {
            return Ok(passed);
        }
    }
}

async fn next(conn: &mut Conn, tenant: &TenantId, index: &Index, step: &Step, wanted: i64) -> Result<Rows> {
    let most = char::MAX.to_string();
    let (column, first, last) = match index {
        Index::Ids => return by_id(conn, tenant, step, wanted).await,
        Index::Attribute(key) => return by_attribute(conn, tenant, key, step, wanted).await,
        Index::Email(key) => (Column::Email, key.clone(), key.clone()),
        Index::PhoneNumber(key) => (Column::PhoneNumber, key.clone(), key.clone()),
        Index::Usernames(prefix) => (Column::Username, prefix.clone(), format!("{prefix}{most}")),
        Index::Names(prefix) => (Column::Name, prefix.clone(), format!("{prefix}{most}")),
        Index::Created(from, until) => {
            let last = until.seconds().saturating_sub(1).to_string();
            (Column::CreatedAt, from.seconds().to_string(), last)
        }
        Index::Disabled => (Column::DisabledAt, i64::MIN.to_string(), i64::MAX.to_string()),
    };
    let (first, last, id) = if step.desc { (last, first, most.as_str()) } else { (first, last, "") };
    let (key, id) = match &step.after {
        Some(place) => (place.key.as_str(), place.user_id.as_str()),
        None => (first.as_str(), id),
    };
    let mut found = part(conn, tenant, column, &Part::Same { key, id }, step.desc, wanted).await?;
    let more = wanted.saturating_sub(i64::try_from(found.len()).unwrap_or(i64::MAX));
    if more > 0 && key != last {
        let beyond = Part::Beyond { key, last: &last };
        found.extend(part(conn, tenant, column, &beyond, step.desc, more).await?);
    }
    Ok(found)
}

async fn part(
    conn: &mut Conn,
    tenant: &TenantId,
    column: Column,
    part: &Part<'_>,
    desc: bool,
    wanted: i64,
) -> Result<Rows> {
    let rows: Vec<(Option<String>, UserRow)> = match column {
        Column::CreatedAt | Column::DisabledAt => {
            return by_time(conn, tenant, column, part, desc, wanted).await;
        }
        Column::Username => by_username(conn, tenant, part, desc, wanted).await?,
        Column::Email => rows!(conn, tenant, users::email_search, text, part, desc, wanted),
        Column::PhoneNumber => rows!(conn, tenant, users::phone_search, text, part, desc, wanted),
        Column::Name => rows!(conn, tenant, users::name_search, text, part, desc, wanted),
    };
    Ok(rows.into_iter().map(|(key, row)| (key.unwrap_or_default(), row)).collect())
}

async fn by_time(
    conn: &mut Conn,
    tenant: &TenantId,
    column: Column,
    part: &Part<'_>,
    desc: bool,
    wanted: i64,
) -> Result<Rows> {
    let rows: Vec<(Option<i64>, UserRow)> = match column {
        Column::DisabledAt => rows!(conn, tenant, users::disabled_at, number, part, desc, wanted),
        _ => rows!(conn, tenant, users::created_at, number, part, desc, wanted),
    };
    Ok(rows.into_iter().map(|(key, row)| (key.unwrap_or_default().to_string(), row)).collect())
}

async fn by_attribute(
    conn: &mut Conn,
    tenant: &TenantId,
    key: &AttributeKey,
    step: &Step,
    wanted: i64,
) -> Result<Rows> {
    let after = beyond(step);
    let rows = user_attributes::found(conn, tenant, key, &after, step.desc, wanted).await?;
    Ok(rows.into_iter().map(|row| (row.user_id.clone(), row)).collect())
}

/// The id beyond which a step by id goes on.
fn beyond(step: &Step) -> String {
    match &step.after {
        Some(place) => place.user_id.to_string(),
        None if step.desc => char::MAX.to_string(),
        None => String::new(),
    }
}

async fn by_id(conn: &mut Conn, tenant: &TenantId, step: &Step, wanted: i64) -> Result<Rows> {
    let after = beyond(step);
    let all =
        users::table.filter(users::tenant_id.eq(tenant.as_str())).limit(wanted).select(UserRow::as_select());
    let id = users::user_id;
    let rows: Vec<UserRow> = match step.desc {
        false => all.filter(id.gt(after.as_str())).order(id.asc()).load(conn).await?,
        true => all.filter(id.lt(after.as_str())).order(id.desc()).load(conn).await?,
    };
    Ok(rows.into_iter().map(|row| (row.user_id.clone(), row)).collect())
}

/// No two users have one key, so that the index itself is the order.
async fn by_username(
    conn: &mut Conn,
    tenant: &TenantId,
    part: &Part<'_>,
    desc: bool,
    wanted: i64,
) -> Result<Vec<(Option<String>, UserRow)>> {
    let key = users::username_key;
    let all = users::table
        .filter(users::tenant_id.eq(tenant.as_str()))
        .limit(wanted)
        .select((key.nullable(), UserRow::as_select()));
    Ok(match (part, desc) {
        (Part::Same { key: at, id }, false) => {
            all.filter(key.eq(*at)).filter(users::user_id.gt(*id)).load(conn).await?
        }
        (Part::Same { key: at, id }, true) => {
            all.filter(key.eq(*at)).filter(users::user_id.lt(*id)).load(conn).await?
        }
        (Part::Beyond { key: at, last }, false) => {
            all.filter(key.gt(*at)).filter(key.le(*last)).order(key.asc()).load(conn).await?
        }
        (Part::Beyond { key: at, last }, true) => {
            all.filter(key.lt(*at)).filter(key.ge(*last)).order(key.desc()).load(conn).await?
        }
    })
}

fn text(key: &str) -> String {
    key.to_owned()
}

/// A time; nothing else stands in a place of a walk by time.
fn number(key: &str) -> i64 {
    key.parse().unwrap_or_default()
}
