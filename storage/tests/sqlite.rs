//! The contract, against SQLite in a file and in memory, and what concerns SQLite alone.
//!
//! Chart 600: Storage | SQLite (grouped commits), PostgreSQL 15, MariaDB 10.11: one contract, the same tests
#![expect(clippy::unwrap_used, reason = "tests fail by panicking, their helpers too")]

use std::path::{Path, PathBuf};

use credenza_storage::conformance::fixtures::options;
use credenza_storage::{Store, open};

#[path = "sqlite/crash.rs"]
mod crash;
#[path = "sqlite/grouping.rs"]
mod grouping;
#[path = "sqlite/opening.rs"]
mod opening;
#[path = "sqlite/room.rs"]
mod room;
#[path = "sqlite/sharing.rs"]
mod sharing;

/// A path for the database of the test of that name, with no file there.
fn fresh(name: &str) -> PathBuf {
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("storage-{name}.db"));
    for suffix in ["", "-wal", "-shm", "-reserve"] {
        let _ = std::fs::remove_file(format!("{}{suffix}", path.display()));
    }
    path
}

fn url(path: &Path) -> String {
    format!("sqlite:{}", path.display())
}

async fn open_file(name: &str) -> Option<Store> {
    Some(open(&url(&fresh(name)), options(name)).await.unwrap())
}

async fn open_memory(name: &str) -> Option<Store> {
    Some(open("sqlite::memory:", options(name)).await.unwrap())
}

mod file {
    credenza_storage::conformance!(crate::open_file);
}

mod memory {
    credenza_storage::conformance!(crate::open_memory);
}
