//! OpenID Connect Back-Channel Logout 2.6: logout tokens, step by step.

use serde_json::{Value, json};

use crate::case::{Case, NOW, Step, for_client, settings};
use crate::keys::Key;
use crate::token::Token;

const EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";

pub(crate) fn cases() -> Vec<Case> {
    [claims(), subject(), events(), nonce(), replay(), types()].concat()
}

fn case(name: &str, about: &str) -> Case {
    Case::new(format!("backchannel_2_6_{name}"), about).settings(for_client(json!({})))
}

fn passes(name: &str, about: &str, token: &Token) -> Case {
    case(name, about).step(Step::logout_token(token.text()).allow_token(token))
}

fn refused(name: &str, about: &str, token: &Token, rule: &str) -> Case {
    case(name, about).step(Step::logout_token(token.text()).deny(rule))
}

fn claims() -> Vec<Case> {
    let mut cases = vec![passes("good", "A logout token with all that section 2.4 knows.", &Token::logout())];
    for claim in ["iss", "aud", "iat", "exp", "jti"] {
        let about = format!("Section 2.4 requires {claim}.");
        cases.push(
            refused(&format!("no_{claim}"), &about, &Token::logout().no_claim(claim), "claim_missing")
                .attacks(&["A225"]),
        );
    }
    let with = |claim: &str, value: Value| Token::logout().claim(claim, value);
    cases.extend([
        refused("another_issuer", "Another issuer.", &with("iss", json!("https://evil.example")), "iss"),
        refused("another_client", "Another client.", &with("aud", json!("client-2")), "aud"),
        passes(
            "several_clients",
            "The client is one of several.",
            &with("aud", json!(["client-2", "client-1"])),
        ),
        refused("expired", "It has expired.", &with("exp", json!(NOW - 30)), "exp"),
        refused("issued_in_future", "Issued in the future.", &with("iat", json!(NOW + 31)), "iat"),
        refused("empty_jti", "An empty jti.", &with("jti", json!("")), "claim_missing"),
        refused("another_key", "Another key.", &Token::logout().signed_by(Key::Es256("evil")), "signature"),
        refused("none", "Section 2.6: never alg none.", &Token::logout().header("alg", "none"), "alg")
            .attacks(&["A208"]),
        refused("malformed", "No claims.", &Token::logout().payload_text("x"), "claims_malformed"),
        case("no_client", "The validator of a service has no client.")
            .settings(settings(json!({})))
            .step(Step::logout_token(Token::logout().text()).deny("aud")),
        case("empty", "No token at all.").step(Step::logout_token("").deny("token_missing")),
    ]);
    cases
}

fn subject() -> Vec<Case> {
    let token = Token::logout;
    vec![
        passes("sub_alone", "A user.", &token().no_claim("sid")),
        passes("sid_alone", "A session.", &token().no_claim("sub")),
        refused("neither", "Neither.", &token().no_claim("sid").no_claim("sub"), "logout_subject"),
        refused(
            "both_empty",
            "An empty text names neither.",
            &token().claim("sid", "").claim("sub", ""),
            "logout_subject",
        ),
        refused(
            "empty_sub",
            "An empty text names nobody.",
            &token().no_claim("sid").claim("sub", ""),
            "logout_subject",
        ),
        refused(
            "sub_null",
            "null does not count as absent.",
            &token().raw("sub", "null"),
            "claims_malformed",
        ),
    ]
}

fn events() -> Vec<Case> {
    let with = |events: Value| Token::logout().claim("events", events);
    vec![
        refused(
            "no_events",
            "An ID token has no events.",
            &Token::logout().no_claim("events"),
            "logout_events",
        )
        .attacks(&["A228"]),
        refused("events_empty", "No event.", &with(json!({})), "logout_events"),
        refused(
            "events_of_another_kind",
            "Another event.",
            &with(json!({ "http://schemas.openid.net/event/other": {} })),
            "logout_events",
        ),
        refused("events_list", "A list of names is not an object.", &with(json!([EVENT])), "logout_events"),
        refused("events_text", "A text is not an object.", &with(json!(EVENT)), "logout_events"),
        refused("events_null", "Nor is null.", &with(Value::Null), "logout_events"),
        refused("event_is_true", "The member is an object.", &with(json!({ EVENT: true })), "logout_events"),
        refused("event_is_null", "And not null.", &with(json!({ EVENT: null })), "logout_events"),
        refused("event_is_a_list", "Nor a list.", &with(json!({ EVENT: [] })), "logout_events"),
        refused(
            "event_is_nested",
            "And not inside another.",
            &with(json!({ "x": { EVENT: {} } })),
            "logout_events",
        ),
        passes(
            "event_beside_others",
            "Others beside it.",
            &with(json!({ EVENT: {}, "http://schemas.openid.net/event/other": {} })),
        ),
        passes(
            "event_with_members",
            "Section 2.4: it should be empty; its content is ignored.",
            &with(json!({ EVENT: { "x": 1 } })),
        ),
        refused(
            "event_twice",
            "No name twice.",
            &Token::logout().raw("events", &format!(r#"{{"{EVENT}":{{}},"{EVENT}":{{}}}}"#)),
            "claims_malformed",
        )
        .attacks(&["A222"]),
    ]
}

fn nonce() -> Vec<Case> {
    let with = |nonce: &str| Token::logout().raw("nonce", nonce);
    vec![
        refused(
            "nonce",
            "Section 2.4: a nonce is prohibited, so that a logout token cannot be taken for an ID token.",
            &with(r#""x""#),
            "logout_nonce",
        ),
        refused("nonce_empty", "Also an empty one.", &with(r#""""#), "logout_nonce"),
        refused("nonce_null", "Nor null.", &with("null"), "logout_nonce"),
    ]
}

fn replay() -> Vec<Case> {
    let token = Token::logout();
    let other = Token::logout().claim("jti", "logout-2");
    let broken = Token::logout().claim("nonce", "x");
    let step = |token: &Token| Step::logout_token(token.text());
    vec![
        case("replay", "Section 2.6 step 7: a logout token is accepted once.")
            .step(step(&token).allow_token(&token))
            .step(step(&token).deny("logout_replay")),
        case("replay_later", "For as long as it is valid.")
            .step(step(&token).allow_token(&token))
            .step(step(&token).at(NOW + 139).deny("logout_replay"))
            .step(step(&token).at(NOW + 140).deny("exp")),
        case("another_jti", "Another is another.")
            .step(step(&token).allow_token(&token))
            .step(step(&other).allow_token(&other)),
        case("jti_again", "A jti is accepted once, even in another token.")
            .step(step(&token).allow_token(&token))
            .step(step(&token.clone().claim("sid", "session-2")).deny("logout_replay")),
        case("refused_is_not_used", "A refused proof does not count as used.")
            .step(step(&broken).deny("logout_nonce"))
            .step(step(&token).allow_token(&token)),
    ]
}

fn types() -> Vec<Case> {
    let mut cases = vec![passes(
        "typ_absent",
        "Section 2.4 recommends a typ, and none was usual before.",
        &Token::logout().no_header("typ"),
    )];
    for (name, typ) in
        [("jwt", "JWT"), ("application", "application/logout+jwt"), ("upper_case", "LOGOUT+JWT")]
    {
        cases.push(passes(
            &format!("typ_{name}"),
            "A type that a logout token may have.",
            &Token::logout().header("typ", typ),
        ));
    }
    for (name, typ) in
        [("at_jwt", "at+jwt"), ("dpop_jwt", "dpop+jwt"), ("secevent_jwt", "secevent+jwt"), ("empty", "")]
    {
        cases.push(
            refused(
                &format!("typ_{name}"),
                "RFC 8725 section 3.11: a token of another type.",
                &Token::logout().header("typ", typ),
                "typ",
            )
            .attacks(&["A228"]),
        );
    }
    cases.push(
        refused("id_token", "An ID token is not a logout token.", &Token::id(), "logout_events")
            .attacks(&["A228"]),
    );
    cases.push(
        case("as_id_token", "A logout token is not an ID token.")
            .attacks(&["A228"])
            .step(Step::id_token(Token::logout().text()).deny("typ")),
    );
    cases.push(
        case("as_access_token", "Nor an access token.")
            .attacks(&["A228"])
            .settings(for_client(json!({ "audience": "client-1", "token_types": ["at+jwt", "JWT"] })))
            .step(Step::bearer(Token::logout().text()).deny("typ")),
    );
    cases
}
