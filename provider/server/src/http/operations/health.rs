//! `/livez` and `/readyz`, for whoever runs the server.

use axum::extract::State as Shared;
use axum::response::{IntoResponse as _, Response};
use credenza_storage::{RedisStatus, StoreError};
use http::StatusCode;
use http::header::CACHE_CONTROL;

use crate::mail::Mailer;
use crate::state::State;

/// The process answers.
pub(crate) async fn livez() -> Response {
    ([(CACHE_CONTROL, "no-store")], "ok\n").into_response()
}

/// The store can be read and written. Redis and the mail server are told and do not count, since the provider goes on without
/// them. A full disk is told apart from other failures: what was granted goes on being checked.
pub(crate) async fn readyz(Shared(state): Shared<State>) -> Response {
    let headers = [(CACHE_CONTROL, "no-store")];
    match state.store.maintenance.check().await {
        Ok(()) => {
            let redis = match state.store.redis.as_ref().map(RedisStatus::is_up) {
                None => "",
                Some(true) => "redis: up\n",
                Some(false) => "redis: down\n",
            };
            let mail = match state.mail.as_ref().map(Mailer::is_failing) {
                None => "",
                Some(false) => "mail: up\n",
                Some(true) => "mail: down\n",
            };
            (headers, format!("ok\n{redis}{mail}")).into_response()
        }
        Err(error) => {
            tracing::error!(%error, "not ready");
            let what = if matches!(error, StoreError::Full(_)) { "storage: full\n" } else { "storage\n" };
            (StatusCode::SERVICE_UNAVAILABLE, headers, what).into_response()
        }
    }
}
