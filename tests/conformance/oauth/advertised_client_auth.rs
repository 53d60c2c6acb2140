//! The methods and algorithms of client authentication that the metadata advertises for three endpoints,
//! each used at each (RFC 8414 2).

use credenza_protocol::client_auth::AuthMethod;
use credenza_tests::{
    Browser, Person, Provider, RelyingParty, Request, Response, VERIFIER, assertion, signing_key,
};
use credenza_validator::Algorithm;
use serde_json::Value;

const ENDPOINTS: [&str; 3] = ["token", "introspection", "revocation"];

fn values(metadata: &Value, name: &str) -> Vec<String> {
    serde_json::from_value(metadata[name].clone()).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn auth_methods_supported_let_clients_in_and_no_others() {
    let op = Provider::start().await;
    let alice = op.user("alice").await;
    let metadata = op.metadata().await;
    for endpoint in ENDPOINTS {
        let advertised = values(&metadata, &format!("{endpoint}_endpoint_auth_methods_supported"));
        for method in AuthMethod::ALL {
            let algorithm = match method {
                AuthMethod::ClientSecretJwt => Algorithm::HS256,
                _ => Algorithm::ES256,
            };
            let answer = call(&op, &alice, endpoint, method, algorithm).await;
            let is_advertised = advertised.iter().any(|name| name == method.as_str());
            let expected = if is_advertised { 200 } else { 401 };
            assert_eq!(answer.status, expected, "{method:?} at {endpoint}: {}", answer.text());
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn auth_signing_alg_values_supported_let_clients_in() {
    let op = Provider::start().await;
    let alice = op.user("alice").await;
    let metadata = op.metadata().await;
    for endpoint in ENDPOINTS {
        for name in values(&metadata, &format!("{endpoint}_endpoint_auth_signing_alg_values_supported")) {
            let algorithm: Algorithm = serde_json::from_value(name.as_str().into()).unwrap();
            let method = match algorithm.is_symmetric() {
                true => AuthMethod::ClientSecretJwt,
                false => AuthMethod::PrivateKeyJwt,
            };
            let answer = call(&op, &alice, endpoint, method, algorithm).await;
            assert_eq!(answer.status, 200, "{name} at {endpoint}: {}", answer.text());
        }
    }
}

/// A new client that authenticates by this method at an endpoint.
async fn call(
    op: &Provider,
    alice: &Person,
    endpoint: &str,
    method: AuthMethod,
    algorithm: Algorithm,
) -> Response {
    let (rp, key) = match method {
        AuthMethod::PrivateKeyJwt => {
            let key = signing_key(algorithm);
            (RelyingParty::with_keys(op, &[&key]).await, Some(key))
        }
        AuthMethod::ClientSecretJwt => {
            let (rp, key) = RelyingParty::with_secret_jwt(op, algorithm).await;
            (rp, Some(key))
        }
        _ => (RelyingParty::register(op, |client| client.token_endpoint_auth_method = method).await, None),
    };
    let code = match endpoint {
        "token" => rp.authorization().code(op, &mut Browser::new(), alice).await,
        _ => String::new(),
    };
    let (path, fields) = match endpoint {
        "introspection" => ("/introspect", vec![("token", "some token")]),
        "revocation" => ("/revoke", vec![("token", "some token")]),
        _ => {
            let (uri, verifier) = (("redirect_uri", rp.redirect_uri()), ("code_verifier", VERIFIER));
            ("/token", vec![("grant_type", "authorization_code"), ("code", &code), uri, verifier])
        }
    };
    let request: Request = match key {
        Some(key) => {
            let proof = assertion(&key, rp.client_id(), &op.issuer, op.now(), |_| ());
            rp.assert_call(op, path, &proof, &fields)
        }
        None => rp.call(op, path, &fields),
    };
    request.send().await
}
