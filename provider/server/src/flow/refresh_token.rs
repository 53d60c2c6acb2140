//! Exchanges a refresh token (RFC 6749 6, RFC 9700 4.14.2).

use credenza_protocol::client::Client;
use credenza_protocol::scope::Scope;
use credenza_protocol::secret::Secret;
use credenza_protocol::token::refresh_token::{Verdict, judge};
use credenza_protocol::token::{Error, Redeemed, TokenResponse};
use credenza_storage::refresh_tokens::NewRefreshToken;
use credenza_storage::{RefreshRecord, Rotate};

use super::{Halt, issue};
use crate::realm::Context;

/// How often a caller looks again after another one rotated the same token before it.
const LOOKS: usize = 3;

/// Judges the token, rotates it and issues. One read, and one write of one statement.
///
/// # Errors
/// [`Error`]; a token that was spent before revokes its grant.
pub async fn refresh(
    context: &Context,
    client: &Client,
    token: &Secret,
    scope: Option<Scope>,
    resource: &[String],
) -> Result<TokenResponse, Halt<Error>> {
    let tenant = &context.realm.tenant.tenant_id;
    let settings = &context.realm.tenant.settings;
    let store = &context.state.store;
    let grant_id = context.realm.chain.grant_id(token).ok_or(Error::RefreshToken)?;
    let next = context.realm.chain.next(&grant_id, token).ok_or(Error::RefreshToken)?;
    let presented = token.hash();
    for _ in 0..LOOKS {
        let record: RefreshRecord =
            store.refresh_tokens.find(tenant, &grant_id, context.now).await?.ok_or(Error::RefreshToken)?;
        let grace = settings.refresh_grace;
        match judge(record, presented, client, scope.clone(), resource, grace, context.now)? {
            Verdict::Repeat(redeemed) => return issued(context, client, &redeemed, next).await,
            Verdict::Rotate(redeemed) => {
                let idle = context.now + settings.refresh_token_idle_lifetime;
                let expires_at = idle.min(redeemed.grant().expires_at);
                let new = NewRefreshToken { token: next.hash(), expires_at };
                match store.refresh_tokens.rotate(tenant, &grant_id, presented, new, context.now).await? {
                    Rotate::Rotated => return issued(context, client, &redeemed, next).await,
                    Rotate::Lost => {}
                }
            }
            Verdict::Reused => {
                tracing::warn!(%grant_id, client_id = %client.client_id, "a refresh token came twice; its grant is revoked");
                store.grants.revoke(tenant, &client.client_id, &grant_id, context.now).await?;
                return Err(Error::RefreshTokenAgain.into());
            }
        }
    }
    Err(Error::RefreshToken.into())
}

async fn issued(
    context: &Context,
    client: &Client,
    redeemed: &Redeemed,
    next: Secret,
) -> Result<TokenResponse, Halt<Error>> {
    issue::tokens(context, client, redeemed, Some(next)).await
}
