//! JSON Web Key (RFC 7517), public keys only, and its thumbprint (RFC 7638).
//!
//! A key may be one for signatures or one for encryption; it is never taken for what it does not say it is for.

use serde::{Deserialize, Serialize, Serializer, ser::SerializeMap};
use serde_json::{Map, Value};

use crate::jwe::KeyManagement;
pub use crate::jwk_error::JwkError;
pub use crate::jwk_set::{JwkSet, JwkSetError, MAX_BYTES, MAX_KEYS};
use crate::{
    Algorithm, Rejected, base64url,
    public_key::{PublicKey, Verifier},
};

/// Members of private and symmetric keys (RFC 7518 sections 6.2.2, 6.3.2 and 6.4, RFC 8037 section 2).
const PRIVATE: [&str; 8] = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"];

/// Stands for the tenant in the issuer of a key that is good for all tenants of Entra.
pub(crate) const TENANT: &str = "{tenantid}";

/// A public key for signatures or encryption: RSA, EC on P-256, P-384 or P-521, or Ed25519. A member that is `null` counts
/// as absent, as some issuers write it so.
#[derive(Clone, Debug, Eq, PartialEq, Deserialize)]
#[serde(try_from = "Map<String, Value>")]
pub struct Jwk {
    kid: Option<String>,
    alg: Option<KeyAlgorithm>,
    /// The `use` (RFC 7517 section 4.2).
    usage: Option<String>,
    /// The names in `key_ops` (section 4.3).
    operations: Option<Vec<String>>,
    key: PublicKey,
    /// Whether it may have made the signature of a token with whatever `kid`.
    of_any_kid: bool,
    /// The only issuer for which it is good, where its set, as that of Entra, holds keys of several (`issuer`).
    issuer: Option<String>,
    verifier: Verifier,
}

/// What a key says that it is for, by `alg` (RFC 7517 section 4.4).
#[derive(Copy, Clone, Debug, Eq, PartialEq, Serialize)]
#[serde(untagged)]
enum KeyAlgorithm {
    Signature(Algorithm),
    Encryption(KeyManagement),
}

impl KeyAlgorithm {
    fn signs(self, alg: Algorithm) -> bool {
        matches!(self, Self::Signature(own) if own.is_same(alg))
    }
}

impl Jwk {
    /// A pinned key that no issuer has given a name: it verifies tokens with whatever `kid`.
    pub(crate) fn pinned(key: PublicKey) -> Self {
        Self {
            kid: None,
            alg: None,
            usage: None,
            operations: None,
            key,
            of_any_kid: true,
            issuer: None,
            verifier: Default::default(),
        }
    }

    /// The same key; one without a `kid` verifies tokens with whatever `kid`.
    pub(crate) fn alone(self) -> Self {
        Self { of_any_kid: self.kid.is_none(), ..self }
    }

    /// Whether it may be the key that a token names.
    pub(crate) fn is_named(&self, kid: Option<&str>) -> bool {
        kid.is_none() || self.of_any_kid || self.kid() == kid
    }

    /// Whether it is good for tokens of this issuer, in a set with keys of several. An issuer with the tenant left open
    /// (`{tenantid}`) names every one.
    pub(crate) fn is_of(&self, iss: &str) -> bool {
        self.issuer.as_deref().is_none_or(|own| own == iss || own.contains(TENANT))
    }

    /// Whether it names the only issuer for which it is good.
    pub(crate) fn is_of_one(&self) -> bool {
        self.issuer.as_deref().is_some_and(|own| !own.contains(TENANT))
    }

    /// A key to publish: `use` is `sig`.
    pub(crate) fn published(kid: String, alg: Algorithm, key: PublicKey) -> Self {
        Self::of(kid, KeyAlgorithm::Signature(alg), "sig", key)
    }

    /// A key to publish, to which others encrypt: `use` is `enc`.
    #[cfg(feature = "jwe")]
    pub(crate) fn published_for_encryption(kid: String, alg: KeyManagement, key: PublicKey) -> Self {
        Self::of(kid, KeyAlgorithm::Encryption(alg), "enc", key)
    }

    fn of(kid: String, alg: KeyAlgorithm, usage: &str, key: PublicKey) -> Self {
        Self {
            kid: Some(kid),
            alg: Some(alg),
            usage: Some(usage.to_owned()),
            operations: None,
            key,
            of_any_kid: false,
            issuer: None,
            verifier: Default::default(),
        }
    }

    /// The key's `kid`.
    #[must_use]
    pub fn kid(&self) -> Option<&str> {
        self.kid.as_deref()
    }

    /// The signature algorithm that the key is meant for, when it names one.
    #[must_use]
    pub const fn alg(&self) -> Option<Algorithm> {
        match self.alg {
            Some(KeyAlgorithm::Signature(alg)) => Some(alg),
            _ => None,
        }
    }

    /// Whether the key may verify such signatures: its kind can, and neither its own `alg`, `use` nor
    /// `key_ops` speak against it (RFC 7517 sections 4.2 to 4.4).
    #[must_use]
    pub fn fits(&self, alg: Algorithm) -> bool {
        self.key.fits(alg)
            && self.alg.is_none_or(|own| own.signs(alg))
            && self.usage.as_deref().is_none_or(|usage| usage == "sig")
            && self.may(&["verify"])
    }

    /// Whether one may encrypt to the key in this way: its kind can, and neither its own `alg`, `use` nor
    /// `key_ops` speak against it (RFC 7517 sections 4.2 to 4.4).
    #[must_use]
    pub fn fits_encryption(&self, alg: KeyManagement) -> bool {
        self.key.fits_encryption(alg)
            && self.alg.is_none_or(|own| own == KeyAlgorithm::Encryption(alg))
            && self.usage.as_deref().is_none_or(|usage| usage == "enc")
            && self.may(&["encrypt", "wrapKey", "deriveKey", "deriveBits"])
    }

    /// Whether the key says by `use` that one may encrypt to it.
    #[must_use]
    pub fn is_for_encryption(&self) -> bool {
        self.usage.as_deref() == Some("enc")
    }

    fn may(&self, operations: &[&str]) -> bool {
        self.operations.as_ref().is_none_or(|own| own.iter().any(|one| operations.contains(&one.as_str())))
    }

    /// The SHA-256 thumbprint of the key as base64url (RFC 7638), which depends on the key alone.
    #[must_use]
    pub fn thumbprint(&self) -> String {
        self.key.thumbprint()
    }

    /// The numbers of the key.
    #[cfg(feature = "jwe")]
    pub(crate) const fn key(&self) -> &PublicKey {
        &self.key
    }

    /// Checks a signature.
    ///
    /// # Errors
    /// [`Rejected::KeyMismatch`] when the key does not fit the algorithm; [`Rejected::Signature`] when the
    /// signature is wrong.
    pub fn verify(&self, alg: Algorithm, message: &[u8], signature: &[u8]) -> Result<(), Rejected> {
        if !self.fits(alg) {
            return Err(Rejected::KeyMismatch);
        }
        self.verifier.verify(&self.key, alg, message, signature)
    }
}

impl TryFrom<Map<String, Value>> for Jwk {
    type Error = JwkError;

    fn try_from(members: Map<String, Value>) -> Result<Self, JwkError> {
        if PRIVATE.iter().any(|name| members.get(*name).is_some_and(|value| !value.is_null())) {
            return Err(JwkError::Private);
        }
        let key = match (required(&members, "kty")?, text(&members, "crv")?) {
            ("RSA", _) => PublicKey::rsa(octets(&members, "n")?, octets(&members, "e")?)?,
            ("EC", Some("P-256")) => PublicKey::p256(&octets(&members, "x")?, &octets(&members, "y")?)?,
            ("EC", Some("P-384")) => PublicKey::p384(&octets(&members, "x")?, &octets(&members, "y")?)?,
            ("EC", Some("P-521")) if Algorithm::ES512.is_built_in() => {
                PublicKey::p521(&octets(&members, "x")?, &octets(&members, "y")?)?
            }
            ("OKP", Some("Ed25519")) => PublicKey::ed25519(octets(&members, "x")?)?,
            ("oct", _) => return Err(JwkError::Private),
            _ => return Err(JwkError::Unsupported),
        };
        Ok(Self {
            kid: text(&members, "kid")?.map(str::to_owned),
            alg: text(&members, "alg")?.map(|name| algorithm(name, &key)).transpose()?,
            usage: text(&members, "use")?.map(str::to_owned),
            operations: operations(&members)?,
            key,
            of_any_kid: false,
            // What is no text says nothing: the member is not registered, and others may use the name otherwise.
            issuer: members.get("issuer").and_then(Value::as_str).map(str::to_owned),
            verifier: Default::default(),
        })
    }
}

/// An algorithm of signatures or of encryption that this kind of key can.
fn algorithm(name: &str, key: &PublicKey) -> Result<KeyAlgorithm, JwkError> {
    let signature = name.parse().ok().filter(|alg| key.fits(*alg)).map(KeyAlgorithm::Signature);
    let encryption =
        || name.parse().ok().filter(|alg| key.fits_encryption(*alg)).map(KeyAlgorithm::Encryption);
    signature.or_else(encryption).ok_or(JwkError::Algorithm)
}

fn text<'a>(members: &'a Map<String, Value>, name: &'static str) -> Result<Option<&'a str>, JwkError> {
    match members.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(value)) => Ok(Some(value)),
        Some(_) => Err(JwkError::Member(name)),
    }
}

fn required<'a>(members: &'a Map<String, Value>, name: &'static str) -> Result<&'a str, JwkError> {
    text(members, name)?.ok_or(JwkError::Member(name))
}

fn octets(members: &Map<String, Value>, name: &'static str) -> Result<Vec<u8>, JwkError> {
    base64url::decode(required(members, name)?).map_err(|_| JwkError::Member(name))
}

/// What is no text in the array names no operation.
fn operations(members: &Map<String, Value>) -> Result<Option<Vec<String>>, JwkError> {
    match members.get("key_ops") {
        None | Some(Value::Null) => Ok(None),
        Some(Value::Array(names)) => {
            Ok(Some(names.iter().filter_map(Value::as_str).map(str::to_owned).collect()))
        }
        Some(_) => Err(JwkError::Member("key_ops")),
    }
}

impl Serialize for Jwk {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        for (name, value) in self.key.members() {
            map.serialize_entry(name, &value)?;
        }
        if let Some(kid) = &self.kid {
            map.serialize_entry("kid", kid)?;
        }
        if let Some(usage) = &self.usage {
            map.serialize_entry("use", usage)?;
        }
        if let Some(alg) = self.alg {
            map.serialize_entry("alg", &alg)?;
        }
        if let Some(operations) = &self.operations {
            map.serialize_entry("key_ops", operations)?;
        }
        map.end()
    }
}

#[cfg(feature = "schemars")]
impl schemars::JsonSchema for Jwk {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Jwk".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "description": "A public key for signatures or encryption (RFC 7517).",
            "type": "object",
            "required": ["kty"],
            "properties": { "kty": { "enum": ["RSA", "EC", "OKP"] }, "kid": { "type": "string" } },
        })
    }
}
