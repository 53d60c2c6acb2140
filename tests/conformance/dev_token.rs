//! Scratch entry while the suite is written.

mod rfc6749_token;
mod rfc6750;
mod rfc7009;
mod rfc7523;
mod rfc7662;
mod rfc9068;
