//! Three nodes behind nginx, with PostgreSQL and Redis behind them, under a load of whole sign-ins, refreshes,
//! reuse, revocations and logouts, while nodes and databases fail (A253, A264): nothing that was answered is lost,
//! nothing is good twice, and what has ended has ended on every node at once.
//!
//! Chart 620: Several nodes | no stickiness; nodes, database and Redis may be killed

mod faults;
mod ledger;
mod worker;

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use credenza_tests::services::is_long;
use credenza_tests::{Cluster, Random};
use tokio::task::JoinSet;

use crate::app::{App, OPTIONS};
use crate::invariants;
use faults::{FAULTS, Fault};
use ledger::Seat;
use worker::{Site, Worker};

const NODES: usize = 3;
const WORKERS: u64 = 8;
/// Rounds of the long run, each with this many faults.
const LONG_ROUNDS: usize = 50;
const LONG_FAULTS: usize = 10;

#[tokio::test(flavor = "multi_thread")]
async fn a253_three_nodes_lose_nothing_and_give_nothing_twice() {
    let _alone = crate::alone().await;
    let Some(mut cluster) = Cluster::start(NODES) else { return };
    let site = site(&cluster);
    let mut random = Random::seeded(253);
    work(&mut cluster, &site, &FAULTS, &mut random).await;
    for round in 0..if is_long() { LONG_ROUNDS } else { 0 } {
        println!("round {round}");
        let faults: Vec<Fault> = (0..LONG_FAULTS).map(|_| *random.pick(&FAULTS)).collect();
        work(&mut cluster, &site, &faults, &mut random).await;
    }
    for node in &cluster.nodes {
        let log = node.log();
        let fault = log.lines().find(|line| line.contains("a panic") || line.contains(r#""status":500"#));
        assert_eq!(fault, None, "{}", node.address);
    }
}

/// Two applications, one with opaque access tokens, and a person for each worker.
fn site(cluster: &Cluster) -> Arc<Site> {
    let opaque = [&OPTIONS[..], &["--access-token-format", "opaque"]].concat();
    let one = App::of(&cluster.issuer, &cluster.create_client(&OPTIONS));
    let two = App::of(&cluster.issuer, &cluster.create_client(&opaque));
    for number in 0..WORKERS {
        cluster.create_user(&format!("person-{number}"));
    }
    Arc::new(Site {
        apps: vec![two.told_with(&one), one],
        up: Mutex::new(cluster.nodes.iter().map(|node| node.address.clone()).collect()),
        done: 0.into(),
        losses: 0.into(),
        over: AtomicBool::new(false),
        newcomers: Mutex::default(),
    })
}

/// Runs workers while one part after the other breaks and is repaired, and then checks that every answer they got
/// still holds.
async fn work(cluster: &mut Cluster, site: &Arc<Site>, faults: &[Fault], random: &mut Random) {
    site.over.store(false, Ordering::SeqCst);
    let worker = |number| Worker::new(Arc::clone(site), random.number() + number, format!("person-{number}"));
    let mut workers: JoinSet<Vec<Seat>> = (0..WORKERS).map(worker).map(Worker::work).collect();
    let breaking = async {
        for fault in faults {
            fault.happen(cluster, site, random).await;
        }
    };
    tokio::select! {
        () = breaking => {}
        // A worker ends early only by a panic.
        Some(Err(failed)) = workers.join_next() => std::panic::resume_unwind(failed.into_panic()),
    }
    site.over.store(true, Ordering::SeqCst);
    let mut seats: Vec<Seat> = workers.join_all().await.into_iter().flatten().collect();
    seats.append(&mut site.newcomers.lock().unwrap());
    let chains = seats.iter().map(|seat| seat.chains.len()).sum::<usize>();
    println!("{} browsers, {chains} codes: all of them are looked at", seats.len());
    let checks: JoinSet<()> = share_out(seats).map(check_all).collect();
    checks.join_all().await;
    invariants::assert_hold(&cluster.database);
}

/// Splits the seats into as many shares as there were workers.
fn share_out(mut seats: Vec<Seat>) -> impl Iterator<Item = Vec<Seat>> {
    let share = seats.len().div_ceil(WORKERS as usize).max(1);
    std::iter::from_fn(move || {
        let rest = seats.split_off(share.min(seats.len()));
        let taken = std::mem::replace(&mut seats, rest);
        (!taken.is_empty()).then_some(taken)
    })
}

async fn check_all(seats: Vec<Seat>) {
    for seat in seats {
        seat.check().await;
    }
}
