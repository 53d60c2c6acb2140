//! What the wire says, by theme.

mod admin;
mod attacks;
mod oauth;
mod oidc;
mod operations;
mod pages;
