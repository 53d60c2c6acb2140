//! Database servers that refuse to write: on a full disk, and made read-only.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;

use credenza_tests::services::Services;
use credenza_tests::{Database, Served, served};

use super::visitor::{Visitor, readiness, wait_until_ready};
use super::volume::Volume;
use crate::invariants;

/// Codes that are asked for until the disk is full.
const CODES: usize = 20_000;
/// The name of the database here.
const NAME: &str = "unwritable";

async fn serve(database: &Database) -> (Served, Visitor) {
    let mut server = Served::prepare();
    server.node.set("DATABASE_URL", database.url());
    server.node.set("LOG__LEVEL", "info");
    server.node.start();
    server.create_user(served::USERNAME);
    let visitor = Visitor::register(&server).await;
    (server, visitor)
}

#[tokio::test(flavor = "multi_thread")]
async fn postgres_on_a_full_disk() {
    let Some(services) = Services::start(&["postgres"]) else { return };
    let _alone = crate::alone().await;
    let Some(volume) = Volume::mount(40) else { return };
    let place = folder_of_the_server(&volume);
    let url = services.variable("TEST_POSTGRES_URL");
    Database::at(url).execute(&format!("CREATE TABLESPACE small LOCATION '{}'", place.display()));
    let database = Database::create(url, NAME);
    Database::at(url).execute(&format!("ALTER DATABASE {NAME} SET TABLESPACE small"));
    withstands_a_full_disk(&database, &volume).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn mysql_on_a_full_disk() {
    let Some(services) = Services::start(&["mysql"]) else { return };
    let _alone = crate::alone().await;
    let Some(volume) = Volume::mount(40) else { return };
    let place = folder_of_the_server(&volume);
    let database = Database::create(services.variable("TEST_MYSQL_URL"), NAME);
    // The folder of a database may be elsewhere: its tables are then on the volume, the redo log is not.
    let folder = Path::new(services.variable("TEST_SERVICES")).join("mysql/data").join(NAME);
    for options in fs::read_dir(&folder).unwrap() {
        let options = options.unwrap();
        fs::copy(options.path(), place.join(options.file_name())).unwrap();
    }
    fs::remove_dir_all(&folder).unwrap();
    symlink(&place, &folder).unwrap();
    withstands_a_full_disk(&database, &volume).await;
}

/// A folder on the volume that belongs to the server, which runs as somebody else.
fn folder_of_the_server(volume: &Volume) -> PathBuf {
    let place = volume.path().join("of-the-server");
    fs::create_dir(&place).unwrap();
    if is_root() {
        assert!(Command::new("chown").arg("nobody").arg(&place).status().unwrap().success());
    }
    place
}

/// A database on a volume that others fill: what finds no room is refused, and nothing is answered that was not done.
async fn withstands_a_full_disk(database: &Database, volume: &Volume) {
    let (server, mut visitor) = serve(database).await;
    let before = visitor.before().await;
    volume.fill();
    let nonce = "n".repeat(4000);
    let mut refused = 0;
    for _ in 0..CODES {
        let answer = visitor.ask_for_code(&nonce).await;
        refused += usize::from(answer.status == 503);
        if refused == 10 {
            break;
        }
    }
    assert_eq!(refused, 10, "the disk does not fill");
    assert!(server.log().contains("the disk is full"), "{}", server.log());
    // Changing a row may need room for a new version of it; if there is none, nobody is told that it was changed.
    assert!(visitor.app.is_active(&before.kept.access_token).await);
    let is_revoked = visitor.app.try_revoke(before.revoked.refresh()).await.is_some();
    assert_eq!(visitor.app.is_active(&before.revoked.access_token).await, !is_revoked);
    volume.free();
    wait_until_ready(&server, "ok\n").await;
    visitor.app.revoke(before.revoked.refresh()).await;
    visitor.goes_on(&before).await;
    invariants::assert_hold(database);
}

fn is_root() -> bool {
    Command::new("id").arg("-u").output().is_ok_and(|done| done.stdout == b"0\n")
}

#[tokio::test(flavor = "multi_thread")]
async fn postgres_that_became_read_only() {
    let Some(services) = Services::start(&["postgres"]) else { return };
    let _alone = crate::alone().await;
    let url = services.variable("TEST_POSTGRES_URL");
    let database = Database::create(url, NAME);
    let others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname = 'unwritable'";
    let switch = |setting: &str| {
        Database::at(url).execute(&format!("ALTER DATABASE {NAME} {setting}"));
        Database::at(url).execute(others);
    };
    refuses_to_write(
        &database,
        || switch("SET default_transaction_read_only = on"),
        || switch("RESET default_transaction_read_only"),
        // It counts as a replica, which is never read.
        false,
    )
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn mysql_that_became_read_only() {
    let Some(services) = Services::start(&["mysql"]) else { return };
    let _alone = crate::alone().await;
    let url = services.variable("TEST_MYSQL_URL");
    let _made = Database::create(url, NAME);
    // One who may not write to a server that is read-only.
    let root = Database::at(url);
    root.execute("CREATE USER limited IDENTIFIED BY 'limited'");
    root.execute(&format!("GRANT ALL ON {NAME}.* TO limited"));
    let mut theirs = url::Url::parse(url).unwrap();
    theirs.set_username("limited").unwrap();
    theirs.set_password(Some("limited")).unwrap();
    theirs.set_path(NAME);
    let database = Database::at(theirs.as_str());
    let switch = |value: &str| Database::at(url).execute(&format!("SET GLOBAL read_only = {value}"));
    refuses_to_write(&database, || switch("1"), || switch("0"), true).await;
}

/// A server that refuses to write, and writes again: nothing is answered that was not done.
async fn refuses_to_write(database: &Database, refuse: impl Fn(), allow: impl Fn(), is_read: bool) {
    let (server, mut visitor) = serve(database).await;
    let before = visitor.before().await;
    refuse();
    wait_until_ready(&server, "storage\n").await;
    assert_eq!(readiness(&server).await.0, 503);
    visitor.is_refused().await;
    // Revoking is not possible, and nobody is told otherwise.
    assert!(visitor.app.try_revoke(before.revoked.refresh()).await.is_none());
    if is_read {
        assert!(visitor.app.is_active(&before.kept.access_token).await);
        assert!(visitor.app.is_active(&before.revoked.access_token).await);
    }
    allow();
    wait_until_ready(&server, "ok\n").await;
    assert!(visitor.app.is_active(&before.revoked.access_token).await);
    visitor.checks_and_revokes(&before).await;
    visitor.goes_on(&before).await;
    invariants::assert_hold(database);
}
