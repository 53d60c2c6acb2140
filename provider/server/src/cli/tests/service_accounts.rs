//! Service accounts, and the keys of clients.

use credenza_validator::Algorithm;
use serde_json::{Value, json};

use super::{client_id, installation, refused, run, tenant_id, text};
use crate::keys::pem::private_key;

const ACCOUNT: [&str; 6] =
    ["service-account", "create", "--name", "Nightly", "--scope", "reports:read admin:users:read"];

#[tokio::test]
async fn a_service_account_is_told_what_it_needs() {
    let installation = installation().await;
    let resource = ["--resource", "https://id.example.com/admin"];
    let made = run(&installation, &[&ACCOUNT[..], &resource].concat()).await;
    assert_eq!(made["service_account"], true);
    assert_eq!(made["grant_types"], json!(["client_credentials"]));
    assert_eq!(made["scope"], "reports:read admin:users:read");
    assert_eq!((text(&made, "client_secret").len(), made.get("private_key")), (43, None));
    let app = ["client", "create", "--name", "App", "--redirect-uri", "https://a.example/cb"];
    run(&installation, &app).await;
    let listed = run(&installation, &["service-account", "list"]).await;
    let listed: Vec<_> = listed["clients"].as_array().unwrap().iter().map(|one| &one["client_id"]).collect();
    assert_eq!(listed, [&made["client_id"]]);
    // Nobody signs in to it.
    let update = ["client", "update", text(&made, "client_id")];
    for options in [
        ["--redirect-uri", "https://a.example/cb"],
        ["--grant-type", "authorization_code"],
        ["--backchannel-logout-uri", "https://a.example/logout"],
        ["--role", "admin"],
    ] {
        refused(&installation, &[&update[..], &options].concat(), "service account").await;
    }
    run(&installation, &[&update[..], &["--name", "Weekly"]].concat()).await;
}

#[tokio::test]
async fn a_service_account_changes_from_one_key_to_the_next() {
    let installation = installation().await;
    let made = run(&installation, &[&ACCOUNT[..], &["--with-key"]].concat()).await;
    assert_eq!(
        (&made["token_endpoint_auth_method"], made.get("client_secret")),
        (&json!("private_key_jwt"), None)
    );
    let pem = text(&made, "private_key");
    assert!(private_key(Algorithm::ES256, pem.as_bytes()).is_ok());
    let id = text(&made, "client_id");
    let first = made["jwks"]["keys"][0]["kid"].as_str().unwrap();
    let last = ["client", "key", "delete", id, "--kid", first];
    refused(&installation, &last, "add another key first, or disable the client").await;
    let next = run(&installation, &["client", "key", "generate", id, "--expires-in", "7200"]).await;
    assert!(next["expires_at"].is_i64() && text(&next, "private_key") != pem);
    let listed = async || run(&installation, &["client", "key", "list", id]).await["keys"].clone();
    assert_eq!(listed().await.as_array().map(Vec::len), Some(2));
    assert!(!listed().await.to_string().contains("PRIVATE"));
    run(&installation, &last).await;
    assert_eq!(listed().await[0]["kid"], next["kid"]);
    refused(&installation, &last, "`credenza client key list` shows those that there are").await;
    // Nothing private is kept.
    let tenant = tenant_id(&installation).await;
    let record = installation.store.clients.find(&tenant, &client_id(&made)).await.unwrap().unwrap();
    let keys = record.client.jwks.unwrap()["keys"].as_array().unwrap().clone();
    assert!(keys.iter().all(|key| key.get("d").is_none()), "{keys:?}");
    assert!(record.secrets.is_empty());
}

#[tokio::test]
async fn a_key_comes_from_a_file() {
    let installation = installation().await;
    let file = std::env::temp_dir().join(format!("credenza-public-key-{}", std::process::id()));
    let jwk = json!({ "kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo" });
    let write = |jwk: &Value| std::fs::write(&file, jwk.to_string()).unwrap();
    write(&jwk);
    let option = ["--jwk-file", file.to_str().unwrap()];
    let made = run(&installation, &[&ACCOUNT[..], &option].concat()).await;
    assert_eq!(made["jwks"]["keys"][0]["kid"], "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
    let add = [&["client", "key", "add", text(&made, "client_id")][..], &option].concat();
    refused(&installation, &add, "must have another kid").await;
    for wrong in [json!([]), json!({ "keys": [jwk] }), json!({ "kty": "oct", "k": "AAAA" })] {
        write(&wrong);
        refused(&installation, &add, "public key").await;
    }
    std::fs::remove_file(file).unwrap();
}
