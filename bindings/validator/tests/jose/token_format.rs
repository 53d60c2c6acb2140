//! Tokens that are refused before any key is looked at (RFC 7515 sections 3.1, 4 and 7.1).

use credenza_validator::{Algorithm, JsonError, Malformed, Unverified, base64url, jws::MAX_BYTES};
use serde_json::json;

use crate::support::{SECRET, forge, signing_key};

/// Parses a token with this header and a valid signature, and verifies it.
fn with_header(header: &str) -> Result<(), Malformed> {
    let token = forge(header, r#"{"sub":"alice"}"#, SECRET);
    let unverified = Unverified::parse(&token)?;
    assert!(unverified.verify_with_secret(SECRET, &[Algorithm::HS256]).is_ok());
    Ok(())
}

#[test]
fn headers_that_are_accepted() {
    for header in [
        r#"{"alg":"HS256"}"#,
        r#"{"typ":"JWT",
            "alg":"HS256"}"#,
        r#"{"alg":"HS256","kid":"","typ":""}"#,
        r#"{"alg":"HS256","x":{"y":[1]},"__proto__":1}"#,
        r#"{"alg":"HS256","jku":"https://evil.example/","x5u":1,"jwk":{"kty":"oct","k":""},"x5c":[]}"#,
    ] {
        assert_eq!(with_header(header), Ok(()), "{header}");
    }
}

#[test]
fn rfc8725_3_1_alg_none_and_its_kin_are_refused() {
    for alg in
        ["none", "None", "NONE", "noNE", "", "hs256", "HS256 ", " HS256", "HS256\\u0000", "ES521", "A128KW"]
    {
        assert_eq!(with_header(&format!(r#"{{"alg":"{alg}"}}"#)), Err(Malformed::Algorithm), "{alg}");
    }
    for header in [r#"{"alg":null}"#, r#"{"alg":["HS256"]}"#, r#"{"alg":1}"#, "{}", r#"{"ALG":"HS256"}"#] {
        assert!(matches!(with_header(header), Err(Malformed::Header(JsonError::Shape { .. }))), "{header}");
    }
}

#[test]
fn an_unsigned_token_is_refused() {
    let header = base64url::encode(r#"{"alg":"none"}"#);
    let payload = base64url::encode(r#"{"sub":"alice"}"#);
    assert_eq!(Unverified::parse(&format!("{header}.{payload}.")).unwrap_err(), Malformed::Segments);
}

#[test]
fn rfc7515_4_1_11_crit_is_refused() {
    for crit in [r#"["x"]"#, r#"["exp"]"#, r#"["b64"]"#, r#"["alg"]"#, "[]", r#""x""#, "null", "false"] {
        let header = format!(r#"{{"alg":"HS256","x":1,"crit":{crit}}}"#);
        assert_eq!(with_header(&header), Err(Malformed::Critical), "{header}");
    }
}

#[test]
fn rfc7797_b64_is_refused() {
    for b64 in ["false", "true", r#""false""#, "null"] {
        assert_eq!(
            with_header(&format!(r#"{{"alg":"HS256","b64":{b64}}}"#)),
            Err(Malformed::Unencoded),
            "{b64}"
        );
    }
}

#[test]
fn duplicate_header_members_are_refused() {
    for header in [
        r#"{"alg":"HS256","alg":"none"}"#,
        r#"{"alg":"HS256","\u0061lg":"HS256"}"#,
        r#"{"alg":"HS256","x":{"a":1,"a":1}}"#,
        r#"{"alg":"HS256","kid":"a","kid":"a"}"#,
    ] {
        assert_eq!(with_header(header), Err(Malformed::Header(JsonError::Duplicate)), "{header}");
    }
}

#[test]
fn header_members_of_wrong_type_are_refused() {
    for header in [
        r#"{"alg":"HS256","kid":1}"#,
        r#"{"alg":"HS256","kid":null}"#,
        r#"{"alg":"HS256","kid":{"a":1}}"#,
        r#"{"alg":"HS256","typ":["JWT"]}"#,
        r#"{"alg":"HS256","typ":null}"#,
        r#"["HS256"]"#,
        r#""HS256""#,
        "null",
    ] {
        assert!(matches!(with_header(header), Err(Malformed::Header(JsonError::Shape { .. }))), "{header}");
    }
    for header in ["", "{", "\u{feff}{\"alg\":\"HS256\"}", "{\"alg\":\"HS256\"}x", "{'alg':'HS256'}"] {
        assert!(with_header(header).is_err(), "{header}");
    }
}

#[test]
fn rfc7515_7_1_only_three_full_segments_are_a_token() {
    let token = signing_key(Algorithm::ES256).sign("JWT", &json!({ "sub": "alice" })).unwrap();
    assert!(Unverified::parse(&token).is_ok());
    let [header, payload, signature] = <[&str; 3]>::try_from(token.split('.').collect::<Vec<_>>()).unwrap();
    for text in [
        String::new(),
        ".".to_owned(),
        "..".to_owned(),
        header.to_owned(),
        format!("{header}.{payload}"),
        format!("{header}.{payload}."),
        format!("{header}..{signature}"),
        format!(".{payload}.{signature}"),
        format!("{token}."),
        format!(".{token}"),
        format!("{token}.{signature}"),
        format!("{header}.{payload}.{payload}.{payload}.{signature}"),
        format!(r#"{{"payload":"{payload}","protected":"{header}","signature":"{signature}"}}"#),
    ] {
        assert_eq!(Unverified::parse(&text).unwrap_err(), Malformed::Segments, "{text}");
    }
    let in_json = format!(r#"{{"{header}.{payload}.{signature}":""}}"#);
    for text in [
        format!(" {token}"),
        format!("{token} "),
        format!("{token}\n"),
        format!("Bearer {token}"),
        format!("{token}="),
        format!("{header}=.{payload}.{signature}"),
        format!("{header}.{payload}+.{signature}"),
        format!("{header}.{payload}.{signature}/"),
        format!("{header}.{payload}\u{e9}.{signature}"),
        in_json,
    ] {
        assert_eq!(Unverified::parse(&text).unwrap_err(), Malformed::Base64, "{text}");
    }
}

#[test]
fn a_token_is_refused_by_its_length_before_it_is_split() {
    let filled = |length: usize| forge(r#"{"alg":"HS256"}"#, &"x".repeat(length), SECRET);
    assert!(Unverified::parse(&filled(MAX_BYTES / 4 * 3 - 100)).is_ok());
    for text in [filled(MAX_BYTES), ".".repeat(1_000_000), "e".repeat(MAX_BYTES + 1)] {
        assert_eq!(Unverified::parse(&text).unwrap_err(), Malformed::TooLong);
    }
}
