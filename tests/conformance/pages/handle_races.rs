//! One handle in the hands of many at once. Until somebody has proven something it is stored nowhere, so that the first
//! step decides whose it is; from then on what is stored decides. However many try, a request is answered once.

use credenza_protocol::client::ConsentPolicy;
use credenza_tests::{Browser, Page, RelyingParty, Step, setup};
use futures_util::future::join_all;

const CALLERS: usize = 64;

/// So many do the same at the same moment, each with a copy of the browser.
async fn race(browser: &Browser, act: impl AsyncFn(&mut Browser) -> Page) -> Vec<(Browser, Page)> {
    let act = &act;
    let callers = (0..CALLERS).map(|_| {
        let mut browser = browser.clone();
        async move {
            let page = act(&mut browser).await;
            (browser, page)
        }
    });
    join_all(callers).await
}

fn has_code(page: &Page) -> bool {
    page.response.status.is_redirection() && page.answer().contains_key("code")
}

/// The one that has the code, of many. The others are told: that it is over (409), that the account was tried too often
/// (429), or that too many passwords wait (503).
fn winner(raced: Vec<(Browser, Page)>, told: &[u16]) -> Browser {
    let (mut won, lost): (Vec<_>, Vec<_>) = raced.into_iter().partition(|(_, page)| has_code(page));
    for (_, page) in lost {
        let status = page.response.status.as_u16();
        assert!(told.contains(&status), "{status} {}", page.text());
    }
    assert_eq!(won.len(), 1, "one answer");
    won.remove(0).0
}

#[tokio::test(flavor = "multi_thread")]
async fn a118_of_64_who_sign_in_by_one_handle_one_is_answered() {
    let (op, alice, _) = setup().await;
    let rp = RelyingParty::register(&op, |client| client.consent = ConsentPolicy::Implicit).await;
    let mut browser = Browser::new();
    let login = rp.authorization().open(&op, &mut browser).await;
    assert_eq!(op.empty_out().await, 0, "nothing is stored for it");
    let raced = race(&browser, async |browser| browser.sign_in(&op, &login, &alice).await).await;
    let mut winner = winner(raced, &[409, 429, 503]);
    assert_eq!((op.grants_of(&alice).await, op.sessions_of(&alice).await), (1, 1));
    rp.authorization().silent(&op, &mut winner).await;
    // The account is not locked by those who were right.
    rp.sign_in(&op, &alice).await;
}

/// Where a page follows, each who signed in in time may go on, and of these one is answered.
#[tokio::test(flavor = "multi_thread")]
async fn a118_of_64_who_sign_in_some_go_on_and_one_is_answered() {
    let (op, alice, rp) = setup().await;
    let mut browser = Browser::new();
    let login = rp.authorization().open(&op, &mut browser).await;
    let raced = race(&browser, async |browser| browser.sign_in(&op, &login, &alice).await).await;
    let (asked, told): (Vec<_>, Vec<_>) =
        raced.into_iter().partition(|(_, page)| page.step() == Step::Consent);
    assert!(!asked.is_empty(), "one at least goes on");
    for (_, page) in told {
        assert!(matches!(page.response.status.as_u16(), 409 | 429 | 503), "{}", page.text());
    }
    let allowed = asked.into_iter().map(|(mut browser, consent)| {
        let op = &op;
        async move {
            let page = browser.decide(op, &consent, "allow").await;
            (browser, page)
        }
    });
    let mut winner = winner(join_all(allowed).await, &[409]);
    assert_eq!(op.grants_of(&alice).await, 1);
    rp.authorization().silent(&op, &mut winner).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a118_of_64_who_choose_an_account_by_one_handle_one_is_answered() {
    let (op, alice, rp) = setup().await;
    let mut browser = Browser::new();
    rp.authorization().code(&op, &mut browser, &alice).await;
    let choice = rp.authorization().with("prompt", "select_account").open(&op, &mut browser).await;
    assert_eq!(choice.step(), Step::SelectAccount);
    let raced = race(&browser, async |browser| browser.decide(&op, &choice, "continue").await).await;
    winner(raced, &[409]);
    assert_eq!((op.grants_of(&alice).await, op.sessions_of(&alice).await), (2, 1));
}
