//! Signing in with an email address that is verified and no other account has (manual: attacks): it opens no account but
//! its owner's (A129), tells nobody which addresses there are (A122), and does not multiply guesses (A124).
//!
//! Chart 557: Sign-in by email address | where it is verified and unique; off by a setting

use credenza_protocol::claims::StandardClaims;
use credenza_protocol::time::Time;
use credenza_protocol::user::User;
use credenza_storage::{Clash, Update};
use credenza_tests::{Browser, Person, Provider, setup};

use super::password_form::Form;

/// Failures that are free of waiting, on one account.
const FREE: usize = 20;

/// Another address for a person.
async fn set_email(op: &Provider, person: &Person, email: &str, verified: bool) -> Update {
    let tenant = op.default_tenant().await;
    let users = &op.state.store.users;
    let user = users.find(&tenant, &person.user_id).await.unwrap().unwrap();
    let claims = StandardClaims {
        email: Some(email.to_owned()),
        email_verified: Some(verified),
        ..StandardClaims::default()
    };
    let user = User { claims, updated_at: Time::from_seconds(op.now()), ..user };
    users.update(&tenant, user.version, user).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_verified_address_signs_its_owner_in() {
    let (op, alice, rp) = setup().await;
    op.user("bob").await;
    for typed in ["alice@people.test", "ALICE@People.Test", "  alice@people.test "] {
        let form = Form::new(&op, &rp).await;
        assert_eq!(form.submit(&op, typed, &alice.password).await.status, 303, "{typed}");
    }
    assert_eq!(op.sessions_of(&alice).await, 3);
    let by_address = Person { username: "alice@people.test".to_owned(), ..alice.clone() };
    rp.assert_alive(&op, &rp.sign_in(&op, &by_address).await).await;
    let form = Form::new(&op, &rp).await;
    for other in
        ["bob@people.test", "alice+x@people.test", "alice@people.test.", "@people.test", "people.test"]
    {
        assert_eq!(form.submit(&op, other, &alice.password).await.status, 422, "{other}");
    }
    // The Kelvin sign and the letter without a dot are other letters.
    let kevin = op.user("kevin").await;
    for other in ["\u{212a}evin@people.test", "kev\u{131}n@people.test"] {
        assert_eq!(form.submit(&op, other, &kevin.password).await.status, 422, "{other}");
    }
    assert_eq!(form.submit(&op, "kevin@people.test", &kevin.password).await.status, 303);
}

#[tokio::test(flavor = "multi_thread")]
async fn a122_an_address_that_is_not_verified_or_of_two_accounts_is_as_unknown() {
    let (op, alice, rp) = setup().await;
    let bob = op.user("bob").await;
    let carol = op.user("carol").await;
    assert_eq!(set_email(&op, &bob, "bob@people.test", false).await, Update::Updated);
    let form = Form::new(&op, &rp).await;
    let unknown = form.submit(&op, "nobody@people.test", &alice.password).await;
    let seen = |text: &str, typed: &str| text.replace(typed, "");
    for (typed, person) in [("bob@people.test", &bob), ("alice@people.test", &carol)] {
        let answer = form.submit(&op, typed, &person.password).await;
        assert_eq!(answer.status, 422, "{typed}");
        assert_eq!(seen(&answer.text(), typed), seen(&unknown.text(), "nobody@people.test"), "{typed}");
    }
    assert_eq!(set_email(&op, &carol, "Alice@people.test", true).await, Update::Updated);
    for person in [&alice, &carol] {
        let answer = form.submit(&op, "alice@people.test", &person.password).await;
        assert_eq!(answer.status, 422, "two accounts have it");
        assert_eq!(seen(&answer.text(), "alice@people.test"), seen(&unknown.text(), "nobody@people.test"));
        let by_name = Form::new(&op, &rp).await;
        assert_eq!(by_name.submit(&op, &person.username, &person.password).await.status, 303);
    }
    assert_eq!(set_email(&op, &carol, "carol@people.test", true).await, Update::Updated);
    assert_eq!(form.submit(&op, "alice@people.test", &alice.password).await.status, 303, "hers alone again");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_is_no_ones_address_and_an_address_no_ones_name() {
    let (op, alice, rp) = setup().await;
    let bob = op.user("bob@people.example").await;
    let refused = set_email(&op, &alice, "Bob@people.example", true).await;
    assert_eq!(refused, Update::Clash(Clash::AddressIsUsername("bob@people.example".to_owned())));
    // Not verified, it says nothing, and the name goes on to be bob's.
    assert_eq!(set_email(&op, &alice, "bob@people.example", false).await, Update::Updated);
    let form = Form::new(&op, &rp).await;
    assert_eq!(form.submit(&op, "bob@people.example", &alice.password).await.status, 422);
    assert_eq!(form.submit(&op, "BOB@people.example", &bob.password).await.status, 303);
}

#[tokio::test(flavor = "multi_thread")]
async fn a124_name_and_address_of_one_account_have_one_count() {
    let (op, alice, rp) = setup().await;
    let form = Form::new(&op, &rp).await;
    for typed in ["alice", "alice@people.test", "ALICE@PEOPLE.TEST"].iter().cycle().take(FREE) {
        assert_eq!(form.submit(&op, typed, "guess").await.status, 422, "{typed}");
    }
    for typed in ["alice", "alice@people.test"] {
        assert_eq!(form.submit(&op, typed, &alice.password).await.status, 429, "{typed}");
    }
    assert_eq!(form.submit(&op, "bob@people.test", "guess").await.status, 422, "another one's count");
    op.pass(900);
    assert_eq!(form.submit(&op, "alice@people.test", &alice.password).await.status, 303);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_setting_turns_it_off_and_the_label_says_so() {
    let (op, alice, rp) = setup().await;
    let page =
        rp.authorization().with("login_hint", "alice@people.test").open(&op, &mut Browser::new()).await;
    assert!(page.says(">Username or email address</label>") && page.says("value=\"alice@people.test\""));
    op.change_settings(|settings| settings.sign_in_by_email = false).await;
    let page = rp.authorization().open(&op, &mut Browser::new()).await;
    assert!(page.says(">Username</label>") && !page.says("email address</label>"));
    let form = Form::new(&op, &rp).await;
    assert_eq!(form.submit(&op, "alice@people.test", &alice.password).await.status, 422);
    assert_eq!(form.submit(&op, "alice", &alice.password).await.status, 303);
}
