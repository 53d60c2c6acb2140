//! The answer of the authorization endpoint, once the person has nothing left to do.

use credenza_protocol::authorize::{self, Answer, AuthorizationRequest, Fault, Given};
use credenza_protocol::client::{Client, GrantType};
use credenza_protocol::grant::Grant;
use credenza_protocol::ids::GrantId;
use credenza_protocol::lifetimes::Lifetimes;
use credenza_protocol::secret::Secret;
use credenza_protocol::session::Session;
use credenza_storage::NewCode;
use credenza_storage::refresh_tokens::NewRefreshToken;

use super::client::note_use;
use super::outcome::Outcome;
use super::{Halt, issue, logout, session_management};
use crate::context::Context;
use crate::failure::Failure;
use crate::loaded_client::LoadedClient;
use crate::rng;

/// Gives what was asked for: grant, first refresh token and code in one write.
///
/// # Errors
/// [`Fault`] when the session ended, or client or person were disabled, at this very moment.
pub async fn answer(
    context: &Context,
    client: &LoadedClient,
    request: &AuthorizationRequest,
    session: &Session,
) -> Result<Outcome, Halt<Fault>> {
    if !logout::joins(context, &client.client, session).await? {
        return Err(Fault::LoginRequired.into());
    }
    let (grant, code) = granted(context, &client.client, request, session).await?;
    note_use(context, client).await?;
    let given = match request.response_type.is_front_channel() {
        true => issue::front_channel(context, client, request, grant, code).await?,
        false => Given { code, ..Given::default() },
    };
    let browser_state = context.realm.browser_state(session);
    let session_state = session_management::session_state(context, request, &browser_state);
    let given = Given { session_state, ..given };
    let delivery = Answer::success(request.to.clone(), &context.realm.issuer, given).deliver();
    Ok(Outcome::SignedIn { delivery, browser_state })
}

/// Stores the grant, with a code if one was asked for.
async fn granted(
    context: &Context,
    client: &Client,
    request: &AuthorizationRequest,
    session: &Session,
) -> Result<(Grant, Option<Secret>), Halt<Fault>> {
    let tenant = &context.realm.tenant;
    let settings = &tenant.settings;
    let lifetimes = Lifetimes::of(client, settings);
    let rng = context.state.rng.as_ref();
    let grant_id = GrantId::new(rng::ordered_id(rng, context.now));
    let grant = authorize::grant(request, client, session, settings, grant_id, context.now);
    if !request.response_type.code {
        let given = context.state.store.grants.give(&tenant.tenant_id, grant.clone(), context.now).await?;
        return if given { Ok((grant, None)) } else { Err(Fault::AccessDenied.into()) };
    }
    let no_form = Failure::Internal("a grant id is malformed");
    let code = rng::code(rng, &grant.grant_id).ok_or(no_form)?;
    let may_refresh = client.may(GrantType::RefreshToken);
    let first = may_refresh.then(|| context.realm.chain.first(&grant.grant_id, &code)).flatten();
    let refresh_token = first.map(|token| {
        let idle = context.now + lifetimes.refresh_token_idle;
        NewRefreshToken { token: token.hash(), expires_at: idle.min(grant.expires_at) }
    });
    let new = NewCode {
        hash: code.hash(),
        code: authorize::code(request, settings, context.now),
        grant: grant.clone(),
        refresh_token,
        lasts_until: request.response_type.token.then(|| context.now + lifetimes.access_token),
    };
    context.state.store.codes.issue(&tenant.tenant_id, new, context.now).await?;
    Ok((grant, Some(code)))
}
