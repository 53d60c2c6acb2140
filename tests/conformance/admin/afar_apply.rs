//! Chart 873: credenza apply --server | the same plan and the same set-up as on the database, with its secrets; by the scope admin:set_up:write; roles at clients need admin:roles:write as well, since nobody gives more than they have

use credenza_protocol::admin_roles::{Role, everything};
use credenza_tests::{Administrator, Provider, Served, Terminal};
use serde_json::{Value, json};

const SET_UP: &str = r#"
[[tenants]]
name = "acme"
settings = { display_name = "Acme Inc." }

[[clients]]
tenant = "acme"
client_id = "shop"
client_name = "Shop"
redirect_uris = ["https://shop.example.com/callback"]
roles = ["editor"]
client_secret_file = "shop.secret"

[[users]]
tenant = "acme"
username = "ada"
password_env = "ADA_PASSWORD"

[[groups]]
tenant = "acme"
name = "engineering"
members = ["ada"]

[[roles]]
tenant = "acme"
client_id = "shop"
role = "editor"
groups = ["engineering"]
"#;
const SECRET: &str = "of-my-own-tGzv3JOkF0XG5Qx2TlKWIA";
const PASSWORD: &str = "correct horse battery staple";

/// A server, and the terminal of a service account that may carry out set-ups there.
fn site() -> (Served, Terminal, String) {
    let server = Served::start();
    let made = server.create_client(&[
        "--client-id",
        "robot",
        "--grant-type",
        "client_credentials",
        "--resource",
        &format!("{}/admin", server.issuer),
        "--scope",
        "admin:set_up:write admin:roles:write admin:installation",
    ]);
    let terminal = Terminal::at(&server.issuer).as_service("robot", made["client_secret"].as_str().unwrap());
    let terminal = terminal.with("ADA_PASSWORD", PASSWORD);
    let _secret = terminal.file("shop.secret", SECRET);
    let set_up = terminal.file("set-up.toml", SET_UP);
    (server, terminal, set_up)
}

fn actions(body: &Value) -> Vec<(String, String)> {
    let text = |step: &Value, name: &str| step[name].as_str().unwrap().to_owned();
    let steps = body["steps"].as_array().unwrap().iter();
    steps.map(|step| (text(step, "noun"), text(step, "action"))).collect()
}

fn each(action: &str) -> Vec<(String, String)> {
    ["tenant", "client", "user", "group", "role"].map(|noun| (noun.to_owned(), action.to_owned())).into()
}

#[test]
fn a_set_up_is_carried_out_from_afar_as_on_the_database() {
    let (server, terminal, set_up) = site();
    let planned = terminal.run(&["apply", "--dry-run", &set_up, "--output", "json"]);
    assert_eq!(planned.code, Some(3), "{planned:?}");
    let mut here = server.node.command();
    here.env("ADA_PASSWORD", PASSWORD).args(["apply", "--dry-run", &set_up, "--output", "json"]);
    let here = credenza_tests::Printed::of(&here.output().unwrap());
    assert_eq!(planned, here, "the same plan, and the same sentence about it");
    let done = terminal.json(&["apply", &set_up]);
    assert_eq!(actions(&done), each("create"));
    for secret in [SECRET, PASSWORD] {
        assert!(!planned.stdout.contains(secret) && !done.to_string().contains(secret));
    }
    assert_eq!(actions(&terminal.json(&["apply", &set_up])), each("unchanged"));
    // It is there: the secret is the one of the file, and so is the membership.
    let group = server.node.run(&["group", "show", "engineering", "--tenant", "acme"]);
    assert_eq!(group["members"], json!(["ada"]));
    let mut again = server.node.command();
    again.env("ADA_PASSWORD", PASSWORD).args(["apply", &set_up, "--json"]);
    let again = credenza_tests::Printed::of(&again.output().unwrap());
    assert_eq!(actions(&serde_json::from_str(&again.stdout).unwrap()), each("unchanged"), "{again:?}");
}

#[test]
fn what_is_wrong_is_told_by_its_place_and_writes_nothing() {
    let (server, terminal, _) = site();
    let wrong = SET_UP.replace("https://shop.example.com", "http://shop.example.com");
    let wrong = terminal.file("wrong.toml", &wrong);
    let refused = terminal.run(&["apply", &wrong]);
    assert_eq!(refused.code, Some(2), "{refused:?}");
    assert!(refused.stderr.contains("wrong.toml: clients[0].redirect_uris: "), "{refused:?}");
    assert!(server.node.run(&["tenant", "list"])["tenants"].as_array().unwrap().len() == 1);
    let misread = terminal.file("misread.toml", "[[clients]]\nclient_name = 1\n");
    assert_eq!(terminal.run(&["apply", &misread]).code, Some(2), "before anything is sent");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_set_up_takes_its_own_scope_and_gives_no_more_than_the_caller_has() {
    let op = Provider::start().await;
    let body = json!({ "clients": [{ "client_id": "shop", "token_endpoint_auth_method": "none",
        "client_name": "Shop", "redirect_uris": ["https://shop.example.com/callback"] }] });
    // Everything else together does not do.
    let others: Vec<_> =
        everything().iter().filter(|scope| *scope != "admin:set_up:write").map(str::to_owned).collect();
    let others = Administrator::service(&op, &others.join(" ")).await;
    others.post(&op, "/apply", &body).await.assert_problem(403, "insufficient-scope");
    let script = Administrator::service(&op, "admin:set_up:write admin:installation").await;
    let planned = script.post(&op, "/apply?dry_run=true", &body).await;
    assert_eq!((planned.status.as_u16(), &planned.json()["changed"]), (200, &json!(true)));
    let client = credenza_protocol::ids::ClientId::new("shop");
    let stored = || async { op.state.store.clients.find(&op.default_tenant().await, &client).await.unwrap() };
    assert!(stored().await.is_none(), "a dry run writes nothing");
    assert_eq!(script.post(&op, "/apply", &body).await.status, 200);
    assert!(stored().await.is_some());
    // Scopes of the admin API beyond its own.
    let mut more = body.clone();
    more["clients"][0]["scope"] = json!("openid admin:keys:write");
    more["clients"][0]["client_id"] = json!("more");
    script.post(&op, "/apply", &more).await.assert_problem(422, "invalid-values");
    // A file or a variable of the server is nobody's business.
    let mut place = body.clone();
    place["clients"][0]["client_secret_file"] = json!("/etc/passwd");
    let refused = script.post(&op, "/apply", &place).await;
    refused.assert_problem(422, "invalid-values");
    assert_eq!(refused.json()["errors"][0]["pointer"], "/clients/0/client_secret_file");
    // Whoever signed in long ago signs in again.
    let ada = op.user("ada").await;
    let owner = Administrator::person(&op, "default", &ada, &[(Role::Owner, true)]).await;
    assert_eq!(owner.post(&op, "/apply", &body).await.status, 200);
}
