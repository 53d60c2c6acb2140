//! A person edits what is known about them: what the tenant lets them, and nothing else.
//!
//! Chart 583: Own profile | `/account/profile`: the claims that the tenant names and the attributes that are declared editable; validated; of two tabs the later one is told

use credenza_protocol::attribute::{AttributeDefinition, AttributeType, AttributeValue};
use credenza_protocol::user::User;
use credenza_tests::{Browser, Page, Person, Provider, setup};

fn attribute(name: &str, value_type: AttributeType, editable: bool) -> AttributeDefinition {
    AttributeDefinition {
        name: name.to_owned(),
        value_type,
        description: String::new(),
        scope: None,
        searchable: false,
        editable,
        sign_up: Default::default(),
    }
}

async fn user(op: &Provider, person: &Person) -> User {
    op.state.store.users.find(&op.default_tenant().await, &person.user_id).await.unwrap().unwrap()
}

async fn start() -> (Provider, Person, Browser) {
    let (op, alice, rp) = setup().await;
    op.change_settings(|settings| {
        settings.attributes = vec![
            attribute("team", AttributeType::String, true),
            attribute("floor", AttributeType::Integer, true),
            attribute("remote", AttributeType::Boolean, true),
            attribute("skills", AttributeType::Strings, true),
            attribute("salary", AttributeType::Integer, false),
        ];
    })
    .await;
    let mut browser = Browser::new();
    rp.sign_in_with(&op, &alice, &mut browser, rp.authorization()).await;
    (op, alice, browser)
}

async fn page(op: &Provider, browser: &mut Browser) -> Page {
    let account = browser.open(op, &format!("{}/account", op.issuer)).await;
    assert!(account.says("href=\"/account/profile\""), "{}", account.text());
    browser.open(op, &format!("{}/account/profile", op.issuer)).await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_tenant_lets_people_edit_is_stored() {
    let (op, alice, mut browser) = start().await;
    let before = user(&op, &alice).await;
    let form = page(&op, &mut browser).await;
    for shown in ["claim-name", "claim-given_name", "claim-locale", "claim-zoneinfo", "attribute-team"] {
        assert!(form.says(&format!("name=\"{shown}\"")), "{shown}: {}", form.text());
    }
    for hidden in ["claim-email", "claim-phone_number", "claim-preferred_username", "attribute-salary"] {
        assert!(!form.says(&format!("name=\"{hidden}\"")), "{hidden}: {}", form.text());
    }
    let typed = [
        ("claim-name", " Alice Liddell "),
        ("claim-nickname", ""),
        ("claim-zoneinfo", "Europe/London"),
        ("attribute-team", "red"),
        ("attribute-floor", "7"),
        ("attribute-remote", "1"),
        ("attribute-skills", "chess\r\n\r\n croquet "),
    ];
    let saved = browser.submit(&op, &form, &typed).await;
    assert!(saved.says("id=\"profile-saved\"") && saved.says("Alice Liddell"), "{}", saved.text());
    let after = user(&op, &alice).await;
    assert_eq!(after.claims.name.as_deref(), Some("Alice Liddell"));
    assert_eq!(
        (after.claims.nickname.as_deref(), after.claims.zoneinfo.as_deref()),
        (None, Some("Europe/London"))
    );
    assert_eq!(
        (&after.claims.email, &after.claims.phone_number),
        (&before.claims.email, &before.claims.phone_number)
    );
    let skills = AttributeValue::Strings(vec!["chess".to_owned(), "croquet".to_owned()]);
    assert_eq!(after.attributes["team"], AttributeValue::String("red".to_owned()));
    assert_eq!(after.attributes["floor"], AttributeValue::Integer(7));
    assert_eq!(
        (&after.attributes["remote"], &after.attributes["skills"]),
        (&AttributeValue::Boolean(true), &skills)
    );
    // A choice that is taken back, and what is emptied.
    let form = page(&op, &mut browser).await;
    let emptied = [("attribute-team", ""), ("attribute-floor", ""), ("attribute-skills", "")];
    browser.submit(&op, &form, &emptied).await;
    let after = user(&op, &alice).await.attributes;
    assert_eq!((after.len(), &after["remote"]), (1, &AttributeValue::Boolean(false)), "{after:?}");
    let stranger = Browser::new().open(&op, &format!("{}/account/profile", op.issuer)).await;
    assert_eq!(stranger.response.status, 401);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_stored_is_marked_and_kept_in_the_form() {
    let (op, alice, mut browser) = start().await;
    let before = user(&op, &alice).await;
    let form = page(&op, &mut browser).await;
    for (input, typed) in [
        ("claim-locale", "en_US"),
        ("claim-zoneinfo", "somewhere"),
        ("claim-name", "ecila\u{202e}"),
        ("attribute-floor", "seven"),
    ] {
        let refused = browser.submit(&op, &form, &[("claim-nickname", "Al"), (input, typed)]).await;
        assert_eq!(refused.response.status, 422, "{input}");
        assert!(refused.says("id=\"profile-error\"") && refused.says("value=\"Al\""), "{}", refused.text());
        let text = refused.text();
        let wrong = text.split("<input").find(|tag| tag.contains("aria-invalid")).expect("one is marked");
        assert!(wrong.contains(&format!("name=\"{input}\"")), "{wrong}");
        assert_eq!(user(&op, &alice).await, before, "{input}");
    }
    // What is not on the page is not taken either.
    let more = [("claim-email", "x@else.test"), ("claim-phone_number", "+1"), ("attribute-salary", "9")];
    let saved = browser.submit(&op, &form, &more).await;
    assert!(saved.says("id=\"profile-saved\""), "{}", saved.text());
    assert_eq!(user(&op, &alice).await, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_tabs_the_later_one_is_told() {
    let (op, alice, mut browser) = start().await;
    let (first, second) = (page(&op, &mut browser).await, page(&op, &mut browser).await);
    assert!(browser.submit(&op, &first, &[("claim-name", "One")]).await.says("id=\"profile-saved\""));
    let told = browser.submit(&op, &second, &[("claim-name", "Two")]).await;
    assert_eq!(told.response.status, 409);
    assert!(told.says("changed elsewhere") && told.says("value=\"One\""), "{}", told.text());
    assert_eq!(user(&op, &alice).await.claims.name.as_deref(), Some("One"));
    assert!(browser.submit(&op, &told, &[("claim-name", "Two")]).await.says("id=\"profile-saved\""));
    assert_eq!(user(&op, &alice).await.claims.name.as_deref(), Some("Two"));
    // Where there is nothing to edit, there is no page.
    op.change_settings(|settings| {
        settings.attributes = vec![];
        settings.account_editable_claims = vec![];
    })
    .await;
    assert_eq!(browser.open(&op, &format!("{}/account/profile", op.issuer)).await.response.status, 404);
    assert!(!browser.open(&op, &format!("{}/account", op.issuer)).await.says("/account/profile"));
}
