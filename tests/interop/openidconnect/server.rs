//! The built binary, serving from a fresh folder, with one person; clients are made by its command line.

use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::Value;
use std::fs::{self, File};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use std::{env, thread};

pub(crate) const USERNAME: &str = "alice";
pub(crate) const PASSWORD: &str = "a long password of the tests";
pub(crate) const EMAIL: &str = "alice@example.test";

pub(crate) struct Server {
    pub(crate) issuer: String,
    binary: PathBuf,
    folder: PathBuf,
    process: Child,
}

impl Server {
    /// Starts it, and waits until it listens.
    pub(crate) fn start() -> Self {
        static STARTED: AtomicUsize = AtomicUsize::new(0);
        let name =
            format!("credenza-interop-{}-{}", std::process::id(), STARTED.fetch_add(1, Ordering::Relaxed));
        let folder = env::temp_dir().join(name);
        fs::create_dir_all(&folder).unwrap();
        let binary = binary();
        let address = free_address();
        let issuer = format!("http://{address}");
        let log = File::create(folder.join("log")).unwrap();
        let mut serve = command(&binary, &folder, &issuer);
        serve.args(["serve", "--insecure-http"]).stdout(log.try_clone().unwrap()).stderr(log);
        let process = serve.spawn().unwrap();
        let mut server = Self { issuer, binary, folder, process };
        server.wait(&address);
        server.create("user", &["--username", USERNAME, "--password", PASSWORD, "--email", EMAIL]);
        server
    }

    /// `credenza client create`: answers with client_id and, unless public, client_secret.
    pub(crate) fn create_client(&self, options: &[&str]) -> Value {
        self.create("client", &[&["--name", "Interop"], options].concat())
    }

    fn create(&self, noun: &str, options: &[&str]) -> Value {
        let mut create = command(&self.binary, &self.folder, &self.issuer);
        let done = create.args([noun, "create", "--json"]).args(options).output().unwrap();
        assert!(done.status.success(), "{}\n{}", String::from_utf8_lossy(&done.stderr), self.log());
        serde_json::from_slice(&done.stdout).unwrap()
    }

    fn wait(&mut self, address: &str) {
        for _ in 0..300 {
            if TcpStream::connect(address).is_ok() {
                return;
            }
            assert!(self.process.try_wait().unwrap().is_none(), "the server stopped:\n{}", self.log());
            thread::sleep(Duration::from_millis(100));
        }
        panic!("the server does not listen:\n{}", self.log());
    }

    fn log(&self) -> String {
        fs::read_to_string(self.folder.join("log")).unwrap_or_default()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if thread::panicking() {
            eprintln!("--- the server's log\n{}", self.log());
        }
        // Either may be gone already, and a failure to tidy up is no result of a test.
        let _ = self.process.kill();
        let _ = self.process.wait();
        let _ = fs::remove_dir_all(&self.folder);
    }
}

fn command(binary: &Path, folder: &Path, issuer: &str) -> Command {
    let mut command = Command::new(binary);
    for (name, _) in env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("CREDENZA_")) {
        command.env_remove(name);
    }
    command
        .current_dir(folder)
        .env("CREDENZA_LISTEN", issuer.trim_start_matches("http://"))
        .env("CREDENZA_METRICS_LISTEN", free_address())
        .env("CREDENZA_ISSUER", issuer)
        .env("CREDENZA_DATABASE_URL", format!("sqlite:{}", folder.join("credenza.db").display()))
        .env("CREDENZA_MASTER_KEY", STANDARD.encode([7; 32]));
    command
}

fn free_address() -> String {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string()
}

/// The binary that $CREDENZA_BIN names, or that this test's own profile builds: nothing to do when it is fresh.
fn binary() -> PathBuf {
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
}
