//! Metadata that are edited by the names of their members.

use credenza_protocol::client::Client;
use credenza_protocol::client_auth::AuthMethod;
use serde_json::{Map, Value};

use crate::admin::document::{Invalid, with_changes};

/// Names the method of authentication: no other one is accepted from then on, and an algorithm of another method goes.
pub fn set_method(client: &mut Client, method: AuthMethod) {
    if client.token_endpoint_auth_method != method {
        client.token_endpoint_auth_signing_alg = None;
    }
    client.token_endpoint_auth_method = method;
    client.token_endpoint_auth_method_pinned = true;
}

/// The client with other metadata for the members that are named, as [`with_changes`] has it. Of `jwks` and `jwks_uri` the
/// one that is named takes the place of the other; for a method of authentication see [`set_method`].
///
/// # Errors
/// [`Invalid`].
pub fn edited(old: &Client, changes: Map<String, Value>) -> Result<Client, Invalid> {
    const METHOD: &str = "token_endpoint_auth_method";
    let plain = Client::new(old.client_id.clone());
    let says = |member: &str| changes.get(member).is_some_and(|value| !value.is_null() && value != "");
    let (jwks, jwks_uri) = (says("jwks"), says("jwks_uri"));
    let mut client = old.clone();
    if let Some(method) = changes.get(METHOD) {
        let alone = Map::from_iter([(METHOD.to_owned(), method.clone())]);
        set_method(&mut client, with_changes(old, &plain, alone)?.token_endpoint_auth_method);
    }
    // What is said of the same members has the last word.
    let mut client = with_changes(&client, &plain, changes)?;
    match (jwks, jwks_uri) {
        (true, false) => client.jwks_uri = None,
        (false, true) => client.jwks = None,
        // Both at once are refused with the rest.
        (true, true) | (false, false) => {}
    }
    Ok(client)
}

#[cfg(test)]
mod tests {
    use credenza_protocol::ids::ClientId;
    use serde_json::json;

    use super::*;

    fn edit(old: &Client, changes: Value) -> Client {
        let Value::Object(changes) = changes else { panic!("{changes}") };
        edited(old, changes).unwrap()
    }

    #[test]
    fn what_hangs_together_is_edited_together() {
        let plain = Client::new(ClientId::new("app"));
        let jwt = json!({ "token_endpoint_auth_method": "private_key_jwt", "token_endpoint_auth_signing_alg": "ES256" });
        let jwt = edit(&plain, jwt);
        assert!(jwt.token_endpoint_auth_method_pinned && jwt.token_endpoint_auth_signing_alg.is_some());
        assert_eq!(
            edit(&jwt, json!({ "client_name": "App" })).token_endpoint_auth_signing_alg,
            Some(credenza_validator::Algorithm::ES256)
        );
        let basic = edit(&jwt, json!({ "token_endpoint_auth_method": "client_secret_basic" }));
        assert_eq!(basic.token_endpoint_auth_method, AuthMethod::ClientSecretBasic);
        assert_eq!(basic.token_endpoint_auth_signing_alg, None);
        let either = json!({
            "token_endpoint_auth_method": "client_secret_basic", "token_endpoint_auth_method_pinned": false,
        });
        assert!(!edit(&plain, either).token_endpoint_auth_method_pinned);
        let by_value = edit(&plain, json!({ "jwks": { "keys": [] } }));
        let by_uri = edit(&by_value, json!({ "jwks_uri": "https://a.example/jwks" }));
        assert!(by_uri.jwks.is_none() && by_uri.jwks_uri.is_some());
        assert!(edit(&by_uri, json!({ "jwks": { "keys": [] } })).jwks_uri.is_none());
        assert!(edit(&by_uri, json!({ "jwks_uri": "" })).jwks_uri.is_none());
    }

    #[test]
    fn an_edit_by_nothing_is_none() {
        let plain = Client::new(ClientId::new("app"));
        assert_eq!(edit(&plain, json!({})), plain);
        let same = serde_json::to_value(&plain).unwrap();
        let kept = json!({ "token_endpoint_auth_method_pinned": false });
        let Value::Object(mut same) = same else { panic!() };
        same.extend(kept.as_object().unwrap().clone());
        assert_eq!(edited(&plain, same).unwrap(), plain);
    }
}
