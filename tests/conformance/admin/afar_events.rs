//! Chart 880: Webhooks, events and shared secrets from afar | each secret is shown once, what happens is followed from afar as on the database, and what such a secret signs opens no admin API

use std::io::{BufRead as _, BufReader};
use std::process::Stdio;

use credenza_protocol::admin_roles::everything;
use credenza_tests::{Served, Terminal};
use serde_json::Value;

/// A service account that may do everything, and the terminal that it works at.
fn robot(server: &Served) -> Terminal {
    let (audience, scope) = (format!("{}/admin", server.issuer), everything().to_string());
    let words = ["--client-id", "robot", "--grant-type", "client_credentials", "--resource", &audience];
    let made = server.create_client(&[&words[..], &["--scope", &scope]].concat());
    Terminal::at(&server.issuer).as_service("robot", made["client_secret"].as_str().unwrap())
}

#[test]
fn events_are_followed_from_afar() {
    let server = Served::start();
    let terminal = robot(&server);
    // What is kept, once through; the same here and there.
    let all = ["events", "follow", "--start", "oldest", "--wait", "0", "--type", "user.", "--json"];
    let there = terminal.run(&all);
    assert_eq!(there.stdout, server.run(&all).unwrap());
    assert_eq!(there.stdout.lines().count(), 1, "alice: {there:?}");
    // What happens from now on, as it comes.
    let words = ["events", "follow", "--type", "user.created", "--wait", "60", "--json"];
    let mut following = terminal.command(&words).stdout(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(following.stdout.take().unwrap()).lines();
    let mut seen = String::new();
    // It may begin after the first of them.
    for n in 0..20 {
        server.create_user(&format!("person-{n}"));
        std::thread::sleep(std::time::Duration::from_millis(200));
    }
    for line in lines.by_ref().take(5) {
        let event: Value = serde_json::from_str(&line.unwrap()).unwrap();
        assert_eq!(event["type"], "user.created");
        let id = event["id"].as_str().unwrap().to_owned();
        assert!(id != seen, "each comes once");
        seen = id;
    }
    following.kill().unwrap();
    following.wait().unwrap();
    // One by itself.
    assert_eq!(terminal.json(&["events", "show", &seen])["id"], seen.as_str());
    let limited = terminal.json(&["events", "list", "--type", "user.created", "--limit", "3"]);
    assert_eq!(limited["events"].as_array().unwrap().len(), 3);
    let refused = terminal.run(&["events", "follow", "--type", "nothing."]);
    assert!(refused.code == Some(2) && refused.stderr.contains("--type"), "{refused:?}");
}
