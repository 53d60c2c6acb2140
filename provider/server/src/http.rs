//! HTTP: every path once, in one table; one file per endpoint. An endpoint turns bytes into
//! parameters and an outcome into bytes, and holds no rule.

pub(crate) mod admin;
mod oauth;
mod operations;
mod people;
mod shared;

use axum::Router;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::{get, post};

use self::oauth::{
    authorize, authorize_challenge, check_session, discovery, introspect, register, revocation_feed, revoke,
    token, userinfo, webfinger,
};
use self::operations::health;
use self::people::{
    account, add_second_factor, applications, assets, authenticator_app, change_password, consent,
    delete_account, devices, email, email_links, home, invited, keep_account, language, login, logo, logout,
    not_found, own_data, passkeys, password_reset, profile, required_password, second_factor, security,
    select_account, sign_in_by_mail, sign_up, terms,
};
use self::shared::{cors, issuer_path, layers};
#[cfg(feature = "demo")]
use crate::demo::Demo;
use crate::state::State;

pub use self::admin::document as openapi;
pub(crate) use self::admin::wording;

/// Every path of the server. Those of a tenant stand at the root for the default one, and below
/// `/t/{name}` for the others; with the path of the issuer before them or without.
pub fn router(state: State) -> Router {
    finish(every_path(&state), state)
}

/// As [`router`], with the demo relying party of `credenza dev` at the default tenant.
#[cfg(feature = "demo")]
pub fn router_with_demo(state: State, demo: Demo) -> Router {
    let provider = router(state.clone());
    finish(every_path(&state).merge(self::people::demo::routes(demo, provider)), state)
}

fn every_path(state: &State) -> Router<State> {
    // RFC 8414 3.1: the well-known part may stand before the path of the issuer.
    let well_known = Router::new()
        .route("/.well-known/openid-configuration/t/{tenant}", get(discovery::metadata))
        .route("/.well-known/oauth-authorization-server/t/{tenant}", get(discovery::metadata))
        .route_layer(from_fn(cors::everybody));
    Router::new()
        .route("/", get(home::show))
        .route("/t/{tenant}", get(home::show))
        .merge(tenant(state))
        .nest("/t/{tenant}", tenant(state))
        .merge(well_known)
        .merge(admin::of_installation())
        .route("/livez", get(health::livez))
        .route("/readyz", get(health::readyz))
}

/// What wraps the paths, and what answers beside them.
fn finish(router: Router<State>, state: State) -> Router {
    let path = state.path().to_owned();
    let router = layers::wrap(router.fallback(not_found::show), &state).with_state(state);
    issuer_path::below(&path, router)
}

/// The paths that scripts of an application's own origin may call as well.
fn for_scripts(state: &State) -> Router<State> {
    Router::new()
        .route("/token", post(token::token))
        .route("/userinfo", get(userinfo::get).post(userinfo::post))
        .route("/revoke", post(revoke::revoke))
        .route_layer(from_fn_with_state(state.clone(), cors::registered))
}

/// The account API, which scripts of an application's own origin may call as well.
fn account_api(state: &State) -> Router<State> {
    admin::of_account().route_layer(from_fn_with_state(state.clone(), cors::account))
}

/// The paths that scripts of any origin may call: what is public, the module that they may be made of among it, and
/// registration, for which a client that is yet to be
/// registered has no origin.
fn for_everybody() -> Router<State> {
    Router::new()
        .route("/.well-known/openid-configuration", get(discovery::metadata))
        .route("/.well-known/oauth-authorization-server", get(discovery::metadata))
        .route("/.well-known/webfinger", get(webfinger::show))
        .route("/jwks", get(discovery::jwks))
        .route("/revocations", get(revocation_feed::show))
        .route("/register", post(register::create))
        .route("/register/{client_id}", get(register::show).put(register::update).delete(register::delete))
        .route("/assets/{name}", get(assets::asset))
        .route_layer(from_fn(cors::everybody))
}

/// The paths of one tenant.
fn tenant(state: &State) -> Router<State> {
    Router::new()
        .merge(for_scripts(state))
        .merge(for_everybody())
        .merge(admin::of_tenant())
        .merge(account_api(state))
        .route("/authorize", get(authorize::get).post(authorize::post))
        .route("/login", get(login::show).post(login::submit))
        .route("/login/mail", get(sign_in_by_mail::code).post(sign_in_by_mail::coded))
        .route("/login/link", get(sign_in_by_mail::open).post(sign_in_by_mail::opened))
        .route("/login/second-factor", get(second_factor::show).post(second_factor::submit))
        .route("/login/add-second-factor", get(add_second_factor::show).post(add_second_factor::submit))
        .route("/login/new-password", get(required_password::show).post(required_password::submit))
        .route("/login/keep-account", get(keep_account::ask).post(keep_account::keep))
        .route("/login/terms", get(terms::show).post(terms::submit))
        .route("/forgot-password", get(password_reset::ask).post(password_reset::asked))
        .route("/reset-password", get(password_reset::choose).post(password_reset::chosen))
        .route("/signup", get(sign_up::ask).post(sign_up::asked))
        .route("/signup/code", get(sign_up::code).post(sign_up::coded))
        .route("/signup/complete", get(sign_up::choose).post(sign_up::chosen))
        .route("/signup/invited", get(invited::choose).post(invited::chosen))
        .route("/select-account", get(select_account::show).post(select_account::submit))
        .route("/consent", get(consent::show).post(consent::submit))
        .route("/authorize-challenge", post(authorize_challenge::challenge))
        .route("/introspect", post(introspect::introspect))
        .route("/check_session", get(check_session::show))
        .route("/logout", get(logout::get).post(logout::post))
        .route("/logout/confirm", get(logout::again).post(logout::confirm))
        .route("/account", get(account::show).post(account::end))
        .route("/account/login", get(account::sign_in))
        .route("/account/applications", get(applications::show).post(applications::withdraw))
        .route("/account/devices", get(devices::show).post(devices::remove))
        .route("/account/email", get(email::show).post(email::submit))
        .route("/account/email/code", get(email::code).post(email::coded))
        .route("/account/email/confirm", get(email_links::show).post(email_links::confirm))
        .route("/account/email/undo", get(email_links::undo).post(email_links::undone))
        .route("/account/profile", get(profile::show).post(profile::submit))
        .route("/account/password", get(change_password::show).post(change_password::submit))
        .route("/account/security", get(security::show).post(security::submit))
        .route("/account/security/app", get(authenticator_app::show).post(authenticator_app::submit))
        .route("/account/security/passkey", get(passkeys::show).post(passkeys::submit))
        .route("/account/data", get(own_data::show).post(own_data::download))
        .route("/account/delete", get(delete_account::show).post(delete_account::submit))
        .route("/account/keep", get(keep_account::linked).post(keep_account::keep_by_link))
        .route("/logos/{client_id}", get(logo::get))
        .route("/brand/{logo}", get(logo::of_brand))
        .route("/brand/{logo}/{client_id}", get(logo::of_brand))
        .route("/language", post(language::choose))
}
