//! Public keys, of the kinds that are supported (RFC 7518 section 6, RFC 8037 section 2).

#[cfg(feature = "aws-lc-rs")]
mod aws_lc;
#[cfg(not(feature = "aws-lc-rs"))]
mod by_ring;
pub(crate) mod pem;

#[cfg(feature = "aws-lc-rs")]
pub(crate) use aws_lc::Verifier;
#[cfg(not(feature = "aws-lc-rs"))]
pub(crate) use by_ring::Verifier;

use crate::{Algorithm, base64url, hash, jwe::KeyManagement, jwk_error::JwkError};

/// Lengths of RSA moduli that are accepted, in bits.
const RSA_BITS: std::ops::RangeInclusive<u32> = 2048..=8192;

/// A public key of a supported kind. An uncompressed point is `04 || x || y`.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum PublicKey {
    Rsa { n: Vec<u8>, e: Vec<u8> },
    P256(Vec<u8>),
    P384(Vec<u8>),
    P521(Vec<u8>),
    Ed25519(Vec<u8>),
}

impl PublicKey {
    /// An RSA key of 2048 to 8192 bits with an odd exponent of at least 65537 and at most 33 bits, both
    /// numbers written without leading zeros (RFC 7518 sections 3.3 and 6.3.1).
    pub(crate) fn rsa(n: Vec<u8>, e: Vec<u8>) -> Result<Self, JwkError> {
        let leading_zeros = n.first().map_or(u32::BITS, |first| first.leading_zeros());
        let length = u32::try_from(n.len()).map_or(0, |bytes| bytes.saturating_mul(8));
        if leading_zeros >= 8 || !RSA_BITS.contains(&length.saturating_sub(leading_zeros)) {
            return Err(JwkError::Size);
        }
        if !acceptable_exponent(&e) {
            return Err(JwkError::Exponent);
        }
        Ok(Self::Rsa { n, e })
    }

    /// A point on P-256 from its coordinates, which are of full length (RFC 7518 section 6.2.1.2).
    pub(crate) fn p256(x: &[u8], y: &[u8]) -> Result<Self, JwkError> {
        point(x, y, 32).map(Self::P256)
    }

    /// A point on P-384 from its coordinates.
    pub(crate) fn p384(x: &[u8], y: &[u8]) -> Result<Self, JwkError> {
        point(x, y, 48).map(Self::P384)
    }

    /// A point on P-521 from its coordinates.
    pub(crate) fn p521(x: &[u8], y: &[u8]) -> Result<Self, JwkError> {
        point(x, y, 66).map(Self::P521)
    }

    /// An Ed25519 key (RFC 8037 section 2). Keys of small order are refused, as one signature under them fits any text.
    pub(crate) fn ed25519(x: Vec<u8>) -> Result<Self, JwkError> {
        let Ok(key) = <[u8; 32]>::try_from(x.as_slice()) else { return Err(JwkError::Size) };
        if is_of_small_order(key) { Err(JwkError::Size) } else { Ok(Self::Ed25519(x)) }
    }

    /// Whether this kind of key can be used with the algorithm.
    pub(crate) const fn fits(&self, alg: Algorithm) -> bool {
        match self {
            Self::Rsa { .. } => alg.is_rsa(),
            Self::P256(_) => matches!(alg, Algorithm::ES256),
            Self::P384(_) => matches!(alg, Algorithm::ES384),
            Self::P521(_) => matches!(alg, Algorithm::ES512),
            Self::Ed25519(_) => matches!(alg, Algorithm::EdDSA | Algorithm::Ed25519),
        }
    }

    /// Whether one can encrypt to this kind of key in that way (RFC 7518 sections 4.3 and 4.6).
    pub(crate) const fn fits_encryption(&self, alg: KeyManagement) -> bool {
        match alg {
            KeyManagement::RsaOaep256 => matches!(self, Self::Rsa { .. }),
            KeyManagement::EcdhEs => matches!(self, Self::P256(_) | Self::P384(_)),
        }
    }

    /// The members that make the key, in the order of RFC 7638 section 3.3.
    pub(crate) fn members(&self) -> Vec<(&'static str, String)> {
        let ec = |curve: &str, point: &[u8]| {
            let (x, y) = point.get(1..).map_or((&[][..], &[][..]), |xy| xy.split_at(xy.len() / 2));
            vec![
                ("crv", curve.to_owned()),
                ("kty", "EC".to_owned()),
                ("x", base64url::encode(x)),
                ("y", base64url::encode(y)),
            ]
        };
        match self {
            Self::Rsa { n, e } => {
                vec![("e", base64url::encode(e)), ("kty", "RSA".to_owned()), ("n", base64url::encode(n))]
            }
            Self::P256(point) => ec("P-256", point),
            Self::P384(point) => ec("P-384", point),
            Self::P521(point) => ec("P-521", point),
            Self::Ed25519(x) => {
                vec![("crv", "Ed25519".to_owned()), ("kty", "OKP".to_owned()), ("x", base64url::encode(x))]
            }
        }
    }

    /// SHA-256 over the required members in lexicographic order, without white space (RFC 7638 section 3).
    pub(crate) fn thumbprint(&self) -> String {
        // No value needs an escape: names of curves and types, and base64url.
        let members: Vec<_> =
            self.members().iter().map(|(name, value)| format!("\"{name}\":\"{value}\"")).collect();
        base64url::encode(hash::sha256(format!("{{{}}}", members.join(",")).as_bytes()))
    }
}

/// Smaller exponents have a history of forged signatures; greater ones only cost the verifier time.
fn acceptable_exponent(e: &[u8]) -> bool {
    let leading_zero = e.first() == Some(&0);
    let value = e.iter().try_fold(0_u64, |sum, &byte| sum.checked_mul(256)?.checked_add(u64::from(byte)));
    !leading_zero && value.is_some_and(|e| e % 2 == 1 && (65_537..1 << 33).contains(&e))
}

/// Whether a key is one of the points whose multiples are eight at most (RFC 8032 section 5.1): 0, 1, -1, the two y of
/// order 8, and 0 and 1 written as numbers beyond the field. The highest bit is the sign of x.
fn is_of_small_order(mut key: [u8; 32]) -> bool {
    const ORDER_8: [[u8; 32]; 2] = [
        *b"\x26\xe8\x95\x8f\xc2\xb2\x27\xb0\x45\xc3\xf4\x89\xf2\xef\x98\xf0\xd5\xdf\xac\x05\xd3\xc6\x33\x39\xb1\x38\x02\x88\x6d\x53\xfc\x05",
        *b"\xc7\x17\x6a\x70\x3d\x4d\xd8\x4f\xba\x3c\x0b\x76\x0d\x10\x67\x0f\x2a\x20\x53\xfa\x2c\x39\xcc\xc6\x4e\xc7\xfd\x77\x92\xac\x03\x7a",
    ];
    key[31] &= 0x7f;
    let [first, middle @ .., last] = key;
    let small = first < 2 && last == 0 && middle == [0; 30];
    let beyond = (0xec..=0xee).contains(&first) && last == 0x7f && middle == [0xff; 30];
    small || beyond || ORDER_8.contains(&key)
}

fn point(x: &[u8], y: &[u8], length: usize) -> Result<Vec<u8>, JwkError> {
    if x.len() != length || y.len() != length {
        return Err(JwkError::Size);
    }
    Ok([&[4], x, y].concat())
}
