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

fn kinds(sql_type: &str) -> &'static [&'static str] {
    match sql_type {
        "BigInt" => &["bigint"],
        "Integer" => &["int"],
        "Text" => &["varbinary", "mediumtext"],
        _ => &["varbinary", "mediumblob"],
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn tables_are_those_of_the_schema() {
    servers::own::tables_are_those_of_the_schema(SERVER, kinds).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a263_starters_wait_for_each_other() {
    servers::own::starters_wait_for_each_other(SERVER).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn few_round_trips() {
    servers::own::few_round_trips(SERVER).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn tls_is_checked() {
    servers::own::tls_is_checked(SERVER).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn lost_connections_are_made_anew() {
    let end_all = "SELECT CONCAT('KILL ', id) AS line FROM information_schema.processlist \
                   WHERE db = DATABASE() AND id <> CONNECTION_ID()";
    servers::own::lost_connections_are_made_anew(SERVER, end_all).await;
}
