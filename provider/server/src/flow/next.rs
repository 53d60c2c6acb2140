//! What the person still has to do before an authorization request is answered.

use credenza_protocol::authentication::Started;
use credenza_protocol::authorize::interaction::{self as rule, Next, Present};
use credenza_protocol::authorize::{Fault, acr};
use credenza_protocol::client::ConsentPolicy;
use credenza_protocol::ids::ClientId;
use credenza_protocol::scope::Scope;
use credenza_storage::{SessionRecord, StoreError};

use super::interaction::Authorization;
use super::{Halt, resource, sign_in_steps};
use crate::accounts::held::Held;
use crate::context::Context;

/// The next step. Nobody is asked anything for a request that could not be answered.
///
/// # Errors
/// [`Fault`] where the request allows no step; [`Fault::Target`] where it names a resource that is closed (RFC 8707 2.1),
/// which can happen while the person is on the pages.
pub async fn next(
    context: &Context,
    authorization: &Authorization,
    session: Option<&SessionRecord>,
) -> Result<Next, Halt<Fault>> {
    let Authorization { client, request, progress } = authorization;
    resource::all_open(context, &request.resource).await?;
    if !acr::can_be_met(request, &context.realm.acrs) {
        return Err(Fault::UnmetAuthentication.into());
    }
    let client = &client.client;
    let remembered = match session {
        Some(session) if client.consent == ConsentPolicy::Required => {
            remembered(context, session, &client.client_id).await?
        }
        _ => Scope::default(),
    };
    let sub = session.map(|found| context.realm.subjects.of(client, &found.user.user_id));
    let best = match session {
        Some(found) if acr::asks_for_more_than_a_password(request) => {
            Some(Held::of(context, &found.user.user_id).await?.best())
        }
        _ => None,
    };
    let present = session.zip(sub.as_deref());
    let present = present.map(|(found, sub)| Present { session: &found.session, sub, best });
    Ok(rule::next(request, client, present, progress, &remembered, context.now)?)
}

/// The hosted page of a step, by its path under the issuer.
#[must_use]
pub fn page(next: &Next, sign_in: Option<&Started>) -> &'static str {
    match next {
        Next::SelectAccount => "select-account",
        Next::Consent => "consent",
        Next::SignUp => sign_in_steps::SIGN_UP_PAGE,
        Next::Login | Next::Answer => sign_in_steps::page(sign_in),
    }
}

async fn remembered(
    context: &Context,
    session: &SessionRecord,
    client_id: &ClientId,
) -> Result<Scope, StoreError> {
    let tenant = &context.realm.tenant.tenant_id;
    context.state.store.consents.find(tenant, &session.user.user_id, client_id).await
}
