//! Axum, beside axum-jwt-auth.

use std::error::Error;
use std::sync::Arc;

use axum::extract::FromRef;
use axum::http::StatusCode;
use axum::{Router, routing::get};
use axum_jwt_auth::{Claims as Usual, Decoder, LocalDecoder};
use credenza_connectors::Needs;
use credenza_connectors::axum::{Caller, protect};

use crate::{Claims, Parts, SCOPE};

#[derive(Clone, FromRef)]
struct State {
    decoder: Decoder<Claims>,
}

#[tokio::main]
pub async fn serve(parts: Parts) -> Result<(), Box<dyn Error>> {
    let Parts { guard, key, validation, listener } = parts;
    let decoder = LocalDecoder::builder().keys(vec![key]).validation(validation).build()?;
    let guarded = get(|caller: Caller| async move { caller.sub().unwrap_or_default().to_owned() });
    let usual = get(|Usual { claims, .. }: Usual<Claims>| async move {
        match claims.scope.split(' ').any(|scope| scope == SCOPE) {
            true => Ok(claims.sub),
            false => Err(StatusCode::FORBIDDEN),
        }
    });
    let app = Router::new()
        .route("/bare", get(|| async { "user".to_owned() }))
        .route("/guarded", guarded.layer(protect(&guard, Needs::new().scope(SCOPE))))
        .route("/usual", usual)
        .with_state(State { decoder: Arc::new(decoder) });
    listener.set_nonblocking(true)?;
    Ok(axum::serve(tokio::net::TcpListener::from_std(listener)?, app).await?)
}
