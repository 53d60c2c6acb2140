//! The revocation endpoint (RFC 7009).

use credenza_protocol::client::Client;
use credenza_protocol::revocation::{Verdict, judge};
use credenza_protocol::secret::{Secret, SecretHash};
use credenza_storage::StoreError;

use super::access_token;
use crate::realm::Context;

/// Revokes the token, if it is one and the client's own: a refresh token with its whole grant, an
/// access token alone (RFC 7009 2.1). Unknown tokens are no error (2.2). The hint is not needed: the
/// three kinds cannot be mistaken for each other.
///
/// # Errors
/// [`StoreError`]: nothing was revoked, and the client is told so (A058).
pub async fn revoke(context: &Context, client: &Client, token: &Secret) -> Result<(), StoreError> {
    let realm = &context.realm;
    let tenant = &realm.tenant.tenant_id;
    let store = &context.state.store;
    let now = context.now;
    if let Some(grant_id) = realm.chain.grant_id(token)
        && let Some(record) = store.refresh_tokens.find(tenant, &grant_id, now).await?
    {
        if judge(&client.client_id, &record.grant.client_id) == Verdict::Revoke {
            store.grants.revoke(tenant, &client.client_id, &record.grant.grant_id, now).await?;
        }
        return Ok(());
    }
    let jwt = access_token::claims(context, token);
    let found = match jwt {
        Some(claims) => Some((claims.client_id.clone(), SecretHash::of(claims.jti.as_bytes()), claims.exp)),
        None => {
            let record = store.access_tokens.find(tenant, token.hash(), now).await?;
            record.map(|record| (record.client_id, record.hash, record.expires_at))
        }
    };
    match found {
        Some((owner, hash, expires_at)) if judge(&client.client_id, &owner) == Verdict::Revoke => {
            store.access_tokens.revoke(tenant, hash, expires_at, now).await
        }
        _ => Ok(()),
    }
}
