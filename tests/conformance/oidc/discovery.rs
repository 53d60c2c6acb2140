//! OpenID Connect Discovery 1.0 and the key set (RFC 7517): the shape of both documents. That the values
//! work is tested in `advertised`.
//!
//! Chart 270: Discovery (OIDC, RFC 8414), JWKS | exactly what works, for that tenant

use std::collections::HashSet;

use credenza_tests::{Provider, RelyingParty, Request, header_of};
use serde_json::Value;

/// Members of a private or symmetric key (RFC 7518 6.2.2, 6.3.2, 6.4.1, RFC 8037 2).
const PRIVATE: [&str; 8] = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"];

#[tokio::test(flavor = "multi_thread")]
async fn oidc_discovery_4_3_the_issuer_is_the_url_that_was_asked() {
    let op = Provider::start().await;
    op.tenant("acme").await;
    for issuer in [op.issuer.clone(), format!("{}/t/acme", op.issuer)] {
        let found = Request::get(format!("{issuer}/.well-known/openid-configuration")).send().await;
        assert_eq!(found.status, 200);
        assert_eq!(found.header("content-type"), "application/json");
        assert_eq!(found.header("access-control-allow-origin"), "*");
        assert_eq!(found.json()["issuer"], issuer);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn oidc_discovery_4_2_every_url_is_https_below_the_issuer() {
    let op = Provider::builder().issuer("https://id.example").start().await;
    op.tenant("acme").await;
    for base in ["", "/t/acme"] {
        let metadata = Request::get(op.at(&format!("{base}/.well-known/openid-configuration"))).send().await;
        let metadata = metadata.json();
        let issuer = format!("https://id.example{base}");
        assert_eq!(metadata["issuer"], issuer);
        let members = metadata.as_object().unwrap();
        let urls: Vec<_> = members.iter().filter(|(name, _)| is_url(name)).collect();
        assert_eq!(urls.len(), 9, "{urls:?}");
        for (name, url) in urls {
            assert!(url.as_str().unwrap().starts_with(&format!("{issuer}/")), "{name}: {url}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn oidc_discovery_3_every_member_has_its_type() {
    let op = Provider::start().await;
    let metadata = op.metadata().await;
    for (name, value) in metadata.as_object().unwrap() {
        match value {
            Value::String(text) if is_url(name) || name == "issuer" => assert!(!text.is_empty(), "{name}"),
            Value::Array(values) if name.ends_with("_supported") => {
                assert!(!values.is_empty(), "{name}");
                assert!(
                    values.iter().all(|value| value.as_str().is_some_and(|text| !text.is_empty())),
                    "{name}"
                );
                let distinct: HashSet<_> = values.iter().map(Value::to_string).collect();
                assert_eq!(distinct.len(), values.len(), "{name}");
            }
            Value::Bool(_) if name.ends_with("_supported") || name.starts_with("require_") => {}
            _ => panic!("{name} is {value}"),
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn oidc_discovery_3_required_members_and_values() {
    let op = Provider::start().await;
    let metadata = op.metadata().await;
    for name in [
        "issuer",
        "authorization_endpoint",
        "token_endpoint",
        "jwks_uri",
        "response_types_supported",
        "subject_types_supported",
        "id_token_signing_alg_values_supported",
        // Not required, but the certification suite warns without them.
        "userinfo_endpoint",
        "claims_supported",
        "scopes_supported",
    ] {
        assert!(metadata.get(name).is_some(), "{name}");
    }
    for (name, value) in [
        ("id_token_signing_alg_values_supported", "RS256"),
        ("scopes_supported", "openid"),
        ("response_types_supported", "code"),
        ("grant_types_supported", "refresh_token"),
    ] {
        assert!(metadata[name].as_array().unwrap().contains(&value.into()), "{name}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn rfc7517_5_the_key_set_holds_public_members_alone_and_each_kid_once() {
    let op = Provider::start().await;
    op.tenant("acme").await;
    let url = op.metadata().await["jwks_uri"].as_str().unwrap().to_owned();
    let mut kids = HashSet::new();
    for url in [url, op.at("/t/acme/jwks")] {
        let answer = Request::get(url).send().await;
        assert_eq!(answer.status, 200);
        assert!(answer.header("content-type").starts_with("application/jwk-set+json"));
        let document = answer.json();
        let keys = document["keys"].as_array().unwrap().clone();
        assert!(!keys.is_empty());
        for key in keys {
            let key = key.as_object().unwrap();
            assert!(PRIVATE.iter().all(|member| !key.contains_key(*member)), "{key:?}");
            assert!(["RSA", "EC", "OKP"].contains(&key["kty"].as_str().unwrap()));
            let is_encryption = ["RSA-OAEP-256", "ECDH-ES"].contains(&key["alg"].as_str().unwrap());
            assert_eq!(key["use"], if is_encryption { "enc" } else { "sig" });
            // Over both tenants: no key of one is published by the other.
            assert!(kids.insert(key["kid"].as_str().unwrap().to_owned()), "kid twice: {key:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn oidc_core_10_1_tokens_name_a_key_of_the_set() {
    let op = Provider::start().await;
    let alice = op.user("alice").await;
    let tokens = RelyingParty::confidential(&op).await.sign_in(&op, &alice).await;
    let jwks = op.jwks().await;
    for token in [tokens.id(), &tokens.access_token] {
        let header = header_of(token);
        let named = jwks["keys"].as_array().unwrap().iter().filter(|key| key["kid"] == header["kid"]);
        let algorithms: Vec<_> = named.map(|key| &key["alg"]).collect();
        assert_eq!(algorithms, [&header["alg"]]);
    }
}

fn is_url(name: &str) -> bool {
    name.ends_with("_endpoint") || name.ends_with("_uri") || name == "check_session_iframe"
}
