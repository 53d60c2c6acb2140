//! The closed loop and its figures.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::{Duration, Instant};

use serde::Serialize;
use tokio::task::spawn_local;
use tokio::time::{sleep, timeout};

use crate::operation::{Kind, Site, Worker};
use crate::process::{self, Memory};
use crate::{Load, Result};

/// How long sign-ins and the last answers may take together.
const PATIENCE: Duration = Duration::from_secs(60);

/// What all connections share: whether the window is open, and the time of each answer in it.
#[derive(Default)]
struct Tally {
    phase: Cell<Phase>,
    micros: RefCell<Vec<u32>>,
}

#[derive(Clone, Copy, Default, PartialEq)]
enum Phase {
    #[default]
    WarmUp,
    Window,
    Done,
}

#[derive(Serialize)]
struct Figures {
    requests: usize,
    seconds: f64,
    cpu_seconds: f64,
    client_cpu_seconds: f64,
    per_cpu_second: f64,
    per_second: f64,
    p50_us: u32,
    p99_us: u32,
    connections: u32,
    failures: usize,
    #[serde(flatten)]
    memory: Memory,
}

/// Runs one operation on all connections and returns its figures as JSON.
///
/// # Errors
/// When a sign-in or any answer is not what it should be.
pub(crate) async fn measure(kind: Kind, load: &Load) -> Result<String> {
    let site = Rc::new(timeout(PATIENCE, Site::find(load)).await??);
    let workers = timeout(PATIENCE, prepare(kind, load, &site)).await??;
    let tally = Rc::new(Tally::default());
    let running: Vec<_> =
        workers.into_iter().map(|worker| spawn_local(repeat(worker, Rc::clone(&tally)))).collect();

    sleep(Duration::from_secs_f64(load.warm_up)).await;
    let before = snapshot(load)?;
    tally.phase.set(Phase::Window);
    sleep(Duration::from_secs_f64(load.seconds)).await;
    let after = snapshot(load)?;
    tally.phase.set(Phase::Done);
    let memory = process::memory(load.pid)?;

    let mut failures = Vec::new();
    for task in running {
        failures.extend(timeout(PATIENCE, task).await??.err());
    }
    if let Some(first) = failures.first() {
        return Err(format!("{} connections failed, the first: {first}", failures.len()).into());
    }
    let mut micros = tally.micros.take();
    micros.sort_unstable();
    let seconds = (after.at - before.at).as_secs_f64();
    let cpu_seconds = after.server - before.server;
    let count = micros.len() as f64;
    Ok(serde_json::to_string(&Figures {
        requests: micros.len(),
        seconds,
        cpu_seconds,
        client_cpu_seconds: after.client - before.client,
        per_cpu_second: count / cpu_seconds,
        per_second: count / seconds,
        p50_us: percentile(&micros, 50),
        p99_us: percentile(&micros, 99),
        connections: load.connections,
        failures: failures.len(),
        memory,
    })?)
}

async fn prepare(kind: Kind, load: &Load, site: &Rc<Site>) -> Result<Vec<Worker>> {
    let mut workers = Vec::new();
    for _ in 0..load.connections {
        workers.push(Worker::prepare(kind, Rc::clone(site)).await?);
    }
    Ok(workers)
}

/// One connection's loop. The text of a failure is all that leaves it.
async fn repeat(mut worker: Worker, tally: Rc<Tally>) -> std::result::Result<(), String> {
    while tally.phase.get() != Phase::Done {
        let began = Instant::now();
        worker.once().await.map_err(|error| error.to_string())?;
        if tally.phase.get() == Phase::Window {
            let micros = u32::try_from(began.elapsed().as_micros()).unwrap_or(u32::MAX);
            tally.micros.borrow_mut().push(micros);
        }
    }
    Ok(())
}

struct Snapshot {
    at: Instant,
    server: f64,
    client: f64,
}

fn snapshot(load: &Load) -> Result<Snapshot> {
    Ok(Snapshot {
        server: process::cpu_seconds(load.pid)?,
        client: process::cpu_seconds(std::process::id())?,
        at: Instant::now(),
    })
}

fn percentile(sorted: &[u32], percent: usize) -> u32 {
    sorted.get(sorted.len() * percent / 100).copied().unwrap_or_default()
}
