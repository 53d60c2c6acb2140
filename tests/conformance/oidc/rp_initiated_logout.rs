//! OpenID Connect RP-Initiated Logout 1.0, and who must not be able to bring it about (attacks A111,
//! A112, A120).
//!
//! Chart 400: RP-initiated logout | whole

use credenza_tests::{
    Browser, Page, Person, Provider, RelyingParty, Request, Tokens, claims_of, header_of, jws, signing_key,
};
use credenza_validator::{Algorithm, SigningKey};
use serde_json::json;
use url::form_urlencoded;

const AFTERWARDS: &str = "https://rp.test/signed-out";

/// A person who is signed in, and the tokens of their client.
/// The logout endpoint with these parameters.
pub(super) fn logout_url(op: &Provider, parameters: &[(&str, &str)]) -> String {
    let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(parameters).finish();
    format!("{}/logout?{query}", op.issuer)
}

struct World {
    op: Provider,
    alice: Person,
    rp: RelyingParty,
    browser: Browser,
    tokens: Tokens,
}

impl World {
    async fn new() -> Self {
        let op = Provider::start().await;
        let alice = op.user("alice").await;
        let rp = RelyingParty::confidential(&op).await;
        let mut browser = Browser::new();
        // Without offline_access: the session's tokens end with it.
        let request = rp.authorization().with("scope", "openid profile");
        let tokens = rp.sign_in_with(&op, &alice, &mut browser, request).await;
        Self { op, alice, rp, browser, tokens }
    }

    fn url(&self, parameters: &[(&str, &str)]) -> String {
        logout_url(&self.op, parameters)
    }

    async fn logout(&mut self, parameters: &[(&str, &str)]) -> Page {
        let url = self.url(parameters);
        self.browser.open(&self.op, &url).await
    }

    /// Whether the browser is signed in, and whether the client's tokens are active.
    async fn is_signed_in(&mut self) -> bool {
        let silent = self.rp.authorization().with("scope", "openid profile").with("prompt", "none");
        let answer = silent.open(&self.op, &mut self.browser).await.answer();
        let signed_in = answer.contains_key("code");
        assert!(signed_in || answer["error"] == "login_required", "{answer:?}");
        let is_active = self.rp.introspect(&self.op, &self.tokens.access_token).await["active"] == true;
        assert_eq!(signed_in, is_active, "the session and its grants end together");
        signed_in
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn rp_logout_2_a_hint_ends_the_session_and_leads_back() {
    for (state, expected) in [
        (Some("a b&c=d"), "https://rp.test/signed-out?state=a+b%26c%3Dd"),
        (Some("x"), "https://rp.test/signed-out?state=x"),
        (None, AFTERWARDS),
    ] {
        let mut world = World::new().await;
        assert!(world.is_signed_in().await);
        let hint = world.tokens.id().to_owned();
        // Without client_id: the hint's `aud` names the client.
        let mut parameters = vec![("id_token_hint", hint.as_str()), ("post_logout_redirect_uri", AFTERWARDS)];
        parameters.extend(state.map(|state| ("state", state)));
        let page = world.logout(&parameters).await;
        assert_eq!((page.response.status.as_u16(), page.response.location()), (303, expected));
        assert!(!world.is_signed_in().await);
        assert_eq!(world.rp.refresh(&world.op, world.tokens.refresh()).await.error(), "invalid_grant");
    }
}

/// All that logout adds is `state`: what answers of the authorization endpoint bring may be the client's own here.
#[tokio::test(flavor = "multi_thread")]
async fn rp_logout_2_the_query_of_the_uri_is_kept() {
    let registered = "https://rp.test/signed-out?error=none&code=bye";
    let answered = format!("{registered}&state=x");
    for (uri, expected) in [
        (registered, answered.as_str()),
        ("https://rp.test/signed-out?error=none&code=other", ""),
        (AFTERWARDS, ""),
    ] {
        let mut world = World::new().await;
        let uris = vec![registered.to_owned()];
        world.rp.update(&world.op, |record| record.client.post_logout_redirect_uris = uris).await;
        let hint = world.tokens.id().to_owned();
        let parameters = [("id_token_hint", &*hint), ("post_logout_redirect_uri", uri), ("state", "x")];
        let page = world.logout(&parameters).await;
        assert_eq!(page.response.header("location"), expected, "{uri}");
        assert!(!world.is_signed_in().await, "{uri}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn rp_logout_2_the_hint_may_have_expired() {
    let mut world = World::new().await;
    world.op.pass(4000);
    let hint = world.tokens.id().to_owned();
    assert!(claims_of(&hint)["exp"].as_i64().unwrap() < world.op.now());
    let page = world.logout(&[("id_token_hint", &hint), ("post_logout_redirect_uri", AFTERWARDS)]).await;
    assert_eq!(page.response.location(), AFTERWARDS);
    let silent = world.rp.authorization().with("prompt", "none");
    assert_eq!(silent.open(&world.op, &mut world.browser).await.answer()["error"], "login_required");
}

#[tokio::test(flavor = "multi_thread")]
async fn rp_logout_2_client_id_may_stand_beside_the_hint_and_must_agree() {
    let mut world = World::new().await;
    let other = RelyingParty::confidential(&world.op).await;
    let hint = world.tokens.id().to_owned();
    let common = [("id_token_hint", hint.as_str()), ("post_logout_redirect_uri", AFTERWARDS)];
    let wrong = [&common[..], &[("client_id", other.client_id())]].concat();
    let page = world.logout(&wrong).await;
    assert!(page.says("Do you want to sign out"), "{}", page.text());
    assert!(world.is_signed_in().await);
    let client_id = world.rp.client_id().to_owned();
    let right = [&common[..], &[("client_id", client_id.as_str())]].concat();
    assert_eq!(world.logout(&right).await.response.location(), AFTERWARDS);
    assert!(!world.is_signed_in().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn rp_logout_2_by_post_too() {
    let mut world = World::new().await;
    let hint = world.tokens.id().to_owned();
    let fields = [("id_token_hint", hint.as_str()), ("post_logout_redirect_uri", AFTERWARDS), ("state", "x")];
    let response = world.browser.send(Request::form(world.op.at("/logout"), &fields)).await;
    assert_eq!(response.location(), format!("{AFTERWARDS}?state=x"));
    assert!(!world.is_signed_in().await);
}

/// What a browser does with a form of another site: `SameSite=Lax` withholds the cookies, and only the redirect that
/// follows, by GET, carries them.
#[tokio::test(flavor = "multi_thread")]
async fn rp_logout_2_a_post_of_the_clients_own_page_reaches_the_session() {
    let mut world = World::new().await;
    let hint = world.tokens.id().to_owned();
    let fields = [("id_token_hint", hint.as_str()), ("post_logout_redirect_uri", AFTERWARDS), ("state", "x")];
    let response = Request::form(world.op.at("/logout"), &fields).send().await;
    assert_eq!((response.status.as_u16(), response.header("set-cookie")), (303, ""));
    let page = world.browser.open(&world.op, &format!("{}{}", world.op.issuer, response.location())).await;
    assert_eq!(page.response.location(), format!("{AFTERWARDS}?state=x"));
    assert!(!world.is_signed_in().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a111_no_redirect_to_what_is_not_registered() {
    for uri in [
        "https://rp.test/signed-out?foo=bar",
        "https://rp.test/signed-out/",
        "https://rp.test/SIGNED-OUT",
        "https://rp.test:443/signed-out",
        "https://rp.test/signed-out#x",
        "https://rp.test/callback",
        "https://other.test/signed-out",
        "https://rp.test@evil.test/signed-out",
        "//evil.test",
        "javascript:alert(1)",
    ] {
        let mut world = World::new().await;
        let change = |client: &mut credenza_protocol::client::Client| {
            client.post_logout_redirect_uris = vec!["https://other.test/signed-out".to_owned()];
        };
        RelyingParty::register(&world.op, change).await;
        let hint = world.tokens.id().to_owned();
        let page = world.logout(&[("id_token_hint", &hint), ("post_logout_redirect_uri", uri)]).await;
        assert!(!page.response.headers.contains_key("location"), "{uri}");
        assert!(page.says("You are signed out"), "{uri}: {}", page.text());
        // The hint proves the client: the session ends nevertheless.
        assert!(!world.is_signed_in().await, "{uri}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a111_a_hint_that_proves_nothing_neither_redirects_nor_ends_the_session() {
    let mut world = World::new().await;
    world.op.tenant("acme").await;
    let claims = claims_of(world.tokens.id());
    let acme_alice = world.op.user_of("acme", "alice").await;
    let acme_rp = RelyingParty::register_at(&world.op, "acme", |_| ()).await;
    let acme = acme_rp.sign_in(&world.op, &acme_alice).await;
    let secret = world.rp.secret.clone().unwrap();
    let symmetric = SigningKey::from_secret(Algorithm::HS256, secret.as_bytes()).unwrap();
    let genuine = world.tokens.id().to_owned();
    let signature = genuine.rsplit('.').next().unwrap();
    let unsigned = jws(&json!({"alg": "none", "typ": "JWT"}), &claims, |_| vec![]);
    let mut changed = claims.clone();
    changed["sub"] = "somebody".into();
    let changed = jws(&header_of(&genuine), &changed, |_| vec![]);
    let hints = [
        ("alg none", unsigned.clone()),
        ("alg none, signature kept", format!("{unsigned}{signature}")),
        ("changed claims", format!("{changed}{signature}")),
        ("a foreign key", signing_key(Algorithm::RS256).sign("JWT", &claims).unwrap()),
        ("the client's secret", symmetric.sign("JWT", &claims).unwrap()),
        ("an access token", world.tokens.access_token.clone()),
        ("another tenant's", acme.id().to_owned()),
        ("garbage", "a.b.c".to_owned()),
        ("nothing", String::new()),
    ];
    let client_id = world.rp.client_id().to_owned();
    for (what, hint) in hints {
        for named in [None, Some(("client_id", client_id.as_str()))] {
            let mut parameters = vec![
                ("id_token_hint", hint.as_str()),
                ("post_logout_redirect_uri", AFTERWARDS),
                ("state", "x"),
            ];
            parameters.extend(named);
            let page = world.logout(&parameters).await;
            assert!(!page.response.headers.contains_key("location"), "{what}");
            assert!(page.says("Do you want to sign out"), "{what}: {}", page.text());
            assert!(world.is_signed_in().await, "{what}");
        }
    }
    // Positive control: the genuine hint.
    let page = world.logout(&[("id_token_hint", &genuine), ("post_logout_redirect_uri", AFTERWARDS)]).await;
    assert_eq!(page.response.location(), AFTERWARDS);
}

#[tokio::test(flavor = "multi_thread")]
async fn a111_confirmed_without_a_hint_there_is_a_page_and_no_redirect() {
    for parameters in [
        &[][..],
        &[("state", "x")],
        &[("post_logout_redirect_uri", AFTERWARDS)],
        &[("post_logout_redirect_uri", AFTERWARDS), ("state", "x")],
    ] {
        let mut world = World::new().await;
        let page = world.logout(parameters).await;
        assert!(page.says("Do you want to sign out") && page.says("id=\"logout-confirm\""));
        assert!(world.is_signed_in().await);
        let page = world.browser.submit(&world.op, &page, &[("decision", "logout")]).await;
        assert!(page.says("You are signed out"), "{}", page.text());
        assert!(!page.response.headers.contains_key("location"));
        assert!(!world.is_signed_in().await);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn rp_logout_2_who_says_no_stays_signed_in() {
    let mut world = World::new().await;
    let page = world.logout(&[]).await;
    let page = world.browser.submit(&world.op, &page, &[("decision", "cancel")]).await;
    assert!(page.url.ends_with("/account"), "{}", page.url);
    assert!(world.is_signed_in().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn rp_logout_2_a_hint_at_another_session_asks_first() {
    let mut world = World::new().await;
    let bob = world.op.user("bob").await;
    let theirs = world.rp.sign_in(&world.op, &bob).await;
    // The same person in another browser: another session.
    let elsewhere = world.rp.sign_in(&world.op, &world.alice).await;
    for hint in [theirs.id(), elsewhere.id()] {
        let page = world.logout(&[("id_token_hint", hint), ("post_logout_redirect_uri", AFTERWARDS)]).await;
        assert!(page.says("Do you want to sign out"), "{}", page.text());
        assert!(world.is_signed_in().await);
    }
    for tokens in [&theirs, &elsewhere] {
        assert_eq!(world.rp.introspect(&world.op, &tokens.access_token).await["active"], true);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn rp_logout_2_ui_locales_choose_the_language_to_the_end() {
    let mut world = World::new().await;
    let page = world.logout(&[("ui_locales", "fr de")]).await;
    assert!(page.says("<html lang=\"de\">") && page.says("id=\"logout-confirm\""), "{}", page.text());
    let page = world.browser.submit(&world.op, &page, &[("decision", "logout")]).await;
    assert!(page.says("<html lang=\"de\">") && page.says("Sie sind abgemeldet"), "{}", page.text());
    assert!(!world.is_signed_in().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn rp_logout_2_a_repeated_parameter_is_refused() {
    let mut world = World::new().await;
    let hint = world.tokens.id().to_owned();
    let twice = [
        ("id_token_hint", hint.as_str()),
        ("post_logout_redirect_uri", AFTERWARDS),
        ("post_logout_redirect_uri", "x"),
    ];
    world.logout(&twice).await.assert_error_page();
    assert!(world.is_signed_in().await);
    assert!(!world.logout(&twice[..2]).await.response.location().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a112_another_site_cannot_sign_a_person_out() {
    let mut world = World::new().await;
    // An image or a link carries the cookie by GET, and the person is asked.
    let page = world.logout(&[]).await;
    assert!(page.says("Do you want to sign out"));
    assert!(world.is_signed_in().await);
    // A form of another site does not carry it, and the answer must not delete it.
    for path in ["/logout", "/logout/confirm"] {
        for fields in [&[][..], &[("decision", "logout")], &[("post_logout_redirect_uri", AFTERWARDS)]] {
            let forged = Request::form(world.op.at(path), fields).header("sec-fetch-site", "cross-site");
            let response = forged.send().await;
            assert_eq!(response.header("set-cookie"), "", "{path} {fields:?}");
            assert_eq!(response.status, 303);
            let url = format!("{}{}", world.op.issuer, response.location());
            assert!(world.browser.open(&world.op, &url).await.says("Do you want to sign out"));
            assert!(world.is_signed_in().await);
        }
    }
    // Even with the cookie the confirmation needs the page that was shown to this browser.
    let mut other = Browser::new();
    world.rp.authorization().code(&world.op, &mut other, &world.alice).await;
    let theirs = other.open(&world.op, &world.url(&[])).await.hidden("csrf");
    for csrf in ["", "x", &theirs] {
        let forged = Request::form(world.op.at("/logout/confirm"), &[("decision", "logout"), ("csrf", csrf)]);
        assert_eq!(world.browser.send(forged).await.status, 403);
        assert!(world.is_signed_in().await);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a120_what_was_seen_before_is_not_seen_again() {
    let mut world = World::new().await;
    let account = format!("{}/account", world.op.issuer);
    let before = world.browser.open(&world.op, &account).await;
    assert!(before.says("alice") && before.response.header("cache-control") == "no-store");
    let cookies = world.browser.cookies.clone();
    let hint = world.tokens.id().to_owned();
    world.logout(&[("id_token_hint", &hint)]).await;
    assert!(!world.browser.cookies.contains_key("credenza-session"));
    // The back button, and a browser that kept the cookie.
    for kept in [world.browser.cookies.clone(), cookies] {
        let mut browser = Browser { cookies: kept, ..Browser::new() };
        let after = browser.open(&world.op, &account).await;
        assert_eq!(after.response.status, 401);
        assert!(!after.says("alice"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn rp_logout_2_without_a_session_the_hint_still_leads_back() {
    let mut world = World::new().await;
    let hint = world.tokens.id().to_owned();
    let parameters = [("id_token_hint", hint.as_str()), ("post_logout_redirect_uri", AFTERWARDS)];
    world.logout(&parameters).await;
    assert_eq!(world.logout(&parameters).await.response.location(), AFTERWARDS);
    assert!(Browser::new().open(&world.op, &world.url(&[])).await.says("You are signed out"));
    // Nor does a disabled client redirect anywhere.
    world.rp.set_enabled(&world.op, false).await;
    assert!(world.logout(&parameters).await.says("You are signed out"));
}
