//! What arrives a second time: a button pressed twice, a form sent again after going back, another tab. The second
//! arrival goes on from what the first one did, or says that it is done and leads on. Nothing is done twice.
//!
//! Chart 503: Forms sent twice, pages reloaded, sign-ins too late or without their cookie | goes on or says what happened, with a way on

use credenza_tests::{Browser, Page, Person, Provider, RelyingParty, Request, Step, setup};

/// Two presses of the sign-in button at the same time, in one browser.
async fn pressed_twice(
    op: &Provider,
    browser: &Browser,
    login: &Page,
    alice: &Person,
) -> [(Browser, Page); 2] {
    let (mut one, mut two) = (browser.clone(), browser.clone());
    let (first, second) = tokio::join!(one.sign_in(op, login, alice), two.sign_in(op, login, alice));
    [(one, first), (two, second)]
}

#[tokio::test(flavor = "multi_thread")]
async fn two_presses_of_the_sign_in_button_lead_to_the_same_question() {
    let (op, alice, rp) = setup().await;
    for _ in 0..8 {
        let mut browser = Browser::new();
        let login = rp.authorization().with("prompt", "consent").open(&op, &mut browser).await;
        let [(_, first), (mut browser, second)] = pressed_twice(&op, &browser, &login, &alice).await;
        for page in [&first, &second] {
            assert_eq!((page.response.status.as_u16(), page.step()), (200, Step::Consent), "{}", page.text());
        }
        // The browser shows the second answer, and goes on with what that one gave it.
        let code = browser.decide(&op, &second, "allow").await.code();
        assert_eq!(rp.redeem(&op, &code).await.status, 200);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_presses_of_the_sign_in_button_give_one_code() {
    let (op, alice, rp) = setup().await;
    rp.sign_in(&op, &alice).await;
    for round in 0..8 {
        let (grants, sessions) = (op.grants_of(&alice).await, op.sessions_of(&alice).await);
        let mut browser = Browser::new();
        let login = rp.authorization().open(&op, &mut browser).await;
        let pages = pressed_twice(&op, &browser, &login, &alice).await.map(|(_, page)| page);
        let (codes, others): (Vec<_>, Vec<_>) = pages.iter().partition(|page| page.response.status == 303);
        assert_eq!((codes.len(), others.len()), (1, 1), "{round}");
        codes[0].code();
        others[0].assert_finished_page();
        assert_eq!(op.grants_of(&alice).await, grants + 1, "{round}");
        assert_eq!(op.sessions_of(&alice).await, sessions + 1, "{round}: the late one leaves no session");
    }
}

/// The person goes back through the pages of a finished sign-in, and presses each button again.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_finished_says_so_on_each_of_its_pages() {
    let (op, alice, rp) = setup().await;
    let mut browser = Browser::new();
    let login = rp.authorization().open(&op, &mut browser).await;
    let consent = browser.sign_in(&op, &login, &alice).await;
    // Back before the end: the same question again, in the same session.
    let again = browser.sign_in(&op, &login, &alice).await;
    assert_eq!((again.step(), op.sessions_of(&alice).await), (Step::Consent, 1));
    browser.decide(&op, &again, "allow").await.code();
    browser.decide(&op, &consent, "allow").await.assert_finished_page();
    browser.decide(&op, &consent, "deny").await.assert_finished_page();
    browser.sign_in(&op, &login, &alice).await.assert_finished_page();
    browser.submit(&op, &login, &[("cancel", "1")]).await.assert_finished_page();
    for path in ["login", "consent", "select-account"] {
        let url = format!("{}/{path}?request={}", op.issuer, login.hidden("request"));
        browser.open(&op, &url).await.assert_finished_page();
    }
    assert_eq!((op.grants_of(&alice).await, op.sessions_of(&alice).await), (1, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_choice_that_is_sent_twice_goes_on() {
    let (op, alice, rp) = setup().await;
    for _ in 0..8 {
        let mut browser = Browser::new();
        rp.sign_in_with(&op, &alice, &mut browser, rp.authorization()).await;
        let request = rp.authorization().with("prompt", "select_account consent");
        let choice = request.open(&op, &mut browser).await;
        assert_eq!(choice.step(), Step::SelectAccount);
        let (mut one, mut two) = (browser.clone(), browser.clone());
        let (first, second) =
            tokio::join!(one.decide(&op, &choice, "continue"), two.decide(&op, &choice, "continue"));
        for page in [&first, &second] {
            assert_eq!(page.step(), Step::Consent, "{}", page.text());
        }
        browser.decide(&op, &second, "allow").await.code();
        browser.decide(&op, &choice, "continue").await.assert_finished_page();
    }
}

/// Two tabs with the requests of two applications: each is answered, and neither ends the other's session.
#[tokio::test(flavor = "multi_thread")]
async fn two_tabs_sign_in_to_two_applications() {
    let (op, alice, rp) = setup().await;
    let other = RelyingParty::confidential(&op).await;
    let mut browser = Browser::new();
    let one = rp.authorization().open(&op, &mut browser).await;
    let two = other.authorization().open(&op, &mut browser).await;
    let one = browser.sign_in(&op, &one, &alice).await;
    let two = browser.sign_in(&op, &two, &alice).await;
    assert_eq!((one.step(), two.step()), (Step::Consent, Step::Consent));
    for (rp, page) in [(&rp, one), (&other, two)] {
        let code = browser.decide(&op, &page, "allow").await.code();
        assert_eq!(rp.redeem(&op, &code).await.status, 200);
    }
    assert_eq!(op.sessions_of(&alice).await, 1);
}

/// The address after a wrong password is that of the page: a reload asks for the page and sends no password again.
#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_password_is_told_once_and_a_reload_is_the_page() {
    let (op, alice, rp) = setup().await;
    let mut browser = Browser::new();
    let login = rp.authorization().open(&op, &mut browser).await;
    let hidden = login.form().hidden;
    let mut fields: Vec<_> = hidden.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    fields.extend([("username", "alice \"in\" chains"), ("password", "a wrong one")]);
    let answer = browser.send(Request::form(op.at("/login"), &fields)).await;
    assert_eq!((answer.status.as_u16(), answer.header("cache-control")), (303, "no-store"));
    assert_eq!(answer.location(), format!("/login?request={}", login.hidden("request")));
    let cookie = answer.header("set-cookie");
    assert!(cookie.starts_with("credenza-notice=") && cookie.contains("; HttpOnly; "), "{cookie}");
    for told in ["alice", "chains", "wrong"] {
        assert!(!cookie.contains(told) && !answer.location().contains(told), "{told} is for the page alone");
    }
    // Another sign-in of this browser, in another tab, says nothing of it.
    let other = rp.authorization().open(&op, &mut browser).await;
    assert!(other.response.status == 200 && !other.says("login-error"), "{}", other.text());
    let url = format!("{}{}", op.issuer, answer.location());
    let told = browser.open(&op, &url).await;
    assert!(told.response.status == 422 && told.says("id=\"login-error\""), "{}", told.text());
    assert!(told.says("value=\"alice &#34;in&#34; chains\""), "{}", told.text());
    let reloaded = browser.open(&op, &url).await;
    assert!(reloaded.response.status == 200 && !reloaded.says("login-error"), "{}", reloaded.text());
    assert_eq!(browser.sign_in(&op, &reloaded, &alice).await.step(), Step::Consent);
}

/// What the page is to say is good for its own browser, and not for long.
#[tokio::test(flavor = "multi_thread")]
async fn what_the_page_is_to_say_cannot_be_planted() {
    let (op, _, rp) = setup().await;
    let (mut browser, mut other) = (Browser::new(), Browser::new());
    let login = rp.authorization().open(&op, &mut browser).await;
    let hidden = login.form().hidden;
    let mut fields: Vec<_> = hidden.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    fields.extend([("username", "alice"), ("password", "a wrong one")]);
    browser.send(Request::form(op.at("/login"), &fields)).await;
    let notice = browser.cookies["credenza-notice"].clone();
    let theirs = rp.authorization().open(&op, &mut other).await;
    for planted in [notice.clone(), login.hidden("request"), theirs.hidden("request"), "x".to_owned()] {
        other.cookies.insert("credenza-notice".to_owned(), planted);
        let page = other.open(&op, &theirs.url).await;
        assert!(page.response.status == 200 && !page.says("login-error"), "{}", page.text());
    }
    // Nor does it open anything as the handle of a request.
    let url = format!("{}/login?request={notice}", op.issuer);
    browser.clone().open(&op, &url).await.assert_error_page();
    op.pass(60);
    let late = browser.clone().open(&op, &login.url).await;
    assert!(late.response.status == 200 && !late.says("login-error"), "{}", late.text());
    op.pass(-1);
    assert!(browser.open(&op, &login.url).await.says("login-error"), "in time it is said");
}
