//! The attacks against any provider on this machine, beside somebody who asks for its discovery document: by hand, to
//! compare providers.
//!
//! `TARGET=http://127.0.0.1:4444/.well-known/openid-configuration cargo test -p credenza-tests --test chaos
//! overload::peer -- --ignored --nocapture`, and, where they are wanted, `TARGET_PID` (its memory and descriptors),
//! `TARGET_CLIENT` and `TARGET_CALLBACK` (a client and its redirect URI), `TARGET_SECONDS` and `TARGET_ATTACK`.

use std::env;
use std::time::Duration;

use url::Url;

use super::attack::{self, Attack};
use super::footprint::Observed;
use super::prober::Prober;
use super::target::Target;
use super::{attacks, bounds, site};

/// Between two attacks, so that a target that went down may come back.
const REST: Duration = Duration::from_secs(3);

#[tokio::test(flavor = "multi_thread")]
#[ignore = "asks for a TARGET"]
async fn peer() {
    let target = env::var("TARGET").expect("TARGET is the URL of a discovery document");
    let discovery = Url::parse(&target).unwrap();
    let (client, callback) =
        (variable("TARGET_CLIENT", "client"), variable("TARGET_CALLBACK", crate::app::CALLBACK));
    let target = Target::discovered(&discovery, &client, &callback).await;
    site::limit_descriptors(site::OWN_DESCRIPTORS);
    attacked(&target, &discovery, ("slow_bodies", attacks::SlowBodies)).await;
    attacked(&target, &discovery, ("slow_bodies_h2", attacks::SlowBodiesH2)).await;
    attacked(&target, &discovery, ("slow_heads", attacks::SlowHeads)).await;
    attacked(&target, &discovery, ("slow_readers", attacks::SlowReaders)).await;
    attacked(&target, &discovery, ("connections", attacks::Connections)).await;
    attacked(&target, &discovery, ("fat_requests", attacks::FatRequests)).await;
    attacked(&target, &discovery, ("shut_windows", attacks::ShutWindows)).await;
    attacked(&target, &discovery, ("idle_h2", attacks::IdleH2)).await;
    attacked(&target, &discovery, ("rapid_resets", attacks::RapidResets)).await;
    attacked(&target, &discovery, ("endless_heads", attacks::EndlessHeads)).await;
}

fn variable(name: &str, otherwise: &str) -> String {
    env::var(name).unwrap_or_else(|_| otherwise.to_owned())
}

/// One attack, and its line of the table.
async fn attacked(target: &Target, discovery: &Url, (name, attack): (&str, impl Attack)) {
    if env::var("TARGET_ATTACK").is_ok_and(|only| only != name) {
        return;
    }
    let process =
        env::var("TARGET_PID").ok().map(|id| Observed { process: id.parse().unwrap(), database: None });
    let span = Duration::from_secs(variable("TARGET_SECONDS", "10").parse().unwrap());
    let prober = Prober::new(target.address, &target.authority, discovery.path());
    let quiet = prober.work(bounds::QUIET).await;
    let attackers = attack::begin(attack, target, span);
    let during = prober.work(span).await;
    let seen = process.map_or_else(String::new, |process| {
        format!("{} MiB, {} descriptors", process.look().rss / 1024, process.descriptors())
    });
    let (connections, requests) = attackers.join().unwrap();
    println!(
        "{name:<18} | {:>6.2}% of {:>4} | p99 {:>5} ms, quiet {:>4} ms | {seen} | by {connections} connections, {requests} \
         requests | {:?}",
        100.0 * during.share(),
        during.requests,
        during.p99.as_millis(),
        quiet.p99.as_millis(),
        during.faults,
    );
    tokio::time::sleep(REST).await;
}
