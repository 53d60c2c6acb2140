//! Pending interactions: what a newer server stored, and a session that ends while its request is answered.

use credenza::clock::Clock as _;
use credenza::context::Context;
use credenza::flow::interaction::Pending;
use credenza::flow::outcome::Outcome;
use credenza::flow::{decide, session};
use credenza_protocol::authorize::Delivery;
use credenza_protocol::secret::Secret;
use credenza_tests::{Browser, Provider, RelyingParty, Step, query_of, setup};
use serde_json::{Value, json};

/// Changes what is stored of the interaction.
async fn rewrite(op: &Provider, handle: &Secret, change: impl FnOnce(&mut Value)) {
    let tenant = op.default_tenant().await;
    let (requests, now) = (&op.state.store.requests, op.clock.now());
    let stored = requests.find(&tenant, handle.hash(), now).await.unwrap().unwrap().state.unwrap();
    let mut state = serde_json::from_str(&stored).unwrap();
    change(&mut state);
    assert!(requests.advance(&tenant, handle.hash(), &stored, state.to_string(), now).await.unwrap());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_interaction_that_only_a_newer_server_knows_is_over() {
    let (op, alice, rp) = setup().await;
    let mut browser = Browser::new();
    let login = rp.authorization().open(&op, &mut browser).await;
    let handle = Secret::presented(login.hidden("request"));
    rewrite(&op, &handle, |state| {
        assert_eq!(state["purpose"], "authorize");
        state["purpose"] = json!("approve_device");
    })
    .await;
    for path in ["login", "consent", "select-account"] {
        let url = format!("{}/{path}?request={}", op.issuer, handle.reveal());
        assert_eq!(browser.open(&op, &url).await.response.status, 400, "{path}");
    }
    assert_eq!(browser.sign_in(&op, &login, &alice).await.response.status, 400);
}

/// A server of the version before, which knew no purposes and no steps of a sign-in, stored what it knew.
#[tokio::test(flavor = "multi_thread")]
async fn an_interaction_of_an_older_server_goes_on() {
    let (op, alice, rp) = setup().await;
    let mut browser = Browser::new();
    let login = rp.authorization().open(&op, &mut browser).await;
    let handle = Secret::presented(login.hidden("request"));
    rewrite(&op, &handle, |state| {
        state.as_object_mut().unwrap().retain(|name, _| name == "request" || name == "progress");
    })
    .await;
    let consent = browser.sign_in(&op, &login, &alice).await;
    assert_eq!(consent.step(), Step::Consent);
    assert!(!browser.decide(&op, &consent, "allow").await.code().is_empty());
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
