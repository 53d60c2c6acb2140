//! Exchanges a refresh token (RFC 6749 6, RFC 9700 4.14.2).

use credenza_protocol::lifetimes::Lifetimes;
use credenza_protocol::secret::SecretHash;
use credenza_protocol::time::Seconds;
use credenza_protocol::token::refresh_token::{Request, Verdict, judge};
use credenza_protocol::token::{Asker, Error, TokenResponse};
use credenza_storage::refresh_tokens::NewRefreshToken;
use credenza_storage::{Rotate, Take};

use crate::context::Context;
use crate::flow::{Halt, issue};
use crate::loaded_client::LoadedClient;

/// How often the token is judged at most, when other callers rotate the same one in the meantime.
const ATTEMPTS: usize = 3;
/// How often the reply of one exchange is given again within the grace period. Each repetition is another access token:
/// enough for a few workers or windows of one client that refresh at once, and of no use to who wants many.
pub const REPETITIONS: u32 = 4;

/// Judges the token, rotates it and issues. One read, and one write of one statement.
///
/// # Errors
/// [`Error`]; a token that was spent before revokes its grant, and so does one that the store knows nothing of yet.
pub async fn refresh(
    context: &Context,
    client: &LoadedClient,
    request: &Request,
) -> Result<TokenResponse, Halt<Error>> {
    let tenant = &context.realm.tenant.tenant_id;
    let settings = &context.realm.tenant.settings;
    let store = &context.state.store;
    let client_id = &client.client.client_id;
    let restored_at = context.realm.restored_at;
    let token = context.realm.chain.read(&request.refresh_token).ok_or(Error::RefreshToken)?;
    let next = |made_at| context.realm.chain.next(&token, made_at).ok_or(Error::RefreshToken);
    let (grant_id, presented) = (token.grant_id(), request.refresh_token.hash());
    for _ in 0..ATTEMPTS {
        let family = store.refresh_tokens.find(tenant, grant_id, context.now).await?;
        let family = family.ok_or(Error::RefreshToken)?;
        let (issued_at, current) = (family.issued_at(), family.current);
        let closed = context.closed_resources(&family.grant.resource).await?;
        let asker = Asker { client: &client.client, closed };
        let (redeemed, next) = match judge(
            family,
            &token,
            asker,
            request,
            settings,
            restored_at,
            context.now,
        )? {
            Verdict::Repeat(redeemed) => {
                count_repetition(context, presented).await?;
                let same = context.realm.chain.again(&token, issued_at, current);
                (redeemed, same.ok_or(Error::RefreshToken)?)
            }
            Verdict::Rotate(redeemed) => {
                let now = token.exchanged_at(context.now);
                let next = next(now)?;
                let idle = now + Lifetimes::of(&client.client, settings).refresh_token_idle;
                let expires_at = idle.min(redeemed.grant().expires_at);
                let new = NewRefreshToken { token: next.hash(), expires_at };
                match store.refresh_tokens.rotate(tenant, grant_id, presented, new, now).await? {
                    Rotate::Rotated => (redeemed, next),
                    Rotate::Lost => continue,
                }
            }
            Verdict::Reused => {
                tracing::warn!(%grant_id, %client_id, "a refresh token came twice; its grant is revoked");
                store.grants.revoke(tenant, client_id, grant_id, context.now).await?;
                return Err(Error::RefreshTokenAgain.into());
            }
            Verdict::Ahead => {
                tracing::info!(%grant_id, %client_id, "a refresh token is newer than the database; its grant is revoked");
                store.grants.revoke(tenant, client_id, grant_id, context.now).await?;
                return Err(Error::RefreshTokenAhead.into());
            }
        };
        return issue::tokens(context, client, &redeemed, Some(next)).await;
    }
    Err(Error::RefreshToken.into())
}

/// Counts a repetition of the reply to this token. It costs a write, where an exchange costs one as well; nothing is
/// counted where no reply is repeated.
async fn count_repetition(context: &Context, presented: SecretHash) -> Result<(), Halt<Error>> {
    let tenant = &context.realm.tenant;
    let key = SecretHash::of(&[b"refresh repetition\0".as_slice(), presented.as_bytes()].concat());
    let window = tenant.settings.refresh_grace.max(Seconds(1));
    let limits = &context.state.store.rate_limits;
    match limits.take(&tenant.tenant_id, key, REPETITIONS, window, context.now).await? {
        Take::Allowed => Ok(()),
        Take::Refused { .. } => Err(Error::RefreshTokenRepeated.into()),
    }
}
