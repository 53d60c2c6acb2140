//! The revocation endpoint (RFC 7009).

use credenza_protocol::client::Client;
use credenza_protocol::revocation::{Verdict, judge};
use credenza_protocol::secret::Secret;
use credenza_storage::StoreError;

use super::live_token::{self, Genuine, Kind};
use crate::context::Context;

/// Revokes the token, if it is one and the client's own: a refresh token with its whole grant, an access token alone
/// (RFC 7009 2.1). Unknown tokens are no error (2.2). The hint is not needed, since no token can be taken for one of
/// another kind.
///
/// # Errors
/// [`StoreError`]: the token may not be revoked, and the client is told so.
pub async fn revoke(context: &Context, client: &Client, token: &Secret) -> Result<(), StoreError> {
    let Some(token) = live_token::read(context, token).await? else {
        return Ok(());
    };
    if judge(&client.client_id, &token.client_id) == Verdict::LeaveAlone {
        return Ok(());
    }
    let (tenant, store) = (&context.realm.tenant.tenant_id, &context.state.store);
    match token {
        Genuine { kind: Kind::RefreshToken, grant_id: Some(grant_id), client_id, .. } => {
            store.grants.revoke(tenant, &client_id, &grant_id, context.now).await.map(|_| ())
        }
        token => store.access_tokens.revoke(tenant, token.revoked(), context.now).await,
    }
}
