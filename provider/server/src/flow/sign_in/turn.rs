//! Whose turn it is at a later step of a sign-in.

use credenza_protocol::authentication::Step;
use credenza_protocol::user::User;

use super::proven::recognized_by;
use crate::context::Context;
use crate::failure::Failure;
use crate::flow::interaction::Pending;

/// The person who takes that step next, whether they are disabled or not. Without anybody, the sign-in begins again: so it does
/// where the password has become another one since it was typed, as whoever knew the old one may not be its owner.
pub(super) async fn of(context: &Context, pending: &Pending, step: &Step) -> Result<Option<User>, Failure> {
    let started = pending.sign_in.as_ref().filter(|started| started.next() == Some(step.name));
    let Some(started) = started else { return Ok(None) };
    let (tenant, store) = (&context.realm.tenant.tenant_id, &context.state.store);
    if let Some(typed) = started.password() {
        let hash = store.credentials.password(tenant, started.user_id()).await?;
        if hash.is_none_or(|hash| recognized_by(&hash) != typed) {
            return Ok(None);
        }
    }
    Ok(store.users.find(tenant, started.user_id()).await?)
}
