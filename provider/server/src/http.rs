//! HTTP: every path once, in one table; one file per endpoint. An endpoint turns bytes into
//! parameters and an outcome into bytes, and holds no rule.

mod account;
mod assets;
mod authorize;
mod browser;
mod check_session;
mod client;
mod consent;
mod context;
mod cors;
mod csrf;
mod demo;
mod discovery;
mod form;
mod health;
mod introspect;
mod json;
mod layers;
mod login;
mod logo;
mod logout;
mod page;
mod register;
mod reply;
mod revocation_feed;
mod revoke;
mod select_account;
mod step;
mod token;
mod userinfo;

use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::routing::{get, post};

use crate::state::State;

/// Every path of the server. Those of a tenant stand at the root for the default one, and below
/// `/t/{name}` for the others.
pub fn router(state: State) -> Router {
    let mut router = Router::new()
        .merge(tenant(&state))
        .nest("/t/{tenant}", tenant(&state))
        // RFC 8414 3.1: the well-known part may stand before the path of the issuer.
        .route("/.well-known/openid-configuration/t/{tenant}", get(discovery::metadata))
        .route("/.well-known/oauth-authorization-server/t/{tenant}", get(discovery::metadata))
        .route("/livez", get(health::livez))
        .route("/readyz", get(health::readyz));
    if state.demo.is_some() {
        router = router.merge(demo::routes());
    }
    layers::wrap(router.fallback(page::not_found), &state).with_state(state)
}

/// The paths that scripts of an application's own origin may call as well.
fn for_scripts(state: &State) -> Router<State> {
    Router::new()
        .route("/token", post(token::token).options(cors::preflight))
        .route("/userinfo", get(userinfo::get).post(userinfo::post).options(cors::preflight))
        .route("/revoke", post(revoke::revoke).options(cors::preflight))
        .route_layer(from_fn_with_state(state.clone(), cors::allow))
}

/// The paths of one tenant.
fn tenant(state: &State) -> Router<State> {
    Router::new()
        .merge(for_scripts(state))
        .route("/.well-known/openid-configuration", get(discovery::metadata))
        .route("/.well-known/oauth-authorization-server", get(discovery::metadata))
        .route("/jwks", get(discovery::jwks))
        .route("/revocations", get(revocation_feed::show))
        .route("/authorize", get(authorize::get).post(authorize::post))
        .route("/login", get(login::show).post(login::submit))
        .route("/select-account", get(select_account::show).post(select_account::submit))
        .route("/consent", get(consent::show).post(consent::submit))
        .route("/introspect", post(introspect::introspect))
        .route("/register", post(register::create))
        .route("/register/{client_id}", get(register::show).put(register::update).delete(register::delete))
        .route("/check_session", get(check_session::show))
        .route("/logout", get(logout::get).post(logout::post))
        .route("/logout/confirm", post(logout::confirm))
        .route("/account", get(account::show).post(account::end))
        .route("/logos/{client_id}", get(logo::get))
        .route("/assets/{name}", get(assets::asset))
}
