//! What applications behind the guards answer, over real HTTP.

#[cfg(test)]
mod actix_cases;
#[cfg(test)]
mod axum_cases;
#[cfg(test)]
mod case;
#[cfg(test)]
mod client;
#[cfg(test)]
mod dev_provider;
#[cfg(test)]
mod introspection;
#[cfg(test)]
mod invitations;
#[cfg(test)]
mod issuer;
#[cfg(test)]
mod keys;
#[cfg(test)]
mod log;
#[cfg(test)]
mod oxide_auth;
#[cfg(test)]
mod programs;
#[cfg(test)]
mod run;
#[cfg(test)]
mod sign_in;
#[cfg(test)]
mod signing;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tonic_calls;
