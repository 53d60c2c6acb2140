//! The authorization endpoint (RFC 6749 3.1, 4.1; OpenID Connect Core 3.1.2).
//!
//! The order of its checks decides where an error may go, and each step is a type of its own:
//!
//! 1. [`client_id`]: the client to load. Until the redirect URI is known to be the client's, an error is a
//!    page ([`Error::Page`]) and nothing is ever sent to the URI of the request.
//! 2. [`Return::read`]: redirect URI, `response_mode` and `state`. From here on errors are answers to
//!    the client ([`Error::Redirect`]).
//! 3. [`AuthorizationRequest::read`]: one rule per parameter, in one struct literal.
//! 4. [`interaction::next`]: what the person still has to do, or the answer.

pub mod acr;
mod answer;
mod fault;
mod grant;
pub mod interaction;
mod request;

pub use answer::{AccessToken, Answer, Delivery, Given};
pub use fault::{Error, Fault};
pub use grant::{code, given, grant};
pub use request::{AuthorizationRequest, Hinted, Prompt, Return, client_id};
