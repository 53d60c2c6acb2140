//! A Redis that belongs to one test, which may stop, pause, wipe and restart it.

use std::net::TcpListener;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use credenza_storage::Counters;
use credenza_storage::conformance::fixtures::World;
use credenza_storage::{OpenError, Options, RedisOptions, Store, open};
use redis::{Commands as _, FromRedisValue};
use std::sync::Arc;

/// A server, stopped when it goes out of scope.
pub(crate) struct Server {
    port: u16,
    directory: PathBuf,
    arguments: Vec<String>,
    child: Option<Child>,
}

impl Server {
    /// Starts one; `None` if it is not installed, which fails with `CI`.
    pub(crate) fn start(name: &str, arguments: &[&str]) -> Option<Self> {
        if Command::new("redis-server").arg("--version").stdout(Stdio::null()).status().is_err() {
            assert!(std::env::var_os("CI").is_none(), "there is no redis-server");
            println!("skipped: there is no redis-server");
            return None;
        }
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let directory = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("redis-{name}"));
        let _ = std::fs::remove_dir_all(&directory);
        std::fs::create_dir_all(&directory).unwrap();
        let arguments = arguments.iter().map(|argument| (*argument).to_owned()).collect();
        let mut server = Self { port, directory, arguments, child: None };
        server.run();
        Some(server)
    }

    /// Starts it on the data that it left behind, and waits until it answers.
    pub(crate) fn run(&mut self) {
        let child = Command::new("redis-server")
            .args(["--port", &self.port.to_string(), "--bind", "127.0.0.1", "--save", "", "--dir"])
            .arg(&self.directory)
            .args(&self.arguments)
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        self.child = Some(child);
        let begun = Instant::now();
        while self.client().get_connection().is_err() {
            assert!(begun.elapsed() < Duration::from_secs(10), "redis-server does not answer");
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Kills it, with everything that it did not persist.
    pub(crate) fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            child.kill().unwrap();
            child.wait().unwrap();
        }
    }

    /// Pauses it: it keeps its connections and answers nothing.
    pub(crate) fn pause(&self) {
        self.signal("-STOP");
    }

    /// Resumes it.
    pub(crate) fn resume(&self) {
        self.signal("-CONT");
    }

    fn signal(&self, signal: &str) {
        let id = self.child.as_ref().unwrap().id().to_string();
        assert!(Command::new("kill").args([signal, &id]).status().unwrap().success());
    }

    /// Runs a command, given as words.
    pub(crate) fn command<T: FromRedisValue>(&self, words: &[&str]) -> T {
        let (name, arguments) = words.split_first().unwrap();
        let mut command = redis::cmd(name);
        command.arg(arguments);
        command.query(&mut self.client().get_connection().unwrap()).unwrap()
    }

    /// Every key there is.
    pub(crate) fn keys(&self) -> Vec<String> {
        self.client().get_connection().unwrap().keys("*").unwrap()
    }

    fn client(&self) -> redis::Client {
        redis::Client::open(self.url()).unwrap()
    }

    pub(crate) fn url(&self) -> String {
        format!("redis://127.0.0.1:{}/", self.port)
    }

    pub(crate) fn options(&self) -> Options {
        Options { redis: Some(RedisOptions::new(self.url())), ..Options::default() }
    }

    /// A store over it and SQLite in memory.
    pub(crate) async fn open(&self) -> Result<Store, OpenError> {
        open("sqlite::memory:", self.options()).await
    }

    /// The same, with what SQLite counts of its work.
    pub(crate) async fn counted(&self) -> (World, Arc<Counters>) {
        let options = self.options();
        let counters = Arc::clone(&options.counters);
        (World::new(&open("sqlite::memory:", options).await.unwrap(), "acme").await, counters)
    }

    /// A tenant in such a store.
    pub(crate) async fn world(&self) -> World {
        World::new(&self.open().await.unwrap(), "acme").await
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.kill();
    }
}

/// Waits until the store knows that Redis is available, or not.
pub(crate) async fn until(store: &Store, up: bool) {
    let begun = Instant::now();
    while store.redis.as_ref().unwrap().is_up() != up {
        assert!(begun.elapsed() < Duration::from_secs(10), "Redis should be up: {up}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}
