//! Revocations.

use std::collections::BTreeSet;

use async_trait::async_trait;
use credenza_protocol::ids::{ClientId, GrantId, TenantId, UserId};
use credenza_protocol::time::Time;
use diesel::dsl::{exists, max, not};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::shared::epoch_end::Subject;
use super::shared::lifetime;
use super::shared::live::{client_lives, grant_lives, had_token_since};
use super::{Conn, Db};
use crate::revocations::LEEWAY;
use crate::schema::{clients, grants, revocations, revoked_jwts};
use crate::{Result, Revocation, Revocations};

/// The bounds of a query of the revocations of a tenant.
struct Look {
    tenant: TenantId,
    /// More than this many of a kind are reported as a whole.
    limit: usize,
    now: i64,
    /// What was issued earlier has expired, with the leeway of any validator.
    since: i64,
    /// What expired earlier is dead anyway.
    ended: i64,
}

/// The grants that were revoked one by one, and had a token that could still be accepted.
macro_rules! revoked {
    ($look:expr) => {
        grants::table
            .filter(grants::tenant_id.eq($look.tenant.as_str()))
            .filter(grants::revoked_at.gt($look.since))
            .filter(grants::expires_at.gt($look.ended))
            .filter(had_token_since($look.since))
    };
}

/// The grants that died with an epoch of their user. They are found by the predicate of a live grant, so that none is
/// missed that was given or refreshed as the epoch ended.
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
    /// Whether these are too many to be reported one by one.
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
            let longest = lifetime::longest(conn, &tenant, now).await?;
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
