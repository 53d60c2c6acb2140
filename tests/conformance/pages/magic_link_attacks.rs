//! Sign-in by mail against those who want to know who has an account (A122), want mail to go elsewhere (A128), keep the owner out
//! (A123), have links opened by programs or by other people (A138, A139), use them more than once (A140), or guess codes (A141).
//!
//! Chart 580

use credenza_protocol::time::Time;
use credenza_protocol::user::User;
use credenza_tests::{Browser, Page, Person, Provider, Request, Response, at_once, code_in, link_in};

use super::magic_links::{ask, press, start};

/// The form of the page of a link, as a request.
fn form(op: &Provider, browser: &Browser, page: &Page) -> Request {
    let fields = ["request", "csrf", "token"].map(|name| (name, page.hidden(name)));
    let fields: Vec<_> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let cookies: Vec<_> = browser.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
    let url = op.reach(&format!("{}/login/link", op.issuer));
    Request::form(url, &fields).header("cookie", &cookies.join("; "))
}

/// What an observer sees, without what is random.
fn seen(page: &Page, typed: &str) -> (u16, String) {
    let random = [page.hidden("request"), page.hidden("csrf"), page.hidden("ticket")];
    let text = random.iter().fold(page.text(), |text, random| text.replace(random, "")).replace(typed, "");
    (page.response.status.as_u16(), text)
}

async fn change(op: &Provider, person: &Person, change: impl FnOnce(&mut User)) {
    let tenant = op.default_tenant().await;
    let users = &op.state.store.users;
    let mut user = users.find(&tenant, &person.user_id).await.unwrap().unwrap();
    user.updated_at = Time::from_seconds(op.now());
    change(&mut user);
    assert_eq!(users.update(&tenant, user.version, user).await.unwrap(), credenza_storage::Update::Updated);
}

fn wrong(code: &str) -> &'static str {
    if code == "000000" { "000001" } else { "000000" }
}

#[tokio::test(flavor = "multi_thread")]
async fn a122_nothing_tells_who_has_an_account() {
    let (op, _, rp) = start().await;
    let (_bob, carol) = (op.unproven_user("bob").await, op.user("carol").await);
    op.disable_user(&carol).await;
    let mut answers = vec![];
    for typed in ["alice", "alice@people.test", "nobody", "nobody@people.test", "bob", "carol"] {
        op.pass(3600);
        let mut browser = Browser::new();
        let sent = ask(&op, &rp, &mut browser, typed).await;
        let names: Vec<_> = browser.cookies.keys().cloned().collect();
        let mut told = vec![(seen(&sent, typed), names)];
        // One in a million is right by chance.
        for _ in 0..6 {
            let page = browser.submit(&op, &sent, &[("code", "123456")]).await;
            told.push((seen(&page, typed), browser.cookies.keys().cloned().collect()));
        }
        let statuses: Vec<_> = told.iter().map(|((status, _), _)| *status).collect();
        assert_eq!(statuses, [200, 422, 422, 422, 422, 422, 429], "{typed}");
        answers.push(told);
    }
    assert!(answers.iter().all(|told| *told == answers[0]), "{answers:?}");
    let to: Vec<_> = op.mails(2).await.into_iter().map(|mail| mail.to).collect();
    assert_eq!(to, ["alice@people.test", "alice@people.test"], "nobody else, nor to what is not proven");
}

#[tokio::test(flavor = "multi_thread")]
async fn a123_nobody_keeps_the_owner_from_signing_in() {
    let (op, _, rp) = start().await;
    let mut own = Browser::new();
    ask(&op, &rp, &mut own, "alice").await;
    let link = link_in(&op.mails(1).await[0]);
    press(&op, &mut own, &link).await.code();
    // Mallory uses up the mails and the codes of the account.
    let mut mallory = Browser::new();
    let mut sent = ask(&op, &rp, &mut mallory, "alice").await;
    for _ in 0..7 {
        sent = ask(&op, &rp, &mut mallory, "alice").await;
    }
    let mails = op.mails(1 + 4).await;
    for _ in 0..6 {
        mallory.submit(&op, &sent, &[("code", wrong(&code_in(mails.last().unwrap())))]).await;
    }
    // On a device that alice has signed in from, she gets mail, and types its code.
    let login = rp.authorization().with("prompt", "login").open(&op, &mut own).await;
    let sent = own.submit(&op, &login, &[("username", "alice"), ("mail", "1")]).await;
    let mail = op.mails(1 + 4 + 1).await.pop().unwrap();
    let back = own.submit(&op, &sent, &[("code", &code_in(&mail))]).await;
    assert_eq!(rp.redeem(&op, &back.code()).await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a128_mail_goes_to_the_proven_address_alone() {
    let (op, alice, rp) = start().await;
    for typed in [
        "alice@people.test,mallory@evil.test",
        "alice@people.test mallory@evil.test",
        "alice@people.test\r\nBcc: mallory@evil.test",
        "\"alice@people.test\" <mallory@evil.test>",
        "@evil.test:alice@people.test",
    ] {
        let sent = ask(&op, &rp, &mut Browser::new(), typed).await;
        assert!(sent.says("id=\"mail-sent\""), "{typed}");
    }
    op.mails(0).await;
    change(&op, &alice, |user| user.claims.email_verified = Some(false)).await;
    ask(&op, &rp, &mut Browser::new(), "alice").await;
    op.mails(0).await;
    change(&op, &alice, |user| user.claims.email_verified = Some(true)).await;
    ask(&op, &rp, &mut Browser::new(), "alice").await;
    assert_eq!(op.mails(1).await[0].to, "alice@people.test");
}

#[tokio::test(flavor = "multi_thread")]
async fn a138_programs_that_open_links_spend_nothing() {
    let (op, alice, rp) = start().await;
    let mut browser = Browser::new();
    ask(&op, &rp, &mut browser, "alice").await;
    let link = link_in(&op.mails(1).await[0]);
    for (method, address) in [("GET", "192.0.2.1"), ("HEAD", "192.0.2.1"), ("GET", "192.0.2.2")] {
        let scanned = Request::new(method, op.reach(&link)).header("purpose", "prefetch");
        let scanned = scanned.header("x-forwarded-for", address).send().await;
        assert_eq!(scanned.status, 200, "{method}");
        assert!(!scanned.headers.contains_key("set-cookie"));
    }
    // Nor does a form that nobody was shown.
    let token = link.split("token=").nth(1).unwrap();
    let url = op.reach(&format!("{}/login/link", op.issuer));
    let posted = Request::form(url, &[("token", token)]).send().await;
    assert_eq!((posted.status.as_u16(), op.sessions_of(&alice).await), (400, 0));
    press(&op, &mut browser, &link).await.code();
    assert_eq!(op.sessions_of(&alice).await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a139_a_link_signs_nobody_in_but_where_it_was_asked_for() {
    let (op, alice, rp) = start().await;
    let mallory = op.user("mallory").await;
    let mut asked = Browser::new();
    let own = ask(&op, &rp, &mut asked, "mallory").await;
    let link = link_in(&op.mails(1).await[0]);
    let token = link.split("token=").nth(1).unwrap().to_owned();
    // Alice, on the way to an application, opens mallory's link. It says whose it is, and has no button.
    let mut browser = Browser::new();
    let sent = ask(&op, &rp, &mut browser, "alice").await;
    let mail = op.mails(2).await.pop().unwrap();
    let page = browser.open(&op, &link).await;
    assert!(page.says("account mallory") && !page.says("name=\"csrf\""), "{}", page.text());
    // Nor can a form be made of it: not with what alice's browser has, nor with what mallory's pages hold.
    let page = browser.open(&op, &link_in(&mail)).await;
    let url = format!("{}/login/link", op.issuer);
    let (request, csrf) = (page.hidden("request"), page.hidden("csrf"));
    let mixed = [("request", request.as_str()), ("csrf", &csrf), ("token", &token)];
    assert_eq!(browser.post(&op, &url, &mixed).await.response.status, 400);
    let theirs = asked.open(&op, &link).await;
    let (request, csrf) = (theirs.hidden("request"), theirs.hidden("csrf"));
    let theirs = [("request", request.as_str()), ("csrf", &csrf), ("token", &token)];
    assert_eq!(browser.post(&op, &url, &theirs).await.response.status, 400);
    // A code is of one browser and one request, too.
    let ticket = own.hidden("ticket");
    let code = code_in(&op.mails(2).await[0]);
    let mixed = [
        ("request", sent.hidden("request")),
        ("csrf", sent.hidden("csrf")),
        ("ticket", ticket),
        ("code", code),
    ];
    let mixed: Vec<_> = mixed.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let mailed = format!("{}/login/mail", op.issuer);
    assert_eq!(browser.post(&op, &mailed, &mixed).await.response.status, 403);
    assert_eq!((op.sessions_of(&alice).await, op.sessions_of(&mallory).await), (0, 0));
    // Positive controls.
    press(&op, &mut browser, &link_in(&mail)).await.code();
    press(&op, &mut asked, &link).await.code();
    assert_eq!((op.sessions_of(&alice).await, op.sessions_of(&mallory).await), (1, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn a140_of_many_with_one_link_one_signs_in() {
    let (op, alice, rp) = start().await;
    let mut browser = Browser::new();
    let sent = ask(&op, &rp, &mut browser, "alice").await;
    let link = link_in(&op.mails(1).await[0]);
    let page = browser.open(&op, &link).await;
    let answers = at_once((0..64).map(|_| form(&op, &browser, &page))).await;
    let is_in = |answer: &&Response| {
        answer
            .headers
            .get_all("set-cookie")
            .iter()
            .any(|cookie| cookie.to_str().unwrap().contains("session="))
    };
    assert_eq!(answers.iter().filter(is_in).count(), 1);
    assert_eq!((op.sessions_of(&alice).await, op.grants_of(&alice).await), (1, 1));
    let code = code_in(&op.mails(1).await[0]);
    browser.submit(&op, &sent, &[("code", &code)]).await.assert_finished_page();
}

#[tokio::test(flavor = "multi_thread")]
async fn a132_a_link_is_good_once_for_ten_minutes_while_nothing_changes() {
    let (op, alice, rp) = start().await;
    let (tenant, store) = (op.default_tenant().await, &op.state.store);
    for (at, what) in
        ["another", "expired", "password", "address", "disabled", "control"].into_iter().enumerate()
    {
        op.pass(3600);
        let (mut browser, mut other) = (Browser::new(), Browser::new());
        ask(&op, &rp, &mut browser, "alice").await;
        ask(&op, &rp, &mut other, "alice").await;
        let mails = op.mails(2 * at + 2).await;
        let (link, newer) = (link_in(&mails[2 * at]), link_in(&mails[2 * at + 1]));
        let now = Time::from_seconds(op.now());
        match what {
            "another" => drop(press(&op, &mut other, &newer).await.code()),
            "expired" => {
                op.pass(599);
                assert_eq!(browser.open(&op, &link).await.response.status, 200);
                op.pass(1);
            }
            "password" => {
                let set = store.credentials.set_password(&tenant, &alice.user_id, "x".to_owned(), now);
                assert!(set.await.unwrap());
            }
            "address" => {
                change(&op, &alice, |user| user.claims.email = Some("a@other.test".to_owned())).await
            }
            "disabled" => {
                change(&op, &alice, |user| user.claims.email = Some("alice@people.test".to_owned())).await;
                assert!(store.users.set_disabled(&tenant, &alice.user_id, Some(now)).await.unwrap());
            }
            _ => {}
        }
        let page = browser.open(&op, &link).await;
        assert_eq!(page.response.status == 200, what == "control", "{what}: {}", page.text());
        assert_eq!(page.says("This link no longer works"), what != "control", "{what}");
        if what == "disabled" {
            assert!(store.users.set_disabled(&tenant, &alice.user_id, None).await.unwrap());
            assert_eq!(browser.open(&op, &link).await.response.status, 400, "and stays so");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a141_codes_are_counted_by_account_and_not_by_mail() {
    let (op, alice, rp) = start().await;
    let mut tried = 0;
    let mut last = 0;
    for round in 0..4 {
        // Another browser, another mail, another spelling: the same count.
        let mut browser = Browser::new();
        let typed = if round % 2 == 0 { "alice" } else { "Alice@people.test" };
        let sent = ask(&op, &rp, &mut browser, typed).await;
        let code = code_in(op.mails(round + 1).await.last().unwrap());
        for _ in 0..3 {
            let answer = browser.submit(&op, &sent, &[("code", wrong(&code))]).await;
            last = answer.response.status.as_u16();
            tried += usize::from(last == 422);
        }
        if round == 3 {
            let right = browser.submit(&op, &sent, &[("code", &code)]).await;
            assert_eq!(right.response.status, 429, "the right one comes too late");
            // The link needs no guess, and works.
            let link = link_in(op.mails(4).await.last().unwrap());
            press(&op, &mut browser, &link).await.code();
        }
    }
    assert_eq!((tried, last, op.sessions_of(&alice).await), (5, 429, 1));
    // Many at once: each is counted before it is looked at.
    op.pass(3600);
    let mut browser = Browser::new();
    let sent = ask(&op, &rp, &mut browser, "alice").await;
    let code = code_in(op.mails(5).await.last().unwrap());
    let fields = ["request", "csrf", "ticket"].map(|name| (name, sent.hidden(name)));
    let cookies: Vec<_> = browser.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
    let guess = |_| {
        let mut fields: Vec<_> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        fields.push(("code", wrong(&code)));
        let url = op.reach(&format!("{}/login/mail", op.issuer));
        Request::form(url, &fields).header("cookie", &cookies.join("; "))
    };
    let answers = at_once((0..64).map(guess)).await;
    assert_eq!(answers.iter().filter(|answer| answer.status == 422).count(), 5);
}

#[tokio::test(flavor = "multi_thread")]
async fn a141_a_new_mail_for_a_sign_up_gives_no_new_tries() {
    let (op, _, rp) = start().await;
    op.change_settings(|settings| settings.sign_up = credenza_protocol::sign_up::SignUpPolicy::Open).await;
    let mut statuses = vec![];
    for round in 0..3 {
        let mut browser = Browser::new();
        let page = rp.authorization().with("prompt", "create").open(&op, &mut browser).await;
        let sent = browser.submit(&op, &page, &[("email", "ada@people.test")]).await;
        let code = code_in(op.mails(round + 1).await.last().unwrap());
        for _ in 0..2 {
            let answer = browser.submit(&op, &sent, &[("code", wrong(&code))]).await;
            statuses.push(answer.response.status.as_u16());
        }
    }
    assert_eq!(statuses, [422, 422, 422, 422, 422, 429]);
}

#[tokio::test(flavor = "multi_thread")]
async fn mails_are_counted_by_account_and_by_network() {
    let (op, _, rp) = start().await;
    for n in 0..20 {
        let typed = if n < 8 { "alice".to_owned() } else { format!("nobody-{n}") };
        let sent = ask(&op, &rp, &mut Browser::new(), &typed).await;
        assert!(sent.says("id=\"mail-sent\""), "{n}: {}", sent.text());
    }
    let refused = ask(&op, &rp, &mut Browser::new(), "alice").await;
    assert_eq!(refused.response.status, 429);
    assert_eq!(refused.response.header("retry-after"), "3600");
    op.mails(5).await;
    op.pass(3600);
    assert!(ask(&op, &rp, &mut Browser::new(), "alice").await.says("id=\"mail-sent\""));
    op.mails(6).await;
}
