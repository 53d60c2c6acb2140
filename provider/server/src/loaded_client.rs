//! A client as requests find it: its record, and the keys in it, parsed once.

use std::ops::Deref;
use std::sync::Arc;

use credenza_protocol::client_keys;
use credenza_protocol::time::Time;
use credenza_storage::ClientRecord;
use credenza_validator::JwkSet;
use credenza_validator::jwk::JwkSetError;

/// An enabled client, which is kept for as long as the store's revision stays the same.
#[derive(Debug)]
pub struct LoadedClient {
    record: ClientRecord,
    registered_keys: Option<Result<Arc<JwkSet>, JwkSetError>>,
    some_keys_expire: bool,
}

impl LoadedClient {
    /// Parses the keys that the client registered by value (`jwks`).
    #[must_use]
    pub fn new(record: ClientRecord) -> Self {
        let registered_keys = record.client.jwks.as_ref().map(parse);
        let some_keys_expire = record.client.jwks.as_ref().is_some_and(client_keys::some_expire);
        Self { record, registered_keys, some_keys_expire }
    }

    /// The keys that the client registered by value and that have not expired; `None` when it registered none, or
    /// publishes them at a URL.
    #[must_use]
    pub fn registered_keys(&self, now: Time) -> Option<Result<Arc<JwkSet>, JwkSetError>> {
        match &self.record.client.jwks {
            Some(jwks) if self.some_keys_expire => Some(parse(&client_keys::live(jwks, now))),
            _ => self.registered_keys.clone(),
        }
    }
}

fn parse(jwks: &serde_json::Value) -> Result<Arc<JwkSet>, JwkSetError> {
    JwkSet::parse(jwks.to_string().as_bytes()).map(Arc::new)
}

impl Deref for LoadedClient {
    type Target = ClientRecord;

    fn deref(&self) -> &ClientRecord {
        &self.record
    }
}

#[cfg(test)]
mod tests {
    use credenza_protocol::client::Client;
    use credenza_protocol::ids::ClientId;
    use credenza_protocol::time::Time;
    use credenza_protocol::version::Version;
    use serde_json::{Value, json};

    use super::*;

    fn loaded(jwks: Option<Value>) -> LoadedClient {
        LoadedClient::new(ClientRecord {
            client: Client { jwks, ..Client::new(ClientId::new("c")) },
            secrets: vec![],
            created_at: Time::from_seconds(0),
            updated_at: Time::from_seconds(0),
            disabled_at: None,
            version: Version::FIRST,
            registered: None,
        })
    }

    #[test]
    fn registered_keys_are_parsed_once() {
        let client = loaded(Some(json!({ "keys": [] })));
        let now = Time::from_seconds(10);
        let keys = || client.registered_keys(now).unwrap().unwrap();
        assert!(Arc::ptr_eq(&keys(), &keys()));
        assert!(loaded(None).registered_keys(now).is_none());
        assert!(loaded(Some(json!("no key set"))).registered_keys(now).unwrap().is_err());
    }

    #[test]
    fn a_key_that_has_expired_is_none_of_them() {
        let key = |exp| {
            let x = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo";
            json!({ "kty": "OKP", "crv": "Ed25519", "x": x, "exp": exp })
        };
        let client = loaded(Some(json!({ "keys": [key(10), key(20)] })));
        let count = |now| client.registered_keys(Time::from_seconds(now)).unwrap().unwrap().keys.len();
        assert_eq!([9, 10, 19, 20].map(count), [2, 1, 1, 0]);
    }
}
