//! OpenID Connect Session Management 1.0 (attack A119): how a client watches the sign-in. The script of
//! the iframe is tested in a browser, in `tests/interop`.
//!
//! Chart 430: Session Management 1.0 | `check_session_iframe`, `session_state`

use std::collections::HashMap;

use credenza_protocol::secret::Secret;
use credenza_tests::{Authorization, Browser, Person, Provider, RelyingParty, Request, setup};

const STATE: &str = "credenza-state";

/// What the script computes from the parts; printf '%s' "client origin state salt" | sha256sum.
fn hashed(client_id: &str, origin: &str, browser_state: &str, salt: &str) -> String {
    let text = format!("{client_id} {origin} {browser_state} {salt}");
    let hash = Secret::presented(text).hash();
    let hex: String = hash.as_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
    format!("{hex}.{salt}")
}

/// Whether the state matches this client, this origin and the cookie of the browser.
fn is_unchanged(
    answer: &HashMap<String, String>,
    rp: &RelyingParty,
    origin: &str,
    browser: &Browser,
) -> bool {
    let state = &answer["session_state"];
    let (_, salt) = state.split_once('.').unwrap();
    let kept = browser.cookies.get(STATE).cloned().unwrap_or_default();
    *state == hashed(rp.client_id(), origin, &kept, salt)
}

async fn silent(op: &Provider, rp: &RelyingParty, browser: &mut Browser) -> HashMap<String, String> {
    rp.authorization().with("prompt", "none").open(op, browser).await.answer()
}

async fn signed_in(op: &Provider, rp: &RelyingParty, alice: &Person) -> (Browser, HashMap<String, String>) {
    let mut browser = Browser::new();
    let answer = rp.authorization().answer(op, &mut browser, alice).await;
    (browser, answer)
}

#[tokio::test(flavor = "multi_thread")]
async fn session_management_2_every_success_carries_session_state() {
    let (op, alice, rp) = setup().await;
    let (mut browser, first) = signed_in(&op, &rp, &alice).await;
    assert!(is_unchanged(&first, &rp, "https://rp.test", &browser), "{first:?}");
    let mut seen = vec![first["session_state"].clone()];
    for mode in ["query", "fragment", "form_post"] {
        let request = rp.authorization().with("prompt", "none").with("response_mode", mode);
        let answer = request.open(&op, &mut browser).await.answer();
        assert!(is_unchanged(&answer, &rp, "https://rp.test", &browser), "{mode}: {answer:?}");
        assert!(!answer["session_state"].contains(' '));
        assert!(!seen.contains(&answer["session_state"]), "each has a salt of its own");
        seen.push(answer["session_state"].clone());
    }
    // And the first state still matches.
    assert!(is_unchanged(&first, &rp, "https://rp.test", &browser));
}

#[tokio::test(flavor = "multi_thread")]
async fn session_management_2_of_no_other_client_origin_or_browser() {
    let (op, alice, rp) = setup().await;
    let other = RelyingParty::confidential(&op).await;
    let (browser, answer) = signed_in(&op, &rp, &alice).await;
    let (elsewhere, _) = signed_in(&op, &rp, &alice).await;
    assert!(is_unchanged(&answer, &rp, "https://rp.test", &browser));
    assert!(!is_unchanged(&answer, &other, "https://rp.test", &browser));
    for origin in ["https://evil.test", "http://rp.test", "https://rp.test:8443", "null", ""] {
        assert!(!is_unchanged(&answer, &rp, origin, &browser), "{origin}");
    }
    assert!(!is_unchanged(&answer, &rp, "https://rp.test", &elsewhere));
    assert!(!is_unchanged(&answer, &rp, "https://rp.test", &Browser::new()));
}

#[tokio::test(flavor = "multi_thread")]
async fn session_management_3_2_the_state_changes_with_the_sign_in_and_goes_with_it() {
    let (op, alice, rp) = setup().await;
    let bob = op.user("bob").await;
    let (mut browser, first) = signed_in(&op, &rp, &alice).await;
    // The same person again, another person, nobody.
    op.pass(5);
    let again = rp.authorization().with("prompt", "login");
    let second = again.answer(&op, &mut browser, &alice).await;
    assert!(!is_unchanged(&first, &rp, "https://rp.test", &browser));
    assert!(is_unchanged(&second, &rp, "https://rp.test", &browser));
    let third = again.answer(&op, &mut browser, &bob).await;
    assert!(!is_unchanged(&second, &rp, "https://rp.test", &browser));
    assert!(is_unchanged(&third, &rp, "https://rp.test", &browser));
    let page = browser.open(&op, &format!("{}/logout", op.issuer)).await;
    browser.submit(&op, &page, &[("decision", "logout")]).await;
    assert!(!browser.cookies.contains_key(STATE));
    assert!(!is_unchanged(&third, &rp, "https://rp.test", &browser));
}

/// It changes when the password is accepted, not only when the client has its answer.
#[tokio::test(flavor = "multi_thread")]
async fn session_management_3_2_the_state_changes_before_consent() {
    let (op, alice, rp) = setup().await;
    let mut browser = Browser::new();
    let login = rp.authorization().with("prompt", "consent").open(&op, &mut browser).await;
    assert!(!browser.cookies.contains_key(STATE));
    let consent = browser.sign_in(&op, &login, &alice).await;
    let kept = browser.cookies[STATE].clone();
    let answer = browser.decide(&op, &consent, "allow").await.answer();
    assert_eq!(browser.cookies[STATE], kept);
    assert!(is_unchanged(&answer, &rp, "https://rp.test", &browser));
}

/// A browser that lost the cookie, or signed in before it existed, gets it with the next answer.
#[tokio::test(flavor = "multi_thread")]
async fn session_management_3_2_a_lost_state_comes_back() {
    let (op, alice, rp) = setup().await;
    let (mut browser, first) = signed_in(&op, &rp, &alice).await;
    browser.cookies.remove(STATE);
    let answer = silent(&op, &rp, &mut browser).await;
    assert!(is_unchanged(&answer, &rp, "https://rp.test", &browser));
    assert!(is_unchanged(&first, &rp, "https://rp.test", &browser));
}

#[tokio::test(flavor = "multi_thread")]
async fn session_management_2_not_where_no_script_could_ask() {
    let (op, alice, rp) = setup().await;
    let (mut browser, _) = signed_in(&op, &rp, &alice).await;
    let without = |request: Authorization| {
        let (op, mut browser) = (&op, browser.clone());
        async move { request.open(op, &mut browser).await.answer() }
    };
    let error = without(rp.authorization().with("prompt", "login none")).await;
    assert!(error.contains_key("error") && !error.contains_key("session_state"), "{error:?}");
    let plain = RelyingParty::confidential(&op).await;
    let oauth = plain.authorization().with("scope", "api:read").without("nonce");
    let answer = oauth.answer(&op, &mut browser, &alice).await;
    assert!(answer.contains_key("code") && !answer.contains_key("session_state"), "{answer:?}");
    let native = RelyingParty::register(&op, |client| {
        client.redirect_uris = vec!["com.example.app:/callback".to_owned()];
        client.application_type = credenza_protocol::client::ApplicationType::Native;
    })
    .await;
    let answer = native.authorization().answer(&op, &mut browser, &alice).await;
    assert!(answer.contains_key("code") && !answer.contains_key("session_state"), "{answer:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a119_the_iframe_may_be_framed_and_holds_one_script_of_ours() {
    for (issuer, tenant, cookie) in [
        (None, "", "credenza-state"),
        (None, "/t/acme", "credenza-state-acme"),
        (Some("https://id.example"), "", "__Host-credenza-state"),
        (Some("https://id.example"), "/t/acme", "__Host-credenza-state-acme"),
    ] {
        let op = match issuer {
            Some(issuer) => Provider::builder().issuer(issuer).start().await,
            None => Provider::start().await,
        };
        op.tenant("acme").await;
        let page = Request::get(op.at(&format!("{tenant}/check_session"))).send().await;
        assert_eq!((page.status.as_u16(), page.header("content-type")), (200, "text/html; charset=utf-8"));
        assert!(!page.headers.contains_key("x-frame-options"));
        assert!(!page.headers.contains_key("set-cookie"));
        assert_eq!(
            page.header("content-security-policy"),
            "default-src 'none'; script-src 'self'; form-action 'none'; frame-ancestors *; base-uri 'none'"
        );
        let text = page.text();
        assert!(text.contains(&format!("<body data-cookie=\"{cookie}\">")), "{text}");
        assert_eq!(text.matches("<script").count(), 1);
        let script = text.split("<script src=\"").nth(1).unwrap().split('"').next().unwrap();
        let script = Request::get(op.at(script)).send().await;
        assert_eq!(
            (script.status.as_u16(), script.header("content-type")),
            (200, "text/javascript; charset=utf-8")
        );
        // The answer goes to the sender, by its exact origin.
        assert!(
            script
                .text()
                .contains("event.source.postMessage(answer(event.data, event.origin), event.origin)")
        );
        assert!(!script.text().contains("'*'"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_cookie_is_for_scripts_of_framed_pages_and_opens_nothing() {
    for (issuer, name, attributes) in [
        (None, "credenza-state", "Path=/; SameSite=Lax"),
        (Some("https://id.example"), "__Host-credenza-state", "Path=/; SameSite=None; Secure"),
    ] {
        let op = match issuer {
            Some(issuer) => Provider::builder().issuer(issuer).start().await,
            None => Provider::start().await,
        };
        let alice = op.user("alice").await;
        let rp = RelyingParty::confidential(&op).await;
        let mut browser = Browser::new();
        let page = rp.authorization().finish(&op, &mut browser, &alice).await;
        let cookies = page.response.headers.get_all("set-cookie").iter().map(|one| one.to_str().unwrap());
        let cookie = cookies.into_iter().find(|one| one.starts_with(name)).expect("the state");
        let (pair, found) = cookie.split_once("; ").unwrap();
        assert_eq!(found, attributes);
        let value = pair.split_once('=').unwrap().1;
        assert_eq!(value.len(), 43);
        let session = browser.cookies.iter().find(|(name, _)| name.ends_with("credenza-session")).unwrap();
        assert_ne!(session.1, value);
        // As a session handle it is worthless.
        let mut thief = Browser::new();
        thief.cookies.insert(session.0.clone(), value.to_owned());
        assert_eq!(silent(&op, &rp, &mut thief).await["error"], "login_required");
    }
}
