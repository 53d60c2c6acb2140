//! A service that proves itself by a JWT (RFC 7523), each good once.

use std::fs;
use std::time::{SystemTime, UNIX_EPOCH};

use credenza_tests::node::Scratch;
use credenza_tests::{Request, Served, assertion, jwks_of, signing_key};
use credenza_validator::{Algorithm, SigningKey};

use crate::app::{App, verdict};

/// The service and its key.
pub(crate) struct Asserting {
    issuer: String,
    id: String,
    key: SigningKey,
}

impl Asserting {
    /// Makes it by the command line.
    pub(crate) fn register(server: &Served) -> Self {
        let key = signing_key(Algorithm::ES256);
        let scratch = Scratch::new();
        let file = scratch.path().join("jwks.json");
        fs::write(&file, jwks_of(&[&key]).to_string()).unwrap();
        let made = server.create_client(&[
            "--grant-type",
            "client_credentials",
            "--token-endpoint-auth-method",
            "private_key_jwt",
            "--jwks",
            file.to_str().unwrap(),
        ]);
        Self { issuer: server.issuer.clone(), id: made["client_id"].as_str().unwrap().to_owned(), key }
    }

    /// Gets a token; where nobody knows whether its JWT was taken, by the same one or by another.
    pub(crate) async fn call(&self, witness: &App) {
        for _ in 0..2 {
            let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
            let jwt = assertion(&self.key, &self.id, &self.issuer, i64::try_from(now).unwrap(), |_| ());
            let ask = async || verdict(self.request(&jwt).try_send().await);
            let answered = witness.until_answered(ask).await;
            if answered.response.status == 200 {
                let again = witness.until_answered(ask).await;
                return again.response.assert_refused(401, "invalid_client");
            }
            assert!(answered.again, "{}", answered.response.text());
            answered.response.assert_refused(401, "invalid_client");
        }
        panic!("two JWTs were taken for nothing");
    }

    fn request(&self, jwt: &str) -> Request {
        let fields = [
            ("grant_type", "client_credentials"),
            ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"),
            ("client_assertion", jwt),
        ];
        Request::form(format!("{}/token", self.issuer), &fields)
    }
}
