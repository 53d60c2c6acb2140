use std::process::{Command, Stdio};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use credenza_validator::SigningKey;

use super::*;

/// PEM by a label; the label is put together here, so that no file looks as if it held a key.
fn pem(label: &str, der: &[u8]) -> String {
    let [begin, end] = ["BEGIN", "END"].map(|word| format!("-----{word} {label}-----"));
    let text = STANDARD.encode(der);
    let lines: Vec<_> = text.as_bytes().chunks(64).map(|line| String::from_utf8_lossy(line)).collect();
    format!("{begin}\n{}\n{end}\n", lines.join("\n"))
}

fn made(algorithm: Algorithm) -> Zeroizing<Vec<u8>> {
    SigningKey::generate_pkcs8(algorithm).unwrap()
}

fn kid(algorithm: Algorithm, pkcs8: &[u8]) -> String {
    SigningKey::from_pkcs8(algorithm, pkcs8).unwrap().kid().unwrap().to_owned()
}

fn read(algorithm: Algorithm, text: &str) -> Result<Zeroizing<Vec<u8>>, PemError> {
    private_key(algorithm, text.as_bytes())
}

/// The contents of the first OCTET STRING after the algorithm of a PKCS#8 key: its PKCS#1 or SEC1 form.
fn inner(pkcs8: &[u8]) -> Vec<u8> {
    fn value(der: &[u8]) -> (&[u8], &[u8]) {
        let (length, at) = match der[1] {
            short @ 0..=127 => (usize::from(short), 2),
            long => {
                let bytes = usize::from(long & 127);
                (der[2..2 + bytes].iter().fold(0, |sum, byte| sum * 256 + usize::from(*byte)), 2 + bytes)
            }
        };
        (&der[at..at + length], &der[at + length..])
    }
    let (sequence, _) = value(pkcs8);
    let (_, after_version) = value(sequence);
    let (_, after_algorithm) = value(after_version);
    value(after_algorithm).0.to_vec()
}

#[test]
fn each_form_of_each_kind_gives_the_same_key() {
    let ec = "EC PRIVATE KEY";
    let rsa = "RSA PRIVATE KEY";
    let cases = [
        (Algorithm::RS256, Some(rsa)),
        (Algorithm::PS256, Some(rsa)),
        (Algorithm::ES256, Some(ec)),
        (Algorithm::ES384, Some(ec)),
        (Algorithm::EdDSA, None),
    ];
    for (algorithm, older) in cases {
        let key = made(algorithm);
        let expected = kid(algorithm, &key);
        let text = pem("PRIVATE KEY", &key);
        assert_eq!(kid(algorithm, &read(algorithm, &text).unwrap()), expected, "{algorithm}");
        let windows = format!("some words before\r\n{}", text.replace('\n', "\r\n"));
        assert_eq!(kid(algorithm, &read(algorithm, &windows).unwrap()), expected, "{algorithm}");
        if let Some(label) = older {
            let text = pem(label, &inner(&key));
            assert_eq!(kid(algorithm, &read(algorithm, &text).unwrap()), expected, "{algorithm} {label}");
        }
    }
}

#[test]
fn another_kind_of_key_is_named() {
    let kinds = [
        (Algorithm::RS256, "an RSA key"),
        (Algorithm::ES256, "a key on P-256"),
        (Algorithm::ES384, "a key on P-384"),
        (Algorithm::EdDSA, "an Ed25519 key"),
    ];
    for (algorithm, found) in kinds {
        let text = pem("PRIVATE KEY", &made(algorithm));
        for (other, _) in kinds.into_iter().filter(|(other, _)| *other != algorithm) {
            let kind = ImportError::Kind { found, algorithm: other };
            assert_eq!(read(other, &text), Err(PemError::Key(kind)), "{other}");
        }
        assert!(read(algorithm, &text).is_ok());
    }
}

#[test]
fn what_is_no_private_key_in_the_clear_gets_a_clear_word() {
    let key = made(Algorithm::ES256);
    let good = pem("PRIVATE KEY", &key);
    assert!(read(Algorithm::ES256, &good).is_ok());
    let older = pem("RSA PRIVATE KEY", &key).replacen(
        '\n',
        "\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00\n",
        1,
    );
    let cases = [
        (pem("ENCRYPTED PRIVATE KEY", &key), PemError::Encrypted),
        (older, PemError::Encrypted),
        (pem("PUBLIC KEY", &key), PemError::Public),
        (pem("CERTIFICATE", &key), PemError::Public),
        (format!("{good}{}", pem("PRIVATE KEY", &made(Algorithm::EdDSA))), PemError::Several),
        (good.replace("-----END", ""), PemError::Damaged),
        (good.replacen("\nM", "\n*", 1), PemError::Damaged),
        (String::new(), PemError::None),
        ("\0\u{1}garbage".to_owned(), PemError::None),
        (STANDARD.encode(&*key), PemError::None),
        (pem("PRIVATE KEY", b"garbage"), PemError::Key(ImportError::Unknown)),
        (pem("PRIVATE KEY", &key[..key.len() - 1]), PemError::Key(ImportError::Unknown)),
        (pem("RSA PRIVATE KEY", &key), PemError::Key(ImportError::Unknown)),
        (pem("EC PRIVATE KEY", b""), PemError::Key(ImportError::Unknown)),
    ];
    for (text, why) in cases {
        assert_eq!(read(Algorithm::ES256, &text).unwrap_err(), why, "{text}");
    }
    assert_eq!(private_key(Algorithm::ES256, &key), Err(PemError::None), "DER");
}

/// What OpenSSL writes is taken, where it is installed: the forms that people have.
#[test]
fn what_openssl_writes_is_taken_and_weak_keys_are_not() {
    let key = |words: &str| {
        let made = Command::new("openssl").args(words.split(' ')).stderr(Stdio::null()).output();
        made.ok().filter(|made| made.status.success()).map(|made| String::from_utf8(made.stdout).unwrap())
    };
    let good = [
        (Algorithm::RS256, "genrsa -traditional 2048"),
        (Algorithm::PS256, "genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:3072"),
        (Algorithm::ES256, "ecparam -name prime256v1 -genkey"),
        (Algorithm::ES256, "ecparam -name prime256v1 -genkey -noout"),
        (Algorithm::ES384, "genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-384"),
        (Algorithm::EdDSA, "genpkey -algorithm ED25519"),
    ];
    for (algorithm, words) in good {
        let Some(text) = key(words) else { continue };
        assert!(read(algorithm, &text).is_ok(), "{words}: {:?}", read(algorithm, &text).err());
    }
    let bad = [
        (Algorithm::RS256, "genrsa 1024", ImportError::Short),
        (Algorithm::RS256, "genrsa -traditional 1024", ImportError::Short),
        (Algorithm::RS256, "genrsa -3 2048", ImportError::Numbers),
        (Algorithm::ES256, "ecparam -name secp521r1 -genkey -noout", ImportError::Unknown),
        (Algorithm::EdDSA, "genpkey -algorithm ED448", ImportError::Unknown),
        (Algorithm::EdDSA, "genpkey -algorithm X25519", ImportError::Unknown),
    ];
    for (algorithm, words, why) in bad {
        let Some(text) = key(words) else { continue };
        assert_eq!(read(algorithm, &text).unwrap_err(), PemError::Key(why), "{words}");
    }
}

#[test]
fn what_is_written_is_read() {
    let key = made(Algorithm::ES256);
    let text = of_pkcs8(&key);
    assert_eq!(*text, pem("PRIVATE KEY", &key));
    assert_eq!(*read(Algorithm::ES256, &text).unwrap(), *key);
}
