//! Redeems a code (RFC 6749 4.1.3).

use credenza_protocol::client::{Client, GrantType};
use credenza_protocol::secret::Secret;
use credenza_protocol::token::{Error, TokenResponse, authorization_code as rule, named};
use credenza_storage::Spend;

use super::{Halt, issue};
use crate::realm::Context;
use crate::rng::CODE_BYTES;

/// What the client sent.
pub struct Request<'a> {
    /// `code`.
    pub code: Secret,
    /// `redirect_uri`.
    pub redirect_uri: Option<&'a str>,
    /// `code_verifier`.
    pub code_verifier: Option<&'a str>,
    /// `resource`.
    pub resource: &'a [String],
}

/// Spends the code, checks the request against it, and issues. One write: spending the code.
///
/// # Errors
/// [`Error`]; a code that was spent before revokes its grant.
pub async fn redeem(
    context: &Context,
    client: &Client,
    request: Request<'_>,
) -> Result<TokenResponse, Halt<Error>> {
    let tenant = &context.realm.tenant.tenant_id;
    let store = &context.state.store;
    let (grant_id, _) = named::read(&request.code, CODE_BYTES).ok_or(Error::Code)?;
    let hash = request.code.hash();
    let (code, grant) = match store
        .codes
        .spend(tenant, &client.client_id, &grant_id, hash, context.now)
        .await?
    {
        Spend::First(code, grant) => (*code, *grant),
        Spend::Again { first_at } => {
            tracing::warn!(%grant_id, client_id = %client.client_id, ?first_at, "a code came twice; its grant is revoked");
            store.grants.revoke(tenant, &client.client_id, &grant_id, context.now).await?;
            return Err(Error::CodeAgain.into());
        }
        Spend::Dead => return Err(Error::GrantDead.into()),
        Spend::Expired | Spend::Unknown => return Err(Error::Code.into()),
    };
    let redeemed =
        rule::redeem(code, grant, client, request.redirect_uri, request.code_verifier, request.resource)?;
    let may_refresh = client.may(GrantType::RefreshToken);
    let refresh_token = may_refresh.then(|| context.realm.chain.first(&grant_id, &request.code)).flatten();
    issue::tokens(context, client, &redeemed, refresh_token).await
}
