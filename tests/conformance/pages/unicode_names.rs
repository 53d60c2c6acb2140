//! Names and passwords in the letters of any language (manual: attacks): forms of one name are one name, names that look
//! alike are given once (A129), and forms of one password are one password (A127).
//!
//! Chart 556: Names and passwords | RFC 8265 in every script, look-alikes refused (UTS 39)

use credenza::accounts::password::Password;
use credenza::admin::users::{self, NewUser};
use credenza::admin::{Administration, InvalidField, Outcome};
use credenza_protocol::claims::StandardClaims;
use credenza_protocol::time::Time;
use credenza_protocol::user::User;
use credenza_tests::{Person, Provider, RelyingParty, setup};

use super::password_form::Form;

const PASSWORD: &str = "J\u{f6}rg hat f\u{fc}nf Katzen";

/// As an operator makes an account.
async fn create(op: &Provider, username: &str) -> Outcome<User> {
    let tenant = op.default_tenant().await;
    let admin = Administration::of_server(&op.state, Time::from_seconds(op.now()));
    let new = NewUser {
        user_id: None,
        username: username.to_owned(),
        claims: StandardClaims::default(),
        attributes: Default::default(),
        password: Some(Password::from(PASSWORD)),
        password_change_required: false,
    };
    users::create(&admin, &tenant, new).await.unwrap()
}

async fn created(op: &Provider, username: &str) -> Person {
    let Outcome::Done(user) = create(op, username).await else { panic!("{username:?} was refused") };
    Person { user_id: user.user_id, username: username.to_owned(), password: PASSWORD.to_owned() }
}

fn faults(outcome: Outcome<User>) -> Vec<InvalidField> {
    let Outcome::Invalid(faults) = outcome else { panic!("{outcome:?}") };
    faults
}

#[tokio::test(flavor = "multi_thread")]
async fn rfc8265_3_3_forms_of_one_name_are_one_account() {
    let op = Provider::start().await;
    let rp = RelyingParty::confidential(&op).await;
    let person = created(&op, "J\u{f6}rg").await;
    for form in ["j\u{f6}rg", "Jo\u{308}rg", "JO\u{308}RG", "\u{ff2a}\u{f6}rg", "  J\u{f6}rg "] {
        let page = Form::new(&op, &rp).await;
        assert_eq!(page.submit(&op, form, PASSWORD).await.status, 303, "{}", form.escape_unicode());
        assert_eq!(create(&op, form.trim()).await, Outcome::Taken, "{}", form.escape_unicode());
    }
    let page = Form::new(&op, &rp).await;
    for other in ["Jorg", "J\u{f8}rg", "J\u{f6}r", "J\u{f6} rg"] {
        assert_eq!(page.submit(&op, other, PASSWORD).await.status, 422, "{other}");
    }
    // What was given is what is told and shown.
    let tokens = rp.sign_in(&op, &person).await;
    let userinfo = rp.userinfo(&op, &tokens.access_token).await.json();
    assert_eq!(userinfo["preferred_username"], "J\u{f6}rg");
}

#[tokio::test(flavor = "multi_thread")]
async fn rfc8265_3_names_that_cannot_be_given() {
    let op = Provider::start().await;
    for bad in [
        "al\u{200b}ice",
        "\u{202e}ecila",
        "alice\u{ad}",
        "\u{212a}evin",
        "alice\u{a0}b",
        "a  b",
        "\u{1f600}",
        "alice\u{5d0}",
        "\u{fb01}ona",
    ] {
        let faults = faults(create(&op, bad).await);
        assert_eq!(faults.len(), 1, "{faults:?}");
        assert_eq!(faults[0].field, "username", "{}", bad.escape_unicode());
    }
    for good in
        ["alice", "Ada Lovelace", "\u{7528}\u{6237}", "\u{623}\u{62d}\u{645}\u{62f}", "a@b\u{fc}cher.example"]
    {
        created(&op, good).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a129_a_name_that_looks_like_anothers_is_not_given() {
    let op = Provider::start().await;
    let rp = RelyingParty::confidential(&op).await;
    created(&op, "paypal").await;
    for alike in ["p\u{430}ypal", "paypaI", "\u{440}\u{430}\u{443}\u{440}\u{430}l"] {
        let faults = faults(create(&op, alike).await);
        assert_eq!((faults[0].field, faults[0].value.as_deref()), ("username", Some("paypal")), "{alike}");
        // Nor is it another spelling of the account.
        let page = Form::new(&op, &rp).await;
        assert_eq!(page.submit(&op, alike, PASSWORD).await.status, 422, "{alike}");
    }
    created(&op, "paypal2").await;
    let page = Form::new(&op, &rp).await;
    assert_eq!(page.submit(&op, "paypal", PASSWORD).await.status, 303);
}

#[tokio::test(flavor = "multi_thread")]
async fn names_that_were_given_before_sign_in_as_ever() {
    let op = Provider::start().await;
    let rp = RelyingParty::confidential(&op).await;
    for name in ["al\u{200b}ice", "\u{202e}ecila", "  x", "\u{1f600}", "p\u{430}ypal", "two  spaces"] {
        let person = op.user(name).await;
        rp.assert_alive(&op, &rp.sign_in(&op, &person).await).await;
        // And whatever else an operator changes, the name stays.
        let tenant = op.default_tenant().await;
        let admin = Administration::of_server(&op.state, Time::from_seconds(op.now()));
        let mut user = users::find(&admin, &tenant, &person.user_id).await.unwrap().unwrap();
        user.claims = StandardClaims { nickname: Some("N".to_owned()), ..StandardClaims::default() };
        let updated = users::update(&admin, &tenant, user, None).await.unwrap();
        assert!(matches!(updated, Outcome::Done(_)), "{updated:?}");
        rp.sign_in(&op, &person).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a127_two_keyboards_send_one_password() {
    let op = Provider::start().await;
    let rp = RelyingParty::confidential(&op).await;
    created(&op, "ada").await;
    let typed = "Jo\u{308}rg hat fu\u{308}nf\u{a0}Katzen";
    assert_eq!(Form::new(&op, &rp).await.submit(&op, "ada", typed).await.status, 303);
    assert_eq!(Form::new(&op, &rp).await.submit(&op, "ada", PASSWORD).await.status, 303);
    let page = Form::new(&op, &rp).await;
    for other in ["Jorg hat funf Katzen", "j\u{f6}rg hat f\u{fc}nf katzen", &format!("{PASSWORD} ")] {
        assert_eq!(page.submit(&op, "ada", other).await.status, 422, "{other}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a080_texts_that_reorder_others_are_not_stored() {
    let (op, alice, _) = setup().await;
    let tenant = op.default_tenant().await;
    let admin = Administration::of_server(&op.state, Time::from_seconds(op.now()));
    let user = users::find(&admin, &tenant, &alice.user_id).await.unwrap().unwrap();
    for (name, is_fit) in
        [("ecila\u{202e}", false), ("Ali\u{200b}ce", false), ("\u{639}\u{644}\u{6cc}\u{200c}\u{631}", true)]
    {
        let mut edited = user.clone();
        edited.claims.name = Some(name.to_owned());
        let updated = users::update(&admin, &tenant, edited, None).await.unwrap();
        assert_eq!(matches!(updated, Outcome::Done(_)), is_fit, "{}: {updated:?}", name.escape_unicode());
    }
}
