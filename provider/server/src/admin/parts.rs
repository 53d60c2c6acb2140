//! What the tests of the use cases stand on.

use credenza_protocol::time::Time;
use credenza_storage::{Options, Store};

use super::{Administration, Authority};
use crate::accounts::password::{Cost, Hasher};
use crate::config::WebhookConfig;
use crate::keys::schedule::Schedule;
use crate::keys::seal::{MasterKey, MasterKeys};
use crate::rng::SystemRng;

/// What an [`Administration`] borrows.
pub(crate) struct Parts {
    pub(crate) store: Store,
    pub(crate) rng: SystemRng,
    pub(crate) cost: Cost,
    pub(crate) master_keys: MasterKeys,
    pub(crate) webhooks: WebhookConfig,
}

impl Parts {
    pub(crate) async fn new() -> Self {
        Self {
            store: credenza_storage::open("sqlite::memory:", Options::default()).await.unwrap(),
            rng: SystemRng::new(),
            cost: Cost::new(8, 1, 1).unwrap(),
            master_keys: MasterKey::from_bytes(&[7; 32]).into(),
            webhooks: WebhookConfig::default(),
        }
    }

    pub(crate) fn admin(&self) -> Administration<'_> {
        Administration {
            store: &self.store,
            rng: &self.rng,
            now: Time::from_seconds(1_800_000_000),
            master_keys: Some(&self.master_keys),
            schedule: Schedule::default(),
            passwords: Hasher::Here(&self.cost),
            authority: Authority::Everything,
            webhooks: &self.webhooks,
        }
    }
}
