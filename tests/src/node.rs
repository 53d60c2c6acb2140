//! A process of the built binary: started with settings of its own, killed, asked to stop, started again on what
//! it left.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use std::{env, thread};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use credenza::rng::{Rng as _, SystemRng};
use serde_json::Value;

/// How long a process may take to listen, at most: the machine may be busy.
const PATIENCE: Duration = Duration::from_secs(30);
/// Between two looks.
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
    /// A node that keeps its log in that folder and does not run yet. A setting is named as in the environment,
    /// without its prefix; it listens at an address that is free, and has a master key of its own unless told one.
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

    /// Without that setting, from the next start on.
    pub fn unset(&mut self, name: &str) {
        self.settings.remove(&setting(name));
    }

    /// Starts it and waits until it listens.
    pub fn start(&mut self) {
        self.launch();
        let end = Instant::now() + PATIENCE;
        while TcpStream::connect(&self.address).is_err() {
            assert!(self.is_running(), "the server stopped:\n{}", self.log());
            assert!(Instant::now() < end, "the server does not listen:\n{}", self.log());
            thread::sleep(PAUSE);
        }
    }

    /// Starts it, and waits for nothing.
    pub fn launch(&mut self) {
        assert!(!self.is_running(), "it runs already");
        let log = File::options().create(true).append(true).open(self.folder.join("log")).unwrap();
        let mut serve = self.command();
        serve.args(["serve", "--insecure-http"]).stdout(log.try_clone().unwrap()).stderr(log);
        self.process = Some(serve.spawn().unwrap());
    }

    /// Whether the process is there.
    pub fn is_running(&mut self) -> bool {
        self.process.as_mut().is_some_and(|process| process.try_wait().unwrap().is_none())
    }

    /// Whether it says that it is ready.
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

    /// Waits until it says that it is ready.
    pub fn wait_until_ready(&mut self, patience: Duration) {
        let end = Instant::now() + patience;
        while !self.is_ready() {
            assert!(self.is_running(), "the server stopped:\n{}", self.log());
            assert!(Instant::now() < end, "not ready after {patience:?}:\n{}", self.log());
            thread::sleep(PAUSE);
        }
    }

    /// Ends the process as `kill -9` does: it learns nothing of it.
    pub fn kill(&mut self) {
        let mut process = self.process.take().expect("it runs");
        process.kill().unwrap();
        process.wait().unwrap();
    }

    /// SIGTERM: asks it to stop.
    pub fn terminate(&self) {
        let id = self.process.as_ref().expect("it runs").id().to_string();
        assert!(Command::new("kill").args(["-s", "TERM", &id]).status().unwrap().success());
    }

    /// Waits for its end, by whatever cause; `None` when it does not come in time.
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
            eprintln!("--- the log of the server at {}\n{}", self.address, self.log());
        }
        if let Some(process) = &mut self.process {
            // It may be gone already, and a failure to tidy up is no result of a test.
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

/// An address of this machine at which nobody listens: below the ports that outgoing connections get, so that a
/// server that is down keeps its own.
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

/// A folder for files that go with the test.
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
        // A failure to tidy up is no result of a test.
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// The binary that $CREDENZA_BIN names, or that this test's own profile builds: nothing to do when it is
/// fresh.
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
