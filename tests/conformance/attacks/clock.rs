//! A256 (manual: attacks): the clock jumps by an hour or a day, forward and back, or repeats a second. What was spent,
//! revoked or ended stays so, and nobody is locked out for longer than a rate limit's window.

use credenza_tests::{Browser, Provider, RelyingParty, Tokens, assertion, setup, signing_key};
use credenza_validator::Algorithm;

const HOUR: i64 = 3600;
const DAY: i64 = 86_400;
const JUMPS: [i64; 6] = [1, -1, HOUR, -HOUR, DAY, -DAY];

#[tokio::test(flavor = "multi_thread")]
async fn a256_a_spent_code_stays_spent() {
    for jump in JUMPS {
        let (op, alice, rp) = setup().await;
        let code = rp.authorization().code(&op, &mut Browser::new(), &alice).await;
        let tokens = Tokens::of(&rp.redeem(&op, &code).await);
        rp.assert_alive(&op, &tokens).await;
        op.pass(jump);
        rp.redeem(&op, &code).await.assert_refused(400, "invalid_grant");
        op.pass(-jump);
        rp.redeem(&op, &code).await.assert_refused(400, "invalid_grant");
        rp.assert_dead(&op, &tokens).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a256_a_code_that_came_too_late_stays_late() {
    for back in [1, 61, HOUR, DAY] {
        let (op, alice, rp) = setup().await;
        let code = rp.authorization().code(&op, &mut Browser::new(), &alice).await;
        op.pass(61);
        rp.redeem(&op, &code).await.assert_refused(400, "invalid_grant");
        op.pass(-back);
        rp.redeem(&op, &code).await.assert_refused(400, "invalid_grant");
        // Positive control: a code that nobody tried before.
        let code = rp.authorization().code(&op, &mut Browser::new(), &alice).await;
        assert_eq!(rp.redeem(&op, &code).await.status, 200);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a256_a_code_of_the_second_before_works_in_the_second_after() {
    // A leap second, or two machines whose clocks differ a little.
    for jump in [0, -1, -5, 1, 59] {
        let (op, alice, rp) = setup().await;
        let code = rp.authorization().code(&op, &mut Browser::new(), &alice).await;
        op.pass(jump);
        let tokens = Tokens::of(&rp.redeem(&op, &code).await);
        rp.assert_alive(&op, &tokens).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a256_what_was_revoked_stays_revoked() {
    for jump in JUMPS {
        let (op, alice, rp) = setup().await;
        let mut browser = Browser::new();
        let revoked = rp.sign_in_with(&op, &alice, &mut browser, rp.authorization()).await;
        let access_only = rp.sign_in_with(&op, &alice, &mut browser, rp.authorization()).await;
        let kept = rp.sign_in_with(&op, &alice, &mut browser, rp.authorization()).await;
        rp.call(&op, "/revoke", &[("token", revoked.refresh())]).send().await;
        rp.call(&op, "/revoke", &[("token", &access_only.access_token)]).send().await;
        for jump in [0, jump, -jump] {
            op.pass(jump);
            rp.assert_dead(&op, &revoked).await;
            assert_eq!(rp.userinfo(&op, &access_only.access_token).await.status, 401, "{jump}");
            assert_eq!(rp.introspect(&op, &access_only.access_token).await["active"], false, "{jump}");
        }
        rp.assert_alive(&op, &kept).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a256_a_rotated_refresh_token_stays_rotated() {
    for jump in JUMPS.into_iter().filter(|jump| jump.abs() > 10) {
        let (op, alice, rp) = setup().await;
        let first = rp.sign_in(&op, &alice).await;
        let second = Tokens::of(&rp.refresh(&op, first.refresh()).await);
        let third = Tokens::of(&rp.refresh(&op, second.refresh()).await);
        op.pass(jump);
        // The live token keeps working, whatever the clock does: its lifetime is longer than a day.
        let fourth = Tokens::of(&rp.refresh(&op, third.refresh()).await);
        op.pass(-jump);
        // The grace period for the previous token is measured by one clock, not by two.
        rp.refresh(&op, first.refresh()).await.assert_refused(400, "invalid_grant");
        rp.refresh(&op, fourth.refresh()).await.assert_refused(400, "invalid_grant");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a256_a_session_that_ended_stays_ended() {
    for jump in JUMPS {
        let (op, alice, rp) = setup().await;
        let (mut ended, mut kept) = (Browser::new(), Browser::new());
        for browser in [&mut ended, &mut kept] {
            rp.authorization().code(&op, browser, &alice).await;
        }
        let cookies = ended.cookies.clone();
        let page = ended.open(&op, &format!("{}/logout", op.issuer)).await;
        ended.submit(&op, &page, &[("decision", "logout")]).await;
        ended.cookies = cookies;
        for jump in [0, jump, -jump] {
            op.pass(jump);
            let silent = rp.authorization().with("prompt", "none");
            silent.assert_refused(&op, &mut ended, "login_required").await;
        }
        rp.authorization().with("prompt", "none").silent(&op, &mut kept).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a256_an_assertion_is_good_once_on_every_clock() {
    for jump in [20, -20, HOUR, -HOUR, DAY] {
        let op = Provider::start().await;
        let key = signing_key(Algorithm::ES256);
        let rp = RelyingParty::with_keys(&op, &[&key]).await;
        let proof = assertion(&key, rp.client_id(), &op.issuer, op.now(), |_| ());
        assert_eq!(rp.assert_token(&op, &proof).await.status, 200);
        for jump in [0, jump, -jump] {
            op.pass(jump);
            rp.assert_token(&op, &proof).await.assert_refused(401, "invalid_client");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a256_nobody_is_kept_out_for_longer_than_an_hour() {
    for jump in JUMPS {
        let (op, alice, rp) = setup().await;
        let mut browser = Browser::new();
        let page = rp.authorization().open(&op, &mut browser).await;
        for _ in 0..20 {
            browser.submit(&op, &page, &[("username", "alice"), ("password", "guess")]).await;
        }
        let shut = browser.sign_in(&op, &page, &alice).await;
        assert_eq!(shut.response.status, 429);
        op.pass(jump);
        // The page may have expired by then; the person begins again.
        let mut later = Browser::new();
        let page = rp.authorization().open(&op, &mut later).await;
        let mut answer = later.sign_in(&op, &page, &alice).await;
        assert_eq!(answer.response.status == 429, jump < 900, "{jump}");
        // Whoever waits as long as they are told is in within the hour.
        let mut waited = 0;
        while answer.response.status == 429 {
            let wait: i64 = answer.response.header("retry-after").parse().unwrap();
            op.pass(wait);
            waited += wait;
            assert!(wait > 0 && waited <= HOUR, "{jump}: {waited}");
            let page = rp.authorization().open(&op, &mut later).await;
            answer = later.sign_in(&op, &page, &alice).await;
        }
        assert_eq!(op.sessions_of(&alice).await, 1, "{jump}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a256_a_day_ahead_and_back_again_locks_nobody_out() {
    let (op, alice, rp) = setup().await;
    let mut browser = Browser::new();
    let tokens = rp.sign_in_with(&op, &alice, &mut browser, rp.authorization()).await;
    op.pass(DAY - HOUR);
    assert_eq!(rp.userinfo(&op, &tokens.access_token).await.status, 401, "expired by then");
    let ahead = Tokens::of(&rp.refresh(&op, tokens.refresh()).await);
    rp.authorization().with("prompt", "none").silent(&op, &mut browser).await;
    op.pass(HOUR - DAY);
    rp.assert_alive(&op, &ahead).await;
    let again = Tokens::of(&rp.refresh(&op, ahead.refresh()).await);
    rp.assert_alive(&op, &again).await;
    rp.authorization().with("prompt", "none").silent(&op, &mut browser).await;
    rp.sign_in(&op, &alice).await;
}
