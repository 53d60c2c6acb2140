//! What the wire says, by theme.

mod attacks;
mod oauth;
mod oidc;
mod operations;
mod pages;
