//! Tenants.

use super::{installation, refused, run, text};

#[tokio::test]
async fn what_is_in_one_tenant_is_not_in_another() {
    let installation = installation().await;
    run(&installation, &["tenant", "create", "acme", "--set", "access_token_lifetime=60"]).await;
    let words =
        ["client", "create", "--tenant", "acme", "--name", "A", "--redirect-uri", "https://a.example/cb"];
    let client = run(&installation, &words).await;
    let id = text(&client, "client_id");
    refused(&installation, &["client", "show", id], "no client").await;
    assert_eq!(run(&installation, &["client", "--tenant", "acme", "show", id]).await["client_id"], id);
    refused(&installation, &["client", "list", "--tenant", "nobody"], "no tenant").await;
    refused(&installation, &["tenant", "create", "acme"], "already").await;
    refused(&installation, &["tenant", "create", "A/B"], "a-z").await;
    refused(&installation, &["tenant", "update", "acme", "--set", "code_lifetime=601"], "600").await;
    refused(&installation, &["tenant", "update", "acme", "--set", "code_lifetime=0"], "more than zero").await;
    refused(&installation, &["tenant", "update", "acme", "--set", "code_life=1"], "unknown field").await;
    let body = run(&installation, &["tenant", "update", "acme", "--display-name", "Acme"]).await;
    assert_eq!(body["settings"]["access_token_lifetime"], 60, "what is not said stays");
    assert!(!run(&installation, &["tenant", "disable", "acme"]).await["disabled_at"].is_null());
    assert!(run(&installation, &["tenant", "enable", "acme"]).await["disabled_at"].is_null());
    run(&installation, &["tenant", "delete", "acme"]).await;
    refused(&installation, &["tenant", "show", "acme"], "no tenant").await;
    refused(&installation, &["tenant", "delete", "default"], "cannot be deleted").await;
    assert_eq!(run(&installation, &["tenant", "list"]).await["tenants"].as_array().unwrap().len(), 1);
}
