//! Serves three routes in a framework: `/bare` without a guard, `/guarded` behind Credenza's, `/usual` behind the
//! middleware that is usual there. Called as `credenza-bench-connectors FRAMEWORK TOKEN-CACHE-SIZE`; prints the port and
//! a token that all of them accept.

mod actix;
mod axum;

use std::error::Error;
use std::net::TcpListener;

use credenza_connectors::testing::TestIssuer;
use credenza_connectors::{Guard, Settings};
use jsonwebtoken::jwk::JwkSet;
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use serde::Deserialize;

const ISSUER: &str = "https://id.example";
const AUDIENCE: &str = "https://api.example";
const SCOPE: &str = "orders:read";

/// What the usual middlewares read of a token.
#[derive(Clone, Deserialize)]
struct Claims {
    sub: String,
    scope: String,
}

/// What both sides are made of.
struct Parts {
    guard: Guard,
    key: DecodingKey,
    validation: Validation,
    listener: TcpListener,
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let framework = arguments.next().unwrap_or_default();
    let cache_size = arguments.next().unwrap_or_default().parse()?;
    let issuer = TestIssuer::new(ISSUER, AUDIENCE);
    let validator = issuer.validator(Settings { cache_size, ..Settings::new(ISSUER, AUDIENCE) })?;
    let claims = serde_json::json!({ "scope": SCOPE, "exp": 4_000_000_000_i64 });
    let token = issuer.token(claims);
    let keys: JwkSet = serde_json::from_str(&issuer.core().jwks_json())?;
    let mut validation = Validation::new(Algorithm::ES256);
    validation.set_audience(&[AUDIENCE]);
    validation.set_issuer(&[ISSUER]);
    let parts = Parts {
        guard: Guard::from(validator),
        key: DecodingKey::from_jwk(keys.keys.first().ok_or("no key")?)?,
        validation,
        listener: TcpListener::bind("127.0.0.1:0")?,
    };
    println!("{} {token}", parts.listener.local_addr()?.port());
    match framework.as_str() {
        "axum" => axum::serve(parts),
        "actix" => actix::serve(parts),
        _ => Err("axum or actix".into()),
    }
}
