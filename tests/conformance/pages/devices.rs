//! A person sees the devices on which they have native applications, and removes them.
//!
//! Chart 562: Devices on the account page | `/account/devices`: name, application, platform, when added and last active; removed one by one, as with `credenza user devices`

use credenza_tests::{Browser, OwnAccount, Page, Person, Provider, RelyingParty};
use serde_json::{Value, json};

/// A device that an application registers for that person.
async fn registered(op: &Provider, person: &Person, device: &Value) -> String {
    let own = OwnAccount::of(op, person).await;
    let made = own.post(op, "/me/devices", device).await;
    assert_eq!(made.status, 201, "{}", made.text());
    made.json()["device_id"].as_str().unwrap().to_owned()
}

async fn page(op: &Provider, browser: &mut Browser) -> Page {
    let account = browser.open(op, &op.at("/account")).await;
    assert!(account.says("href=\"/account/devices\""), "{}", account.text());
    browser.open(op, &op.at("/account/devices")).await
}

async fn signed_in(op: &Provider, person: &Person, lang: &str) -> Browser {
    let rp = RelyingParty::confidential(op).await;
    let headers = vec![("accept-language".to_owned(), lang.to_owned())];
    let mut browser = Browser { headers, ..Browser::new() };
    rp.sign_in_with(op, person, &mut browser, rp.authorization()).await;
    browser
}

#[tokio::test(flavor = "multi_thread")]
async fn devices_are_seen_and_removed() {
    let op = Provider::start().await;
    let alice = op.user("alice").await;
    let mut browser = signed_in(&op, &alice, "en").await;
    let none = page(&op, &mut browser).await;
    assert!(none.says("id=\"no-devices\""), "{}", none.text());
    let phone = json!({"name": "Alice's <b>phone</b>", "platform": "ios", "app_version": "4.2.0"});
    let phone = registered(&op, &alice, &phone).await;
    op.pass(60);
    let tablet = registered(&op, &alice, &json!({"name": "Tablet", "platform": "web"})).await;
    let shown = page(&op, &mut browser).await;
    let parts = [
        "&#60;b&#62;phone",
        " 4.2.0<",
        "Platform: iOS",
        "Platform: Browser",
        "Added: ",
        "Last active: ",
        ">Tablet<",
        "Application: ",
    ];
    for part in parts {
        assert!(shown.says(part), "{part}: {}", shown.text());
    }
    let at = |id: &str| shown.text().find(&format!("value=\"{id}\"")).unwrap();
    assert!(at(&tablet) < at(&phone), "the one that was seen last comes first");
    let after = browser.submit(&op, &shown, &[("device_id", &phone)]).await;
    assert!(after.url.ends_with("/account/devices") && !after.says("4.2.0") && after.says("Tablet"));
    // What is there no more, or was never there, changes nothing.
    for id in [&*phone, "nothing", ""] {
        assert!(browser.submit(&op, &after, &[("device_id", id)]).await.says("Tablet"), "{id}");
    }
    assert!(browser.submit(&op, &after, &[("device_id", &tablet)]).await.says("id=\"no-devices\""));
    assert!(op.sessions_of(&alice).await > 0, "applications stay signed in");
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_sees_or_removes_another_persons() {
    let op = Provider::start().await;
    let (alice, bob) = (op.user("alice").await, op.user("bob").await);
    let url = op.at("/account/devices");
    assert_eq!(Browser::new().open(&op, &url).await.response.status, 401);
    assert_eq!(Browser::new().post(&op, &url, &[("device_id", "x")]).await.response.status, 401);
    let phone = registered(&op, &alice, &json!({"name": "Alice's", "platform": "android"})).await;
    let of_bob = registered(&op, &bob, &json!({"name": "Bob's", "platform": "android"})).await;
    let (mut hers, mut his) = (signed_in(&op, &alice, "en").await, signed_in(&op, &bob, "en").await);
    let shown = page(&op, &mut his).await;
    assert!(!shown.says(&phone) && shown.says(&of_bob), "{}", shown.text());
    let same = his.submit(&op, &shown, &[("device_id", &phone)]).await;
    assert!(same.says(&of_bob));
    let shown = page(&op, &mut hers).await;
    assert!(shown.says(&phone), "{}", shown.text());
    // Nor is the form of another, or of nobody.
    for csrf in ["forged", "", same.hidden("csrf").as_str()] {
        let forged = hers.post(&op, &url, &[("csrf", csrf), ("device_id", &phone)]).await;
        assert_eq!(forged.response.status, 403, "{csrf}");
    }
    assert!(page(&op, &mut hers).await.says(&phone));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_is_in_the_language_of_the_person() {
    let op = Provider::start().await;
    let alice = op.user("alice").await;
    registered(&op, &alice, &json!({"name": "Telefon", "platform": "web"})).await;
    for (lang, parts) in
        [("de", ["Geräte", "Entfernen", "Hinzugefügt: "]), ("ar", ["الأجهزة", "إزالة", "متصفح"])]
    {
        let mut browser = signed_in(&op, &alice, lang).await;
        let shown = page(&op, &mut browser).await;
        for part in parts {
            assert!(shown.says(part), "{part}: {}", shown.text());
        }
    }
}
