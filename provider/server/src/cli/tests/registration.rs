use credenza_protocol::secret::Secret;
use serde_json::json;

use super::{installation, refused, run, tenant_id, text};

#[tokio::test]
async fn registration_tokens_are_shown_once_and_kept_as_hashes() {
    let installation = installation().await;
    let words =
        ["registration-token", "create", "--name", "CI", "--uses", "2", "--expires-in", "60", "--json"];
    let made = run(&installation, &words).await;
    let token = text(&made, "token");
    assert_eq!((token.len(), &made["remaining"], text(&made, "name")), (43, &json!(2), "CI"));
    let endless = run(&installation, &["registration-token", "create"]).await;
    assert!(endless["remaining"].is_null() && endless["expires_at"].is_null());
    let (tenant, now) = (tenant_id(&installation).await, installation.admin().now);
    let tokens = &installation.store.initial_access_tokens;
    assert!(tokens.is_live(&tenant, Secret::presented(token).hash(), now).await.unwrap());
    let listed = run(&installation, &["registration-token", "list"]).await;
    assert_eq!(listed["tokens"].as_array().unwrap().len(), 2);
    assert!(!listed.to_string().contains(token));
    run(&installation, &["tenant", "create", "acme"]).await;
    let there = run(&installation, &["registration-token", "list", "--tenant", "acme"]).await;
    assert_eq!(there["tokens"], json!([]));
    let id = text(&made, "token_id");
    refused(
        &installation,
        &["registration-token", "delete", id, "--tenant", "acme"],
        "no registration token",
    )
    .await;
    run(&installation, &["registration-token", "delete", id]).await;
    refused(&installation, &["registration-token", "delete", id], "no registration token").await;
    assert!(!tokens.is_live(&tenant, Secret::presented(token).hash(), now).await.unwrap());
    refused(&installation, &["registration-token", "create", "--uses", "0"], "--uses").await;
    refused(&installation, &["registration-token", "create", "--name", "a\u{7}"], "control").await;
}

#[tokio::test]
async fn issuers_of_software_statements_are_read_from_a_file() {
    let installation = installation().await;
    let file = std::env::temp_dir().join(format!("credenza-issuers-{}", std::process::id()));
    let key = json!({ "kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo" });
    let words = ["tenant", "update", "default", "--software-statement-issuers", file.to_str().unwrap()];
    let good = json!([{ "iss": "https://vendor.example", "jwks": { "keys": [key] } }]);
    std::fs::write(&file, good.to_string()).unwrap();
    assert_eq!(run(&installation, &words).await["settings"]["software_statement_issuers"], good);
    for (bad, why) in [
        (json!([{ "iss": "https://vendor.example", "jwks": { "keys": [] } }]), "no key"),
        (json!([{ "iss": "", "jwks": { "keys": [key] } }]), "empty"),
        (json!([{ "iss": "https://vendor.example", "jwks": 1 }]), "jwks"),
        (json!([{ "iss": "https://vendor.example" }]), "jwks"),
        (json!({}), "--set"),
    ] {
        std::fs::write(&file, bad.to_string()).unwrap();
        refused(&installation, &words, why).await;
    }
    std::fs::remove_file(&file).unwrap();
    refused(&installation, &words, "--software-statement-issuers").await;
    assert_eq!(
        installation
            .store
            .tenants
            .find("default")
            .await
            .unwrap()
            .unwrap()
            .settings
            .software_statement_issuers
            .len(),
        1
    );
}

#[tokio::test]
async fn settings_of_registration() {
    let installation = installation().await;
    let set = |setting: &'static str| ["tenant", "update", "default", "--set", setting];
    for setting in [
        "registration=open",
        "registration_limit=5",
        "registration_scope=openid api:read",
        "unused_client_lifetime=0",
    ] {
        run(&installation, &set(setting)).await;
    }
    let settings = installation.store.tenants.find("default").await.unwrap().unwrap().settings;
    assert_eq!((settings.registration_limit, settings.unused_client_lifetime.0), (5, 0));
    assert_eq!(settings.registration_scope.to_string(), "openid api:read");
    for (setting, why) in [
        ("registration=everybody", "--set"),
        ("registration_limit=-1", "--set"),
        ("unused_client_lifetime=-1", "unused_client_lifetime"),
    ] {
        refused(&installation, &set(setting), why).await;
    }
}
