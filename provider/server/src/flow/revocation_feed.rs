//! The revocation feed: which of the tenant's JWTs are revoked before they expire.

use std::collections::BTreeSet;
use std::sync::Arc;

use credenza_protocol::ids::ClientId;
use credenza_protocol::revocation_feed::{Claim, Entry, LIMIT, TYP, claims};
use credenza_storage::Revocation;
use credenza_validator::Algorithm;

use crate::context::Context;
use crate::failure::Failure;

/// The feed is signed with the algorithm that every validator knows and that costs least.
const ALGORITHM: Algorithm = Algorithm::ES256;

/// The feed of the tenant, signed.
///
/// # Errors
/// [`Failure`] when the store or the keys fail: an empty feed would say that nothing is revoked.
pub async fn feed(context: &Context) -> Result<Arc<str>, Failure> {
    context.realm.feed.at(context.now, async || make(context).await).await
}

async fn make(context: &Context) -> Result<String, Failure> {
    let realm = &context.realm;
    let store = &context.state.store;
    let found = store.revocations.list(&realm.tenant.tenant_id, LIMIT, context.now).await?;
    let dead_clients: BTreeSet<_> = found.iter().filter_map(dead_client).cloned().collect();
    let mut revoked = Vec::with_capacity(found.len());
    for revocation in found {
        match &revocation {
            Revocation::Given { client_id, .. } if dead_clients.contains(client_id) => {}
            _ => revoked.extend(entry(context, revocation).await?),
        }
    }
    Ok(realm.keys.sign(ALGORITHM, TYP, claims(&realm.issuer, revoked, context.now)).await?)
}

/// A client that is disabled or deleted, so that all of its tokens are dead, whoever granted them.
const fn dead_client(revocation: &Revocation) -> Option<&ClientId> {
    match revocation {
        Revocation::Client { client_id, before: None } => Some(client_id),
        _ => None,
    }
}

/// The claim of the tokens by which they are recognized; `None` where their client was deleted in the meantime, which
/// the next feed will say.
async fn entry(context: &Context, revocation: Revocation) -> Result<Option<Entry>, Failure> {
    let (claim, before) = match revocation {
        Revocation::Grant(grant_id) => (Claim::Gid(grant_id), None),
        Revocation::Token(jti) => (Claim::Jti(jti), None),
        Revocation::Client { client_id, before } => (Claim::ClientId(client_id), before),
        Revocation::Given { client_id, user_id, before } => {
            let Some(record) = context.client(&client_id).await? else {
                return Ok(None);
            };
            (Claim::Sub(context.realm.subjects.of(&record.client, &user_id)), Some(before))
        }
    };
    Ok(Some(Entry { claim, before }))
}
