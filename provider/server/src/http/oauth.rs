//! The endpoints of OAuth and OpenID Connect.

pub(super) mod authorize;
pub(super) mod authorize_challenge;
pub(super) mod check_session;
pub(super) mod client;
pub(super) mod discovery;
pub(super) mod introspect;
pub(super) mod register;
pub(super) mod revocation_feed;
pub(super) mod revoke;
pub(super) mod token;
pub(super) mod userinfo;
pub(super) mod webfinger;
