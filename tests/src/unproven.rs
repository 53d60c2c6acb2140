//! People who have not proven their address.

use credenza_protocol::time::Time;
use credenza_storage::Update;

use crate::provider::{Person, Provider};

impl Provider {
    /// A person of the default tenant who has not proven their address, `NAME@people.test`.
    pub async fn unproven_user(&self, username: &str) -> Person {
        let person = self.user(username).await;
        let (tenant, users) = (self.default_tenant().await, &self.state.store.users);
        let mut user = users.find(&tenant, &person.user_id).await.unwrap().unwrap();
        user.updated_at = Time::from_seconds(self.now());
        user.claims.email_verified = Some(false);
        assert_eq!(users.update(&tenant, user.version, user).await.unwrap(), Update::Updated);
        person
    }
}
