use super::{installation, refused, run, tenant_id, text};
use crate::keys::resource_secrets::parse;
use crate::keys::seal::of_resource_secret;

const API: &str = "https://api.example.com/";

#[tokio::test]
async fn a_resource_secret_is_shown_once_and_sealed() {
    let installation = installation().await;
    let service =
        ["client", "create", "--name", "API", "--grant-type", "client_credentials", "--serves", API];
    let client = run(&installation, &service).await;
    let id = text(&client, "client_id");
    let create = ["resource-secret", "create", "--client-id", id, "--resource", API];
    let made = run(&installation, &create).await;
    let secret = text(&made, "secret");
    assert_eq!((secret.len(), &made["expires_at"]), (43, &serde_json::Value::Null));
    assert_eq!(made["active_at"], made["created_at"], "the first one signs at once");
    let tenant = tenant_id(&installation).await;
    let record = installation.store.resource_secrets.list(&tenant).await.unwrap().remove(0);
    let master = installation.master_keys.as_ref().unwrap();
    let opened = master.open(&of_resource_secret(&tenant, &record.kid), &record.sealed).unwrap();
    assert_eq!(parse(secret).unwrap().as_slice(), opened.as_slice());
    let next = run(&installation, &[&create[..], &["--expires-in", "7200"]].concat()).await;
    let wait = next["active_at"].as_i64().unwrap() - next["created_at"].as_i64().unwrap();
    assert_eq!(wait, 3600, "its service is given it in the meantime");
    let listed = run(&installation, &["resource-secret", "list"]).await;
    assert_eq!(listed["secrets"].as_array().unwrap().len(), 2);
    assert!(!listed.to_string().contains(secret));
    let kid = text(&made, "kid");
    let retired = run(&installation, &["resource-secret", "retire", kid, "--in", "60"]).await;
    assert_eq!(text(&retired, "retired"), kid);
    refused(&installation, &["resource-secret", "retire", "nobody"], "no resource secret").await;
    refused(&installation, &[&create[..], &["--expires-in", "60"]].concat(), "expires_at").await;
    let other = ["resource-secret", "create", "--client-id", id, "--resource", "https://other.example.com/"];
    refused(&installation, &other, "--serves").await;
    let nobody = ["resource-secret", "create", "--client-id", "nobody", "--resource", API];
    refused(&installation, &nobody, "no client").await;
}

#[tokio::test]
async fn a_resource_secret_comes_from_a_file() {
    let installation = installation().await;
    let service =
        ["client", "create", "--name", "API", "--grant-type", "client_credentials", "--serves", API];
    let client = run(&installation, &service).await;
    let file = std::env::temp_dir().join(format!("credenza-resource-secret-{}", std::process::id()));
    let name = file.to_str().unwrap();
    let id = text(&client, "client_id");
    let words = [
        "resource-secret",
        "create",
        "--client-id",
        id,
        "--resource",
        API,
        "--secret-file",
        name,
        "--active-in",
        "0",
    ];
    std::fs::write(&file, "/pDqgGU5cq661mAbAlRc8uejSOjGAcDhnpagLGqUp3I=\n").unwrap();
    assert!(run(&installation, &words).await.get("secret").is_none(), "it is known already");
    for (text, why) in [
        ("c2hvcnQ=", "32"),
        ("a passphrase", "base64"),
        ("MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=", "random"),
    ] {
        std::fs::write(&file, text).unwrap();
        refused(&installation, &words, why).await;
    }
    std::fs::remove_file(&file).unwrap();
    refused(&installation, &words, "--secret-file").await;
}
