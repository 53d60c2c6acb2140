//! Several secrets of one client.

use credenza_protocol::client_secret::MOST;
use credenza_protocol::secret::Secret;
use serde_json::Value;

use super::{client_id, hashes, installation, refused, run, tenant_id, text};

const APP: [&str; 6] = ["client", "create", "--name", "App", "--redirect-uri", "https://a.example/cb"];

#[tokio::test]
async fn a_client_changes_from_one_secret_to_the_next() {
    let installation = installation().await;
    let app = run(&installation, &APP).await;
    let (id, old) = (text(&app, "client_id"), text(&app, "client_secret"));
    let next = run(&installation, &["client", "secret", "create", id, "--expires-in", "7200"]).await;
    let new = text(&next, "client_secret");
    assert!(new.ends_with(text(&next, "hint")) && new != old);
    assert_eq!(next["expires_at"].as_i64().unwrap() - next["created_at"].as_i64().unwrap(), 7200);
    let tenant = tenant_id(&installation).await;
    let stored = async || installation.store.clients.find(&tenant, &client_id(&app)).await.unwrap().unwrap();
    let mut both = [old, new].map(|secret| Secret::presented(secret).hash());
    let mut kept = hashes(&stored().await);
    both.sort_by_key(|hash| hash.as_bytes().to_vec());
    kept.sort_by_key(|hash| hash.as_bytes().to_vec());
    assert_eq!(kept, both);
    let listed = run(&installation, &["client", "secret", "list", id]).await;
    assert_eq!(listed["secrets"].as_array().unwrap().len(), 2);
    assert!(!listed.to_string().contains(old) && !listed.to_string().contains(new));
    // Whatever else is edited, they stay.
    run(&installation, &["client", "update", id, "--name", "Our app"]).await;
    assert_eq!(stored().await.secrets.len(), 2);
    let first = listed["secrets"].as_array().unwrap().iter().find(|kept| kept["hint"] == old[39..]).unwrap();
    let first = ["--secret-id", text(first, "secret_id")];
    let expire = [&["client", "secret", "expire", id, "--in", "60"][..], &first].concat();
    let expired = run(&installation, &expire).await;
    assert!(expired["expires_at"].is_i64() && expired.get("client_secret").is_none());
    run(&installation, &[&["client", "secret", "delete", id][..], &first].concat()).await;
    assert_eq!(hashes(&stored().await), [Secret::presented(new).hash()]);
    let gone = [&["client", "secret", "delete", id][..], &first].concat();
    refused(&installation, &gone, "`credenza client secret list` shows those that there are").await;
    let last = ["client", "secret", "delete", id, "--secret-id", text(&next, "secret_id")];
    refused(&installation, &last, "create another secret first, or use --force").await;
    run(&installation, &[&last[..], &["--force"]].concat()).await;
    assert!(stored().await.secrets.is_empty());
    refused(&installation, &["client", "secret", "list", "nobody"], "no client").await;
}

#[tokio::test]
async fn a_client_has_no_more_secrets_than_it_may() {
    let installation = installation().await;
    let app = run(&installation, &APP).await;
    let create = ["client", "secret", "create", text(&app, "client_id")];
    for _ in 1..MOST {
        run(&installation, &create).await;
    }
    refused(&installation, &create, "at most 5 secrets at a time: delete one first").await;
    // One that is rotated takes the place of all.
    run(&installation, &["client", "update", text(&app, "client_id"), "--rotate-secret"]).await;
    let listed = run(&installation, &["client", "secret", "list", text(&app, "client_id")]).await;
    assert_eq!(listed["secrets"].as_array().map(Vec::len), Some(1));
    let public = run(&installation, &[&APP[..], &["--public"]].concat()).await;
    let create = ["client", "secret", "create", text(&public, "client_id")];
    refused(&installation, &create, "a client that uses none has no secret").await;
}

#[tokio::test]
async fn a_secret_that_is_given_is_one_more() {
    let installation = installation().await;
    let app = run(&installation, &APP).await;
    let file = std::env::temp_dir().join(format!("credenza-one-more-{}", std::process::id()));
    std::fs::write(&file, "0123456789abcdef0123456789abcdef\n").unwrap();
    let id = text(&app, "client_id");
    let create = ["client", "secret", "create", id, "--client-secret-file", file.to_str().unwrap()];
    let made = run(&installation, &create).await;
    assert_eq!((made.get("client_secret"), &made["hint"]), (None, &Value::from("cdef")));
    refused(&installation, &create, "must be another than those that the client has").await;
    std::fs::remove_file(file).unwrap();
}
