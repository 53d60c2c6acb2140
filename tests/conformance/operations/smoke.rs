//! One sign-in from beginning to end.

use credenza_tests::{Provider, RelyingParty, claims_of};

#[tokio::test(flavor = "multi_thread")]
async fn a_person_signs_in_and_a_client_gets_tokens() {
    let op = Provider::start().await;
    let alice = op.user("alice").await;
    let rp = RelyingParty::confidential(&op).await;
    let tokens = rp.sign_in(&op, &alice).await;
    assert_eq!(claims_of(tokens.id())["sub"], alice.user_id.as_str());
    let userinfo = rp.userinfo(&op, &tokens.access_token).await;
    assert_eq!(userinfo.json()["email"], "alice@people.test");
    assert_eq!(rp.introspect(&op, &tokens.access_token).await["active"], true);
    assert_eq!(rp.refresh(&op, tokens.refresh()).await.status, 200);
}
