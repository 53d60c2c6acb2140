//! What it means to be live, once for all queries.

use diesel::dsl::{auto_type, exists};
use diesel::prelude::*;
use diesel::query_source::AliasedField;

use crate::schema::{access_tokens, clients, devices, grants, tenants, users};

// An alias for the users of this predicate, since a query may read the user as well.
diesel::alias!(pub(crate) const GIVERS: Alias<Givers> = users as givers);

/// The grant of the row at hand lives: neither revoked nor expired, its tenant, client and user enabled,
/// and client and user still in the epoch in which it was given.
#[auto_type]
pub(crate) fn grant_lives(now: i64) -> _ {
    let tenant = tenants::table
        .filter(tenants::tenant_id.eq(grants::tenant_id))
        .filter(tenants::disabled_at.is_null())
        .select(tenants::tenant_id);
    let client = clients::table
        .filter(clients::tenant_id.eq(grants::tenant_id))
        .filter(clients::client_id.eq(grants::client_id))
        .filter(clients::epoch.eq(grants::client_epoch))
        .filter(clients::disabled_at.is_null())
        .select(clients::client_id);
    let of_tenant: AliasedField<Givers, users::tenant_id> = GIVERS.field(users::tenant_id);
    let user_id: AliasedField<Givers, users::user_id> = GIVERS.field(users::user_id);
    let epoch: AliasedField<Givers, users::epoch> = GIVERS.field(users::epoch);
    let disabled_at: AliasedField<Givers, users::disabled_at> = GIVERS.field(users::disabled_at);
    let user = GIVERS
        .filter(of_tenant.eq(grants::tenant_id))
        .filter(user_id.eq(grants::user_id))
        .filter(epoch.eq(grants::user_epoch))
        .filter(disabled_at.is_null())
        .select(user_id);
    grants::revoked_at
        .is_null()
        .and(grants::expires_at.gt(now))
        .and(exists(tenant))
        .and(exists(client))
        .and(exists(user))
}

/// The grant of the device of the row at hand lives, and is still the person's to whom the device belongs.
#[auto_type]
pub(crate) fn device_lives(now: i64) -> _ {
    let lives: grant_lives = grant_lives(now);
    let grant = grants::table
        .filter(grants::tenant_id.eq(devices::tenant_id))
        .filter(grants::grant_id.eq(devices::grant_id))
        .filter(grants::user_id.eq(devices::user_id))
        .filter(lives)
        .select(grants::grant_id);
    exists(grant)
}

/// A token of the grant of the row at hand may have been issued since then: it was given, its code was redeemed, or
/// it was refreshed.
#[auto_type]
pub(crate) fn had_token_since(since: i64) -> _ {
    grants::created_at.gt(since).or(grants::spent_at.gt(since)).or(grants::rotated_at.gt(since))
}

/// The client of the row at hand is enabled, and its tenant is.
#[auto_type]
pub(crate) fn client_lives() -> _ {
    let tenant = tenants::table
        .filter(tenants::tenant_id.eq(clients::tenant_id))
        .filter(tenants::disabled_at.is_null())
        .select(tenants::tenant_id);
    clients::disabled_at.is_null().and(exists(tenant))
}

/// The opaque access token of the row at hand has a living grant or, without one, a living client that is
/// still in the epoch in which it asked for the token.
#[auto_type]
pub(crate) fn access_token_lives(now: i64) -> _ {
    let lives: grant_lives = grant_lives(now);
    let grant = grants::table
        .filter(grants::tenant_id.eq(access_tokens::tenant_id))
        .filter(grants::grant_id.nullable().eq(access_tokens::grant_id))
        .filter(lives)
        .select(grants::grant_id);
    let enabled: client_lives = client_lives();
    let client = clients::table
        .filter(clients::tenant_id.eq(access_tokens::tenant_id))
        .filter(clients::client_id.eq(access_tokens::client_id))
        .filter(clients::epoch.eq(access_tokens::client_epoch))
        .filter(enabled)
        .select(clients::client_id);
    access_tokens::expires_at
        .gt(now)
        .and(exists(grant).or(access_tokens::grant_id.is_null().and(exists(client))))
}
