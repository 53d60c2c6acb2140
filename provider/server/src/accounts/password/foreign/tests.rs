//! Hashes as the programs make them that people come from: passlib 1.7, Django 5.2, argon2-cffi, and the documentation of
//! the formats.

use super::*;
use crate::accounts::password::hashing::check_hash;

const PBKDF2_SHA512: &str = "$pbkdf2-sha512$1000$c2FsdHNhbHQxMjM0NTY3OA$xxdLIl4s9jy7soD1uVhi9yUep2mih4DUsP3QSAJyaFxcUF7f8fIKUKbbCQ3kInvP/Fv7c1Ydb1QtuPlgZo8fUA";
const SHA512_CRYPT: &str =
    "$6$saltstring$svn8UoSVapNtMuq1ukKS4tPQd8iKwSMHWjl/O817G3uBnIFNjnQJuesI68u4OTLiBFdcbYEdFCoEOfaS35inz1";
const SHA512_CRYPT_ROUNDS: &str = "$6$rounds=10000$saltstringsaltst$OW1/O6BYHV6BcXZu8QVeXbDWra3Oeqh0sbHbbMCVNSnCM/UrjmM0Dp8vOuZeHBy/YTBmSK6H9qs/y3RnOaw5v.";
const SSHA512: &str = "{SSHA512}9ZxHVj4YomwqqFiYKcIjExMLx2ZblYfXRGc4KMqbgvHq2+HOgwiTIi+eO/Uam/8D0beDAkGpvx14+UFlfBskLnNhbHRzYWx0";
const DJANGO_SCRYPT: &str = "scrypt$1024$seasalt2$8$1$VIdzbSu9Jd62UmlQXOw3PNcVYciaL1Rgq+fSTcQ9IWfIeK60pJQsyf7XXfqY+d88Dq0YoumqbclqNoDrn5kZ5w==";
const FIREBASE: &str = "$firebase-scrypt$ln=14,r=8$42xEC+ixf3L2lw==$Bw==$jxspr8Ki0RYycVU8zykbdLGjFQ3McFUH0uiiTvC8pVMXAn210wjLNmdZJzxUECKbm0QsEmYUSDzZvpjeJ9WmXA==$lSrfV15cpx95/sZS2W9c9Kp6i/LVgQNDNC/qzrCnh1SAyZvqmZqAjTdn3aoItz+VHjoZilo78198JAdRuid5lQ==";

#[test]
fn hashes_of_other_programs_match_their_password_alone() {
    for (hash, password) in [
        ("$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW", "U*U"),
        ("$2y$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW", "U*U"),
        ("{CRYPT}$2b$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW", "U*U"),
        ("bcrypt$$2b$04$abcdefghijklmnopqrstuughE8Ev8uGFaUgY2cNEySvxngrb/Jzdm", "password"),
        ("bcrypt_sha256$$2b$04$abcdefghijklmnopqrstuuavYyybW8SwBYgHrVfEOHIljvgCGgHr2", "password"),
        (
            "$scrypt$ln=10,r=8,p=1$c2FsdHNhbHQxMjM0NTY3OA$bKLSovb5WDo8xy/92Ni1fa/dSgKQ1qA1gy2s2DaJLNs",
            "password",
        ),
        (DJANGO_SCRYPT, "password"),
        (FIREBASE, "user1password"),
        ("$pbkdf2$1000$c2FsdHNhbHQxMjM0NTY3OA$sd6eyecJI1Kt6GBe70bTBQZGya0", "password"),
        (
            "$pbkdf2-sha256$i=1000,l=32$c2FsdHNhbHQxMjM0NTY3OA$WoUeNk8q2EQ1PFxX9P0LFxIgcMSkO1cVRYZylJRq1lw",
            "password",
        ),
        (
            "$pbkdf2-sha256$6400$0ZrzXitFSGltTQnBWOsdAw$Y11AchqV4b0sUisdZd0Xr97KWoymNE0LNNrnEgY4H9M",
            "password",
        ),
        (PBKDF2_SHA512, "password"),
        ("pbkdf2_sha256$1000$seasalt2$uVEb+sgBbQ+os/7/NKCwt12lTi30NXcIL1uign1R2Qc=", "password"),
        ("pbkdf2_sha1$1000$seasalt2$RhDgUmce9R5GoyYX238GVR+UlIg=", "password"),
        ("$5$saltstring$5B8vYYiY.CVt1RlTTf8KbXBH3hsxY/GNooZaBBGWEc5", "Hello world!"),
        (SHA512_CRYPT, "Hello world!"),
        (SHA512_CRYPT_ROUNDS, "Hello world!"),
        ("$P$9IQRaTwmfeRo7ud9Fh4E2PdI0S3r.L0", "test12345"),
        ("$H$9IQRaTwmfeRo7ud9Fh4E2PdI0S3r.L0", "test12345"),
        ("{SSHA}yrht1iYXEIkejLVu42JWkadd80RzYWx0c2FsdA==", "password"),
        ("{ssha256}DIzeh0gCRMTRu9dAH3C3rr7fWkRT0Bp2ZdtRqvTX3XJzYWx0c2FsdA==", "password"),
        (SSHA512, "password"),
    ] {
        assert_eq!(check_hash(hash), Ok(()), "{hash}");
        let read = Foreign::read(hash).unwrap();
        assert!(read.matches(password.as_bytes()), "{hash}");
        let longer = format!("{password} ");
        for other in [longer.as_str(), "Password", "", &"x".repeat(LONGEST + 1)] {
            assert!(!read.matches(other.as_bytes()), "{hash}: {other}");
        }
    }
}

#[test]
fn what_keycloak_and_firebase_export() {
    let keycloak = serde_json::json!({
        "algorithm": "pbkdf2-sha256", "hashIterations": 1000, "salt": "MDEyMzQ1Njc4OWFiY2RlZg==",
        "value": "hRRjgXWkW8ResfIvBP99J/T4vkgEmMRV/0tJTOjR59L1MlKxm2XwUi2/KU1ROdrq5HRVipHb+APuVX/nDe7r8w==",
        "additionalParameters": {},
    });
    let text = text_of(&keycloak).unwrap();
    assert!(Foreign::read(&text).unwrap().matches(b"password"), "{text}");
    let firebase = serde_json::json!({
        "passwordHash": "lSrfV15cpx95/sZS2W9c9Kp6i/LVgQNDNC/qzrCnh1SAyZvqmZqAjTdn3aoItz+VHjoZilo78198JAdRuid5lQ==",
        "salt": "42xEC+ixf3L2lw==", "base64_salt_separator": "Bw==", "rounds": 8, "mem_cost": 14,
        "base64_signer_key": "jxspr8Ki0RYycVU8zykbdLGjFQ3McFUH0uiiTvC8pVMXAn210wjLNmdZJzxUECKbm0QsEmYUSDzZvpjeJ9WmXA==",
    });
    assert_eq!(text_of(&firebase).as_deref(), Some(FIREBASE));
    let argon2 = serde_json::json!({
        "algorithm": "argon2", "hashIterations": 2, "salt": "c2FsdHNhbHQxMjM0NTY3OA==",
        "value": "0YadYaYbG223S73Q1EK+CtXmsU6gwEC86NX29fm0yBo=",
        "additionalParameters": {
            "type": ["id"], "memory": ["64"], "parallelism": ["2"], "version": ["1.3"], "hashLength": ["32"],
        },
    });
    let text = text_of(&argon2).unwrap();
    assert_eq!(
        text,
        "$argon2id$v=19$m=64,t=2,p=2$c2FsdHNhbHQxMjM0NTY3OA$0YadYaYbG223S73Q1EK+CtXmsU6gwEC86NX29fm0yBo"
    );
    assert_eq!(check_hash(&text), Ok(()));
    for other in [serde_json::json!(1), serde_json::json!({}), serde_json::json!({ "salt": "x" })] {
        assert_eq!(text_of(&other), None, "{other}");
    }
}

#[test]
fn unknown_damaged_and_costly_hashes_are_refused() {
    for unknown in
        ["", "password", "$", "$1$abc$def", "{MD5}xxxx", "md5$a$b", "5f4dcc3b5aa765d61d8327deb882cf99"]
    {
        assert_eq!(check_hash(unknown), Err(Unusable::Unknown), "{unknown}");
    }
    for damaged in [
        "$2b$12$abc",
        "$2b$1$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW",
        "$scrypt$ln=10,r=8$",
        "$pbkdf2-sha256$0$AAAA$AAAAAAAAAAAAAAAAAAAAAA",
        "pbkdf2_sha256$1000$seasalt2$uVEb",
        "$5$saltstring$short",
        "$P$9IQRaTwmfeRo7ud9Fh4E2PdI0S3r.L",
        "{SSHA}yrht1iYXEIkejLVu42JWkadd80Q=",
        "$argon2id$v=19$m=64,t=2,p=2$c2FsdHNhbHQxMjM0NTY3OA",
        "$argon2d$v=19$m=64,t=2,p=2$c2FsdHNhbHQxMjM0NTY3OA$0YadYaYbG223S73Q1EK+CtXmsU6gwEC86NX29fm0yBo",
    ] {
        assert!(matches!(check_hash(damaged), Err(Unusable::Malformed(_))), "{damaged}");
    }
    for costly in [
        "$2b$31$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW",
        "$scrypt$ln=24,r=8,p=1$c2FsdHNhbHQxMjM0NTY3OA$bKLSovb5WDo8xy/92Ni1fa/dSgKQ1qA1gy2s2DaJLNs",
        "$scrypt$ln=14,r=8,p=4000000$c2FsdHNhbHQxMjM0NTY3OA$bKLSovb5WDo8xy/92Ni1fa/dSgKQ1qA1gy2s2DaJLNs",
        "$scrypt$ln=4000000000,r=8,p=1$c2FsdHNhbHQxMjM0NTY3OA$bKLSovb5WDo8xy/92Ni1fa/dSgKQ1qA1gy2s2DaJLNs",
        "$pbkdf2-sha256$4000000000$0ZrzXitFSGltTQnBWOsdAw$Y11AchqV4b0sUisdZd0Xr97KWoymNE0LNNrnEgY4H9M",
        "$5$rounds=999999999$saltstring$5B8vYYiY.CVt1RlTTf8KbXBH3hsxY/GNooZaBBGWEc5",
        "$P$zIQRaTwmfeRo7ud9Fh4E2PdI0S3r.L0",
        "$argon2id$v=19$m=1048576,t=2,p=2$c2FsdHNhbHQxMjM0NTY3OA$0YadYaYbG223S73Q1EK+CtXmsU6gwEC86NX29fm0yBo",
        "$argon2id$v=19$m=65536,t=90,p=2$c2FsdHNhbHQxMjM0NTY3OA$0YadYaYbG223S73Q1EK+CtXmsU6gwEC86NX29fm0yBo",
    ] {
        assert!(matches!(check_hash(costly), Err(Unusable::Costly(_))), "{costly}");
    }
}
