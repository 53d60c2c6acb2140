//! Chart 872: What commands from afar refuse | certificates are always checked, http goes to this machine alone, what cannot be done from afar says so, a lost answer is asked for again under the same Idempotency-Key

use std::sync::{Arc, Mutex};

use credenza::config::AdminConfig;
use credenza_protocol::admin_roles::everything;
use credenza_tests::node::Scratch;
use credenza_tests::outside::{ca_pem, server_files};
use credenza_tests::{Outside, Provider, Served, Terminal};
use credenza_validator::{Algorithm, SigningKey};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

const KEY: &str = "an-admin-key-of-the-tests-that-is-long-enough";

/// A terminal that has the admin key, so that nothing but the admin API is asked.
fn with_key(server: &str) -> Terminal {
    let terminal = Terminal::at(server);
    let file = terminal.file("admin.key", KEY);
    terminal.with("CREDENZA_ADMIN_KEY_FILE", &file)
}

#[tokio::test(flavor = "multi_thread")]
async fn certificates_are_always_checked() {
    let outside = Outside::start().await;
    outside.serve("/admin/v1/clients", "application/json", r#"{"items": []}"#);
    let terminal = with_key(&outside.origin);
    let untrusted = terminal.refused(&["client", "list"]);
    assert!(untrusted.contains("is not trusted") && untrusted.contains("--ca-file"), "{untrusted}");
    // Of another authority: a certificate that signed nothing.
    let scratch = Scratch::new();
    let other = std::fs::read_to_string(server_files(scratch.path()).cert).unwrap();
    let other = terminal.file("other.pem", &other);
    assert!(terminal.refused(&["client", "list", "--ca-file", &other]).contains("is not trusted"));
    let empty = terminal.file("empty.pem", "");
    assert!(terminal.refused(&["client", "list", "--ca-file", &empty]).contains("--ca-file"));
    let ca = terminal.file("ca.pem", ca_pem());
    // Positive control.
    let listed = terminal.run(&["client", "list", "--ca-file", &ca, "--json"]);
    assert_eq!((listed.code, listed.stdout.as_str()), (Some(0), "{\"clients\":[]}\n"), "{listed:?}");
}

#[test]
fn http_goes_to_this_machine_alone() {
    for server in
        ["http://id.example.com", "http://192.0.2.1", "http://localhost.example.com", "ftp://127.0.0.1", "id"]
    {
        let refused = with_key(server).refused(&["client", "list"]);
        assert!(refused.contains("--server"), "{server}: {refused}");
    }
}

#[test]
fn what_is_about_this_machine_says_so() {
    let terminal = with_key("http://127.0.0.1:9");
    let commands: [&[&str]; 7] = [
        &["serve"],
        &["migrate"],
        &["check-config"],
        &["healthcheck"],
        &["restored"],
        &["key", "reseal"],
        &["key", "import", "--algorithm", "ES256", "--file", "key.pem"],
    ];
    for words in commands {
        let refused = terminal.refused(&[words, &["--server", "http://127.0.0.1:9"]].concat());
        assert!(refused.contains("cannot be done from afar"), "{words:?}: {refused}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_is_lost_is_asked_for_again_under_the_same_key() {
    let socket = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let server = format!("http://{}", socket.local_addr().unwrap());
    let keys = Arc::new(Mutex::new(vec![]));
    let seen = Arc::clone(&keys);
    // The first connection is lost after the request, the second one is asked to wait, the third one is answered.
    let answers = ["", "HTTP/1.1 503 Service Unavailable\r\nretry-after: 1\r\ncontent-length: 0\r\n\r\n"];
    let token = r#"{"token_id": "t", "name": "", "token": "s", "remaining": null, "created_at": 0, "expires_at": null}"#;
    let made = format!("HTTP/1.1 201 Created\r\ncontent-length: {}\r\n\r\n{token}", token.len());
    let serving = tokio::spawn(async move {
        for answer in answers.into_iter().map(str::to_owned).chain([made]) {
            let (mut stream, _) = socket.accept().await.unwrap();
            let mut head = vec![0; 4096];
            let read = stream.read(&mut head).await.unwrap();
            let head = String::from_utf8_lossy(&head[..read]).to_ascii_lowercase();
            let key =
                head.lines().find_map(|line| line.strip_prefix("idempotency-key: ")).unwrap().to_owned();
            seen.lock().unwrap().push(key);
            stream.write_all(answer.as_bytes()).await.unwrap();
        }
    });
    let made = with_key(&server).json(&["registration-token", "create"]);
    assert_eq!(made["token"], "s");
    serving.await.unwrap();
    let keys = keys.lock().unwrap();
    assert_eq!(keys.len(), 3);
    assert!(keys.iter().all(|key| *key == keys[0] && key.len() == 32), "{keys:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_admin_key_opens_and_a_wrong_one_does_not() {
    let key = credenza::keys::admin_key::AdminKey::parse(KEY);
    let admin = AdminConfig { key: Some(key.unwrap()), ..AdminConfig::default() };
    let op = Provider::builder().admin(admin).start().await;
    op.user("ada").await;
    let terminal = with_key(&op.issuer);
    assert_eq!(terminal.json(&["user", "list"])["users"][0]["username"], "ada");
    assert_eq!(terminal.json(&["whoami"])["kind"], "admin_key");
    let wrong = terminal.file("wrong.key", &KEY.replace("long", "wrong"));
    let terminal = terminal.with("CREDENZA_ADMIN_KEY_FILE", &wrong);
    let refused = terminal.refused(&["user", "list"]);
    assert!(refused.contains("CREDENZA_ADMIN_KEY_FILE"), "{refused}");
}

#[test]
fn a_service_account_may_have_a_key_in_place_of_a_secret() {
    let server = Served::start();
    let pkcs8 = SigningKey::generate_pkcs8(Algorithm::ES256).unwrap();
    let key = SigningKey::from_pkcs8(Algorithm::ES256, &pkcs8).unwrap();
    let terminal = Terminal::at(&server.issuer);
    let jwks = terminal.file("jwks.json", &credenza_tests::jwks_of(&[&key]).to_string());
    let made = server.create_client(&[
        "--client-id",
        "robot",
        "--grant-type",
        "client_credentials",
        "--token-endpoint-auth-method",
        "private_key_jwt",
        "--jwks",
        &jwks,
        "--resource",
        &format!("{}/admin", server.issuer),
        "--scope",
        &everything().to_string(),
    ]);
    assert_eq!(made["client_id"], "robot");
    let pem = |der: &[u8]| {
        use base64::Engine as _;
        let text = base64::engine::general_purpose::STANDARD.encode(der);
        format!("-----BEGIN PRIVATE KEY-----\n{text}\n-----END PRIVATE KEY-----\n")
    };
    let file = terminal.file("robot.pem", &pem(&pkcs8));
    let terminal = terminal.with("CREDENZA_CLIENT_ID", "robot").with("CREDENZA_CLIENT_KEY_FILE", &file);
    assert_eq!(terminal.json(&["client", "list"])["clients"][0]["client_id"], "robot");
    assert_eq!(terminal.json(&["whoami"])["client_id"], "robot");
    // Another key is nobody's.
    let other = SigningKey::generate_pkcs8(Algorithm::ES256).unwrap();
    let other = terminal.file("other.pem", &pem(&other));
    let terminal = terminal.with("CREDENZA_CLIENT_KEY_FILE", &other);
    assert!(terminal.refused(&["client", "list"]).contains("gave the service account \"robot\" no token"));
}
