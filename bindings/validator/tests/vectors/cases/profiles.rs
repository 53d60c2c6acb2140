//! Access tokens as well-known servers issue them, each valid with issuer, audience and profile alone.

use serde_json::{Value, json};

use crate::case::{AUDIENCE, Case, ISSUER, Step, settings, with};
use crate::keys::set;
use crate::token::{OWN, Token};

/// A token with a header without `typ`, and none of the claims that only RFC 9068 requires.
fn plain() -> Token {
    Token::access().no_header("typ").no_claim("client_id").no_claim("jti").no_claim("scope")
}

fn of(profile: &str, more: Value) -> Value {
    with(settings(json!({ "profile": profile })), more)
}

fn case(name: &str, about: &str, settings: Value) -> Case {
    Case::new(format!("profile_{name}"), about).settings(settings)
}

pub(crate) fn cases() -> Vec<Case> {
    [servers(), refusals(), cognito(), entra(), entra_keys(), google(), overridden()].concat()
}

/// Profile, its token, and what a route asks for.
fn tokens() -> Vec<(&'static str, Token, Value)> {
    let scopes = json!({ "scopes": ["read"] });
    let with_client = json!({ "scopes": ["read"], "client_ids": ["app"] });
    vec![
        (
            "generic",
            plain().header("typ", "JWT").claim("scp", ["read", "write"]).claim("cid", "app"),
            with_client.clone(),
        ),
        (
            "keycloak",
            plain().header("typ", "JWT").claim("typ", "Bearer").claim("azp", "app").claim("scope", "read"),
            with_client.clone(),
        ),
        (
            "entra",
            plain().header("typ", "JWT").claim("scp", "read write").claim("azp", "app"),
            with_client.clone(),
        ),
        ("okta", plain().claim("scp", ["read"]).claim("cid", "app").claim("ver", 1), with_client.clone()),
        (
            "auth0",
            plain().header("typ", "JWT").claim("azp", "app").claim("scope", "read"),
            with_client.clone(),
        ),
        ("hydra", plain().header("typ", "JWT").claim("scp", ["read"]).claim("client_id", "app"), with_client),
        ("spring", plain().claim("scope", ["read", "write"]), scopes),
        ("dex", plain().claim("at_hash", "x").claim("email_verified", true), json!({})),
    ]
}

fn servers() -> Vec<Case> {
    let mut cases = Vec::new();
    for (profile, token, needs) in tokens() {
        let about =
            format!("A token in the shape of {profile}, with the scopes and the client where it puts them.");
        cases.push(
            case(profile, &about, of(profile, json!({})))
                .step(Step::bearer(token.text()).requires(needs.clone()).allow_token(&token)),
        );
        let other = token.clone().claim("aud", "https://other.example");
        cases.push(
            case(
                &format!("{profile}_other_audience"),
                "No profile loosens the audience.",
                of(profile, json!({})),
            )
            .step(
                Step::bearer(other.text()).deny("aud").detail(
                    json!({ "member": "aud", "found": ["https://other.example"], "wanted": [AUDIENCE] }),
                ),
            ),
        );
        let strict = case(
            &format!("{profile}_by_default"),
            "RFC 9068 is taken at its word by default.",
            settings(json!({})),
        );
        cases.push(
            strict.step(Step::bearer(token.text()).deny("typ").detail(json!({ "wanted": ["at+jwt"] }))),
        );
    }
    cases
}

fn refusals() -> Vec<Case> {
    let keycloak = |kind: &str| plain().header("typ", "JWT").claim("typ", kind).text();
    let list = plain().header("typ", "JWT").claim("typ", "Bearer").claim("scope", ["read"]);
    vec![
        case(
            "keycloak_id_token",
            "Keycloak's own claim typ tells its ID tokens apart.",
            of("keycloak", json!({})),
        )
        .step(Step::bearer(keycloak("ID")).deny("typ").detail(json!({ "member": "typ", "found": ["ID"] }))),
        case("keycloak_scope_list", "A list where Keycloak writes a text.", of("keycloak", json!({})))
            .step(Step::bearer(list.text()).allow_token(&list))
            .step(
                Step::bearer(list.text())
                    .requires(json!({ "scopes": ["read"] }))
                    .deny("claims_malformed")
                    .detail(json!({ "member": "scope", "problem": "wrong_kind" })),
            ),
        case("spring_scope_with_space", "One scope of a list is not two.", of("spring", json!({}))).step(
            Step::bearer(plain().claim("scope", ["read write"]).text())
                .requires(json!({ "scopes": ["read"] }))
                .deny("claims_malformed"),
        ),
        case("okta_scope_elsewhere", "Okta's scopes are in scp alone.", of("okta", json!({}))).step(
            Step::bearer(plain().claim("scope", "read").text())
                .requires(json!({ "scopes": ["read"] }))
                .deny_with("scope", "Bearer", r#"scope="read""#),
        ),
        case("hydra_scope_text", "Hydra writes scope where it is told to.", of("hydra", json!({}))).step({
            let token = plain().claim("scope", "read");
            Step::bearer(token.text()).requires(json!({ "scopes": ["read"] })).allow_token(&token)
        }),
    ]
}

fn cognito() -> Vec<Case> {
    let token = |usage: &str, client: &str| {
        plain().no_claim("aud").claim("token_use", usage).claim("client_id", client).claim("scope", "read")
    };
    let own = || of("cognito", json!({ "audience": null, "client_ids": ["app", "other"] }));
    let good = token("access", "app");
    vec![
        case("cognito", "Cognito's access tokens have no aud: the clients stand in for it.", own())
            .step(Step::bearer(good.text()).requires(json!({ "scopes": ["read"] })).allow_token(&good)),
        case("cognito_other_client", "Another client's token.", own()).step(
            Step::bearer(token("access", "evil").text())
                .deny("aud")
                .detail(json!({ "member": "client_id", "found": ["evil"], "wanted": ["app", "other"] })),
        ),
        case("cognito_id_token", "An ID token says so by token_use.", own()).step(
            Step::bearer(token("id", "app").text())
                .deny("typ")
                .detail(json!({ "member": "token_use", "found": ["id"], "wanted": ["access"] })),
        ),
        case("cognito_no_client", "Neither audience nor client.", own()).step(
            Step::bearer(token("access", "app").no_claim("client_id").text())
                .deny("aud")
                .detail(json!({ "member": "client_id", "problem": "missing" })),
        ),
        Case::refused(
            "profile_okta_by_client",
            "Where tokens have an audience, clients do not stand in for it.",
            of("okta", json!({ "audience": null, "client_ids": ["app"] })),
            "audience",
        ),
    ]
}

fn entra() -> Vec<Case> {
    let template = "https://login.microsoftonline.com/{tenantid}/v2.0";
    let own = || of("entra", json!({ "issuer": template, "tenants": ["t-1", "t-2"] }));
    let token = |tenant: &str| {
        let iss = template.replace("{tenantid}", tenant);
        plain().header("typ", "JWT").claim("iss", iss).claim("tid", tenant).claim("scp", "read")
    };
    let good = token("t-2");
    let mut cases = vec![
        case("entra_common", "An application of several tenants.", own())
            .step(Step::bearer(good.text()).allow_token(&good)),
        Case::refused(
            "profile_entra_common_without_tenants",
            "Whose tokens?",
            of("entra", json!({ "issuer": template })),
            "tenants",
        ),
        Case::refused(
            "profile_entra_any_tenant",
            "No pattern.",
            of("entra", json!({ "issuer": template, "tenants": ["*"] })),
            "tenants",
        ),
        Case::refused(
            "profile_tenants_without_place",
            "An issuer without a place for them.",
            of("entra", json!({ "tenants": ["t-1"] })),
            "tenants",
        ),
    ];
    for (name, tenant) in
        [("other", "t-3"), ("empty", ""), ("template", "{tenantid}"), ("more", "t-1/x"), ("common", "common")]
    {
        cases.push(
            case(&format!("entra_tenant_{name}"), "Not one of the tenants.", own())
                .step(Step::bearer(token(tenant).text()).deny("iss").detail(json!({ "member": "iss" }))),
        );
    }
    cases
}

/// Entra's key sets hold keys that are good for one tenant alone.
fn entra_keys() -> Vec<Case> {
    let template = "https://login.microsoftonline.com/{tenantid}/v2.0";
    let issuer = |tenant: &str| template.replace("{tenantid}", tenant);
    let token = |tenant: &str| plain().header("typ", "JWT").claim("iss", issuer(tenant)).claim("scp", "read");
    let own = |profile: &str, key_issuer: Value| {
        let mut key = OWN.jwk();
        key["issuer"] = key_issuer;
        let more = match profile {
            "entra" => json!({ "issuer": template, "tenants": ["t-1", "t-2"], "keys": set([key]) }),
            _ => json!({ "issuer": issuer("t-1"), "keys": set([key]) }),
        };
        of(profile, more)
    };
    let allow = |tenant: &str| Step::bearer(token(tenant).text()).allow_token(&token(tenant));
    vec![
        case("entra_key_of_all", "A key of every tenant.", own("entra", json!(template)))
            .step(allow("t-1"))
            .step(allow("t-2")),
        case(
            "entra_key_of_one",
            "A key of one tenant signs for no other.",
            own("entra", json!(issuer("t-2"))),
        )
        .step(allow("t-2"))
        .step(Step::bearer(token("t-1").text()).deny("kid")),
        case("entra_key_of_nobody", "What is no text says nothing.", own("entra", json!(1)))
            .step(allow("t-1")),
        case(
            "generic_key_of_one",
            "Elsewhere the member has no meaning.",
            own("generic", json!("https://x.example")),
        )
        .step(allow("t-1")),
    ]
}

fn google() -> Vec<Case> {
    let mut cases = Vec::new();
    for (name, own) in [("https", "https://accounts.google.com"), ("bare", "accounts.google.com")] {
        for (spelling, iss) in [("https", "https://accounts.google.com"), ("bare", "accounts.google.com")] {
            let token = plain().header("typ", "JWT").claim("iss", iss).claim("azp", "app");
            cases.push(
                case(
                    &format!("google_{name}_{spelling}"),
                    "Both spellings of Google's issuer.",
                    of("google", json!({ "issuer": own })),
                )
                .step(Step::bearer(token.text()).allow_token(&token)),
            );
        }
    }
    let other = plain().header("typ", "JWT").claim("iss", "http://accounts.google.com");
    cases.push(
        case("google_http", "No third spelling.", of("google", json!({ "issuer": "accounts.google.com" })))
            .step(Step::bearer(other.text()).deny("iss")),
    );
    cases
}

fn overridden() -> Vec<Case> {
    let custom = plain().header("typ", "x-token").claim("perms", ["a", "b"]).claim("app", "app");
    let own = json!({ "token_types": ["X-Token"], "claim_names": { "scope": "perms", "client": "app" } });
    let optional = plain().no_claim("sub");
    vec![
        case("overridden", "Settings of one's own go before the profile.", of("generic", own)).step(
            Step::bearer(custom.text())
                .requires(json!({ "scopes": ["a", "b"], "client_ids": ["app"] }))
                .allow_token(&custom),
        ),
        case(
            "optional_sub",
            "What the profile requires may be made optional.",
            of("okta", json!({ "optional_claims": ["sub"] })),
        )
        .step(Step::bearer(optional.text()).allow_token(&optional)),
        case("sub_required", "Otherwise sub is required.", of("okta", json!({}))).step(
            Step::bearer(optional.text())
                .deny("claim_missing")
                .detail(json!({ "member": "sub", "problem": "missing", "iss": ISSUER })),
        ),
        Case::refused("profile_unknown", "A profile of the list.", of("x", json!({})), "profile"),
    ]
}
