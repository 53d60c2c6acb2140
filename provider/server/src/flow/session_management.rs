//! What clients watch the sign-in by (OpenID Connect Session Management 1.0).

use credenza_protocol::authorize::AuthorizationRequest;
use credenza_protocol::session_management;

use crate::realm::Context;
use crate::rng;

/// `session_state` of an answer, for a client that asked who is signed in and whose scripts can ask for changes.
#[must_use]
pub fn session_state(
    context: &Context,
    request: &AuthorizationRequest,
    browser_state: &str,
) -> Option<String> {
    if !request.scope.contains("openid") {
        return None;
    }
    let salt = rng::id(context.state.rng.as_ref());
    let (client_id, redirect_uri) = (&request.client_id, &request.to.redirect_uri);
    session_management::session_state(client_id, redirect_uri, browser_state, &salt)
}
