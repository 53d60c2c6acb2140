//! Scratch entry while the suite is written.

mod attacks_code;
mod attacks_token_endpoint;
mod oidc_core_id_token;
mod oidc_core_userinfo;
mod rfc6749_token;
mod rfc6750;
mod rfc7009;
mod rfc7523;
mod rfc7662;
mod rfc9068;
