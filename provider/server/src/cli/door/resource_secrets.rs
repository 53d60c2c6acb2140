//! Secrets of resources, here and there.

use credenza_protocol::ids::KeyId;
use credenza_protocol::time::Time;

use super::Site;
use crate::admin::Outcome;
use crate::admin::resource_secrets::{self, MadeSecret, NewSecret};
use crate::cli::Failure;
use crate::cli::remote::Asked;
use crate::http::admin::wire::{ExpiryBody, NewResourceSecretBody, ResourceSecretBody};

impl Site<'_> {
    /// Every secret, the newest first, without the secrets themselves.
    pub(in crate::cli) async fn resource_secrets(&self) -> Result<Vec<ResourceSecretBody>, Failure> {
        match self {
            Self::Here(installation, tenant) => {
                let records = resource_secrets::list(&installation.admin(), &tenant.tenant_id).await?;
                Ok(records.into_iter().map(|record| ResourceSecretBody::new(record, None)).collect())
            }
            Self::There(api) => api.all(Asked::of("listResourceSecrets")).await,
        }
    }

    /// Makes a secret, which is shown this once; one that is given is not shown.
    pub(in crate::cli) async fn create_resource_secret(
        &self,
        new: NewSecret,
    ) -> Result<Outcome<ResourceSecretBody>, Failure> {
        match self {
            Self::Here(installation, tenant) => {
                let made = resource_secrets::create(&installation.admin(), &tenant.tenant_id, new).await?;
                Ok(made.map(|MadeSecret { record, shown }| ResourceSecretBody::new(record, shown.as_ref())))
            }
            Self::There(api) => {
                let NewSecret { client_id, resource, secret, active_at, expires_at } = new;
                let secret = secret.map(|secret| secret.reveal().to_owned());
                let body = NewResourceSecretBody { resource, secret, active_at, expires_at };
                let asked = Asked::of("createResourceSecret").path("client_id", client_id);
                api.call(asked.body(&body)?).await
            }
        }
    }

    pub(in crate::cli) async fn retire_resource_secret(
        &self,
        kid: &KeyId,
        expires_at: Time,
    ) -> Result<Outcome<()>, Failure> {
        match self {
            Self::Here(installation, tenant) => {
                let admin = installation.admin();
                Ok(resource_secrets::retire(&admin, &tenant.tenant_id, kid, expires_at).await?.map(drop))
            }
            Self::There(api) => {
                let asked = Asked::of("expireResourceSecret").path("kid", kid);
                api.done(asked.body(&ExpiryBody { expires_at })?).await
            }
        }
    }
}
