//! Scratch entry while the suite is written.

mod rfc6749_authorize;
mod rfc7636;
mod rfc8252;
mod rfc8707;
mod rfc9207;
