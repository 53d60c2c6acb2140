//! Which tenant has which host, kept for a few seconds by the default tenant, at whose path WebFinger is asked for all.

use std::collections::BTreeMap;
use std::sync::Arc;

use credenza_protocol::tenant::Tenant;
use credenza_protocol::time::{Seconds, Time};
use credenza_storage::{Result, Store};
use tokio::sync::Mutex;

/// How long it is kept. A host that a tenant gives up, or a tenant that is disabled, counts at once nevertheless: whoever
/// finds a tenant here looks at it.
const LIFETIME: Seconds = Seconds(5);

/// The names of the tenants, by their hosts.
type Names = BTreeMap<String, String>;

/// What was read last, however many ask in the meantime, of whatever hosts.
#[derive(Default)]
pub struct WebFingerHosts(Mutex<Option<(Time, Arc<Names>)>>);

impl WebFingerHosts {
    /// The name of the tenant that has the host; of several the first by name.
    ///
    /// # Errors
    /// [`credenza_storage::StoreError`].
    pub async fn tenant(&self, host: &str, store: &Store, now: Time) -> Result<Option<String>> {
        let mut last = self.0.lock().await;
        let is_fresh = |(at, _): &&(Time, Arc<Names>)| (0..LIFETIME.0).contains(&(now - *at).0);
        let names = match last.as_ref().filter(is_fresh) {
            Some((_, names)) => Arc::clone(names),
            None => {
                let names = Arc::new(names(store.tenants.list().await?));
                *last = Some((now, Arc::clone(&names)));
                names
            }
        };
        Ok(names.get(host).cloned())
    }
}

fn names(tenants: Vec<Tenant>) -> Names {
    let mut names = Names::new();
    for tenant in tenants.into_iter().filter(|tenant| tenant.disabled_at.is_none()) {
        for host in tenant.settings.webfinger_hosts {
            names.entry(host).or_insert_with(|| tenant.name.clone());
        }
    }
    names
}
