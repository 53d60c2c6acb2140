//! How passwords are hashed. The defaults are what OWASP's cheat sheet on password storage recommends.

use std::path::PathBuf;
use std::thread;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::fault::Faults;
use super::{PasswordConfig, values};
use crate::accounts::breached::Breached;
use crate::accounts::password::Cost;

/// More threads take more memory than they gain, unless an operator asks for them.
const MOST_THREADS: usize = 4;

/// What a hash by argon2id costs. The lower bounds keep a hash from being worthless: 7 MiB is the least that is
/// recommended.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct PasswordSection {
    /// Memory of one hash, in KiB.
    #[schemars(range(min = 7168, max = 1_048_576))]
    pub memory_kib: u32,
    /// Passes over the memory.
    #[schemars(range(min = 1, max = 100))]
    pub iterations: u32,
    /// Lanes of one hash.
    #[schemars(range(min = 1, max = 64))]
    pub parallelism: u32,
    /// Hashes that are computed at once; by default as many as there are cores, and 4 at most.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "usize", range(min = 1, max = 256))]
    pub threads: Option<usize>,
    /// Directory of passwords that are known from breaches, which nobody may choose: files in the range format of Have I Been
    /// Pwned, `00000.txt` to `FFFFF.txt`.
    #[serde(deserialize_with = "values::path", skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    pub breached_directory: Option<PathBuf>,
}

impl Default for PasswordSection {
    fn default() -> Self {
        Self { memory_kib: 19_456, iterations: 2, parallelism: 1, threads: None, breached_directory: None }
    }
}

impl PasswordSection {
    /// As many threads as `serve` will use, where their number is not set.
    pub(super) fn resolve(&mut self) {
        let cores = || thread::available_parallelism().map_or(1, usize::from);
        self.threads.get_or_insert_with(|| cores().min(MOST_THREADS));
    }

    pub(super) fn config(self, faults: &mut Faults) -> PasswordConfig {
        let Self { memory_kib, iterations, parallelism, threads, breached_directory } = self;
        let cost = Cost::new(memory_kib, iterations, parallelism).unwrap_or_else(|| {
            faults.add_between("password", "is a combination of costs that argon2 does not support");
            Cost::default()
        });
        if breached_directory.as_ref().is_some_and(|directory| !directory.is_dir()) {
            faults.add_between("password.breached_directory", "is not a directory that can be read");
        }
        let breached = breached_directory.map(Breached::new);
        PasswordConfig { cost, threads: threads.unwrap_or(1), breached }
    }
}
