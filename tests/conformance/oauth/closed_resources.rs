//! Resources (RFC 8707) whose clients are disabled or deleted: no token is issued for them, by whatever grant.
//!
//! Chart 140

use credenza_protocol::time::Time;
use credenza_tests::{Browser, Person, Provider, RelyingParty, Step, Tokens, claims_of, setup};
use serde_json::json;

use crate::oidc::core_front_channel;

const API: &str = "https://api.test/";
const OTHER: &str = "https://other.test/";

/// A client that serves this resource.
async fn server(op: &Provider, resource: &str) -> RelyingParty {
    RelyingParty::register(op, |client| client.serves = vec![resource.to_owned()]).await
}

async fn delete(op: &Provider, rp: &RelyingParty) {
    let (tenant, now) = (op.default_tenant().await, Time::from_seconds(op.now()));
    assert!(op.state.store.clients.delete(&tenant, &rp.client.client_id, now).await.unwrap());
}

fn audience(tokens: &Tokens) -> serde_json::Value {
    claims_of(&tokens.access_token)["aud"].clone()
}

/// What was granted for both resources, and for the one, before it is closed.
struct Before {
    both: Tokens,
    one: Tokens,
    code_for_both: String,
    code_for_one: String,
    browser: Browser,
}

impl Before {
    async fn new(op: &Provider, alice: &Person, rp: &RelyingParty) -> Self {
        let mut browser = Browser::new();
        let one = rp.authorization().and("resource", API);
        let both = one.clone().and("resource", OTHER);
        Self {
            both: rp.sign_in_with(op, alice, &mut browser, both.clone()).await,
            one: rp.sign_in_with(op, alice, &mut browser, one.clone()).await,
            code_for_both: both.code(op, &mut browser, alice).await,
            code_for_one: one.code(op, &mut browser, alice).await,
            browser,
        }
    }

    async fn assert_closed(&mut self, op: &Provider, rp: &RelyingParty) {
        // A request that names it.
        let request = rp.authorization();
        for named in [
            request.clone().and("resource", API),
            request.clone().and("resource", OTHER).and("resource", API),
        ] {
            named.assert_refused(op, &mut self.browser, "invalid_target").await;
        }
        request.and("resource", OTHER).silent(op, &mut self.browser).await;
        let machine = async |resource: &str| {
            rp.token(op, &[("grant_type", "client_credentials"), ("resource", resource)]).await
        };
        machine(API).await.assert_refused(400, "invalid_target");
        assert_eq!(audience(&Tokens::of(&machine(OTHER).await)), OTHER);
        let refresh = async |tokens: &Tokens, resource: &str| {
            let fields = [
                ("grant_type", "refresh_token"),
                ("refresh_token", tokens.refresh()),
                ("resource", resource),
            ];
            rp.token(op, &fields).await
        };
        refresh(&self.both, API).await.assert_refused(400, "invalid_target");
        // A grant that has nothing else does not become one for something else.
        rp.refresh(op, self.one.refresh()).await.assert_refused(400, "invalid_target");
        rp.redeem(op, &self.code_for_one).await.assert_refused(400, "invalid_target");
        // One that has goes on with that.
        self.both = Tokens::of(&rp.refresh(op, self.both.refresh()).await);
        assert_eq!(audience(&self.both), json!([OTHER, op.issuer]));
        let redeemed = Tokens::of(&rp.redeem(op, &self.code_for_both).await);
        assert_eq!(audience(&redeemed), json!([OTHER, op.issuer]));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn rfc8707_2_a_disabled_server_gets_no_tokens() {
    let (op, alice, rp) = setup().await;
    let api = server(&op, API).await;
    let mut before = Before::new(&op, &alice, &rp).await;
    assert_eq!(audience(&before.both), json!([API, OTHER, op.issuer]));
    assert_eq!(api.introspect(&op, &before.both.access_token).await["active"], true);
    api.set_enabled(&op, false).await;
    before.assert_closed(&op, &rp).await;
    let asked = api.call(&op, "/introspect", &[("token", &before.both.access_token)]).send().await;
    asked.assert_refused(401, "invalid_client");
    // Enabled again, it is as before: none of that spent a refresh token.
    api.set_enabled(&op, true).await;
    assert_eq!(audience(&Tokens::of(&rp.refresh(&op, before.one.refresh()).await)), json!([API, op.issuer]));
    assert_eq!(
        audience(&Tokens::of(&rp.refresh(&op, before.both.refresh()).await)),
        json!([API, OTHER, op.issuer])
    );
    rp.authorization().and("resource", API).silent(&op, &mut before.browser).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn rfc8707_2_a_deleted_server_gets_no_tokens() {
    let (op, alice, rp) = setup().await;
    let api = server(&op, API).await;
    let mut before = Before::new(&op, &alice, &rp).await;
    delete(&op, &api).await;
    before.assert_closed(&op, &rp).await;
    // A new server is another one: who may request tokens for it is to be said again.
    server(&op, API).await;
    rp.authorization().and("resource", API).assert_refused(&op, &mut before.browser, "invalid_target").await;
    rp.update(&op, |record| record.client.resources.push(API.to_owned())).await;
    rp.authorization().and("resource", API).silent(&op, &mut before.browser).await;
    assert_eq!(audience(&Tokens::of(&rp.refresh(&op, before.one.refresh()).await)), json!([API, op.issuer]));
}

#[tokio::test(flavor = "multi_thread")]
async fn rfc8707_2_a_resource_is_open_while_one_server_is_enabled() {
    let (op, alice, rp) = setup().await;
    let (one, two) = (server(&op, API).await, server(&op, API).await);
    op.tenant("acme").await;
    let elsewhere =
        RelyingParty::register_at(&op, "acme", |client| client.serves = vec![OTHER.to_owned()]).await;
    let request = rp.authorization().and("resource", API).and("resource", OTHER);
    let mut browser = Browser::new();
    rp.sign_in_with(&op, &alice, &mut browser, request.clone()).await;
    one.set_enabled(&op, false).await;
    request.silent(&op, &mut browser).await;
    delete(&op, &two).await;
    request.assert_refused(&op, &mut browser, "invalid_target").await;
    one.set_enabled(&op, true).await;
    request.silent(&op, &mut browser).await;
    // Another tenant's servers are its own.
    let acme = op.tenant_id("acme").await;
    let now = Time::from_seconds(op.now());
    let disabled = op.state.store.clients.set_disabled(&acme, &elsewhere.client.client_id, Some(now));
    assert!(disabled.await.unwrap());
    request.silent(&op, &mut browser).await;
}

/// Between the request and the answer, and for a token of the answer itself.
#[tokio::test(flavor = "multi_thread")]
async fn rfc8707_2_closed_while_the_person_signs_in() {
    let (op, alice, rp) = core_front_channel::setup().await;
    let api = server(&op, API).await;
    for response_type in ["code", "id_token token", "code token"] {
        let request = rp.authorization().with("response_type", response_type).and("resource", API);
        // Once with consent, so that nothing is asked later.
        let answer = request.answer(&op, &mut Browser::new(), &alice).await;
        assert!(answer.contains_key("code") || answer.contains_key("access_token"), "{answer:?}");
        let mut browser = Browser::new();
        let page = request.open(&op, &mut browser).await;
        api.set_enabled(&op, false).await;
        browser.sign_in(&op, &page, &alice).await.assert_refused(&op, &request, "invalid_target");
        api.set_enabled(&op, true).await;
        let answer = request.answer(&op, &mut browser, &alice).await;
        assert!(!answer.contains_key("error"), "{answer:?}");
    }
}

/// Nobody is shown a page, or asked for anything, for a request that can no longer be answered.
#[tokio::test(flavor = "multi_thread")]
async fn rfc8707_2_closed_while_the_person_is_on_a_page() {
    let (op, alice, rp) = setup().await;
    let api = server(&op, API).await;
    let request = rp.authorization().and("resource", API);
    let mut browser = Browser::new();
    let login = request.open(&op, &mut browser).await;
    assert_eq!(browser.open(&op, &login.url).await.step(), Step::Login);
    api.set_enabled(&op, false).await;
    browser.open(&op, &login.url).await.assert_refused(&op, &request, "invalid_target");
    // Consent was never asked for, so the page of it would be next.
    browser.sign_in(&op, &login, &alice).await.assert_refused(&op, &request, "invalid_target");
    for (prompt, step, decision) in
        [("consent", Step::Consent, "allow"), ("select_account", Step::SelectAccount, "continue")]
    {
        api.set_enabled(&op, true).await;
        let request = request.clone().with("prompt", prompt);
        let page = request.open(&op, &mut browser).await;
        assert_eq!(page.step(), step, "{prompt}");
        assert_eq!(browser.open(&op, &page.url).await.step(), step, "{prompt}");
        api.set_enabled(&op, false).await;
        browser.open(&op, &page.url).await.assert_refused(&op, &request, "invalid_target");
        browser.decide(&op, &page, decision).await.assert_refused(&op, &request, "invalid_target");
    }
    assert_eq!(op.grants_of(&alice).await, 0);
    api.set_enabled(&op, true).await;
    assert!(!request.code(&op, &mut browser, &alice).await.is_empty());
}
