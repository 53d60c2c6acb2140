//! The contract, against PostgreSQL, and what concerns PostgreSQL alone.
//!
//! Chart 600
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

fn kinds(sql_type: &str) -> &'static [&'static str] {
    match sql_type {
        "BigInt" => &["bigint"],
        "Integer" => &["integer"],
        "Text" => &["text"],
        _ => &["bytea"],
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
async fn a_slow_transaction_is_not_missed() {
    servers::own::a_slow_transaction_is_not_missed(SERVER).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn tls_is_checked() {
    servers::own::tls_is_checked(SERVER).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn lost_connections_are_made_anew() {
    let end_all = "SELECT pg_terminate_backend(pid)::text AS line FROM pg_stat_activity \
                   WHERE datname = current_database() AND pid <> pg_backend_pid()";
    servers::own::lost_connections_are_made_anew(SERVER, end_all).await;
}
