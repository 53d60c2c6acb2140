//! OpenID Connect: Core, Discovery, Registration and the logout specifications, and the checklist of certification.

mod advertised;
mod advertised_tokens;
mod backchannel_delivery;
pub(crate) mod backchannel_logout;
mod certification_authorization;
mod certification_front_channel;
mod certification_metadata;
mod certification_token;
mod checklist;
mod core_authentication;
mod core_encryption;
pub(crate) mod core_front_channel;
mod core_hints;
mod core_id_token;
mod core_pairwise;
mod core_request_objects;
mod core_unsigned;
mod core_userinfo;
mod core_userinfo_signed;
mod discovery;
mod frontchannel_logout;
mod registration;
mod rp_initiated_logout;
mod rp_initiated_logout_refused;
mod session_management;
mod webfinger;
