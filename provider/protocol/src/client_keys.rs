//! The public keys of a client that are registered by value (`jwks`, RFC 7591 2), one by one. A key may have an end: its
//! member `exp`, as in the historical keys of OpenID Federation 1.0.

use std::borrow::Cow;

use credenza_validator::jwk::Jwk;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::ids::KeyId;
use crate::time::Time;

/// How many keys are added one by one at most.
pub const MOST: usize = 10;

/// A key as it is listed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ClientKey {
    /// Its `kid`, or its thumbprint (RFC 7638) if it has none.
    pub kid: KeyId,
    /// `kty`: the kind of key.
    pub kty: String,
    /// `alg`, if it is for one algorithm alone.
    pub alg: Option<String>,
    /// `use`, if it is for signatures or for encryption alone.
    #[serde(rename = "use")]
    pub usage: Option<String>,
    /// When it is no longer accepted; null means when it is deleted.
    pub expires_at: Option<Time>,
}

/// The keys of a set, in its order.
#[must_use]
pub fn list(jwks: Option<&Value>) -> Vec<ClientKey> {
    keys(jwks).filter_map(describe).collect()
}

/// The set with one more key. It is not checked whether the key can be used: [`crate::registration::check`] does that for the
/// client as a whole.
///
/// # Errors
/// Why there cannot be such a key.
pub fn add(
    jwks: Option<&Value>,
    mut key: Map<String, Value>,
    expires_at: Option<Time>,
) -> Result<(Value, ClientKey), &'static str> {
    let all: Vec<Value> = keys(jwks).cloned().collect();
    if all.len() >= MOST {
        return Err("must be one of at most 10 keys: delete another first");
    }
    let own = Jwk::try_from(key.clone())
        .map_err(|_| "must be a public key (RFC 7517) of a kind that is supported here")?;
    if key.get("kid").is_none() {
        key.insert("kid".to_owned(), own.thumbprint().into());
    }
    key.remove("exp");
    if let Some(expires_at) = expires_at {
        key.insert("exp".to_owned(), expires_at.seconds().into());
    }
    let key = Value::Object(key);
    let described = describe(&key).ok_or("must have a kid that is a text")?;
    if list(jwks).iter().any(|known| known.kid == described.kid) {
        return Err("must have another kid: the client has a key of that one");
    }
    let all: Vec<Value> = all.into_iter().chain([key]).collect();
    Ok((json!({ "keys": all }), described))
}

/// The set without the key of that id; `None` if it has no such key.
#[must_use]
pub fn without(jwks: Option<&Value>, kid: &KeyId) -> Option<Value> {
    let is_it = |key: &&Value| describe(key).is_some_and(|key| key.kid == *kid);
    let all: Vec<&Value> = keys(jwks).collect();
    let rest: Vec<&Value> = all.iter().copied().filter(|key| !is_it(key)).collect();
    (rest.len() < all.len()).then(|| json!({ "keys": rest }))
}

/// The keys that have not expired.
#[must_use]
pub fn live(jwks: &Value, now: Time) -> Cow<'_, Value> {
    if keys(Some(jwks)).all(|key| is_live(key, now)) {
        return Cow::Borrowed(jwks);
    }
    let live: Vec<&Value> = keys(Some(jwks)).filter(|key| is_live(key, now)).collect();
    Cow::Owned(json!({ "keys": live }))
}

/// Whether some of the keys expire.
#[must_use]
pub fn some_expire(jwks: &Value) -> bool {
    keys(Some(jwks)).any(|key| key.get("exp").is_some())
}

/// An end that cannot be read has come.
fn is_live(key: &Value, now: Time) -> bool {
    key.get("exp").is_none_or(|exp| exp.as_i64().is_some_and(|exp| Time::from_seconds(exp) > now))
}

fn keys(jwks: Option<&Value>) -> impl Iterator<Item = &Value> {
    jwks.and_then(|jwks| jwks.get("keys")).and_then(Value::as_array).into_iter().flatten()
}

fn describe(key: &Value) -> Option<ClientKey> {
    let text = |name: &str| key.get(name).and_then(Value::as_str).map(str::to_owned);
    let thumbprint = || Jwk::try_from(key.as_object()?.clone()).ok().map(|key| key.thumbprint());
    Some(ClientKey {
        kid: KeyId::new(text("kid").or_else(thumbprint)?),
        kty: text("kty")?,
        alg: text("alg"),
        usage: text("use"),
        expires_at: key.get("exp").and_then(Value::as_i64).map(Time::from_seconds),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const X: &str = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo";
    // RFC 8037 A.3.
    const THUMBPRINT: &str = "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k";

    fn key(kid: Option<&str>) -> Map<String, Value> {
        let mut key = Map::new();
        for (name, value) in [("kty", "OKP"), ("crv", "Ed25519"), ("x", X)] {
            key.insert(name.to_owned(), value.into());
        }
        key.extend(kid.map(|kid| ("kid".to_owned(), kid.into())));
        key
    }

    fn at(seconds: i64) -> Time {
        Time::from_seconds(seconds)
    }

    #[test]
    fn keys_come_and_go_one_by_one() {
        let (jwks, first) = add(None, key(None), None).unwrap();
        assert_eq!((first.kid.as_str(), first.expires_at), (THUMBPRINT, None));
        let (jwks, second) = add(Some(&jwks), key(Some("second")), Some(at(10))).unwrap();
        assert_eq!(list(Some(&jwks)), [first.clone(), second.clone()]);
        assert!(add(Some(&jwks), key(Some("second")), None).is_err());
        assert!(add(Some(&jwks), key(None), None).is_err(), "it is there already");
        assert_eq!(without(Some(&jwks), &KeyId::new("third")), None);
        let rest = without(Some(&jwks), &first.kid).unwrap();
        assert_eq!(list(Some(&rest)), [second]);
        assert_eq!(without(None, &first.kid), None);
    }

    #[test]
    fn only_public_keys_come() {
        for (name, value) in [("d", "AAAA"), ("kty", "oct"), ("x", "AAAA"), ("crv", "P-521")] {
            let mut odd = key(Some("odd"));
            odd.insert(name.to_owned(), value.into());
            assert!(add(None, odd, None).is_err(), "{name}");
        }
        let mut odd = key(None);
        odd.insert("kid".to_owned(), 7.into());
        assert!(add(None, odd, None).is_err());
    }

    #[test]
    fn there_are_not_too_many() {
        let mut jwks = None;
        for n in 0..MOST {
            jwks = Some(add(jwks.as_ref(), key(Some(&n.to_string())), None).unwrap().0);
        }
        assert!(add(jwks.as_ref(), key(Some("one more")), None).is_err());
    }

    #[test]
    fn a_key_ends_when_it_says() {
        let (jwks, _) = add(None, key(Some("a")), Some(at(10))).unwrap();
        let (jwks, _) = add(Some(&jwks), key(Some("b")), None).unwrap();
        let kids = |now| -> Vec<String> {
            list(Some(&live(&jwks, at(now)))).into_iter().map(|key| key.kid.to_string()).collect()
        };
        assert_eq!(kids(9), ["a", "b"]);
        assert_eq!(kids(10), ["b"]);
        assert!(some_expire(&jwks) && !some_expire(&live(&jwks, at(10))));
        let odd = json!({ "keys": [{ "kty": "OKP", "kid": "a", "exp": "soon" }] });
        assert_eq!(*live(&odd, at(0)), json!({ "keys": [] }));
    }
}
