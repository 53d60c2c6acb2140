//! What `tests/bench/admin/run` measures with: people who are there already, and the least that a handler can do to show one.
//!
//! ```text
//! bench-people fill --url URL --from N --to N      adds people to the default tenant, by the database itself
//! bench-people bare --url URL --port PORT          GET /users/ID: the same query, and JSON; no caller, no rules
//! ```

mod fill;

use std::error::Error;
use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use axum::{Json, Router};
use clap::{Parser, Subcommand};
use credenza_protocol::ids::{TenantId, UserId};
use credenza_protocol::tenant::DEFAULT_TENANT;
use credenza_storage::{Options, Store, open};
use tokio::net::TcpListener;

pub(crate) type Failure = Box<dyn Error + Send + Sync>;

#[derive(Parser)]
struct Cli {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand)]
enum Verb {
    /// Adds the people with these numbers.
    Fill {
        /// A database of credenza, with its default tenant.
        #[arg(long)]
        url: String,
        #[arg(long, default_value_t = 1)]
        from: u64,
        #[arg(long)]
        to: u64,
    },
    /// Shows people until it is killed.
    Bare {
        #[arg(long)]
        url: String,
        #[arg(long)]
        port: u16,
    },
}

struct People {
    store: Store,
    tenant: TenantId,
}

#[tokio::main]
async fn main() -> Result<(), Failure> {
    match Cli::parse().verb {
        Verb::Fill { url, from, to } => {
            let people = People::open(&url).await?;
            fill::fill(&url, &people.tenant, from, to).await
        }
        Verb::Bare { url, port } => {
            let people = Arc::new(People::open(&url).await?);
            let router = Router::new().route("/users/{id}", get(show)).with_state(people);
            axum::serve(TcpListener::bind(("127.0.0.1", port)).await?, router).await?;
            Ok(())
        }
    }
}

impl People {
    async fn open(url: &str) -> Result<Self, Failure> {
        let store = open(url, Options::default()).await?;
        let tenant = store.tenants.find(DEFAULT_TENANT).await?.ok_or("there is no default tenant")?;
        Ok(Self { store, tenant: tenant.tenant_id })
    }
}

async fn show(State(people): State<Arc<People>>, Path(id): Path<String>) -> Response {
    match people.store.users.find(&people.tenant, &UserId::new(id)).await {
        Ok(Some(user)) => Json(user).into_response(),
        Ok(None) => StatusCode::NOT_FOUND.into_response(),
        Err(_) => StatusCode::SERVICE_UNAVAILABLE.into_response(),
    }
}
