//! Servers of a test's own, by `tests/services`: they can be killed, paused and started again without disturbing
//! other tests.

use std::collections::HashMap;
use std::path::Path;
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::{env, process};

const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/services");
/// Names the directory of the servers that all tests share, as `tests/services` sets it. Where it is not set there
/// are none, and no programs to start others with.
const SHARED: &str = "TEST_SERVICES";

/// The variable, if the servers are available. Without them a test is skipped with a message, except in CI.
#[must_use]
pub fn service(variable: &str) -> Option<String> {
    let value = env::var(variable).ok();
    if value.is_none() {
        assert!(env::var_os("CI").is_none(), "{variable} is not set: see tests/services");
        println!("skipped: {variable} is not set (see tests/services)");
    }
    value
}

/// Whether this is the long run, which takes an hour.
#[must_use]
pub fn is_long() -> bool {
    env::var_os("TEST_LONG").is_some()
}

/// Running servers; they end when it is dropped, or with those that all tests share.
pub struct Services {
    directory: String,
    variables: HashMap<String, String>,
}

impl Services {
    /// Starts those of these names; `None` where the test is to be skipped.
    #[must_use]
    pub fn start(names: &[&str]) -> Option<Self> {
        static STARTED: AtomicUsize = AtomicUsize::new(0);
        let shared = service(SHARED)?;
        let number = STARTED.fetch_add(1, Ordering::Relaxed);
        let directory = Path::new(&shared).join(format!("of-{}-{number}", process::id()));
        let directory = directory.display().to_string();
        let printed = run(Command::new(SCRIPT).args(["start", &directory]).args(names));
        let assignments = printed.lines().filter_map(|line| line.strip_prefix("export ")?.split_once('='));
        let variables = assignments.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        Some(Self { directory, variables })
    }

    /// A variable that `tests/services` prints, such as `TEST_POSTGRES_URL`.
    #[must_use]
    pub fn variable(&self, name: &str) -> &str {
        self.variables.get(name).unwrap_or_else(|| panic!("no {name}"))
    }

    /// Shuts a server down and starts it again on the same data and port; also one that was killed.
    pub fn restart(&self, name: &str) {
        self.order("restart", name);
    }

    /// `kill -9`.
    pub fn kill(&self, name: &str) {
        self.order("kill", name);
    }

    /// SIGSTOP: connections stay open, and nothing is answered.
    pub fn pause(&self, name: &str) {
        self.order("pause", name);
    }

    /// SIGCONT.
    pub fn resume(&self, name: &str) {
        self.order("resume", name);
    }

    fn order(&self, action: &str, name: &str) {
        run(Command::new(SCRIPT).args([action, name]).env(SHARED, &self.directory));
    }
}

impl Drop for Services {
    fn drop(&mut self) {
        // A failure to tidy up is no result of a test.
        let _ = Command::new(SCRIPT).args(["stop", &self.directory]).status();
    }
}

fn run(command: &mut Command) -> String {
    let done = command.output().unwrap();
    assert!(done.status.success(), "{command:?}: {}", String::from_utf8_lossy(&done.stderr));
    String::from_utf8(done.stdout).unwrap()
}
