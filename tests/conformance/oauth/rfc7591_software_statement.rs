//! Software statements (RFC 7591 2.3).
//!
//! Chart 300

use credenza_protocol::tenant::TrustedIssuer;
use credenza_tests::{Provider, Registrant, jwks_of, jws, merged, signing_key, web_client};
use credenza_validator::{Algorithm, SigningKey};
use serde_json::{Value, json};

const VENDOR: &str = "https://vendor.example";

async fn world() -> (Provider, SigningKey) {
    let (op, key) = (Provider::open_to_clients().await, signing_key(Algorithm::ES256));
    let jwks = jwks_of(&[&key]);
    op.change_settings(|settings| {
        settings.software_statement_issuers = vec![TrustedIssuer { issuer: VENDOR.to_owned(), jwks }];
    })
    .await;
    (op, key)
}

fn statement(members: Value) -> Value {
    let claims = json!({ "iss": VENDOR, "software_id": "vendor-app", "client_name": "Vendor App" });
    merged(claims, members)
}

async fn refused(op: &Provider, statement: &Value, code: &str) {
    let metadata = merged(web_client(), json!({ "software_statement": statement }));
    let response = op.registration(&metadata).send().await;
    assert_eq!((response.status.as_u16(), response.error()), (400, code.to_owned()), "{statement}");
    assert_eq!(op.clients().await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn rfc7591_2_3_what_is_vouched_for_takes_precedence_and_comes_back_unmodified() {
    let (op, key) = world().await;
    let claims = json!({
        "redirect_uris": ["https://vendor.example/cb"], "scope": "openid", "aud": op.issuer, "exp": op.now() + 60,
        "nbf": op.now(), "iat": op.now(), "jti": "1", "sub": "x", "software_statement": "x",
    });
    for typ in ["JWT", "software-statement+jwt"] {
        let statement = key.sign(typ, &statement(claims.clone())).unwrap();
        let said = json!({
            "software_statement": statement, "client_name": "Other name", "contacts": ["a@rp.test"],
        });
        let client = Registrant::with(&op, said).await;
        assert_eq!(client.answer["redirect_uris"], json!(["https://vendor.example/cb"]));
        assert_eq!((client.get("client_name"), client.get("scope")), ("Vendor App", "openid"));
        assert_eq!(
            (client.get("software_id"), client.get("software_statement")),
            ("vendor-app", statement.as_str())
        );
        assert_eq!(client.answer["contacts"], json!(["a@rp.test"]));
        let read = client.manage(&op, "GET").send().await.json();
        assert_eq!(read["software_statement"], statement);
        // RFC 7592 2.2: an update with the statement must agree with it; one without loses its assurance.
        let put =
            client.put(&op, &client.metadata(json!({ "client_name": "Third name" }))).send().await.json();
        assert_eq!(
            (&put["client_name"], &put["software_statement"]),
            (&json!("Vendor App"), &json!(statement))
        );
        let without = json!({ "client_name": "Third name", "software_statement": null });
        let put = client.put(&op, &client.metadata(without)).send().await.json();
        assert_eq!((&put["client_name"], put.get("software_statement")), (&json!("Third name"), None));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn rfc7591_3_2_2_statements_that_are_not_what_they_say_are_invalid() {
    let (op, key) = world().await;
    let sign = |claims: Value| key.sign("JWT", &statement(claims)).unwrap();
    let good = sign(json!({}));
    let unsigned = jws(&json!({ "alg": "none" }), &statement(json!({})), |_| vec![1]);
    let empty = good.rsplit_once('.').unwrap().0.to_owned() + ".";
    let other = signing_key(Algorithm::ES256).sign("JWT", &statement(json!({}))).unwrap();
    let secret = SigningKey::from_secret(Algorithm::HS256, jwks_of(&[&key]).to_string().as_bytes()).unwrap();
    for bad in [
        json!("not a JWT"),
        json!(1),
        json!(unsigned),
        json!(empty),
        json!(other),
        json!(secret.sign("JWT", &statement(json!({}))).unwrap()),
        json!(key.sign("at+jwt", &statement(json!({}))).unwrap()),
        json!(key.sign("logout+jwt", &statement(json!({}))).unwrap()),
        json!(sign(json!({ "iss": null }))),
        json!(sign(json!({ "exp": op.now() - 60 }))),
        json!(sign(json!({ "nbf": op.now() + 60 }))),
        json!(sign(json!({ "aud": "https://other.example" }))),
        json!(format!("{good}x")),
    ] {
        refused(&op, &bad, "invalid_software_statement").await;
    }
    Registrant::with(&op, json!({ "software_statement": good })).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn rfc7591_3_2_2_statements_of_strangers_are_unapproved() {
    let (op, key) = world().await;
    for iss in ["https://stranger.example", "https://vendor.example/", ""] {
        let statement = key.sign("JWT", &statement(json!({ "iss": iss }))).unwrap();
        refused(&op, &json!(statement), "unapproved_software_statement").await;
    }
    let good = key.sign("JWT", &statement(json!({}))).unwrap();
    op.change_settings(|settings| settings.software_statement_issuers.clear()).await;
    refused(&op, &json!(good), "unapproved_software_statement").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn rfc7591_2_3_what_is_vouched_for_is_held_to_the_same_rules() {
    let (op, key) = world().await;
    for (members, code) in [
        (json!({ "redirect_uris": ["http://vendor.example/cb"] }), "invalid_redirect_uri"),
        (json!({ "grant_types": ["client_credentials"] }), "invalid_client_metadata"),
        (json!({ "jwks_uri": 1 }), "invalid_client_metadata"),
    ] {
        let statement = key.sign("JWT", &statement(members)).unwrap();
        refused(&op, &json!(statement), code).await;
    }
}
