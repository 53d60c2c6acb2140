//! One attack: ordinary users alone, then beside the attackers, then what is left.

use std::fmt;
use std::time::Duration;

use tokio::time::{Instant, sleep};

use super::attack::{self, Attack};
use super::bounds;
use super::footprint::{Footprint, Observed};
use super::journal::Summary;
use super::target::Target;

/// Between two looks at the process.
const LOOK: Duration = Duration::from_millis(250);

/// What was measured.
pub(crate) struct Trial {
    name: &'static str,
    quiet: Summary,
    during: Summary,
    before: Footprint,
    after: Footprint,
    most_descriptors: usize,
    calm_after: Duration,
    connections: u64,
    requests: u64,
}

impl Trial {
    /// Runs an attack while `work` does what ordinary users do.
    pub(crate) async fn run(
        (name, attack): (&'static str, impl Attack),
        target: &Target,
        observed: &Observed,
        work: impl AsyncFn(Duration) -> Summary,
    ) -> Self {
        let quiet = work(bounds::QUIET).await;
        let (before, span) = (observed.look(), bounds::attack());
        let attackers = attack::begin(attack, target, span);
        let (during, most_descriptors) = tokio::join!(work(span), most_descriptors(observed, span));
        let (connections, requests) = attackers.join().unwrap();
        let ended = Instant::now();
        let mut after = observed.look();
        while !after.left_over(&before).is_empty() && ended.elapsed() < bounds::CALM {
            sleep(LOOK).await;
            after = observed.look();
        }
        let calm_after = ended.elapsed();
        Self { name, quiet, during, before, after, most_descriptors, calm_after, connections, requests }
    }

    /// Asserts that everybody else was served, and that nothing is left.
    pub(crate) fn assert_withstood(&self) {
        println!("{self}");
        // An attack that did nothing, or users who asked for nothing, would prove nothing.
        assert!(self.connections >= bounds::CONNECTIONS, "no attack took place\n{self}");
        assert_eq!(self.quiet.answered, self.quiet.requests, "without an attack: {:?}", self.quiet.faults);
        let mut wrong = self.after.left_over(&self.before);
        if self.during.share() < bounds::ANSWERED {
            wrong.push(format!("not all were answered: {:?}", self.during.faults));
        }
        let slowest = bounds::FLOOR.max(self.quiet.p99 * bounds::SLOWER);
        if bounds::times_are_judged() && self.during.p99 > slowest {
            wrong.push(format!("p99 is {:?}, above {slowest:?}", self.during.p99));
        }
        if self.after.peak > bounds::RSS_KIB {
            wrong.push(format!("{} KiB of memory", self.after.peak));
        }
        assert!(wrong.is_empty(), "{wrong:#?}\n{self}");
    }
}

/// The most descriptors that were open at a time.
async fn most_descriptors(observed: &Observed, span: Duration) -> usize {
    let (end, mut most) = (Instant::now() + span, 0);
    while Instant::now() < end {
        most = most.max(observed.descriptors());
        sleep(LOOK).await;
    }
    most
}

impl fmt::Display for Trial {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { quiet, during, before, after, .. } = self;
        let rows = bounds::ROWS.map(|(table, _)| (table, after.more_rows(before, table)));
        let rows: Vec<_> = rows.iter().filter(|(_, more)| *more != 0).collect();
        write!(
            f,
            "{:<18} | {:>6.2}% of {:>4} | p99 {:>5} ms, quiet {:>4} ms | peak {:>4} MiB, after {:>4} | \
             descriptors {:>3}, most {:>4}, after {:>4} | rows {rows:?} | calm after {:.1} s | by {} connections, {} requests",
            self.name,
            100.0 * during.share(),
            during.requests,
            during.p99.as_millis(),
            quiet.p99.as_millis(),
            after.peak / 1024,
            after.rss / 1024,
            before.descriptors,
            self.most_descriptors,
            after.descriptors,
            self.calm_after.as_secs_f64(),
            self.connections,
            self.requests,
        )
    }
}
