//! Everything that the metadata advertises works (OpenID Connect Discovery 3, RFC 8414 2): one test for each member,
//! which runs each of its values.
//!
//! Chart 270

use std::collections::BTreeSet;

use credenza_protocol::authentication::{ACR_MFA, ACR_PASSWORD};
use credenza_protocol::scope::Scope;
use credenza_tests::{
    Authorization, Browser, Person, Provider, RelyingParty, Request, Tokens, VERIFIER, claims_of,
};
use serde_json::{Value, json};

/// The members with a test below; those of client authentication in `advertised_client_auth`.
const PROVEN: &[&str] = &[
    "acr_values_supported",
    "authorization_challenge_endpoint",
    "authorization_endpoint",
    "authorization_response_iss_parameter_supported",
    "backchannel_logout_session_supported",
    "backchannel_logout_supported",
    "check_session_iframe",
    "claim_types_supported",
    "claims_parameter_supported",
    "claims_supported",
    "code_challenge_methods_supported",
    "end_session_endpoint",
    "frontchannel_logout_session_supported",
    "frontchannel_logout_supported",
    "grant_types_supported",
    "id_token_encryption_alg_values_supported",
    "id_token_encryption_enc_values_supported",
    "id_token_signing_alg_values_supported",
    "introspection_endpoint",
    "introspection_endpoint_auth_methods_supported",
    "introspection_endpoint_auth_signing_alg_values_supported",
    "issuer",
    "jwks_uri",
    "prompt_values_supported",
    "request_object_encryption_alg_values_supported",
    "request_object_encryption_enc_values_supported",
    "request_object_signing_alg_values_supported",
    "request_parameter_supported",
    "request_uri_parameter_supported",
    "require_request_uri_registration",
    "response_modes_supported",
    "response_types_supported",
    "revocation_endpoint",
    "revocation_endpoint_auth_methods_supported",
    "revocation_endpoint_auth_signing_alg_values_supported",
    "scopes_supported",
    "subject_types_supported",
    "token_endpoint",
    "token_endpoint_auth_methods_supported",
    "token_endpoint_auth_signing_alg_values_supported",
    "ui_locales_supported",
    "userinfo_encryption_alg_values_supported",
    "userinfo_encryption_enc_values_supported",
    "userinfo_endpoint",
    "userinfo_signing_alg_values_supported",
];

/// A provider, its metadata, a person and a client with every grant and scope.
pub(crate) struct World {
    pub(crate) op: Provider,
    pub(crate) metadata: Value,
    pub(crate) alice: Person,
    pub(crate) rp: RelyingParty,
}

impl World {
    pub(crate) async fn new() -> Self {
        let op = Provider::start().await;
        let metadata = op.metadata().await;
        let alice = op.user("alice").await;
        let rp = RelyingParty::register(&op, |client| {
            client.scope = client.scope.union(&Scope::parse("groups roles").unwrap());
        });
        let rp = rp.await;
        Self { op, metadata, alice, rp }
    }

    pub(crate) fn values(&self, name: &str) -> Vec<String> {
        let values = self.metadata[name].as_array().unwrap_or_else(|| panic!("{name} is not advertised"));
        values.iter().map(|value| value.as_str().unwrap().to_owned()).collect()
    }

    fn url(&self, name: &str) -> String {
        self.op.reach(self.metadata[name].as_str().unwrap())
    }

    pub(crate) async fn tokens(&self, authorization: Authorization) -> Tokens {
        self.rp.sign_in_with(&self.op, &self.alice, &mut Browser::new(), authorization).await
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_advertised_that_is_not_proven() {
    let op = Provider::start().await;
    let metadata = op.metadata().await;
    let advertised: BTreeSet<_> = metadata.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(advertised, PROVEN.iter().copied().collect::<BTreeSet<_>>());
}

#[tokio::test(flavor = "multi_thread")]
async fn every_endpoint_does_its_work_where_the_metadata_says() {
    let world = World::new().await;
    let (op, rp) = (&world.op, &world.rp);
    let query = rp.authorization().query();
    let mut browser = Browser::new();
    let page = browser.open(op, &format!("{}?{query}", world.url("authorization_endpoint"))).await;
    assert!(page.says("Sign in to"), "{}", page.text());
    let code = rp.authorization().code(op, &mut browser, &world.alice).await;
    let secret = rp.secret.as_deref().unwrap();
    let post = |member: &str, fields: &[(&str, &str)]| {
        Request::form(world.url(member), fields).basic(rp.client_id(), secret).send()
    };
    let fields = [
        ("grant_type", "authorization_code"),
        ("code", &code),
        ("redirect_uri", rp.redirect_uri()),
        ("code_verifier", VERIFIER),
    ];
    let tokens = Tokens::of(&post("token_endpoint", &fields).await);
    let token = [("token", tokens.access_token.as_str())];
    let userinfo = || Request::get(world.url("userinfo_endpoint")).bearer(&tokens.access_token).send();
    assert_eq!(userinfo().await.json()["sub"], world.alice.user_id.as_str());
    assert_eq!(post("introspection_endpoint", &token).await.json()["active"], true);
    let challenged = post("authorization_challenge_endpoint", &[("response_type", "code")]).await;
    assert_eq!(challenged.json()["error"], "unauthorized_client", "an operator allows it to single clients");
    assert_eq!(post("revocation_endpoint", &token).await.status, 200);
    assert_eq!(post("introspection_endpoint", &token).await.json()["active"], false);
    assert_eq!(userinfo().await.status, 401);
    let keys = Request::get(world.url("jwks_uri")).send().await;
    assert!(!keys.json()["keys"].as_array().unwrap().is_empty());
    assert!(Request::get(world.url("check_session_iframe")).send().await.text().contains("check_session-"));
    let ended = format!("{}?id_token_hint={}", world.url("end_session_endpoint"), tokens.id());
    assert!(browser.open(op, &ended).await.says("You are signed out"));
}

/// Their effect is tested in `backchannel_logout` and `frontchannel_logout`.
#[tokio::test(flavor = "multi_thread")]
async fn logout_is_supported_by_both_channels_and_names_the_session() {
    let world = World::new().await;
    for channel in ["backchannel", "frontchannel"] {
        assert_eq!(world.metadata[format!("{channel}_logout_supported")], true);
        assert_eq!(world.metadata[format!("{channel}_logout_session_supported")], true);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn scopes_supported_are_granted() {
    let world = World::new().await;
    let scopes = world.values("scopes_supported");
    let all = world.tokens(world.rp.authorization().with("scope", &scopes.join(" "))).await;
    let granted: BTreeSet<_> = all.scope.as_deref().unwrap().split(' ').collect();
    assert_eq!(granted, scopes.iter().map(String::as_str).collect());
    // A scope that is not advertised is left out.
    let odd = world.tokens(world.rp.authorization().with("scope", "openid email birthday")).await;
    assert_eq!(odd.scope.as_deref().unwrap().split(' ').collect::<BTreeSet<_>>(), ["openid", "email"].into());
}

#[tokio::test(flavor = "multi_thread")]
async fn response_types_supported_and_no_others() {
    let world = World::new().await;
    let types = world.values("response_types_supported");
    for response_type in &types {
        let request = world.rp.authorization().with("response_type", response_type);
        assert!(request.answer(&world.op, &mut Browser::new(), &world.alice).await.contains_key("code"));
    }
    for other in ["token", "id_token", "code id_token", "code token", "code id_token token", "none"] {
        assert!(!types.iter().any(|known| known == other));
        let request = world.rp.authorization().with("response_type", other);
        let answer = request.answer(&world.op, &mut Browser::new(), &world.alice).await;
        assert_eq!(answer["error"], "unsupported_response_type", "{other}");
        assert!(!answer.contains_key("code") && !answer.contains_key("access_token"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn response_modes_supported_carry_the_answer() {
    let world = World::new().await;
    let mut proven = BTreeSet::new();
    for mode in world.values("response_modes_supported") {
        let request = world.rp.authorization().with("response_mode", &mode);
        let page = request.finish(&world.op, &mut Browser::new(), &world.alice).await;
        let code = page.answer()["code"].clone();
        let place = match mode.as_str() {
            "query" => format!("{}?code={code}", world.rp.redirect_uri()),
            "fragment" => format!("{}#code={code}", world.rp.redirect_uri()),
            "form_post" => {
                assert_eq!(
                    (page.response.status.as_u16(), page.form().action.as_str()),
                    (200, world.rp.redirect_uri())
                );
                proven.insert(mode);
                continue;
            }
            other => panic!("{other} is not known here"),
        };
        assert!(page.response.location().starts_with(&place), "{}", page.response.location());
        assert_eq!(world.rp.redeem(&world.op, &code).await.status, 200);
        proven.insert(mode);
    }
    assert_eq!(proven.len(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn grant_types_supported_give_tokens() {
    let world = World::new().await;
    let tokens = world.tokens(world.rp.authorization()).await;
    for grant_type in world.values("grant_types_supported") {
        let code = world.rp.authorization().code(&world.op, &mut Browser::new(), &world.alice).await;
        let answer = match grant_type.as_str() {
            "authorization_code" => world.rp.redeem(&world.op, &code).await,
            "refresh_token" => world.rp.refresh(&world.op, tokens.refresh()).await,
            "client_credentials" => world.rp.token(&world.op, &[("grant_type", "client_credentials")]).await,
            other => panic!("{other} is not known here"),
        };
        assert_eq!(answer.status, 200, "{grant_type}: {}", answer.text());
        assert!(answer.json()["access_token"].is_string());
    }
    for other in ["password", "implicit", "urn:ietf:params:oauth:grant-type:device_code", ""] {
        let answer = world.rp.token(&world.op, &[("grant_type", other)]).await;
        let error = if other.is_empty() { "invalid_request" } else { "unsupported_grant_type" };
        answer.assert_refused(400, error);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn acr_values_supported_are_reached() {
    let world = World::new().await;
    assert_eq!(world.values("acr_values_supported"), [ACR_MFA, ACR_PASSWORD]);
    // That of two factors is reached in `pages/second_factor.rs`.
    for acr in [ACR_PASSWORD] {
        let wish = world.tokens(world.rp.authorization().with("acr_values", acr)).await;
        assert_eq!(claims_of(wish.id())["acr"], acr);
        let essential = json!({"id_token": {"acr": {"essential": true, "value": acr}}}).to_string();
        let tokens = world.tokens(world.rp.authorization().with("claims", &essential)).await;
        assert_eq!(claims_of(tokens.id())["acr"], acr);
    }
    let foreign = r#"{"id_token":{"acr":{"essential":true,"value":"urn:other"}}}"#;
    let request = world.rp.authorization().with("claims", foreign);
    let answer = request.answer(&world.op, &mut Browser::new(), &world.alice).await;
    assert_eq!(answer["error"], "unmet_authentication_requirements");
}

#[tokio::test(flavor = "multi_thread")]
async fn code_challenge_methods_supported_and_no_others() {
    let world = World::new().await;
    assert_eq!(world.values("code_challenge_methods_supported"), ["S256"]);
    world.tokens(world.rp.authorization()).await;
    let plain = world.rp.authorization().with("code_challenge_method", "plain");
    assert_eq!(plain.answer(&world.op, &mut Browser::new(), &world.alice).await["error"], "invalid_request");
}

#[tokio::test(flavor = "multi_thread")]
async fn prompt_values_supported_do_what_they_say() {
    let world = World::new().await;
    let mut browser = Browser::new();
    world.rp.authorization().code(&world.op, &mut browser, &world.alice).await;
    for prompt in world.values("prompt_values_supported") {
        let page = world.rp.authorization().with("prompt", &prompt).open(&world.op, &mut browser).await;
        match prompt.as_str() {
            "none" => assert!(page.answer().contains_key("code")),
            "login" => assert!(page.says("login-submit")),
            "consent" => assert!(page.says("consent-allow")),
            "select_account" => assert!(page.says("account-continue")),
            other => panic!("{other} is not known here"),
        }
    }
    // `create` and other words are not advertised.
    let page = world.rp.authorization().with("prompt", "create").open(&world.op, &mut browser).await;
    assert_eq!(page.answer()["error"], "invalid_request");
}

#[tokio::test(flavor = "multi_thread")]
async fn ui_locales_supported_are_spoken() {
    let world = World::new().await;
    for locale in world.values("ui_locales_supported") {
        let page =
            world.rp.authorization().with("ui_locales", &locale).open(&world.op, &mut Browser::new()).await;
        assert!(page.says(&format!("<html lang=\"{locale}\"")), "{}", page.text());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn authorization_response_iss_parameter_supported_in_success_and_error() {
    let world = World::new().await;
    assert_eq!(world.metadata["authorization_response_iss_parameter_supported"], true);
    for (prompt, expected) in [("login", "code"), ("none", "error")] {
        let request = world.rp.authorization().with("prompt", prompt);
        let answer = request.answer(&world.op, &mut Browser::new(), &world.alice).await;
        assert!(answer.contains_key(expected), "{answer:?}");
        assert_eq!(answer["iss"], world.op.issuer);
    }
}
