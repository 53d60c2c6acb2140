//! What attackers try, and what must happen then (manual: attacks, `provider/manual/attacks.md`).

mod access_token;
mod assertion;
pub(crate) mod at_rest;
mod authorization;
mod catalogue;
mod client_auth;
mod clock;
mod code;
mod egress;
mod fuzz;
mod interaction;
mod outage;
mod redirect_uri;
mod refresh;
mod refresh_cookie;
mod registration;
mod request_object;
mod request_uri;
mod routes;
mod strings;
mod token_endpoint;
