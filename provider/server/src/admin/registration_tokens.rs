//! Initial access tokens: who may register clients (RFC 7591 3). A token is shown once and kept as a hash.

use credenza_protocol::ids::TenantId;
use credenza_protocol::secret::Secret;
use credenza_protocol::time::{Seconds, Time};
use credenza_storage::{InitialAccessTokenRecord, StoreError};

use super::{Administration, Error, InvalidField, Outcome, text};
use crate::rng;

/// The longest name of a token, in characters.
const MAX_NAME: usize = 200;

/// A token to be made.
#[derive(Clone, Debug, Default)]
pub struct NewToken {
    /// What it is for, in the operator's words; may be empty.
    pub name: String,
    /// How many clients may be registered with it; without it, any number.
    pub uses: Option<i64>,
    /// How long it can be used; without it, until it is deleted.
    pub expires_in: Option<Seconds>,
}

/// Makes a token, which is shown this once.
///
/// # Errors
/// [`Error`].
pub async fn create(
    admin: &Administration<'_>,
    tenant: &TenantId,
    new: NewToken,
) -> Result<Outcome<(InitialAccessTokenRecord, Secret)>, Error> {
    let faults = faults(&new);
    if !faults.is_empty() {
        return Ok(Outcome::Invalid(faults));
    }
    let token = rng::secret(admin.rng);
    let record = InitialAccessTokenRecord {
        token_id: rng::id(admin.rng),
        hash: token.hash(),
        name: new.name,
        remaining: new.uses,
        created_at: admin.now,
        expires_at: new.expires_in.map(|span| admin.now + span),
    };
    admin.store.initial_access_tokens.create(tenant, record.clone()).await?;
    Ok(Outcome::Done((record, token)))
}

fn faults(new: &NewToken) -> Vec<InvalidField> {
    let name = (!new.name.is_empty()).then(|| text::check("name", &new.name, MAX_NAME).err()).flatten();
    let uses = new.uses.is_some_and(|uses| uses < 1).then(|| InvalidField::new("uses", "must be at least 1"));
    let expires_in = new
        .expires_in
        .is_some_and(|span| span < Seconds(1))
        .then(|| InvalidField::new("expires_in", "must be at least one second"));
    name.into_iter().chain(uses).chain(expires_in).collect()
}

/// The tokens, the oldest first, those that are used up too.
///
/// # Errors
/// [`StoreError`].
pub async fn list(
    admin: &Administration<'_>,
    tenant: &TenantId,
) -> Result<Vec<InitialAccessTokenRecord>, StoreError> {
    admin.store.initial_access_tokens.list(tenant).await
}

/// One page of the tokens, the oldest first: at most `limit`, after the one that was made then and has that id.
///
/// # Errors
/// [`StoreError`].
pub async fn page(
    admin: &Administration<'_>,
    tenant: &TenantId,
    after: Option<(Time, String)>,
    limit: u32,
) -> Result<Vec<InitialAccessTokenRecord>, StoreError> {
    admin.store.initial_access_tokens.page(tenant, after, limit).await
}

/// Deletes a token. The clients that were registered with it stay.
///
/// # Errors
/// [`StoreError`].
pub async fn delete(
    admin: &Administration<'_>,
    tenant: &TenantId,
    token_id: &str,
) -> Result<Outcome<()>, StoreError> {
    Ok(Outcome::whether(admin.store.initial_access_tokens.delete(tenant, token_id).await?))
}
