//! Chart 668: A set-up as one file | `credenza apply`: again and again, compared before, at the start of servers too
//!
//! The example of the manual is applied as it is printed.

use std::ffi::OsString;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};
use std::time::Duration;

use credenza::admin::{Administration, clients, users};
use credenza::apply::{Format, Mode, SetUp, Surroundings};
use credenza::clock::Clock as _;
use credenza_protocol::ids::ClientId;
use credenza_tests::node::{Node, Scratch, master_key};
use credenza_tests::{Browser, Person, Provider, RelyingParty, Request, claims_of};
use serde_json::{Value, json};

const SHOP: &str = "of-my-own-tGzv3JOkF0XG5Qx2TlKWIA";
const NIGHTLY: &str = "another-tGzv3JOkF0XG5Qx2TlKWIA-x";
const PASSWORD: &str = "correct horse battery staple";

/// The set-up that the manual prints.
fn example() -> String {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../provider/manual/apply.md");
    let page = fs::read_to_string(page).unwrap();
    let (_, rest) = page.split_once("```toml\n").unwrap();
    rest.split_once("```").unwrap().0.to_owned()
}

/// A node on a database of its own, with the example and the secrets that it names in its folder.
fn node(scratch: &Scratch) -> Node {
    let folder = scratch.path();
    fs::write(folder.join("set-up.toml"), example()).unwrap();
    fs::write(folder.join("shop.secret"), format!("{SHOP}\n")).unwrap();
    let database = format!("sqlite:{}", folder.join("credenza.db").display());
    let mut node = Node::new(folder, &[("DATABASE_URL", &database)]);
    let issuer = format!("http://{}", node.address);
    node.set("ISSUER", &issuer);
    node.set_variable("NIGHTLY_SECRET", NIGHTLY);
    node.set_variable("ADA_PASSWORD", PASSWORD);
    node
}

fn run(node: &Node, words: &[&str]) -> Output {
    node.command().arg("apply").args(words).output().unwrap()
}

/// What a command printed, none of which may be a secret.
fn printed(output: &Output) -> (Option<i32>, String) {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let all = text(&output.stdout) + &text(&output.stderr);
    for secret in [SHOP, NIGHTLY, PASSWORD] {
        assert!(!all.contains(secret), "{all}");
    }
    (output.status.code(), all)
}

/// What each entry became, by its name, with `--json`.
fn actions(node: &Node, words: &[&str]) -> Vec<(String, String)> {
    let output = run(node, &[words, &["--json"]].concat());
    let (_, all) = printed(&output);
    let body: Value = serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {all}"));
    let steps = body["steps"].as_array().unwrap().iter();
    let text = |step: &Value, name: &str| step[name].as_str().unwrap().to_owned();
    steps.map(|step| (text(step, "name"), text(step, "action"))).collect()
}

/// What the example makes.
const NAMES: [&str; 8] =
    ["acme", "shop", "nightly", "phone", "ada", "engineering", "shop/editor", "shop/admin"];

fn each(action: &str) -> Vec<(String, String)> {
    NAMES.map(|name| (name.to_owned(), action.to_owned())).into()
}

/// Those of a tenant who are in the group, and who has which role at the shop.
fn standing(node: &Node) -> (Value, Vec<(String, String)>) {
    let group = node.run(&["group", "show", "engineering", "--tenant", "acme"]);
    let roles = node.run(&["role", "list", "--client-id", "shop", "--tenant", "acme"]);
    let text = |role: &Value, name: &str| role[name].as_str().unwrap().to_owned();
    let roles = roles["roles"].as_array().unwrap().iter();
    let mut roles: Vec<_> = roles.map(|role| (text(role, "role"), text(role, "holder"))).collect();
    roles.sort();
    (group["members"].clone(), roles)
}

fn held(roles: &[(&str, &str)]) -> Vec<(String, String)> {
    roles.iter().map(|(role, holder)| ((*role).to_owned(), (*holder).to_owned())).collect()
}

#[test]
fn the_example_is_applied_as_printed_twice() {
    let scratch = Scratch::new();
    let node = node(&scratch);
    assert_eq!(actions(&node, &["--dry-run", "set-up.toml"]), each("create"));
    let (code, told) = printed(&run(&node, &["--dry-run", "set-up.toml"]));
    assert!(code == Some(3) && told.contains("nothing was changed"), "{code:?} {told}");
    let (code, told) = printed(&run(&node, &["set-up.toml"]));
    assert!(code == Some(0) && told.contains("client_secret set"), "{code:?} {told}");
    assert_eq!(actions(&node, &["set-up.toml"]), each("unchanged"));
    for words in [&["set-up.toml"][..], &["--dry-run", "set-up.toml"]] {
        let (code, told) = printed(&run(&node, words));
        assert!(code == Some(0) && told.contains("nothing to do"), "{code:?} {told}");
    }
    // By standard input, in the other format; paths begin where the command runs.
    let phone =
        json!({ "clients": [{ "tenant": "acme", "client_id": "phone", "client_name": "Phone app" }] });
    fs::write(scratch.path().join("phone.json"), phone.to_string()).unwrap();
    let mut piped = node.command();
    piped.args(["apply", "--format", "json", "-"]);
    let done = piped.stdin(fs::File::open(scratch.path().join("phone.json")).unwrap()).output().unwrap();
    let (code, told) = printed(&done);
    assert!(code == Some(0) && told.contains("nothing to do"), "{code:?} {told}");
    assert_eq!(actions(&node, &["phone.json"]), [("phone".to_owned(), "unchanged".to_owned())]);
}

#[test]
fn lists_of_people_are_the_whole_of_them() {
    let scratch = Scratch::new();
    let node = node(&scratch);
    printed(&run(&node, &["set-up.toml"]));
    let all = held(&[("admin", "ada"), ("editor", "engineering")]);
    assert_eq!(standing(&node), (json!(["ada"]), all.clone()));
    let shop = node.run(&["client", "show", "shop", "--tenant", "acme"]);
    assert_eq!((&shop["claims_in_id_token"], &shop["roles"]), (&json!(true), &json!(["admin", "editor"])));
    assert_eq!(shop["claim_mappings"][0]["from"], json!({ "attribute": "department" }));
    let ada = node.run(&["user", "show", "ada", "--tenant", "acme"]);
    assert_eq!(ada["attributes"], json!({ "department": "R&D" }));
    // What somebody does by hand is undone where the file has the list, and stays where it has none.
    let _ = node.run(&["user", "create", "--username", "eve", "--group", "engineering", "--tenant", "acme"]);
    let grant = ["role", "grant", "admin", "--client-id", "shop", "--username", "eve", "--tenant", "acme"];
    let _ = node.run(&grant);
    let changed = |file: &str| {
        let steps = actions(&node, &[file]);
        steps
            .into_iter()
            .filter(|(_, action)| action != "unchanged")
            .map(|(name, _)| name)
            .collect::<Vec<_>>()
    };
    let without = example().replace("members = [\"ada\"]\n", "").replace("users = [\"ada\"]\n", "");
    fs::write(scratch.path().join("without.toml"), without).unwrap();
    assert!(changed("without.toml").is_empty());
    assert_eq!(standing(&node).0, json!(["ada", "eve"]));
    let (code, told) = printed(&run(&node, &["--dry-run", "set-up.toml"]));
    assert_eq!(code, Some(3), "{told}");
    assert!(told.contains(r#"members: ["ada","eve"] -> ["ada"]"#), "{told}");
    assert!(told.contains(r#"users: ["ada","eve"] -> ["ada"]"#), "{told}");
    assert_eq!(standing(&node).0, json!(["ada", "eve"]), "nothing was changed");
    assert_eq!(changed("set-up.toml"), ["engineering", "shop/admin"]);
    assert_eq!(standing(&node), (json!(["ada"]), all));
    // Nobody at all, which is another thing than no list.
    let none = example().replace("members = [\"ada\"]", "members = []");
    let none = none
        .replace("groups = [\"engineering\"]", "groups = []")
        .replace("users = [\"ada\"]", "absent = true");
    fs::write(scratch.path().join("none.toml"), none).unwrap();
    assert_eq!(changed("none.toml"), ["engineering", "shop/editor", "shop/admin"]);
    assert_eq!(standing(&node), (json!([]), vec![]));
    assert!(changed("none.toml").is_empty());
}

/// Applies a text to a provider, with the secrets that the example names.
async fn apply_to(op: &Provider, text: &str) {
    let scratch = Scratch::new();
    fs::write(scratch.path().join("shop.secret"), SHOP).unwrap();
    let variable = |name: &str| match name {
        "NIGHTLY_SECRET" => Some(OsString::from(NIGHTLY)),
        "ADA_PASSWORD" => Some(OsString::from(PASSWORD)),
        _ => None,
    };
    let around = Surroundings { folder: scratch.path().to_owned(), variable: &variable };
    let set_up = SetUp::read(text, Format::Toml, &around).unwrap();
    let admin = Administration::of_server(&op.state, op.clock.now());
    credenza::apply::run(&admin, &set_up, Mode::Apply).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_shop_is_told_what_the_file_says_of_ada() {
    let op = Provider::start().await;
    apply_to(&op, &example()).await;
    let (admin, acme) = (Administration::of_server(&op.state, op.clock.now()), op.tenant_id("acme").await);
    let shop = clients::find(&admin, &acme, &ClientId::new("shop")).await.unwrap().unwrap();
    let ada = users::find_by_username(&admin, &acme, "ada").await.unwrap().unwrap();
    let rp = RelyingParty { client: shop.client, secret: Some(SHOP.to_owned()), base: "/t/acme".to_owned() };
    let ada = Person { user_id: ada.user_id, username: ada.username, password: PASSWORD.to_owned() };
    let request = rp.authorization().with("scope", "openid groups roles");
    let tokens = rp.sign_in_with(&op, &ada, &mut Browser::new(), request).await;
    let told = |claims: &Value| json!([claims["groups"], claims["roles"], claims["dept"]]);
    let expected = json!([["engineering"], ["admin", "editor"], "R&D"]);
    assert_eq!(told(&claims_of(tokens.id())), expected);
    assert_eq!(told(&rp.userinfo(&op, &tokens.access_token).await.json()), expected);
    // Out of the group, of whose role nothing is left then; without an attribute.
    let text = example().replace("members = [\"ada\"]", "members = []");
    apply_to(&op, &text.replace("department = \"R&D\"", "department = \"\"")).await;
    let userinfo = rp.userinfo(&op, &tokens.access_token).await.json();
    assert_eq!(told(&userinfo), json!([[], ["admin"], null]));
}

#[test]
fn a_wrong_file_is_refused_as_a_whole() {
    let scratch = Scratch::new();
    let node = node(&scratch);
    for (change, with, fault) in [
        (
            "client_name = \"Phone app\"",
            "client_nam = \"Phone app\"",
            "set-up.toml: clients[2].client_nam: unknown field",
        ),
        ("username = \"ada\"", "usernam = \"ada\"", "users[0]"),
        ("shop.secret", "no.secret", "clients[0].client_secret_file: no.secret cannot be read"),
        (
            "access_token_lifetime = 300",
            "access_token_lifetime = 0",
            "tenants[0].access_token_lifetime: must be",
        ),
        (
            "members = [\"ada\"]",
            "members = [\"ada\", \"bob\"]",
            "groups[0].members: there will be no user \"bob\"",
        ),
        (
            "role = \"editor\"",
            "role = \"owner\"",
            "roles[0].role: \"owner\" is not a role of this client, which declares: admin, editor",
        ),
        (
            "groups = [\"engineering\"]",
            "groups = [\"builders\"]",
            "roles[0].groups: there will be no group \"builders\"",
        ),
        ("department = \"R&D\"", "department = 7", "users[0].attributes: \"department\" must be a text"),
    ] {
        fs::write(scratch.path().join("set-up.toml"), example().replace(change, with)).unwrap();
        for words in [&["set-up.toml"][..], &["--dry-run", "set-up.toml"]] {
            let (code, told) = printed(&run(&node, words));
            assert!(code == Some(2) && told.contains(fault), "{fault}\n{code:?} {told}");
        }
        assert_eq!(node.run(&["tenant", "list"])["tenants"], json!([]), "nothing was written");
    }
    let (code, told) = printed(&run(&node, &["nowhere.toml"]));
    assert!(code == Some(2) && told.contains("name a file"), "{code:?} {told}");
}

#[tokio::test(flavor = "multi_thread")]
async fn servers_that_start_at_once_have_it_before_they_listen() {
    let scratch = Scratch::new();
    let (mut one, mut two) = (node(&scratch), node(&scratch));
    let key = master_key();
    for node in [&mut one, &mut two] {
        node.set("APPLY", "set-up.toml");
        node.set("MASTER_KEY", &key);
        node.launch();
    }
    for node in [&mut one, &mut two] {
        assert!(node.is_ready_within(Duration::from_secs(60)), "{}", node.log());
    }
    // The secret of the file is the client's, at both of them.
    for node in [&one, &two] {
        let token = |secret: &str| {
            let fields = [("grant_type", "client_credentials"), ("scope", "reports:read")];
            Request::form(format!("http://{}/t/acme/token", node.address), &fields).basic("nightly", secret)
        };
        assert_eq!(token(SHOP).send().await.status, 401);
        assert_eq!(token(NIGHTLY).send().await.status, 200);
    }
    assert_eq!(one.run(&["client", "list", "--tenant", "acme"])["clients"].as_array().unwrap().len(), 3);
    assert_eq!(actions(&one, &["set-up.toml"]), each("unchanged"));
    let log = one.log();
    let made = log.lines().filter(|line| line.contains("\"applied\"") && line.contains("\"create\"")).count();
    assert_eq!(made, NAMES.len(), "each was made once, by one of them: {log}");
    for secret in [SHOP, NIGHTLY, PASSWORD] {
        assert!(!log.contains(secret));
    }
}

#[test]
fn a_server_does_not_start_with_a_file_that_cannot_be_carried_out() {
    let scratch = Scratch::new();
    let mut node = node(&scratch);
    let refused = |node: &Node| {
        let mut serve: Command = node.command();
        let done = serve.args(["serve", "--insecure-http"]).output().unwrap();
        let (code, told) = printed(&done);
        assert_eq!(code, Some(1), "{told}");
        told
    };
    node.set("APPLY", "nowhere.toml");
    let told = refused(&node);
    assert!(told.contains("apply: nowhere.toml: cannot be read"), "{told}");
    fs::write(scratch.path().join("set-up.toml"), example().replace("\"none\"", "\"nothing\"")).unwrap();
    node.set("APPLY", "set-up.toml");
    let told = refused(&node);
    assert!(told.contains("clients[2].token_endpoint_auth_method:"), "{told}");
    assert!(told.contains("`credenza apply --dry-run FILE` tells beforehand"), "{told}");
    fs::write(scratch.path().join("set-up.toml"), example()).unwrap();
    node.start();
}
