//! Public keys as PEM: SubjectPublicKeyInfo (RFC 7468 section 13), alone or in a certificate (RFC 5280 section 4.1).

use base64::{Engine, engine::general_purpose::STANDARD};
use spki::der::asn1::{AnyRef, UintRef};
use spki::der::{Decode, Reader, SliceReader, Tag, TagNumber};
use spki::{ObjectIdentifier, SubjectPublicKeyInfoRef};

use super::PublicKey;
use crate::{Algorithm, jwk_error::JwkError};

/// How the key of a block is found.
type Find = fn(&[u8]) -> Result<PublicKey, JwkError>;

/// The blocks that are read.
const KINDS: [(&str, Find); 2] = [("PUBLIC KEY", key), ("CERTIFICATE", key_of_certificate)];

const MALFORMED: JwkError = JwkError::Member("pem");

/// rsaEncryption (RFC 8017 appendix C).
const RSA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.1");
/// id-ecPublicKey (RFC 5480 section 2.1.1).
const EC: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.2.1");
/// secp256r1, secp384r1, secp521r1 (RFC 5480 section 2.1.1.1).
const P256: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.3.1.7");
const P384: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.132.0.34");
const P521: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.132.0.35");
/// id-Ed25519 (RFC 8410 section 3).
const ED25519: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.101.112");

/// Reads the public keys of a text. There may be other text around them, but no other PEM. Of a certificate its key alone
/// is read: who trusts the key has judged names and dates before.
///
/// # Errors
/// [`JwkError::Member`] when there is none, or one is malformed; [`JwkError::Private`] for a private key; and as for a
/// JWK.
pub(crate) fn read(text: &str) -> Result<Vec<PublicKey>, JwkError> {
    if text.contains("PRIVATE KEY-----") {
        return Err(JwkError::Private);
    }
    let keys: Vec<_> = text.split("-----BEGIN ").skip(1).map(block).collect::<Result<_, _>>()?;
    if keys.is_empty() { Err(MALFORMED) } else { Ok(keys) }
}

/// Reads what stands behind `-----BEGIN `.
fn block(text: &str) -> Result<PublicKey, JwkError> {
    let (label, rest) = text.split_once("-----").ok_or(MALFORMED)?;
    let (_, key) = KINDS.into_iter().find(|(own, _)| *own == label).ok_or(JwkError::Unsupported)?;
    let (body, _) = rest.split_once(&format!("-----END {label}-----")).ok_or(MALFORMED)?;
    let body: String = body.split_ascii_whitespace().collect();
    key(&STANDARD.decode(body).map_err(|_| MALFORMED)?)
}

fn key(der: &[u8]) -> Result<PublicKey, JwkError> {
    key_of(&SubjectPublicKeyInfoRef::from_der(der).map_err(|_| MALFORMED)?)
}

fn key_of_certificate(der: &[u8]) -> Result<PublicKey, JwkError> {
    key_of(&info_of_certificate(der).map_err(|_| MALFORMED)?)
}

/// The subjectPublicKeyInfo of a certificate.
fn info_of_certificate(der: &[u8]) -> spki::der::Result<SubjectPublicKeyInfoRef<'_>> {
    let mut reader = SliceReader::new(der)?;
    let info = reader.sequence(|certificate| {
        let info = certificate.sequence(|certified| {
            let version = Tag::ContextSpecific { constructed: true, number: TagNumber(0) };
            if Tag::peek(certified)? == version {
                AnyRef::decode(certified)?;
            }
            // serialNumber, signature, issuer, validity, subject.
            for _ in 0..5 {
                AnyRef::decode(certified)?;
            }
            let info = SubjectPublicKeyInfoRef::decode(certified)?;
            // Unique identifiers and extensions.
            while !certified.is_finished() {
                AnyRef::decode(certified)?;
            }
            Ok::<_, spki::der::Error>(info)
        })?;
        // signatureAlgorithm, signatureValue.
        AnyRef::decode(certificate)?;
        AnyRef::decode(certificate)?;
        Ok::<_, spki::der::Error>(info)
    })?;
    reader.finish()?;
    Ok(info)
}

fn key_of(info: &SubjectPublicKeyInfoRef<'_>) -> Result<PublicKey, JwkError> {
    let octets = info.subject_public_key.as_bytes().ok_or(MALFORMED)?;
    let curve = || info.algorithm.parameters_oid().map_err(|_| JwkError::Unsupported);
    match info.algorithm.oid {
        RSA => rsa(octets).map_err(|_| MALFORMED).and_then(|(n, e)| PublicKey::rsa(n, e)),
        ED25519 => PublicKey::ed25519(octets.to_vec()),
        EC => {
            let [4, point @ ..] = octets else { return Err(JwkError::Unsupported) };
            let (x, y) = point.split_at(point.len() / 2);
            match curve()? {
                P256 => PublicKey::p256(x, y),
                P384 => PublicKey::p384(x, y),
                P521 if Algorithm::ES512.is_built_in() => PublicKey::p521(x, y),
                _ => Err(JwkError::Unsupported),
            }
        }
        _ => Err(JwkError::Unsupported),
    }
}

/// Modulus and exponent (RFC 8017 appendix A.1.1).
fn rsa(octets: &[u8]) -> spki::der::Result<(Vec<u8>, Vec<u8>)> {
    let mut reader = SliceReader::new(octets)?;
    let numbers = reader.sequence(|reader| {
        let (n, e) = (UintRef::decode(reader)?, UintRef::decode(reader)?);
        Ok::<_, spki::der::Error>((n.as_bytes().to_vec(), e.as_bytes().to_vec()))
    })?;
    reader.finish()?;
    Ok(numbers)
}
