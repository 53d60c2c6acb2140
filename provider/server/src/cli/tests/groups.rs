use serde_json::{Value, json};

use super::{Installation, client_id, installation, refused, run, text};

const APP: [&str; 6] =
    ["client", "create", "--client-id", "app", "--name=App", "--redirect-uri=https://a.example/cb"];
const ATTRIBUTES: &str = r#"attributes=[{"name":"dept","type":"string","scope":"employee"},{"name":"level","type":"integer"},{"name":"sites","type":"strings"}]"#;

async fn people(installation: &Installation) {
    for name in ["ada", "grace"] {
        run(installation, &["user", "create", "--username", name]).await;
    }
}

async fn members(installation: &Installation, group: &str) -> Value {
    run(installation, &["group", "show", group]).await["members"].clone()
}

#[tokio::test]
async fn a_group_is_made_filled_renamed_and_deleted() {
    let installation = installation().await;
    people(&installation).await;
    let made = run(&installation, &["group", "create", "staff", "--description", "All of us"]).await;
    assert_eq!((text(&made, "name"), text(&made, "description")), ("staff", "All of us"));
    refused(&installation, &["group", "create", "STAFF"], "there is already a group \"STAFF\"").await;
    for wrong in ["", " staff2", "a\nb", &"x".repeat(256)] {
        refused(&installation, &["group", "create", wrong], "name: must").await;
    }
    let added = run(&installation, &["group", "add", "Staff", "--username", "ada", "--username=GRACE"]).await;
    assert_eq!(added["members"], json!(["ada", "grace"]));
    run(&installation, &["group", "add", "staff", "--username", "ada"]).await;
    refused(&installation, &["group", "add", "staff", "--username", "nobody"], "there is no user").await;
    refused(&installation, &["group", "add", "none", "--username", "ada"], "there is no group \"none\"")
        .await;
    refused(&installation, &["group", "add", "staff"], "required").await;
    let removed = run(&installation, &["group", "remove", "staff", "--username", "grace"]).await;
    assert_eq!(removed["members"], json!(["ada"]));
    refused(&installation, &["group", "remove", "staff", "--username", "grace"], "is not in the group").await;
    let id = text(&made, "group_id");
    let renamed = run(&installation, &["group", "update", "--group-id", id, "--new-name", "Crew"]).await;
    assert_eq!((text(&renamed, "name"), text(&renamed, "description")), ("Crew", "All of us"));
    refused(&installation, &["group", "show", "staff"], "there is no group").await;
    assert_eq!(members(&installation, "crew").await, json!(["ada"]));
    run(&installation, &["group", "create", "admins"]).await;
    refused(&installation, &["group", "update", "admins", "--new-name", "CREW"], "already a group").await;
    let listed = run(&installation, &["group", "list"]).await;
    assert_eq!(
        (&listed["groups"][0]["name"], &listed["groups"][1]["name"]),
        (&json!("Crew"), &json!("admins"))
    );
    run(&installation, &["group", "delete", "crew"]).await;
    refused(&installation, &["group", "delete", "crew"], "there is no group").await;
    assert_eq!(run(&installation, &["user", "show", "ada"]).await["username"], "ada");
}

#[tokio::test]
async fn a_user_is_made_in_groups_or_not_at_all() {
    let installation = installation().await;
    run(&installation, &["group", "create", "staff"]).await;
    let words = ["user", "create", "--username", "ada", "--group", "staff", "--group"];
    refused(&installation, &[&words[..], &["none"]].concat(), "there is no group \"none\"").await;
    refused(&installation, &["user", "show", "ada"], "there is no user").await;
    run(&installation, &["group", "create", "admins"]).await;
    run(&installation, &[&words[..], &["ADMINS"]].concat()).await;
    for group in ["staff", "admins"] {
        assert_eq!(members(&installation, group).await, json!(["ada"]));
    }
}

#[tokio::test]
async fn roles_are_declared_granted_and_revoked() {
    let installation = installation().await;
    people(&installation).await;
    run(&installation, &["group", "create", "staff"]).await;
    run(&installation, &["group", "add", "staff", "--username", "ada"]).await;
    let app = run(&installation, &[&APP[..], &["--role", "admin", "--role", "editor"]].concat()).await;
    assert_eq!((client_id(&app).as_str(), &app["roles"]), ("app", &json!(["admin", "editor"])));
    let grant = |role: &'static str, holder: [&'static str; 2]| {
        [&["role", "grant", role, "--client-id", "app"][..], &holder].concat()
    };
    let granted = run(&installation, &grant("admin", ["--username", "ada"])).await;
    assert_eq!((&granted["role"], &granted["holder"]), (&json!("admin"), &json!("ada")));
    run(&installation, &grant("admin", ["--username", "ada"])).await;
    run(&installation, &grant("editor", ["--group", "staff"])).await;
    refused(&installation, &grant("owner", ["--username", "ada"]), "which declares: admin, editor").await;
    refused(&installation, &grant("admin", ["--username", "nobody"]), "there is no user").await;
    refused(&installation, &grant("admin", ["--group", "none"]), "there is no group").await;
    let elsewhere = ["role", "grant", "admin", "--client-id", "none", "--username", "ada"];
    refused(&installation, &elsewhere, "there is no client").await;
    let list = async |of: [&str; 2]| {
        let listed = run(&installation, &[&["role", "list"][..], &of].concat()).await;
        let roles = listed["roles"].as_array().unwrap().clone();
        roles.iter().map(|one| format!("{} {}", text(one, "holder"), text(one, "role"))).collect::<Vec<_>>()
    };
    assert_eq!(list(["--client-id", "app"]).await, ["staff editor", "ada admin"]);
    assert_eq!(list(["--username", "ada"]).await, ["ada admin", "staff editor"]);
    assert_eq!(list(["--group", "staff"]).await, ["staff editor"]);
    assert!(list(["--username", "grace"]).await.is_empty());
    // What is no longer declared can still be taken away.
    let updated = run(&installation, &["client", "update", "app", "--role", ""]).await;
    assert!(updated.get("roles").is_none(), "{updated}");
    refused(&installation, &grant("admin", ["--username", "grace"]), "which declares none").await;
    let revoke = ["role", "revoke", "admin", "--client-id", "app", "--username", "ada"];
    run(&installation, &revoke).await;
    refused(&installation, &revoke, "do not have the role").await;
    for wrong in [["--role", " a"], ["--role", &"x".repeat(129)]] {
        refused(&installation, &[&["client", "update", "app"][..], &wrong].concat(), "roles: ").await;
    }
}

#[tokio::test]
async fn attributes_fit_what_the_tenant_declares() {
    let installation = installation().await;
    let ada = ["user", "create", "--username", "ada", "--attribute"];
    refused(&installation, &[&ada[..], &["dept=R&D"]].concat(), "is not an attribute of this tenant").await;
    let declare = ["tenant", "update", "default", "--set"];
    run(&installation, &[&declare[..], &[ATTRIBUTES]].concat()).await;
    for wrong in [
        r#"attributes=[{"name":"email","type":"string"}]"#,
        r#"attributes=[{"name":"dept","type":"string","scope":"openid"}]"#,
        r#"attributes=[{"name":"a","type":"string"},{"name":"a","type":"string"}]"#,
    ] {
        refused(&installation, &[&declare[..], &[wrong]].concat(), "attributes: ").await;
    }
    refused(&installation, &[&declare[..], &[r#"attributes=[{"name":"a","type":"date"}]"#]].concat(), "date")
        .await;
    refused(&installation, &[&ada[..], &["level=high"]].concat(), "must be an integer").await;
    refused(&installation, &[&ada[..], &["dept"]].concat(), "must be NAME=VALUE").await;
    let made =
        run(&installation, &[&ada[..], &["dept=R&D", "--attribute", "sites=Graz,Wien"]].concat()).await;
    assert_eq!(made["attributes"], json!({ "dept": "R&D", "sites": ["Graz", "Wien"] }));
    let update = ["user", "update", "ada", "--attribute"];
    let updated = run(&installation, &[&update[..], &["level=3", "--attribute", "sites="]].concat()).await;
    assert_eq!(updated["attributes"], json!({ "dept": "R&D", "level": 3 }));
    // What the tenant does not declare any more stays, and is in nobody's way.
    run(&installation, &[&declare[..], &[r#"attributes=[{"name":"level","type":"string"}]"#]].concat()).await;
    let updated = run(&installation, &["user", "update", "ada", "--name", "Ada"]).await;
    assert_eq!(updated["attributes"], json!({ "dept": "R&D", "level": 3 }));
    refused(&installation, &[&update[..], &["dept=x"]].concat(), "is not an attribute").await;
    let updated = run(&installation, &[&update[..], &["dept=", "--attribute", "level=high"]].concat()).await;
    assert_eq!(updated["attributes"], json!({ "level": "high" }));
}

#[tokio::test]
async fn claims_are_mapped_for_a_client() {
    let installation = installation().await;
    run(&installation, &["tenant", "update", "default", "--set", ATTRIBUTES]).await;
    let mapped = [
        "--claim",
        "department=attribute:dept in id_token,userinfo",
        "--claim=teams=groups",
        "--claim=tier=constant:2 in access_token",
        "--claims-in-id-token",
    ];
    let app = run(&installation, &[&APP[..], &mapped].concat()).await;
    let all = json!(["id_token", "access_token", "userinfo"]);
    let expected = json!([
        { "claim": "department", "from": { "attribute": "dept" }, "in": ["id_token", "userinfo"] },
        { "claim": "teams", "from": "groups", "in": all },
        { "claim": "tier", "from": { "constant": 2 }, "in": ["access_token"] },
    ]);
    assert_eq!((&app["claim_mappings"], &app["claims_in_id_token"]), (&expected, &json!(true)));
    let update = ["client", "update", "app", "--claim"];
    for (wrong, why) in [
        ("sub=claim:email", "\"sub\" is a claim of the protocol"),
        ("d=attribute:none", "from an attribute that the tenant does not have"),
        ("d=claim:sub", "not one of OpenID Connect Core 5.1"),
        ("d=nothing", "must be CLAIM=SOURCE"),
        ("d", "must be CLAIM=SOURCE"),
    ] {
        refused(&installation, &[&update[..], &[wrong]].concat(), why).await;
    }
    let twice = [&update[..], &["a=groups", "--claim", "a=roles in userinfo"]].concat();
    refused(&installation, &twice, "\"a\" is mapped twice into one token").await;
    let shown = run(&installation, &["client", "show", "app"]).await;
    assert_eq!(shown["claim_mappings"], expected, "nothing was changed");
    let cleared = run(&installation, &[&update[..], &["", "--claims-in-id-token=false"]].concat()).await;
    assert_eq!((cleared.get("claim_mappings"), &cleared["claims_in_id_token"]), (None, &json!(false)));
}
