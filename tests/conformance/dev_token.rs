//! Scratch entry while the suite is written.

mod attacks_access_token;
mod attacks_assertion;
mod attacks_client_auth;
mod attacks_code;
mod attacks_outage;
mod attacks_refresh;
mod attacks_token_endpoint;
mod oidc_core_id_token;
mod oidc_core_userinfo;
mod op_behaviours_token;
mod rfc6749_token;
mod rfc6750;
mod rfc7009;
mod rfc7523;
mod rfc7662;
mod rfc9068;
