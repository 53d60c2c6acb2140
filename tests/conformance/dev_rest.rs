//! Scratch entry while the suite is written.

mod accounts;
mod advertised;
mod advertised_client_auth;
mod at_rest;
mod clock;
mod disabled;
mod fuzz;
mod http_layer;
mod login_model;
mod login_states;
mod oidc_discovery;
mod pages;
mod rfc8414;
mod routes;
mod rp_initiated_logout;
mod sessions;
mod storage_outage;
mod strings;
mod tenants;
