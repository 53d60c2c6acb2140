//! The revocation endpoint (RFC 7009).

use credenza_protocol::client::Client;
use credenza_protocol::revocation::{Verdict, judge};
use credenza_protocol::secret::{Secret, SecretHash};
use credenza_storage::{RevokedToken, StoreError};

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
        Some(claims) => Some(RevokedToken {
            hash: SecretHash::of(claims.jti.as_bytes()),
            jti: Some(claims.jti.clone()),
            client_id: claims.client_id.clone(),
            expires_at: claims.exp,
        }),
        None => store.access_tokens.find(tenant, token.hash(), now).await?.map(|record| RevokedToken {
            hash: record.hash,
            jti: None,
            client_id: record.client_id,
            expires_at: record.expires_at,
        }),
    };
    match found {
        Some(token) if judge(&client.client_id, &token.client_id) == Verdict::Revoke => {
            store.access_tokens.revoke(tenant, token, now).await
        }
        _ => Ok(()),
    }
}
