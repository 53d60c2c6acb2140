//! The contract, kept by MariaDB, and what is MariaDB's own.
#![expect(clippy::unwrap_used, clippy::panic, reason = "tests fail by panicking, their helpers too")]

mod servers;

use credenza_storage::Store;

const SERVER: &str = "TEST_MYSQL_URL";

async fn open_fresh(name: &str) -> Option<Store> {
    servers::store(SERVER, name).await
}

mod contract {
    credenza_storage::conformance!(crate::open_fresh);
}
