//! Checks of access tokens per CPU-second on one thread: this validator, the same one with its cache, a hand-written
//! loop of a ring verification and a typed parse, and jsonwebtoken. Prints one JSON line per row.

mod contestants;
mod token;

use std::hint::black_box;
use std::time::Duration;

use cpu_time::ThreadTime;
use credenza_validator::Algorithm;

use contestants::{Contestant, all};
use token::Minted;

/// How long each contestant runs in each round.
const ROUND: Duration = Duration::from_millis(500);
/// Rounds are interleaved, so that a noisy moment meets all; the best one counts.
const ROUNDS: usize = 5;
/// How many checks are made between two looks at the clock.
const BATCH: u32 = 64;

fn main() {
    // One algorithm or one contestant alone, for a profiler: `bench-validator HS256 credenza`.
    let wanted: Vec<String> = std::env::args().skip(1).collect();
    let is_wanted = |name: &str, at: usize| wanted.get(at).is_none_or(|wanted| wanted == name);
    for alg in [Algorithm::RS256, Algorithm::ES256, Algorithm::EdDSA, Algorithm::HS256] {
        if !is_wanted(alg.as_str(), 0) {
            continue;
        }
        let minted = Minted::new(alg);
        let mut contestants = all(&minted);
        contestants.retain(|contestant| is_wanted(contestant.name, 1));
        let mut best = vec![0.0_f64; contestants.len()];
        for _ in 0..ROUNDS {
            for (best, contestant) in best.iter_mut().zip(&mut contestants) {
                *best = best.max(rate(contestant));
            }
        }
        for (rate, contestant) in best.iter().zip(&contestants) {
            let row = serde_json::json!({
                "language": "rust", "alg": alg, "library": contestant.name, "per_cpu_second": rate.round(),
            });
            println!("{row}");
        }
    }
}

fn rate(contestant: &mut Contestant) -> f64 {
    let start = ThreadTime::now();
    let mut count = 0;
    while start.elapsed() < ROUND {
        for _ in 0..BATCH {
            assert!(black_box((contestant.check)()), "{} refuses", contestant.name);
        }
        count += BATCH;
    }
    f64::from(count) / start.elapsed().as_secs_f64()
}
