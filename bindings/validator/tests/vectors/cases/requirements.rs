//! What a route asks for beyond a valid token.

use serde_json::{Value, json};

use crate::case::{Case, Step, settings};
use crate::token::Token;

pub(crate) fn cases() -> Vec<Case> {
    [scopes(), one_of(), held()].concat()
}

/// A token with other claims.
pub(super) fn token(claims: &Value) -> Token {
    claims.as_object().unwrap().iter().fold(Token::access(), |token, (name, value)| match value {
        Value::Null => token.no_claim(name),
        value => token.claim(name, value),
    })
}

/// A case: the claims that differ, the requirement, and the rule that refuses.
pub(super) fn case(name: &str, about: &str, claims: &Value, requirement: Value, rule: Option<&str>) -> Case {
    let token = token(claims);
    let scopes: Vec<&str> = ["scopes", "any_scope"]
        .iter()
        .flat_map(|name| requirement[name].as_array().into_iter().flatten())
        .filter_map(Value::as_str)
        .collect();
    let scopes = format!(r#"scope="{}""#, scopes.join(" "));
    let step = Step::bearer(token.text()).requires(requirement);
    let step = match rule {
        None => step.allow_token(&token),
        Some("scope") => step.deny_with("scope", "Bearer", &scopes),
        Some(rule) => step.deny(rule),
    };
    Case::new(name, about).step(step)
}

fn scopes() -> Vec<Case> {
    let all = json!({ "scopes": ["read"] });
    let any = json!({ "any_scope": ["read", "admin"] });
    let mut cases = vec![
        case("requirement_none", "A route that asks for nothing.", &json!({}), json!({}), None),
        case("scopes_one", "One of the token's scopes.", &json!({}), all.clone(), None),
        case("scopes_all", "All of them.", &json!({}), json!({ "scopes": ["write", "read"] }), None),
        case(
            "scopes_one_is_missing",
            "All of them are needed.",
            &json!({}),
            json!({ "scopes": ["read", "admin"] }),
            Some("scope"),
        ),
        case(
            "scopes_no_scope",
            "A token without scope.",
            &json!({ "scope": null }),
            all.clone(),
            Some("scope"),
        ),
        case("any_scope_one", "One of them is enough.", &json!({}), any.clone(), None),
        case(
            "any_scope_none",
            "None of them is present.",
            &json!({ "scope": "other" }),
            any.clone(),
            Some("scope"),
        ),
        case("any_scope_no_scope", "A token without scope.", &json!({ "scope": null }), any, Some("scope")),
        case(
            "scopes_and_any_scope",
            "Both are needed.",
            &json!({ "scope": "read a" }),
            json!({ "scopes": ["read"], "any_scope": ["a", "b"] }),
            None,
        ),
        case(
            "scopes_without_any_scope",
            "One of both is missing.",
            &json!({}),
            json!({ "scopes": ["read"], "any_scope": ["a", "b"] }),
            Some("scope"),
        ),
    ];
    for (name, scope) in [
        ("empty", ""),
        ("prefix", "rea"),
        ("longer", "reader"),
        ("with_suffix", "read:none"),
        ("inside", "unread"),
        ("upper_case", "READ"),
        ("comma", "read,write"),
        ("tab", "x\tread"),
        ("newline", "x\nread"),
        ("no_break_space", "x\u{a0}read"),
        ("plus", "x+read"),
    ] {
        let about = "Scopes are compared exactly, and separated by spaces only (RFC 6749 section 3.3).";
        cases.push(
            case(&format!("a248_{name}"), about, &json!({ "scope": scope }), all.clone(), Some("scope"))
                .attacks(&["A248"]),
        );
    }
    cases.push(
        case(
            "a248_more_spaces",
            "Several spaces do not enclose a scope.",
            &json!({ "scope": "  x   read " }),
            all.clone(),
            None,
        )
        .attacks(&["A248"]),
    );
    let list = Token::access().claim("scope", ["read"]).text();
    let list = Step::bearer(list).requires(all).deny("claims_malformed");
    cases.push(
        Case::new("a248_list", "RFC 9068 section 2.2.3: scope is a text.").attacks(&["A248"]).step(list),
    );
    cases
}

/// Claims that hold one value.
fn one_of() -> Vec<Case> {
    let mut cases = Vec::new();
    for (member, claim, rule) in [
        ("client_ids", "client_id", "client"),
        ("tenants", "tenant", "tenant"),
        ("organizations", "org_id", "organization"),
        ("plans", "plan", "plan"),
    ] {
        let needs = json!({ member: ["one", "two"] });
        let mut add = |name: &str, about: &str, value: Value, rule: Option<&str>| {
            cases.push(case(
                &format!("{member}_{name}"),
                about,
                &json!({ claim: value }),
                needs.clone(),
                rule,
            ));
        };
        add("first", "One of those asked for.", json!("one"), None);
        add("second", "Another of them.", json!("two"), None);
        add("another", "None of them.", json!("three"), Some(rule));
        add("prefix", "Compared whole.", json!("on"), Some(rule));
        add("upper_case", "And with case.", json!("ONE"), Some(rule));
        if claim != "client_id" {
            add("absent", "A token without the claim.", Value::Null, Some(rule));
            add("list", "A list is not a single value.", json!(["one"]), Some(rule));
            add("empty", "An empty text is none of them.", json!(""), Some(rule));
        }
    }
    let plain = Token::access().header("typ", "JWT").no_claim("client_id").claim("azp", "one");
    let plain_settings = settings(json!({ "token_types": ["JWT"] }));
    cases.push(
        Case::new("client_ids_azp", "Where client_id is missing, azp names the client.")
            .settings(plain_settings.clone())
            .step(Step::bearer(plain.text()).requires(json!({ "client_ids": ["one"] })).allow_token(&plain)),
    );
    let both = plain.claim("client_id", "two");
    cases.push(
        Case::new("client_ids_before_azp", "Where both are present, client_id counts.")
            .settings(plain_settings)
            .step(Step::bearer(both.text()).requires(json!({ "client_ids": ["one"] })).deny("client")),
    );
    cases
}

/// Claims that hold several values.
fn held() -> Vec<Case> {
    let mut cases = Vec::new();
    for (all, any, claim, rule) in [
        ("roles", "any_role", "roles", "role"),
        ("permissions", "any_permission", "permissions", "permission"),
    ] {
        let mut add = |name: &str, about: &str, value: Value, needs: Value, refused: bool| {
            let name = format!("{all}_{name}");
            cases.push(case(&name, about, &json!({ claim: value }), needs, refused.then_some(rule)));
        };
        let (both, either) = (json!({ all: ["a", "b"] }), json!({ any: ["a", "b"] }));
        add("all", "All that are asked for, among others.", json!(["a", "c", "b"]), both.clone(), false);
        add("one_is_missing", "One is missing.", json!(["a"]), both.clone(), true);
        add("text", "A text with spaces is a list, too.", json!("b a"), both.clone(), false);
        add("text_one_is_missing", "A text that lacks one.", json!("a"), both.clone(), true);
        add("absent", "A token that has none.", Value::Null, both.clone(), true);
        add("empty", "An empty list.", json!([]), both.clone(), true);
        add(
            "numbers",
            "Anything but a text is ignored.",
            json!([1, null, ["a", "b"], { "a": "b" }]),
            both.clone(),
            true,
        );
        add("object", "An object is not a list.", json!({ "a": true, "b": true }), both, true);
        add("any_one", "One of them is enough.", json!(["b"]), either.clone(), false);
        add("any_none", "None of them is present.", json!(["c"]), either.clone(), true);
        add("any_absent", "A token that has none.", Value::Null, either, true);
        add("whole", "Compared exactly.", json!(["aa", "A", "b "]), json!({ any: ["a", "b"] }), true);
        add("all_and_any", "Both are needed.", json!(["a"]), json!({ all: ["a"], any: ["b", "c"] }), true);
        add(
            "all_and_any_there",
            "Both are present.",
            json!(["a", "c"]),
            json!({ all: ["a"], any: ["b", "c"] }),
            false,
        );
    }
    cases
}
