//! `/demo`: the demo relying party, which only `credenza dev` has.

use std::collections::HashMap;

use axum::Router;
use axum::extract::{Query, State as Shared};
use axum::response::Response;
use axum::routing::get;
use http::StatusCode;

use super::browser::BrowserHeaders;
use super::context::Tenancy;
use super::page::{self, Forms};
use super::reply;
use crate::pages::{DemoHome, DemoResult};
use crate::state::State;

/// Its paths.
pub(super) fn routes() -> Router<State> {
    Router::new()
        .route("/demo", get(home))
        .route("/demo/login", get(login))
        .route("/demo/callback", get(callback))
}

async fn home(Tenancy(context): Tenancy, headers: BrowserHeaders) -> Response {
    let Some(demo) = &context.state.demo else {
        return page::absent();
    };
    let page = DemoHome {
        frame: page::frame(&context.realm, headers.lang(None)),
        issuer: &context.realm.issuer,
        username: &demo.username,
        password: Some(&demo.password),
        login_path: "/demo/login",
    };
    page::html(StatusCode::OK, &page, Forms::Here)
}

async fn login(Tenancy(context): Tenancy, Shared(state): Shared<State>, headers: BrowserHeaders) -> Response {
    let Some(demo) = &context.state.demo else {
        return page::absent();
    };
    match demo.begin(super::router(state.clone()), &context.realm.issuer).await {
        Ok(url) => reply::see_other(url.as_str()),
        Err(error) => page::sorry(&context, headers.lang(None), StatusCode::BAD_GATEWAY, &error.to_string()),
    }
}

async fn callback(
    Tenancy(context): Tenancy,
    Shared(state): Shared<State>,
    headers: BrowserHeaders,
    Query(answer): Query<HashMap<String, String>>,
) -> Response {
    let Some(demo) = &context.state.demo else {
        return page::absent();
    };
    let signed_in = match demo.finish(super::router(state.clone()), &context.realm.issuer, &answer).await {
        Ok(signed_in) => signed_in,
        Err(error) => {
            return page::sorry(&context, headers.lang(None), StatusCode::BAD_REQUEST, &error.to_string());
        }
    };
    let mut logout = url::form_urlencoded::Serializer::new(String::new());
    logout.append_pair("id_token_hint", &signed_in.id_token_hint);
    logout.append_pair("post_logout_redirect_uri", &format!("{}/demo", context.realm.issuer));
    let page = DemoResult {
        frame: page::frame(&context.realm, headers.lang(None)),
        checks: signed_in.checks,
        id_token_header: signed_in.id_token.0,
        id_token_claims: signed_in.id_token.1,
        access_token_header: signed_in.access_token.0,
        access_token_claims: signed_in.access_token.1,
        userinfo: signed_in.userinfo,
        logout_path: &format!("/logout?{}", logout.finish()),
        raw_refresh_present: signed_in.has_refresh_token,
    };
    page::html(StatusCode::OK, &page, Forms::Here)
}
