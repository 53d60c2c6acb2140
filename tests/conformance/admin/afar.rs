//! Chart 870: The command line from afar | with --server, the same commands print the same as on the database itself: as table, JSON and YAML, and the same sentences where they are refused

use std::process::Command;

use credenza_protocol::admin_roles::everything;
use credenza_tests::{Printed, Served, Terminal};
use serde_json::{Value, json};

/// Members that differ between two things that are made alike.
const OWN: [&str; 15] = [
    "client_secret",
    "created_at",
    "updated_at",
    "active_at",
    "disabled_at",
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
];

/// What is done with something called `NAME`, once on the database and once from afar.
const CHANGES: &[&[&str]] = &[
    &["tenant", "create", "t-NAME", "--display-name", "Acme Inc."],
    &["tenant", "update", "t-NAME", "--set", "access_token_lifetime=300", "--set", "registration=token"],
    &["tenant", "disable", "t-NAME"],
    &["tenant", "enable", "t-NAME"],
    &["tenant", "show", "t-NAME"],
    &["client", "create", "--client-id", "c-NAME", "--name", "App", "--redirect-uri", "https://a.example/cb"],
    &["client", "create", "--client-id", "c-NAME", "--name", "App", "--redirect-uri", "https://a.example/cb"],
    &[
        "client",
        "update",
        "c-NAME",
        "--name",
        "Other",
        "--scope",
        "openid",
        "--logo-uri",
        "https://a.example/logo.png",
    ],
    &["client", "update", "c-NAME", "--logo-uri", "", "--access-token-lifetime", "60"],
    &["client", "update", "c-NAME", "--rotate-secret"],
    &["client", "update", "c-NAME", "--redirect-uri", "http://a.example/cb"],
    &["client", "secret", "create", "c-NAME"],
    &["client", "secret", "list", "c-NAME"],
    &["client", "secret", "delete", "c-NAME", "--secret-id", "nothing"],
    &["client", "secret", "list", "nothing-NAME"],
    &["client", "key", "generate", "c-NAME"],
    &["client", "key", "list", "c-NAME"],
    &["client", "key", "delete", "c-NAME", "--kid", "nothing"],
    &["service-account", "create", "--client-id", "s-NAME", "--name", "Job", "--scope", "reports:read"],
    &["client", "disable", "c-NAME"],
    &["client", "show", "c-NAME"],
    &["client", "enable", "c-NAME"],
    &[
        "client",
        "create",
        "--client-id",
        "p-NAME",
        "--public",
        "--name",
        "Phone",
        "--redirect-uri",
        "com.example.app:/cb",
    ],
    &["client", "delete", "p-NAME"],
    &["client", "show", "p-NAME"],
    &[
        "user",
        "create",
        "--user-id",
        "u-NAME",
        "--username",
        "NAME",
        "--email",
        "NAME@example.com",
        "--password",
        "correct horse battery",
    ],
    &["user", "create", "--username", "NAME"],
    &["user", "create", "--username", "other-NAME", "--claims", r#"{"birthdate": "yesterday"}"#],
    &["user", "update", "NAME", "--name", "Ada Lovelace", "--email-verified"],
    &["user", "update", "--user-id", "u-NAME", "--name", "Ada King", "--password", "another horse battery"],
    &["user", "show", "NAME"],
    &["user", "disable", "NAME"],
    &["user", "enable", "NAME"],
    &["user", "unlock", "NAME"],
    &["user", "sessions", "list", "NAME"],
    &["user", "sessions", "end-all", "NAME"],
    &["user", "sessions", "end", "NAME", "--sid", "nothing"],
    &["group", "create", "g-NAME", "--description", "Everybody"],
    &["group", "create", "g-NAME"],
    &["group", "add", "g-NAME", "--username", "NAME"],
    &["group", "update", "g-NAME", "--description", ""],
    &["group", "show", "g-NAME"],
    &["user", "create", "--user-id", "m-NAME", "--username", "member-NAME", "--group", "g-NAME"],
    &["user", "create", "--username", "nobody-NAME", "--group", "nothing-NAME"],
    &["client", "update", "c-NAME", "--role", "editor"],
    &["role", "grant", "editor", "--client-id", "c-NAME", "--group", "g-NAME"],
    &["role", "grant", "editor", "--client-id", "c-NAME", "--username", "NAME"],
    &["role", "grant", "nothing", "--client-id", "c-NAME", "--username", "NAME"],
    &["role", "list", "--client-id", "c-NAME"],
    &["role", "list", "--username", "NAME"],
    &["role", "revoke", "editor", "--client-id", "c-NAME", "--group", "g-NAME"],
    &["role", "revoke", "editor", "--client-id", "c-NAME", "--group", "g-NAME"],
    &["group", "remove", "g-NAME", "--username", "NAME"],
    &["group", "remove", "g-NAME", "--username", "NAME"],
    &["group", "delete", "g-NAME"],
    &["group", "show", "g-NAME"],
    &[
        "resource",
        "create",
        "https://NAME.example.com",
        "--name",
        "Reports",
        "--scope",
        "reports:read=Read your reports",
    ],
    &["resource", "create", "https://NAME.example.com"],
    &["resource", "update", "https://NAME.example.com", "--access-token-lifetime", "120"],
    &["resource", "disable", "https://NAME.example.com"],
    &["resource", "show", "https://NAME.example.com"],
    &["resource", "delete", "https://NAME.example.com"],
    &["resource", "delete", "https://NAME.example.com"],
    &["admin", "grant", "NAME", "auditor"],
    &["admin", "grant", "NAME", "owner", "--installation"],
    &["admin", "revoke", "NAME", "auditor"],
    &["admin", "revoke", "NAME", "auditor"],
    &["registration-token", "create", "--name", "NAME", "--uses", "1"],
    &["registration-token", "delete", "nothing"],
    &["key", "show", "nothing"],
    &["user", "delete", "NAME"],
    &["user", "delete", "NAME"],
    &["tenant", "delete", "t-NAME"],
    &["tenant", "delete", "default"],
];

/// What only reads.
const READS: &[&[&str]] = &[
    &["tenant", "list"],
    &["tenant", "show", "default"],
    &["client", "list"],
    &["client", "show", "robot"],
    &["client", "secret", "list", "robot"],
    &["service-account", "list"],
    &["user", "list"],
    &["user", "show", "alice"],
    &["key", "list"],
    &["registration-token", "list"],
    &["group", "list"],
    &["resource", "list"],
    &["admin", "list"],
];

fn run(mut command: Command, words: &[&str]) -> Printed {
    Printed::of(&command.args(words).output().unwrap())
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
    (printed.code, body, printed.stderr.replace(name, "NAME"))
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
        Value::String(text) => Value::String(text.replace(name, "NAME")),
        other => other,
    }
}

#[test]
fn each_command_is_the_same_here_and_from_afar() {
    let server = Served::start();
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
    let server = Served::start();
    let terminal = robot(&server);
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
