//! A person decides about a pending authorization request: which account, and whether to allow it.

use credenza_protocol::authorize::Fault;
use credenza_storage::SessionRecord;

use super::Halt;
use super::interaction::{Authorization, Lost, Pending, Purpose};
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
    let Purpose::Authorize(Authorization { progress, .. }) = &mut pending.purpose;
    progress.selected = Some(session.session.sid.clone());
    pending.advance(context).await?;
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
    let Purpose::Authorize(Authorization { progress, .. }) = &mut pending.purpose;
    progress.consented = Some(session.session.sid.clone());
    pending.advance(context).await?;
    let Purpose::Authorize(Authorization { request, .. }) = &pending.purpose;
    let (tenant, consents) = (&context.realm.tenant.tenant_id, &context.state.store.consents);
    let (user, client, scope) = (&session.user.user_id, &request.client_id, request.consent_needed());
    consents.remember(tenant, user, client, &scope, context.now).await?;
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
