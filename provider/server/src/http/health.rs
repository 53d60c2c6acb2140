//! `/livez` and `/readyz`, for whoever runs the server.

use axum::extract::State as Shared;
use axum::response::{IntoResponse as _, Response};
use http::StatusCode;
use http::header::CACHE_CONTROL;

use crate::state::State;

/// The process answers.
pub(super) async fn livez() -> Response {
    ([(CACHE_CONTROL, "no-store")], "ok\n").into_response()
}

/// The store can be read and written.
pub(super) async fn readyz(Shared(state): Shared<State>) -> Response {
    let headers = [(CACHE_CONTROL, "no-store")];
    match state.store.maintenance.check().await {
        Ok(()) => (headers, "ok\n").into_response(),
        Err(error) => {
            tracing::error!(%error, "not ready");
            (StatusCode::SERVICE_UNAVAILABLE, headers, "storage\n").into_response()
        }
    }
}
