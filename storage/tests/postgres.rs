//! The contract, kept by PostgreSQL, and what is PostgreSQL's own.
#![expect(clippy::unwrap_used, clippy::panic, reason = "tests fail by panicking, their helpers too")]

mod servers;

use credenza_storage::Store;

const SERVER: &str = "TEST_POSTGRES_URL";

async fn open_fresh(name: &str) -> Option<Store> {
    servers::store(SERVER, name).await
}

mod contract {
    credenza_storage::conformance!(crate::open_fresh);
}
