//! RFC 9068: access tokens as JWTs.
//!
//! Chart 230: Access tokens | JWT (RFC 9068) or opaque, per client

use std::collections::BTreeSet;

use credenza_protocol::access_token::ALGORITHMS;
use credenza_protocol::client::AccessTokenFormat;
use credenza_tests::{Browser, Provider, RelyingParty, Tokens, header_of, names_of, verified};
use credenza_validator::Algorithm;
use serde_json::{Value, json};

const API: &str = "https://api.test/";
const OTHER: &str = "https://other.test/";

#[tokio::test(flavor = "multi_thread")]
async fn rfc9068_2_1_typ_and_each_algorithm() {
    let op = Provider::start().await;
    let alice = op.user("alice").await;
    for algorithm in ALGORITHMS {
        let rp =
            RelyingParty::register(&op, |client| client.access_token_signed_response_alg = algorithm).await;
        let person = rp.sign_in(&op, &alice).await;
        let machine = Tokens::of(&rp.token(&op, &[("grant_type", "client_credentials")]).await);
        for token in [&person.access_token, &machine.access_token] {
            let header = header_of(token);
            assert_eq!((&header["typ"], &header["alg"]), (&json!("at+jwt"), &json!(algorithm)));
            assert_eq!(names_of(&header), BTreeSet::from(["alg", "kid", "typ"]));
            verified(&op, token, algorithm).await;
        }
        rp.assert_alive(&op, &person).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn rfc9068_2_2_the_claims() {
    let op = Provider::start().await;
    let alice = op.user("alice").await;
    let rp = RelyingParty::confidential(&op).await;
    let mut browser = Browser::new();
    let first = rp.sign_in_with(&op, &alice, &mut browser, rp.authorization()).await;
    op.pass(5);
    let second = rp.sign_in_with(&op, &alice, &mut browser, rp.authorization()).await;
    let claims = verified(&op, &second.access_token, Algorithm::ES256).await;
    let now = 1_800_000_005;
    assert_eq!(claims["iss"], op.issuer);
    assert_eq!(claims["sub"], alice.user_id.as_str());
    assert_eq!(claims["aud"], op.issuer);
    assert_eq!(claims["client_id"], rp.client_id());
    assert_eq!((&claims["iat"], &claims["exp"]), (&json!(now), &json!(now + 600)));
    // 2.2.1: of the sign-in, not of the token.
    assert_eq!((&claims["auth_time"], &claims["amr"]), (&json!(now - 5), &json!(["pwd"])));
    assert_eq!(claims["acr"], "urn:credenza:acr:password");
    assert_eq!(claims["scope"], "openid profile email offline_access");
    // Nothing about the person beyond that, whatever the scope opens (6).
    let all =
        ["iss", "sub", "aud", "client_id", "iat", "exp", "jti", "gid", "auth_time", "amr", "acr", "scope"];
    assert_eq!(names_of(&claims), BTreeSet::from(all));
    let other = verified(&op, &first.access_token, Algorithm::ES256).await;
    assert_ne!(claims["jti"], other["jti"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn rfc9068_2_2_a_machines_claims() {
    let op = Provider::start().await;
    let rp = RelyingParty::confidential(&op).await;
    let fields = [("grant_type", "client_credentials"), ("resource", API)];
    let tokens = Tokens::of(&rp.token(&op, &fields).await);
    let claims = verified(&op, &tokens.access_token, Algorithm::ES256).await;
    // 2.2: where there is no person, the client is the subject.
    assert_eq!((&claims["sub"], &claims["client_id"]), (&json!(rp.client_id()), &json!(rp.client_id())));
    assert_eq!(claims["aud"], API);
    assert_eq!(
        names_of(&claims),
        BTreeSet::from(["iss", "sub", "aud", "client_id", "iat", "exp", "jti", "scope"])
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn rfc9068_3_the_audience_is_the_resource() {
    let op = Provider::start().await;
    let alice = op.user("alice").await;
    let rp = RelyingParty::confidential(&op).await;
    // With openid the token also opens userinfo, so the provider is an audience too.
    let cases: [(&str, &[&str], Value); 5] = [
        ("api:read", &[API], json!(API)),
        ("api:read", &[API, OTHER], json!([API, OTHER])),
        ("openid api:read", &[API], json!([API, op.issuer])),
        ("openid", &[], json!(op.issuer)),
        ("api:read", &[], json!(op.issuer)),
    ];
    for (scope, resources, audience) in cases {
        let request = rp.authorization().with("scope", scope);
        let request = resources.iter().fold(request, |request, resource| request.and("resource", resource));
        let tokens = rp.sign_in_with(&op, &alice, &mut Browser::new(), request).await;
        let claims = verified(&op, &tokens.access_token, Algorithm::ES256).await;
        assert_eq!(claims["aud"], audience, "{scope} {resources:?}");
    }
    // RFC 8707 2.2: the token request names fewer.
    let request = rp.authorization().with("scope", "api:read").and("resource", API).and("resource", OTHER);
    let code = request.code(&op, &mut Browser::new(), &alice).await;
    let mut fields = rp.redemption(&code).to_vec();
    fields.push(("resource", OTHER));
    let tokens = Tokens::of(&rp.token(&op, &fields).await);
    assert_eq!(verified(&op, &tokens.access_token, Algorithm::ES256).await["aud"], OTHER);
    let refresh = [("grant_type", "refresh_token"), ("refresh_token", tokens.refresh()), ("resource", API)];
    let tokens = Tokens::of(&rp.token(&op, &refresh).await);
    assert_eq!(verified(&op, &tokens.access_token, Algorithm::ES256).await["aud"], API);
    let tokens = Tokens::of(&rp.refresh(&op, tokens.refresh()).await);
    assert_eq!(verified(&op, &tokens.access_token, Algorithm::ES256).await["aud"], json!([API, OTHER]));
}

#[tokio::test(flavor = "multi_thread")]
async fn rfc9068_4_a_client_may_have_opaque_tokens_instead() {
    let op = Provider::start().await;
    let alice = op.user("alice").await;
    let rp =
        RelyingParty::register(&op, |client| client.access_token_format = AccessTokenFormat::Opaque).await;
    let person = rp.sign_in(&op, &alice).await;
    let machine = Tokens::of(&rp.token(&op, &[("grant_type", "client_credentials")]).await);
    for token in [&person.access_token, &machine.access_token] {
        // 256 bits.
        assert_eq!((token.len(), token.contains('.')), (43, false));
        assert_eq!(rp.introspect(&op, token).await["active"], true);
    }
    rp.assert_alive(&op, &person).await;
}
