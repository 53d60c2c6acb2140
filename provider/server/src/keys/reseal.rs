//! A change of the master key: every sealed value is opened under the key it is sealed with, and sealed again under the
//! current one. Each value is replaced by compare-and-swap, so that servers can keep running, and an interrupted run can
//! simply be repeated.

use credenza_protocol::ids::{ClientId, TenantId};
use credenza_storage::{Result, SealedAt, Store, encryption_keys_of};

use super::root;
use super::seal::{self, MasterKeys};
use crate::rng::Rng;

/// How many clients are read at a time.
const PAGE: u32 = 200;

/// The sealed values in the database.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Survey {
    /// How many are sealed under the current master key.
    pub current: u64,
    /// How many are sealed under a previous one.
    pub waiting: u64,
    /// Those that open under none of them.
    pub lost: Vec<SealedAt>,
}

/// Looks at every sealed value, and changes nothing.
///
/// # Errors
/// [`credenza_storage::StoreError`].
pub async fn survey(store: &Store, master: &MasterKeys) -> Result<Survey> {
    let mut survey = Survey::default();
    for tenant in tenants(store).await? {
        for (at, sealed) in sealed(store, tenant).await? {
            match master.open(&context(&at), &sealed) {
                Err(_) => survey.lost.push(at),
                Ok(_) if master.is_current(&sealed) => survey.current += 1,
                Ok(_) => survey.waiting += 1,
            }
        }
    }
    Ok(survey)
}

/// Seals every value under the current master key, and answers how many were changed. Values that open under none of the
/// keys, or were changed in the meantime, are left as they are. The root secret comes last: if it is sealed under the
/// current key, a run has been through everything else.
///
/// # Errors
/// [`credenza_storage::StoreError`]; what was done until then stays done.
pub async fn reseal(store: &Store, master: &MasterKeys, rng: &dyn Rng) -> Result<u64> {
    let mut done = 0;
    for tenant in tenants(store).await? {
        for (at, sealed) in sealed(store, tenant).await? {
            let context = context(&at);
            let Ok(plain) = master.open(&context, &sealed) else { continue };
            if master.is_current(&sealed) {
                continue;
            }
            let resealed = master.seal(rng, &context, &plain);
            done += u64::from(store.secrets.replace(&at, &sealed, resealed).await?);
        }
    }
    Ok(done)
}

/// Every tenant, and at the end `None`, which stands for the installation.
async fn tenants(store: &Store) -> Result<Vec<Option<TenantId>>> {
    let tenants = store.tenants.list().await?;
    Ok(tenants.into_iter().map(|tenant| Some(tenant.tenant_id)).chain([None]).collect())
}

/// The sealed values of a tenant, or of the installation.
async fn sealed(store: &Store, tenant: Option<TenantId>) -> Result<Vec<(SealedAt, Vec<u8>)>> {
    let Some(tenant) = tenant else {
        let found = store.secrets.find(root::NAME).await?;
        return Ok(found
            .into_iter()
            .map(|sealed| (SealedAt::Secret(root::NAME.to_owned()), sealed))
            .collect());
    };
    let mut all = vec![];
    for key in store.keys.list(&tenant).await? {
        all.push((SealedAt::SigningKey(tenant.clone(), key.kid), key.sealed));
    }
    for secret in store.resource_secrets.list(&tenant).await? {
        all.push((SealedAt::ResourceSecret(tenant.clone(), secret.kid), secret.sealed));
    }
    for (id, secret) in store.webhooks.sealed(&tenant).await? {
        all.push((SealedAt::WebhookSecret(tenant.clone(), id, secret.secret_id), secret.sealed));
    }
    let name = encryption_keys_of(&tenant);
    let found = store.secrets.find(&name).await?;
    all.extend(found.map(|sealed| (SealedAt::Secret(name), sealed)));
    let mut after: Option<ClientId> = None;
    loop {
        let page = store.secrets.of_clients(&tenant, after.as_ref(), PAGE).await?;
        let Some((last, _)) = page.last() else { break };
        after = Some(last.clone());
        all.extend(page.into_iter().map(|(id, sealed)| (SealedAt::ClientSecret(tenant.clone(), id), sealed)));
    }
    all.extend(further_of_clients(store, &tenant).await?);
    Ok(all)
}

/// The sealed secrets of clients that have several, but for the first of each.
async fn further_of_clients(store: &Store, tenant: &TenantId) -> Result<Vec<(SealedAt, Vec<u8>)>> {
    let mut all = vec![];
    let mut after = None;
    loop {
        let page = store.secrets.further_of_clients(tenant, after.as_ref(), PAGE).await?;
        let Some((last, _)) = page.last() else { return Ok(all) };
        after = Some(last.clone());
        all.extend(page.into_iter().map(|((client, secret), sealed)| {
            (SealedAt::FurtherClientSecret(tenant.clone(), client, secret), sealed)
        }));
    }
}

/// The context of the value at that place.
fn context(at: &SealedAt) -> Vec<&str> {
    match at {
        SealedAt::Secret(name) => seal::of_secret(name).to_vec(),
        SealedAt::SigningKey(tenant, kid) => seal::of_signing_key(tenant, kid).to_vec(),
        SealedAt::ClientSecret(tenant, id) | SealedAt::FurtherClientSecret(tenant, id, _) => {
            seal::of_client_secret(tenant, id).to_vec()
        }
        SealedAt::ResourceSecret(tenant, kid) => seal::of_resource_secret(tenant, kid).to_vec(),
        SealedAt::WebhookSecret(tenant, id, secret) => seal::of_webhook_secret(tenant, id, secret).to_vec(),
    }
}
