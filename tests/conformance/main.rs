//! What the wire says, spec by spec: a module per spec, tests named by section.

mod attacks_authorization;
mod attacks_interaction;
mod attacks_redirect_uri;
mod consent;
mod cors;
mod oidc_core_authentication;
mod oidc_core_hints;
mod op_behaviours_authorization;
mod response_modes;
mod rfc6749_authorize;
mod rfc7636;
mod rfc8252;
mod rfc8707;
mod rfc9207;
mod smoke;
