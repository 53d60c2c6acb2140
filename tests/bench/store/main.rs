//! What storage does in a second on each database, by 32 callers: code flows (issue and spend) and refreshes (find
//! and rotate), against a bare loop that sends the same statements by the database's own driver, in the same run.
//!
//! On SQLite the bare loop commits each request by itself, durably; on a server it has a connection per caller, no
//! pool, and does nothing with the answers. Statements are counted as round trips.
//!
//! ```text
//! bench-store --url URL [--seconds N] [--callers N] [--rows N]
//! ```

mod bare;
mod fill;
mod ours;
mod statements;

use std::error::Error;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use clap::Parser;

pub(crate) type Failure = Box<dyn Error + Send + Sync>;

/// What to measure.
#[derive(Clone, Parser)]
pub(crate) struct Arguments {
    /// An empty database: `sqlite:FILE`, `postgres://…` or `mysql://…`.
    #[arg(long)]
    pub(crate) url: String,
    /// Seconds of each window.
    #[arg(long, default_value_t = 5)]
    pub(crate) seconds: u64,
    /// Callers at once.
    #[arg(long, default_value_t = 32)]
    pub(crate) callers: usize,
    /// Users, sessions and grants that are there already.
    #[arg(long, default_value_t = 10_000)]
    pub(crate) rows: u64,
}

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let arguments = Arguments::parse();
    let ours = Arc::new(ours::Ours::open(&arguments.url).await?);
    fill::fill(&arguments.url, arguments.rows).await?;
    // Bare first and last, so that a machine that slows down does not favour either.
    let mut bare = [bare::measure(&arguments).await?, [0.0; 2]];
    let flow = measured(&arguments, |caller| flows(Arc::clone(&ours), caller)).await?;
    let statements = ours.statements();
    let refresh = measured(&arguments, |caller| refreshes(Arc::clone(&ours), caller)).await?;
    let [flow_cost, refresh_cost] = [statements, ours.statements() - statements];
    bare[1] = bare::measure(&arguments).await?;
    let scheme = arguments.url.split(':').next().unwrap_or_default();
    for (name, rate, cost, index) in
        [("code flow", flow, flow_cost, 0), ("refresh", refresh, refresh_cost, 1)]
    {
        let bare = (bare[0][index] + bare[1][index]) / 2.0;
        println!(
            "{scheme:9} {:>8} rows  {name:9}  {:>7.0}/s  bare {bare:>7.0}/s  ratio {:.2}  statements each {:.2}",
            arguments.rows,
            rate.per_second,
            rate.per_second / bare,
            cost as f64 / rate.count as f64,
        );
    }
    Ok(())
}

async fn flows(ours: Arc<ours::Ours>, caller: usize) -> Result<Done, Failure> {
    let mut n = 0;
    let step: Step = Box::new(move |done| {
        let ours = Arc::clone(&ours);
        n += 1;
        Box::pin(async move {
            ours.flow(caller, n).await?;
            done.fetch_add(1, Ordering::Relaxed);
            Ok(())
        })
    });
    Ok(Done(step))
}

async fn refreshes(ours: Arc<ours::Ours>, caller: usize) -> Result<Done, Failure> {
    let name = ours.begin(caller).await?;
    let mut n = 0;
    let step: Step = Box::new(move |done| {
        let (ours, name) = (Arc::clone(&ours), name.clone());
        n += 1;
        Box::pin(async move {
            ours.refresh(&name, n).await?;
            done.fetch_add(1, Ordering::Relaxed);
            Ok(())
        })
    });
    Ok(Done(step))
}

type Answer = std::pin::Pin<Box<dyn Future<Output = Result<(), Failure>> + Send>>;
type Step = Box<dyn FnMut(Arc<AtomicU64>) -> Answer + Send>;

/// One caller, ready to go.
pub(crate) struct Done(pub(crate) Step);

/// What was done in a window.
pub(crate) struct Rate {
    pub(crate) count: u64,
    pub(crate) per_second: f64,
}

/// Lets all callers go for the window, after a second of warming up.
pub(crate) async fn measured<F>(arguments: &Arguments, caller: impl Fn(usize) -> F) -> Result<Rate, Failure>
where
    F: Future<Output = Result<Done, Failure>>,
{
    let count = Arc::new(AtomicU64::new(0));
    let window = Duration::from_secs(arguments.seconds);
    let mut callers = tokio::task::JoinSet::new();
    let mut steps = Vec::new();
    for n in 0..arguments.callers {
        steps.push(caller(n).await?);
    }
    let start = Instant::now();
    for Done(mut step) in steps {
        let count = Arc::clone(&count);
        callers.spawn(async move {
            while start.elapsed() < window {
                step(Arc::clone(&count)).await?;
            }
            Ok::<(), Failure>(())
        });
    }
    while let Some(ended) = callers.join_next().await {
        ended??;
    }
    let count = count.load(Ordering::Relaxed);
    Ok(Rate { count, per_second: count as f64 / start.elapsed().as_secs_f64() })
}
