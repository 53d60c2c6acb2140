//! `kill -9` in the middle of a load: whatever was acknowledged is on disk, and nothing is valid twice.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::Arc;

use credenza_protocol::ids::{ClientId, GrantId, TenantId};
use credenza_storage::conformance::fixtures::{World, at, code, hash, id, refresh_token};
use credenza_storage::{Options, Rotate, Spend, open};

use crate::{fresh, url};

/// The name of the variable by which the child process learns its database.
const CHILD: &str = "CREDENZA_TEST_LOAD";
/// Answers to wait for before the child is killed.
const ENOUGH: usize = 3000;

#[tokio::test(flavor = "multi_thread")]
async fn what_was_answered_survives() {
    let path = fresh("killed");
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["crash::load", "--exact", "--ignored", "--nocapture"])
        .env(CHILD, &path)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    // What each grant had come to when it was last answered: 0 issued, 1 spent, 2 and more rotated.
    let mut answered: BTreeMap<String, usize> = BTreeMap::new();
    let mut seen = 0;
    for line in BufReader::new(child.stdout.take().unwrap()).lines() {
        let line = line.unwrap();
        let Some((name, step)) = line.strip_prefix("answered ").and_then(|rest| rest.split_once(' ')) else {
            continue;
        };
        answered.insert(name.to_owned(), step.parse().unwrap());
        seen += 1;
        if seen == ENOUGH {
            child.kill().unwrap(); // what it had printed by then is still in the pipe
        }
    }
    assert!(!child.wait().unwrap().success(), "it was killed");
    assert!(seen >= ENOUGH, "only {seen} answers");

    let store = open(&url(&path), Options::default()).await.unwrap();
    let (tenant, client) = (TenantId::new("acme"), ClientId::new("client"));
    for (name, step) in answered {
        let family = store.refresh_tokens.find(&tenant, &id(&name), at(1)).await.unwrap();
        let family = family.unwrap();
        assert!(family.live, "{name}");
        let spent = store.codes.spend(&tenant, &client, &id(&name), hash(&name), at(1)).await.unwrap();
        match step {
            // The next step may have been kept without having been answered, but not more than that.
            0 => assert!(matches!(spent, Spend::First(..) | Spend::Again { .. }), "{name}: {spent:?}"),
            _ => assert!(matches!(spent, Spend::Again { .. }), "{name}: {spent:?}"),
        }
        let kept = (step.saturating_sub(1)..=step).any(|n| family.current == hash(&format!("{name} {n}")));
        assert!(kept, "{name}: the live token is neither the one of step {step} nor the next");
    }
    store.maintenance.close().await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "a child process of what_was_answered_survives"]
async fn load() {
    let Some(path) = std::env::var_os(CHILD) else { return };
    let store = open(&url(&PathBuf::from(path)), Options::default()).await.unwrap();
    let world = Arc::new(World::new(&store, "acme").await);
    let tasks: Vec<_> = (0..32).map(|task| tokio::spawn(forever(Arc::clone(&world), task))).collect();
    for task in tasks {
        task.await.unwrap();
    }
}

/// Issues, spends and rotates without end, and says so each time it was answered: the code is issued at
/// step 0, spent at 1, and token `n` is live from step `n + 1` on.
async fn forever(world: Arc<World>, task: usize) {
    for n in 0.. {
        let name = format!("{task}-{n}");
        let mut new = code(&name);
        new.grant.grant_id = GrantId::new(&name);
        new.refresh_token = Some(refresh_token(&name, "0", 900));
        world.store.codes.issue(&world.tenant, new, at(0)).await.unwrap();
        println!("answered {name} 0");
        let spent = world
            .store
            .codes
            .spend(&world.tenant, &world.client, &id(&name), hash(&name), at(0))
            .await
            .unwrap();
        assert!(matches!(spent, Spend::First(..)));
        println!("answered {name} 1");
        for step in 1..5 {
            let (id, presented) = (id(&name), hash(&format!("{name} {}", step - 1)));
            let next = refresh_token(&name, &step.to_string(), 900);
            let rotated = world.store.refresh_tokens.rotate(&world.tenant, &id, presented, next, at(1));
            assert_eq!(rotated.await.unwrap(), Rotate::Rotated);
            println!("answered {name} {}", step + 1);
        }
    }
}
