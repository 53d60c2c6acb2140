//! Redeems a code (RFC 6749 4.1.3).

use credenza_protocol::client::GrantType;
use credenza_protocol::token::authorization_code::{self as rule, Request};
use credenza_protocol::token::{Asker, Error, TokenResponse};
use credenza_storage::Spend;

use crate::context::Context;
use crate::flow::{Halt, issue};
use crate::loaded_client::LoadedClient;
use crate::telemetry;

/// Spends the code, checks the request against it, and issues. One write: spending the code.
///
/// # Errors
/// [`Error`]; a code that was spent before revokes its grant.
pub async fn redeem(
    context: &Context,
    client: &LoadedClient,
    request: Request,
) -> Result<TokenResponse, Halt<Error>> {
    let tenant = &context.realm.tenant.tenant_id;
    let store = &context.state.store;
    let client_id = &client.client.client_id;
    let presented = request.code.as_ref().ok_or(Error::Code)?;
    let (grant_id, hash) = (presented.grant_id(), presented.secret().hash());
    let (code, grant) = match store.codes.spend(tenant, client_id, grant_id, hash, context.now).await? {
        Spend::First(code, grant) => (*code, *grant),
        Spend::Again { first_at } => {
            tracing::warn!(%grant_id, %client_id, ?first_at, "a code came twice; its grant is revoked");
            store.grants.revoke(tenant, client_id, grant_id, context.now).await?;
            return Err(Error::CodeAgain.into());
        }
        Spend::Dead => return Err(Error::GrantDead.into()),
        Spend::Expired | Spend::Unknown => return Err(Error::Code.into()),
    };
    let closed = context.closed_resources(&grant.resource).await?;
    let asked = code.redirect_uri.clone();
    let redeemed = rule::redeem(code, grant, Asker { client: &client.client, closed }, &request);
    let redeemed = redeemed.inspect_err(|error| {
        if *error == Error::RedirectUri {
            telemetry::redirect_uri_differs(request.redirect_uri.as_deref(), asked.as_deref());
        }
    })?;
    let may_refresh = client.client.may(GrantType::RefreshToken);
    let refresh_token =
        may_refresh.then(|| context.realm.chain.first(grant_id, presented.secret())).flatten();
    issue::tokens(context, client, &redeemed, refresh_token).await
}
