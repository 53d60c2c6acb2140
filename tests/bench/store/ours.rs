//! The store, as the provider uses it.

use std::sync::Arc;

use credenza_protocol::ids::GrantId;
use credenza_storage::conformance::fixtures::{World, at, code, hash, refresh_token};
use credenza_storage::{Counters, NewCode, Options, Rotate, Spend, open};

use crate::Failure;

/// A store with a tenant, a client and a user.
pub(crate) struct Ours {
    world: World,
    counters: Arc<Counters>,
}

impl Ours {
    pub(crate) async fn open(url: &str) -> Result<Self, Failure> {
        let options = Options::default();
        let counters = Arc::clone(&options.counters);
        let store = open(url, options).await?;
        Ok(Self { world: World::new(&store, "acme").await, counters })
    }

    /// Round trips until now; SQLite has none.
    pub(crate) fn statements(&self) -> u64 {
        self.counters.statements()
    }

    /// Issues a code and spends it.
    pub(crate) async fn flow(&self, caller: usize, n: u64) -> Result<(), Failure> {
        let new = new(caller, n);
        let (World { store, tenant, client, .. }, id, hash) =
            (&self.world, new.grant.grant_id.clone(), new.hash);
        store.codes.issue(tenant, new, at(0)).await?;
        match store.codes.spend(tenant, client, &id, hash, at(1)).await? {
            Spend::First(..) => Ok(()),
            other => Err(format!("{other:?}").into()),
        }
    }

    /// A grant of that caller's own, to be refreshed.
    pub(crate) async fn begin(&self, caller: usize) -> Result<String, Failure> {
        let new = new(caller, 0);
        let name = new.grant.grant_id.as_str().to_owned();
        self.world.grant(NewCode { refresh_token: Some(refresh_token(&name, "0", 900)), ..new }).await;
        Ok(name)
    }

    /// Looks at the token and rotates it.
    pub(crate) async fn refresh(&self, name: &str, n: u64) -> Result<(), Failure> {
        let (tokens, tenant, id) = (&self.world.store.refresh_tokens, &self.world.tenant, GrantId::new(name));
        tokens.find(tenant, &id, at(2)).await?.ok_or("no family")?;
        let (presented, next) =
            (hash(&format!("{name} {}", n - 1)), refresh_token(name, &n.to_string(), 900));
        match tokens.rotate(tenant, &id, presented, next, at(2)).await? {
            Rotate::Rotated => Ok(()),
            Rotate::Lost => Err("lost a rotation".into()),
        }
    }
}

/// As the provider's ids are: the time first, so that what is made together lies together.
fn new(caller: usize, n: u64) -> NewCode {
    let name = format!("70000000{:08x}{caller:08x}00000000", n);
    let mut new = code(&name);
    new.refresh_token = Some(refresh_token(&name, "0", 900));
    new
}
