//! Scratch entry while the suite is written.

mod advertised;
mod oidc_discovery;
mod rfc8414;
