use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD};

use super::*;
use crate::rng::SystemRng;

fn random_bytes() -> [u8; 32] {
    let mut bytes = [0; 32];
    SystemRng::new().fill(&mut bytes);
    bytes
}

fn random_key() -> MasterKey {
    MasterKey::from_bytes(&random_bytes())
}

fn random_keys() -> MasterKeys {
    random_key().into()
}

#[test]
fn a_key_is_read_in_every_spelling_of_base64() {
    let bytes = random_bytes();
    let expected = MasterKey::from_bytes(&bytes).id;
    for engine in [STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD] {
        let text = format!(" {}\n", engine.encode(bytes));
        assert_eq!(MasterKey::parse(&text).unwrap().id, expected);
    }
}

#[test]
fn a262_sample_keys_are_refused() {
    let staircase: Vec<u8> = (0..32).collect();
    let samples: [&[u8]; 5] = [
        &[0; 32],
        &[0xff; 32],
        &staircase,
        b"change-me-change-me-change-me-32",
        b"0123456789abcdef0123456789abcdef",
    ];
    for sample in samples {
        let text = STANDARD.encode(sample);
        assert_eq!(MasterKey::parse(&text).unwrap_err(), InvalidMasterKey::NotRandom, "{text}");
    }
    assert!(MasterKey::parse(&STANDARD.encode(random_bytes())).is_ok());
}

#[test]
fn other_lengths_and_other_texts_are_refused() {
    for text in ["", "not base64!", &STANDARD.encode([7; 31]), &STANDARD.encode([7; 33])] {
        assert_eq!(MasterKey::parse(text).unwrap_err(), InvalidMasterKey::Form, "{text}");
    }
}

#[test]
fn what_was_sealed_opens_for_its_context_alone() {
    let (rng, key) = (SystemRng::new(), random_keys());
    let sealed = key.seal(&rng, &["t1", "key", "k1"], b"private");
    assert_eq!(key.open(&["t1", "key", "k1"], &sealed).unwrap().as_slice(), b"private");
    for other in [&["t2", "key", "k1"][..], &["t1", "key"], &["t1", "keyk1", ""], &["t1k", "ey", "k1"]] {
        assert_eq!(key.open(other, &sealed).unwrap_err(), DoesNotOpen, "{other:?}");
    }
    assert!(random_keys().open(&["t1", "key", "k1"], &sealed).is_err());
}

#[test]
fn every_changed_byte_and_every_missing_one_is_seen() {
    let (rng, key) = (SystemRng::new(), random_keys());
    let sealed = key.seal(&rng, &["t"], b"private");
    for index in 0..sealed.len() {
        let mut changed = sealed.clone();
        changed[index] ^= 1;
        assert!(key.open(&["t"], &changed).is_err(), "byte {index}");
        assert!(key.open(&["t"], &sealed[..index]).is_err(), "length {index}");
    }
    assert!(key.open(&["t"], &sealed).is_ok());
}

#[test]
fn sealing_twice_gives_two_ciphertexts() {
    let (rng, key) = (SystemRng::new(), random_keys());
    assert_ne!(key.seal(&rng, &["t"], b"private"), key.seal(&rng, &["t"], b"private"));
}

#[test]
fn neither_keys_nor_their_ids_print() {
    let key = random_key();
    assert_eq!(format!("{key:?}"), "MasterKey");
    let keys = format!("{:?}", MasterKeys::new(key.clone(), vec![key]));
    assert_eq!(keys, "MasterKeys { current: MasterKey, previous: [MasterKey] }");
}

#[test]
fn a_previous_key_opens_and_seals_no_more() {
    let (rng, a, b) = (SystemRng::new(), random_key(), random_key());
    let old = MasterKeys::from(a.clone());
    let new = MasterKeys::new(b.clone(), vec![random_key(), a]);
    let (before, after) = (old.seal(&rng, &["t"], b"private"), new.seal(&rng, &["t"], b"private"));
    for sealed in [&before, &after] {
        assert_eq!(new.open(&["t"], sealed).unwrap().as_slice(), b"private");
        assert!(new.open(&["other"], sealed).is_err());
    }
    assert!(old.is_current(&before) && !new.is_current(&before) && new.is_current(&after));
    assert!(old.open(&["t"], &after).is_err());
    assert!(MasterKeys::from(b).open(&["t"], &before).is_err());
    for nothing in [&b""[..], &[VERSION], &before[..5]] {
        assert!(!new.is_current(nothing) && new.open(&["t"], nothing).is_err());
    }
}

#[test]
fn the_id_of_the_key_is_authenticated() {
    let (rng, a, b) = (SystemRng::new(), random_key(), random_key());
    let both = MasterKeys::new(a.clone(), vec![b.clone()]);
    let mut sealed = both.seal(&rng, &["t"], b"private");
    assert!(both.open(&["t"], &sealed).is_ok());
    sealed[1..=ID_BYTES].copy_from_slice(&b.id);
    assert!(both.open(&["t"], &sealed).is_err());
}
