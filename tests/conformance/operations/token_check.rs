//! Chart 945: `credenza token check` | a running provider's token, rule by rule: valid, of another audience, forged
//!
//! The command takes what the issuer publishes over HTTP, as a service would.

use std::process::{Command, Output};

use credenza_tests::Request;
use credenza_tests::node::{Node, Scratch};
use serde_json::Value;

const API: &str = "https://api.example/";

/// A provider that runs, with a token of one of its clients for the API.
struct World {
    node: Node,
    issuer: String,
    token: String,
    _scratch: Scratch,
}

impl World {
    async fn new() -> Self {
        let scratch = Scratch::new();
        let database = format!("sqlite:{}", scratch.path().join("credenza.db").display());
        let mut node = Node::new(scratch.path(), &[("DATABASE_URL", &database)]);
        let issuer = format!("http://{}", node.address);
        node.set("ISSUER", &issuer);
        let client = node.run(&[
            "client",
            "create",
            "--name",
            "Reports",
            "--grant-type",
            "client_credentials",
            "--resource",
            API,
        ]);
        node.start();
        let text = |name: &str| client[name].as_str().unwrap().to_owned();
        let (id, secret) = (text("client_id"), text("client_secret"));
        let fields = [("grant_type", "client_credentials"), ("resource", API)];
        let answer = Request::form(format!("{issuer}/token"), &fields).basic(&id, &secret).send().await;
        let token = answer.json()["access_token"].as_str().unwrap().to_owned();
        Self { node, issuer, token, _scratch: scratch }
    }

    /// The command, with nothing but the issuer's address.
    fn check(&self, words: &[&str]) -> Output {
        let mut command: Command = self.node.command();
        command.args(["token", "check", "--json", "--issuer", &self.issuer]).args(words).output().unwrap()
    }

    /// The exit code, and what each rule says.
    fn verdicts(&self, words: &[&str]) -> (Option<i32>, Vec<(String, Option<bool>)>) {
        let output = self.check(words);
        let all = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
        assert!(!all.contains(&self.token), "the token is not printed: {all}");
        let body: Value = serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{all}"));
        let verdicts = body["verdicts"].as_array().unwrap().iter();
        let told = verdicts.map(|it| (it["about"].as_str().unwrap().to_owned(), it["passes"].as_bool()));
        (output.status.code(), told.collect())
    }
}

fn refused(verdicts: &[(String, Option<bool>)]) -> Vec<&str> {
    verdicts.iter().filter(|(_, passes)| *passes == Some(false)).map(|(about, _)| about.as_str()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_of_a_running_provider_is_judged_rule_by_rule() {
    let world = World::new().await;
    let (code, good) = world.verdicts(&["--audience", API, &world.token]);
    assert_eq!((code, refused(&good)), (Some(0), vec![]), "{good:?}");
    assert!(good.iter().all(|(_, passes)| *passes == Some(true)), "{good:?}");

    let (code, other) = world.verdicts(&["--audience", "https://other.example", &world.token]);
    assert_eq!((code, refused(&other)), (Some(1), vec!["aud"]));

    let (signed, signature) = world.token.rsplit_once('.').unwrap();
    let first = if signature.starts_with('A') { 'B' } else { 'A' };
    let (code, forged) =
        world.verdicts(&["--audience", API, &format!("{signed}.{first}{}", &signature[1..])]);
    assert_eq!((code, refused(&forged)), (Some(1), vec!["signature"]));
    assert!(forged.iter().any(|(about, passes)| about == "aud" && passes.is_none()), "{forged:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_issuer_that_publishes_nothing_is_told_by_its_key() {
    let mut world = World::new().await;
    let (code, good) = world.verdicts(&["--audience", API, &world.token]);
    assert_eq!((code, refused(&good)), (Some(0), vec![]));
    world.node.kill();
    let (code, away) = world.verdicts(&["--audience", API, &world.token]);
    assert_eq!((code, refused(&away)), (Some(1), vec!["key"]));
}
