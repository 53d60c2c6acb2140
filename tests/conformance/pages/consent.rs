//! Consent (OpenID Connect Core 3.1.2.4, 5.5, 11): asked for, remembered per person, client and scope, refused,
//! withdrawn.

use credenza_protocol::client::{Client, ConsentPolicy};
use credenza_protocol::scope::Scope;
use credenza_tests::{Authorization, Browser, RelyingParty, Step, setup};
use serde_json::json;

fn scoped(rp: &RelyingParty, scope: &str) -> Authorization {
    rp.authorization().with("scope", scope)
}

#[tokio::test(flavor = "multi_thread")]
async fn oidc_core_3_1_2_4_asked_once_for_each_person_and_client() {
    let (op, alice, rp) = setup().await;
    let bob = op.user("bob").await;
    let other = RelyingParty::confidential(&op).await;
    for person in [&alice, &bob] {
        let mut browser = Browser::new();
        let page = rp.authorization().open(&op, &mut browser).await;
        let page = browser.sign_in(&op, &page, person).await;
        assert_eq!(page.step(), Step::Consent);
        assert_eq!(op.grants_of(person).await, 0);
        browser.decide(&op, &page, "allow").await.code();
        for _ in 0..2 {
            rp.authorization().with("prompt", "none").silent(&op, &mut browser).await;
        }
        // In another browser too: consent belongs to the person.
        let mut elsewhere = Browser::new();
        let page = rp.authorization().open(&op, &mut elsewhere).await;
        elsewhere.sign_in(&op, &page, person).await.code();
        assert_eq!(other.authorization().open(&op, &mut browser).await.step(), Step::Consent);
        assert!(op.consent_of(person, &other).await.is_empty());
    }
    assert_eq!(op.consent_of(&alice, &rp).await, op.consent_of(&bob, &rp).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn oidc_core_3_1_2_4_asked_for_each_scope() {
    let (op, alice, rp) = setup().await;
    let mut browser = Browser::new();
    rp.sign_in_with(&op, &alice, &mut browser, scoped(&rp, "openid email")).await;
    for less in ["openid", "email openid", "openid email openid"] {
        scoped(&rp, less).with("prompt", "none").silent(&op, &mut browser).await;
    }
    for more in ["openid email phone", "api:read", "openid offline_access"] {
        let silent = scoped(&rp, more).with("prompt", "none");
        silent.assert_refused(&op, &mut browser, "consent_required").await;
        assert_eq!(scoped(&rp, more).open(&op, &mut browser).await.step(), Step::Consent);
    }
    // A later consent is added to the earlier one.
    let page = scoped(&rp, "openid phone").open(&op, &mut browser).await;
    browser.decide(&op, &page, "allow").await.code();
    scoped(&rp, "openid email phone").silent(&op, &mut browser).await;
    assert_eq!(op.consent_of(&alice, &rp).await, Scope::parse("openid email phone").unwrap());
}

/// The page names the client, the person, the scopes, and the host that the person returns to.
#[tokio::test(flavor = "multi_thread")]
async fn oidc_core_3_1_2_4_the_page_says_what_is_asked() {
    let (op, alice, rp) = setup().await;
    let mut browser = Browser::new();
    let claims = json!({ "userinfo": { "phone_number": null, "email": null } }).to_string();
    let request = scoped(&rp, "openid email offline_access api:read").with("claims", &claims);
    let page = request.open(&op, &mut browser).await;
    let page = browser.sign_in(&op, &page, &alice).await;
    for text in [
        "Wonder &#38; Land is asking for access",
        "Signed in as alice",
        "rp.test",
        "Know who you are",
        "See your email address",
        "Keep this access while you are away",
        "api:read",
        "See one of your details: phone number",
    ] {
        assert!(page.says(text), "{text}: {}", page.text());
    }
    for text in ["See your profile", "See your postal address", "api:write"] {
        assert!(!page.says(text), "{text}: {}", page.text());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn consent_refused_is_access_denied_and_not_remembered() {
    let (op, alice, rp) = setup().await;
    let mut browser = Browser::new();
    for _ in 0..2 {
        let request = rp.authorization();
        let page = request.open(&op, &mut browser).await;
        let page = if page.step() == Step::Login { browser.sign_in(&op, &page, &alice).await } else { page };
        assert_eq!(page.step(), Step::Consent);
        browser.decide(&op, &page, "deny").await.assert_refused(&op, &request, "access_denied");
        assert!(op.consent_of(&alice, &rp).await.is_empty());
        assert_eq!(op.grants_of(&alice).await, 0);
    }
    // A value that no button has is not an answer.
    for decision in ["", "Allow", "yes", "allow "] {
        let page = rp.authorization().open(&op, &mut browser).await;
        let page = browser.decide(&op, &page, decision).await;
        assert_eq!(page.step(), Step::Consent, "{decision}");
    }
    assert_eq!(op.grants_of(&alice).await, 0);
    rp.authorization().code(&op, &mut browser, &alice).await;
}

/// Denying more leaves the earlier consent as it was.
#[tokio::test(flavor = "multi_thread")]
async fn consent_refused_for_more_leaves_the_rest() {
    let (op, alice, rp) = setup().await;
    let mut browser = Browser::new();
    let tokens = rp.sign_in_with(&op, &alice, &mut browser, scoped(&rp, "openid email")).await;
    let more = scoped(&rp, "openid email phone");
    let page = more.open(&op, &mut browser).await;
    browser.decide(&op, &page, "deny").await.assert_refused(&op, &more, "access_denied");
    scoped(&rp, "openid email").silent(&op, &mut browser).await;
    assert_eq!(rp.userinfo(&op, &tokens.access_token).await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn consent_taken_back_is_asked_for_again() {
    let (op, alice, rp) = setup().await;
    let other = RelyingParty::confidential(&op).await;
    let mut browser = Browser::new();
    let tokens = rp.sign_in_with(&op, &alice, &mut browser, rp.authorization()).await;
    let others = other.sign_in_with(&op, &alice, &mut browser, other.authorization()).await;
    let tenant = op.default_tenant().await;
    let consents = &op.state.store.consents;
    let now = op.state.clock.now();
    assert!(consents.forget(&tenant, &alice.user_id, &rp.client.client_id, now).await.unwrap());
    let silent = rp.authorization().with("prompt", "none");
    silent.assert_refused(&op, &mut browser, "consent_required").await;
    rp.assert_dead(&op, &tokens).await;
    other.assert_alive(&op, &others).await;
    other.authorization().silent(&op, &mut browser).await;
}

/// OpenID Connect Core 5.5: a claim requested by name needs consent, unless a scope includes it already.
#[tokio::test(flavor = "multi_thread")]
async fn oidc_core_5_5_consent_to_claims_asked_for_by_name() {
    let (op, alice, rp) = setup().await;
    let mut browser = Browser::new();
    rp.sign_in_with(&op, &alice, &mut browser, scoped(&rp, "openid email")).await;
    let ask = |claims: serde_json::Value| scoped(&rp, "openid email").with("claims", &claims.to_string());
    for free in [
        json!({ "userinfo": { "email": null }, "id_token": { "email_verified": null } }),
        json!({ "id_token": { "acr": null, "auth_time": { "essential": true }, "sub": null, "amr": null } }),
        json!({ "userinfo": { "zodiac": null } }),
    ] {
        ask(free).with("prompt", "none").silent(&op, &mut browser).await;
    }
    for place in ["userinfo", "id_token"] {
        let request = ask(json!({ place: { "phone_number": null } }));
        request.clone().with("prompt", "none").assert_refused(&op, &mut browser, "consent_required").await;
        assert_eq!(request.open(&op, &mut browser).await.step(), Step::Consent);
    }
    let request = ask(json!({ "userinfo": { "phone_number": { "essential": true } } }));
    let page = request.open(&op, &mut browser).await;
    browser.decide(&op, &page, "allow").await.code();
    // Consent is remembered by claim: the same claim needs none again, another claim of the same scope does.
    ask(json!({ "id_token": { "phone_number": null } })).silent(&op, &mut browser).await;
    let more = ask(json!({ "userinfo": { "phone_number_verified": null } })).with("prompt", "none");
    more.assert_refused(&op, &mut browser, "consent_required").await;
    let scope = scoped(&rp, "openid phone").with("prompt", "none");
    scope.assert_refused(&op, &mut browser, "consent_required").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn consent_is_not_asked_where_the_operator_vouches() {
    let (op, alice, _) = setup().await;
    let change = |client: &mut Client| client.consent = ConsentPolicy::Implicit;
    let rp = RelyingParty::register(&op, change).await;
    let mut browser = Browser::new();
    let page = rp.authorization().open(&op, &mut browser).await;
    browser.sign_in(&op, &page, &alice).await.code();
    rp.authorization().with("prompt", "none").silent(&op, &mut browser).await;
    assert!(op.consent_of(&alice, &rp).await.is_empty());
    let page = rp.authorization().with("prompt", "consent").open(&op, &mut browser).await;
    assert_eq!(page.step(), Step::Consent);
}

/// A form is for the person it was shown to: if somebody else has signed in since, they are asked as well.
#[tokio::test(flavor = "multi_thread")]
async fn consent_is_of_the_one_who_was_asked() {
    let (op, alice, rp) = setup().await;
    let bob = op.user("bob").await;
    let mut browser = Browser::new();
    let page = rp.authorization().open(&op, &mut browser).await;
    let shown_to_alice = browser.sign_in(&op, &page, &alice).await;
    assert!(shown_to_alice.says("Signed in as alice"));
    let other = RelyingParty::confidential(&op).await;
    other.sign_in_with(&op, &bob, &mut browser, other.authorization().with("prompt", "login")).await;
    let page = browser.decide(&op, &shown_to_alice, "allow").await;
    assert_eq!(page.step(), Step::Consent);
    assert!(page.says("Signed in as bob"), "{}", page.text());
    assert!(op.consent_of(&bob, &rp).await.is_empty() && op.consent_of(&alice, &rp).await.is_empty());
    browser.decide(&op, &page, "allow").await.code();
    assert!(op.consent_of(&bob, &rp).await.contains("openid"));
}

/// The same person, who has signed in again since, is not asked again.
#[tokio::test(flavor = "multi_thread")]
async fn consent_outlives_a_new_sign_in_of_the_same_person() {
    let (op, alice, rp) = setup().await;
    let mut browser = Browser::new();
    let page = rp.authorization().open(&op, &mut browser).await;
    let asked = browser.sign_in(&op, &page, &alice).await;
    let other = RelyingParty::confidential(&op).await;
    other.sign_in_with(&op, &alice, &mut browser, other.authorization().with("prompt", "login")).await;
    browser.decide(&op, &asked, "allow").await.code();
    assert!(op.consent_of(&alice, &rp).await.contains("openid"));
}

/// The session ended while the page was open: the person signs in again, and is then asked again.
#[tokio::test(flavor = "multi_thread")]
async fn consent_without_a_session_is_no_consent() {
    let (op, alice, rp) = setup().await;
    let mut browser = Browser::new();
    let page = rp.authorization().open(&op, &mut browser).await;
    let asked = browser.sign_in(&op, &page, &alice).await;
    let tenant = op.default_tenant().await;
    op.state.store.sessions.end_all(&tenant, &alice.user_id, op.state.clock.now()).await.unwrap();
    let page = browser.decide(&op, &asked, "allow").await;
    assert_eq!(page.step(), Step::Login);
    assert!(op.consent_of(&alice, &rp).await.is_empty());
    let page = browser.sign_in(&op, &page, &alice).await;
    assert_eq!(page.step(), Step::Consent);
    browser.decide(&op, &page, "allow").await.code();
}

/// As many scopes as a request may have, and claims as well: the next request finds the consent to all of them.
#[tokio::test(flavor = "multi_thread")]
async fn consent_to_very_much_is_remembered() {
    let (op, alice, _) = setup().await;
    let words: Vec<String> = (0..63).map(|n| format!("api:{n}")).collect();
    let scope = format!("openid {}", words.join(" "));
    let rp = RelyingParty::register(&op, |client| client.scope = Scope::parse(&scope).unwrap()).await;
    let mut browser = Browser::new();
    rp.sign_in_with(&op, &alice, &mut browser, scoped(&rp, &scope)).await;
    scoped(&rp, &scope).silent(&op, &mut browser).await;
    let claims = json!({ "userinfo": { "name": null, "email": null, "phone_number": null } }).to_string();
    rp.sign_in_with(&op, &alice, &mut browser, scoped(&rp, &scope).with("claims", &claims)).await;
    scoped(&rp, &scope).with("claims", &claims).silent(&op, &mut browser).await;
}
