//! A process of the built binary: started with settings of its own, killed, asked to stop, started again on what
//! it left.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use std::{env, thread};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use credenza::rng::{Rng as _, SystemRng};
use serde_json::Value;

const PATIENCE: Duration = Duration::from_secs(30);
/// How much of a log is shown when a test fails.
const LAST_LINES: usize = 100;
/// Between two polls.
const PAUSE: Duration = Duration::from_millis(20);

/// The binary at one address. It ends when it is dropped.
pub struct Node {
    /// Where it listens.
    pub address: String,
    folder: PathBuf,
    settings: BTreeMap<String, String>,
    process: Option<Child>,
}

impl Node {
    /// A node that logs into that folder and is not started yet. Settings are named as in the environment, without the
    /// prefix; it listens on a free address and has a master key of its own unless it is given one.
    #[must_use]
    pub fn new(folder: &Path, settings: &[(&str, &str)]) -> Self {
        fs::create_dir_all(folder).unwrap();
        let address = free_address();
        let key = master_key();
        let defaults = [
            ("LISTEN", address.as_str()),
            ("METRICS_LISTEN", "off"),
            ("LOG__LEVEL", "debug"),
            ("MASTER_KEY", key.as_str()),
        ];
        let settings =
            defaults.iter().chain(settings).map(|(name, value)| (setting(name), (*value).to_owned()));
        let settings = settings.collect();
        Self { address, folder: folder.to_owned(), settings, process: None }
    }

    /// Another value for a setting, from the next start on.
    pub fn set(&mut self, name: &str, value: &str) {
        self.settings.insert(setting(name), value.to_owned());
    }

    /// Another value for a variable of the environment that is no setting of ours, from the next start on.
    pub fn set_variable(&mut self, name: &str, value: &str) {
        self.settings.insert(name.to_owned(), value.to_owned());
    }

    /// Without that variable, from the next start on.
    pub fn unset_variable(&mut self, name: &str) {
        self.settings.remove(name);
    }

    /// Without that setting, from the next start on.
    pub fn unset(&mut self, name: &str) {
        self.settings.remove(&setting(name));
    }

    /// Starts it and waits until it is ready; the timeout allows for a busy machine.
    pub fn start(&mut self) {
        self.start_within(PATIENCE);
    }

    /// Starts it; it must be ready in time.
    pub fn start_within(&mut self, patience: Duration) {
        self.launch();
        let end = Instant::now() + patience;
        while !self.is_ready() {
            assert!(self.is_running(), "the server stopped:\n{}", self.log());
            assert!(Instant::now() < end, "not ready after {patience:?}:\n{}", self.log());
            thread::sleep(PAUSE);
        }
    }

    /// Starts it without waiting.
    pub fn launch(&mut self) {
        let log = File::options().create(true).append(true).open(self.folder.join("log")).unwrap();
        self.launch_to(log.try_clone().unwrap(), log);
    }

    /// The same, with other outputs than its log.
    pub fn launch_to(&mut self, stdout: impl Into<Stdio>, stderr: impl Into<Stdio>) {
        assert!(!self.is_running(), "it runs already");
        let mut serve = self.command();
        serve.args(["serve", "--insecure-http"]).stdout(stdout).stderr(stderr);
        self.process = Some(serve.spawn().unwrap());
    }

    /// Waits until it is ready, or says that it is not in time.
    #[must_use]
    pub fn is_ready_within(&mut self, patience: Duration) -> bool {
        let end = Instant::now() + patience;
        while !self.is_ready() {
            if !self.is_running() || Instant::now() >= end {
                return false;
            }
            thread::sleep(PAUSE);
        }
        true
    }

    /// Whether the process is running.
    pub fn is_running(&mut self) -> bool {
        self.process.as_mut().is_some_and(|process| process.try_wait().unwrap().is_none())
    }

    /// Whether it reports that it is ready.
    #[must_use]
    pub fn is_ready(&self) -> bool {
        let ask = || -> std::io::Result<Vec<u8>> {
            let mut stream = TcpStream::connect(&self.address)?;
            stream.set_read_timeout(Some(Duration::from_secs(1)))?;
            stream.write_all(b"GET /readyz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")?;
            let mut answer = vec![];
            stream.read_to_end(&mut answer)?;
            Ok(answer)
        };
        ask().is_ok_and(|answer| answer.starts_with(b"HTTP/1.1 200 "))
    }

    /// The id of the process.
    #[must_use]
    pub fn id(&self) -> u32 {
        self.process.as_ref().expect("it runs").id()
    }

    /// Kills the process as `kill -9` does.
    pub fn kill(&mut self) {
        let mut process = self.process.take().expect("it runs");
        process.kill().unwrap();
        process.wait().unwrap();
    }

    /// SIGTERM: asks it to stop.
    pub fn terminate(&self) {
        let id = self.id().to_string();
        assert!(Command::new("kill").args(["-s", "TERM", &id]).status().unwrap().success());
    }

    /// Waits for it to end, for any reason; `None` after the timeout.
    pub fn wait_for_end(&mut self, patience: Duration) -> Option<ExitStatus> {
        let end = Instant::now() + patience;
        while self.is_running() {
            if Instant::now() >= end {
                return None;
            }
            thread::sleep(PAUSE);
        }
        self.process.take()?.wait().ok()
    }

    /// A command line with the same settings, such as `client create`; answers with what it prints as JSON.
    #[must_use]
    pub fn run(&self, arguments: &[&str]) -> Value {
        let done = self.command().args(arguments).arg("--json").output().unwrap();
        assert!(done.status.success(), "{}\n{}", String::from_utf8_lossy(&done.stderr), self.log());
        serde_json::from_slice(&done.stdout).unwrap()
    }

    /// The binary with its settings, and no others.
    #[must_use]
    pub fn command(&self) -> Command {
        let mut command = Command::new(binary());
        for (name, _) in env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("CREDENZA_")) {
            command.env_remove(name);
        }
        command.current_dir(&self.folder).envs(&self.settings);
        command
    }

    /// What it logged since it was first started.
    #[must_use]
    pub fn log(&self) -> String {
        fs::read_to_string(self.folder.join("log")).unwrap_or_default()
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        if thread::panicking() {
            let log = self.log();
            let last: Vec<&str> = log.lines().rev().take(LAST_LINES).collect();
            eprintln!("--- the log of the server at {}, its last lines", self.address);
            last.iter().rev().for_each(|line| eprintln!("{line}"));
        }
        if let Some(process) = &mut self.process {
            // It may have ended already, and a failed cleanup is not a test result.
            let _ = process.kill();
            let _ = process.wait();
        }
    }
}

fn setting(name: &str) -> String {
    format!("CREDENZA_{name}")
}

/// A new master key.
#[must_use]
pub fn master_key() -> String {
    let mut key = [0; 32];
    SystemRng::new().fill(&mut key);
    STANDARD.encode(key)
}

/// A free loopback address, below the range of ephemeral ports, so that no outgoing connection takes the port of a
/// server that is down.
#[must_use]
pub fn free_address() -> String {
    let rng = SystemRng::new();
    loop {
        let mut random = [0; 2];
        rng.fill(&mut random);
        let address = format!("127.0.0.1:{}", 10_000 + u16::from_ne_bytes(random) % 10_000);
        if TcpListener::bind(&address).is_ok() {
            return address;
        }
    }
}

/// A folder that is deleted with the test.
pub struct Scratch(PathBuf);

impl Scratch {
    /// A new one.
    #[must_use]
    pub fn new() -> Self {
        static MADE: AtomicUsize = AtomicUsize::new(0);
        let number = MADE.fetch_add(1, Ordering::Relaxed);
        let folder = env::temp_dir().join(format!("credenza-tests-{}-{number}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        Self(folder)
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.0
    }
}

impl Default for Scratch {
    fn default() -> Self {
        Self::new()
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // A failed cleanup is not a test result.
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// The binary that `$CREDENZA_BIN` names, or else the one that cargo builds in the profile of this test.
fn binary() -> &'static Path {
    static BINARY: OnceLock<PathBuf> = OnceLock::new();
    BINARY.get_or_init(|| {
        if let Some(named) = env::var_os("CREDENZA_BIN") {
            return named.into();
        }
        let mut build = Command::new(env!("CARGO"));
        build.args(["build", "--quiet", "--workspace", "--bin", "credenza"]);
        if !cfg!(debug_assertions) {
            build.arg("--release");
        }
        assert!(build.status().unwrap().success(), "the binary does not build");
        let test = env::current_exe().unwrap();
        test.ancestors().nth(2).unwrap().join("credenza")
    })
}
