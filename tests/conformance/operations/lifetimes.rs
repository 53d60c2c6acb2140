//! Lifetimes that an operator shortens hold at once for what exists: of the old one and the new one the shorter counts.
//! The same is true of those that a client has of its own, within the limits of its tenant.

use credenza_protocol::client::Client;
use credenza_protocol::time::Seconds;
use credenza_tests::{Browser, FORMATS, Provider, RelyingParty, Request, Tokens, claims_of, setup};

async fn refreshed(op: &Provider, rp: &RelyingParty, tokens: &Tokens) -> Tokens {
    let answer = rp.refresh(op, tokens.refresh()).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    Tokens::of(&answer)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_ends_by_the_shorter_absolute_lifetime() {
    let (op, alice, rp) = setup().await;
    let mut browser = Browser::new();
    rp.sign_in_with(&op, &alice, &mut browser, rp.authorization()).await;
    let silent = rp.authorization().with("prompt", "none");
    op.pass(3000);
    silent.silent(&op, &mut browser).await;
    op.change_settings(|settings| settings.session_lifetime.0 = 3600).await;
    silent.silent(&op, &mut browser).await;
    op.pass(599);
    silent.silent(&op, &mut browser).await;
    op.pass(1);
    silent.assert_refused(&op, &mut browser, "login_required").await;
    let account = browser.open(&op, &format!("{}/account", op.issuer)).await;
    assert_eq!(account.response.status, 401);
    // One that begins now has the new lifetime.
    rp.sign_in_with(&op, &alice, &mut browser, rp.authorization().with("prompt", "login")).await;
    op.pass(3599);
    silent.silent(&op, &mut browser).await;
    op.pass(1);
    silent.assert_refused(&op, &mut browser, "login_required").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_ends_by_the_shorter_idle_lifetime_and_never_by_a_longer_one() {
    let (op, alice, rp) = setup().await;
    let mut browser = Browser::new();
    rp.sign_in_with(&op, &alice, &mut browser, rp.authorization()).await;
    let silent = rp.authorization().with("prompt", "none");
    op.pass(1800);
    op.change_settings(|settings| settings.session_idle_lifetime.0 = 1801).await;
    silent.silent(&op, &mut browser).await;
    op.pass(1801);
    silent.assert_refused(&op, &mut browser, "login_required").await;
    // A longer absolute lifetime does not reach sessions that exist.
    let day = 86_400;
    op.change_settings(|settings| {
        (settings.session_lifetime.0, settings.session_idle_lifetime.0) = (day, day)
    })
    .await;
    rp.sign_in_with(&op, &alice, &mut browser, rp.authorization().with("prompt", "login")).await;
    op.change_settings(|settings| settings.session_lifetime.0 = 30 * day).await;
    op.pass(day - 1);
    silent.silent(&op, &mut browser).await;
    op.pass(1);
    silent.assert_refused(&op, &mut browser, "login_required").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refresh_token_dies_by_the_shorter_idle_lifetime() {
    let op = Provider::start().await;
    let alice = op.user("alice").await;
    for format in FORMATS {
        op.change_settings(|settings| settings.refresh_token_idle_lifetime.0 = 86_400).await;
        let rp = RelyingParty::of_format(&op, format).await;
        let (used, unused) = (rp.sign_in(&op, &alice).await, rp.sign_in(&op, &alice).await);
        op.pass(3000);
        let used = refreshed(&op, &rp, &used).await;
        op.pass(600);
        op.change_settings(|settings| settings.refresh_token_idle_lifetime.0 = 3600).await;
        assert_eq!(rp.introspect(&op, unused.refresh()).await["active"], false, "{format:?}");
        rp.refresh(&op, unused.refresh()).await.assert_refused(400, "invalid_grant");
        // The one that was used since lives on: an hour from its own issue.
        assert_eq!(rp.introspect(&op, used.refresh()).await["exp"], op.now() + 3000, "{format:?}");
        op.pass(2999);
        let used = refreshed(&op, &rp, &used).await;
        op.pass(3600);
        rp.refresh(&op, used.refresh()).await.assert_refused(400, "invalid_grant");
        rp.sign_in(&op, &alice).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn refreshing_ends_by_the_shorter_lifetime_of_grants_or_of_the_session() {
    let (op, alice, rp) = setup().await;
    let offline = rp.sign_in(&op, &alice).await;
    let online = rp.authorization().with("scope", "openid profile");
    let bound = rp.sign_in_with(&op, &alice, &mut Browser::new(), online).await;
    op.pass(1000);
    op.change_settings(|settings| settings.session_lifetime.0 = 1500).await;
    let offline = refreshed(&op, &rp, &offline).await;
    let bound = refreshed(&op, &rp, &bound).await;
    assert_eq!((offline.expires_in, bound.expires_in), (600, 500), "no token outlives its grant");
    op.pass(500);
    rp.refresh(&op, bound.refresh()).await.assert_refused(400, "invalid_grant");
    let offline = refreshed(&op, &rp, &offline).await;
    op.change_settings(|settings| settings.grant_lifetime.0 = 1600).await;
    let offline = refreshed(&op, &rp, &offline).await;
    assert_eq!(offline.expires_in, 100);
    op.pass(100);
    assert_eq!(rp.introspect(&op, offline.refresh()).await["active"], false);
    rp.refresh(&op, offline.refresh()).await.assert_refused(400, "invalid_grant");
}

/// How long the ID token is valid.
fn id_lifetime(tokens: &Tokens) -> i64 {
    let claims = claims_of(tokens.id());
    claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_has_tokens_of_its_own_lifetimes_and_others_have_the_tenants() {
    let (op, alice, other) = setup().await;
    let own = |access: i64, id: i64| {
        move |client: &mut Client| {
            client.access_token_lifetime = Some(Seconds(access));
            client.id_token_lifetime = Some(Seconds(id));
        }
    };
    let short = RelyingParty::register(&op, own(60, 120)).await;
    let long = RelyingParty::register(&op, own(7200, 7300)).await;
    for format in FORMATS {
        for rp in [&short, &long, &other] {
            rp.update(&op, |record| record.client.access_token_format = format).await;
        }
        let tokens = short.sign_in(&op, &alice).await;
        assert_eq!((tokens.expires_in, id_lifetime(&tokens)), (60, 120), "{format:?}");
        let machine = short.token(&op, &[("grant_type", "client_credentials")]).await;
        assert_eq!(Tokens::of(&machine).expires_in, 60);
        // Longer only as far as the tenant lets it.
        let tokens = long.sign_in(&op, &alice).await;
        assert_eq!((tokens.expires_in, id_lifetime(&tokens)), (600, 3600), "{format:?}");
        op.change_settings(|settings| settings.client_token_lifetime_limit.0 = 7250).await;
        let tokens = long.sign_in(&op, &alice).await;
        assert_eq!((tokens.expires_in, id_lifetime(&tokens)), (7200, 7250), "{format:?}");
        let tenants = other.sign_in(&op, &alice).await;
        assert_eq!((tenants.expires_in, id_lifetime(&tenants)), (600, 3600), "{format:?}");
        // What was said in the answer is what holds.
        op.pass(7199);
        assert_eq!(long.userinfo(&op, &tokens.access_token).await.status, 200);
        assert_eq!(other.userinfo(&op, &tenants.access_token).await.status, 401);
        op.pass(1);
        assert_eq!(long.userinfo(&op, &tokens.access_token).await.status, 401);
        // A limit that is lowered holds for what is issued next.
        op.change_settings(|settings| settings.client_token_lifetime_limit.0 = 0).await;
        assert_eq!(long.sign_in(&op, &alice).await.expires_in, 600);
    }
}

/// Revocations are kept for as long as a token of any client may live.
#[tokio::test(flavor = "multi_thread")]
async fn a_long_token_of_a_client_stays_revoked_for_as_long_as_it_lives() {
    let (op, alice, _) = setup().await;
    op.change_settings(|settings| settings.client_token_lifetime_limit.0 = 7200).await;
    let rp = RelyingParty::register(&op, |client| client.access_token_lifetime = Some(Seconds(7200))).await;
    let (ended, kept) = (rp.sign_in(&op, &alice).await, rp.sign_in(&op, &alice).await);
    let revoked = rp.call(&op, "/revoke", &[("token", ended.refresh())]).send().await;
    assert_eq!(revoked.status, 200);
    // The limit may be gone by then.
    op.change_settings(|settings| settings.client_token_lifetime_limit.0 = 0).await;
    for _ in 0..2 {
        op.pass(3500);
        op.state.store.maintenance.sweep(op.state.clock.now(), 500).await.unwrap();
        assert_eq!(rp.userinfo(&op, &ended.access_token).await.status, 401);
        assert_eq!(rp.introspect(&op, &ended.access_token).await["active"], false);
        assert_eq!(rp.userinfo(&op, &kept.access_token).await.status, 200);
        let feed = claims_of(&Request::get(op.at("/revocations")).send().await.text());
        let told = |token: &str| feed.to_string().contains(claims_of(token)["gid"].as_str().unwrap());
        assert!(told(&ended.access_token) && !told(&kept.access_token), "{feed}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn refreshing_for_a_client_ends_by_its_own_lifetimes() {
    let (op, alice, other) = setup().await;
    let rp = RelyingParty::register(&op, |client| {
        client.refresh_token_idle_lifetime = Some(Seconds(1000));
        client.grant_lifetime = Some(Seconds(1500));
    })
    .await;
    let (used, unused) = (rp.sign_in(&op, &alice).await, rp.sign_in(&op, &alice).await);
    let others = other.sign_in(&op, &alice).await;
    assert_eq!(rp.introspect(&op, unused.refresh()).await["exp"], op.now() + 1000);
    op.pass(999);
    let used = refreshed(&op, &rp, &used).await;
    assert_eq!(used.expires_in, 501, "no token outlives its grant");
    op.pass(1);
    rp.refresh(&op, unused.refresh()).await.assert_refused(400, "invalid_grant");
    op.pass(499);
    let used = refreshed(&op, &rp, &used).await;
    op.pass(1);
    assert_eq!(rp.introspect(&op, used.refresh()).await["active"], false);
    rp.refresh(&op, used.refresh()).await.assert_refused(400, "invalid_grant");
    // What the client got before its lifetimes were shortened ends by them as well, and never by longer ones.
    let before = rp.sign_in(&op, &alice).await;
    rp.update(&op, |record| record.client.grant_lifetime = Some(Seconds(100))).await;
    op.pass(99);
    let before = refreshed(&op, &rp, &before).await;
    op.pass(1);
    rp.refresh(&op, before.refresh()).await.assert_refused(400, "invalid_grant");
    let before = rp.sign_in(&op, &alice).await;
    rp.update(&op, |record| record.client.grant_lifetime = Some(Seconds(1500))).await;
    op.pass(100);
    rp.refresh(&op, before.refresh()).await.assert_refused(400, "invalid_grant");
    refreshed(&op, &other, &others).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_is_good_for_a_client_for_as_long_as_it_says() {
    let (op, alice, other) = setup().await;
    let rp = RelyingParty::register(&op, |client| client.session_lifetime = Some(Seconds(600))).await;
    let mut browser = Browser::new();
    let online = |rp: &RelyingParty| rp.authorization().with("scope", "openid profile");
    let bound = rp.sign_in_with(&op, &alice, &mut browser, online(&rp)).await;
    other.sign_in_with(&op, &alice, &mut browser, online(&other)).await;
    let (silent, elsewhere) = (online(&rp).with("prompt", "none"), online(&other).with("prompt", "none"));
    op.pass(599);
    silent.silent(&op, &mut browser).await;
    let bound = refreshed(&op, &rp, &bound).await;
    assert_eq!(bound.expires_in, 1, "what ends with the session ends with it");
    op.pass(1);
    silent.assert_refused(&op, &mut browser, "login_required").await;
    rp.refresh(&op, bound.refresh()).await.assert_refused(400, "invalid_grant");
    // The session itself goes on.
    elsewhere.silent(&op, &mut browser).await;
    // Whoever signs in again is not asked twice.
    rp.sign_in_with(&op, &alice, &mut browser, online(&rp)).await;
    silent.silent(&op, &mut browser).await;
    // Never longer than the session is by the tenant's settings.
    rp.update(&op, |record| record.client.session_lifetime = Some(Seconds(1_000_000_000))).await;
    op.change_settings(|settings| settings.session_lifetime.0 = 60).await;
    op.pass(60);
    silent.assert_refused(&op, &mut browser, "login_required").await;
}
