//! The compact serialization (RFC 7516 section 7.1) and its protected header (section 4).

use std::fmt;

use serde::Deserialize;
use serde_json::{Map, Value};

use super::{ContentEncryption, KeyManagement, Undecipherable, content};
use crate::{Jwk, base64url, jws, present, strict_json};

/// How long a JWE may be, in bytes: a JWS of the greatest length fits in.
pub const MAX_BYTES: usize = 96 * 1024;

/// What the protected header says. Keys and key addresses in it (`jwk`, `jku`, `x5c`, `x5u`) are not even read.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Header {
    /// How the key of the content travels.
    pub alg: KeyManagement,
    /// What the content is encrypted by.
    pub enc: ContentEncryption,
    /// Which key it is encrypted to.
    pub kid: Option<String>,
    /// The kind of content: `JWT` for a nested token (RFC 7519 section 5.2).
    pub cty: Option<String>,
}

/// What ECDH-ES adds to the header (RFC 7518 section 4.6.1).
#[derive(Debug, Default)]
pub(super) struct Agreement {
    pub(super) epk: Option<Jwk>,
    pub(super) apu: Vec<u8>,
    pub(super) apv: Vec<u8>,
}

/// A JWE taken apart, of which nothing is believed yet.
#[must_use]
pub struct Jwe<'a> {
    pub(super) header: Header,
    pub(super) agreement: Agreement,
    /// The header as it was sent, over which the tag goes too.
    pub(super) protected: &'a str,
    pub(super) encrypted_key: Vec<u8>,
    pub(super) iv: Vec<u8>,
    pub(super) ciphertext: Vec<u8>,
    pub(super) tag: Vec<u8>,
}

#[derive(Deserialize)]
struct Members {
    alg: String,
    enc: String,
    #[serde(default, deserialize_with = "present::value")]
    kid: Option<String>,
    #[serde(default, deserialize_with = "present::value")]
    cty: Option<String>,
    #[serde(default, deserialize_with = "present::value")]
    epk: Option<Map<String, Value>>,
    #[serde(default, deserialize_with = "present::value")]
    apu: Option<String>,
    #[serde(default, deserialize_with = "present::value")]
    apv: Option<String>,
    #[serde(default, deserialize_with = "present::seen")]
    zip: bool,
    #[serde(default, deserialize_with = "present::seen")]
    crit: bool,
}

impl<'a> Jwe<'a> {
    /// Takes a compact JWE apart. Compressed content (`zip`) and extensions (`crit`) are refused.
    ///
    /// # Errors
    /// [`Undecipherable`] for anything else.
    pub fn parse(token: &'a str) -> Result<Self, Undecipherable> {
        let segments: Vec<&str> = token.splitn(6, '.').collect();
        let &[protected, encrypted_key, iv, ciphertext, tag] = segments.as_slice() else {
            return Err(Undecipherable);
        };
        if token.len() > MAX_BYTES {
            return Err(Undecipherable);
        }
        let (header, agreement) = parse_header(&octets(protected)?)?;
        let jwe = Self {
            header,
            agreement,
            protected,
            encrypted_key: octets(encrypted_key)?,
            iv: octets(iv)?,
            ciphertext: octets(ciphertext)?,
            tag: octets(tag)?,
        };
        let too_long = jwe.ciphertext.len() > jws::MAX_BYTES + content::BLOCK;
        if too_long { Err(Undecipherable) } else { Ok(jwe) }
    }

    /// The protected header. Until the content is decrypted it is only a claim.
    #[must_use]
    pub const fn header(&self) -> &Header {
        &self.header
    }
}

/// Prints the header alone.
impl fmt::Debug for Jwe<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Jwe").field("header", &self.header).finish_non_exhaustive()
    }
}

fn octets(segment: &str) -> Result<Vec<u8>, Undecipherable> {
    base64url::decode(segment).map_err(|_| Undecipherable)
}

fn parse_header(bytes: &[u8]) -> Result<(Header, Agreement), Undecipherable> {
    let members: Members = strict_json::object_from_slice(bytes).map_err(|_| Undecipherable)?;
    if members.zip || members.crit {
        return Err(Undecipherable);
    }
    let header = Header {
        alg: members.alg.parse().map_err(|_| Undecipherable)?,
        enc: members.enc.parse().map_err(|_| Undecipherable)?,
        kid: members.kid,
        cty: members.cty,
    };
    let agreement = Agreement {
        epk: members.epk.map(Jwk::try_from).transpose().map_err(|_| Undecipherable)?,
        apu: octets(&members.apu.unwrap_or_default())?,
        apv: octets(&members.apv.unwrap_or_default())?,
    };
    Ok((header, agreement))
}
