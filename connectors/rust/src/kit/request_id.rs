//! The id of a request: the client's, where it is one, or a new one.

use http::HeaderMap;

use crate::random;

/// The field, in requests and answers.
pub(super) const FIELD: &str = "x-request-id";
const LONGEST: usize = 128;

/// The id that the client sent, or a new UUID (RFC 9562 section 5.4).
pub(super) fn of(headers: &HeaderMap) -> String {
    let sent = headers.get(FIELD).and_then(|value| value.to_str().ok());
    let is_good = |id: &&str| {
        (1..=LONGEST).contains(&id.len())
            && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte))
    };
    sent.filter(is_good).map_or_else(new, str::to_owned)
}

fn new() -> String {
    // Without randomness it is no secret that is missing, only a name.
    let mut bytes = random::bytes::<16>().unwrap_or_default();
    let [_, _, _, _, _, _, version, _, variant, ..] = &mut bytes;
    *version = (*version & 0x0f) | 0x40;
    *variant = (*variant & 0x3f) | 0x80;
    let mut text = String::new();
    for (at, byte) in bytes.iter().enumerate() {
        if matches!(at, 4 | 6 | 8 | 10) {
            text.push('-');
        }
        text.push_str(&format!("{byte:02x}"));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn good_ids_are_taken_and_others_replaced() {
        let of = |id: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(FIELD, id.parse().unwrap());
            super::of(&headers)
        };
        let longest = "a".repeat(128);
        for good in ["a", "A-b_c.9", &longest] {
            assert_eq!(of(good), good);
        }
        for bad in ["", "a b", "a/b", "a\"b", &"a".repeat(129)] {
            let id = of(bad);
            assert!(id.len() == 36 && id.as_bytes()[14] == b'4' && id != of(bad), "{bad} {id}");
        }
    }
}
