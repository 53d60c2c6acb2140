//! What an allowed request becomes: a grant and a code.

use crate::client::Client;
use crate::grant::Grant;
use crate::id_token::wants_auth_time;
use crate::ids::GrantId;
use crate::lifetimes::Lifetimes;
use crate::session::Session;
use crate::tenant::TenantSettings;
use crate::time::Time;
use crate::token::Redeemed;
use crate::token::authorization_code::Code;

use super::{AuthorizationRequest, acr};

/// The grant that a person of this session gives with this request. With `offline_access` it outlives
/// the session, else it ends with it (OpenID Connect Core 11); without a code it ends with the tokens of the
/// answer, since nothing will bring others.
#[must_use]
pub fn grant(
    request: &AuthorizationRequest,
    client: &Client,
    session: &Session,
    settings: &TenantSettings,
    grant_id: GrantId,
    now: Time,
) -> Grant {
    let offline = request.scope.contains("offline_access");
    let lifetimes = Lifetimes::of(client, settings);
    let longest = now
        + match request.response_type.code {
            true => lifetimes.grant,
            false => lifetimes.access_token.max(lifetimes.id_token),
        };
    let session_ends_at = session.expires_at.min(session.auth_time + lifetimes.session);
    Grant {
        grant_id,
        client_id: client.client_id.clone(),
        user_id: session.user_id.clone(),
        sid: session.sid.clone(),
        offline,
        scope: request.scope.clone(),
        resource: request.resource.clone(),
        claims: request.claims.clone(),
        auth_time: session.auth_time,
        wants_auth_time: wants_auth_time(client, request.max_age.is_some(), &request.claims),
        amr: session.amr.clone(),
        acr: acr::told(request, session).map(str::to_owned),
        created_at: now,
        expires_at: if offline { longest } else { longest.min(session_ends_at) },
    }
}

/// What tokens of the answer itself are minted from: all that was granted.
pub fn given(request: &AuthorizationRequest, grant: Grant) -> Redeemed {
    Redeemed::whole(grant, request.nonce.clone())
}

/// What the code of that request is bound to.
#[must_use]
pub fn code(request: &AuthorizationRequest, settings: &TenantSettings, now: Time) -> Code {
    Code {
        client_id: request.client_id.clone(),
        redirect_uri: request.to.redirect_uri_given.then(|| request.to.redirect_uri.clone()),
        code_challenge: request.code_challenge.clone(),
        nonce: request.nonce.clone(),
        expires_at: now + settings.code_lifetime,
    }
}
