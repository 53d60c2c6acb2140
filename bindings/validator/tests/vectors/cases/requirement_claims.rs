//! What a route asks for: renamed claims, the sign-in, everything at once.

use serde_json::{Value, json};

use super::requirements::{case, token};
use crate::case::{Case, NOW, Step, settings, with};
use crate::token::Token;

pub(crate) fn cases() -> Vec<Case> {
    [names(), sign_in(), several()].concat()
}

/// Renamed and nested claims.
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
            "RFC 6901 where the name begins with a slash; the claims with the usual names are ignored then.";
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
    add("acr_absent", "The claim is missing.", json!({}), &acr, low);
    add("acr_both_in_one_text", "Compared whole.", json!({ "acr": "2 3" }), &acr, low);
    add(
        "auth_time_recent",
        "As long ago as allowed, and 30 seconds for the clocks.",
        json!({ "auth_time": NOW - 630 }),
        &age,
        None,
    );
    add("auth_time_long_ago", "A second more.", json!({ "auth_time": NOW - 631 }), &age, old);
    add("auth_time_absent", "The claim is missing.", json!({}), &age, old);
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
    add("both", "Both are present.", json!({ "acr": "2", "auth_time": NOW - 10 }), &both, None);
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
        Case::new("max_token_age_of_a_route_without_iat", "A token without iat is too old.")
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
