//! RFC 7519 sections 4 and 4.1: unambiguous claims, and times.

use credenza_validator::base64url;
use serde_json::json;

use crate::case::{Case, NOW, Step, passes, refused, settings};
use crate::token::{OWN, Token};

pub(crate) fn cases() -> Vec<Case> {
    [duplicates(), kinds(), numbers(), bounds(), depth(), text(), names()].concat()
}

fn duplicates() -> Vec<Case> {
    let access = Token::access;
    let mut cases = Vec::new();
    for (name, token, rule) in [
        ("alg", access().header_again("alg", r#""none""#), "token_malformed"),
        ("alg_the_same", access().header_again("alg", r#""ES256""#), "token_malformed"),
        ("alg_escaped", access().header_again(r"\u0061lg", r#""none""#), "token_malformed"),
        ("kid", access().header_again("kid", r#""other""#), "token_malformed"),
        ("typ", access().header_again("typ", r#""JWT""#), "token_malformed"),
        ("unknown_in_header", access().header("x", 1).header_again("x", "2"), "token_malformed"),
        (
            "inside_jwk_of_header",
            access().raw_header("jwk", r#"{"kty":"EC","kty":"RSA"}"#),
            "token_malformed",
        ),
        ("sub", access().again("sub", r#""admin""#), "claims_malformed"),
        ("sub_the_same", access().again("sub", r#""user-1""#), "claims_malformed"),
        ("sub_escaped", access().again(r"\u0073ub", r#""admin""#), "claims_malformed"),
        ("exp", access().again("exp", "99999999999"), "claims_malformed"),
        ("aud", access().again("aud", r#""https://other.example""#), "claims_malformed"),
        ("iss", access().again("iss", r#""https://evil.example""#), "claims_malformed"),
        ("scope", access().again("scope", r#""admin""#), "claims_malformed"),
        ("cnf", access().raw("cnf", "{}").again("cnf", "{}"), "claims_malformed"),
        ("inside_cnf", access().raw("cnf", r#"{"jkt":"a","jkt":"b"}"#), "claims_malformed"),
        ("inside_cnf_unknown", access().raw("cnf", r#"{"x":"a","x":"b"}"#), "claims_malformed"),
        ("inside_act", access().raw("act", r#"{"sub":"a","sub":"b"}"#), "claims_malformed"),
        ("deep_inside", access().raw("x", r#"[[{"a":{"b":1,"b":2}}]]"#), "claims_malformed"),
        ("unknown", access().claim("x", 1).again("x", "1"), "claims_malformed"),
        ("empty_name", access().claim("", 1).again("", "1"), "claims_malformed"),
    ] {
        let about = "RFC 7519 section 4: no name occurs twice in an object, however it is written.";
        cases.push(refused(&format!("a222_{name}"), about, token.text(), rule).attacks(&["A222"]));
    }
    let apart = access().raw("x", r#"[{"a":1},{"a":1}]"#).raw("y", r#"{"a":{"a":{"a":1}}}"#);
    cases.push(
        passes("a222_same_name_in_other_objects", "One name in several objects.", &apart).attacks(&["A222"]),
    );
    let escaped = access().no_claim("sub").again(r"\u0073ub", r#""user-1""#);
    cases.push(
        passes("a222_escaped_once", "A name may be written with escapes.", &escaped).attacks(&["A222"]),
    );
    cases
}

fn kinds() -> Vec<Case> {
    let mut cases = Vec::new();
    for claim in ["exp", "nbf", "iat"] {
        for (name, json) in [
            ("text", r#""never""#),
            ("digits", r#""9999999999""#),
            ("null", "null"),
            ("true", "true"),
            ("list", "[]"),
            ("object", "{}"),
            ("negative", "-1"),
            ("1e400", "1e400"),
            ("1e308", "1e308"),
            ("two_to_the_63rd", "9223372036854775808"),
            ("two_to_the_64th", "18446744073709551616"),
        ] {
            let token = Token::access().raw(claim, json).text();
            let about = "A time is a number of seconds since 1970, from 0 up to 2^63 - 1.";
            cases.push(
                refused(&format!("a223_{claim}_{name}"), about, token, "claims_malformed").attacks(&["A223"]),
            );
        }
    }
    cases
}

fn numbers() -> Vec<Case> {
    let exact = settings(json!({ "leeway": 0 }));
    let case = |name: &str, claim: &str, json: &str, about: &str, rule: Option<&str>| {
        let token = Token::access().raw(claim, json);
        let step = Step::bearer(token.text());
        let step = match rule {
            None => step.allow_token(&token),
            Some(rule) => step.deny(rule),
        };
        Case::new(name, about).attacks(&["A223"]).settings(exact.clone()).step(step)
    };
    vec![
        case("a223_exp_zero", "exp", "0", "exp in 1970 has passed.", Some("exp")),
        case("a223_nbf_zero", "nbf", "0", "nbf in 1970 has passed.", None),
        case("a223_iat_zero", "iat", "0", "Issued in 1970.", None),
        case("a223_exp_exponent", "exp", "1.80000001e9", "1800000010, in another spelling.", None),
        case(
            "a223_exp_fraction",
            "exp",
            "1800000000.9",
            "A fraction is dropped: it has expired.",
            Some("exp"),
        ),
        case("a223_exp_fraction_later", "exp", "1800000001.0", "A second is left.", None),
        case("a223_nbf_fraction", "nbf", "1800000000.9", "A fraction is dropped: it has come.", None),
        case("a223_iat_fraction", "iat", "1799999990.5", "A fraction is dropped.", None),
        case("a223_exp_two_to_the_53rd", "exp", "9007199254740992", "Far away, and no error.", None),
        case("a223_nbf_two_to_the_53rd", "nbf", "9007199254740992", "Far away.", Some("nbf")),
        case("a223_iat_two_to_the_53rd", "iat", "9007199254740992", "Far away.", Some("iat")),
    ]
}

fn bounds() -> Vec<Case> {
    let at = |claim: &str, time: i64| Token::access().claim(claim, time);
    let mut cases = Vec::new();
    for (leeway, name) in [(0, "without_leeway"), (30, "with_leeway")] {
        let about = format!("Clocks may differ by {leeway} seconds, to the second.");
        let (after, before) = (at("exp", NOW - leeway), at("exp", NOW - leeway + 1));
        let (yet, not_yet) = (at("nbf", NOW + leeway), at("nbf", NOW + leeway + 1));
        let (past, future) = (at("iat", NOW + leeway), at("iat", NOW + leeway + 1));
        cases.push(
            Case::new(format!("rfc7519_4_1_4_exp_{name}"), &*about)
                .settings(settings(json!({ "leeway": leeway })))
                .step(Step::bearer(before.text()).allow_token(&before))
                .step(Step::bearer(after.text()).deny("exp")),
        );
        cases.push(
            Case::new(format!("rfc7519_4_1_5_nbf_{name}"), &*about)
                .settings(settings(json!({ "leeway": leeway })))
                .step(Step::bearer(yet.text()).allow_token(&yet))
                .step(Step::bearer(not_yet.text()).deny("nbf")),
        );
        cases.push(
            Case::new(format!("rfc7519_4_1_6_iat_{name}"), &*about)
                .settings(settings(json!({ "leeway": leeway })))
                .step(Step::bearer(past.text()).allow_token(&past))
                .step(Step::bearer(future.text()).deny("iat")),
        );
    }
    let eternal = Token::access().raw("exp", "9223372036854775807");
    let token = Token::access();
    cases.extend([
        Case::new("a224_greatest_exp", "The greatest time, with leeway and without overflow.")
            .attacks(&["A224"])
            .settings(settings(json!({ "leeway": 300 })))
            .step(Step::bearer(eternal.text()).allow_token(&eternal)),
        Case::new("a224_before_1970", "With a clock before 1970, nothing passes.")
            .attacks(&["A224"])
            .step(Step::bearer(token.text()).at(-1_000_000).deny("iat")),
        Case::new("a224_at_1970", "Nor with a clock at 1970.")
            .attacks(&["A224"])
            .step(Step::bearer(token.text()).at(0).deny("iat")),
        Case::new("a224_far_future", "A clock far ahead.")
            .attacks(&["A224"])
            .step(Step::bearer(token.text()).at(9_007_199_254_740_991).deny("exp")),
    ]);
    cases
}

fn depth() -> Vec<Case> {
    let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    let objects = |depth: usize| format!("{}1{}", r#"{"a":"#.repeat(depth), "}".repeat(depth));
    let with = |json: &str| Token::access().raw("x", json);
    vec![
        passes("a232_as_deep_as_may_be", "32 levels, that of the claims among them.", &with(&nested(31)))
            .attacks(&["A232"]),
        refused("a232_lists", "33 levels.", with(&nested(32)).text(), "claims_malformed").attacks(&["A232"]),
        passes("a232_objects_as_deep_as_may_be", "32 levels of objects.", &with(&objects(31)))
            .attacks(&["A232"]),
        refused("a232_objects", "33 levels of objects.", with(&objects(32)).text(), "claims_malformed")
            .attacks(&["A232"]),
        refused("a232_thousands", "5,000 levels.", with(&nested(5000)).text(), "claims_malformed")
            .attacks(&["A232"]),
        refused(
            "a232_unclosed",
            "5,000 lists without an end.",
            with(&"[".repeat(5000)).text(),
            "claims_malformed",
        )
        .attacks(&["A232"]),
        refused(
            "a232_header",
            "A header nested too deep.",
            Token::access().raw_header("x", &nested(40)).text(),
            "token_malformed",
        )
        .attacks(&["A232"]),
    ]
}

/// A token whose payload is not UTF-8.
fn of_bytes(payload: &[u8]) -> String {
    let header = Token::access().signing_input();
    let input = format!("{}.{}", header.split('.').next().unwrap(), base64url::encode(payload));
    let signature = OWN.sign(&input);
    format!("{input}.{}", base64url::encode(signature))
}

fn text() -> Vec<Case> {
    let payload = Token::access().payload();
    let utf16: Vec<u8> = payload.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let broken = payload.replace("user-1", "user-?").into_bytes();
    let broken: Vec<u8> = broken.into_iter().map(|byte| if byte == b'?' { 0xff } else { byte }).collect();
    let overlong: Vec<u8> = {
        let (front, behind) = payload.split_once("user-1").unwrap();
        [front.as_bytes(), &[0xc0, 0xaf], behind.as_bytes()].concat()
    };
    let mut cases = Vec::new();
    for (name, bytes, about) in [
        ("bytes_control", payload.clone().into_bytes(), ""),
        ("invalid_utf8", broken, "A byte that does not occur in UTF-8."),
        ("overlong_utf8", overlong, "An overlong spelling."),
        (
            "bom",
            [&[0xef, 0xbb, 0xbf], payload.as_bytes()].concat(),
            "A byte order mark (RFC 8259 section 8.1).",
        ),
        ("utf16", utf16, "UTF-16."),
        ("nul_behind", [payload.as_bytes(), &[0]].concat(), "A NUL behind the claims."),
        ("two_texts", [payload.as_bytes(), payload.as_bytes()].concat(), "Two texts."),
        ("trailing_comma", payload.replace('}', ",}").into_bytes(), "A comma too many."),
        ("comment", payload.replace('{', "{/**/").into_bytes(), "A comment."),
        ("single_quotes", payload.replace('"', "'").into_bytes(), "Quotes of another language."),
        ("nan", payload.replace("1800000290", "NaN").into_bytes(), "A number of another language."),
        ("list", format!("[{payload}]").into_bytes(), "A list is not a set of claims."),
        ("text", serde_json::to_string(&payload).unwrap().into_bytes(), "Nor is a text."),
        ("null", b"null".to_vec(), "Nor is null."),
    ] {
        let token = of_bytes(&bytes);
        cases.push(if about.is_empty() {
            passes("a233_bytes_control", "The same bytes as those of a valid token.", &Token::access())
        } else {
            refused(&format!("a233_{name}"), about, token, "claims_malformed")
        });
    }
    for (name, json) in [
        ("lone_surrogate", r#""\ud800""#),
        ("low_surrogate_alone", r#""\udc00""#),
        ("surrogates_reversed", r#""\udc00\ud800""#),
        ("control_character", "\"a\u{1}\""),
        ("unknown_escape", r#""\x41""#),
    ] {
        let token = Token::access().raw("sub", json).text();
        cases.push(refused(
            &format!("a233_{name}"),
            "A text that is not valid in JSON.",
            token,
            "claims_malformed",
        ));
    }
    for (name, sub) in [
        ("composed", "caf\u{e9}"),
        ("decomposed", "cafe\u{301}"),
        ("astral", "\u{1f600}"),
        ("nul", "a\0b"),
        ("right_to_left", "\u{202e}nimda"),
        ("line_separator", "a\u{2028}b"),
        ("replacement", "\u{fffd}"),
    ] {
        let token = Token::access().claim("sub", sub);
        cases.push(passes(
            &format!("a233_sub_{name}"),
            "RFC 8725 section 3.7: a text is passed on as it is, without normalisation.",
            &token,
        ));
    }
    let pair = Token::access().raw("sub", r#""\ud83d\ude00""#);
    cases.push(passes("a233_surrogate_pair", "Two surrogates that are one character.", &pair));
    let white = Token::access().payload_text(&format!(" \r\n\t{payload}\n"));
    cases.push(passes("a233_white_space", "White space around the claims.", &white));
    cases.into_iter().map(|case| case.attacks(&["A233", "A242"])).collect()
}

fn names() -> Vec<Case> {
    let mut cases = Vec::new();
    for name in ["__proto__", "constructor", "toString", "hasOwnProperty", "prototype", "then", "toJSON"] {
        let token = Token::access().raw(name, r#"{"isAdmin":true}"#);
        let about = "A claim of that name is a claim like any other.";
        cases.push(passes(&format!("a241_{}", name.trim_matches('_')), about, &token).attacks(&["A241"]));
    }
    let header = Token::access().raw_header("__proto__", r#"{"alg":"none"}"#);
    cases.push(
        passes("a241_header", "A member of the header with that name is ignored.", &header)
            .attacks(&["A241"]),
    );
    let roles = Token::access().raw("__proto__", r#"{"scope":"admin","roles":["admin"]}"#);
    cases.push(
        Case::new("a241_no_inheritance", "The members of such a claim are not claims of the token.")
            .attacks(&["A241"])
            .step(Step::bearer(roles.text()).requires(json!({ "roles": ["admin"] })).deny("role")),
    );
    cases
}
