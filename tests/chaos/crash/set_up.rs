//! Crash points of `credenza apply`: it dies or fails at each write, and the next run goes on from there.

use std::fs;
use std::process::Output;

use credenza_tests::node::{Node, Scratch};

use super::{ACTIONS, PLACES};

/// The writes of the set-up, in its order, and how many entries are done before each.
const WRITES: [(&str, usize); 4] =
    [("tenants.create", 0), ("clients.create", 1), ("clients.create@2", 2), ("users.create", 3)];

const SET_UP: &str = r#"
[[tenants]]
name = "acme"

[[clients]]
tenant = "acme"
client_id = "one"
client_name = "One"
client_secret_env = "ONE"
grant_types = ["client_credentials"]

[[clients]]
tenant = "acme"
client_id = "two"
client_name = "Two"
token_endpoint_auth_method = "none"
redirect_uris = ["https://two.example/cb"]

[[users]]
tenant = "acme"
username = "ada"
password_env = "ONE"
"#;

#[tokio::test(flavor = "multi_thread")]
async fn a253_a_set_up_that_breaks_off_goes_on_with_the_next_run() {
    let _alone = crate::alone().await;
    for place in PLACES {
        for action in ACTIONS {
            for (write, done) in WRITES {
                breaks_off(write, place, action, done);
            }
        }
    }
}

fn breaks_off(write: &str, place: &str, action: &str, done: usize) {
    let (name, at) = write.split_once('@').unwrap_or((write, "1"));
    let armed = format!("{name}:{place}={action}@{at}");
    let scratch = Scratch::new();
    let database = format!("sqlite:{}", scratch.path().join("credenza.db").display());
    let mut node =
        Node::new(scratch.path(), &[("DATABASE_URL", &database), ("PASSWORD__MEMORY_KIB", "7168")]);
    node.set_variable("ONE", "a-secret-of-enough-characters-for-it");
    fs::write(scratch.path().join("set-up.toml"), SET_UP).unwrap();
    let died = apply(&node, &armed, &[]);
    assert!(!died.status.success(), "{armed}: {died:?}");
    let told = String::from_utf8_lossy(&died.stderr).into_owned();
    if action == "error" {
        assert_eq!(died.status.code(), Some(1), "{armed}: {told}");
        let listed = told.lines().filter(|line| line.starts_with("create ")).count();
        assert_eq!(listed, done, "{armed}: what was done is told: {told}");
    }
    let again = apply(&node, "", &[]);
    assert!(again.status.success(), "{armed}: {again:?}");
    let same = apply(&node, "", &["--dry-run"]);
    assert_eq!(same.status.code(), Some(0), "{armed}: nothing is left to do: {same:?}");
    let count = |words: &[&str], list: &str| node.run(words)[list].as_array().unwrap().len();
    assert_eq!(count(&["client", "list", "--tenant", "acme"], "clients"), 2, "{armed}");
    assert_eq!(count(&["user", "list", "--tenant", "acme"], "users"), 1, "{armed}");
}

fn apply(node: &Node, armed: &str, words: &[&str]) -> Output {
    let mut command = node.command();
    command.arg("apply").args(words).arg("set-up.toml").env("CREDENZA_FAILPOINTS", armed).output().unwrap()
}
