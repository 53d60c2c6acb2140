//! A store in which something happens at a chosen moment of a request: once a registration access token (RFC 7592 3) was
//! read, and before anything is made of it.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use credenza_protocol::ids::{ClientId, TenantId};
use credenza_protocol::secret::SecretHash;
use credenza_protocol::time::Time;
use credenza_storage::{NewRegistration, Options, Registrations, Result, Store, open};
use futures_util::future::BoxFuture;

type Act = Box<dyn FnOnce() -> BoxFuture<'static, ()> + Send>;

/// What happens.
#[derive(Clone, Default)]
pub struct Meanwhile(Arc<Mutex<Option<Act>>>);

impl Meanwhile {
    /// This happens, once.
    pub fn happens<F>(&self, act: impl FnOnce() -> F + Send + 'static)
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let act: Act = Box::new(|| Box::pin(act()));
        *self.0.lock().unwrap() = Some(act);
    }

    /// Whether it has.
    #[must_use]
    pub fn has_happened(&self) -> bool {
        self.0.lock().unwrap().is_none()
    }
}

/// A new store in memory, and what happens in it.
pub async fn store_with_meanwhile() -> (Store, Meanwhile) {
    let store = open("sqlite::memory:", Options::default()).await.unwrap();
    let meanwhile = Meanwhile::default();
    let registrations = Arc::new(Interrupted(Arc::clone(&store.registrations), meanwhile.clone()));
    (Store { registrations, ..store }, meanwhile)
}

struct Interrupted(Arc<dyn Registrations>, Meanwhile);

#[async_trait]
impl Registrations for Interrupted {
    async fn create(&self, tenant: &TenantId, new: NewRegistration, now: Time) -> Result<bool> {
        self.0.create(tenant, new, now).await
    }

    async fn token(&self, tenant: &TenantId, client_id: &ClientId) -> Result<Option<SecretHash>> {
        let found = self.0.token(tenant, client_id).await;
        let act = self.1.0.lock().unwrap().take();
        if let Some(act) = act {
            act().await;
        }
        found
    }

    async fn note_use(&self, tenant: &TenantId, client_id: &ClientId, now: Time) -> Result<bool> {
        self.0.note_use(tenant, client_id, now).await
    }
}
