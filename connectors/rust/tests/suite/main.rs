//! What applications behind the guards answer, over real HTTP.

mod actix_cases;
mod axum_cases;
mod case;
mod client;
mod issuer;
mod keys;
mod log;
mod oxide_auth;
mod programs;
mod run;
mod testing;
mod tonic_calls;
