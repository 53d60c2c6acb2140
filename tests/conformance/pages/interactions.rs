//! Pending interactions: what is stored of them and when, what other versions stored, and a session that ends while its
//! request is answered.

use credenza::clock::Clock as _;
use credenza::context::Context;
use credenza::flow::interaction::Pending;
use credenza::flow::outcome::Outcome;
use credenza::flow::{decide, session};
use credenza_protocol::authorize::Delivery;
use credenza_protocol::secret::{Secret, SecretHash};
use credenza_tests::{Browser, Provider, RelyingParty, Request, Step, query_of, setup};
use credenza_validator::base64url;
use serde_json::{Value, json};

/// What the interaction of that handle is stored under: the hash of the handle's first 32 bytes, its id.
fn id(handle: &str) -> SecretHash {
    Secret::from_bytes(&base64url::decode(handle).unwrap()[..32]).hash()
}

/// Changes what is stored of the interaction.
async fn rewrite(op: &Provider, handle: &str, change: impl FnOnce(&mut Value)) {
    let tenant = op.default_tenant().await;
    let (requests, now) = (&op.state.store.requests, op.clock.now());
    let stored = requests.find(&tenant, id(handle), now).await.unwrap().unwrap().state.unwrap();
    let mut state = serde_json::from_str(&stored).unwrap();
    change(&mut state);
    assert!(requests.advance(&tenant, id(handle), &stored, state.to_string(), now).await.unwrap());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_interaction_that_only_a_newer_server_knows_is_over() {
    let (op, alice, rp) = setup().await;
    let mut browser = Browser::new();
    let login = rp.authorization().open(&op, &mut browser).await;
    let consent = browser.sign_in(&op, &login, &alice).await;
    assert_eq!(consent.step(), Step::Consent);
    rewrite(&op, &consent.hidden("request"), |state| {
        assert_eq!(state["purpose"], "authorize");
        state["purpose"] = json!("approve_device");
    })
    .await;
    for path in ["login", "consent", "select-account"] {
        let url = format!("{}/{path}?request={}", op.issuer, consent.hidden("request"));
        assert_eq!(browser.open(&op, &url).await.response.status, 400, "{path}");
    }
    assert_eq!(browser.decide(&op, &consent, "allow").await.response.status, 400);
}

/// A server of the version before, which knew no purposes and no steps of a sign-in, stored what it knew.
#[tokio::test(flavor = "multi_thread")]
async fn an_interaction_of_an_older_server_goes_on() {
    let (op, alice, rp) = setup().await;
    let mut browser = Browser::new();
    let login = rp.authorization().open(&op, &mut browser).await;
    let consent = browser.sign_in(&op, &login, &alice).await;
    assert_eq!(consent.step(), Step::Consent);
    rewrite(&op, &consent.hidden("request"), |state| {
        state.as_object_mut().unwrap().retain(|name, _| name == "request" || name == "progress");
    })
    .await;
    assert!(!browser.decide(&op, &consent, "allow").await.code().is_empty());
}

/// Whoever has not shown who they are costs the database nothing, whatever they do.
#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_stored_for_who_has_proven_nothing() {
    let (op, alice, rp) = setup().await;
    let (mut browser, mut other) = (Browser::new(), Browser::new());
    let mut logins = vec![];
    for prompt in ["login", "consent", "select_account"] {
        let request = rp.authorization().with("prompt", prompt).with("state", &"s".repeat(1000));
        let login = request.open(&op, &mut browser).await;
        assert_eq!(login.step(), Step::Login, "{prompt}");
        // The page again, another account, and a refusal.
        let url = format!("{}/login?request={}", op.issuer, login.hidden("request"));
        assert_eq!(browser.open(&op, &url).await.step(), Step::Login, "{prompt}");
        let denied = browser.submit(&op, &login, &[("cancel", "1")]).await;
        assert_eq!(denied.answer()["error"], "access_denied", "{prompt}");
        assert_eq!(other.open(&op, &url).await.response.status, 400, "{prompt}: it is bound to the browser");
        logins.push(login);
    }
    assert_eq!(op.empty_out().await, 0);
    // Whoever changes their mind signs in after all; from then on it is stored.
    let consent = browser.sign_in(&op, &logins[1], &alice).await;
    assert_eq!(consent.step(), Step::Consent);
    assert!(op.empty_out().await > 0);
}

/// An interaction is answered once, though its handle carries all it takes to begin.
#[tokio::test(flavor = "multi_thread")]
async fn what_was_answered_does_not_begin_again() {
    let (op, alice, rp) = setup().await;
    let mut browser = Browser::new();
    let login = rp.authorization().open(&op, &mut browser).await;
    let consent = browser.sign_in(&op, &login, &alice).await;
    assert!(!browser.decide(&op, &consent, "allow").await.code().is_empty());
    let url = format!("{}/login?request={}", op.issuer, login.hidden("request"));
    browser.open(&op, &url).await.assert_finished_page();
    browser.sign_in(&op, &login, &alice).await.assert_finished_page();
    browser.decide(&op, &consent, "allow").await.assert_finished_page();
    assert_eq!(op.grants_of(&alice).await, 1);
    // With a session at once: the account choice is answered from what the handle carries.
    let choice = rp.authorization().with("prompt", "select_account").open(&op, &mut browser).await;
    assert_eq!(choice.step(), Step::SelectAccount);
    let answered = browser.submit(&op, &choice, &[("decision", "continue")]).await;
    assert!(!answered.code().is_empty());
    let again = browser.submit(&op, &choice, &[("decision", "continue")]).await;
    again.assert_finished_page();
    assert_eq!(op.grants_of(&alice).await, 2);
}

/// The handle lives as long as the tenant says, and is worth nothing at another tenant.
#[tokio::test(flavor = "multi_thread")]
async fn a_handle_ends_with_its_time_and_at_its_tenant() {
    let (op, alice, rp) = setup().await;
    op.tenant("acme").await;
    let mut browser = Browser::new();
    let login = rp.authorization().open(&op, &mut browser).await;
    let handle = login.hidden("request");
    let binding = browser.cookies["credenza-browser"].clone();
    browser.cookies.insert("credenza-browser-acme".to_owned(), binding);
    let elsewhere = format!("{}/t/acme/login?request={handle}", op.issuer);
    assert_eq!(browser.open(&op, &elsewhere).await.response.status, 400);
    let lifetime = op.state.store.tenants.find("default").await.unwrap().unwrap().settings.login_lifetime;
    op.pass(lifetime.0 - 1);
    let url = format!("{}/login?request={handle}", op.issuer);
    assert_eq!(browser.open(&op, &url).await.step(), Step::Login);
    op.pass(1);
    assert_eq!(browser.open(&op, &url).await.response.status, 400);
    assert_eq!(browser.sign_in(&op, &login, &alice).await.response.status, 400);
}

/// The handle carries the request, and not what the client was: that is looked up at each step.
#[tokio::test(flavor = "multi_thread")]
async fn a_handle_is_worth_nothing_while_its_client_is_disabled() {
    let (op, alice, rp) = setup().await;
    let mut browser = Browser::new();
    let login = rp.authorization().open(&op, &mut browser).await;
    assert_eq!(browser.open(&op, &login.url).await.step(), Step::Login);
    rp.set_enabled(&op, false).await;
    // That its tokens are dead.
    assert_eq!(op.empty_out().await, 1);
    assert_eq!(browser.open(&op, &login.url).await.response.status, 400);
    assert_eq!(browser.sign_in(&op, &login, &alice).await.response.status, 400);
    assert_eq!(browser.submit(&op, &login, &[("cancel", "1")]).await.response.status, 400);
    assert_eq!((op.sessions_of(&alice).await, op.empty_out().await), (0, 0));
    rp.set_enabled(&op, true).await;
    assert_eq!(browser.open(&op, &login.url).await.step(), Step::Login);
    let consent = browser.sign_in(&op, &login, &alice).await;
    assert!(!browser.decide(&op, &consent, "allow").await.code().is_empty());
}

/// Letters that no compression makes shorter than three quarters.
pub(super) fn incompressible(length: usize) -> String {
    let mut seed = 1_u32;
    let letter = |_| {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        char::from(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"[(seed >> 26) as usize])
    };
    (0..length).map(letter).collect()
}

/// What is too long for an address is stored, and one address may not fill the store with it.
#[tokio::test(flavor = "multi_thread")]
async fn what_does_not_fit_into_a_handle_is_stored_in_bounds() {
    let op = Provider::builder().trusted_proxies(&["127.0.0.1"]).start().await;
    let (alice, rp) = (op.user("alice").await, RelyingParty::confidential(&op).await);
    let state = incompressible(4000);
    let begin = |state: &str, from: &str| {
        Request::get(rp.authorization().with("state", state).url(&op)).header("x-forwarded-for", from)
    };
    let open = async |browser: &mut Browser, from: &str| browser.send(begin(&state, from)).await;
    let mut first = Browser::new();
    let login = open(&mut first, "198.51.100.1").await;
    assert_eq!(login.status, 303);
    for _ in 1..20 {
        assert_eq!(open(&mut Browser::new(), "198.51.100.1").await.status, 303);
    }
    let refused = open(&mut Browser::new(), "198.51.100.1").await;
    assert_eq!((refused.status.as_u16(), refused.headers.contains_key("retry-after")), (503, true));
    assert_eq!(open(&mut Browser::new(), "198.51.100.2").await.status, 303, "another address");
    let small = Browser::new().send(begin("short", "198.51.100.1")).await;
    assert_eq!(small.status, 303, "what fits is not counted");
    let page = first.open(&op, &format!("{}{}", op.origin(), login.location())).await;
    let consent = first.sign_in(&op, &page, &alice).await;
    let answer = first.decide(&op, &consent, "allow").await.answer();
    assert_eq!(answer["state"], state);
}

/// OpenID Connect Core 3.1.2.6: the client learns that nobody is signed in any more.
#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_ends_while_its_request_is_answered_is_told_to_the_client() {
    let (op, alice, _) = setup().await;
    let rp = RelyingParty::register(&op, |client| {
        client.frontchannel_logout_uri = Some("https://rp.test/signed-out".to_owned());
    })
    .await;
    let mut browser = Browser::new();
    rp.authorization().code(&op, &mut browser, &alice).await;
    let request = rp.authorization().with("prompt", "select_account").with("state", "s");
    let page = request.open(&op, &mut browser).await;
    assert_eq!(page.step(), Step::SelectAccount);
    let cookie = |name: &str| Secret::presented(browser.cookies[name].as_str());
    let context = Context::load(&op.state, "default", None).await.unwrap().unwrap();
    let (binding, handle) = (cookie("credenza-browser"), cookie("credenza-session"));
    let pending = Pending::find(&context, &page.hidden("request"), Some(&binding)).await.ok().unwrap();
    let live = session::find(&context, Some(&handle)).await.unwrap().unwrap();
    let (tenant, sessions) = (op.default_tenant().await, &op.state.store.sessions);
    assert!(sessions.end(&tenant, &live.user.user_id, &live.session.sid, context.now).await.unwrap());
    let Ok(Outcome::Answer(Delivery::Redirect(uri))) = decide::continue_as(&context, pending, &live).await
    else {
        panic!("the client was told nothing")
    };
    let answer = query_of(&uri);
    assert_eq!((answer["error"].as_str(), answer["state"].as_str()), ("login_required", "s"));
}
