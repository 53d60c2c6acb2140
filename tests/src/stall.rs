//! A store that takes its time: whoever reads an opaque access token waits until a test lets them go.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use async_trait::async_trait;
use credenza_protocol::ids::TenantId;
use credenza_protocol::secret::SecretHash;
use credenza_protocol::time::Time;
use credenza_storage::{AccessTokenRecord, AccessTokens, Jwt, Options, Result, RevokedToken, Store, open};
use tokio::sync::watch;

/// What holds the reads up.
#[derive(Clone)]
pub struct Stall(Arc<Parts>);

struct Parts {
    begun: AtomicUsize,
    is_over: watch::Sender<bool>,
}

impl Stall {
    /// How many reads have begun.
    #[must_use]
    pub fn begun(&self) -> usize {
        self.0.begun.load(Ordering::SeqCst)
    }

    /// Lets them all go, and every later one.
    pub fn end(&self) {
        self.0.is_over.send_replace(true);
    }

    async fn wait(&self) {
        self.0.begun.fetch_add(1, Ordering::SeqCst);
        let _ = self.0.is_over.subscribe().wait_for(|is_over| *is_over).await;
    }
}

/// A new store in memory whose opaque access tokens nobody can read before [`Stall::end`].
pub async fn stalling_store() -> (Store, Stall) {
    let store = open("sqlite::memory:", Options::default()).await.unwrap();
    let (is_over, _) = watch::channel(false);
    let stall = Stall(Arc::new(Parts { begun: AtomicUsize::new(0), is_over }));
    let access_tokens = Arc::new(Stalling(Arc::clone(&store.access_tokens), stall.clone()));
    (Store { access_tokens, ..store }, stall)
}

struct Stalling(Arc<dyn AccessTokens>, Stall);

#[async_trait]
impl AccessTokens for Stalling {
    async fn insert(&self, tenant: &TenantId, record: AccessTokenRecord, now: Time) -> Result<()> {
        self.0.insert(tenant, record, now).await
    }

    async fn find(&self, t: &TenantId, hash: SecretHash, now: Time) -> Result<Option<AccessTokenRecord>> {
        self.1.wait().await;
        self.0.find(t, hash, now).await
    }

    async fn is_live(&self, tenant: &TenantId, jwt: Jwt<'_>, now: Time) -> Result<bool> {
        self.0.is_live(tenant, jwt, now).await
    }

    async fn revoke(&self, tenant: &TenantId, token: RevokedToken, now: Time) -> Result<()> {
        self.0.revoke(tenant, token, now).await
    }
}
