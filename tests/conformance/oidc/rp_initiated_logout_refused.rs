//! OpenID Connect RP-Initiated Logout 1.0, sections 2 and 3: what of a request is not followed is said, and what became
//! of the session; and a client that proves nothing leads back if the person agrees (attack A111).
//!
//! Chart 400

use credenza_tests::{
    Browser, Page, Person, Provider, RelyingParty, Tokens, claims_of, header_of, jws, setup,
};
use serde_json::json;

use super::rp_initiated_logout::logout_url;

const AFTERWARDS: &str = "https://rp.test/signed-out";
const BACK: &str = "https://rp.test/signed-out?state=x";

struct World {
    op: Provider,
    alice: Person,
    rp: RelyingParty,
    browser: Browser,
    tokens: Tokens,
}

impl World {
    async fn new() -> Self {
        let (op, alice, rp) = setup().await;
        let mut browser = Browser::new();
        let tokens = rp.sign_in_with(&op, &alice, &mut browser, rp.authorization()).await;
        Self { op, alice, rp, browser, tokens }
    }

    async fn logout(&mut self, parameters: &[(&str, &str)]) -> Page {
        let url = logout_url(&self.op, parameters);
        self.browser.open(&self.op, &url).await
    }

    async fn is_signed_in(&self) -> bool {
        self.op.sessions_of(&self.alice).await == 1
    }

    /// An ID token with other claims under the old signature, and one without a signature.
    fn bad_hints(&self) -> [String; 2] {
        let genuine = self.tokens.id();
        let claims = claims_of(genuine);
        let signature = genuine.rsplit('.').next().unwrap();
        let mut changed = claims.clone();
        changed["sub"] = "somebody".into();
        let changed = format!("{}{signature}", jws(&header_of(genuine), &changed, |_| vec![]));
        [changed, jws(&json!({"alg": "none", "typ": "JWT"}), &claims, |_| vec![])]
    }
}

#[track_caller]
fn assert_refused(page: &Page, heading: &str, what: &str, session: &str) {
    assert_eq!(page.response.status, 200, "{}", page.text());
    assert!(!page.response.headers.contains_key("location"));
    let support_code = format!("<code id=\"support-code\">{}</code>", page.response.header("x-request-id"));
    for part in [heading, "id=\"logout-refused\"", what, session, &support_code, "RP-Initiated Logout"] {
        assert!(page.says(part), "{part}: {}", page.text());
    }
}

const ASKS: &str = "Do you want to sign out";
const OUT: &str = "You are signed out";
const STILL: &str = "You are still signed in.";
const ENDED: &str = "Your session in this browser has ended.";

/// The client is proven, so its session ends; only the address is not its own.
#[tokio::test(flavor = "multi_thread")]
async fn rp_logout_3_an_address_that_is_not_registered_is_named() {
    let mut world = World::new().await;
    let hint = world.tokens.id().to_owned();
    let other = [("id_token_hint", hint.as_str()), ("post_logout_redirect_uri", "https://rp.test/other")];
    let page = world.logout(&other).await;
    assert_refused(&page, OUT, "an address that is not registered for it", ENDED);
    assert!(!world.is_signed_in().await);
    // Once more: there was nothing left to end.
    let page = world.logout(&other).await;
    assert_refused(&page, OUT, "an address that is not registered for it", "There was no session");
    let right = [("id_token_hint", hint.as_str()), ("post_logout_redirect_uri", AFTERWARDS)];
    assert_eq!(world.logout(&right).await.response.location(), AFTERWARDS);
}

/// A hint that was changed or has no signature: the person is asked, knows why, and the session stays until they agree.
#[tokio::test(flavor = "multi_thread")]
async fn rp_logout_2_a_hint_that_proves_nothing_is_named() {
    let mut world = World::new().await;
    let client_id = world.rp.client_id().to_owned();
    for hint in world.bad_hints() {
        for more in [&[][..], &[("post_logout_redirect_uri", AFTERWARDS)], &[("client_id", &*client_id)]] {
            let page = world.logout(&[&[("id_token_hint", hint.as_str())][..], more].concat()).await;
            assert_refused(&page, ASKS, "(id_token_hint) was not accepted", STILL);
            assert!(world.is_signed_in().await);
        }
    }
    let [hint, _] = world.bad_hints();
    let named = [
        ("id_token_hint", hint.as_str()),
        ("client_id", client_id.as_str()),
        ("post_logout_redirect_uri", AFTERWARDS),
    ];
    let page = world.logout(&named).await;
    let page = world.browser.submit(&world.op, &page, &[("decision", "logout")]).await;
    assert_refused(&page, OUT, "(id_token_hint) was not accepted", ENDED);
    assert!(!world.is_signed_in().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn rp_logout_3_an_address_of_nobody_is_named() {
    let mut world = World::new().await;
    let page = world.logout(&[("post_logout_redirect_uri", AFTERWARDS), ("state", "x")]).await;
    assert_refused(&page, ASKS, "not the application that asks for it", STILL);
    let page = world.browser.submit(&world.op, &page, &[("decision", "logout")]).await;
    assert_refused(&page, OUT, "not the application that asks for it", ENDED);
    assert!(!world.is_signed_in().await);
}

/// A client that is disabled, and one that is not the hint's.
#[tokio::test(flavor = "multi_thread")]
async fn rp_logout_2_a_client_that_does_not_fit_is_named() {
    let mut world = World::new().await;
    let other = RelyingParty::confidential(&world.op).await;
    let hint = world.tokens.id().to_owned();
    let parameters = [
        ("id_token_hint", hint.as_str()),
        ("client_id", other.client_id()),
        ("post_logout_redirect_uri", AFTERWARDS),
    ];
    let page = world.logout(&parameters).await;
    assert_refused(&page, ASKS, "names another one than the proof", STILL);
    world.rp.set_enabled(&world.op, false).await;
    let page = world.logout(&parameters[..1]).await;
    assert_refused(&page, ASKS, "has been disabled", STILL);
    assert!(world.is_signed_in().await);
}

/// Nothing is refused where nothing was asked for.
#[tokio::test(flavor = "multi_thread")]
async fn rp_logout_2_a_bare_logout_refuses_nothing() {
    let mut world = World::new().await;
    let client_id = world.rp.client_id().to_owned();
    for parameters in [&[][..], &[("state", "x")], &[("client_id", client_id.as_str())]] {
        let page = world.logout(parameters).await;
        assert!(page.says(ASKS) && !page.says("logout-refused"), "{}", page.text());
    }
}

/// Section 3: a bare `client_id` proves nothing, so the person decides; then the registered address is followed.
#[tokio::test(flavor = "multi_thread")]
async fn rp_logout_3_a_client_without_a_hint_leads_back_once_the_person_agrees() {
    let mut world = World::new().await;
    let client_id = world.rp.client_id().to_owned();
    let parameters =
        [("client_id", client_id.as_str()), ("post_logout_redirect_uri", AFTERWARDS), ("state", "x")];
    let asked = world.logout(&parameters).await;
    assert!(asked.says(ASKS) && asked.says("Wonder &#38; Land would like to sign you out."));
    assert!(!asked.says("logout-refused"), "{}", asked.text());
    let policy = asked.response.header("content-security-policy");
    assert!(policy.contains("form-action 'self' https: https://rp.test;"), "{policy}");
    assert!(world.is_signed_in().await);
    let before = world.browser.clone();
    let stayed = before.clone().submit(&world.op, &asked, &[("decision", "cancel")]).await;
    assert!(stayed.url.ends_with("/account"), "{}", stayed.url);
    assert!(world.is_signed_in().await);
    let page = world.browser.submit(&world.op, &asked, &[("decision", "logout")]).await;
    assert_eq!((page.response.status.as_u16(), page.response.location()), (303, BACK));
    assert!(!world.is_signed_in().await);
    // The second press of the button, in a browser that has not seen the first answer.
    let again = before.clone().submit(&world.op, &asked, &[("decision", "logout")]).await;
    assert_eq!(again.response.location(), BACK);
    // With nobody signed in there is nobody who could agree.
    let page = world.logout(&parameters).await;
    assert_refused(&page, OUT, "nobody could confirm it", "There was no session");
}

/// Who has agreed is led to the client's own address alone.
#[tokio::test(flavor = "multi_thread")]
async fn a111_agreeing_leads_to_no_other_address() {
    for uri in ["https://evil.test/", "https://rp.test/signed-out/", "//evil.test", "javascript:alert(1)"] {
        let mut world = World::new().await;
        let client_id = world.rp.client_id().to_owned();
        let asked = world.logout(&[("client_id", &client_id), ("post_logout_redirect_uri", uri)]).await;
        assert_refused(&asked, ASKS, "an address that is not registered for it", STILL);
        let page = world.browser.submit(&world.op, &asked, &[("decision", "logout")]).await;
        assert_refused(&page, OUT, "an address that is not registered for it", ENDED);
        assert!(!world.is_signed_in().await);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_refused_is_said_in_german() {
    let mut world = World::new().await;
    let page = world.logout(&[("post_logout_redirect_uri", AFTERWARDS), ("ui_locales", "de")]).await;
    for part in
        ["<html lang=\"de\">", "aber nicht die Anwendung, die darum bittet", "Sie sind weiterhin angemeldet."]
    {
        assert!(page.says(part), "{part}: {}", page.text());
    }
    let page = world.browser.submit(&world.op, &page, &[("decision", "logout")]).await;
    assert!(page.says("Ihre Sitzung in diesem Browser ist beendet."), "{}", page.text());
}
