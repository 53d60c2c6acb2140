//! The contract, against MariaDB, and what concerns MariaDB alone.
//!
//! Chart 600
#![expect(clippy::unwrap_used, clippy::panic, reason = "tests fail by panicking, their helpers too")]

mod servers;

use credenza_storage::Store;
use credenza_storage::conformance::fixtures::options;

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

/// Each statement of a migration commits by itself here, so a server that dies on the way leaves some of them done.
#[tokio::test(flavor = "multi_thread")]
async fn a263_a_migration_that_was_cut_off_is_taken_up() {
    let Some(base) = servers::server(SERVER) else { return };
    let text = concat!(
        include_str!("../../migrations/mysql/0001_spine/up.sql"),
        include_str!("../../migrations/mysql/0005_revocations/up.sql"),
    );
    let statements: Vec<_> = text.split_inclusive(";\n").filter(|part| part.contains(';')).collect();
    for done in [1, 7, statements.len() - 6, statements.len() - 1, statements.len()] {
        let url = servers::fresh(&base, "cut_off").await;
        for statement in &statements[..done] {
            servers::run(&url, statement).await;
        }
        let tables =
            "SELECT table_name AS line FROM information_schema.tables WHERE table_schema = 't_cut_off'";
        assert!(!servers::query(&url, tables).await.is_empty(), "nothing was done of {done}");
        let store = credenza_storage::open(&url, options("cut-off")).await.unwrap();
        credenza_storage::conformance::codes::spent_once(&store).await;
        let rows = servers::query(&url, "SELECT CAST(COUNT(*) AS CHAR) AS line FROM revision").await;
        assert_eq!(rows, ["1"], "after {done}");
        store.maintenance.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn few_round_trips() {
    servers::own::few_round_trips(SERVER).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slow_transaction_is_not_missed() {
    servers::own::a_slow_transaction_is_not_missed(SERVER).await;
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
