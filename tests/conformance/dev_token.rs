//! Scratch entry while the suite is written.

mod rfc6749_token;
