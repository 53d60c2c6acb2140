//! How clients notice that a sign-in has changed (OpenID Connect Session Management 1.0).

use credenza_protocol::authorize::AuthorizationRequest;
use credenza_protocol::session_management;

use crate::context::Context;
use crate::rng;

/// `session_state` of an answer; `None` for a client that did not ask who is signed in, or whose redirect URI has no web
/// origin.
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
