//! A store that fails on demand: writes alone, as when a disk is full, or reads too, as when the database
//! is gone. Tenants, clients and keys stay readable, so that requests get as far as they can.

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

use async_trait::async_trait;
use credenza_protocol::grant::Grant;
use credenza_protocol::ids::{ClientId, GrantId, SessionId, TenantId, UserId};
use credenza_protocol::secret::SecretHash;
use credenza_protocol::session::Session;
use credenza_protocol::time::Time;
use credenza_storage::{
    AccessTokenRecord, AccessTokens, Admission, Codes, Grants, Jwt, LiveGrant, NewCode, NewRefreshToken,
    Options, RefreshRecord, RefreshTokens, Replays, Result, Revocation, Revocations, RevokedToken, Rotate,
    SessionRecord, Sessions, Spend, Store, StoreError, UsedGrant, open,
};

/// What fails at this moment.
#[derive(Clone, Default)]
pub struct Outage(Arc<AtomicU8>);

impl Outage {
    /// Writes fail.
    pub fn of_writes(&self) {
        self.0.store(1, Ordering::SeqCst);
    }

    /// Everything fails.
    pub fn of_everything(&self) {
        self.0.store(2, Ordering::SeqCst);
    }

    /// Nothing fails any more.
    pub fn end(&self) {
        self.0.store(0, Ordering::SeqCst);
    }

    fn reading(&self) -> Result<()> {
        self.below(2)
    }

    fn writing(&self) -> Result<()> {
        self.below(1)
    }

    fn below(&self, worst: u8) -> Result<()> {
        let fails = self.0.load(Ordering::SeqCst) >= worst;
        if fails { Err(StoreError::Failed("the store is out".into())) } else { Ok(()) }
    }
}

/// A new store in memory that fails when it is told to.
pub async fn failing_store() -> (Store, Outage) {
    let store = open("sqlite::memory:", Options::default()).await.unwrap();
    let outage = Outage::default();
    let failing = Store {
        sessions: Arc::new(Failing(Arc::clone(&store.sessions), outage.clone())),
        codes: Arc::new(Failing(Arc::clone(&store.codes), outage.clone())),
        grants: Arc::new(Failing(Arc::clone(&store.grants), outage.clone())),
        refresh_tokens: Arc::new(Failing(Arc::clone(&store.refresh_tokens), outage.clone())),
        access_tokens: Arc::new(Failing(Arc::clone(&store.access_tokens), outage.clone())),
        revocations: Arc::new(Failing(Arc::clone(&store.revocations), outage.clone())),
        replays: Arc::new(Failing(Arc::clone(&store.replays), outage.clone())),
        ..store
    };
    (failing, outage)
}

struct Failing<T: ?Sized>(Arc<T>, Outage);

#[async_trait]
impl Codes for Failing<dyn Codes> {
    async fn issue(&self, tenant: &TenantId, new: NewCode, now: Time) -> Result<()> {
        self.1.writing()?;
        self.0.issue(tenant, new, now).await
    }

    async fn spend(
        &self,
        tenant: &TenantId,
        client_id: &ClientId,
        grant_id: &GrantId,
        hash: SecretHash,
        now: Time,
    ) -> Result<Spend> {
        self.1.writing()?;
        self.0.spend(tenant, client_id, grant_id, hash, now).await
    }

    async fn admit(&self, tenant: &TenantId, c: &ClientId, u: &UserId) -> Result<Option<Admission>> {
        self.1.reading()?;
        self.0.admit(tenant, c, u).await
    }

    async fn redeem(
        &self,
        tenant: &TenantId,
        new: NewCode,
        admission: Admission,
        now: Time,
    ) -> Result<Spend> {
        self.1.writing()?;
        self.0.redeem(tenant, new, admission, now).await
    }
}

#[async_trait]
impl Grants for Failing<dyn Grants> {
    async fn find_live(
        &self,
        tenant: &TenantId,
        grant_id: &GrantId,
        jti: SecretHash,
        now: Time,
    ) -> Result<Option<LiveGrant>> {
        self.1.reading()?;
        self.0.find_live(tenant, grant_id, jti, now).await
    }

    async fn give(&self, tenant: &TenantId, grant: Grant, now: Time) -> Result<bool> {
        self.1.writing()?;
        self.0.give(tenant, grant, now).await
    }

    async fn exists(&self, tenant: &TenantId, grant_id: &GrantId) -> Result<bool> {
        self.1.reading()?;
        self.0.exists(tenant, grant_id).await
    }

    async fn list(&self, tenant: &TenantId, user_id: &UserId, now: Time) -> Result<Vec<Grant>> {
        self.1.reading()?;
        self.0.list(tenant, user_id, now).await
    }

    async fn page(
        &self,
        tenant: &TenantId,
        user_id: &UserId,
        after: Option<&GrantId>,
        limit: u32,
        now: Time,
    ) -> Result<Vec<UsedGrant>> {
        self.1.reading()?;
        self.0.page(tenant, user_id, after, limit, now).await
    }

    async fn revoke_of_user(&self, t: &TenantId, user: &UserId, id: &GrantId, now: Time) -> Result<bool> {
        self.1.writing()?;
        self.0.revoke_of_user(t, user, id, now).await
    }

    async fn revoke_of_client(&self, t: &TenantId, user: &UserId, c: &ClientId, now: Time) -> Result<u64> {
        self.1.writing()?;
        self.0.revoke_of_client(t, user, c, now).await
    }

    async fn revoke(&self, t: &TenantId, client_id: &ClientId, id: &GrantId, now: Time) -> Result<bool> {
        self.1.writing()?;
        self.0.revoke(t, client_id, id, now).await
    }
}

#[async_trait]
impl RefreshTokens for Failing<dyn RefreshTokens> {
    async fn find(&self, tenant: &TenantId, grant_id: &GrantId, now: Time) -> Result<Option<RefreshRecord>> {
        self.1.reading()?;
        self.0.find(tenant, grant_id, now).await
    }

    async fn rotate(
        &self,
        tenant: &TenantId,
        grant_id: &GrantId,
        presented: SecretHash,
        next: NewRefreshToken,
        now: Time,
    ) -> Result<Rotate> {
        self.1.writing()?;
        self.0.rotate(tenant, grant_id, presented, next, now).await
    }
}

#[async_trait]
impl AccessTokens for Failing<dyn AccessTokens> {
    async fn insert(&self, tenant: &TenantId, record: AccessTokenRecord, now: Time) -> Result<()> {
        self.1.writing()?;
        self.0.insert(tenant, record, now).await
    }

    async fn find(&self, t: &TenantId, hash: SecretHash, now: Time) -> Result<Option<AccessTokenRecord>> {
        self.1.reading()?;
        self.0.find(t, hash, now).await
    }

    async fn is_live(&self, tenant: &TenantId, jwt: Jwt<'_>, now: Time) -> Result<bool> {
        self.1.reading()?;
        self.0.is_live(tenant, jwt, now).await
    }

    async fn revoke(&self, tenant: &TenantId, token: RevokedToken, now: Time) -> Result<()> {
        self.1.writing()?;
        self.0.revoke(tenant, token, now).await
    }
}

#[async_trait]
impl Revocations for Failing<dyn Revocations> {
    async fn list(&self, tenant: &TenantId, limit: u32, now: Time) -> Result<Vec<Revocation>> {
        self.1.reading()?;
        self.0.list(tenant, limit, now).await
    }
}

#[async_trait]
impl Replays for Failing<dyn Replays> {
    async fn claim(
        &self,
        tenant: &TenantId,
        purpose: &str,
        key: SecretHash,
        issued_at: Time,
        expires_at: Time,
        now: Time,
    ) -> Result<bool> {
        self.1.writing()?;
        self.0.claim(tenant, purpose, key, issued_at, expires_at, now).await
    }
}

#[async_trait]
impl Sessions for Failing<dyn Sessions> {
    async fn begin(&self, t: &TenantId, handle: SecretHash, session: Session, now: Time) -> Result<()> {
        self.1.writing()?;
        self.0.begin(t, handle, session, now).await
    }

    async fn renew(
        &self,
        tenant: &TenantId,
        old: SecretHash,
        new: SecretHash,
        session: Session,
        now: Time,
    ) -> Result<bool> {
        self.1.writing()?;
        self.0.renew(tenant, old, new, session, now).await
    }

    async fn find(
        &self,
        tenant: &TenantId,
        handle: SecretHash,
        idle_since: Time,
        now: Time,
    ) -> Result<Option<SessionRecord>> {
        self.1.reading()?;
        self.0.find(tenant, handle, idle_since, now).await
    }

    async fn touch(&self, tenant: &TenantId, handle: SecretHash, now: Time) -> Result<()> {
        self.1.writing()?;
        self.0.touch(tenant, handle, now).await
    }

    async fn list(&self, tenant: &TenantId, user_id: &UserId, now: Time) -> Result<Vec<Session>> {
        self.1.reading()?;
        self.0.list(tenant, user_id, now).await
    }

    async fn page(
        &self,
        tenant: &TenantId,
        user_id: &UserId,
        after: Option<(Time, SessionId)>,
        limit: u32,
        now: Time,
    ) -> Result<Vec<Session>> {
        self.1.reading()?;
        self.0.page(tenant, user_id, after, limit, now).await
    }

    async fn end(&self, tenant: &TenantId, user_id: &UserId, sid: &SessionId, now: Time) -> Result<bool> {
        self.1.writing()?;
        self.0.end(tenant, user_id, sid, now).await
    }

    async fn end_all(&self, tenant: &TenantId, user_id: &UserId, now: Time) -> Result<u64> {
        self.1.writing()?;
        self.0.end_all(tenant, user_id, now).await
    }
}
