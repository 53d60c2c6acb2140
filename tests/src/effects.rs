//! What a request left in the store, for tests that assert that it left nothing.

use credenza_protocol::scope::Scope;
use credenza_protocol::time::Seconds;

use crate::provider::{Person, Provider};
use crate::relying_party::RelyingParty;

/// Longer than any lifetime.
const AGES: Seconds = Seconds(100 * 365 * 86_400);

impl Provider {
    /// How many live grants the person of the default tenant has given: each code brings one.
    pub async fn grants_of(&self, person: &Person) -> usize {
        let tenant = self.default_tenant().await;
        let now = self.state.clock.now();
        self.state.store.grants.list(&tenant, &person.user_id, now).await.unwrap().len()
    }

    /// How many live sessions the person of the default tenant has.
    pub async fn sessions_of(&self, person: &Person) -> usize {
        let tenant = self.default_tenant().await;
        let now = self.state.clock.now();
        self.state.store.sessions.list(&tenant, &person.user_id, now).await.unwrap().len()
    }

    /// What the person of the default tenant has allowed the client.
    pub async fn consent_of(&self, person: &Person, rp: &RelyingParty) -> Scope {
        let tenant = self.default_tenant().await;
        self.state.store.consents.find(&tenant, &person.user_id, &rp.client.client_id).await.unwrap()
    }

    /// Deletes every row with a lifetime (sessions, requests, codes, grants, tokens) and returns how many there were.
    pub async fn empty_out(&self) -> u64 {
        let end = self.state.clock.now() + AGES;
        self.state.store.maintenance.sweep(end, 10_000).await.unwrap()
    }
}
