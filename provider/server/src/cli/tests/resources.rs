//! Resources that are described.

use serde_json::json;

use super::{installation, refused, run};

const API: &str = "https://reports.example.com";

#[tokio::test]
async fn a_resource_is_described_changed_and_forgotten() {
    let installation = installation().await;
    let create =
        ["resource", "create", API, "--name", "Reports", "--scope", "reports:read=Read your reports"];
    let made = run(&installation, &create).await;
    let scopes = json!([{ "scope": "reports:read", "description": "Read your reports" }]);
    assert_eq!(
        (&made["resource"], &made["scopes"], &made["disabled"]),
        (&json!(API), &scopes, &json!(false))
    );
    refused(&installation, &create, "there is already a resource").await;
    let update =
        ["resource", "update", API, "--access-token-lifetime", "60", "--access-token-format", "opaque"];
    let changed = run(&installation, &update).await;
    assert_eq!((&changed["access_token_lifetime"], &changed["scopes"]), (&json!(60), &scopes));
    let back =
        run(&installation, &["resource", "update", API, "--access-token-lifetime", "0", "--scope", ""]).await;
    assert_eq!((back.get("access_token_lifetime"), &back["scopes"]), (None, &json!([])));
    assert_eq!(run(&installation, &["resource", "disable", API]).await["disabled"], true);
    assert_eq!(run(&installation, &["resource", "enable", API]).await["disabled"], false);
    let shown = run(&installation, &["resource", "show", API]).await;
    assert_eq!(run(&installation, &["resource", "list"]).await["resources"], json!([shown]));
    for (option, value, why) in [
        ("--scope", "reports:read", "must be SCOPE=TEXT"),
        ("--scope", "openid=Sign you in", "described by the provider itself"),
        ("--name", "\u{202e}", "name: "),
    ] {
        refused(&installation, &["resource", "update", API, option, value], why).await;
    }
    run(&installation, &["resource", "delete", API]).await;
    for verb in ["show", "delete", "disable"] {
        refused(&installation, &["resource", verb, API], "`credenza resource list` shows").await;
    }
    refused(&installation, &["resource", "create", "reports"], "resource: ").await;
}
