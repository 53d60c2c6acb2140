//! `[database]`: the pool of connections to a database server. SQLite has none, and no use for it.

use credenza_storage::PoolOptions;

use super::reader::Reader;
use super::values::{number, seconds};

pub(super) fn read(read: &mut Reader) -> PoolOptions {
    let default = PoolOptions::default();
    PoolOptions {
        size: read.or("database.pool_size", default.size, number(1..=1000)),
        wait_timeout: read.or("database.wait_timeout_seconds", default.wait_timeout, seconds(1..=300)),
        connect_timeout: read.or(
            "database.connect_timeout_seconds",
            default.connect_timeout,
            seconds(1..=300),
        ),
    }
}
