use credenza_protocol::ids::{ClientId, SessionId, TenantId, UserId};
use credenza_protocol::place::Place;
use credenza_protocol::secret::{Secret, SecretHash};
use credenza_protocol::session::Session;
use credenza_protocol::time::Seconds;
use credenza_storage::{ClientRecord, Options};
use serde_json::{Value, json};

use super::*;
use crate::accounts::password::{Cost, PasswordPool, Verdict};
use crate::config::WebhookConfig;
use crate::keys::schedule::Schedule;
use crate::keys::seal::{MasterKey, MasterKeys};
use crate::rng::SystemRng;

mod admin;
mod afar;
mod client_secrets;
mod clients;
mod completion;
mod events;
mod explain;
mod groups;
mod import;
mod keys;
mod next_steps;
mod races;
mod registration;
mod requests;
mod resource_secrets;
mod resources;
mod service_accounts;
mod settings;
mod tenants;
mod webhooks;

async fn installation() -> Installation {
    let store = credenza_storage::open("sqlite::memory:", Options::default()).await.unwrap();
    let cost = Cost::new(64, 1, 1).unwrap();
    let master_keys = Some(MasterKey::from_bytes(&[7; 32]).into());
    Installation {
        store,
        rng: SystemRng::new(),
        cost,
        master_keys,
        schedule: Schedule::default(),
        issuer: None,
        webhooks: WebhookConfig::default(),
        mail: None,
    }
}

async fn try_answer(installation: &Installation, words: &[&str]) -> Result<Answer, String> {
    let cli = Cli::try_parse_from([&["credenza"], words].concat()).map_err(|error| error.to_string())?;
    let answer = match cli.command {
        Command::About(about) => about.run(Door::Here(installation)).await,
        Command::Restored(restored) => restored.run(installation).await,
        _ => panic!("not a command about things"),
    };
    answer.map_err(|failure| failure.to_string())
}

async fn try_run(installation: &Installation, words: &[&str]) -> Result<Value, String> {
    Ok(try_answer(installation, words).await?.body)
}

/// The answer with its exit code.
async fn answer(installation: &Installation, words: &[&str]) -> Answer {
    try_answer(installation, words).await.unwrap_or_else(|error| panic!("{words:?}: {error}"))
}

async fn run(installation: &Installation, words: &[&str]) -> Value {
    try_run(installation, words).await.unwrap_or_else(|error| panic!("{words:?}: {error}"))
}

async fn refused(installation: &Installation, words: &[&str], why: &str) {
    let error = try_run(installation, words).await.unwrap_err();
    assert!(error.contains(why), "{words:?}: {error}");
}

fn text<'a>(body: &'a Value, name: &str) -> &'a str {
    body[name].as_str().unwrap_or_else(|| panic!("{name} in {body}"))
}

fn client_id(body: &Value) -> ClientId {
    ClientId::new(text(body, "client_id"))
}

/// The hashes of the secrets of a client.
fn hashes(record: &ClientRecord) -> Vec<SecretHash> {
    record.secrets.iter().map(|kept| kept.hash).collect()
}

async fn tenant_id(installation: &Installation) -> TenantId {
    installation.tenant("default").await.unwrap().tenant_id
}

#[test]
fn the_command_line_is_sound() {
    Cli::command().debug_assert();
}

#[tokio::test]
async fn a_client_gets_an_id_and_a_secret_that_is_stored_as_a_hash() {
    let installation = installation().await;
    let words = ["client", "create", "--json", "--name", "App", "--redirect-uri", "https://a.example/cb"];
    let body = run(&installation, &words).await;
    assert_eq!(body["grant_types"], json!(["authorization_code", "refresh_token"]));
    assert_eq!(body["scope"], "openid profile email address phone offline_access");
    let (id, secret) = (client_id(&body), text(&body, "client_secret"));
    assert_eq!(secret.len(), 43);
    let record =
        installation.store.clients.find(&tenant_id(&installation).await, &id).await.unwrap().unwrap();
    assert_eq!(hashes(&record), [Secret::presented(secret).hash()]);
    assert_eq!(record.secrets[0].sealed, None);
    let shown = run(&installation, &["client", "show", text(&body, "client_id")]).await;
    assert!(shown.get("client_secret").is_none(), "{shown}");
}

#[tokio::test]
async fn a_client_may_bring_its_id() {
    let installation = installation().await;
    let words =
        ["client", "create", "--name", "App", "--redirect-uri", "https://a.example/cb", "--client-id"];
    let body = run(&installation, &[&words[..], &["my-app"]].concat()).await;
    assert_eq!(body["client_id"], "my-app");
    refused(&installation, &[&words[..], &["my-app"]].concat(), "there is already a client \"my-app\"").await;
    for wrong in ["", "my app", "a/b", "ümlaut", &"x".repeat(256)] {
        refused(&installation, &[&words[..], &[wrong]].concat(), "client_id: must be").await;
    }
    run(&installation, &[&words[..], &[&"x".repeat(255)]].concat()).await;
}

#[tokio::test]
async fn each_method_of_authentication_keeps_what_it_needs() {
    let installation = installation().await;
    let tenant = tenant_id(&installation).await;
    let base = ["client", "create", "--name", "App", "--redirect-uri", "https://a.example/cb"];
    let public = run(&installation, &[&base[..], &["--public"]].concat()).await;
    assert!(public.get("client_secret").is_none());
    let jwt =
        run(&installation, &[&base[..], &["--token-endpoint-auth-method", "client_secret_jwt"]].concat())
            .await;
    let id = client_id(&jwt);
    let record = installation.store.clients.find(&tenant, &id).await.unwrap().unwrap();
    let context = ["client-secret", tenant.as_str(), id.as_str()];
    let opened = MasterKeys::from(MasterKey::from_bytes(&[7; 32]))
        .open(&context, record.secrets[0].sealed.as_ref().unwrap())
        .unwrap();
    assert_eq!(opened.as_slice(), text(&jwt, "client_secret").as_bytes());
    // To a method that needs no whole secret: the same secret, no longer sealed. To none: no secret.
    let update = ["client", "update", id.as_str(), "--token-endpoint-auth-method"];
    let post = run(&installation, &[&update[..], &["client_secret_post"]].concat()).await;
    assert!(post.get("client_secret").is_none());
    let record = installation.store.clients.find(&tenant, &id).await.unwrap().unwrap();
    assert_eq!(hashes(&record), [Secret::presented(text(&jwt, "client_secret")).hash()]);
    assert_eq!(record.secrets[0].sealed, None);
    run(&installation, &[&update[..], &["none"]].concat()).await;
    let record = installation.store.clients.find(&tenant, &id).await.unwrap().unwrap();
    assert!(record.secrets.is_empty());
    refused(&installation, &["client", "update", id.as_str(), "--rotate-secret"], "has no secret").await;
}

#[tokio::test]
async fn without_the_master_key_only_what_needs_it_is_refused() {
    let installation = Installation { master_keys: None, ..installation().await };
    let base = ["client", "create", "--name", "App", "--redirect-uri", "https://a.example/cb"];
    let jwt = [&base[..], &["--token-endpoint-auth-method", "client_secret_jwt"]].concat();
    refused(&installation, &jwt, "CREDENZA_MASTER_KEY").await;
    refused(&installation, &["key", "create", "--algorithm", "ES256"], "CREDENZA_MASTER_KEY").await;
    run(&installation, &base).await;
}

#[tokio::test]
async fn a_rotated_secret_replaces_the_old_one() {
    let installation = installation().await;
    let words = ["client", "create", "--name", "App", "--redirect-uri", "https://a.example/cb"];
    let made = run(&installation, &words).await;
    let id = text(&made, "client_id");
    let rotated = run(&installation, &["client", "update", id, "--rotate-secret"]).await;
    assert_ne!(rotated["client_secret"], made["client_secret"]);
    let tenant = tenant_id(&installation).await;
    let record = installation.store.clients.find(&tenant, &client_id(&made)).await.unwrap().unwrap();
    assert_eq!(hashes(&record), [SecretHash::of(text(&rotated, "client_secret").as_bytes())]);
    let kept = run(&installation, &["client", "update", id, "--name", "New"]).await;
    assert!(kept.get("client_secret").is_none() && kept["client_name"] == "New");
}

#[tokio::test]
async fn clients_that_could_not_work_or_are_not_safe_are_refused() {
    let installation = installation().await;
    let uri = ["--redirect-uri", "https://a.example/cb"];
    let cases: [(&[&str], &str); 11] = [
        (&["--name", "A"], "needs a redirect URI"),
        (&["--name", "A", "--redirect-uri", "javascript:alert(1)"], "scheme"),
        (&["--name", "A", "--redirect-uri", "https://a.example/#f"], "fragment"),
        (&["--name", "A", "--redirect-uri", "http://a.example/cb"], "http"),
        (&["--name", "A", "--redirect-uri", "com.example.a:/cb", "--application-type", "web"], "native"),
        (&["--name", "a\u{7}", uri[0], uri[1]], "control characters"),
        (&["--name", " ", uri[0], uri[1]], "empty"),
        (&["--name", "A", "--public", "--grant-type", "client_credentials"], "public client"),
        (&["--name", "A", "--grant-type", "refresh_token"], "authorization_code"),
        (&["--name", "A", uri[0], uri[1], "--policy-uri", "javascript:x"], "scheme"),
        (&["--name", "A", uri[0], uri[1], "--token-endpoint-auth-method", "private_key_jwt"], "jwks_uri"),
    ];
    for (options, why) in cases {
        refused(&installation, &[&["client", "create"], options].concat(), why).await;
    }
    let long = "x".repeat(201);
    refused(&installation, &["client", "create", "--name", &long, uri[0], uri[1]], "200 characters").await;
    run(&installation, &["client", "create", "--name", &long[1..], uri[0], uri[1]]).await;
    assert_eq!(run(&installation, &["client", "list"]).await["clients"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn public_keys_are_read_from_a_file_and_must_be_usable() {
    let installation = installation().await;
    let file = std::env::temp_dir().join(format!("credenza-jwks-{}", std::process::id()));
    let key = json!({ "kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo" });
    let path = file.to_str().unwrap();
    let words = ["client", "create", "--name", "A", "--grant-type", "client_credentials"];
    let words = [&words[..], &["--token-endpoint-auth-method", "private_key_jwt", "--jwks", path]].concat();
    std::fs::write(&file, json!({ "keys": [key] }).to_string()).unwrap();
    let body = run(&installation, &words).await;
    assert_eq!(body["jwks"]["keys"][0], key);
    assert!(body.get("client_secret").is_none());
    let mut private = key.clone();
    private["d"] = json!("nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A");
    for (keys, why) in [(json!([]), "no key"), (json!([key, private]), "private"), (json!("x"), "jwks")] {
        std::fs::write(&file, json!({ "keys": keys }).to_string()).unwrap();
        refused(&installation, &words, why).await;
    }
    std::fs::remove_file(&file).unwrap();
}

#[tokio::test]
async fn subjects_and_the_form_of_answers_are_options_of_a_client() {
    let installation = installation().await;
    let uri = ["--redirect-uri", "https://rp.test/callback"];
    let key = json!({
        "kty": "EC", "crv": "P-256", "use": "enc",
        "x": "MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4", "y": "4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM",
    });
    let file = std::env::temp_dir().join(format!("credenza-enc-{}", std::process::id()));
    std::fs::write(&file, json!({ "keys": [key] }).to_string()).unwrap();
    let create = ["client", "create", "--name", "A", uri[0], uri[1]];
    let form = [
        ("--subject-type", "pairwise"),
        ("--id-token-signed-response-alg", "ES256"),
        ("--id-token-encrypted-response-alg", "ECDH-ES"),
        ("--id-token-encrypted-response-enc", "A256GCM"),
        ("--userinfo-signed-response-alg", "PS256"),
        ("--userinfo-encrypted-response-alg", "ECDH-ES"),
        ("--jwks", file.to_str().unwrap()),
    ];
    let options: Vec<&str> = form.iter().flat_map(|(name, value)| [*name, *value]).collect();
    let body = run(&installation, &[&create[..], &options].concat()).await;
    for (name, value) in &form[..6] {
        assert_eq!(body[name.trim_start_matches('-').replace('-', "_")], *value, "{name}");
    }
    let update = ["client", "update", text(&body, "client_id")];
    let body =
        run(&installation, &[&update[..], &["--id-token-encrypted-response-alg", "none"]].concat()).await;
    assert!(body.get("id_token_encrypted_response_alg").is_none());
    assert!(body.get("id_token_encrypted_response_enc").is_none(), "it goes with the other");
    let other = ["--redirect-uri", uri[1], "--redirect-uri", "https://other.test/"];
    refused(&installation, &[&update[..], &other].concat(), "sector_identifier_uri").await;
    let none = ["--id-token-signed-response-alg", "none"];
    refused(&installation, &[&update[..], &none].concat(), "unsigned_id_tokens").await;
    std::fs::remove_file(&file).unwrap();
}

#[tokio::test]
async fn a_user_signs_in_by_the_password_that_was_given() {
    let installation = installation().await;
    let tenant = tenant_id(&installation).await;
    let words = ["user", "create", "--json", "--username", "ada", "--password", "correct horse"];
    let body = run(&installation, &[&words[..], &["--email", "ada@example.com"]].concat()).await;
    assert_eq!(body["claims"], json!({ "email": "ada@example.com", "email_verified": false }));
    let id = UserId::new(text(&body, "user_id"));
    let pool = PasswordPool::start(
        installation.cost.clone(),
        1,
        std::sync::Arc::new(SystemRng::new()),
        metrics::Gauge::noop(),
    );
    let pool = pool.unwrap();
    let phc = installation.store.credentials.password(&tenant, &id).await.unwrap();
    assert_eq!(pool.verify("correct horse".to_owned(), phc).await, Verdict::Right);
    run(&installation, &["user", "update", "ADA", "--password", "battery staple"]).await;
    let phc = installation.store.credentials.password(&tenant, &id).await.unwrap();
    assert_eq!(pool.verify("correct horse".to_owned(), phc.clone()).await, Verdict::Wrong);
    assert_eq!(pool.verify("battery staple".to_owned(), phc).await, Verdict::Right);
    refused(&installation, &["user", "create", "--username", "Ada"], "is called").await;
    let without = run(&installation, &["user", "create", "--username", "bob"]).await;
    let id = UserId::new(text(&without, "user_id"));
    assert_eq!(installation.store.credentials.password(&tenant, &id).await.unwrap(), None);
}

#[tokio::test]
async fn users_are_changed_disabled_and_deleted() {
    let installation = installation().await;
    let claims = r#"{"name":"Ada","address":{"country":"UK"},"phone_number_verified":true}"#;
    run(&installation, &["user", "create", "--username", "ada", "--claims", claims]).await;
    let body = run(&installation, &["user", "update", "ada", "--email", "a@b.c", "--email-verified"]).await;
    assert_eq!(body["claims"]["email_verified"], true);
    assert_eq!(body["claims"]["name"], "Ada", "what is not said stays");
    let body =
        run(&installation, &["user", "update", "--username", "ada", "--new-username", "lady", "--name", ""])
            .await;
    assert!(body["claims"].get("name").is_none() && body["username"] == "lady");
    let id = text(&body, "user_id").to_owned();
    assert!(!run(&installation, &["user", "disable", "--user-id", &id]).await["disabled_at"].is_null());
    assert!(run(&installation, &["user", "enable", "lady"]).await["disabled_at"].is_null());
    assert_eq!(run(&installation, &["user", "unlock", "lady"]).await, json!({ "unlocked": id }));
    assert_eq!(run(&installation, &["user", "delete", "lady"]).await["deleted"], *id);
    refused(&installation, &["user", "unlock", "lady"], "there is no user \"lady\"").await;
    refused(&installation, &["user", "show", "lady"], "no user").await;
    for (options, why) in
        [(["--username", " x"], "space"), (["--username", "a\nb"], "control"), (["--username", ""], "empty")]
    {
        refused(&installation, &[&["user", "create"], &options[..]].concat(), why).await;
    }
    refused(&installation, &["user", "create", "--username", "x", "--claims", "{\"nme\":1}"], "--claims")
        .await;
    for (email, why) in [
        ("nobody", "no @"),
        ("a@b@c.example", "more than one @"),
        ("a@b\u{3002}example", "looks like a dot"),
        ("a\u{202e}@b.example", "cannot be seen"),
        ("a\u{7}@b.example", "control character"),
    ] {
        let words = ["user", "create", "--username", "x", "--email", email];
        refused(&installation, &words, "is not an email address").await;
        refused(&installation, &words, why).await;
        let claims = serde_json::json!({ "email": email }).to_string();
        refused(&installation, &["user", "create", "--username", "x", "--claims", &claims], why).await;
    }
    refused(&installation, &["user", "create", "--username", "x", "--password", ""], "empty").await;
    let long = "p".repeat(1025);
    refused(&installation, &["user", "create", "--username", "x", "--password", &long], "1024").await;
}

#[tokio::test]
async fn sessions_are_listed_and_ended() {
    let installation = installation().await;
    let user = run(&installation, &["user", "create", "--username", "ada"]).await;
    let tenant = tenant_id(&installation).await;
    let now = installation.admin().now;
    for sid in ["s1", "s2", "s3"] {
        let session = Session {
            sid: SessionId::new(sid),
            user_id: UserId::new(text(&user, "user_id")),
            auth_time: now,
            amr: vec!["pwd".to_owned()],
            acr: None,
            expires_at: now + Seconds(1000),
            last_seen_at: now,
            user_agent: "a browser".to_owned(),
            place: (sid == "s3").then(|| Place { country_code: Some("DE".to_owned()), ..Place::default() }),
        };
        installation
            .store
            .sessions
            .begin(&tenant, SecretHash::of(sid.as_bytes()), session, now)
            .await
            .unwrap();
    }
    let count = async || {
        let body = run(&installation, &["user", "sessions", "list", "--username", "ada"]).await;
        body["sessions"].as_array().unwrap().len()
    };
    assert_eq!(count().await, 3);
    let body = run(&installation, &["user", "sessions", "list", "--username", "ada"]).await;
    let places: Vec<_> = (0..3).map(|n| body["sessions"][n]["place_name"].as_str()).collect();
    assert_eq!(places, [None, None, Some("DE")]);
    run(&installation, &["user", "sessions", "end", "--username", "ada", "--sid", "s2"]).await;
    assert_eq!(count().await, 2);
    refused(&installation, &["user", "sessions", "end", "--username", "ada", "--sid", "s2"], "no session")
        .await;
    assert_eq!(run(&installation, &["user", "sessions", "end-all", "--username", "ada"]).await["ended"], 2);
    assert_eq!(count().await, 0);
}
