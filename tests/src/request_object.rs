//! Authorization requests as request objects (OpenID Connect Core 6, RFC 9101).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use credenza_protocol::client::Client;
use credenza_validator::SigningKey;
use serde_json::{Map, Value, json};

use crate::client_keys::jwks_of;
use crate::provider::Provider;
use crate::relying_party::{Authorization, RelyingParty};

/// The parameters that OpenID Connect Core 6.1 requires outside of the object too.
const OUTSIDE: [&str; 3] = ["client_id", "response_type", "scope"];

impl RelyingParty {
    /// A client of the default tenant that signs its request objects by these keys, and differs in this.
    pub async fn with_request_keys(
        op: &Provider,
        keys: &[&SigningKey],
        change: impl FnOnce(&mut Client),
    ) -> Self {
        Self::register(op, |client| {
            client.jwks = Some(jwks_of(keys));
            change(client);
        })
        .await
    }
}

impl Authorization {
    /// The parameters as the claims of an object of this client, good for a minute.
    #[must_use]
    pub fn claims(&self, op: &Provider) -> Value {
        let parameters = self.parameters.iter().map(|(name, value)| (name.clone(), json!(value)));
        let mut claims: Map<String, Value> = parameters.collect();
        claims.insert("iss".to_owned(), json!(self.get("client_id")));
        claims.insert("aud".to_owned(), json!(format!("{}{}", op.issuer, self.base)));
        claims.insert("exp".to_owned(), json!(op.now() + 60));
        claims.insert("iat".to_owned(), json!(op.now()));
        Value::Object(claims)
    }

    /// Only the parameters that stand outside of an object.
    #[must_use]
    pub fn outside(mut self) -> Self {
        self.parameters.retain(|(name, _)| OUTSIDE.contains(&name.as_str()));
        self
    }

    /// The request as an object with these claims, by value.
    #[must_use]
    pub fn by_value(self, key: &SigningKey, claims: &Value) -> Self {
        let token = key.sign("oauth-authz-req+jwt", claims).unwrap();
        self.outside().with("request", &token)
    }
}

/// An object without a signature (RFC 7515 appendix A.5).
#[must_use]
pub fn unsigned(claims: &Value) -> String {
    let encode = |part: &Value| URL_SAFE_NO_PAD.encode(part.to_string());
    format!("{}.{}.", encode(&json!({ "alg": "none" })), encode(claims))
}
