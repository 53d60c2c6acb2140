//! Chart 870: The command line from afar | with --server, the same commands print the same as on the database itself: as table, JSON and YAML, and the same sentences where they are refused

use std::process::Command;

use credenza_protocol::admin_roles::everything;
use credenza_tests::{Printed, Served, Terminal};
use serde_json::{Value, json};

use super::afar_commands::{CHANGES, READS};

/// Members that differ between two things that are made alike.
const OWN: [&str; 24] = [
    "client_secret",
    "secret",
    "attempted_at",
    "expires_at",
    "happened_at",
    "since",
    "created_at",
    "updated_at",
    "next_at",
    "active_at",
    "disabled_at",
    "requested_at",
    "deletes_at",
    "group_id",
    "hint",
    "jwk",
    "jwks",
    "private_key",
    "secret_id",
    "kid",
    "tenant_id",
    "token",
    "token_id",
    "url",
];

fn run(mut command: Command, words: &[&str]) -> Printed {
    Printed::of(&command.args(words).output().unwrap())
}

/// A server that sends events to webhooks. Nothing answers at the addresses of those that are made.
fn with_webhooks() -> Served {
    let mut server = Served::prepare();
    server.node.set("EVENTS__WEBHOOKS", "true");
    server.node.start();
    server.create_user("alice");
    server
}

/// A service account of the installation that may do everything, and the terminal that it works at.
fn robot(server: &Served) -> Terminal {
    let (audience, scope) = (format!("{}/admin", server.issuer), everything().to_string());
    let made = server.create_client(&[
        "--client-id",
        "robot",
        "--grant-type",
        "client_credentials",
        "--resource",
        &audience,
        "--scope",
        &scope,
    ]);
    Terminal::at(&server.issuer).as_service("robot", made["client_secret"].as_str().unwrap())
}

/// What is printed, with what is its own taken out of it.
fn alike(printed: &Printed, name: &str) -> (Option<i32>, Value, String) {
    let body = match serde_json::from_str(&printed.stdout) {
        Ok(body) => masked(body, name),
        Err(_) => Value::String(printed.stdout.replace(name, "NAME")),
    };
    (printed.code, body, without_hint(&printed.stderr.replace(name, "NAME")))
}

/// A message without what it says from afar alone: that the server can say more.
fn without_hint(text: &str) -> String {
    match text.split_once("; `credenza explain ") {
        Some((message, rest)) => {
            format!("{message}{}", rest.strip_suffix('\n').map_or("", |_| "\n"))
        }
        None => text.to_owned(),
    }
}

fn masked(value: Value, name: &str) -> Value {
    match value {
        Value::Object(members) => {
            let own = |(key, value): (String, Value)| match OWN.contains(&key.as_str()) && !value.is_null() {
                true => (key, json!("its own")),
                false => (key, masked(value, name)),
            };
            Value::Object(members.into_iter().map(own).collect())
        }
        Value::Array(items) => items.into_iter().map(|item| masked(item, name)).collect(),
        // An id that was made.
        Value::String(text) if text.len() == 32 && text.bytes().all(|byte| byte.is_ascii_hexdigit()) => {
            json!("its own")
        }
        Value::String(text) => Value::String(without_hint(&text.replace(name, "NAME"))),
        other => other,
    }
}

#[test]
fn each_command_is_the_same_here_and_from_afar() {
    let server = with_webhooks();
    let terminal = robot(&server);
    for words in CHANGES {
        let named = |name: &str| {
            let form = ["--output", "json"].into_iter();
            words.iter().copied().chain(form).map(|word| word.replace("NAME", name)).collect::<Vec<_>>()
        };
        let (near, far) = (named("anna"), named("emil"));
        let near: Vec<&str> = near.iter().map(String::as_str).collect();
        let far: Vec<&str> = far.iter().map(String::as_str).collect();
        let here = run(server.node.command(), &near);
        let there = terminal.run(&far);
        assert_eq!(alike(&there, "emil"), alike(&here, "anna"), "{far:?}");
    }
}

#[test]
fn what_is_read_is_printed_in_each_form_as_it_is_here() {
    let server = with_webhooks();
    let terminal = robot(&server);
    let hook = ["--webhook-id", "billing", "--url", "https://hooks.example.com/", "--event", "group.*"];
    let _hook = terminal.json(&[&["webhook", "create"], &hook[..]].concat());
    let served = ["client", "update", "robot", "--serves", "https://api.example.com"];
    let _served = terminal.json(&served);
    let words =
        ["resource-secret", "create", "--client-id", "robot", "--resource", "https://api.example.com"];
    let _secret = terminal.json(&words);
    let _made = terminal.json(&["registration-token", "create", "--name", "Build server"]);
    let _given = terminal.json(&["admin", "grant", "alice", "support_admin"]);
    for words in READS {
        for form in ["table", "json", "yaml"] {
            let words = [*words, &["--output", form]].concat();
            let (here, there) = (run(server.node.command(), &words), terminal.run(&words));
            assert_eq!(here.code, Some(0), "{words:?}: {here:?}");
            assert_eq!(there, here, "{words:?}");
        }
    }
    // The short form is one of them.
    let (long, short) =
        (terminal.run(&["user", "list", "--output", "json"]), terminal.run(&["user", "list", "--json"]));
    assert_eq!(long, short);
}

#[test]
fn keys_are_made_and_rotated_from_afar() {
    let server = Served::start();
    let terminal = robot(&server);
    let listed = terminal.json(&["key", "list"]);
    let signs = |key: &&Value| key["algorithm"] == "ES384" && key["status"] == "signing";
    let signer = listed["keys"].as_array().unwrap().iter().find(signs).unwrap().clone();
    let kid = signer["kid"].as_str().unwrap();
    let refused = terminal.refused(&["key", "disable", kid]);
    assert!(
        refused.contains("nothing would be left to sign with ES384") && refused.contains("--force"),
        "{refused}"
    );
    assert_eq!(terminal.json(&["key", "create", "--algorithm", "ES256"])["status"], "published");
    let rotated = terminal.json(&["key", "rotate", "--algorithm", "ES384"]);
    assert_eq!(rotated["changed"], true);
    let again = terminal.run(&["key", "rotate", "--algorithm", "ES384", "--json"]);
    assert_eq!(again.code, Some(3), "the exit code says that nothing was left to do: {again:?}");
    assert_eq!(terminal.json(&["key", "disable", kid, "--force"])["status"], "disabled");
    assert_eq!(terminal.run(&["key", "delete", kid, "--force"]).stdout, format!("deleted key {kid}\n"));
}

#[test]
fn lists_are_followed_to_their_end() {
    let server = Served::start();
    let terminal = robot(&server);
    let lines: Vec<_> =
        (0..230).map(|number| json!({ "username": format!("user-{number}") }).to_string()).collect();
    let file = terminal.file("people.ndjson", &lines.join("\n"));
    server.run(&["user", "import", &file]).unwrap();
    assert_eq!(terminal.json(&["user", "list"])["users"].as_array().unwrap().len(), 231, "with alice");
}

#[test]
fn people_are_imported_and_exported_from_afar() {
    let server = Served::start();
    let terminal = robot(&server);
    let lines = [
        json!({ "user_id": "1", "username": "ada", "claims": { "name": "Ada Lovelace" } }),
        json!({ "user_id": "2", "username": "alice" }),
        json!({ "username": "bob", "surprise": true }),
    ];
    let lines: Vec<_> = lines.iter().map(Value::to_string).collect();
    let file = terminal.file("people.ndjson", &format!("{}\n\n{}\n{}", lines[0], lines[1], lines[2]));
    let tried = terminal.run(&["user", "import", "--dry-run", &file, "--output", "json"]);
    assert_eq!(tried.code, Some(1), "{tried:?}");
    assert_eq!(
        tried,
        run(server.node.command(), &["user", "import", "--dry-run", &file, "--output", "json"])
    );
    let done = terminal.run(&["user", "import", &file, "--output", "json"]);
    let body: Value = serde_json::from_str(&done.stdout).unwrap();
    assert_eq!((&body["created"], &body["refused"]), (&json!(1), &json!(2)), "{done:?}");
    let numbers: Vec<_> = body["lines"].as_array().unwrap().iter().map(|line| line["line"].clone()).collect();
    assert_eq!(numbers, [json!(1), json!(3), json!(4)], "empty lines count, and are nobody");
    let here = run(server.node.command(), &["user", "export"]);
    assert!(here.stdout.contains("Ada Lovelace"));
    assert_eq!(terminal.run(&["user", "export"]), here);
    let with_hashes = terminal.run(&["user", "export", "--password-hashes"]);
    assert!(with_hashes.stdout.contains("$argon2id$"), "{with_hashes:?}");
}

#[test]
fn one_tenant_alone_is_reached_by_its_own_issuer() {
    let server = Served::start();
    let _acme = server.node.run(&["tenant", "create", "acme"]);
    let issuer = format!("{}/t/acme", server.issuer);
    let audience = format!("{issuer}/admin");
    let words = ["--client-id", "robot", "--grant-type", "client_credentials", "--tenant", "acme"];
    let scope = "admin:tenant:read admin:tenant:write admin:clients:read";
    let made = server.create_client(&[&words[..], &["--resource", &audience, "--scope", scope]].concat());
    let terminal = Terminal::at(&issuer).as_service("robot", made["client_secret"].as_str().unwrap());
    assert_eq!(terminal.json(&["client", "list"])["clients"][0]["client_id"], "robot");
    let updated = terminal.json(&["tenant", "update", "acme", "--set", "access_token_lifetime=60"]);
    assert_eq!(updated["settings"]["access_token_lifetime"], 60);
    assert_eq!(terminal.json(&["client", "list", "--tenant", "acme"])["clients"][0]["client_id"], "robot");
    let other = terminal.refused(&["client", "list", "--tenant", "other"]);
    assert!(other.contains("is the tenant \"acme\" alone"), "{other}");
    let scope = terminal.refused(&["user", "list"]);
    assert!(scope.contains("admin:users:read"), "{scope}");
}
