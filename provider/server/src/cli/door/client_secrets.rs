//! Secrets of clients, here and there.

use credenza_protocol::ids::{ClientId, ClientSecretId};
use credenza_protocol::secret::Secret;
use credenza_protocol::time::Time;

use super::Site;
use crate::admin::Outcome;
use crate::admin::clients::{self, IssuedSecret, NewClientSecret};
use crate::cli::Failure;
use crate::cli::remote::Asked;
use crate::http::admin::wire::{ExpiryBody, NewSecretBody, SecretBody};

impl Site<'_> {
    /// The secrets of a client, without the secrets themselves; `None` if there is no such client.
    pub(in crate::cli) async fn client_secrets(
        &self,
        of: &ClientId,
    ) -> Result<Option<Vec<SecretBody>>, Failure> {
        match self {
            Self::Here(installation, tenant) => {
                let found = clients::list_secrets(&installation.admin(), &tenant.tenant_id, of).await?;
                Ok(found.map(|found| found.into_iter().map(|kept| SecretBody::new(kept, None)).collect()))
            }
            Self::There(api) => {
                if self.client(of).await?.is_none() {
                    return Ok(None);
                }
                api.all(named("listClientSecrets", of)).await.map(Some)
            }
        }
    }

    /// Gives a client one more secret. One that is `given` is not shown.
    pub(in crate::cli) async fn create_client_secret(
        &self,
        of: &ClientId,
        given: Option<Secret>,
        expires_at: Option<Time>,
    ) -> Result<Outcome<SecretBody>, Failure> {
        match self {
            Self::Here(installation, tenant) => {
                let new = NewClientSecret { given, expires_at };
                let created =
                    clients::create_secret(&installation.admin(), &tenant.tenant_id, of, &new).await?;
                Ok(created.map(|IssuedSecret { kept, secret }| {
                    SecretBody::new(kept, new.given.is_none().then_some(&secret))
                }))
            }
            Self::There(_) if given.is_some() => Err(Failure::new(
                "--client-secret-file: a secret of your own cannot be set from afar: leave the option away, and the server \
                 makes one",
            )),
            Self::There(api) => {
                api.call(named("createClientSecret", of).body(&NewSecretBody { expires_at })?).await
            }
        }
    }

    /// Says when a secret is no longer accepted.
    pub(in crate::cli) async fn expire_client_secret(
        &self,
        of: &ClientId,
        secret: &ClientSecretId,
        expires_at: Time,
    ) -> Result<Outcome<SecretBody>, Failure> {
        match self {
            Self::Here(installation, tenant) => {
                let (admin, tenant) = (installation.admin(), &tenant.tenant_id);
                let expired = clients::expire_secret(&admin, tenant, of, secret, expires_at).await?;
                Ok(expired.map(|kept| SecretBody::new(kept, None)))
            }
            Self::There(api) => {
                let asked = named("expireClientSecret", of).path("secret_id", secret);
                api.call(asked.body(&ExpiryBody { expires_at })?).await
            }
        }
    }

    pub(in crate::cli) async fn delete_client_secret(
        &self,
        of: &ClientId,
        secret: &ClientSecretId,
        force: bool,
    ) -> Result<Outcome<()>, Failure> {
        match self {
            Self::Here(installation, tenant) => {
                let (admin, tenant) = (installation.admin(), &tenant.tenant_id);
                Ok(clients::delete_secret(&admin, tenant, of, secret, force).await?)
            }
            Self::There(api) => {
                let asked = named("deleteClientSecret", of).path("secret_id", secret);
                api.done(asked.query("force", force)).await
            }
        }
    }
}

fn named(operation: &'static str, of: &ClientId) -> Asked {
    Asked::of(operation).path("client_id", of)
}
