//! DPoP proofs (RFC 9449 section 4).

pub(crate) mod nonce;

use serde::Deserialize;

use crate::jws::Malformed;
use crate::{Algorithm, Jwk, NumericDate, Rule, Unverified, base64url, hash, http_url, present, strict_json};

/// How long a proof may be, in bytes.
const MAX_BYTES: usize = 8 * 1024;
/// How long a `jti` may be, in bytes.
const MAX_JTI: usize = 256;

/// What a proof must match.
pub(crate) struct Expected<'a> {
    pub(crate) algorithms: &'a [Algorithm],
    pub(crate) method: &'a str,
    pub(crate) url: &'a str,
    pub(crate) access_token: &'a str,
    /// How old it may be, in seconds.
    pub(crate) max_age: i64,
    pub(crate) leeway: i64,
    pub(crate) now: i64,
}

/// A proof that passed every check except those of its nonce and of replay.
#[derive(Debug)]
pub(crate) struct Proof {
    /// The thumbprint of its key (`jkt`).
    pub(crate) thumbprint: String,
    /// A hash of its `jti` and key, to recognise a replay.
    pub(crate) name: [u8; 32],
    /// The last second at which it is young enough to be accepted.
    pub(crate) until: i64,
    pub(crate) nonce: Option<String>,
}

/// The one member that no other token's header is read for (section 4.2).
#[derive(Deserialize)]
struct ProofHeader {
    jwk: Jwk,
}

#[derive(Deserialize)]
struct ProofClaims {
    jti: String,
    htm: String,
    htu: String,
    iat: NumericDate,
    #[serde(default, deserialize_with = "present::value")]
    ath: Option<String>,
    #[serde(default, deserialize_with = "present::value")]
    nonce: Option<String>,
}

/// Checks a proof by the list of section 4.3.
pub(crate) fn check(proof: &str, expected: &Expected<'_>) -> Result<Proof, Rule> {
    if proof.len() > MAX_BYTES {
        return Err(Rule::DpopMalformed);
    }
    let unverified = Unverified::parse(proof).map_err(|fault| match fault {
        Malformed::Algorithm => Rule::DpopAlg,
        _ => Rule::DpopMalformed,
    })?;
    if unverified.header().typ.as_deref().is_none_or(|typ| !is_dpop_jwt(typ)) {
        return Err(Rule::DpopTyp);
    }
    let alg = unverified.header().alg;
    if alg.is_symmetric() || !expected.algorithms.contains(&alg) {
        return Err(Rule::DpopAlg);
    }
    let key = key(proof)?;
    if !key.fits(alg) {
        return Err(Rule::DpopKey);
    }
    let thumbprint = key.thumbprint();
    let verified = unverified.verify_with_key(&key).map_err(|_| Rule::DpopSignature)?;
    let claims: ProofClaims = verified.claims().map_err(|_| Rule::DpopMalformed)?;
    claims.check(expected)?;
    let name = hash::sha256(format!("{thumbprint}.{}", claims.jti).as_bytes());
    let until = claims.iat.0.saturating_add(expected.max_age).saturating_add(expected.leeway);
    Ok(Proof { thumbprint, name, until, nonce: claims.nonce })
}

impl ProofClaims {
    fn check(&self, expected: &Expected<'_>) -> Result<(), Rule> {
        if self.jti.is_empty() || self.jti.len() > MAX_JTI {
            return Err(Rule::DpopMalformed);
        }
        if self.htm != expected.method {
            return Err(Rule::DpopHtm);
        }
        let asked = http_url::asked(expected.url);
        if asked.is_none() || http_url::normal(&self.htu) != asked {
            return Err(Rule::DpopHtu);
        }
        let Expected { now, leeway, max_age, .. } = expected;
        let NumericDate(iat) = self.iat;
        if iat > now.saturating_add(*leeway) || iat < now.saturating_sub(*max_age).saturating_sub(*leeway) {
            return Err(Rule::DpopIat);
        }
        let ath = base64url::encode(hash::sha256(expected.access_token.as_bytes()));
        if self.ath.as_deref() == Some(&ath) { Ok(()) } else { Err(Rule::DpopAth) }
    }
}

fn key(proof: &str) -> Result<Jwk, Rule> {
    let header = proof.split('.').next().unwrap_or_default();
    let header = base64url::decode(header).map_err(|_| Rule::DpopMalformed)?;
    strict_json::object_from_slice(&header).map(|ProofHeader { jwk }| jwk).map_err(|_| Rule::DpopKey)
}

fn is_dpop_jwt(typ: &str) -> bool {
    typ.eq_ignore_ascii_case("dpop+jwt") || typ.eq_ignore_ascii_case("application/dpop+jwt")
}
