//! The secrets that a tenant shares with the services of its resources, opened.

use credenza_protocol::access_token::symmetric::{self, ALGORITHM, Terms};
use credenza_protocol::ids::TenantId;
use credenza_protocol::time::Time;
use credenza_storage::{ResourceSecretRecord, SealedAt, Store};
use credenza_validator::SigningKey;
use zeroize::Zeroizing;

use super::seal::{self, MasterKeys};
use super::{Error, KeyMaking};
use crate::failure::Failure;

/// The shortest secret, in bytes: 256 bits, as long as the hash (RFC 7518 3.2).
pub const SHORTEST: usize = 32;
/// More than any secret has.
pub const LONGEST: usize = 512;

/// The text is not a secret; the message says why, and never shows the text.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum InvalidSecret {
    /// Not base64, or too short or too long.
    #[error(
        "must be 32 to 512 random bytes in base64 or base64url, as `openssl rand -base64 32` prints them"
    )]
    Form,
    /// A sample, a passphrase or a pattern.
    #[error("is not random: make a secret with `openssl rand -base64 32`")]
    NotRandom,
}

/// A secret, ready for use.
pub struct ResourceSecret {
    /// What is said of it.
    pub terms: Terms,
    /// Signs with it.
    pub key: SigningKey,
    bytes: Zeroizing<Vec<u8>>,
}

/// The secrets of a tenant that are in use.
#[derive(Default)]
pub struct ResourceSecrets(Vec<ResourceSecret>);

impl ResourceSecrets {
    /// Opens the secrets of which an enabled client serves the resource.
    ///
    /// # Errors
    /// [`Failure`] when the store fails, or a secret opens under none of the master keys.
    pub async fn load(making: KeyMaking<'_>, tenant: &TenantId) -> Result<Self, Failure> {
        let mut opened = vec![];
        for record in making.store.resource_secrets.list(tenant).await? {
            if is_served(making.store, tenant, &record).await? {
                opened.push(open(making.master, tenant, record)?);
            }
        }
        Ok(Self(opened))
    }

    /// The one that signs a token for that audience.
    #[must_use]
    pub fn signer(&self, audience: &[String], now: Time) -> Option<&ResourceSecret> {
        let terms = symmetric::signer(self.0.iter().map(|secret| &secret.terms), audience, now)?;
        self.0.iter().find(|secret| secret.terms.kid == terms.kid)
    }

    /// The one of that `kid`, with its bytes.
    #[must_use]
    pub fn find(&self, kid: &str) -> Option<(&Terms, &[u8])> {
        let found = self.0.iter().find(|secret| secret.terms.kid.as_str() == kid)?;
        Some((&found.terms, &found.bytes))
    }
}

/// Reads a secret from its text.
///
/// # Errors
/// [`InvalidSecret`] when it has another form, or cannot have come from a random generator.
pub fn parse(text: &str) -> Result<Zeroizing<Vec<u8>>, InvalidSecret> {
    let bytes = Zeroizing::new(seal::decode(text.trim()).ok_or(InvalidSecret::Form)?);
    if !(SHORTEST..=LONGEST).contains(&bytes.len()) {
        return Err(InvalidSecret::Form);
    }
    if seal::looks_made_up(&bytes) || SigningKey::from_secret(ALGORITHM, &bytes).is_err() {
        return Err(InvalidSecret::NotRandom);
    }
    Ok(bytes)
}

async fn is_served(store: &Store, tenant: &TenantId, record: &ResourceSecretRecord) -> Result<bool, Failure> {
    let client = store.clients.find(tenant, &record.client_id).await?;
    let client = client.filter(|found| found.disabled_at.is_none());
    Ok(client.is_some_and(|found| found.client.serves.contains(&record.resource)))
}

fn open(
    master: &MasterKeys,
    tenant: &TenantId,
    record: ResourceSecretRecord,
) -> Result<ResourceSecret, Error> {
    let ResourceSecretRecord { kid, resource, sealed, active_at, expires_at, .. } = record;
    let context = seal::of_resource_secret(tenant, &kid);
    let lost = |_| Error::Sealed(SealedAt::ResourceSecret(tenant.clone(), kid.clone()));
    let bytes = master.open(&context, &sealed).map_err(lost)?;
    let key = SigningKey::from_secret(ALGORITHM, &bytes)?.named(kid.as_str());
    Ok(ResourceSecret { terms: Terms { kid, resource, active_at, expires_at }, key, bytes })
}

#[cfg(test)]
mod tests {
    use credenza_validator::base64url::encode as text;

    use super::*;

    #[test]
    fn rfc7518_3_2_a_secret_has_256_random_bits_at_least() {
        let random: Vec<u8> = (0..64).map(|n: u8| n.wrapping_mul(151) ^ (n << 3) ^ 0x5a).collect();
        for length in [32, 33, 64] {
            let bytes = random.get(..length).unwrap();
            let written = text(bytes);
            assert_eq!(parse(&written).unwrap().as_slice(), bytes);
        }
        let padded = format!(" {}=\n", text(random.get(..32).unwrap()));
        assert_eq!(parse(&padded).unwrap().as_slice(), random.get(..32).unwrap());
        let short = text(random.get(..31).unwrap());
        assert_eq!(parse(&short).unwrap_err(), InvalidSecret::Form);
        for text in ["", "not base64!", "-----"] {
            assert_eq!(parse(text).unwrap_err(), InvalidSecret::Form, "{text}");
        }
        let dashes = "-----";
        let body = "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8A";
        let pem = format!("{dashes}BEGIN PUBLIC KEY{dashes}\n{body}\n{dashes}END PUBLIC KEY{dashes}\n");
        for bytes in [&[7; 32][..], b"a passphrase of more than 32 bytes", pem.as_bytes()] {
            assert_eq!(parse(&text(bytes)).unwrap_err(), InvalidSecret::NotRandom);
        }
    }
}
