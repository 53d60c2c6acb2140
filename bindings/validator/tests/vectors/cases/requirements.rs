//! What a route asks for beyond a good token.

use serde_json::{Value, json};

use crate::case::{Case, NOW, Step, settings, with};
use crate::token::Token;

pub(crate) fn cases() -> Vec<Case> {
    [scopes(), one_of(), held(), names(), sign_in(), several()].concat()
}

/// A token with other claims.
fn token(claims: &Value) -> Token {
    claims.as_object().unwrap().iter().fold(Token::access(), |token, (name, value)| match value {
        Value::Null => token.no_claim(name),
        value => token.claim(name, value),
    })
}

/// A case: the claims that differ, the requirement, and the rule that refuses.
fn case(name: &str, about: &str, claims: &Value, requirement: Value, rule: Option<&str>) -> Case {
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
            "None of them is there.",
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
        let about =
            "Scopes are compared whole and with case, and parted by spaces alone (RFC 6749 section 3.3).";
        cases.push(
            case(&format!("a248_{name}"), about, &json!({ "scope": scope }), all.clone(), Some("scope"))
                .attacks(&["A248"]),
        );
    }
    cases.push(
        case(
            "a248_more_spaces",
            "Spaces more than one are no scope.",
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
            add("absent", "A token that does not say.", Value::Null, Some(rule));
            add("list", "A list is not one value.", json!(["one"]), Some(rule));
            add("empty", "An empty text is none of them.", json!(""), Some(rule));
        }
    }
    let plain = Token::access().header("typ", "JWT").no_claim("client_id").claim("azp", "one");
    let plain_settings = settings(json!({ "token_types": ["JWT"] }));
    cases.push(
        Case::new("client_ids_azp", "Where client_id is missing, azp says whom a token was issued to.")
            .settings(plain_settings.clone())
            .step(Step::bearer(plain.text()).requires(json!({ "client_ids": ["one"] })).allow_token(&plain)),
    );
    let both = plain.claim("client_id", "two");
    cases.push(
        Case::new("client_ids_before_azp", "Where both are there, client_id counts.")
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
            "What is no text is nothing.",
            json!([1, null, ["a", "b"], { "a": "b" }]),
            both.clone(),
            true,
        );
        add("object", "An object is no list.", json!({ "a": true, "b": true }), both, true);
        add("any_one", "One of them is enough.", json!(["b"]), either.clone(), false);
        add("any_none", "None of them is there.", json!(["c"]), either.clone(), true);
        add("any_absent", "A token that has none.", Value::Null, either, true);
        add(
            "whole",
            "Compared whole and with case.",
            json!(["aa", "A", "b "]),
            json!({ any: ["a", "b"] }),
            true,
        );
        add("all_and_any", "Both are needed.", json!(["a"]), json!({ all: ["a"], any: ["b", "c"] }), true);
        add(
            "all_and_any_there",
            "Both are there.",
            json!(["a", "c"]),
            json!({ all: ["a"], any: ["b", "c"] }),
            false,
        );
    }
    cases
}

/// Claims of other names, and inside others.
fn names() -> Vec<Case> {
    let named = settings(json!({ "claim_names": {
        "tenant": "tid", "organization": "/org/id", "roles": "/realm_access/roles", "permissions": "https://api.example/permissions", "plan": "/a~1b/c~0d",
    } }));
    let token = token(&json!({
        "tid": "t",
        "org": { "id": "o" },
        "realm_access": { "roles": ["r"] },
        "https://api.example/permissions": ["p"],
        "a/b": { "c~d": "gold" },
    }));
    let case =
        |name: &str, about: &str| Case::new(format!("claim_names_{name}"), about).settings(named.clone());
    let step = |requirement: Value| Step::bearer(token.text()).requires(requirement);
    let usual = self::token(
        &json!({ "tenant": "t", "org_id": "o", "roles": ["r"], "permissions": ["p"], "plan": "gold" }),
    );
    let usual = |requirement: Value| Step::bearer(usual.text()).requires(requirement);
    let mut cases = Vec::new();
    for (name, rule, good, bad) in [
        ("tenant", "tenant", json!({ "tenants": ["t"] }), json!({ "tenants": ["x"] })),
        ("pointer", "organization", json!({ "organizations": ["o"] }), json!({ "organizations": ["x"] })),
        ("pointer_to_list", "role", json!({ "roles": ["r"] }), json!({ "roles": ["x"] })),
        ("url", "permission", json!({ "permissions": ["p"] }), json!({ "permissions": ["x"] })),
        ("pointer_with_escapes", "plan", json!({ "plans": ["gold"] }), json!({ "plans": ["x"] })),
    ] {
        let about =
            "RFC 6901 where the name begins with a slash; the claims of the usual names do not count then.";
        cases.push(
            case(name, about)
                .step(step(good.clone()).allow_token(&token))
                .step(step(bad).deny(rule))
                .step(usual(good).deny(rule)),
        );
    }
    cases
}

fn sign_in() -> Vec<Case> {
    let acr = json!({ "acr_values": ["2", "3"] });
    let acr_text = r#"acr_values="2 3""#;
    let age = json!({ "max_age": 600 });
    let step = |claims: Value, requirement: &Value| {
        let token = token(&claims);
        (Step::bearer(token.text()).requires(requirement.clone()), token)
    };
    let mut cases = Vec::new();
    let mut add =
        |name: &str, about: &str, claims: Value, requirement: &Value, refused: Option<(&str, &str)>| {
            let (step, token) = step(claims, requirement);
            let step = match refused {
                None => step.allow_token(&token),
                Some((rule, more)) => step.deny_with(rule, "Bearer", more),
            };
            cases.push(Case::new(format!("rfc9470_4_{name}"), about).step(step));
        };
    let (low, old) = (Some(("acr", acr_text)), Some(("max_age", r#"max_age="600""#)));
    add("acr_reached", "One of the contexts asked for.", json!({ "acr": "3" }), &acr, None);
    add("acr_another", "Another context.", json!({ "acr": "1" }), &acr, low);
    add("acr_absent", "No word of it.", json!({}), &acr, low);
    add("acr_both_in_one_text", "Compared whole.", json!({ "acr": "2 3" }), &acr, low);
    add(
        "auth_time_recent",
        "As long ago as may be, and 30 for the clocks.",
        json!({ "auth_time": NOW - 630 }),
        &age,
        None,
    );
    add("auth_time_long_ago", "A second more.", json!({ "auth_time": NOW - 631 }), &age, old);
    add("auth_time_absent", "No word of it.", json!({}), &age, old);
    add("auth_time_zero", "In 1970.", json!({ "auth_time": 0 }), &age, old);
    add(
        "max_age_zero",
        "Just now, give or take the clocks.",
        json!({ "auth_time": NOW - 30 }),
        &json!({ "max_age": 0 }),
        None,
    );
    add(
        "max_age_zero_passed",
        "Not just now.",
        json!({ "auth_time": NOW - 31 }),
        &json!({ "max_age": 0 }),
        Some(("max_age", r#"max_age="0""#)),
    );
    let both = json!({ "acr_values": ["2"], "max_age": 600 });
    add("both", "Both are there.", json!({ "acr": "2", "auth_time": NOW - 10 }), &both, None);
    add(
        "both_old",
        "The right context, long ago.",
        json!({ "acr": "2", "auth_time": NOW - 9000 }),
        &both,
        old,
    );
    cases
}

fn several() -> Vec<Case> {
    let exact = settings(json!({ "leeway": 0 }));
    let aged = |age: i64| Token::access().claim("iat", NOW - age);
    let needs = json!({ "max_token_age": 60 });
    let all = json!({
        "client_ids": ["client-1"], "tenants": ["t"], "organizations": ["o"], "scopes": ["read"], "roles": ["r"],
        "permissions": ["p"], "plans": ["gold"], "acr_values": ["2"], "max_age": 600, "max_token_age": 60,
    });
    let whole = json!({
        "tenant": "t", "org_id": "o", "roles": ["r"], "permissions": ["p"], "plan": "gold", "acr": "2", "auth_time": NOW - 20,
    });
    let mut cases = vec![
        Case::new("max_token_age_of_a_route", "A route for fresh tokens.")
            .settings(exact)
            .step(Step::bearer(aged(60).text()).requires(needs.clone()).allow_token(&aged(60)))
            .step(Step::bearer(aged(61).text()).requires(needs.clone()).deny("max_token_age"))
            .step(Step::bearer(aged(61).text()).allow_token(&aged(61))),
        Case::new(
            "max_token_age_of_a_route_without_iat",
            "A token that does not say when it was issued is too old.",
        )
        .settings(settings(json!({ "optional_claims": ["iat"] })))
        .step(Step::bearer(Token::access().no_claim("iat").text()).requires(needs).deny("max_token_age")),
        case("requirement_all_at_once", "A route that asks for everything.", &whole, all.clone(), None),
    ];
    for (without, rule) in [
        ("tenant", "tenant"),
        ("org_id", "organization"),
        ("roles", "role"),
        ("permissions", "permission"),
        ("plan", "plan"),
    ] {
        let claims = with(whole.clone(), json!({ without: null }));
        let name = format!("requirement_all_but_{rule}");
        cases.push(case(&name, "One thing is missing.", &claims, all.clone(), Some(rule)));
    }
    cases
}
