//! HTTP: every path once, in one table; one file per endpoint. An endpoint turns bytes into
//! parameters and an outcome into bytes, and holds no rule.

mod account;
mod assets;
mod authorize;
mod browser;
mod client;
mod consent;
mod context;
mod csrf;
mod demo;
mod discovery;
mod form;
mod health;
mod introspect;
mod layers;
mod login;
mod logout;
mod page;
mod reply;
mod revoke;
mod select_account;
mod step;
mod token;
mod userinfo;

use axum::Router;
use axum::routing::{get, post};

use crate::state::State;

/// Every path of the server. Those of a tenant stand at the root for the default one, and below
/// `/t/{name}` for the others.
pub fn router(state: State) -> Router {
    let mut router = Router::new()
        .merge(tenant())
        .nest("/t/{tenant}", tenant())
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

/// The paths of one tenant.
fn tenant() -> Router<State> {
    Router::new()
        .route("/.well-known/openid-configuration", get(discovery::metadata))
        .route("/.well-known/oauth-authorization-server", get(discovery::metadata))
        .route("/jwks", get(discovery::jwks))
        .route("/authorize", get(authorize::get).post(authorize::post))
        .route("/login", get(login::show).post(login::submit))
        .route("/select-account", get(select_account::show).post(select_account::submit))
        .route("/consent", get(consent::show).post(consent::submit))
        .route("/token", post(token::token))
        .route("/userinfo", get(userinfo::get).post(userinfo::post))
        .route("/introspect", post(introspect::introspect))
        .route("/revoke", post(revoke::revoke))
        .route("/logout", get(logout::get).post(logout::post))
        .route("/logout/confirm", post(logout::confirm))
        .route("/account", get(account::show).post(account::end))
        .route("/assets/{name}", get(assets::asset))
}
