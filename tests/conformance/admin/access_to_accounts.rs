//! Chart 848: Accounts in the admin API | what slows down sign-ins is seen and forgotten; a password is set as it is, or as another provider has hashed it

use credenza_protocol::admin_roles::{Role, everything};
use credenza_tests::{Administrator, Browser, Person, Provider, RelyingParty, Request};
use serde_json::json;

/// `password`, as another provider hashes it.
const HASH: &str = "bcrypt$$2b$04$abcdefghijklmnopqrstuughE8Ev8uGFaUgY2cNEySvxngrb/Jzdm";

#[tokio::test(flavor = "multi_thread")]
async fn what_slows_down_sign_ins_is_seen_and_forgotten() {
    let op = Provider::start().await;
    let who = Administrator::service(&op, &everything().to_string()).await;
    let (ada, rp) = (op.user("ada").await, RelyingParty::confidential(&op).await);
    let path = format!("/users/{}/lockout", ada.user_id);
    let nothing = json!({"new_devices": {"failed": 0, "wait_seconds": 0}, "known_devices": []});
    assert_eq!(who.get(&op, &path).await.json(), nothing);
    for _ in 0..3 {
        let mut browser = Browser::new();
        let page = rp.authorization().open(&op, &mut browser).await;
        let answer = browser.submit(&op, &page, &[("username", "ada"), ("password", "wrong")]).await;
        assert!(answer.says("login-error"), "{}", answer.text());
    }
    let seen = who.get(&op, &path).await.json();
    assert_eq!(seen["new_devices"], json!({"failed": 3, "wait_seconds": 0}), "{seen}");
    assert_eq!(who.request(&op, "POST", &format!("/users/{}/unlock", ada.user_id)).send().await.status, 204);
    assert_eq!(who.get(&op, &path).await.json(), nothing);
    who.get(&op, "/users/nobody/lockout").await.assert_problem(404, "not-found");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_password_is_set_by_its_hash() {
    let op = Provider::start().await;
    let who = Administrator::service(&op, &everything().to_string()).await;
    let (ada, rp) = (op.user("ada").await, RelyingParty::confidential(&op).await);
    let before = rp.sign_in(&op, &ada).await;
    let path = format!("/users/{}/password", ada.user_id);
    for (body, pointer) in [
        (json!({}), "/password"),
        (json!({"password": "one", "password_hash": HASH}), "/password"),
        (json!({"password_hash": "5f4dcc3b5aa765d61d8327deb882cf99"}), "/password_hash"),
        (
            json!({"password_hash": "$2b$31$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW"}),
            "/password_hash",
        ),
    ] {
        let refused = who.with_body(&op, "PUT", &path, &body).send().await;
        refused.assert_problem(422, "invalid-values");
        assert_eq!(refused.json()["errors"][0]["pointer"], pointer, "{}", refused.text());
    }
    let lives =
        async || Request::get(op.at("/userinfo")).bearer(&before.access_token).send().await.status == 200;
    assert!(lives().await, "what was refused has changed nothing");
    let set = who.with_body(&op, "PUT", &path, &json!({"password_hash": HASH})).send().await;
    assert_eq!(set.status, 204, "{}", set.text());
    assert!(!lives().await);
    rp.sign_in(&op, &Person { password: "password".to_owned(), ..ada.clone() }).await;
    let set = who.with_body(&op, "PUT", &path, &json!({"password": "a third password"})).send().await;
    assert_eq!(set.status, 204, "{}", set.text());
    rp.sign_in(&op, &Person { password: "a third password".to_owned(), ..ada.clone() }).await;
    // Not that of somebody who has more.
    let owner = op.user("owner").await;
    Administrator::person(&op, "default", &owner, &[(Role::Owner, false)]).await;
    let support = Administrator::service(&op, "admin:users:passwords").await;
    let path = format!("/users/{}/password", owner.user_id);
    let refused = support.with_body(&op, "PUT", &path, &json!({"password_hash": HASH})).send().await;
    refused.assert_problem(403, "beyond-authority");
    rp.sign_in(&op, &owner).await;
}
