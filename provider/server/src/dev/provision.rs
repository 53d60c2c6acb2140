//! The demo's user and client: made when they are missing, and else left as they are.

use credenza_protocol::client::{Client, DEFAULT_SCOPE, GrantType};
use credenza_protocol::client_auth::AuthMethod;
use credenza_protocol::ids::{ClientId, TenantId, UserId};
use credenza_protocol::scope::Scope;
use credenza_protocol::time::Time;
use credenza_protocol::user::User;
use credenza_storage::{ClientRecord, Store, StoreError};

use super::files::DemoFile;
use super::person;
use crate::accounts::password::{Cost, hash_now};
use crate::rng::{self, Rng};

/// What is needed to make them.
pub(super) struct Provision<'a> {
    pub(super) store: &'a Store,
    pub(super) tenant: &'a TenantId,
    pub(super) demo: &'a DemoFile,
    /// Whether the password is new, so that a user of an older one must get it.
    pub(super) fresh: bool,
    pub(super) now: Time,
}

impl Provision<'_> {
    /// The demo user, with the password of the file.
    pub(super) async fn user(&self, cost: &Cost, rng: &dyn Rng) -> Result<(), StoreError> {
        let found = self.store.users.find_by_username(self.tenant, &self.demo.username).await?;
        match found {
            Some(user) if self.fresh => {
                let hash = hash_now(&self.demo.password, cost, rng);
                self.store.credentials.set_password(self.tenant, &user.user_id, hash, self.now).await?;
            }
            Some(_) => {}
            None => {
                let user = User {
                    user_id: UserId::new(rng::id(rng)),
                    username: self.demo.username.clone(),
                    claims: person::claims(),
                    created_at: self.now,
                    updated_at: self.now,
                    disabled_at: None,
                };
                let hash = hash_now(&self.demo.password, cost, rng);
                // Whoever else made it at the same time has read the same file.
                let _ = self.store.users.create(self.tenant, user, Some(hash)).await?;
            }
        }
        Ok(())
    }

    /// The demo client, with the URIs of the present issuer.
    pub(super) async fn client(&self, issuer: &str) -> Result<(), StoreError> {
        let client_id = ClientId::new(&self.demo.client_id);
        let redirect_uris = vec![format!("{issuer}/demo/callback")];
        let post_logout_redirect_uris = vec![format!("{issuer}/demo")];
        if let Some(mut record) = self.store.clients.find(self.tenant, &client_id).await? {
            if record.client.redirect_uris != redirect_uris {
                record.client.redirect_uris = redirect_uris;
                record.client.post_logout_redirect_uris = post_logout_redirect_uris;
                record.updated_at = self.now;
                self.store.clients.update(self.tenant, record).await?;
            }
            return Ok(());
        }
        let record = ClientRecord {
            client: client(client_id, redirect_uris, post_logout_redirect_uris),
            secret_hash: None,
            secret_sealed: None,
            created_at: self.now,
            updated_at: self.now,
            disabled_at: None,
            registered: None,
        };
        self.store.clients.create(self.tenant, record).await?;
        Ok(())
    }
}

fn client(client_id: ClientId, redirect_uris: Vec<String>, post_logout_redirect_uris: Vec<String>) -> Client {
    Client {
        client_name: "Demo application".to_owned(),
        redirect_uris,
        post_logout_redirect_uris,
        grant_types: vec![GrantType::AuthorizationCode, GrantType::RefreshToken],
        token_endpoint_auth_method: AuthMethod::None,
        scope: Scope::parse(DEFAULT_SCOPE).unwrap_or_default(),
        require_pkce: true,
        ..Client::new(client_id)
    }
}
