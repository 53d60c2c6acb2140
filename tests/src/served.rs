//! The built binary, serving from a fresh folder, with one person; clients are made by its command line. It
//! can be killed, and started again on what it left.

use std::fs::{self, File};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use std::{env, thread};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use credenza::rng::{Rng as _, SystemRng};
use serde_json::Value;

/// The one person.
pub const USERNAME: &str = "alice";
/// Their password.
pub const PASSWORD: &str = "a long password of the tests";
/// Their address.
pub const EMAIL: &str = "alice@example.test";

/// A process of the binary; it ends, and its folder goes, when it is dropped.
pub struct Served {
    /// The issuer, where it also listens.
    pub issuer: String,
    binary: PathBuf,
    folder: PathBuf,
    master_keys: MasterKeyTexts,
    process: Child,
}

/// Master keys as they are configured.
#[derive(Clone, Debug)]
pub struct MasterKeyTexts {
    /// The one that seals.
    pub current: String,
    /// Those that only open.
    pub previous: Vec<String>,
}

impl MasterKeyTexts {
    /// A new one, alone.
    #[must_use]
    pub fn random() -> Self {
        let mut key = [0; 32];
        SystemRng::new().fill(&mut key);
        Self { current: STANDARD.encode(key), previous: vec![] }
    }

    /// A new one, after these.
    #[must_use]
    pub fn after(&self) -> Self {
        let previous = [std::slice::from_ref(&self.current), &self.previous].concat();
        Self { previous, ..Self::random() }
    }

    /// Without those before.
    #[must_use]
    pub fn alone(&self) -> Self {
        Self { previous: vec![], ..self.clone() }
    }
}

impl Served {
    /// Builds the binary if it is not fresh, starts it, waits until it listens, and makes the person.
    #[must_use]
    pub fn start() -> Self {
        static STARTED: AtomicUsize = AtomicUsize::new(0);
        let name =
            format!("credenza-served-{}-{}", std::process::id(), STARTED.fetch_add(1, Ordering::Relaxed));
        let folder = env::temp_dir().join(name);
        fs::create_dir_all(&folder).unwrap();
        let (binary, issuer) = (binary(), format!("http://{}", free_address()));
        let master_keys = MasterKeyTexts::random();
        let process = serve(&binary, &folder, &issuer, &master_keys);
        let mut server = Self { issuer, binary, folder, master_keys, process };
        server.wait();
        server.create("user", &["--username", USERNAME, "--password", PASSWORD, "--email", EMAIL]);
        server
    }

    /// Ends the process as `kill -9` does: it learns nothing of it.
    pub fn kill(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }

    /// Starts it again on the same files and waits until it listens.
    pub fn start_again(&mut self) {
        self.process = serve(&self.binary, &self.folder, &self.issuer, &self.master_keys);
        self.wait();
    }

    /// The master keys that it has.
    #[must_use]
    pub fn master_keys(&self) -> &MasterKeyTexts {
        &self.master_keys
    }

    /// Gives it other ones, from the next start or command on.
    pub fn set_master_keys(&mut self, master_keys: MasterKeyTexts) {
        self.master_keys = master_keys;
    }

    /// Starts it again, killed before, under these master keys.
    pub fn start_under(&mut self, master_keys: MasterKeyTexts) {
        self.set_master_keys(master_keys);
        self.start_again();
    }

    /// Asserts that it does not start under these master keys, and answers what it says.
    #[must_use]
    pub fn refuses_to_start(&self, master_keys: &MasterKeyTexts) -> String {
        let said = command(&self.binary, &self.folder, &self.issuer, master_keys)
            .args(["serve", "--insecure-http"])
            .output()
            .unwrap();
        assert_eq!(said.status.code(), Some(1), "{}", String::from_utf8_lossy(&said.stderr));
        String::from_utf8(said.stderr).unwrap()
    }

    /// Runs a command on its files: what it printed, or what it complained.
    ///
    /// # Errors
    /// What stands on standard error, if the command fails.
    pub fn run(&self, words: &[&str]) -> Result<String, String> {
        let done = command(&self.binary, &self.folder, &self.issuer, &self.master_keys)
            .args(words)
            .output()
            .unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        if done.status.success() { Ok(text(done.stdout)) } else { Err(text(done.stderr)) }
    }

    /// `credenza client create`: answers with `client_id` and, unless public, `client_secret`.
    #[must_use]
    pub fn create_client(&self, options: &[&str]) -> Value {
        self.create("client", &[&["--name", "Tests"], options].concat())
    }

    fn create(&self, noun: &str, options: &[&str]) -> Value {
        let mut create = command(&self.binary, &self.folder, &self.issuer, &self.master_keys);
        let done = create.args([noun, "create", "--json"]).args(options).output().unwrap();
        assert!(done.status.success(), "{}\n{}", String::from_utf8_lossy(&done.stderr), self.log());
        serde_json::from_slice(&done.stdout).unwrap()
    }

    fn wait(&mut self) {
        for _ in 0..600 {
            if TcpStream::connect(self.issuer.trim_start_matches("http://")).is_ok() {
                return;
            }
            assert!(self.process.try_wait().unwrap().is_none(), "the server stopped:\n{}", self.log());
            thread::sleep(Duration::from_millis(50));
        }
        panic!("the server does not listen:\n{}", self.log());
    }

    /// What it logged since it was first started.
    #[must_use]
    pub fn log(&self) -> String {
        fs::read_to_string(self.folder.join("log")).unwrap_or_default()
    }
}

impl Drop for Served {
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

fn serve(binary: &Path, folder: &Path, issuer: &str, master_keys: &MasterKeyTexts) -> Child {
    let log = File::options().create(true).append(true).open(folder.join("log")).unwrap();
    let mut serve = command(binary, folder, issuer, master_keys);
    serve.args(["serve", "--insecure-http"]).stdout(log.try_clone().unwrap()).stderr(log).spawn().unwrap()
}

fn command(binary: &Path, folder: &Path, issuer: &str, master_keys: &MasterKeyTexts) -> Command {
    let mut command = Command::new(binary);
    for (name, _) in env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("CREDENZA_")) {
        command.env_remove(name);
    }
    command
        .current_dir(folder)
        .env("CREDENZA_LISTEN", issuer.trim_start_matches("http://"))
        .env("CREDENZA_METRICS_LISTEN", "off")
        .env("CREDENZA_ISSUER", issuer)
        .env("CREDENZA_LOG__LEVEL", "debug")
        .env("CREDENZA_DATABASE_URL", format!("sqlite:{}", folder.join("credenza.db").display()))
        .env("CREDENZA_MASTER_KEY", &master_keys.current)
        .env("CREDENZA_MASTER_KEYS_PREVIOUS", master_keys.previous.join(","));
    command
}

fn free_address() -> String {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string()
}

/// The binary that $CREDENZA_BIN names, or that this test's own profile builds: nothing to do when it is
/// fresh.
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
