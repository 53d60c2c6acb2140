//! Revocations.

use std::collections::BTreeSet;

use async_trait::async_trait;
use credenza_protocol::ids::{ClientId, GrantId, TenantId, UserId};
use credenza_protocol::time::Time;
use diesel::dsl::{exists, max, not};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::live::{client_lives, grant_lives, had_token_since};
use super::{Conn, Db, tenants};
use crate::kept::Keep;
use crate::revocations::LEEWAY;
use crate::schema::{clients, grants, revocations, revoked_jwts};
use crate::{Result, Revocation, Revocations};

/// Whose tokens are dead that were made until some time.
#[derive(Clone, Copy)]
pub(super) enum Subject {
    /// A client, disabled or deleted.
    Client,
    /// A user, disabled or deleted or with another password.
    User,
}

impl Subject {
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Client => "client",
            Self::User => "user",
        }
    }
}

/// Notes that the epoch of a client or user ended. Their own row was written before, in this transaction, so that
/// no other does this at the same time.
pub(super) async fn note(
    conn: &mut Conn,
    tenant: &TenantId,
    subject: Subject,
    id: &str,
    now: Time,
) -> Result<()> {
    let expires_at = now + tenants::longest_token_lifetime(conn, tenant, now).await? + LEEWAY;
    let row = || revocations::table.find((tenant.as_str(), subject.as_str(), id));
    let before = row().select((revocations::at, revocations::expires_at));
    let before: Option<(i64, i64)> = before.get_result(conn).await.optional()?;
    // A clock that stands behind takes nothing back.
    let (at, until) = before.unwrap_or((i64::MIN, i64::MIN));
    let times = (
        revocations::at.eq(now.seconds().max(at)),
        revocations::expires_at.eq(expires_at.seconds().max(until)),
    );
    if before.is_some() {
        diesel::update(row()).set(times).kept().execute(conn).await?;
    } else {
        let key = (
            revocations::tenant_id.eq(tenant.as_str()),
            revocations::subject.eq(subject.as_str()),
            revocations::id.eq(id),
        );
        diesel::insert_into(revocations::table).values((key, times)).execute(conn).await?;
    }
    Ok(())
}

/// What a look at the revocations of a tenant goes by.
struct Look {
    tenant: TenantId,
    /// More than so many of a kind are told by a whole.
    limit: usize,
    now: i64,
    /// What was made earlier has expired, whatever a validator's leeway.
    since: i64,
    /// What ended earlier is dead by itself.
    ended: i64,
}

/// The grants that were revoked, each by its own row, and had a token that could still be taken.
macro_rules! revoked {
    ($look:expr) => {
        grants::table
            .filter(grants::tenant_id.eq($look.tenant.as_str()))
            .filter(grants::revoked_at.gt($look.since))
            .filter(grants::expires_at.gt($look.ended))
            .filter(had_token_since($look.since))
    };
}

/// The grants that died with an epoch of their user. They are found by what a grant lives by, so that none is missed
/// that was born or refreshed as the epoch ended.
macro_rules! orphaned {
    ($look:expr) => {
        grants::table
            .inner_join(
                revocations::table.on(revocations::tenant_id
                    .eq(grants::tenant_id)
                    .and(revocations::subject.eq(Subject::User.as_str()))
                    .and(revocations::id.eq(grants::user_id))),
            )
            .filter(grants::tenant_id.eq($look.tenant.as_str()))
            .filter(revocations::expires_at.gt($look.now))
            .filter(grants::revoked_at.is_null())
            .filter(grants::expires_at.gt($look.ended))
            .filter(had_token_since($look.since))
            .filter(not(grant_lives($look.now)))
    };
}

type Given = (String, String, Option<i64>);
type OfClient = (String, Option<i64>);

impl Look {
    /// Whether these are too many to be told one by one.
    fn is_too_many<T>(&self, found: &[T]) -> bool {
        found.len() > self.limit
    }

    fn rows(&self) -> i64 {
        i64::try_from(self.limit).map_or(i64::MAX, |limit| limit.saturating_add(1))
    }

    async fn grants(&self, conn: &mut Conn) -> Result<Vec<Revocation>> {
        let revoked = revoked!(self).select(grants::grant_id).limit(self.rows());
        let mut ids: Vec<String> = revoked.load(conn).await?;
        let orphaned = orphaned!(self).select(grants::grant_id).limit(self.rows());
        ids.extend(orphaned.load::<String>(conn).await?);
        if self.is_too_many(&ids) {
            return self.given(conn).await;
        }
        Ok(ids.into_iter().map(|id| Revocation::Grant(GrantId::new(id))).collect())
    }

    async fn given(&self, conn: &mut Conn) -> Result<Vec<Revocation>> {
        let key = (grants::client_id, grants::user_id);
        let revoked = revoked!(self).group_by(key);
        let revoked = revoked.select((grants::client_id, grants::user_id, max(grants::revoked_at)));
        let mut rows: Vec<Given> = revoked.limit(self.rows()).load(conn).await?;
        let orphaned = orphaned!(self).group_by(key);
        let orphaned = orphaned.select((grants::client_id, grants::user_id, max(revocations::at)));
        rows.extend(orphaned.limit(self.rows()).load::<Given>(conn).await?);
        if self.is_too_many(&rows) {
            return self.clients_of_grants(conn).await;
        }
        let told = |(client_id, user_id, at): Given| Revocation::Given {
            client_id: ClientId::new(client_id),
            user_id: UserId::new(user_id),
            before: Time::from_seconds(at.unwrap_or(self.now)),
        };
        Ok(rows.into_iter().map(told).collect())
    }

    async fn clients_of_grants(&self, conn: &mut Conn) -> Result<Vec<Revocation>> {
        let revoked = revoked!(self).group_by(grants::client_id);
        let mut rows: Vec<OfClient> =
            revoked.select((grants::client_id, max(grants::revoked_at))).load(conn).await?;
        let orphaned = orphaned!(self).group_by(grants::client_id);
        let orphaned = orphaned.select((grants::client_id, max(revocations::at)));
        rows.extend(orphaned.load::<OfClient>(conn).await?);
        Ok(self.clients(rows))
    }

    async fn tokens(&self, conn: &mut Conn) -> Result<Vec<Revocation>> {
        let rows = || {
            revoked_jwts::table
                .filter(revoked_jwts::tenant_id.eq(self.tenant.as_str()))
                .filter(revoked_jwts::expires_at.gt(self.now))
        };
        let names: Vec<String> = rows().select(revoked_jwts::jti).limit(self.rows()).load(conn).await?;
        if !self.is_too_many(&names) {
            return Ok(names.into_iter().map(Revocation::Token).collect());
        }
        let of_clients = rows()
            .group_by(revoked_jwts::client_id)
            .select((revoked_jwts::client_id, max(revoked_jwts::revoked_at)));
        Ok(self.clients(of_clients.load(conn).await?))
    }

    fn clients(&self, rows: Vec<OfClient>) -> Vec<Revocation> {
        let told = |(client_id, at): OfClient| Revocation::Client {
            client_id: ClientId::new(client_id),
            before: Some(Time::from_seconds(at.unwrap_or(self.now))),
        };
        rows.into_iter().map(told).collect()
    }

    /// The clients that were disabled or deleted, with their own tokens and those of their grants.
    async fn ended_clients(&self, conn: &mut Conn) -> Result<Vec<Revocation>> {
        let client = clients::table
            .filter(clients::tenant_id.eq(revocations::tenant_id))
            .filter(clients::client_id.eq(revocations::id))
            .filter(client_lives())
            .select(clients::client_id);
        let rows = revocations::table
            .filter(revocations::tenant_id.eq(self.tenant.as_str()))
            .filter(revocations::subject.eq(Subject::Client.as_str()))
            .filter(revocations::expires_at.gt(self.now))
            .select((revocations::id, revocations::at, exists(client)));
        let rows: Vec<(String, i64, bool)> = rows.load(conn).await?;
        let told = |(id, at, lives): (String, i64, bool)| Revocation::Client {
            client_id: ClientId::new(id),
            before: lives.then(|| Time::from_seconds(at)),
        };
        Ok(rows.into_iter().map(told).collect())
    }
}

#[async_trait]
impl Revocations for Db {
    async fn list(&self, tenant: &TenantId, limit: u32, now: Time) -> Result<Vec<Revocation>> {
        let tenant = tenant.clone();
        self.read(async move |conn: &mut Conn| {
            let longest = tenants::longest_token_lifetime(conn, &tenant, now).await?;
            let look = Look {
                tenant,
                limit: usize::try_from(limit).unwrap_or(usize::MAX),
                now: now.seconds(),
                since: (now - longest - LEEWAY).seconds(),
                ended: (now - LEEWAY).seconds(),
            };
            let mut all = BTreeSet::from_iter(look.ended_clients(conn).await?);
            all.extend(look.tokens(conn).await?);
            all.extend(look.grants(conn).await?);
            Ok(all.into_iter().collect())
        })
        .await
    }
}
