//! What a tenant asks people for when they make their account, besides address and password.
//!
//! Chart 564: Further fields of an account | `sign_up_claims` and attributes with `sign_up`: asked for with a new account, by sign-up or invitation; required or not, checked as everywhere

use credenza_protocol::admin_roles::everything;
use credenza_protocol::attribute::{AtSignUp, AttributeDefinition, AttributeType, AttributeValue};
use credenza_protocol::sign_up::SignUpPolicy;
use credenza_protocol::user::User;
use credenza_storage::Login;
use credenza_tests::{Administrator, Browser, Page, Provider, link_in};
use serde_json::json;

const PASSWORD: &str = "seven swans a-swimming";
const ADA: &str = "ada@people.test";

fn attribute(name: &str, value_type: AttributeType, sign_up: AtSignUp) -> AttributeDefinition {
    AttributeDefinition {
        name: name.to_owned(),
        value_type,
        description: format!("The {name}"),
        scope: None,
        searchable: false,
        editable: false,
        sign_up,
    }
}

async fn start() -> Provider {
    let op = Provider::builder().mailing().start().await;
    op.change_settings(|settings| {
        settings.sign_up = SignUpPolicy::Open;
        settings.sign_up_claims = ["given_name", "birthdate"].map(str::to_owned).to_vec();
        settings.sign_up_required_claims = vec!["given_name".to_owned()];
        settings.attributes = vec![
            attribute("adult", AttributeType::Boolean, AtSignUp::Required),
            attribute("seats", AttributeType::Integer, AtSignUp::Optional),
            attribute("tags", AttributeType::Strings, AtSignUp::Optional),
            attribute("salary", AttributeType::Integer, AtSignUp::No),
        ];
    })
    .await;
    op
}

async fn choosing(op: &Provider, browser: &mut Browser) -> Page {
    let page = browser.open(op, &format!("{}/signup", op.issuer)).await;
    browser.submit(op, &page, &[("email", ADA)]).await;
    browser.open(op, &link_in(op.mails(1).await.last().unwrap())).await
}

async fn found(op: &Provider) -> Option<User> {
    let login = Login { typed: ADA.to_owned(), by_email: true };
    op.state.store.users.find_by_login(&op.default_tenant().await, login).await.unwrap()
}

/// What is typed where everything is well, with other values for some.
fn typed<'a>(other: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let good = [
        ("password", PASSWORD),
        ("claim-given_name", " Ada "),
        ("claim-birthdate", ""),
        ("attribute-adult", "1"),
        ("attribute-seats", "12"),
        ("attribute-tags", "one\r\n\r\n two "),
    ];
    let rest = good.into_iter().filter(|(name, _)| other.iter().all(|(changed, _)| changed != name));
    rest.chain(other.iter().copied().filter(|(_, value)| *value != "not sent")).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_asked_for_is_stored_with_the_account() {
    let op = start().await;
    let mut browser = Browser::new();
    let page = choosing(&op, &mut browser).await;
    for part in ["autocomplete=\"given-name\"", "The adult", "The seats", "The tags", ">Optional</span>"] {
        assert!(page.says(part), "{part}: {}", page.text());
    }
    assert!(!page.says("salary"), "nobody is asked for that");
    let done = browser.submit(&op, &page, &typed(&[])).await;
    assert!(done.response.status.is_success(), "{}", done.text());
    let user = found(&op).await.expect("an account");
    assert_eq!((user.claims.given_name.as_deref(), &user.claims.birthdate), (Some("Ada"), &None));
    let texts = AttributeValue::Strings(vec!["one".to_owned(), "two".to_owned()]);
    let expected =
        [("adult", AttributeValue::Boolean(true)), ("seats", AttributeValue::Integer(12)), ("tags", texts)];
    assert_eq!(user.attributes, expected.map(|(name, value)| (name.to_owned(), value)).into());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_missing_or_wrong_is_said_beside_its_field_and_nothing_is_lost() {
    let op = start().await;
    let mut browser = Browser::new();
    let page = choosing(&op, &mut browser).await;
    for (name, value) in [
        ("claim-given_name", ""),
        ("claim-given_name", "not sent"),
        ("claim-given_name", "A\u{202e}B"),
        ("claim-birthdate", "yesterday"),
        ("attribute-adult", "not sent"),
        ("attribute-seats", "twelve"),
        ("attribute-seats", "9007199254740992"),
    ] {
        let refused = browser.submit(&op, &page, &typed(&[(name, value)])).await;
        assert_eq!(refused.response.status, 422, "{name}={value}");
        let text = refused.text();
        assert!(text.contains("marked field"), "{text}");
        let input = text.split(&format!("name=\"{name}\"")).nth(1).unwrap().split('>').next().unwrap();
        assert!(input.contains("aria-invalid=\"true\""), "{name}={value}: {input}");
        assert!(name == "attribute-tags" || text.contains(" two "), "what was typed stays: {text}");
    }
    assert_eq!(found(&op).await, None, "nobody yet");
    // What the page does not have is not read.
    let more = [("attribute-salary", "1"), ("claim-nickname", "A"), ("claim-email_verified", "true")];
    browser.submit(&op, &page, &typed(&more)).await;
    let user = found(&op).await.expect("an account");
    assert!(user.claims.nickname.is_none() && !user.attributes.contains_key("salary"));
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_invited_is_asked_too_and_finds_what_the_operator_knows() {
    let op = start().await;
    let who = Administrator::service(&op, &everything().to_string()).await;
    let claims = json!({"given_name": "Augusta", "family_name": "King"});
    let made = who.post(&op, "/invitations", &json!({"email": ADA, "claims": claims})).await;
    assert_eq!(made.status, 201, "{}", made.text());
    let mut browser = Browser::new();
    let page = browser.open(&op, &link_in(op.mails(1).await.last().unwrap())).await;
    assert!(page.says("value=\"Augusta\""), "{}", page.text());
    let refused = browser.submit(&op, &page, &typed(&[("claim-given_name", "")])).await;
    assert_eq!(refused.response.status, 422);
    browser.submit(&op, &page, &typed(&[])).await;
    let user = found(&op).await.expect("an account");
    assert_eq!(
        (user.claims.given_name.as_deref(), user.claims.family_name.as_deref()),
        (Some("Ada"), Some("King"))
    );
}
