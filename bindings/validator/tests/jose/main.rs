//! The JOSE core as its users meet it: examples of the RFCs, every algorithm there and back, and attacks.
#![cfg(test)]

mod attacks;
mod claims;
#[cfg(feature = "provider")]
mod jwe;
mod keys;
mod rfc_examples;
mod round_trip;
mod support;
mod token_format;
mod wycheproof;
