//! Signing keys, here and there.

use credenza_protocol::ids::KeyId;
use credenza_protocol::time::Time;
use credenza_validator::Algorithm;

use super::Site;
use crate::admin::Outcome;
use crate::admin::keys::{self, Key, NewKey, Rotation, Start};
use crate::cli::Failure;
use crate::cli::remote::{Api, Asked};
use crate::http::admin::wire::{ActivationBody, NewKeyBody, RotationBody};

impl Site<'_> {
    /// Every key, the newest first.
    pub(in crate::cli) async fn keys(&self) -> Result<Vec<Key>, Failure> {
        match self {
            Self::Here(installation, tenant) => {
                Ok(keys::list(&installation.admin(), &tenant.tenant_id).await?)
            }
            Self::There(api) => all(api).await,
        }
    }

    /// The key of that `kid`.
    pub(in crate::cli) async fn key(&self, kid: &KeyId) -> Result<Option<Key>, Failure> {
        match self {
            Self::Here(installation, tenant) => {
                Ok(keys::find(&installation.admin(), &tenant.tenant_id, kid).await?)
            }
            Self::There(api) => api.find(named("getKey", kid)).await,
        }
    }

    pub(in crate::cli) async fn create_key(
        &self,
        algorithm: Algorithm,
        active_at: Option<Time>,
    ) -> Result<Outcome<Key>, Failure> {
        match self {
            Self::Here(installation, tenant) => {
                let new = NewKey { algorithm, private: None, active_at };
                Ok(keys::create(&installation.admin(), &tenant.tenant_id, new).await?)
            }
            Self::There(api) => {
                api.call(Asked::of("createKey").body(&NewKeyBody { algorithm, active_at })?).await
            }
        }
    }

    /// Makes the next keys.
    pub(in crate::cli) async fn rotate_keys(
        &self,
        algorithm: Option<Algorithm>,
        start: Start,
    ) -> Result<Outcome<Rotation>, Failure> {
        match self {
            Self::Here(installation, tenant) => {
                Ok(keys::rotate(&installation.admin(), &tenant.tenant_id, algorithm, start).await?)
            }
            Self::There(api) => {
                let before = all(api).await?;
                let body = RotationBody { algorithm, soonest: start == Start::Soonest };
                let rotated = api.call::<Rotated>(Asked::of("rotateKeys").body(&body)?).await?;
                Ok(rotated.map(|Rotated { items }| {
                    // A key that was made, or brought forward, was not there in this form.
                    let changed = items.iter().any(|key| !before.contains(key));
                    Rotation { keys: items, changed }
                }))
            }
        }
    }

    /// Changes when a key begins to sign.
    pub(in crate::cli) async fn activate_key(
        &self,
        kid: &KeyId,
        active_at: Time,
    ) -> Result<Outcome<Key>, Failure> {
        match self {
            Self::Here(installation, tenant) => {
                let admin = installation.admin();
                Ok(keys::set_active_at(&admin, &tenant.tenant_id, kid, active_at).await?)
            }
            Self::There(api) => {
                api.call(named("activateKey", kid).body(&ActivationBody { active_at })?).await
            }
        }
    }

    pub(in crate::cli) async fn disable_key(
        &self,
        kid: &KeyId,
        force: bool,
    ) -> Result<Outcome<Key>, Failure> {
        match self {
            Self::Here(installation, tenant) => {
                Ok(keys::disable(&installation.admin(), &tenant.tenant_id, kid, force).await?)
            }
            Self::There(api) => api.call(named("disableKey", kid).query("force", force)).await,
        }
    }

    pub(in crate::cli) async fn enable_key(&self, kid: &KeyId) -> Result<Outcome<Key>, Failure> {
        match self {
            Self::Here(installation, tenant) => {
                Ok(keys::enable(&installation.admin(), &tenant.tenant_id, kid).await?)
            }
            Self::There(api) => api.call(named("enableKey", kid)).await,
        }
    }

    pub(in crate::cli) async fn delete_key(&self, kid: &KeyId, force: bool) -> Result<Outcome<()>, Failure> {
        match self {
            Self::Here(installation, tenant) => {
                Ok(keys::delete(&installation.admin(), &tenant.tenant_id, kid, force).await?)
            }
            Self::There(api) => api.done(named("deleteKey", kid).query("force", force)).await,
        }
    }
}

/// The keys that a rotation answers.
#[derive(serde::Deserialize)]
struct Rotated {
    items: Vec<Key>,
}

async fn all(api: &Api<'_>) -> Result<Vec<Key>, Failure> {
    api.all(Asked::of("listKeys")).await
}

fn named(operation: &'static str, kid: &KeyId) -> Asked {
    Asked::of(operation).path("kid", kid)
}
