//! Chart 665: `credenza dev` | checks its settings first, one database with the commands beside it, no port in the way
//!
//! Its demo is in `demo`, and in a browser in `tests/interop/dev.test.mjs`.

use std::fs;
use std::net::TcpListener;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use credenza_tests::node::{Node, Scratch};

/// As long as a busy machine may take.
const PATIENCE: Duration = Duration::from_secs(60);

/// A command line for that folder, without the settings of a server.
fn node(scratch: &Scratch) -> Node {
    let mut node = Node::new(scratch.path(), &[]);
    node.unset("MASTER_KEY");
    node.unset("LOG__LEVEL");
    node
}

/// A running `credenza dev`; it ends when it is dropped.
struct Dev(Child);

impl Dev {
    fn start(node: &Node, folder: &Scratch, words: &[&str]) -> Self {
        let log = fs::File::create(folder.path().join("dev.log")).unwrap();
        let mut dev = node.command();
        dev.arg("dev").args(words).stdout(Stdio::null()).stderr(log);
        let mut dev = Self(dev.spawn().unwrap());
        let end = Instant::now() + PATIENCE;
        while !node.is_ready() {
            let ended = dev.0.try_wait().unwrap();
            assert!(ended.is_none(), "it stopped: {}", said(folder));
            assert!(Instant::now() < end, "it is not ready: {}", said(folder));
            std::thread::sleep(Duration::from_millis(20));
        }
        dev
    }
}

impl Drop for Dev {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn said(folder: &Scratch) -> String {
    fs::read_to_string(folder.path().join("dev.log")).unwrap_or_default()
}

/// The same once it says this: the log is written by a thread of its own.
fn said_of(folder: &Scratch, what: &str) -> String {
    let end = Instant::now() + PATIENCE;
    loop {
        let text = said(folder);
        if text.contains(what) {
            return text;
        }
        assert!(Instant::now() < end, "{text}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// What a command that must fail says.
fn refused(mut command: Command, code: i32) -> String {
    let done = command.output().unwrap();
    let text = String::from_utf8(done.stderr).unwrap();
    assert_eq!(done.status.code(), Some(code), "{text}");
    text
}

#[test]
fn settings_are_checked_before_anything_is_written() {
    let scratch = Scratch::new();
    let node = node(&scratch);
    for (name, value, why) in [
        ("CREDENZA_LIMITS__BODY_BYTES", "few", "limits.body_bytes"),
        ("CREDENZA_DATABASE_URL", "sqlite:other.db", "database_url cannot be set for `credenza dev`"),
        ("CREDENZA_ISSUER", "http://id.example.com", "issuer"),
    ] {
        let mut dev = node.command();
        dev.arg("dev").env(name, value);
        let text = refused(dev, 2);
        assert!(text.contains(why), "{text}");
        assert!(!scratch.path().join("credenza-dev").exists(), "{name}: nothing is left behind");
    }
    let mut dev = node.command();
    dev.arg("dev").env("CREDENZA_APPLY", "nowhere.toml");
    let text = refused(dev, 1);
    assert!(text.contains("apply: nowhere.toml: cannot be read"), "{text}");
    assert!(!scratch.path().join("credenza-dev").exists());
    // An address that is taken leaves nothing behind either.
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let mut dev = node.command();
    dev.arg("dev").env("CREDENZA_LISTEN", taken.local_addr().unwrap().to_string());
    let text = refused(dev, 1);
    assert!(text.contains("set CREDENZA_LISTEN to another address"), "{text}");
    assert!(!scratch.path().join("credenza-dev").exists());
    drop(Dev::start(&node, &scratch, &[]));
    assert!(scratch.path().join("credenza-dev/credenza.db").exists());
}

#[test]
fn a_taken_port_for_metrics_stops_serve_and_not_dev() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let taken = (taken.local_addr().unwrap().to_string(), taken);
    let scratch = Scratch::new();
    let mut node = node(&scratch);
    node.set("METRICS_LISTEN", &taken.0);
    {
        let _dev = Dev::start(&node, &scratch, &[]);
        let text = said_of(&scratch, "metrics are not served");
        assert!(text.contains(&taken.0), "{text}");
        assert!(text.contains("set CREDENZA_METRICS_LISTEN to another address, or to off"), "{text}");
    }
    node.set("MASTER_KEY", &credenza_tests::node::master_key());
    node.set("ISSUER", "http://localhost:8080");
    node.set("DATABASE_URL", "sqlite:serve.db");
    let mut serve = node.command();
    serve.args(["serve", "--insecure-http"]);
    let text = refused(serve, 1);
    assert!(text.contains("metrics_listen: ") && text.contains(&taken.0), "{text}");
    assert!(text.contains("another process listens there: stop it"), "{text}");
}

#[test]
fn commands_with_the_same_file_work_on_the_same_database() {
    let scratch = Scratch::new();
    let node = node(&scratch);
    fs::write(scratch.path().join("my.toml"), "[limits]\nbody_bytes = 2048\n").unwrap();
    let with_file = ["--config", "my.toml"];
    let create = ["client", "create", "--name", "App", "--redirect-uri", "https://a.example/cb"];
    let _dev = Dev::start(&node, &scratch, &with_file);
    let made = node.run(&[&with_file[..], &create].concat());
    assert!(!scratch.path().join("credenza.db").exists(), "no second database");
    let clients = |words: &[&str]| node.run(&[&["client", "list"], words].concat())["clients"].clone();
    for words in [&with_file[..], &[]] {
        let ids: Vec<_> = clients(words).as_array().unwrap().iter().map(|c| c["client_id"].clone()).collect();
        // Those of the demo, and the new one.
        assert!(ids.len() == 3 && ids.contains(&made["client_id"]), "{ids:?}");
    }
    // Where there are two, a command with the file asks which one is meant.
    let mut other = node.command();
    other.args(["migrate"]).env("CREDENZA_DATABASE_URL", "sqlite:credenza.db");
    assert!(other.status().unwrap().success());
    let mut list = node.command();
    list.args(with_file).args(["client", "list"]);
    let text = refused(list, 1);
    assert!(text.contains("there are two databases here") && text.contains("set database_url"), "{text}");
    let mut named = node.command();
    named
        .args(with_file)
        .args(["client", "list"])
        .env("CREDENZA_DATABASE_URL", "sqlite:credenza-dev/credenza.db");
    assert!(named.status().unwrap().success());
}

#[test]
fn a_command_that_makes_a_database_says_so() {
    let scratch = Scratch::new();
    let list = |folder: &Scratch| {
        let done = node(folder).command().args(["tenant", "list"]).output().unwrap();
        assert!(done.status.success(), "{done:?}");
        String::from_utf8(done.stderr).unwrap()
    };
    assert!(list(&scratch).contains("making the database sqlite:credenza.db"));
    assert_eq!(list(&scratch), "", "it is there now");
}
