//! Whether somebody still may what they were let in for, where it takes a while.

use credenza_protocol::admin_roles::TABLE;
use credenza_protocol::bearer;
use credenza_protocol::scope::Scope;
use credenza_protocol::time::Time;

use super::call::Call;
use super::problem::Problem;
use crate::context::Context;
use crate::flow::administer;

/// Refuses to go on for a caller whose rights have ended since they came: whose token was revoked, who was disabled, or who
/// has lost one of these scopes that they had. A token counts as it would have at that time; without one, as it does now. The
/// keys of the configuration do not end before the server does.
pub(super) async fn may_still(call: &Call, scope: &Scope, at: Option<Time>) -> Result<(), Problem> {
    let Some(token) = &call.token else { return Ok(()) };
    let Context { state, realm, request_id, .. } = &call.context;
    let mut context =
        Context::load(state, &realm.tenant.name, *request_id).await?.ok_or(Problem::NotFound)?;
    context.now = at.unwrap_or(context.now);
    let caller = administer::by_token(&context, token).await?;
    let had = call.caller.scope.intersection(scope);
    let mut lost = TABLE.iter().map(|entry| entry.scope).filter(|word| had.contains(word));
    match lost.find(|word| !caller.scope.contains(word)) {
        None => Ok(()),
        Some(word) => Err(Problem::Token(bearer::Error::InsufficientScope, word)),
    }
}
