//! A person takes a copy of everything that is stored about them.
//!
//! Chart 584

use credenza_storage::conformance::personal::{TABLES, Told};
use credenza_tests::{Browser, Provider, RelyingParty};
use serde_json::Value;

#[tokio::test(flavor = "multi_thread")]
async fn the_copy_has_everything_that_names_the_person_and_no_secret() {
    let op = Provider::builder().mailing().keeping_events().start().await;
    let (alice, bob) = (op.user("alice").await, op.user("bob").await);
    let rp = RelyingParty::confidential(&op).await;
    let mut browser = Browser::new();
    let tokens = rp.sign_in_with(&op, &alice, &mut browser, rp.authorization()).await;
    rp.sign_in(&op, &bob).await;
    let forgot = browser.open(&op, &format!("{}/forgot-password", op.issuer)).await;
    browser.submit(&op, &forgot, &[("username", "alice")]).await;
    op.mails(1).await;
    while op.state.store.event_log.take_in(100).await.unwrap() > 0 {}
    let page = browser.open(&op, &format!("{}/account/data", op.issuer)).await;
    assert!(page.says("id=\"data-download\""), "{}", page.text());
    let file = browser.submit(&op, &page, &[]).await.response;
    assert_eq!(file.status, 200);
    assert_eq!(file.header("content-disposition"), "attachment; filename=\"account.json\"");
    assert_eq!((file.header("cache-control"), file.header("content-type")), ("no-store", "application/json"));
    let copy: Value = serde_json::from_str(&file.text()).unwrap();
    for (table, told) in TABLES {
        if let Told::In(member) = told {
            assert!(copy.get(member).is_some(), "{table}: the copy has no {member}");
        }
    }
    assert_eq!(copy["account"]["username"], "alice");
    assert_eq!(copy["account"]["claims"]["email"], "alice@people.test");
    for member in ["sessions", "consents", "applications", "pending", "events"] {
        assert!(copy[member].as_array().is_some_and(|items| !items.is_empty()), "{member}: {copy}");
    }
    assert_eq!(copy["applications"][0]["client_id"], rp.client_id());
    let events = copy["events"].as_array().unwrap();
    assert!(events.iter().all(|event| event["data"]["user_id"] == alice.user_id.as_str()), "{events:?}");
    assert!(events.iter().any(|event| event["type"] == "user.signed_in"));
    let text = file.text();
    let tenant = op.default_tenant().await;
    let hash = op.state.store.credentials.password(&tenant, &alice.user_id).await.unwrap().unwrap();
    for secret in [&*hash, tokens.refresh(), &*tokens.access_token, bob.user_id.as_str()] {
        assert!(!text.contains(secret), "{secret}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_gets_it_who_is_not_signed_in_or_is_led_there() {
    let op = Provider::start().await;
    let alice = op.user("alice").await;
    let rp = RelyingParty::confidential(&op).await;
    let url = format!("{}/account/data", op.issuer);
    let mut stranger = Browser::new();
    assert_eq!(stranger.open(&op, &url).await.response.status, 401);
    assert_eq!(stranger.post(&op, &url, &[("csrf", "x")]).await.response.status, 401);
    let mut browser = Browser::new();
    rp.sign_in_with(&op, &alice, &mut browser, rp.authorization()).await;
    let forged = browser.post(&op, &url, &[("csrf", "forged")]).await;
    assert_eq!(forged.response.status, 403);
    assert_eq!(forged.response.header("content-disposition"), "");
}
