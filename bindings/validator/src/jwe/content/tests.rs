//! Values of RFC 7518 appendix B and RFC 7516 appendices A.1 to A.3.

use super::*;
use crate::base64url;

/// "A cipher system must not be required to be secret, and it must be able to fall into the hands of the enemy
/// without inconvenience": the text of RFC 7518 appendix B.
const KERCKHOFFS: &[u8] =
    b"A cipher system must not be required to be secret, and it must be able to fall into the \
hands of the enemy without inconvenience";
const AAD: &[u8] = b"The second principle of Auguste Kerckhoffs";

fn hex(text: &str) -> Vec<u8> {
    let digits: String = text.split_whitespace().collect();
    (0..digits.len()).step_by(2).map(|at| u8::from_str_radix(&digits[at..at + 2], 16).unwrap()).collect()
}

fn rfc7518_b(enc: ContentEncryption, key_length: u8, tag: &str) {
    let key: Vec<u8> = (0..key_length).collect();
    let iv = hex("1a f3 8c 2d c2 b9 6f fd d8 66 94 09 23 41 bc 04");
    let encrypted = enc.encrypt(&key, &iv, AAD, KERCKHOFFS).unwrap();
    assert_eq!(encrypted.tag, hex(tag));
    assert_eq!(enc.decrypt(&key, &iv, AAD, &encrypted).unwrap().as_slice(), KERCKHOFFS);
}

#[test]
fn rfc7518_b_1_a128cbc_hs256() {
    rfc7518_b(ContentEncryption::A128CbcHs256, 32, "65 2c 3f a3 6b 0a 7c 5b 32 19 fa b3 a3 0b c1 c4");
}

#[test]
fn rfc7518_b_3_a256cbc_hs512() {
    let tag =
        "4d d3 b4 c0 88 a7 f4 5c 21 68 39 64 5b 20 12 bf 2e 62 69 a8 c5 6a 81 6d bc 1b 26 77 61 95 5b c5";
    rfc7518_b(ContentEncryption::A256CbcHs512, 64, tag);
}

#[test]
fn rfc7516_a_1_content_by_a256gcm() {
    let key = [
        177, 161, 244, 128, 84, 143, 225, 115, 63, 180, 3, 255, 107, 154, 212, 246, 138, 7, 110, 91, 112, 46,
        34, 105, 47, 130, 203, 46, 122, 234, 64, 252,
    ];
    let octets = |text: &str| base64url::decode(text).unwrap();
    let ciphertext =
        octets("5eym8TW_c8SuK0ltJ3rpYIzOeDQz7TALvtu6UG9oMo4vpzs9tX_EFShS8iB7j6jiSdiwkIr3ajwQzaBtQD_A");
    let encrypted = Encrypted { ciphertext, tag: octets("XFBoMYUZodetZdvTiFvSkQ") };
    let iv = octets("48V1_ALb6US04U3b");
    let aad = b"eyJhbGciOiJSU0EtT0FFUCIsImVuYyI6IkEyNTZHQ00ifQ";
    let content = ContentEncryption::A256Gcm.decrypt(&key, &iv, aad, &encrypted).unwrap();
    assert_eq!(content.as_slice(), b"The true sign of intelligence is not knowledge but imagination.");
}

#[test]
fn anything_changed_is_refused() {
    for enc in ContentEncryption::ALL {
        let (key, iv) = (vec![7; enc.key_length()], vec![9; enc.iv_length()]);
        let encrypted = enc.encrypt(&key, &iv, b"header", b"content").unwrap();
        assert_eq!(enc.decrypt(&key, &iv, b"header", &encrypted).unwrap().as_slice(), b"content");
        let flipped = |bytes: &[u8]| [&[bytes[0] ^ 1], &bytes[1..]].concat();
        let changed =
            |ciphertext: &[u8], tag: &[u8]| Encrypted { ciphertext: ciphertext.to_vec(), tag: tag.to_vec() };
        let refused = |key: &[u8], iv: &[u8], aad: &[u8], encrypted: &Encrypted| {
            assert!(enc.decrypt(key, iv, aad, encrypted).is_err(), "{enc}");
        };
        refused(&flipped(&key), &iv, b"header", &encrypted);
        refused(&key, &flipped(&iv), b"header", &encrypted);
        refused(&key, &iv, b"Header", &encrypted);
        refused(&key, &iv, b"header", &changed(&flipped(&encrypted.ciphertext), &encrypted.tag));
        refused(&key, &iv, b"header", &changed(&encrypted.ciphertext, &flipped(&encrypted.tag)));
        refused(&key, &iv, b"header", &changed(&encrypted.ciphertext, &encrypted.tag[1..]));
        refused(&key, &iv, b"header", &changed(&encrypted.ciphertext, &[]));
        refused(&key, &iv, b"header", &changed(&[], &encrypted.tag));
        refused(&key[1..], &iv, b"header", &encrypted);
        refused(&key, &iv[1..], b"header", &encrypted);
        refused(&key, &[], b"header", &encrypted);
    }
}
