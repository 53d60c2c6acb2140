//! A person decides about a pending authorization request: which account, and whether to allow it.

use credenza_protocol::authorize::Fault;
use credenza_storage::SessionRecord;

use super::Halt;
use super::interaction::{Advanced, Lost, Pending, Purpose};
use super::outcome::Outcome;
use super::proceed::{proceed, refuse};
use crate::context::Context;

/// The person goes on as the one who is signed in.
///
/// # Errors
/// [`Lost`].
pub async fn continue_as(
    context: &Context,
    mut pending: Pending,
    session: &SessionRecord,
) -> Result<Outcome, Halt<Lost>> {
    if let Purpose::Authorize(authorization) = &mut pending.purpose {
        authorization.progress.selected = Some(session.session.sid.clone());
        pending.advance(context).await?;
    }
    proceed(context, pending, Some(session)).await
}

/// The person allows what was asked for, and that is remembered.
///
/// # Errors
/// [`Lost`].
pub async fn allow(
    context: &Context,
    mut pending: Pending,
    session: &SessionRecord,
) -> Result<Outcome, Halt<Lost>> {
    let Purpose::Authorize(authorization) = &mut pending.purpose else {
        return proceed(context, pending, Some(session)).await;
    };
    authorization.progress.consented = Some(session.session.sid.clone());
    let (client, scope) = (authorization.request.client_id.clone(), authorization.request.consent_needed());
    // Whoever was overtaken has allowed nothing: what the other one stored may be about another session.
    if pending.advance(context).await? == Advanced::First {
        let (tenant, consents) = (&context.realm.tenant.tenant_id, &context.state.store.consents);
        consents.remember(tenant, &session.user.user_id, &client, &scope, context.now).await?;
    }
    proceed(context, pending, Some(session)).await
}

/// The person refuses.
///
/// # Errors
/// [`Lost`].
pub async fn deny(
    context: &Context,
    pending: Pending,
    session: Option<&SessionRecord>,
) -> Result<Outcome, Halt<Lost>> {
    refuse(context, pending, session, &Fault::AccessDenied).await
}
