//! People and their passwords (manual: attacks): usernames are not disclosed (A122), passwords are compared as a
//! whole, in one form (A126, A127), old hashes are replaced.
//!
//! Chart 550: Passwords | argon2id in a bounded pool

use std::time::{Duration, Instant};

use credenza::accounts::password::{Cost, hash_now};
use credenza_protocol::attribute::Attributes;
use credenza_protocol::claims::StandardClaims;
use credenza_protocol::ids::UserId;
use credenza_protocol::time::Time;
use credenza_protocol::user::User;
use credenza_protocol::version::Version;
use credenza_storage::Created;
use credenza_tests::{Person, Provider, Request, setup};

use super::password_form::Form;

#[tokio::test(flavor = "multi_thread")]
async fn a122_nobody_learns_which_names_there_are() {
    let (op, _, rp) = setup().await;
    let disabled = op.user("disabled").await;
    op.disable_user(&disabled).await;
    add(&op, "passwordless", None).await;
    let form = Form::new(&op, &rp).await;
    let mut seen = vec![];
    for (username, password) in [
        ("alice", "wrong"),
        ("nobody", "wrong"),
        ("nobody", "correct horse of alice"),
        ("passwordless", ""),
        ("passwordless", "wrong"),
        ("disabled", "wrong"),
        ("disabled", &disabled.password),
        ("", ""),
    ] {
        let answer = form.submit(&op, username, password).await;
        let names: Vec<_> = answer.headers.keys().map(ToString::to_string).collect();
        // The username is filled in again, and an empty field has the focus.
        let text =
            answer.text().replace(&format!("value=\"{username}\""), "value=\"\"").replace(" autofocus", "");
        seen.push((answer.status, names, text));
    }
    assert!(seen.iter().all(|answer| *answer == seen[0]), "{seen:#?}");
    assert_eq!(seen[0].0, 422);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_disabled_user_is_out_until_enabled_again() {
    let (op, alice, rp) = setup().await;
    let tokens = rp.sign_in(&op, &alice).await;
    op.disable_user(&alice).await;
    let form = Form::new(&op, &rp).await;
    assert_eq!(form.submit(&op, "alice", &alice.password).await.status, 422);
    let tenant = op.default_tenant().await;
    assert!(op.state.store.users.set_disabled(&tenant, &alice.user_id, None).await.unwrap());
    // Tokens issued before stay dead.
    rp.assert_dead(&op, &tokens).await;
    rp.assert_alive(&op, &rp.sign_in(&op, &alice).await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a127_a_password_is_its_characters() {
    let (op, _, rp) = setup().await;
    let long = "p".repeat(72);
    for (index, (password, others)) in [
        (" spaces around ", vec!["spaces around", " spaces around", "spaces around "]),
        ("nul\0inside", vec!["nul", "nul\0", "nulinside"]),
        ("\u{e9}t\u{e9}", vec!["ete", "\u{c9}T\u{c9}", "\u{e9}t\u{e9} "]),
        ("\u{1f40e}\u{1f50b}", vec!["\u{1f40e}", "??"]),
        ("Case", vec!["case", "CASE"]),
        (&format!("{long}A"), vec![&long, &format!("{long}B")]),
        ("percent%41+plus", vec!["percentA plus", "percent%41 plus"]),
    ]
    .into_iter()
    .enumerate()
    {
        let username = format!("user{index}");
        add(&op, &username, Some(password)).await;
        let form = Form::new(&op, &rp).await;
        for other in others {
            assert_eq!(form.submit(&op, &username, other).await.status, 422, "{other:?} for {password:?}");
        }
        assert_eq!(form.submit(&op, &username, password).await.status, 303, "{password:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a126_long_passwords_are_taken_and_endless_ones_cost_nothing() {
    let (op, _, rp) = setup().await;
    let longest = "p".repeat(1024);
    add(&op, "long", Some(&longest)).await;
    let form = Form::new(&op, &rp).await;
    for (length, status) in [(1025, 422), (60_000, 422), (66_000, 413), (1_000_000, 413)] {
        assert_eq!(form.submit(&op, "long", &"p".repeat(length)).await.status, status, "{length}");
    }
    assert_eq!(form.submit(&op, &"u".repeat(60_000), "x").await.status, 422);
    assert_eq!(form.submit(&op, "long", &longest).await.status, 303);
    // A flood of them does not keep anybody else from signing in.
    let op = std::sync::Arc::new(op);
    let form = std::sync::Arc::new(Form::new(&op, &rp).await);
    let flood: Vec<_> = (0..64)
        .map(|index| {
            let (op, form) = (op.clone(), form.clone());
            tokio::spawn(async move {
                form.submit(&op, &format!("user {index}"), &"p".repeat(60_000)).await.status
            })
        })
        .collect();
    let start = Instant::now();
    assert_eq!(Request::get(op.at("/livez")).send().await.status, 200);
    assert!(start.elapsed() < Duration::from_secs(2), "{:?}", start.elapsed());
    for answer in flood {
        assert!(answer.await.unwrap().is_client_error());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hash_of_another_cost_is_replaced_at_the_next_sign_in() {
    let (op, _, rp) = setup().await;
    let tenant = op.default_tenant().await;
    let credentials = &op.state.store.credentials;
    let old = hash_now("old friend", &Cost::new(32, 2, 1).unwrap(), op.state.rng.as_ref());
    let user_id = add_with_hash(&op, "old", Some(old.clone())).await;
    let person = Person { user_id, username: "old".to_owned(), password: "old friend".to_owned() };
    let form = Form::new(&op, &rp).await;
    assert_eq!(form.submit(&op, "old", "wrong").await.status, 422);
    assert_eq!(credentials.password(&tenant, &person.user_id).await.unwrap().as_ref(), Some(&old));
    let first = rp.sign_in(&op, &person).await;
    let new = credentials.password(&tenant, &person.user_id).await.unwrap().unwrap();
    assert!(new.starts_with("$argon2id$v=19$m=8,t=1,p=1$"), "{new}");
    // The password is the same, so no session or token ends.
    rp.sign_in(&op, &person).await;
    rp.assert_alive(&op, &first).await;
    assert_eq!(credentials.password(&tenant, &person.user_id).await.unwrap(), Some(new));
}

/// RFC 8265 4.2: one that was hashed before as it was typed is good once more, and is then hashed in its one form.
#[tokio::test(flavor = "multi_thread")]
async fn a127_a_hash_of_another_form_is_replaced_at_the_next_sign_in() {
    let (op, _, rp) = setup().await;
    let tenant = op.default_tenant().await;
    let typed = "e\u{301}te\u{301} chaud";
    let user_id = add(&op, "decomposed", Some(typed)).await;
    let old = op.state.store.credentials.password(&tenant, &user_id).await.unwrap();
    let form = Form::new(&op, &rp).await;
    assert_eq!(form.submit(&op, "decomposed", "\u{e9}t\u{e9} chaud").await.status, 422, "not hashed so yet");
    assert_eq!(Form::new(&op, &rp).await.submit(&op, "decomposed", typed).await.status, 303);
    let new = op.state.store.credentials.password(&tenant, &user_id).await.unwrap();
    assert_ne!(new, old);
    for form in [typed, "\u{e9}t\u{e9} chaud", "\u{e9}t\u{e9}\u{a0}chaud"] {
        let page = Form::new(&op, &rp).await;
        assert_eq!(page.submit(&op, "decomposed", form).await.status, 303, "{}", form.escape_unicode());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stored_hash_that_cannot_be_read_matches_nothing() {
    let (op, _, rp) = setup().await;
    for (index, hash) in
        ["", "plain", "$argon2id$", "$2b$12$abcdefghijklmnopqrstuv", "$argon2id$v=19$m=8,t=1,p=1$$"]
            .into_iter()
            .enumerate()
    {
        let username = format!("user{index}");
        add_with_hash(&op, &username, Some(hash.to_owned())).await;
        let form = Form::new(&op, &rp).await;
        for password in ["", "plain", hash] {
            assert_eq!(form.submit(&op, &username, password).await.status, 422, "{hash:?}");
        }
    }
}

async fn add(op: &Provider, username: &str, password: Option<&str>) -> UserId {
    let cost = Cost::new(8, 1, 1).unwrap();
    add_with_hash(op, username, password.map(|password| hash_now(password, &cost, op.state.rng.as_ref())))
        .await
}

async fn add_with_hash(op: &Provider, username: &str, hash: Option<String>) -> UserId {
    let now = Time::from_seconds(op.now());
    let user_id = UserId::new(format!("id of {username}"));
    let user = User {
        user_id: user_id.clone(),
        username: username.to_owned(),
        claims: StandardClaims::default(),
        attributes: Attributes::default(),
        created_at: now,
        updated_at: now,
        disabled_at: None,
        version: Version::FIRST,
        password_change_required: false,
        terms: None,
    };
    let tenant = op.default_tenant().await;
    assert_eq!(op.state.store.users.create(&tenant, user, hash).await.unwrap(), Created::Yes);
    user_id
}
