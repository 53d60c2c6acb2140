//! The JOSE core by its public interface: examples of the RFCs, round trips with every algorithm, and attacks.
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
