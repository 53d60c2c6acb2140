//! The form of codes and refresh tokens: the 16 bytes of the `grant_id` that they belong to, by which storage finds
//! either by its primary key, and then what is secret.

use credenza_validator::base64url;

use crate::ids::GrantId;
use crate::secret::Secret;

/// Bytes of a `grant_id`, of which its text has the hexadecimal digits.
const GRANT_ID_BYTES: usize = 16;

/// Writes a secret of that grant; `None` when the id has another form than those made here.
pub(super) fn write(grant_id: &GrantId, own: &[u8]) -> Option<Secret> {
    Some(Secret::from_bytes(&[&id_bytes(grant_id)?, own].concat()))
}

/// The grant of a secret, and the `own` bytes that follow; `None` when it has another form.
pub(super) fn read(secret: &Secret, own: usize) -> Option<(GrantId, Vec<u8>)> {
    let mut bytes = base64url::decode(secret.reveal()).ok()?;
    if bytes.len() != GRANT_ID_BYTES + own {
        return None;
    }
    let own = bytes.split_off(GRANT_ID_BYTES);
    let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    Some((
        GrantId::new(digits.filter_map(|digit| char::from_digit(digit.into(), 16)).collect::<String>()),
        own,
    ))
}

/// The bytes of the id.
pub(super) fn id_bytes(grant_id: &GrantId) -> Option<[u8; GRANT_ID_BYTES]> {
    let mut bytes = [0; GRANT_ID_BYTES];
    let digits = grant_id.as_str().as_bytes();
    if digits.len() != 2 * GRANT_ID_BYTES {
        return None;
    }
    for (byte, pair) in bytes.iter_mut().zip(digits.chunks(2)) {
        *byte = u8::from_str_radix(str::from_utf8(pair).ok()?, 16).ok()?;
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_has_its_grant_and_no_other_text_has_one() {
        let id = GrantId::new("0123456789abcdef0123456789abcdef");
        let secret = write(&id, &[7; 32]).unwrap();
        assert_eq!(read(&secret, 32), Some((id, vec![7; 32])));
        assert_eq!(read(&secret, 31), None);
        for text in ["", "x", "%00", &format!("{}A", secret.reveal()), &"x".repeat(1_000_000)] {
            assert_eq!(read(&Secret::presented(text), 32), None, "{text:.40}");
        }
        for id in ["", "grant", "0123456789abcdef0123456789abcdeg", "0123456789abcdef0123456789abcdef0"] {
            assert!(write(&GrantId::new(id), &[7; 32]).is_none(), "{id}");
        }
    }
}
