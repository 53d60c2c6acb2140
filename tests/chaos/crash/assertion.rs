//! A service that authenticates with JWTs (RFC 7523), each good once.

use credenza::clock::{Clock as _, SystemClock};
use credenza_tests::{Request, Served, assertion, signing_key};
use credenza_validator::{Algorithm, SigningKey};

use crate::app::{Answered, App, Patience, verdict};

/// The service and its key.
pub(crate) struct Asserting {
    issuer: String,
    id: String,
    key: SigningKey,
}

impl Asserting {
    /// Creates it by the command line.
    pub(crate) fn register(server: &Served) -> Self {
        let key = signing_key(Algorithm::ES256);
        let made = server.create_asserting_client(&key);
        Self { issuer: server.issuer.clone(), id: made["client_id"].as_str().unwrap().to_owned(), key }
    }

    /// Gets a token. If it is unknown whether the JWT was used up, the same one or another must work.
    pub(crate) async fn call(&self, witness: &App) {
        for _ in 0..2 {
            let now = SystemClock.now().seconds();
            let jwt = assertion(&self.key, &self.id, &self.issuer, now, |_| ());
            let answered = self.insist(&jwt, witness).await;
            if answered.response.status == 200 {
                return self.insist(&jwt, witness).await.response.assert_refused(401, "invalid_client");
            }
            assert!(answered.again, "{}", answered.response.text());
            answered.response.assert_refused(401, "invalid_client");
        }
        panic!("two JWTs were taken for nothing");
    }

    async fn insist(&self, jwt: &str, witness: &App) -> Answered {
        let fields = [
            ("grant_type", "client_credentials"),
            ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"),
            ("client_assertion", jwt),
        ];
        let mut patience = Patience::new(witness);
        loop {
            let request = Request::form(format!("{}/token", self.issuer), &fields);
            if let Some(response) = verdict(request.try_send().await) {
                return Answered { response, again: patience.again };
            }
            patience.pause().await;
        }
    }
}
