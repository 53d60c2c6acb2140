//! The API: whoever calls it has an access token for it.

use axum::Router;
use axum::routing::get;
use credenza_connectors::axum::{Caller, protect};
use credenza_connectors::kit::axum::Json;
use credenza_connectors::{Guard, Needs};
use serde_json::{Value, json};

/// `/orders` for whom its owner lets read them, `/reports` for managers, `/stock` for machines.
pub(crate) fn routes(guard: &Guard) -> Router {
    let needs = Needs::new;
    Router::new()
        .route("/orders", get(orders).layer(protect(guard, needs().scope("orders:read"))))
        .route("/reports", get(reports).layer(protect(guard, needs().role("manager"))))
        .route("/stock", get(stock).layer(protect(guard, needs().scope("stock:read"))))
}

async fn orders(caller: Caller) -> Json<Value> {
    Json(json!({ "orders_of": caller.sub(), "orders": [{ "id": 1, "item": "tea" }] }))
}

async fn reports(caller: Caller) -> Json<Value> {
    Json(json!({ "for": caller.sub(), "turnover": 1200 }))
}

async fn stock(caller: Caller) -> Json<Value> {
    Json(json!({ "asked_by": caller.client_id(), "tea": 42 }))
}
