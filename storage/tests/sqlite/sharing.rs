//! One file, several stores: as a server and the command line have it.

use std::path::PathBuf;
use std::process::{Command, Stdio};

use credenza_storage::conformance::fixtures::{World, at, client, code, key};
use credenza_storage::{Options, open};

use crate::{fresh, url};

#[tokio::test(flavor = "multi_thread")]
async fn a_change_by_one_is_seen_by_the_other_at_once() {
    let url = url(&fresh("two-stores"));
    let server = open(&url, Options::default()).await.unwrap();
    let command = open(&url, Options::default()).await.unwrap();
    let world = World::new(&server, "acme").await;
    world.grant(code("grant")).await;
    for n in 0..50 {
        let before = server.maintenance.revision("acme").await.unwrap();
        let record = client(&format!("client {n}"));
        assert!(command.clients.create(&world.tenant, record.clone()).await.unwrap());
        // The change itself is there at once; that there was one is known within a millisecond.
        tokio::time::sleep(std::time::Duration::from_millis(2)).await;
        assert_ne!(server.maintenance.revision("acme").await.unwrap(), before, "round {n}");
        let found = server.clients.find(&world.tenant, &record.client.client_id).await.unwrap();
        assert_eq!(found, Some(record), "round {n}");
    }
    assert!(world.lives("grant", at(1)).await);
    assert!(command.users.set_disabled(&world.tenant, &world.user, Some(at(1))).await.unwrap());
    assert!(!world.lives("grant", at(1)).await);
    command.maintenance.close().await;
    server.maintenance.check().await.unwrap();
    server.maintenance.close().await;
}

/// Both write at the same time, and neither gets an error.
#[tokio::test(flavor = "multi_thread")]
async fn two_writers_wait_for_each_other() {
    let url = url(&fresh("two-writers"));
    let one = open(&url, Options::default()).await.unwrap();
    let two = open(&url, Options::default()).await.unwrap();
    let world = World::new(&one, "acme").await;
    let write = |store: credenza_storage::Store, name: &'static str| {
        let tenant = world.tenant.clone();
        tokio::spawn(async move {
            for n in 0..100 {
                assert!(store.clients.create(&tenant, client(&format!("{name} {n}"))).await.unwrap());
            }
        })
    };
    let (first, second) = (write(one.clone(), "one"), write(two.clone(), "two"));
    first.await.unwrap();
    second.await.unwrap();
    assert_eq!(one.clients.list(&world.tenant, None, 1000).await.unwrap().len(), 201);
    two.maintenance.close().await;
    one.maintenance.close().await;
}

/// The name of the variable by which a child process learns its database.
const CHILD: &str = "CREDENZA_TEST_STARTER";

/// Processes that start on a file that is not there yet: the tables are made once, and so are the keys.
#[tokio::test]
async fn processes_that_start_at_once() {
    for round in 0..3 {
        let path = fresh(&format!("starters-{round}"));
        let children: Vec<_> = (0..4)
            .map(|_| {
                Command::new(std::env::current_exe().unwrap())
                    .args(["sharing::starter", "--exact", "--ignored", "--nocapture"])
                    .env(CHILD, &path)
                    .stdout(Stdio::piped())
                    .stderr(Stdio::piped())
                    .spawn()
                    .unwrap()
            })
            .collect();
        let mut made = 0;
        for child in children {
            let output = child.wait_with_output().unwrap();
            let said = String::from_utf8_lossy(&output.stdout);
            assert!(output.status.success(), "{said} {}", String::from_utf8_lossy(&output.stderr));
            made += said.matches("made the keys").count();
        }
        assert_eq!(made, 1, "one of them makes the keys");
        let store = open(&url(&path), Options::default()).await.unwrap();
        let tenant = credenza_storage::conformance::fixtures::tenant("acme").tenant_id;
        assert_eq!(store.keys.list(&tenant).await.unwrap().len(), 2);
        store.maintenance.close().await;
    }
}

#[tokio::test]
#[ignore = "a child process of processes_that_start_at_once"]
async fn starter() {
    let Some(path) = std::env::var_os(CHILD) else { return };
    let store = open(&url(&PathBuf::from(path)), Options::default()).await.unwrap();
    let tenant = credenza_storage::conformance::fixtures::tenant("acme").tenant_id;
    if store.keys.create_first(&tenant, vec![key("a"), key("b")]).await.unwrap() {
        println!("made the keys");
    }
    store.maintenance.close().await;
}
