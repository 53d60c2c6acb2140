//! How a grant is stored, with its code and its refresh token.

use credenza_protocol::grant::Grant;
use credenza_protocol::ids::TenantId;
use credenza_protocol::secret::SecretHash;
use credenza_protocol::time::Time;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Binary, Integer, Nullable, Text};
use diesel_async::RunQueryDsl;

use super::Conn;
use super::live::client_lives;
use crate::codes::{CodeRecord, NewCode};
use crate::refresh_tokens::NewRefreshToken;
use crate::schema::{clients, grants, users};
use crate::stored::{CodeDetails, GrantDetails};
use crate::{Admission, Result, value};

/// A new grant with its code and its refresh token, where it has them.
pub(crate) struct Parts<'a> {
    pub(crate) grant: &'a Grant,
    pub(crate) code: Option<(&'a SecretHash, &'a CodeRecord)>,
    pub(crate) refresh_token: Option<&'a NewRefreshToken>,
}

impl<'a> From<&'a NewCode> for Parts<'a> {
    fn from(new: &'a NewCode) -> Self {
        let code = Some((&new.hash, &new.code));
        Self { grant: &new.grant, code, refresh_token: new.refresh_token.as_ref() }
    }
}

/// What is written with a new grant.
pub(crate) struct Birth {
    /// Until when it lasts unless its code is redeemed.
    pub(crate) expires_at: Time,
    /// When its code was spent, if it was.
    pub(crate) spent_at: Option<Time>,
    /// The epochs that client and user must be in; any, if absent.
    pub(crate) admission: Option<Admission>,
}

/// Stores the grant with its code and its refresh token. `None` if there is such a grant already,
/// `Some(0)` unless tenant, client and user are enabled and in the right epoch. It is one statement, so that nothing
/// can change between the check and the write.
pub(crate) async fn insert(
    conn: &mut Conn,
    tenant: &TenantId,
    new: Parts<'_>,
    birth: Birth,
) -> Result<Option<usize>> {
    let Parts { grant, code, refresh_token: refresh } = new;
    let details = value::to_json(&GrantDetails::of(grant))?;
    let code_details = code.map(|(_, code)| value::to_json(&CodeDetails::of(code))).transpose()?;
    let (clients_epoch, users_epoch) = match birth.admission {
        Some(Admission { client_epoch, user_epoch }) => {
            ((client_epoch, client_epoch), (user_epoch, user_epoch))
        }
        None => ((i64::MIN, i64::MAX), (i64::MIN, i64::MAX)),
    };
    let row = users::table
        .inner_join(clients::table.on(clients::tenant_id.eq(users::tenant_id)))
        .filter(users::tenant_id.eq(tenant.as_str()))
        .filter(users::user_id.eq(grant.user_id.as_str()))
        .filter(users::disabled_at.is_null())
        .filter(users::epoch.between(users_epoch.0, users_epoch.1))
        .filter(clients::client_id.eq(grant.client_id.as_str()))
        .filter(clients::epoch.between(clients_epoch.0, clients_epoch.1))
        .filter(client_lives())
        .select((
            users::tenant_id,
            grant.grant_id.as_str().into_sql::<Text>(),
            clients::client_id,
            clients::epoch,
            users::user_id,
            users::epoch,
            grant.sid.as_str().into_sql::<Text>(),
            i32::from(grant.offline).into_sql::<Integer>(),
            grant.created_at.seconds().into_sql::<BigInt>(),
            birth.expires_at.seconds().into_sql::<BigInt>(),
            grant.expires_at.seconds().into_sql::<BigInt>(),
            grant.auth_time.seconds().into_sql::<BigInt>(),
            grant.scope.to_string().into_sql::<Text>(),
            details.into_sql::<Text>(),
            code.map(|(hash, _)| hash.as_bytes()).into_sql::<Nullable<Binary>>(),
            code.map(|(_, code)| code.expires_at.seconds()).into_sql::<Nullable<BigInt>>(),
            value::seconds(birth.spent_at).into_sql::<Nullable<BigInt>>(),
            code_details.into_sql::<Nullable<Text>>(),
            refresh.map(|new| new.token.as_bytes()).into_sql::<Nullable<Binary>>(),
            refresh.map(|new| new.expires_at.seconds()).into_sql::<Nullable<BigInt>>(),
        ));
    let columns = (
        grants::tenant_id,
        grants::grant_id,
        grants::client_id,
        grants::client_epoch,
        grants::user_id,
        grants::user_epoch,
        grants::sid,
        grants::offline,
        grants::created_at,
        grants::expires_at,
        grants::ends_at,
        grants::auth_time,
        grants::scope,
        grants::details,
        grants::code_hash,
        grants::code_expires_at,
        grants::spent_at,
        grants::code,
        grants::refresh_hash,
        grants::refresh_expires_at,
    );
    let insert = diesel::insert_into(grants::table).values(row).into_columns(columns);
    value::counted(insert.execute(conn).await)
}
