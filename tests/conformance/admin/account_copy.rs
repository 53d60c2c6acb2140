//! A copy of everything that is stored about the person, taken by an application.
//!
//! Chart 586

use credenza_storage::conformance::personal::{TABLES, Told};
use credenza_tests::{Browser, OwnAccount, Provider};

#[tokio::test(flavor = "multi_thread")]
async fn the_copy_is_that_of_the_page() {
    let op = Provider::builder().mailing().keeping_events().start().await;
    let (ada, bob) = (op.user("ada").await, op.user("bob").await);
    let own = OwnAccount::of(&op, &ada).await;
    OwnAccount::of(&op, &bob).await;
    let mut browser = Browser::new();
    let authorization = own.client.authorization().with("scope", "openid offline_access account");
    let tokens = own.client.sign_in_with(&op, &ada, &mut browser, authorization).await;
    while op.state.store.event_log.take_in(100).await.unwrap() > 0 {}
    let answer = own.get(&op, "/me/data").await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert_eq!(
        (answer.header("content-type"), answer.header("cache-control")),
        ("application/json", "no-store")
    );
    let copy = answer.json();
    for (table, told) in TABLES {
        if let Told::In(member) = told {
            assert!(copy.get(member).is_some(), "{table}: the copy has no {member}");
        }
    }
    assert_eq!(copy["account"]["user_id"], ada.user_id.as_str());
    for member in ["sessions", "consents", "applications", "events"] {
        assert!(copy[member].as_array().is_some_and(|items| !items.is_empty()), "{member}: {copy}");
    }
    let tenant = op.default_tenant().await;
    let hash = op.state.store.credentials.password(&tenant, &ada.user_id).await.unwrap().unwrap();
    for secret in [&*hash, tokens.refresh(), &*own.token, bob.user_id.as_str()] {
        assert!(!answer.text().contains(secret), "{secret}");
    }
    let page = browser.open(&op, &format!("{}/account/data", op.issuer)).await;
    let file: serde_json::Value =
        serde_json::from_str(&browser.submit(&op, &page, &[]).await.text()).unwrap();
    assert_eq!(file, copy);
}
