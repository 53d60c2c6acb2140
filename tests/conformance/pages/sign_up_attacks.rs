//! Sign-up against those who want to know who has an account (A122), want mail to go elsewhere (A128), take an address that is
//! not theirs (A129, A135 to A137), are many (A130), or have a link opened by somebody else (A138, A139).
//!
//! Chart 567

use std::collections::BTreeSet;

use credenza_protocol::sign_up::SignUpPolicy;
use credenza_protocol::user::User;
use credenza_tests::{Browser, Page, Provider, RelyingParty, Request, at_once, code_in, link_in};

const PASSWORD: &str = "seven swans a-swimming";
const ADA: &str = "ada@people.test";

async fn start() -> (Provider, RelyingParty) {
    let op = Provider::builder().mailing().start().await;
    op.change_settings(|settings| settings.sign_up = SignUpPolicy::Open).await;
    let rp = RelyingParty::confidential(&op).await;
    (op, rp)
}

async fn ask(op: &Provider, rp: &RelyingParty, browser: &mut Browser, email: &str) -> Page {
    let page = rp.authorization().with("prompt", "create").open(op, browser).await;
    browser.submit(op, &page, &[("email", email)]).await
}

async fn people(op: &Provider) -> Vec<User> {
    op.state.store.users.list(&op.default_tenant().await, None, 99).await.unwrap()
}

fn complete(op: &Provider, link: &str, password: &str) -> Request {
    let token = link.split("token=").nth(1).unwrap();
    Request::form(
        op.reach(&format!("{}/signup/complete", op.issuer)),
        &[("token", token), ("password", password)],
    )
}

/// What an observer sees, without what is random.
fn seen(page: &Page, email: &str) -> (u16, String) {
    let random = [page.hidden("request"), page.hidden("csrf"), page.hidden("ticket")];
    let text = random.iter().fold(page.text(), |text, random| text.replace(random, "")).replace(email, "");
    (page.response.status.as_u16(), text)
}

#[tokio::test(flavor = "multi_thread")]
async fn a122_nothing_tells_who_has_an_account() {
    let (op, rp) = start().await;
    op.user("alice").await;
    let tenant = op.default_tenant().await;
    let mut alice = people(&op).await.remove(0);
    alice.claims.email_verified = Some(true);
    let updated = op.state.store.users.update(&tenant, alice.version, alice).await.unwrap();
    assert_eq!(updated, credenza_storage::Update::Updated);
    let mut answers = BTreeSet::new();
    for email in ["alice@people.test", "nobody@people.test"] {
        let mut browser = Browser::new();
        let sent = ask(&op, &rp, &mut browser, email).await;
        answers.insert(seen(&sent, email));
        let refused: Vec<_> = {
            let mut refused = vec![];
            for _ in 0..6 {
                let page = browser.submit(&op, &sent, &[("code", "123456")]).await;
                refused.push(seen(&page, email));
            }
            refused
        };
        assert_eq!(
            refused.iter().map(|(status, _)| *status).collect::<Vec<_>>(),
            [422, 422, 422, 422, 422, 429]
        );
        answers.insert(refused[0].clone());
        answers.insert(refused[5].clone());
    }
    assert_eq!(answers.len(), 3, "{answers:?}");
    let mails = op.mails(2).await;
    let known = mails.iter().find(|mail| mail.to == "alice@people.test").unwrap();
    assert_eq!(known.subject, "You already have an account at Credenza");
    assert!(known.text.contains("alice") && link_in(known).ends_with("/account/login"), "{}", known.text);
    let new = mails.iter().find(|mail| mail.to == "nobody@people.test").unwrap();
    assert!(!code_in(new).is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a128_mail_goes_to_one_address() {
    let (op, rp) = start().await;
    for email in [
        "ada@people.test,mallory@evil.test",
        "ada@people.test;mallory@evil.test",
        "ada@people.test mallory@evil.test",
        "ada@people.test\r\nBcc: mallory@evil.test",
        "\"ada\" <mallory@evil.test>",
        "ada@people.test(mallory@evil.test)",
        "@evil.test:ada@people.test",
    ] {
        let refused = ask(&op, &rp, &mut Browser::new(), email).await;
        assert_eq!(refused.response.status, 422, "{email}");
    }
    let mut browser = Browser::new();
    let page = rp.authorization().with("prompt", "create").open(&op, &mut browser).await;
    let twice = browser.submit(&op, &page, &[("email", ADA), ("email", "mallory@evil.test")]).await;
    assert_eq!(twice.response.status, 403);
    op.mails(0).await;
    ask(&op, &rp, &mut browser, ADA).await;
    assert_eq!(op.mails(1).await[0].to, ADA);
}

#[tokio::test(flavor = "multi_thread")]
async fn a130_of_many_with_one_address_one_gets_an_account() {
    let (op, rp) = start().await;
    let spellings = ["ada@people.test", "ADA@people.test", "Ada@People.Test", "ada@PEOPLE.test"];
    let mut links = vec![];
    for (at, email) in spellings.iter().enumerate() {
        ask(&op, &rp, &mut Browser::new(), email).await;
        links.push(link_in(op.mails(at + 1).await.last().unwrap()));
    }
    let requests = (0..64).map(|n| complete(&op, &links[n % 4], PASSWORD));
    let statuses: Vec<_> = at_once(requests).await.iter().map(|answer| answer.status.as_u16()).collect();
    assert_eq!(statuses.iter().filter(|status| **status == 200).count(), 1, "{statuses:?}");
    assert!(statuses.iter().all(|status| [200, 400, 409, 503].contains(status)), "{statuses:?}");
    let people = people(&op).await;
    assert_eq!(people.len(), 1, "{people:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a132_a_link_is_good_once_for_half_an_hour_until_a_newer_one() {
    let (op, rp) = start().await;
    for (at, what) in ["used", "newer", "expired"].into_iter().enumerate() {
        op.pass(3600);
        let email = format!("{what}@people.test");
        let mails = op.mails(at + usize::from(at > 1)).await.len();
        ask(&op, &rp, &mut Browser::new(), &email).await;
        let link = link_in(op.mails(mails + 1).await.last().unwrap());
        match what {
            "used" => assert_eq!(complete(&op, &link, PASSWORD).send().await.status, 200),
            "newer" => {
                ask(&op, &rp, &mut Browser::new(), &email).await;
                let newer = link_in(op.mails(mails + 2).await.last().unwrap());
                assert_eq!(Request::get(op.reach(&newer)).send().await.status, 200);
            }
            _ => {
                op.pass(1799);
                assert_eq!(Request::get(op.reach(&link)).send().await.status, 200, "not yet");
                op.pass(1);
            }
        }
        let page = Browser::new().open(&op, &link).await;
        assert_eq!(page.response.status, 400, "{what}");
        assert!(page.says("This link no longer works") && page.says("href=\"/signup\""), "{}", page.text());
        assert_eq!(complete(&op, &link, PASSWORD).send().await.status, 400, "{what}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a135_a_code_is_of_one_address_one_browser_and_one_request() {
    let (op, rp) = start().await;
    let (mut ada, mut mallory) = (Browser::new(), Browser::new());
    let for_ada = ask(&op, &rp, &mut ada, ADA).await;
    let code = code_in(&op.mails(1).await[0]);
    let for_mallory = ask(&op, &rp, &mut mallory, "mallory@evil.test").await;
    let own = code_in(&op.mails(2).await[1]);
    assert_eq!(mallory.submit(&op, &for_mallory, &[("code", &code)]).await.response.status, 422);
    // With the ticket of the other, or in the browser of the other.
    let mixed = [
        ("request", for_mallory.hidden("request")),
        ("csrf", for_mallory.hidden("csrf")),
        ("ticket", for_ada.hidden("ticket")),
        ("code", code.clone()),
    ];
    let mixed: Vec<_> = mixed.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let url = format!("{}/signup/code", op.issuer);
    assert_eq!(mallory.post(&op, &url, &mixed).await.response.status, 403);
    let page = mallory.open(&op, &for_ada.url).await;
    assert!([400, 403].contains(&page.response.status.as_u16()), "{}", page.response.status);
    assert!(
        mallory.submit(&op, &for_mallory, &[("code", &own)]).await.url.contains("/signup/complete?token=")
    );
    assert!(ada.submit(&op, &for_ada, &[("code", &code)]).await.url.contains("/signup/complete?token="));
}

#[tokio::test(flavor = "multi_thread")]
async fn a136_a137_nothing_waits_in_an_account_that_was_never_proven() {
    let (op, rp) = start().await;
    let mut mallory = Browser::new();
    ask(&op, &rp, &mut mallory, ADA).await;
    op.mails(1).await;
    assert!(people(&op).await.is_empty(), "mallory has nothing but a mail that she cannot read");
    ask(&op, &rp, &mut Browser::new(), ADA).await;
    let link = link_in(&op.mails(2).await[1]);
    assert_eq!(complete(&op, &link, PASSWORD).send().await.status, 200);
    let people = people(&op).await;
    assert_eq!(people.len(), 1);
    let (tenant, now) = (op.default_tenant().await, op.state.clock.now());
    let sessions = op.state.store.sessions.list(&tenant, &people[0].user_id, now);
    assert!(sessions.await.unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a138_a139_opening_a_link_does_nothing_and_signs_nobody_else_in() {
    let (op, rp) = start().await;
    let mut mallory = Browser::new();
    ask(&op, &rp, &mut mallory, "mallory@evil.test").await;
    let link = link_in(&op.mails(1).await[0]);
    for method in ["GET", "HEAD", "GET"] {
        let scanned = Request::new(method, op.reach(&link)).header("purpose", "prefetch").send().await;
        assert_eq!(scanned.status, 200);
    }
    assert!(people(&op).await.is_empty());
    // Somebody else, on the way to an application, opens it and even sends the form.
    let mut ada = Browser::new();
    rp.authorization().open(&op, &mut ada).await;
    let page = ada.open(&op, &link).await;
    assert!(page.says("mallory@evil.test"), "it says whose it is: {}", page.text());
    let done = ada.submit(&op, &page, &[("password", PASSWORD)]).await;
    assert!(done.says("id=\"account-ready\""), "{}", done.text());
    assert!(!ada.cookies.keys().any(|name| name.contains("session")), "{:?}", ada.cookies);
}

#[tokio::test(flavor = "multi_thread")]
async fn mails_are_counted_by_address_and_by_network() {
    let (op, rp) = start().await;
    for _ in 0..6 {
        assert!(ask(&op, &rp, &mut Browser::new(), ADA).await.says("id=\"mail-sent\""));
    }
    op.mails(5).await;
    for n in 6..20 {
        assert!(
            ask(&op, &rp, &mut Browser::new(), &format!("a{n}@people.test")).await.says("id=\"mail-sent\"")
        );
    }
    let refused = ask(&op, &rp, &mut Browser::new(), "last@people.test").await;
    assert_eq!(refused.response.status, 429);
    assert_eq!(refused.response.header("retry-after"), "3600");
    op.mails(19).await;
}
