//! The feed of revoked tokens.

use credenza_validator::Algorithm;
use serde_json::{Value, json};

use crate::case::{Case, ISSUER, NOW, Step, ok, settings, status, with};
use crate::keys::{Key, SECRET};
use crate::token::Token;

pub(super) const FEED: &str = "https://id.example/revocations";

pub(crate) fn cases() -> Vec<Case> {
    [entries(), documents()].concat()
}

fn own() -> Value {
    settings(json!({ "revocations": { "uri": FEED } }))
}

/// An answer with a feed.
pub(super) fn feed(token: &Token) -> Value {
    json!({ "status": 200, "content_type": "application/revocations+jwt", "body": token.text() })
}

pub(super) fn of(revoked: &Value) -> Value {
    feed(&Token::feed(revoked))
}

/// A token that has every claim that a feed may name.
fn token() -> Token {
    Token::access().claim("sid", "session-1").claim("gid", "grant-1")
}

pub(super) fn good() -> Step {
    Step::bearer(token().text()).allow_token(&token())
}

pub(super) fn bad(rule: &str) -> Step {
    Step::bearer(token().text()).deny(rule)
}

pub(super) fn case(name: &str, about: &str, response: Value) -> Case {
    Case::new(format!("revocations_{name}"), about).settings(own()).answer(FEED, response)
}

#[expect(clippy::too_many_lines, reason = "a table: a row for each case")]
fn entries() -> Vec<Case> {
    let mut cases = vec![
        case("nothing", "Nothing is revoked.", of(&json!([]))).step(good().fetches(&[FEED])),
        case("challenge", "The challenge, byte for byte.", of(&json!([{ "jti": "token-1" }]))).step(
            bad("revoked")
                .fetches(&[FEED])
                .challenged(r#"Bearer error="invalid_token", error_description="the token was revoked""#),
        ),
    ];
    for (claim, own) in [
        ("gid", "grant-1"),
        ("jti", "token-1"),
        ("sid", "session-1"),
        ("sub", "user-1"),
        ("client_id", "client-1"),
    ] {
        let mut add = |name: &str, about: &str, revoked: Value, is_revoked: bool| {
            let step = if is_revoked { bad("revoked") } else { good() };
            cases.push(case(&format!("{claim}_{name}"), about, of(&revoked)).step(step.fetches(&[FEED])));
        };
        add("own", "The token's own value.", json!([{ claim: own }]), true);
        add("of_another", "Another value.", json!([{ claim: "other" }]), false);
        add("prefix", "Compared whole.", json!([{ claim: &own[..4] }]), false);
        add(
            "before_iat",
            "What was issued until then, the token among it.",
            json!([{ claim: own, "before": NOW - 10 }]),
            true,
        );
        add(
            "before_earlier",
            "What was issued until then; the token came later.",
            json!([{ claim: own, "before": NOW - 11 }]),
            false,
        );
    }
    let mut add = |name: &str, about: &str, revoked: Value, is_revoked: bool| {
        let step = if is_revoked { bad("revoked") } else { good() };
        cases.push(case(name, about, of(&revoked)).step(step.fetches(&[FEED])));
    };
    add(
        "among_others",
        "One among many.",
        json!([{ "sub": "x" }, { "jti": "y" }, { "jti": "token-1" }, { "gid": "z" }]),
        true,
    );
    add(
        "twice",
        "The later of two.",
        json!([{ "jti": "token-1", "before": 1 }, { "jti": "token-1", "before": NOW }]),
        true,
    );
    add(
        "twice_the_other_way",
        "In any order.",
        json!([{ "jti": "token-1", "before": NOW }, { "jti": "token-1", "before": 1 }]),
        true,
    );
    add(
        "twice_and_always",
        "Without before, it holds for ever.",
        json!([{ "jti": "token-1" }, { "jti": "token-1", "before": 1 }]),
        true,
    );
    add(
        "other_claim_of_the_same_value",
        "A value counts for its own claim.",
        json!([{ "jti": "user-1" }, { "sub": "token-1" }, { "sid": "grant-1" }]),
        false,
    );
    add(
        "with_more",
        "Further members of an entry are ignored.",
        json!([{ "jti": "token-1", "reason": "stolen" }]),
        true,
    );
    let bare = Token::access().no_claim("iat");
    cases.push(
        case(
            "hidden_iat",
            "A token without iat counts as issued before any time.",
            of(&json!([{ "sub": "user-1", "before": 1 }])),
        )
        .settings(with(own(), json!({ "optional_claims": ["iat"] })))
        .step(Step::bearer(bare.text()).deny("revoked").fetches(&[FEED])),
    );
    cases
}

fn documents() -> Vec<Case> {
    let empty = json!([]);
    let feed_of = || Token::feed(&empty);
    let text = feed_of().text();
    let mut cases = vec![
        case(
            "typ_with_application",
            "RFC 7515 section 4.1.9.",
            feed(&feed_of().header("typ", "application/revocations+jwt")),
        )
        .step(good().fetches(&[FEED])),
        case(
            "typ_upper_case",
            "Media types are case-insensitive.",
            feed(&feed_of().header("typ", "Revocations+JWT")),
        )
        .step(good().fetches(&[FEED])),
        case("line_end", "A line break at the end.", json!({ "status": 200, "body": format!("{text}\n") }))
            .step(good().fetches(&[FEED])),
        case("more_claims", "Further claims are ignored.", feed(&feed_of().claim("x", 1)))
            .step(good().fetches(&[FEED])),
        case(
            "exp_in_the_leeway",
            "Expired by less than clocks differ.",
            feed(&feed_of().claim("exp", NOW - 29)),
        )
        .step(good().fetches(&[FEED])),
    ];
    let hs256 = Key::Hmac(Algorithm::HS256, SECRET);
    for (name, response, about) in [
        ("typ_jwt", feed(&feed_of().header("typ", "JWT")), "Another type."),
        ("typ_at_jwt", feed(&feed_of().header("typ", "at+jwt")), "Another type."),
        ("typ_absent", feed(&feed_of().no_header("typ")), "No type."),
        ("another_key", feed(&feed_of().signed_by(Key::Es256("evil"))), "Signed by another."),
        ("unknown_key", feed(&feed_of().by(Key::Es256("evil"))), "Signed by an unknown key."),
        ("alg_none", feed(&feed_of().header("alg", "none")), "Not signed."),
        ("hs256", feed(&feed_of().by(hs256)), "By a secret."),
        ("crit", feed(&feed_of().header("crit", ["x"])), "With an extension."),
        ("another_issuer", feed(&feed_of().claim("iss", "https://evil.example")), "Another issuer's."),
        ("no_issuer", feed(&feed_of().no_claim("iss")), "Nobody's."),
        ("no_iat", feed(&feed_of().no_claim("iat")), "Of no time."),
        ("no_exp", feed(&feed_of().no_claim("exp")), "For ever."),
        ("expired", feed(&feed_of().claim("exp", NOW - 30)), "Expired."),
        ("issued_in_future", feed(&feed_of().claim("iat", NOW + 31)), "Of the future."),
        ("not_before", feed(&feed_of().claim("nbf", NOW + 31)), "Not yet."),
        ("no_list", feed(&feed_of().no_claim("revoked")), "Without a list."),
        ("list_null", feed(&feed_of().raw("revoked", "null")), "null is not a list."),
        ("list_is_an_object", feed(&feed_of().raw("revoked", "{}")), "An object is not a list."),
        (
            "entry_text",
            feed(&feed_of().raw("revoked", r#"["token-1"]"#)),
            "A malformed entry: no feed is safer than half of one.",
        ),
        ("entry_number", feed(&feed_of().raw("revoked", r#"[{"jti":1}]"#)), "A malformed value."),
        ("entry_null", feed(&feed_of().raw("revoked", r#"[{"jti":null}]"#)), "A malformed value."),
        (
            "before_text",
            feed(&feed_of().raw("revoked", r#"[{"jti":"a","before":"x"}]"#)),
            "A malformed time.",
        ),
        ("claim_twice", feed(&feed_of().again("revoked", "[]")), "Two lists."),
        ("entry_twice", feed(&feed_of().raw("revoked", r#"[{"jti":"a","jti":"b"}]"#)), "Two values."),
        ("json", ok(json!({ "iss": ISSUER, "iat": NOW, "exp": NOW + 60, "revoked": [] })), "Not a JWT."),
        ("empty", ok(""), "Nothing."),
        ("html", ok("<!doctype html>"), "A page."),
        ("cut", json!({ "status": 200, "body": &text[..text.len() - 4] }), "Cut."),
        ("too_long", json!({ "status": 200, "body": text, "padding": 4_194_304 }), "More than 4 MB."),
        ("access_token", json!({ "status": 200, "body": Token::access().text() }), "An access token."),
        ("status_500", status(500, &text), "An error."),
        ("status_302", status(302, &text), "A redirect."),
        ("status_204", status(204, ""), "No content."),
        ("out_of_reach", json!({ "fails": true }), "No answer."),
    ] {
        let about = format!("{about} Without a feed no decision: 503.");
        cases.push(
            case(&format!("refused_{name}"), &about, response)
                .step(bad("revocations_unavailable").fetches(&[FEED])),
        );
    }
    cases
}
