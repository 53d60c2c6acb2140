//! Registered claims (RFC 7519 section 4.1).

use credenza_validator::{Audience, JsonError, NumericDate, TimeFault, Times, strict_json};
use serde::Deserialize;
use serde_json::json;

#[derive(Debug, Deserialize)]
struct Claims {
    #[serde(flatten)]
    times: Times,
    sub: String,
}

fn date(text: &str) -> Result<NumericDate, JsonError> {
    strict_json::from_slice(text.as_bytes())
}

#[test]
fn rfc7519_2_numeric_dates_are_numbers_from_zero_up() {
    for (text, seconds) in [
        ("0", 0),
        ("1700000000", 1_700_000_000),
        ("1700000000.9", 1_700_000_000),
        ("1.7e9", 1_700_000_000),
        ("-0", 0),
        ("9007199254740993", 9_007_199_254_740_993),
        ("9223372036854775807", i64::MAX),
    ] {
        assert_eq!(date(text), Ok(NumericDate(seconds)), "{text}");
    }
    for text in [
        r#""1700000000""#,
        r#""never""#,
        "null",
        "true",
        "[]",
        "{}",
        "-1",
        "-0.5",
        "9223372036854775808",
        "18446744073709551615",
        "18446744073709551616",
        "1e308",
        "1e400",
        "9223372036854775808.0",
        "NaN",
    ] {
        assert!(date(text).is_err(), "{text}");
    }
}

#[test]
fn times_read_flattened_and_never_from_null() {
    let read = |text: &str| strict_json::object_from_slice::<Claims>(text.as_bytes());
    let claims = read(r#"{"sub":"a","exp":2,"iat":1.5}"#).unwrap();
    assert_eq!(claims.sub, "a");
    assert_eq!(claims.times, Times { exp: Some(NumericDate(2)), nbf: None, iat: Some(NumericDate(1)) });
    for name in ["exp", "nbf", "iat"] {
        for value in ["null", r#""2""#, "-1", "[2]", "true"] {
            assert!(read(&format!(r#"{{"sub":"a","{name}":{value}}}"#)).is_err(), "{name} {value}");
        }
    }
}

fn times(exp: Option<i64>, nbf: Option<i64>, iat: Option<i64>) -> Times {
    Times { exp: exp.map(NumericDate), nbf: nbf.map(NumericDate), iat: iat.map(NumericDate) }
}

#[test]
fn rfc7519_4_1_4_to_4_1_6_bounds_are_kept_to_the_second() {
    let now = 1_000;
    for (times, leeway, outcome) in [
        (times(Some(1_001), None, None), 0, Ok(())),
        (times(Some(1_000), None, None), 0, Err(TimeFault::Expired)),
        (times(Some(991), None, None), 10, Ok(())),
        (times(Some(990), None, None), 10, Err(TimeFault::Expired)),
        (times(Some(2_000), Some(1_000), Some(1_000)), 0, Ok(())),
        (times(Some(2_000), Some(1_001), None), 0, Err(TimeFault::NotYetValid)),
        (times(Some(2_000), Some(1_010), Some(1_010)), 10, Ok(())),
        (times(Some(2_000), Some(1_011), None), 10, Err(TimeFault::NotYetValid)),
        (times(Some(2_000), None, Some(1_001)), 0, Err(TimeFault::IssuedInFuture)),
        (times(None, None, None), 0, Err(TimeFault::NoExpiry)),
        (times(None, Some(1), Some(1)), 300, Err(TimeFault::NoExpiry)),
    ] {
        assert_eq!(times.check(now, leeway), outcome, "{times:?} {leeway}");
    }
}

#[test]
fn leeway_is_bounded_and_nothing_overflows() {
    let dead = times(Some(1), None, None);
    for leeway in [i64::MIN, -1, 0, 300, 301, 1_000_000_000_000_000_000, i64::MAX] {
        assert_eq!(dead.check(1_000, leeway), Err(TimeFault::Expired), "{leeway}");
    }
    let forever = times(Some(i64::MAX), Some(0), Some(0));
    assert_eq!(forever.check(1_000, 60), Ok(()));
    assert_eq!(forever.check(i64::MAX, 60), Ok(()));
    assert_eq!(forever.check(i64::MAX, 0), Err(TimeFault::Expired));
    assert_eq!(forever.check(i64::MIN, 300), Err(TimeFault::NotYetValid));
}

#[test]
fn rfc7519_4_1_3_audience_is_one_string_or_several() {
    let one: Audience = serde_json::from_value(json!("api")).unwrap();
    let two: Audience = serde_json::from_value(json!(["api", "other"])).unwrap();
    assert!(one.contains("api") && two.contains("api") && two.contains("other"));
    for name in ["", "ap", "api2", "API", "api ", "api,other"] {
        assert!(!one.contains(name) && !two.contains(name), "{name:?}");
    }
    assert_eq!(serde_json::to_value(&one).unwrap(), json!("api"));
    assert_eq!(serde_json::to_value(&two).unwrap(), json!(["api", "other"]));
    let single: Audience = serde_json::from_value(json!(["api"])).unwrap();
    assert_eq!(serde_json::to_value(single).unwrap(), json!("api"));
    for aud in [
        json!(""),
        json!([]),
        json!([null]),
        json!([["api"]]),
        json!(1),
        json!(null),
        json!({}),
        json!(["api", ""]),
        json!(["api", 1]),
    ] {
        assert!(serde_json::from_value::<Audience>(aud.clone()).is_err(), "{aud}");
    }
}
