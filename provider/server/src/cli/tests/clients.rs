use std::path::PathBuf;

use credenza_protocol::secret::Secret;
use serde_json::json;

use super::{client_id, hashes, installation, refused, run, tenant_id, text};

const URI: [&str; 2] = ["--redirect-uri", "https://a.example/cb"];

/// A file of this test alone.
fn file(name: &str, content: &str) -> PathBuf {
    let file = std::env::temp_dir().join(format!("credenza-{name}-{}", std::process::id()));
    std::fs::write(&file, content).unwrap();
    file
}

#[tokio::test]
async fn a_set_up_can_be_written_down_and_made_again() {
    let secret = "tGzv3JOkF0XG5Qx2TlKWIA-of-my-own";
    let (secret_file, password_file) =
        (file("own-secret", &format!("{secret}\n")), file("own-password", "correct horse battery\r\n"));
    let client = [
        &["client", "create", "--client-id", "my-app", "--name", "App", "--client-secret-file"][..],
        &[secret_file.to_str().unwrap()],
        &URI,
    ]
    .concat();
    let user = ["user", "create", "--user-id", "auth0|5f7c8ec7", "--username", "ada", "--password-file"];
    let user = [&user[..], &[password_file.to_str().unwrap()]].concat();
    for _ in 0..2 {
        let installation = installation().await;
        let made = run(&installation, &client).await;
        assert_eq!(
            (text(&made, "client_id"), made.get("client_secret")),
            ("my-app", None),
            "nobody prints it"
        );
        let tenant = tenant_id(&installation).await;
        let record = installation.store.clients.find(&tenant, &client_id(&made)).await.unwrap().unwrap();
        assert_eq!(hashes(&record), [Secret::presented(secret).hash()]);
        let ada = run(&installation, &user).await;
        assert_eq!(ada["user_id"], "auth0|5f7c8ec7");
        let shown = run(&installation, &["user", "show", "--user-id", "auth0|5f7c8ec7"]).await;
        assert_eq!(shown["username"], "ada");
        refused(&installation, &client, "already a client").await;
        let twin = ["user", "create", "--user-id", "auth0|5f7c8ec7", "--username", "bob"];
        refused(&installation, &twin, "that of another user").await;
        for wrong in ["", "two words", "a\u{e4}", &"x".repeat(256)] {
            let words = ["user", "create", "--username", "bob", "--user-id", wrong];
            refused(&installation, &words, "user_id: must be 1 to 255").await;
        }
    }
    std::fs::remove_file(secret_file).unwrap();
    std::fs::remove_file(password_file).unwrap();
}

#[tokio::test]
async fn a_secret_that_is_given_can_be_the_clients() {
    let installation = installation().await;
    let create = [&["client", "create", "--name", "App"][..], &URI].concat();
    let given = |content: &str| file("given-secret", content);
    let good = given("0123456789abcdef0123456789abcdef");
    let path = good.to_str().unwrap().to_owned();
    let option = ["--client-secret-file", path.as_str()];
    let made = run(&installation, &create).await;
    let id = text(&made, "client_id");
    // Another one takes the place of the old one.
    let update = [&["client", "update", id][..], &option].concat();
    assert!(run(&installation, &update).await.get("client_secret").is_none());
    let tenant = tenant_id(&installation).await;
    let record = installation.store.clients.find(&tenant, &client_id(&made)).await.unwrap().unwrap();
    assert_eq!(hashes(&record), [Secret::presented("0123456789abcdef0123456789abcdef").hash()]);
    let by_jwt = ["--token-endpoint-auth-method", "client_secret_jwt"];
    run(&installation, &[&create[..], &option, &by_jwt].concat()).await;
    refused(&installation, &[&create[..], &option, &["--public"]].concat(), "--client-secret-file").await;
    refused(&installation, &[&update[..], &["--rotate-secret"]].concat(), "--client-secret-file").await;
    let none = ["--token-endpoint-auth-method", "none"];
    refused(&installation, &[&create[..], &option, &none].concat(), "has no secret").await;
    for (content, why) in [
        ("", "must not be empty"),
        ("\n", "must not be empty"),
        ("two\nlines", "control characters"),
        (&*"x".repeat(401), "400 bytes"),
        (&*"x".repeat(10_000), "400 bytes"),
    ] {
        given(content);
        refused(&installation, &[&create[..], &option].concat(), why).await;
    }
    given(&"x".repeat(31));
    refused(&installation, &[&create[..], &option, &by_jwt].concat(), "32 bytes").await;
    std::fs::remove_file(&good).unwrap();
    refused(&installation, &[&create[..], &option].concat(), "--client-secret-file").await;
}

#[tokio::test]
async fn where_a_client_runs_follows_from_its_redirect_uris() {
    let installation = installation().await;
    let create = ["client", "create", "--name", "App", "--redirect-uri"];
    for (uri, expected) in [
        ("https://a.example/cb", "web"),
        ("http://localhost:3000/cb", "web"),
        ("http://127.0.0.1/cb", "native"),
        ("http://[::1]/cb", "native"),
        ("cursor://x/cb", "native"),
        ("com.example.app:/cb", "native"),
    ] {
        let made = run(&installation, &[&create[..], &[uri]].concat()).await;
        assert_eq!(made["application_type"], expected, "{uri}");
        let words = [&create[..], &[uri, "--application-type", "native"]].concat();
        assert_eq!(run(&installation, &words).await["application_type"], "native", "{uri}");
    }
}

#[tokio::test]
async fn redirect_uris_are_written_out_one_by_one() {
    let installation = installation().await;
    let create = ["client", "create", "--name", "App", "--redirect-uri"];
    for (uri, why) in [
        ("https://*.a.example/cb", "holds a wildcard"),
        ("https://a.example/*", "write out each one"),
        ("https://a.example/cb,https://b.example/cb", "holds several URIs"),
        ("http://192.168.1.20/cb", "local_network_redirects"),
        ("http://nas/cb", "local_network_redirects"),
        ("http://a.example/cb", "not on loopback"),
    ] {
        refused(&installation, &[&create[..], &[uri]].concat(), why).await;
        let post_logout = ["https://a.example/cb", "--post-logout-redirect-uri", uri];
        refused(&installation, &[&create[..], &post_logout].concat(), why).await;
    }
    let local = [&create[..], &["http://nas:8080/cb", "--local-network-redirects"]].concat();
    let made = run(&installation, &local).await;
    assert_eq!(made["local_network_redirects"], true);
    let off = ["client", "update", text(&made, "client_id"), "--local-network-redirects=false"];
    refused(&installation, &off, "local_network_redirects").await;
    let bye =
        ["https://a.example/cb", "--post-logout-redirect-uri", "https://a.example/bye?error=none&code=1"];
    run(&installation, &[&create[..], &bye].concat()).await;
}

#[tokio::test]
async fn origins_are_options_of_a_client() {
    let installation = installation().await;
    let create = [&["client", "create", "--name", "App"][..], &URI].concat();
    let origins = ["--allowed-origin", "capacitor://localhost", "--allowed-origin", "https://b.example"];
    let made = run(&installation, &[&create[..], &origins].concat()).await;
    assert_eq!(made["allowed_origins"], json!(["capacitor://localhost", "https://b.example"]));
    let tenant = tenant_id(&installation).await;
    let has = async |origin: &str| installation.store.clients.has_origin(&tenant, origin).await.unwrap();
    assert!(has("capacitor://localhost").await && has("https://a.example").await);
    run(&installation, &["client", "update", text(&made, "client_id"), "--allowed-origin", ""]).await;
    assert!(!has("capacitor://localhost").await && has("https://a.example").await);
    for (wrong, why) in
        [("*", "wildcard"), ("https://b.example/", "not an origin"), ("null", "not an origin")]
    {
        refused(&installation, &[&create[..], &["--allowed-origin", wrong]].concat(), why).await;
    }
}

#[tokio::test]
async fn a_method_that_is_given_is_pinned() {
    let installation = installation().await;
    let create = [&["client", "create", "--name", "App"][..], &URI].concat();
    let pinned = "token_endpoint_auth_method_pinned";
    let made = run(&installation, &create).await;
    assert_eq!(made[pinned], false);
    let method = ["--token-endpoint-auth-method", "client_secret_post"];
    assert_eq!(run(&installation, &[&create[..], &method].concat()).await[pinned], true);
    let update = ["client", "update", text(&made, "client_id")];
    assert_eq!(run(&installation, &[&update[..], &method].concat()).await[pinned], true);
    let either = ["--token-endpoint-auth-method-pinned=false"];
    assert_eq!(run(&installation, &[&update[..], &either].concat()).await[pinned], false);
}

#[tokio::test]
async fn lifetimes_of_a_client_are_within_the_tenants_limits() {
    let installation = installation().await;
    let create = [&["client", "create", "--name", "App"][..], &URI].concat();
    let own = ["--access-token-lifetime", "300", "--id-token-lifetime", "301", "--session-lifetime", "302"];
    let refresh = ["--refresh-token-idle-lifetime", "303", "--grant-lifetime", "304"];
    let made = run(&installation, &[&create[..], &own, &refresh].concat()).await;
    for (name, seconds) in [
        ("access_token_lifetime", 300),
        ("id_token_lifetime", 301),
        ("session_lifetime", 302),
        ("refresh_token_idle_lifetime", 303),
        ("grant_lifetime", 304),
    ] {
        assert_eq!(made[name], seconds, "{name}");
    }
    let update = ["client", "update", text(&made, "client_id")];
    let longer = [&update[..], &["--access-token-lifetime", "3600"]].concat();
    refused(&installation, &longer, "access_token_lifetime: must be 1 to 600 seconds").await;
    let limit = ["tenant", "update", "default", "--set", "client_token_lifetime_limit=3600"];
    run(&installation, &limit).await;
    assert_eq!(run(&installation, &longer).await["access_token_lifetime"], 3600);
    let session = [&update[..], &["--session-lifetime", "999999999"]].concat();
    refused(&installation, &session, "session_lifetime: must be 1 to").await;
    refused(&installation, &[&update[..], &["--grant-lifetime=-1"]].concat(), "grant-lifetime").await;
    let plain = run(&installation, &[&update[..], &["--access-token-lifetime", "0"]].concat()).await;
    assert!(plain.get("access_token_lifetime").is_none() && plain["grant_lifetime"] == 304);
    let wrong = ["tenant", "update", "default", "--set", "client_grant_lifetime_limit=-1"];
    refused(&installation, &wrong, "client_grant_lifetime_limit").await;
}
