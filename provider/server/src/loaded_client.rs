//! A client as requests find it: its record, and the keys in it, parsed once.

use std::ops::Deref;
use std::sync::Arc;

use credenza_storage::ClientRecord;
use credenza_validator::JwkSet;
use credenza_validator::jwk::JwkSetError;

/// An enabled client, which is kept for as long as the store's revision stays the same.
#[derive(Debug)]
pub struct LoadedClient {
    record: ClientRecord,
    registered_keys: Option<Result<Arc<JwkSet>, JwkSetError>>,
}

impl LoadedClient {
    /// Parses the keys that the client registered by value (`jwks`).
    #[must_use]
    pub fn new(record: ClientRecord) -> Self {
        let parse = |jwks: &serde_json::Value| JwkSet::parse(jwks.to_string().as_bytes()).map(Arc::new);
        let registered_keys = record.client.jwks.as_ref().map(parse);
        Self { record, registered_keys }
    }

    /// The keys that the client registered by value; `None` when it registered none, or publishes them at a URL.
    #[must_use]
    pub fn registered_keys(&self) -> Option<Result<Arc<JwkSet>, JwkSetError>> {
        self.registered_keys.clone()
    }
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
            secret_hash: None,
            secret_sealed: None,
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
        let keys = || client.registered_keys().unwrap().unwrap();
        assert!(Arc::ptr_eq(&keys(), &keys()));
        assert!(loaded(None).registered_keys().is_none());
        assert!(loaded(Some(json!("no key set"))).registered_keys().unwrap().is_err());
    }
}
