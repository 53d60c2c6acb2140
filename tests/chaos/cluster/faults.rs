//! What breaks, and how it is repaired.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use credenza_tests::{Cluster, Random};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

use super::worker::{Site, Worker};

/// One thing that breaks.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Fault {
    /// `kill -9` of a node.
    NodeKilled,
    /// `kill -9` of all nodes but one, at the same moment.
    AllNodesButOneKilled,
    /// SIGTERM to a node.
    NodeDrained,
    /// An orderly restart of PostgreSQL: clients are disconnected.
    DatabaseRestarted,
    /// `kill -9` of PostgreSQL.
    DatabaseKilled,
    /// PostgreSQL keeps its connections open and does not answer for a while.
    DatabasePaused,
    /// Redis does not answer for a while.
    RedisPaused,
    /// `kill -9` of Redis, which comes back empty.
    RedisKilled,
}

/// All of them.
pub(crate) const FAULTS: [Fault; 8] = [
    Fault::NodeKilled,
    Fault::NodeDrained,
    Fault::DatabaseRestarted,
    Fault::RedisPaused,
    Fault::DatabaseKilled,
    Fault::RedisKilled,
    Fault::DatabasePaused,
    Fault::AllNodesButOneKilled,
];

/// How long a part is unavailable.
const AWAY: Duration = Duration::from_secs(2);
/// How soon a node must be ready.
const READY: Duration = Duration::from_secs(5);
/// How soon a node that was asked to stop must have stopped.
const STOPPED: Duration = Duration::from_secs(25);
/// How soon work must continue after a repair, and how soon newcomers must finish while only Redis is down.
const SOON: Duration = Duration::from_secs(120);
/// How much work must be done by then.
const STEPS: u64 = 24;
/// People who arrive while Redis is down.
const NEWCOMERS: usize = 4;

impl Fault {
    /// Breaks a part, repairs it, and waits until work continues.
    pub(crate) async fn happen(self, cluster: &mut Cluster, site: &Arc<Site>, random: &mut Random) {
        work_goes_on(site, "before").await;
        let node = random.below(cluster.nodes.len());
        println!("{self:?}, node {node}, {} done", site.done.load(Ordering::SeqCst));
        match self {
            Self::NodeKilled => kill(cluster, site, &[node]).await,
            Self::AllNodesButOneKilled => {
                let others: Vec<_> = (0..cluster.nodes.len()).filter(|other| *other != node).collect();
                kill(cluster, site, &others).await;
            }
            Self::NodeDrained => drain(cluster, site, node).await,
            Self::DatabaseRestarted => cluster.services.restart("postgres"),
            Self::DatabaseKilled => {
                cluster.services.kill("postgres");
                sleep(AWAY).await;
                cluster.services.restart("postgres");
            }
            Self::DatabasePaused => {
                cluster.services.pause("postgres");
                sleep(AWAY).await;
                cluster.services.resume("postgres");
            }
            Self::RedisPaused => {
                cluster.services.pause("redis");
                newcomers(site, random).await;
                cluster.services.resume("redis");
            }
            Self::RedisKilled => {
                site.losses.fetch_add(1, Ordering::SeqCst);
                cluster.services.kill("redis");
                newcomers(site, random).await;
                cluster.services.restart("redis");
                site.losses.fetch_add(1, Ordering::SeqCst);
            }
        }
        work_goes_on(site, "afterwards").await;
    }
}

async fn work_goes_on(site: &Site, when: &str) {
    let (goal, end) = (site.done.load(Ordering::SeqCst) + STEPS, Instant::now() + SOON);
    while site.done.load(Ordering::SeqCst) < goal {
        assert!(Instant::now() < end, "no work is done {when}");
        sleep(Duration::from_millis(20)).await;
    }
}

/// Without Redis, whoever has state there waits for it; people who arrive now complete every step.
async fn newcomers(site: &Arc<Site>, random: &mut Random) {
    let come = |number| {
        let mut worker = Worker::new(Arc::clone(site), random.number(), format!("person-{number}"));
        async move { [worker.sit().await, worker.sit().await] }
    };
    let all: JoinSet<_> = (0..NEWCOMERS).map(come).collect();
    let seats = timeout(SOON, all.join_all()).await.expect("without Redis a newcomer does not get through");
    site.newcomers.lock().unwrap().extend(seats.into_iter().flatten());
}

async fn kill(cluster: &mut Cluster, site: &Site, nodes: &[usize]) {
    for node in nodes {
        leave(cluster, site, *node);
        cluster.nodes[*node].kill();
    }
    sleep(AWAY / 2).await;
    for node in nodes {
        come_back(cluster, site, *node);
    }
}

/// Every request that the node has accepted is answered, and nginx sends the following ones to another node.
async fn drain(cluster: &mut Cluster, site: &Site, node: usize) {
    leave(cluster, site, node);
    let before = calm(site).await;
    cluster.nodes[node].terminate();
    let status = cluster.nodes[node].wait_for_end(STOPPED).expect("it stops");
    assert!(status.success(), "{status}");
    work_goes_on(site, "on the other nodes").await;
    assert_eq!(doubts(site), before, "requests went without an answer while a node was drained");
    come_back(cluster, site, node);
}

/// Workers stop contacting the node directly.
fn leave(cluster: &Cluster, site: &Site, node: usize) {
    site.up.lock().unwrap().retain(|address| *address != cluster.nodes[node].address);
}

fn come_back(cluster: &mut Cluster, site: &Site, node: usize) {
    cluster.nodes[node].start_within(READY);
    site.up.lock().unwrap().push(cluster.nodes[node].address.clone());
}

/// How often a request was left without an answer, once this has not happened for a second.
async fn calm(site: &Site) -> u64 {
    loop {
        let before = doubts(site);
        sleep(Duration::from_secs(1)).await;
        if doubts(site) == before {
            return before;
        }
    }
}

fn doubts(site: &Site) -> u64 {
    site.apps[0].doubts.load(Ordering::SeqCst)
}
