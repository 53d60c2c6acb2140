//! Hints and voluntary claims of authentication requests (OpenID Connect Core 3.1.2.1, 5.2, 5.5).
//!
//! Chart 170

use credenza_protocol::authentication::{ACR_MFA, ACR_PASSWORD};
use credenza_protocol::client::Client;
use credenza_tests::{Browser, Provider, RelyingParty, Step, claims_of, header_of, jws, setup};
use serde_json::{Value, json};

#[tokio::test(flavor = "multi_thread")]
async fn oidc_core_3_1_2_1_login_hint_fills_in_the_form() {
    let (op, alice, rp) = setup().await;
    let mut browser = Browser::new();
    for (hint, shown) in [
        ("alice", "value=\"alice\""),
        ("nobody@elsewhere.test", "value=\"nobody@elsewhere.test\""),
        ("\"><script>x</script>", "value=\"&#34;&#62;&#60;script&#62;x&#60;/script&#62;\""),
    ] {
        let page = rp.authorization().with("login_hint", hint).open(&op, &mut browser).await;
        assert_eq!(page.step(), Step::Login);
        assert!(page.says(shown), "{}", page.text());
        assert!(!page.says("<script"), "{}", page.text());
    }
    let too_long = rp.authorization().with("login_hint", &"x".repeat(4097));
    too_long.assert_refused(&op, &mut browser, "invalid_request").await;
    // It is only a hint: whoever signs in is the answer, and a live session suffices.
    let bob = op.user("bob").await;
    let request = rp.authorization().with("login_hint", &alice.username);
    let tokens = rp.sign_in_with(&op, &bob, &mut browser, request.clone()).await;
    assert_eq!(claims_of(tokens.id())["sub"], bob.user_id.as_str());
    request.silent(&op, &mut browser).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn oidc_core_3_1_2_1_id_token_hint() {
    let (op, alice, rp) = setup().await;
    let bob = op.user("bob").await;
    let mut browser = Browser::new();
    let alices = rp.sign_in_with(&op, &alice, &mut browser, rp.authorization()).await;
    let bobs = rp.sign_in(&op, &bob).await;
    let hint = |token: &str| rp.authorization().with("id_token_hint", token);
    let code = hint(alices.id()).with("prompt", "none").silent(&op, &mut browser).await;
    let again = rp.redeem(&op, &code).await.json();
    assert_eq!(claims_of(again["id_token"].as_str().unwrap())["sub"], alice.user_id.as_str());
    // The hint names another person: nobody gets a code for Alice with Bob's hint.
    let silent = hint(bobs.id()).with("prompt", "none");
    silent.assert_refused(&op, &mut browser, "login_required").await;
    let page = hint(bobs.id()).open(&op, &mut browser).await;
    assert_eq!(page.step(), Step::Login);
    let grants = op.grants_of(&alice).await;
    browser.sign_in(&op, &page, &alice).await.assert_refused(&op, &hint(bobs.id()), "login_required");
    assert_eq!(op.grants_of(&alice).await, grants);
    let code = hint(bobs.id()).code(&op, &mut browser, &bob).await;
    assert_eq!(rp.redeem(&op, &code).await.status, 200);
    // It may have expired: it says who is meant, not that they are signed in.
    op.pass(7200);
    hint(bobs.id()).with("prompt", "none").silent(&op, &mut browser).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn oidc_core_3_1_2_1_only_our_id_tokens_are_hints() {
    let (op, alice, rp) = setup().await;
    op.tenant("acme").await;
    let mut browser = Browser::new();
    let tokens = rp.sign_in_with(&op, &alice, &mut browser, rp.authorization()).await;
    let other = RelyingParty::confidential(&op).await;
    let others = other.sign_in(&op, &alice).await;
    let carol = op.user_of("acme", "carol").await;
    let acme = RelyingParty::register_at(&op, "acme", |_| ()).await;
    let acmes = acme.sign_in(&op, &carol).await;
    let claims = claims_of(tokens.id());
    let unsigned = jws(&json!({ "alg": "none", "typ": "JWT" }), &claims, |_| vec![]);
    let mut changed = claims.clone();
    changed["sub"] = json!("somebody");
    let changed = jws(&header_of(tokens.id()), &changed, |_| vec![0; 256]);
    let (signed, _) = tokens.id().rsplit_once('.').unwrap();
    for bad in [
        "x",
        "a.b.c",
        &tokens.access_token,
        tokens.refresh(),
        others.id(),
        acmes.id(),
        &unsigned,
        &changed,
        signed,
        &format!("{signed}."),
        &format!("{}x", tokens.id()),
    ] {
        for prompt in ["none", "login"] {
            let request = rp.authorization().with("id_token_hint", bad).with("prompt", prompt);
            request.assert_refused(&op, &mut browser, "invalid_request").await;
        }
    }
    assert_eq!(op.grants_of(&alice).await, 2);
    rp.authorization().with("id_token_hint", tokens.id()).silent(&op, &mut browser).await;
}

/// `acr_values` is voluntary (5.5.1.1), and `acr` says what really happened (A018).
#[tokio::test(flavor = "multi_thread")]
async fn oidc_core_3_1_2_1_acr_values() {
    let (op, alice, rp) = setup().await;
    let mut browser = Browser::new();
    let offered = op.metadata().await["acr_values_supported"].clone();
    assert_eq!(offered, json!([ACR_MFA, ACR_PASSWORD]), "mail is another way, where a tenant has it");
    for wish in [ACR_PASSWORD, "1 2", "phr", "urn:mace:incommon:iap:silver", &format!("phr {ACR_PASSWORD}")] {
        let request = rp.authorization().with("acr_values", wish);
        let tokens = rp.sign_in_with(&op, &alice, &mut browser, request).await;
        let claims = claims_of(tokens.id());
        assert_eq!((&claims["acr"], &claims["amr"]), (&json!(ACR_PASSWORD), &json!(["pwd"])), "{wish}");
    }
}

/// OpenID Connect Registration 2: voluntary too, for requests that name none.
#[tokio::test(flavor = "multi_thread")]
async fn oidc_registration_2_default_acr_values_are_a_wish() {
    let (op, alice, _) = setup().await;
    for wish in ["phr", ACR_PASSWORD] {
        let change = |client: &mut Client| client.default_acr_values = vec![wish.to_owned()];
        let rp = RelyingParty::register(&op, change).await;
        let tokens = rp.sign_in(&op, &alice).await;
        assert_eq!(claims_of(tokens.id())["acr"], ACR_PASSWORD, "what was reached, whatever was wished");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn oidc_core_5_5_1_1_an_essential_acr_is_met_or_refused() {
    let (op, alice, rp) = setup().await;
    let mut browser = Browser::new();
    rp.sign_in_with(&op, &alice, &mut browser, rp.authorization()).await;
    let ask =
        |wish: Value| rp.authorization().with("claims", &json!({ "id_token": { "acr": wish } }).to_string());
    for good in [
        json!(null),
        json!({ "essential": true }),
        json!({ "essential": true, "value": ACR_PASSWORD }),
        json!({ "essential": true, "values": ["phr", ACR_PASSWORD] }),
        json!({ "values": ["phr"] }),
    ] {
        let code = ask(good.clone()).silent(&op, &mut browser).await;
        let tokens = rp.redeem(&op, &code).await.json();
        assert_eq!(claims_of(tokens["id_token"].as_str().unwrap())["acr"], ACR_PASSWORD, "{good}");
    }
    let grants = op.grants_of(&alice).await;
    for bad in [
        json!({ "essential": true, "value": "phr" }),
        json!({ "essential": true, "values": ["phr", "phrh"] }),
        json!({ "essential": true, "values": [] }),
        json!({ "essential": true, "value": 1 }),
    ] {
        for prompt in ["none", "login"] {
            let request = ask(bad.clone()).with("prompt", prompt);
            request.assert_refused(&op, &mut browser, "unmet_authentication_requirements").await;
        }
    }
    assert_eq!(op.grants_of(&alice).await, grants);
}

#[tokio::test(flavor = "multi_thread")]
async fn oidc_core_3_1_2_1_ui_locales_and_display() {
    let (op, _, rp) = setup().await;
    let mut browser = Browser::new();
    for (locales, lang) in
        [("de", "de"), ("fr-CA de en", "de"), ("se", "en"), ("x\"y<z>", "en"), ("DE-at", "de")]
    {
        let page = rp.authorization().with("ui_locales", locales).open(&op, &mut browser).await;
        assert_eq!(page.step(), Step::Login, "{locales}");
        assert!(page.says(&format!("<html lang=\"{lang}\">")), "{locales}: {}", page.text());
        let wrong = rp.authorization().with("ui_locales", locales).with("client_id", "unknown");
        let page = wrong.open(&op, &mut browser).await;
        assert!(page.says(&format!("<html lang=\"{lang}\">")), "{locales}: {}", page.text());
    }
    for (name, value) in [
        ("display", "page"),
        ("display", "popup"),
        ("display", "touch"),
        ("display", "wap"),
        ("display", "hologram"),
        ("claims_locales", "se"),
    ] {
        let page = rp.authorization().with(name, value).open(&op, &mut browser).await;
        assert_eq!(page.step(), Step::Login, "{name}={value}");
    }
}

async fn userinfo(op: &Provider, rp: &RelyingParty, code: &str) -> (Value, Value) {
    let tokens = rp.redeem(op, code).await.json();
    let userinfo = rp.userinfo(op, tokens["access_token"].as_str().unwrap()).await;
    (claims_of(tokens["id_token"].as_str().unwrap()), userinfo.json())
}

#[tokio::test(flavor = "multi_thread")]
async fn oidc_core_5_5_claims_asked_for_by_name() {
    let (op, alice, rp) = setup().await;
    let ask = |claims: Value| rp.authorization().with("scope", "openid").with("claims", &claims.to_string());
    let mut browser = Browser::new();
    let request = ask(json!({
        "userinfo": { "name": { "essential": true }, "nickname": null, "zodiac": { "essential": true } },
        "id_token": { "email": { "essential": true }, "auth_time": null, "nothing": null },
    }));
    let code = request.code(&op, &mut browser, &alice).await;
    let (id_token, userinfo) = userinfo(&op, &rp, &code).await;
    assert_eq!(userinfo, json!({ "sub": alice.user_id, "name": "Alice Liddell", "nickname": "Al" }));
    assert_eq!((&id_token["email"], id_token["auth_time"].is_i64()), (&json!("alice@people.test"), true));
    for absent in ["name", "email_verified", "nothing", "zodiac"] {
        assert!(id_token.get(absent).is_none(), "{absent}");
    }
}

/// OpenID Connect Core 5.5.1: a value other than the person's is left out without an error.
#[tokio::test(flavor = "multi_thread")]
async fn oidc_core_5_5_1_value_and_values() {
    let (op, alice, rp) = setup().await;
    let claims = json!({ "userinfo": {
        "name": { "value": "Alice Liddell" },
        "email": { "value": "bob@people.test", "essential": true },
        "locale": { "values": ["de", "en-GB"] },
        "zoneinfo": { "values": ["Europe/Berlin"] },
        "phone_number_verified": { "value": false },
    } });
    let request = rp.authorization().with("scope", "openid").with("claims", &claims.to_string());
    let code = request.code(&op, &mut Browser::new(), &alice).await;
    let (_, userinfo) = userinfo(&op, &rp, &code).await;
    let expected = json!({
        "sub": alice.user_id, "name": "Alice Liddell", "locale": "en-GB", "phone_number_verified": false,
    });
    assert_eq!(userinfo, expected);
}

/// The parameter is refused nowhere, and what is unknown in it is left out, whatever its form.
#[tokio::test(flavor = "multi_thread")]
async fn oidc_core_5_5_what_is_unknown_is_left_out() {
    let (op, alice, rp) = setup().await;
    let mut browser = Browser::new();
    rp.sign_in_with(&op, &alice, &mut browser, rp.authorization()).await;
    for claims in [
        json!({}),
        json!({ "userinfo": {}, "id_token": {} }),
        json!({ "userinfo": { "zodiac": null, "name#ja-Kana-JP": null, "https://x.test/claim": { "essential": true } } }),
        json!({ "userinfo": { "verified_claims": { "verification": { "trust_framework": null }, "claims": {} } } }),
        json!({ "userinfo": { "verified_claims": [{ "verification": {} }, { "verification": {} }] } }),
        json!({ "id_token": { "zodiac": "leo", "other": 1, "more": [true] } }),
        json!({ "userinfo": { "name": { "essential": true, "purpose": "why", "max": 1 } } }),
        json!({ "userinfo": null, "id_token": null }),
        json!({ "transaction": ["x"], "other": 1 }),
    ] {
        rp.authorization().with("claims", &claims.to_string()).silent(&op, &mut browser).await;
    }
    let grants = op.grants_of(&alice).await;
    for malformed in [
        "x",
        "null",
        "[]",
        "1",
        "\"{}\"",
        "{",
        "{} {}",
        r#"{"userinfo":1}"#,
        r#"{"userinfo":{"name":1}}"#,
        r#"{"userinfo":{"name":[true]}}"#,
        r#"{"id_token":{"sub":{"values":"x"}}}"#,
        r#"{"userinfo":{"name":null,"name":{}}}"#,
        r#"{"userinfo":{},"userinfo":{}}"#,
    ] {
        rp.authorization()
            .with("claims", malformed)
            .assert_refused(&op, &mut browser, "invalid_request")
            .await;
    }
    assert_eq!(op.grants_of(&alice).await, grants);
}

/// OpenID Connect Core 3.1.2.2: a requested `sub` is answered for that person or not at all.
#[tokio::test(flavor = "multi_thread")]
async fn oidc_core_3_1_2_2_a_certain_person_is_asked_for() {
    let (op, alice, rp) = setup().await;
    let bob = op.user("bob").await;
    let ask =
        |wish: Value| rp.authorization().with("claims", &json!({ "id_token": { "sub": wish } }).to_string());
    let mut browser = Browser::new();
    rp.sign_in_with(&op, &alice, &mut browser, rp.authorization()).await;
    ask(json!({ "value": alice.user_id })).silent(&op, &mut browser).await;
    ask(json!({ "values": [bob.user_id, alice.user_id] })).silent(&op, &mut browser).await;
    let bobs = ask(json!({ "value": bob.user_id }));
    bobs.clone().with("prompt", "none").assert_refused(&op, &mut browser, "login_required").await;
    let page = bobs.open(&op, &mut browser).await;
    let grants = op.grants_of(&alice).await;
    browser.sign_in(&op, &page, &alice).await.assert_refused(&op, &bobs, "login_required");
    assert_eq!(op.grants_of(&alice).await, grants);
    let code = bobs.code(&op, &mut browser, &bob).await;
    let (id_token, _) = userinfo(&op, &rp, &code).await;
    assert_eq!(id_token["sub"], bob.user_id.as_str());
}
