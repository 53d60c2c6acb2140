//! Exchanges a refresh token (RFC 6749 6, RFC 9700 4.14.2).

use credenza_protocol::token::refresh_token::{Request, Verdict, judge};
use credenza_protocol::token::{Asker, Error, TokenResponse};
use credenza_storage::Rotate;
use credenza_storage::refresh_tokens::NewRefreshToken;

use crate::context::Context;
use crate::flow::{Halt, issue};
use crate::loaded_client::LoadedClient;

/// How often the token is judged at most, when other callers rotate the same one in the meantime.
const ATTEMPTS: usize = 3;

/// Judges the token, rotates it and issues. One read, and one write of one statement.
///
/// # Errors
/// [`Error`]; a token that was spent before revokes its grant.
pub async fn refresh(
    context: &Context,
    client: &LoadedClient,
    request: &Request,
) -> Result<TokenResponse, Halt<Error>> {
    let tenant = &context.realm.tenant.tenant_id;
    let settings = &context.realm.tenant.settings;
    let store = &context.state.store;
    let client_id = &client.client.client_id;
    let token = context.realm.chain.read(&request.refresh_token).ok_or(Error::RefreshToken)?;
    let next = context.realm.chain.next(&token).ok_or(Error::RefreshToken)?;
    let (grant_id, presented) = (token.grant_id(), request.refresh_token.hash());
    for _ in 0..ATTEMPTS {
        let family = store.refresh_tokens.find(tenant, grant_id, context.now).await?;
        let family = family.ok_or(Error::RefreshToken)?;
        let closed = context.closed_resources(&family.grant.resource).await?;
        let asker = Asker { client: &client.client, closed };
        let verdict = judge(family, presented, asker, request, settings, context.now)?;
        let redeemed = match verdict {
            Verdict::Repeat(redeemed) => redeemed,
            Verdict::Rotate(redeemed) => {
                let idle = context.now + settings.refresh_token_idle_lifetime;
                let expires_at = idle.min(redeemed.grant().expires_at);
                let new = NewRefreshToken { token: next.hash(), expires_at };
                match store.refresh_tokens.rotate(tenant, grant_id, presented, new, context.now).await? {
                    Rotate::Rotated => redeemed,
                    Rotate::Lost => continue,
                }
            }
            Verdict::Reused => {
                tracing::warn!(%grant_id, %client_id, "a refresh token came twice; its grant is revoked");
                store.grants.revoke(tenant, client_id, grant_id, context.now).await?;
                return Err(Error::RefreshTokenAgain.into());
            }
        };
        return issue::tokens(context, client, &redeemed, Some(next)).await;
    }
    Err(Error::RefreshToken.into())
}
