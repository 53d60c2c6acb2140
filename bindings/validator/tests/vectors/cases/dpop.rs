//! RFC 9449: tokens that are good with a proof of possession alone.

use serde_json::{Value, json};

use crate::case::{Case, NOW, Step, settings, with};
use crate::keys::Key;
use crate::token::{CLIENTS, Token, ath};
use credenza_validator::Algorithm;

/// What challenges add.
pub(crate) const ALGS: &str = r#"algs="ES256""#;

pub(crate) fn cases() -> Vec<Case> {
    [good(), fields(), header(), claims(), url(), time(), replay(), schemes(), binding()].concat()
}

/// The settings of a service that speaks DPoP.
pub(crate) fn speaking(more: Value) -> Value {
    settings(json!({ "dpop": with(json!({ "algorithms": ["ES256"] }), more) }))
}

fn case(name: &str, about: &str) -> Case {
    Case::new(format!("rfc9449_{name}"), about).settings(speaking(json!({})))
}

/// A proof for the bound token.
fn proof() -> Token {
    Token::proof(&Token::bound().text())
}

fn step(proof: &Token) -> Step {
    Step::dpop(&Token::bound().text(), &proof.text())
}

fn passes(name: &str, about: &str, proof: &Token) -> Case {
    case(name, about).step(step(proof).allow_token(&Token::bound()))
}

fn refused(name: &str, about: &str, proof: &Token, rule: &str) -> Case {
    case(name, about).step(step(proof).deny_with(rule, "DPoP", ALGS))
}

fn good() -> Vec<Case> {
    let token = Token::bound();
    let by = |key: Key, name: &str| {
        let bound = Token::access().claim("cnf", json!({ "jkt": key.thumbprint() }));
        let proof = Token::proof(&bound.text()).by(key).no_header("kid").header("jwk", key.bare_jwk());
        case(name, "A proof by an algorithm that is accepted.")
            .settings(settings(json!({ "dpop": {} })))
            .step(Step::dpop(&bound.text(), &proof.text()).allow_token(&bound))
    };
    let lower = step(&proof()).part("authorization", json!([format!("dpop {}", token.text())]));
    vec![
        passes("7_1_good", "A bound token with its proof.", &proof()),
        case("7_1_scheme_lower_case", "Schemes know no case.").step(lower.allow_token(&token)),
        by(Key::EdDsa("client"), "4_2_eddsa"),
        by(Key::Rsa(Algorithm::RS256), "4_2_rs256"),
        by(Key::Rsa(Algorithm::PS256), "4_2_ps256"),
        by(Key::Es384, "4_2_es384"),
        passes("4_2_typ_upper_case", "Media types know no case.", &proof().header("typ", "DPoP+JWT")),
        passes(
            "4_2_typ_with_application",
            "RFC 7515 section 4.1.9.",
            &proof().header("typ", "application/dpop+jwt"),
        ),
        passes("4_2_more_claims", "Further claims are passed over.", &proof().claim("x", 1).claim("exp", 1)),
        passes(
            "4_2_nonce_that_nobody_asked_for",
            "A nonce is passed over where none is asked for.",
            &proof().claim("nonce", "x"),
        ),
        passes(
            "4_2_jwk_with_more",
            "Further members of the key do not change its thumbprint.",
            &proof().header("jwk", CLIENTS.jwk()),
        ),
    ]
}

fn fields() -> Vec<Case> {
    let token = Token::bound().text();
    let one = proof().text();
    let other = proof().claim("jti", "proof-2").text();
    let with_fields = |name: &str, about: &str, proofs: Value, rule: &str| {
        case(name, about).step(Step::dpop(&token, "").part("dpop", proofs).deny_with(rule, "DPoP", ALGS))
    };
    vec![
        with_fields("4_3_no_proof", "There is one DPoP field.", json!([]), "dpop_missing"),
        with_fields("4_3_two_proofs", "And one alone.", json!([one, other]), "dpop_many"),
        with_fields("4_3_one_proof_twice", "Also when both are the same.", json!([one, one]), "dpop_many"),
        with_fields(
            "4_3_two_in_one_field",
            "Two with a comma between are none.",
            json!([format!("{one}, {other}")]),
            "dpop_malformed",
        ),
        with_fields("4_3_empty", "An empty field.", json!([""]), "dpop_malformed"),
        with_fields("4_3_no_jwt", "A field that holds no JWT.", json!(["x"]), "dpop_malformed"),
        with_fields("4_3_five_segments", "A JWE is no proof.", json!(["a.b.c.d.e"]), "dpop_malformed"),
        with_fields(
            "4_3_space_around",
            "A proof with a space behind it.",
            json!([format!("{one} ")]),
            "dpop_malformed",
        ),
        with_fields(
            "4_3_too_long",
            "More than 8 KB.",
            json!([proof().claim("x", "x".repeat(8000)).text()]),
            "dpop_malformed",
        ),
        with_fields("4_3_the_token_itself", "The access token is no proof.", json!([token]), "dpop_typ"),
    ]
}

fn header() -> Vec<Case> {
    let other = Key::Es256("other");
    let private = with(CLIENTS.bare_jwk(), json!({ "d": CLIENTS.secret_number() }));
    let symmetric = json!({ "kty": "oct", "k": "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA" });
    let mut cases = vec![
        refused("4_2_no_typ", "typ has to be there.", &proof().no_header("typ"), "dpop_typ"),
        refused("4_2_no_alg", "alg has to be there.", &proof().no_header("alg"), "dpop_malformed"),
        refused("4_2_no_jwk", "jwk has to be there.", &proof().no_header("jwk"), "dpop_key"),
        refused(
            "4_3_crit",
            "An extension that is not known.",
            &proof().header("crit", ["x"]),
            "dpop_malformed",
        ),
        refused("4_3_jwk_twice", "No name twice.", &proof().header_again("jwk", "{}"), "dpop_malformed")
            .attacks(&["A222"]),
        refused(
            "4_3_typ_twice",
            "No name twice.",
            &proof().header_again("typ", r#""JWT""#),
            "dpop_malformed",
        )
        .attacks(&["A222"]),
        refused(
            "4_3_alg_not_accepted",
            "EdDSA is not among the algorithms.",
            &proof().by(Key::EdDsa("client")).header("jwk", Key::EdDsa("client").bare_jwk()),
            "dpop_alg",
        ),
        refused(
            "4_3_signed_by_another_key",
            "The signature is not by the key in the header.",
            &proof().signed_by(other),
            "dpop_signature",
        ),
        refused(
            "4_3_key_of_another",
            "Another's proof, which is whole: the token is not bound to its key.",
            &proof().signed_by(other).header("jwk", other.bare_jwk()),
            "dpop_binding",
        ),
    ];
    for typ in ["JWT", "at+jwt", "dpop", "dpop+jwt2", ""] {
        let name = format!("4_2_typ_{}", if typ.is_empty() { "empty" } else { typ });
        cases.push(
            refused(&name, "Another type.", &proof().header("typ", typ), "dpop_typ").attacks(&["A228"]),
        );
    }
    for alg in ["none", "HS256", "None", "ES384"] {
        let name = format!("4_3_alg_{alg}");
        cases.push(
            refused(
                &name,
                "An algorithm with public keys, of those accepted.",
                &proof().header("alg", alg),
                "dpop_alg",
            )
            .attacks(&["A208"]),
        );
    }
    for (name, jwk) in [
        ("private", private),
        ("symmetric", symmetric),
        ("null", Value::Null),
        ("list", json!([CLIENTS.bare_jwk()])),
        ("text", json!(CLIENTS.bare_jwk().to_string())),
        ("empty", json!({})),
        ("set", json!({ "keys": [CLIENTS.bare_jwk()] })),
        ("without_y", with(CLIENTS.bare_jwk(), json!({ "y": null }))),
        ("of_another_kind", Key::EdDsa("client").bare_jwk()),
        (
            "of_small_order",
            json!({ "kty": "OKP", "crv": "Ed25519", "x": "AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA" }),
        ),
        ("for_encryption", with(CLIENTS.jwk(), json!({ "use": "enc" }))),
        ("for_another_algorithm", with(CLIENTS.jwk(), json!({ "alg": "ES384" }))),
    ] {
        let about = "The header holds one public key for the algorithm, and no private one.";
        cases.push(refused(&format!("4_3_jwk_{name}"), about, &proof().header("jwk", jwk), "dpop_key"));
    }
    cases
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
        let about = format!("{claim} has to be there.");
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
            "The method is another; methods know case (RFC 9110 section 9.1).",
            &proof().claim("htm", method),
            "dpop_htm",
        ));
    }
    let token = Token::bound().text();
    cases.extend([
        refused("4_2_jti_empty", "A name that names nothing.", &proof().claim("jti", ""), "dpop_malformed"),
        passes("4_2_jti_of_256_bytes", "As long as may be.", &proof().claim("jti", "j".repeat(256))),
        refused(
            "4_2_jti_of_257_bytes",
            "Names are kept, and so have a bound.",
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
    let at = |name: &str, url: &str, htu: &str| {
        let step = step(&proof().claim("htu", htu)).part("url", json!(url));
        case(&format!("4_3_url_{name}"), "The URL of the request is normalized in the same way.")
            .step(step.allow_token(&Token::bound()))
    };
    cases.extend([
        at("with_query", "https://api.example/things?page=2", "https://api.example/things"),
        at("with_port", "https://api.example:443/things", "https://api.example/things"),
        at("without_path", "https://api.example", "https://api.example/"),
        at("escapes", "https://api.example/a%2fb%7e", "https://api.example/a%2Fb~"),
        at("address", "http://[::1]:8080/a", "http://[::1]:8080/a"),
        case("4_3_url_unknown", "A host that does not say its URL lets no proof pass.")
            .step(step(&proof().claim("htu", "")).part("url", json!("")).deny_with("dpop_htu", "DPoP", ALGS)),
    ]);
    cases
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

fn replay() -> Vec<Case> {
    let bound = Token::bound();
    let fresh = |jti: &str, at: i64| proof().claim("jti", jti).claim("iat", at);
    let second = Key::Es256("client-2");
    let other = Token::access().claim("cnf", json!({ "jkt": second.thumbprint() }));
    let by_second = Token::proof(&other.text()).by(second).no_header("kid").header("jwk", second.bare_jwk());
    let again = |proof: &Token| step(proof).deny_with("dpop_replay", "DPoP", ALGS);
    vec![
        case("11_1_replay", "A proof is good once.")
            .step(step(&proof()).allow_token(&bound))
            .step(again(&proof())),
        case("11_1_replay_later", "For as long as its time would be good.")
            .step(step(&proof()).allow_token(&bound))
            .step(again(&proof()).at(NOW + 90))
            .step(step(&proof()).at(NOW + 91).deny_with("dpop_iat", "DPoP", ALGS)),
        case("11_1_jti_again", "One name is good once, also in another proof.")
            .step(step(&proof()).allow_token(&bound))
            .step(again(&fresh("proof-1", NOW + 1))),
        case("11_1_another_jti", "Another name is another proof.")
            .step(step(&proof()).allow_token(&bound))
            .step(step(&fresh("proof-2", NOW)).allow_token(&bound)),
        case("11_1_jti_of_another_key", "Names of one client are none of another's.")
            .step(step(&proof()).allow_token(&bound))
            .step(Step::dpop(&other.text(), &by_second.text()).allow_token(&other)),
        case("11_1_a_refused_proof_is_not_spent", "What is refused for another reason was not used.")
            .step(step(&proof()).requires(json!({ "scopes": ["admin"] })).deny_with(
                "scope",
                "DPoP",
                &format!(r#"scope="admin", {ALGS}"#),
            ))
            .step(step(&proof()).allow_token(&bound)),
        Case::new(
            "rfc9449_11_1_full",
            "When as many are remembered as there is room for, further ones are refused, until one has died.",
        )
        .settings(speaking(json!({ "replays": 1 })))
        .step(step(&proof()).allow_token(&bound))
        .step(again(&fresh("proof-2", NOW + 90)).at(NOW + 90))
        .step(step(&fresh("proof-2", NOW + 90)).at(NOW + 91).allow_token(&bound)),
    ]
}

fn schemes() -> Vec<Case> {
    let (bound, free) = (Token::bound(), Token::access());
    let both = r#"DPoP error="invalid_token", error_description="the authentication scheme does not fit the token's binding", algs="ES256", Bearer error="invalid_token", error_description="the authentication scheme does not fit the token's binding""#;
    let bearer_with_proof = step(&proof()).part("authorization", json!([format!("Bearer {}", bound.text())]));
    let free_proof = Token::proof(&free.text());
    vec![
        case("7_2_bound_token_as_bearer", "A bound token is no bearer token.")
            .step(Step::bearer(bound.text()).deny("dpop_scheme").challenged(both)),
        case("7_2_bound_token_as_bearer_with_proof", "Also when a proof is there.")
            .step(bearer_with_proof.deny("dpop_scheme").challenged(both)),
        case(
            "7_2_free_token_as_dpop",
            "A bearer token is none of DPoP, for nobody said to which key it is bound.",
        )
        .step(Step::dpop(&free.text(), &free_proof.text()).deny("dpop_scheme").challenged(both)),
        case("7_2_free_token_as_bearer", "Where DPoP is not required, a bearer token passes.")
            .step(Step::bearer(free.text()).allow_token(&free)),
        Case::new(
            "rfc9449_7_2_bound_token_without_settings",
            "Where DPoP is not spoken a bound token is refused, too.",
        )
        .step(Step::bearer(bound.text()).deny("dpop_scheme")),
        Case::new("rfc9449_7_2_scheme_without_settings", "And its scheme.")
            .step(step(&proof()).deny("dpop_scheme")),
        Case::new("rfc9449_7_1_required_and_bound", "Where DPoP is required, a bound token passes.")
            .settings(speaking(json!({ "required": true })))
            .step(step(&proof()).allow_token(&bound))
            .step(Step::bearer(free.text()).deny_with("dpop_required", "DPoP", ALGS)),
        Case::new("requirement_bound_by_dpop", "A route for bound tokens alone.")
            .settings(speaking(json!({})))
            .step(step(&proof()).requires(json!({ "bound": true })).allow_token(&bound))
            .step(Step::bearer(free.text()).requires(json!({ "bound": true })).deny("binding_missing")),
    ]
}

fn binding() -> Vec<Case> {
    let mut cases = Vec::new();
    for (name, cnf, rule) in [
        ("unknown_method", json!({ "kid": "x" }), "binding_unsupported"),
        ("no_method", json!({}), "binding_unsupported"),
        ("null", Value::Null, "claims_malformed"),
        ("text", json!("x"), "claims_malformed"),
        ("list", json!([]), "claims_malformed"),
        ("jkt_null", json!({ "jkt": null }), "claims_malformed"),
        ("jkt_number", json!({ "jkt": 1 }), "claims_malformed"),
    ] {
        let token = Token::access().claim("cnf", cnf).text();
        let about = "RFC 7800: a binding that is not understood is not passed over.";
        cases.push(case(&format!("6_1_cnf_{name}"), about).step(Step::bearer(token).deny(rule)));
    }
    for (name, jkt) in [
        ("empty", String::new()),
        ("padded", format!("{}=", CLIENTS.thumbprint())),
        ("of_another", Key::Es256("other").thumbprint()),
    ] {
        let token = Token::access().claim("cnf", json!({ "jkt": jkt })).text();
        let proof = Token::proof(&token).text();
        let about = "The thumbprint is another (RFC 7638).";
        cases.push(case(&format!("6_1_jkt_{name}"), about).step(Step::dpop(&token, &proof).deny_with(
            "dpop_binding",
            "DPoP",
            ALGS,
        )));
    }
    let both = Token::access().claim("cnf", json!({ "jkt": CLIENTS.thumbprint(), "kid": "x" }));
    let proof = Token::proof(&both.text()).text();
    cases.push(
        case("6_1_cnf_with_more", "A method that is understood beside one that is not.")
            .step(Step::dpop(&both.text(), &proof).allow_token(&both)),
    );
    cases
}
