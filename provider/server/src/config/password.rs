//! How passwords are hashed. The default is what OWASP's cheat sheet on password storage asks for.

use std::thread;

use super::PasswordConfig;
use super::reader::Reader;
use super::values::number;
use crate::accounts::password::Cost;

/// More threads than this take more memory than they bring, unless somebody asks for them.
const MOST_THREADS: usize = 4;

pub(super) fn read(read: &mut Reader) -> PasswordConfig {
    // The lower bounds keep a hash from being worth nothing: 7 MiB is the least that is advised.
    let memory_kib = read.or("password.memory_kib", 19_456, number(7168..=1_048_576));
    let iterations = read.or("password.iterations", 2, number(1..=100));
    let parallelism = read.or("password.parallelism", 1, number(1..=64));
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let threads = read.or("password.threads", cores.min(MOST_THREADS), number(1..=256));
    let cost = Cost::new(memory_kib, iterations, parallelism).unwrap_or_else(|| {
        read.fault("password", "is a cost that argon2 does not know");
        Cost::default()
    });
    PasswordConfig { cost, threads }
}
