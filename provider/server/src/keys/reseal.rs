//! A change of the master key: everything that is sealed is opened under whichever key it lies under, and sealed
//! anew under the current one. Each value is replaced by compare-and-swap, so servers may go on meanwhile, and
//! whoever is interrupted begins again.

use credenza_protocol::ids::{ClientId, TenantId};
use credenza_storage::{Result, SealedAt, Store, encryption_keys_of};

use super::root;
use super::seal::{self, MasterKeys};
use crate::rng::Rng;

/// Clients that are read at a time.
const PAGE: u32 = 200;

/// What lies sealed in the database.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Survey {
    /// Under the current master key.
    pub current: u64,
    /// Under a previous one.
    pub waiting: u64,
    /// What opens under none of them.
    pub lost: Vec<SealedAt>,
}

/// Looks at everything sealed, and changes nothing.
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

/// Seals everything under the current master key, and answers how much that was; what was not sealed under a
/// previous key, or was changed meanwhile, is left as it is. The root secret comes last: where that is under
/// the current key, all else has been once.
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
            let anew = master.seal(rng, &context, &plain);
            done += u64::from(store.secrets.replace(&at, &sealed, anew).await?);
        }
    }
    Ok(done)
}

/// Every tenant, and at the end none, which stands for the installation.
async fn tenants(store: &Store) -> Result<Vec<Option<TenantId>>> {
    let tenants = store.tenants.list().await?;
    Ok(tenants.into_iter().map(|tenant| Some(tenant.tenant_id)).chain([None]).collect())
}

/// What is sealed of a tenant, or of the installation.
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
    let name = encryption_keys_of(&tenant);
    let found = store.secrets.find(&name).await?;
    all.extend(found.map(|sealed| (SealedAt::Secret(name), sealed)));
    let mut after: Option<ClientId> = None;
    loop {
        let page = store.secrets.of_clients(&tenant, after.as_ref(), PAGE).await?;
        let Some((last, _)) = page.last() else { return Ok(all) };
        after = Some(last.clone());
        all.extend(page.into_iter().map(|(id, sealed)| (SealedAt::ClientSecret(tenant.clone(), id), sealed)));
    }
}

/// What the value at that place is sealed for.
fn context(at: &SealedAt) -> Vec<&str> {
    match at {
        SealedAt::Secret(name) => seal::of_secret(name).to_vec(),
        SealedAt::SigningKey(tenant, kid) => seal::of_signing_key(tenant, kid).to_vec(),
        SealedAt::ClientSecret(tenant, id) => seal::of_client_secret(tenant, id).to_vec(),
    }
}
