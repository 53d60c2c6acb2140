use super::*;

const CREATE: [&str; 7] =
    ["client", "create", "--name", "A", "--redirect-uri", "https://a.example/cb", "--require-pkce"];

#[tokio::test]
async fn keys_and_request_objects_of_a_client() {
    let installation = installation().await;
    let options = [
        "--token-endpoint-auth-method",
        "private_key_jwt",
        "--jwks-uri",
        "https://a.example/jwks",
        "--request-uri",
        "https://a.example/r#1",
        "--request-uri",
        "https://a.example/r#2",
        "--request-object-signing-alg",
        "ES256",
        "--require-signed-request-object",
    ];
    let body = run(&installation, &[&CREATE[..], &options].concat()).await;
    assert_eq!(body["jwks_uri"], "https://a.example/jwks");
    assert_eq!(body["request_uris"], json!(["https://a.example/r#1", "https://a.example/r#2"]));
    assert_eq!(body["request_object_signing_alg"], "ES256");
    assert_eq!(body["require_signed_request_object"], true);
    let id = text(&body, "client_id");
    let body = run(&installation, &["client", "update", id, "--request-uri", ""]).await;
    assert_eq!(body["request_uris"], json!([]));
    let body = run(&installation, &["client", "update", id, "--require-signed-request-object=false"]).await;
    assert_eq!(body["require_signed_request_object"], false);
}

#[tokio::test]
async fn urls_that_are_fetched_are_https() {
    let installation = installation().await;
    for option in ["--jwks-uri", "--request-uri"] {
        for url in ["http://a.example/x", "http://127.0.0.1/x", "file:///x", "https://u:p@a.example/", "x"] {
            let words = [&CREATE[..], &[option, url]].concat();
            assert!(try_run(&installation, &words).await.is_err(), "{option} {url}");
        }
        run(&installation, &[&CREATE[..], &[option, "https://a.example/x"]].concat()).await;
    }
    let none = ["--request-object-signing-alg", "none", "--require-signed-request-object"];
    refused(&installation, &[&CREATE[..], &none].concat(), "none").await;
    let both = ["--jwks-uri", "https://a.example/x", "--jwks", "file"];
    refused(&installation, &[&CREATE[..], &both].concat(), "cannot be used with").await;
}
