//! RFC 9101: clients that must send their requests as signed objects (JAR).
//!
//! Chart 155

use std::collections::HashMap;

use credenza_tests::{
    Browser, Outside, Person, Provider, RelyingParty, Tokens, claims_of, header_of, signing_key, unsigned,
};
use credenza_validator::{Algorithm, SigningKey};
use serde_json::{Value, json};

struct Setup {
    op: Provider,
    alice: Person,
    rp: RelyingParty,
    key: SigningKey,
}

/// A client that must sign.
async fn setup() -> Setup {
    let op = Provider::start().await;
    let alice = op.user("alice").await;
    let key = signing_key(Algorithm::PS256);
    let change = |client: &mut credenza_protocol::client::Client| client.require_signed_request_object = true;
    let rp = RelyingParty::with_request_keys(&op, &[&key], change).await;
    Setup { op, alice, rp, key }
}

impl Setup {
    async fn answer(&self, claims: &Value) -> HashMap<String, String> {
        let request = self.rp.authorization().by_value(&self.key, claims);
        request.answer(&self.op, &mut Browser::new(), &self.alice).await
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn rfc9101_5_client_id_and_request_are_enough() {
    let setup = setup().await;
    let claims = setup.rp.authorization().claims(&setup.op);
    let token = setup.key.sign("oauth-authz-req+jwt", &claims).unwrap();
    assert_eq!(header_of(&token)["typ"], "oauth-authz-req+jwt");
    let mut request = setup.rp.authorization();
    request.parameters.retain(|(name, _)| name == "client_id");
    let request = request.with("request", &token);
    let code = request.code(&setup.op, &mut Browser::new(), &setup.alice).await;
    let tokens = Tokens::of(&setup.rp.redeem(&setup.op, &code).await);
    assert_eq!(claims_of(tokens.id())["nonce"], "n0nce");
}

#[tokio::test(flavor = "multi_thread")]
async fn rfc9101_10_5_plain_and_unsigned_requests_are_refused() {
    let setup = setup().await;
    setup.op.change_settings(|settings| settings.unsigned_request_objects = true).await;
    let request = setup.rp.authorization();
    let claims = request.claims(&setup.op);
    let mut browser = Browser::new();
    request.assert_refused(&setup.op, &mut browser, "invalid_request").await;
    let unsigned = request.clone().with("request", &unsigned(&claims));
    unsigned.assert_refused(&setup.op, &mut browser, "invalid_request_object").await;
    assert!(setup.answer(&claims).await.contains_key("code"));
}

/// A073: the parameters outside are not used.
#[tokio::test(flavor = "multi_thread")]
async fn a073_rfc9101_6_3_nothing_outside_of_the_object_counts() {
    let setup = setup().await;
    let mut claims = setup.rp.authorization().claims(&setup.op);
    claims.as_object_mut().unwrap().remove("state");
    let request = setup.rp.authorization().by_value(&setup.key, &claims);
    let request = request.with_all(&[
        ("state", "outer"),
        ("nonce", "outer"),
        ("scope", "openid phone"),
        ("redirect_uri", "https://evil.test/"),
        ("code_challenge", "x"),
        ("prompt", "none"),
    ]);
    let answer = request.answer(&setup.op, &mut Browser::new(), &setup.alice).await;
    assert!(!answer.contains_key("state"), "{answer:?}");
    let tokens = Tokens::of(&setup.rp.redeem(&setup.op, &answer["code"]).await);
    assert_eq!(claims_of(tokens.id())["nonce"], "n0nce");
    assert_eq!(tokens.scope.as_deref(), Some("openid profile email offline_access"));
    // A parameter missing inside is missing: no value from outside is used as a default.
    for name in ["response_type", "scope", "code_challenge"] {
        let mut claims = setup.rp.authorization().claims(&setup.op);
        claims.as_object_mut().unwrap().remove(name);
        setup.rp.update(&setup.op, |record| record.client.require_pkce = true).await;
        let request = setup.rp.authorization();
        let value = request.get(name).unwrap().to_owned();
        let request = request.by_value(&setup.key, &claims).with(name, &value);
        let answer = request.answer(&setup.op, &mut Browser::new(), &setup.alice).await;
        assert!(answer.contains_key("error"), "{name}: {answer:?}");
    }
}

/// A074, RFC 9101 4, 5 and 10.8; FAPI 2 Message Signing 5.3.1.
#[tokio::test(flavor = "multi_thread")]
async fn a074_rfc9101_4_what_an_object_must_say() {
    let setup = setup().await;
    let now = setup.op.now();
    let good = setup.rp.authorization().claims(&setup.op);
    let changes = [
        ("iss", json!("other")),
        ("iss", Value::Null),
        ("aud", json!("https://other.test")),
        ("aud", json!(format!("{}/token", setup.op.issuer))),
        ("aud", json!(format!("{}/authorize", setup.op.issuer))),
        ("aud", json!([])),
        ("aud", Value::Null),
        ("exp", json!(now - 60)),
        ("exp", json!(now + 3700)),
        ("exp", json!("soon")),
        ("exp", Value::Null),
        ("nbf", json!(now + 60)),
        ("nbf", json!(now - 3700)),
        ("iat", json!(now + 60)),
        ("sub", json!(setup.rp.client_id())),
        ("client_id", json!("other")),
        ("client_id", json!([setup.rp.client_id()])),
        ("request", json!("x.y.z")),
        ("request_uri", json!("https://rp.test/r")),
    ];
    for (name, value) in changes {
        let mut claims = good.clone();
        claims[name] = value;
        let request = setup.rp.authorization();
        let wrong = request.clone().by_value(&setup.key, &claims);
        let page = wrong.open(&setup.op, &mut Browser::new()).await;
        page.assert_error_page();
        // Where the outer request names a redirect URI of the client, the error is sent there.
        let outer = wrong.with("redirect_uri", setup.rp.redirect_uri()).with("state", "s");
        outer.assert_refused(&setup.op, &mut Browser::new(), "invalid_request_object").await;
    }
    for (name, value) in [
        ("aud", json!([setup.op.issuer, "https://other.test"])),
        ("nbf", json!(now - 60)),
        ("exp", json!(now + 3600)),
        ("exp", json!(now - 10)),
        ("jti", json!("one")),
    ] {
        let mut claims = good.clone();
        claims[name] = value;
        assert!(setup.answer(&claims).await.contains_key("code"), "{name}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn rfc9101_5_2_an_object_by_reference() {
    let setup = setup().await;
    let outside = Outside::start().await;
    let uri = outside.url("/object");
    setup.rp.update(&setup.op, |record| record.client.request_uris = vec![uri.clone()]).await;
    let token = setup.key.sign("oauth-authz-req+jwt", &setup.rp.authorization().claims(&setup.op)).unwrap();
    outside.serve("/object", "application/oauth-authz-req+jwt", token);
    let mut request = setup.rp.authorization();
    request.parameters.retain(|(name, _)| name == "client_id");
    let request = request.with("request_uri", &uri);
    let answer = request.answer(&setup.op, &mut Browser::new(), &setup.alice).await;
    assert!(answer.contains_key("code"), "{answer:?}");
    let accept = &outside.requests_for("/object")[0].headers["accept"];
    assert!(accept.to_str().unwrap().contains("application/oauth-authz-req+jwt"));
}

/// RFC 9101 10.8: one JWT of a client is not taken for another.
#[tokio::test(flavor = "multi_thread")]
async fn rfc9101_10_8_no_other_jwt_passes_for_a_request() {
    let setup = setup().await;
    let request = setup.rp.authorization();
    let claims = request.claims(&setup.op);
    let refused = async |token: String| {
        let wrong = request.clone().with("request", &token);
        wrong.assert_refused(&setup.op, &mut Browser::new(), "invalid_request_object").await;
    };
    for typ in ["at+jwt", "dpop+jwt", "client-authentication+jwt", "secevent+jwt"] {
        refused(setup.key.sign(typ, &claims).unwrap()).await;
    }
    let (client_id, issuer) = (setup.rp.client_id(), setup.op.issuer.as_str());
    let mut assertion = claims.clone();
    assertion["sub"] = json!(client_id);
    refused(setup.key.sign("JWT", &assertion).unwrap()).await;
    let mut id_token = claims.clone();
    (id_token["iss"], id_token["aud"]) = (json!(issuer), json!(client_id));
    refused(setup.key.sign("JWT", &id_token).unwrap()).await;
    for typ in ["JWT", "oauth-authz-req+jwt", "application/oauth-authz-req+jwt"] {
        let right = request.clone().with("request", &setup.key.sign(typ, &claims).unwrap());
        let answer = right.answer(&setup.op, &mut Browser::new(), &setup.alice).await;
        assert!(answer.contains_key("code"), "{typ}: {answer:?}");
    }
}
