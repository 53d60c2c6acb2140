//! RFC 9449 sections 4.2 and 4.3: the claims of a proof.

use serde_json::json;

use super::dpop::{ALGS, case, passes, proof, refused, speaking, step};
use crate::case::{Case, NOW};
use crate::token::{Token, ath};

pub(crate) fn cases() -> Vec<Case> {
    [claims(), url(), asked(), time()].concat()
}

fn claims() -> Vec<Case> {
    let mut cases = Vec::new();
    for (claim, rule) in [
        ("jti", "dpop_malformed"),
        ("htm", "dpop_malformed"),
        ("htu", "dpop_malformed"),
        ("iat", "dpop_malformed"),
        ("ath", "dpop_ath"),
    ] {
        let about = format!("{claim} is required.");
        cases.push(refused(&format!("4_2_no_{claim}"), &about, &proof().no_claim(claim), rule));
        let number = if claim == "iat" { r#""1800000000""# } else { "1800000000" };
        for (kind, json) in [("null", "null"), ("another_type", number)] {
            let about = format!("{claim} has a type.");
            cases.push(refused(
                &format!("4_2_{claim}_{kind}"),
                &about,
                &proof().raw(claim, json),
                "dpop_malformed",
            ));
        }
        let twice = proof().again(claim, r#""x""#);
        cases.push(
            refused(&format!("4_2_{claim}_twice"), "No name twice.", &twice, "dpop_malformed")
                .attacks(&["A222"]),
        );
    }
    for method in ["POST", "get", "Get", "HEAD", "", "GET "] {
        let name = format!(
            "4_3_htm_{}",
            if method.is_empty() { "empty".to_owned() } else { method.replace(' ', "_and_space") }
        );
        cases.push(refused(
            &name,
            "The method is another; methods are case-sensitive (RFC 9110 section 9.1).",
            &proof().claim("htm", method),
            "dpop_htm",
        ));
    }
    let token = Token::bound().text();
    cases.extend([
        refused("4_2_jti_empty", "An empty jti.", &proof().claim("jti", ""), "dpop_malformed"),
        passes(
            "4_2_jti_of_256_bytes",
            "The longest that is accepted.",
            &proof().claim("jti", "j".repeat(256)),
        ),
        refused(
            "4_2_jti_of_257_bytes",
            "A jti is remembered, so its length is bounded.",
            &proof().claim("jti", "j".repeat(257)),
            "dpop_malformed",
        ),
        refused(
            "4_3_ath_of_another_token",
            "The proof is for another token.",
            &proof().claim("ath", ath("x")),
            "dpop_ath",
        ),
        refused(
            "4_3_ath_with_padding",
            "base64url has no padding.",
            &proof().claim("ath", format!("{}=", ath(&token))),
            "dpop_ath",
        ),
        refused("4_3_ath_is_the_token", "The hash, not the token.", &proof().claim("ath", token), "dpop_ath"),
        refused("4_3_payload_is_no_json", "No claims at all.", &proof().payload_text("x"), "dpop_malformed"),
        refused(
            "4_3_payload_is_a_list",
            "A list has no claims.",
            &proof().payload_text(r#"["proof-1","GET"]"#),
            "dpop_malformed",
        ),
    ]);
    cases
}

fn url() -> Vec<Case> {
    let mut cases = Vec::new();
    for (name, htu) in [
        ("scheme_upper_case", "HTTPS://api.example/things"),
        ("host_upper_case", "https://API.Example/things"),
        ("default_port", "https://api.example:443/things"),
        ("empty_port", "https://api.example:/things"),
        ("query", "https://api.example/things?a=b"),
        ("fragment", "https://api.example/things#a"),
        ("escaped_letter", "https://api.example/%74hings"),
    ] {
        let about =
            "Equal after the normalization of RFC 3986 sections 6.2.2 and 6.2.3, without query and fragment.";
        cases.push(passes(&format!("4_3_htu_{name}"), about, &proof().claim("htu", htu)));
    }
    for (name, htu) in [
        ("http", "http://api.example/things"),
        ("other_host", "https://evil.example/things"),
        ("longer_host", "https://api.example.evil.example/things"),
        ("user", "https://api.example@evil.example/things"),
        ("own_user", "https://u@api.example/things"),
        ("port", "https://api.example:8443/things"),
        ("other_path", "https://api.example/others"),
        ("path_upper_case", "https://api.example/Things"),
        ("trailing_slash", "https://api.example/things/"),
        ("two_slashes", "https://api.example//things"),
        ("escaped_slash", "https://api.example/a%2Fthings"),
        ("no_path", "https://api.example"),
        ("path_alone", "/things"),
        ("no_scheme", "api.example/things"),
        ("empty", ""),
        ("space_behind", "https://api.example/things "),
        ("newline", "https://api.example/things\n"),
        ("bad_escape", "https://api.example/%7things"),
        ("backslash", "https://api.example\\things"),
    ] {
        cases.push(refused(
            &format!("4_3_htu_{name}"),
            "Another URL, or none.",
            &proof().claim("htu", htu),
            "dpop_htu",
        ));
    }
    cases
}

/// The URL of the request.
fn asked() -> Vec<Case> {
    let at = |name: &str, url: &str, htu: &str| {
        let step = step(&proof().claim("htu", htu)).part("url", json!(url));
        case(&format!("4_3_url_{name}"), "The URL of the request is normalized in the same way.")
            .step(step.allow_token(&Token::bound()))
    };
    vec![
        at("with_query", "https://api.example/things?page=2", "https://api.example/things"),
        at("with_port", "https://api.example:443/things", "https://api.example/things"),
        at("without_path", "https://api.example", "https://api.example/"),
        at("escapes", "https://api.example/a%2fb%7e", "https://api.example/a%2Fb~"),
        at("address", "http://[::1]:8080/a", "http://[::1]:8080/a"),
        // RFC 9112 section 3.2.2: a target in absolute form, which a host wrote behind its origin.
        at("absolute_form", "http://api.example/things?a", "http://api.example/things"),
        at(
            "absolute_form_behind",
            "https://api.examplehttp://api.example/things?a",
            "https://api.example/things",
        ),
        at(
            "absolute_form_of_another",
            "https://api.examplehttps://evil.example/things",
            "https://api.example/things",
        ),
        at(
            "absolute_form_without_path",
            "https://api.example:443https://api.example?a",
            "https://api.example/",
        ),
        at("url_in_path", "https://api.example/http://x/y", "https://api.example/http://x/y"),
        case("4_3_url_absolute_form_of_another_proof", "A client may write any host into its request line.")
            .step(
                step(&proof().claim("htu", "https://evil.example/things"))
                    .part("url", json!("https://api.examplehttps://evil.example/things"))
                    .deny_with("dpop_htu", "DPoP", ALGS),
            ),
        case("4_3_htu_absolute_form_behind", "In a proof it is no URL of ours.").step(
            step(&proof().claim("htu", "https://api.examplehttp://api.example/things"))
                .deny_with("dpop_htu", "DPoP", ALGS),
        ),
        case("4_3_url_unknown", "Where the host does not give its URL, no proof passes.")
            .step(step(&proof().claim("htu", "")).part("url", json!("")).deny_with("dpop_htu", "DPoP", ALGS)),
    ]
}

fn time() -> Vec<Case> {
    let at = |seconds: i64| proof().claim("iat", NOW + seconds);
    vec![
        passes("11_1_iat_ahead_by_the_leeway", "Clocks may differ by 30 seconds.", &at(30)),
        refused("11_1_iat_ahead", "And by no more.", &at(31), "dpop_iat"),
        passes("11_1_iat_as_old_as_may_be", "60 seconds, and 30 for the clocks.", &at(-90)),
        refused("11_1_iat_too_old", "And no more.", &at(-91), "dpop_iat"),
        refused("11_1_iat_far_ahead", "Made for later.", &at(1_000_000), "dpop_iat"),
        refused("11_1_iat_greatest", "No overflow.", &proof().raw("iat", "9223372036854775807"), "dpop_iat"),
        refused("11_1_iat_zero", "Of 1970.", &proof().claim("iat", 0), "dpop_iat"),
        refused("11_1_iat_negative", "Times begin in 1970.", &proof().claim("iat", -1), "dpop_malformed"),
        passes("11_1_iat_fraction", "A fraction is dropped.", &proof().raw("iat", "1800000030.9")),
        Case::new("rfc9449_11_1_max_age_of_settings", "The age that the settings allow.")
            .settings(crate::case::with(speaking(json!({ "max_age": 5 })), json!({ "leeway": 0 })))
            .step(step(&at(-5)).allow_token(&Token::bound()))
            .step(step(&at(-6).claim("jti", "proof-2")).deny_with("dpop_iat", "DPoP", ALGS)),
    ]
}
