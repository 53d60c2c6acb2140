//! How a store is opened, and how that fails.

use credenza_storage::{OpenError, Options, migrate, open};
use diesel::connection::SimpleConnection as _;
use diesel::{Connection as _, SqliteConnection};

use crate::{fresh, url};

#[tokio::test]
async fn migrated_once() {
    let url = url(&fresh("migrated-once"));
    let all =
        std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/../migrations/sqlite")).unwrap().count();
    assert_eq!(migrate(&url).await.unwrap().len(), all);
    assert_eq!(migrate(&url).await.unwrap().len(), 0);
    let store = open(&url, Options::default()).await.unwrap();
    store.maintenance.check().await.unwrap();
    store.maintenance.close().await;
}

#[tokio::test]
async fn other_databases_are_refused_without_their_password() {
    for (url, name) in
        [("oracle://u:hunter2@h/db", "oracle"), ("redis://:hunter2@h/0", "redis"), ("file:a.db", "file")]
    {
        let error = open(url, Options::default()).await.err().unwrap();
        assert!(matches!(&error, OpenError::Scheme(scheme) if scheme == name), "{error}");
        assert!(error.to_string().contains("sqlite:") && !error.to_string().contains("hunter2"), "{error}");
    }
    for url in ["", "a.db", "sqlite:", "sqlite:a.db?mode=ro", "sqlite::mem:"] {
        let error = open(url, Options::default()).await.err().unwrap();
        assert!(matches!(error, OpenError::Url(_)), "{url}: {error}");
    }
}

#[tokio::test]
async fn a_file_that_cannot_be_one_is_named() {
    let directory = fresh("no-such-directory").join("a.db");
    let error = open(&url(&directory), Options::default()).await.err().unwrap();
    assert!(matches!(error, OpenError::File { .. }), "{error}");
    assert!(error.to_string().contains("no-such-directory"), "{error}");
    let text = fresh("no-database");
    std::fs::write(&text, "This is no database, but a long enough text to be looked at.").unwrap();
    assert!(matches!(open(&url(&text), Options::default()).await, Err(OpenError::Connect(_))));
    assert!(std::fs::read_to_string(&text).unwrap().starts_with("This is"), "it was left alone");
}

#[tokio::test]
async fn a_file_that_another_process_holds_is_locked_and_nothing_has_failed() {
    let (used, new) = (fresh("held"), fresh("held-from-the-start"));
    migrate(&url(&used)).await.unwrap();
    let holders = [&used, &new].map(|path| {
        let mut holder = SqliteConnection::establish(path.to_str().unwrap()).unwrap();
        holder.batch_execute("BEGIN EXCLUSIVE").unwrap();
        holder
    });
    let (first, second) = (url(&used), url(&new));
    let (migrated, opened, created) =
        tokio::join!(migrate(&first), open(&first, Options::default()), migrate(&second));
    for (error, path) in
        [(migrated.err().unwrap(), &used), (opened.err().unwrap(), &used), (created.err().unwrap(), &new)]
    {
        assert!(matches!(error, OpenError::Locked(_)), "{error}");
        assert!(error.to_string().contains(path.to_str().unwrap()), "{error}");
        assert!(error.next_step().contains("stop that process"));
    }
    drop(holders);
    assert_eq!(migrate(&first).await.unwrap().len(), 0);
    open(&second, Options::default()).await.unwrap().maintenance.close().await;
}

#[cfg(unix)]
#[tokio::test]
async fn only_the_owner_may_read_the_files() {
    use std::os::unix::fs::PermissionsExt;

    let path = fresh("mode");
    let store = open(&url(&path), Options::default()).await.unwrap();
    store.maintenance.check().await.unwrap();
    for suffix in ["", "-wal", "-shm"] {
        let file = format!("{}{suffix}", path.display());
        let mode = std::fs::metadata(&file).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{file}");
    }
    store.maintenance.close().await;
}

#[tokio::test]
async fn each_memory_is_its_own() {
    let one = open("sqlite::memory:", Options::default()).await.unwrap();
    let two = open("sqlite::memory:", Options::default()).await.unwrap();
    let tenant = credenza_storage::conformance::fixtures::tenant("acme");
    assert!(one.tenants.create(tenant.clone()).await.unwrap());
    assert!(one.tenants.find("acme").await.unwrap().is_some());
    assert!(two.tenants.find("acme").await.unwrap().is_none());
}
