//! Settings that are refused when the validator is made: unsafe, empty, contradictory or unknown ones.

use credenza_validator::base64url;
use serde_json::{Value, json};

use super::algorithms::pem;
use crate::case::{Case, Step, settings, with};
use crate::keys::SECRET;
use crate::token::Token;

pub(crate) fn cases() -> Vec<Case> {
    let mut cases = [missing(), algorithms(), numbers()].concat();
    cases.push(
        Case::new("a240_control", "The settings that the others spoil.")
            .attacks(&["A240"])
            .step(Step::bearer(Token::access().text()).allow_token(&Token::access())),
    );
    cases
}

/// The default settings with other members are refused.
pub(super) fn refused(name: &str, about: &str, more: Value, setting: &str) -> Case {
    Case::refused(&format!("a240_{name}"), about, settings(more), setting).attacks(&["A240"])
}

fn missing() -> Vec<Case> {
    vec![
        refused("no_issuer", "An issuer is required.", json!({ "issuer": null }), "issuer"),
        refused("empty_issuer", "An empty issuer is not an issuer.", json!({ "issuer": "" }), "issuer"),
        refused("issuer_list", "One issuer.", json!({ "issuer": ["https://id.example"] }), "issuer"),
        refused("any_issuer", "No pattern.", json!({ "issuer": "*" }), "issuer"),
        refused(
            "no_audience",
            "An audience is required (RFC 8725 section 3.9).",
            json!({ "audience": null }),
            "audience",
        ),
        refused(
            "empty_audience",
            "An empty audience is not an audience.",
            json!({ "audience": "" }),
            "audience",
        ),
        refused("empty_audience_list", "Nor is an empty list.", json!({ "audience": [] }), "audience"),
        refused(
            "empty_audience_in_list",
            "Nor a list with an empty one.",
            json!({ "audience": ["https://api.example", ""] }),
            "audience",
        ),
        refused("any_audience", "No pattern.", json!({ "audience": "*" }), "audience"),
        refused(
            "any_audience_in_list",
            "No pattern among others.",
            json!({ "audience": ["https://api.example", "*"] }),
            "audience",
        ),
        refused("audience_number", "A text.", json!({ "audience": 1 }), "audience"),
        refused(
            "empty_client_id",
            "An empty client is not a client.",
            json!({ "client_id": "" }),
            "client_id",
        ),
        refused("no_token_types", "At least one type.", json!({ "token_types": [] }), "token_types"),
        refused(
            "unknown_token_type",
            "A supported type.",
            json!({ "token_types": ["logout+jwt"] }),
            "token_types",
        ),
        refused(
            "optional_iss",
            "iss is never optional.",
            json!({ "optional_claims": ["iss"] }),
            "optional_claims",
        ),
        refused(
            "optional_exp",
            "exp is never optional.",
            json!({ "optional_claims": ["exp"] }),
            "optional_claims",
        ),
        refused(
            "optional_aud",
            "aud is optional only in answers to introspection.",
            json!({ "optional_claims": ["aud"] }),
            "optional_claims",
        ),
        refused(
            "optional_unknown",
            "A claim that nobody requires.",
            json!({ "optional_claims": ["x"] }),
            "optional_claims",
        ),
    ]
}

#[expect(clippy::too_many_lines, reason = "a table: a row for each case")]
fn algorithms() -> Vec<Case> {
    let text = base64url::encode(SECRET);
    let with_secret = |more: Value| with(json!({ "keys": null, "secret": text }), more);
    let short = |length: usize| base64url::encode(&SECRET[..length]);
    let of_pem = base64url::encode(pem());
    vec![
        refused("no_algorithms", "At least one algorithm.", json!({ "algorithms": [] }), "algorithms"),
        refused(
            "algorithm_none",
            "none is not an algorithm.",
            json!({ "algorithms": ["none"] }),
            "algorithms",
        ),
        refused("algorithm_any", "No pattern.", json!({ "algorithms": ["*"] }), "algorithms"),
        refused(
            "algorithm_lower_case",
            "Names are case-sensitive.",
            json!({ "algorithms": ["es256"] }),
            "algorithms",
        ),
        refused("algorithms_text", "A list.", json!({ "algorithms": "ES256" }), "algorithms"),
        refused(
            "hs256_with_keys",
            "HS256 goes only with a secret.",
            json!({ "algorithms": ["HS256"] }),
            "algorithms",
        ),
        refused(
            "hs256_beside_es256",
            "No mixture.",
            json!({ "algorithms": ["ES256", "HS256"] }),
            "algorithms",
        ),
        refused(
            "es256_with_secret",
            "A secret goes only with HS*.",
            with_secret(json!({ "algorithms": ["ES256"] })),
            "algorithms",
        ),
        refused(
            "mixture_with_secret",
            "No mixture there either.",
            with_secret(json!({ "algorithms": ["HS256", "RS256"] })),
            "algorithms",
        ),
        refused("secret_and_keys", "A secret or keys.", json!({ "secret": text }), "secret"),
        refused(
            "secret_and_jwks_uri",
            "A secret or keys.",
            with_secret(json!({ "jwks_uri": "https://id.example/jwks" })),
            "secret",
        ),
        refused(
            "empty_secret",
            "RFC 7518 section 3.2: 32 bytes at least.",
            with_secret(json!({ "secret": "" })),
            "secret",
        )
        .attacks(&["A211"]),
        refused(
            "secret_of_1_byte",
            "32 bytes at least.",
            with_secret(json!({ "secret": short(1) })),
            "secret",
        )
        .attacks(&["A211"]),
        refused(
            "secret_of_31_bytes",
            "32 bytes at least.",
            with_secret(json!({ "secret": short(31) })),
            "secret",
        )
        .attacks(&["A211"]),
        refused(
            "secret_of_32_bytes_for_hs512",
            "64 bytes at least for HS512.",
            with_secret(json!({ "secret": short(32), "algorithms": ["HS512"] })),
            "secret",
        )
        .attacks(&["A211"]),
        refused(
            "secret_of_32_bytes_for_two",
            "As many as the longest hash has.",
            with_secret(json!({ "secret": short(32), "algorithms": ["HS256", "HS384"] })),
            "secret",
        )
        .attacks(&["A211"]),
        refused(
            "secret_padded",
            "base64url has no padding.",
            with_secret(json!({ "secret": format!("{text}=") })),
            "secret",
        )
        .attacks(&["A211"]),
        refused("secret_number", "A text.", with_secret(json!({ "secret": 1 })), "secret").attacks(&["A211"]),
        refused(
            "secret_is_a_public_key",
            "The text of a key is never a secret.",
            with_secret(json!({ "secret": of_pem })),
            "secret",
        )
        .attacks(&["A209"]),
        refused(
            "secret_is_a_public_key_with_space",
            "Nor with something in front.",
            with_secret(json!({ "secret": base64url::encode(format!(" {}", pem())) })),
            "secret",
        )
        .attacks(&["A209"]),
    ]
}

fn numbers() -> Vec<Case> {
    let cache = |more: Value| json!({ "key_cache": more });
    let mut cases = Vec::new();
    for (name, leeway, setting) in [
        ("negative", json!(-1), "leeway"),
        ("of_301", json!(301), "leeway"),
        ("huge", json!(1_000_000_000_000_i64), "leeway"),
        ("fraction", json!(0.5), "leeway"),
        ("text", json!("30"), "leeway"),
        ("null", json!([null]), "leeway"),
    ] {
        cases.push(
            refused(&format!("leeway_{name}"), "0 to 300 seconds.", json!({ "leeway": leeway }), setting)
                .attacks(&["A224"]),
        );
    }
    cases.extend([
        refused("max_token_age_zero", "A second at least.", json!({ "max_token_age": 0 }), "max_token_age"),
        refused(
            "max_token_age_negative",
            "A second at least.",
            json!({ "max_token_age": -1 }),
            "max_token_age",
        ),
        refused(
            "max_token_bytes_63",
            "64 bytes at least.",
            json!({ "max_token_bytes": 63 }),
            "max_token_bytes",
        ),
        refused(
            "max_token_bytes_65537",
            "64 KB at most.",
            json!({ "max_token_bytes": 65_537 }),
            "max_token_bytes",
        ),
        refused("max_token_bytes_negative", "A length.", json!({ "max_token_bytes": -1 }), "max_token_bytes"),
        refused("cache_size_negative", "A number of tokens.", json!({ "cache_size": -1 }), "cache_size"),
        refused(
            "cooldown_zero",
            "A second at least, so that unknown keys cannot flood the issuer with requests.",
            cache(json!({ "cooldown": 0 })),
            "key_cache",
        ),
        refused("cooldown_negative", "A second at least.", cache(json!({ "cooldown": -1 })), "key_cache"),
        refused(
            "refresh_before_cooldown",
            "They must be in ascending order.",
            cache(json!({ "refresh_after": 29 })),
            "key_cache",
        ),
        refused(
            "max_age_before_refresh",
            "They must be in ascending order.",
            cache(json!({ "max_age": 299 })),
            "key_cache",
        ),
        refused(
            "max_stale_before_max_age",
            "They must be in ascending order.",
            cache(json!({ "max_stale": 599 })),
            "key_cache",
        ),
    ]);
    cases
}
