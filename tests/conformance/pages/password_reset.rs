//! A password is forgotten, and another one chosen by a link that is mailed: what it leads to, that it tells nobody which
//! accounts there are (A122), goes to the address that is stored (A128), is good once (A132), and cannot be gone around
//! (A133). Scanners that open links spend nothing.
//!
//! Chart 565: Forgotten passwords | link by mail, good once and for 30 minutes; sessions and grants end; told by mail

use credenza::mail::{Kind, Written};
use credenza_protocol::time::{Seconds, Time};
use credenza_protocol::user::User;
use credenza_tests::{Browser, Page, Person, Provider, RelyingParty, Request, at_once, link_in};

const NEW: &str = "seven swans a-swimming";

async fn start() -> (Provider, Person, RelyingParty) {
    let op = Provider::builder().mailing().start().await;
    let alice = op.user("alice").await;
    let rp = RelyingParty::confidential(&op).await;
    (op, alice, rp)
}

/// Asks for a link on the page that the sign-in leads to.
async fn ask(op: &Provider, rp: &RelyingParty, browser: &mut Browser, typed: &str) -> Page {
    let login = rp.authorization().open(op, browser).await;
    let page = browser.open(op, &forgot(op, &login)).await;
    browser.submit(op, &page, &[("username", typed)]).await
}

/// The link on the sign-in page.
fn forgot(op: &Provider, login: &Page) -> String {
    let text = login.text();
    let (_, rest) = text.split_once("id=\"forgot-password\" href=\"").expect("the link");
    let path = rest.split('"').next().unwrap();
    format!("{}{path}", op.origin())
}

/// Chooses a password by the link, in another browser.
async fn choose(op: &Provider, link: &str, password: &str) -> Page {
    let mut browser = Browser::new();
    let page = browser.open(op, link).await;
    if page.response.status != 200 {
        return page;
    }
    browser.submit(op, &page, &[("username", "ignored"), ("password", password)]).await
}

async fn change(op: &Provider, person: &Person, change: impl FnOnce(&mut User)) {
    let tenant = op.default_tenant().await;
    let users = &op.state.store.users;
    let mut user = users.find(&tenant, &person.user_id).await.unwrap().unwrap();
    user.updated_at = Time::from_seconds(op.now());
    change(&mut user);
    assert_eq!(users.update(&tenant, user.version, user).await.unwrap(), credenza_storage::Update::Updated);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_forgotten_password_is_replaced_and_the_sign_in_goes_on() {
    let (op, alice, rp) = start().await;
    let before = rp.sign_in(&op, &alice).await;
    let mut browser = Browser::new();
    let sent = ask(&op, &rp, &mut browser, "alice").await;
    assert!(sent.says("id=\"mail-sent\""), "{}", sent.text());
    let mail = op.mails(1).await.remove(0);
    assert_eq!((&*mail.to, &*mail.lang), ("alice@people.test", "en"));
    assert_eq!(mail.subject, "Choose a new password for Credenza");
    assert!(mail.text.contains("alice") && mail.html.contains(&link_in(&mail)));
    let link = link_in(&mail);
    assert!(link.starts_with(&format!("{}/reset-password?token=", op.issuer)), "{link}");
    let page = browser.open(&op, &link).await;
    assert!(page.says("autocomplete=\"new-password\"") && page.says("value=\"alice\""), "{}", page.text());
    let long = "x".repeat(5000);
    for (password, said) in [
        ("", "too short"),
        ("fourteen chars", "too short"),
        ("a\u{1}bcdefghijklmnop", "typed"),
        (&long, "too long"),
        ("alice@people.test", "must not be your username"),
    ] {
        let refused = browser.submit(&op, &page, &[("password", password)]).await;
        assert_eq!(refused.response.status, 422, "{password}");
        assert!(refused.says("id=\"reset-error\"") && refused.says(said), "{password}: {}", refused.text());
    }
    let done = browser.submit(&op, &page, &[("password", NEW)]).await;
    assert!(done.says("id=\"password-changed\""), "{}", done.text());
    assert_eq!(op.sessions_of(&alice).await, 0);
    rp.assert_dead(&op, &before).await;
    let told = op.mails(2).await.remove(1);
    assert_eq!((&*told.to, &*told.subject), ("alice@people.test", "Your password for Credenza was changed"));
    // In the browser that the sign-in began in, it goes on where it was.
    let text = done.text();
    let on = text.split_once("id=\"way-on\" href=\"").unwrap().1.split('"').next().unwrap().to_owned();
    assert!(on.starts_with("/login?request="), "{on}");
    let login = browser.open(&op, &format!("{}{on}", op.origin())).await;
    let wrong = [("username", "alice"), ("password", alice.password.as_str())];
    assert_eq!(browser.submit(&op, &login, &wrong).await.response.status, 422, "the old password");
    let person = Person { password: NEW.to_owned(), ..alice };
    let back = browser.sign_in(&op, &login, &person).await;
    assert!(back.response.location().contains("code="), "{}", back.response.location());
}

#[tokio::test(flavor = "multi_thread")]
async fn a122_no_answer_tells_which_accounts_there_are() {
    let (op, alice, rp) = start().await;
    let (bob, carol) = (op.user("bob").await, op.user("carol").await);
    change(&op, &bob, |user| user.claims.email = None).await;
    let tenant = op.default_tenant().await;
    let now = Time::from_seconds(op.now());
    assert!(op.state.store.users.set_disabled(&tenant, &carol.user_id, Some(now)).await.unwrap());
    let mut seen = vec![];
    for typed in [
        "alice",
        "alice@people.test",
        "nobody",
        "nobody@people.test",
        "bob",
        "carol",
        "carol@people.test",
        "",
    ] {
        let mut browser = Browser::new();
        let sent = ask(&op, &rp, &mut browser, typed).await;
        let names: Vec<_> = browser.cookies.keys().cloned().collect();
        let handle = sent.url.split("request=").nth(1).unwrap().split('&').next().unwrap().to_owned();
        seen.push((sent.response.status, sent.text().replace(&handle, ""), names));
    }
    assert!(seen.iter().all(|one| *one == seen[0]), "{seen:?}");
    let to: Vec<_> = op.mails(2).await.into_iter().map(|mail| mail.to).collect();
    assert_eq!(to, [alice_address(&alice), alice_address(&alice)], "nobody else");
}

fn alice_address(alice: &Person) -> String {
    format!("{}@people.test", alice.username)
}

#[tokio::test(flavor = "multi_thread")]
async fn a128_mail_goes_to_the_stored_address_alone() {
    let (op, _, rp) = start().await;
    for typed in [
        "alice@people.test,mallory@evil.test",
        "alice@people.test;mallory@evil.test",
        "alice@people.test mallory@evil.test",
        "alice@people.test\r\nBcc: mallory@evil.test",
        "alice@people.test%0aBcc:mallory@evil.test",
        "\"alice@people.test\" <mallory@evil.test>",
        "alice@people.test(mallory@evil.test)",
        "@evil.test:alice@people.test",
    ] {
        let sent = ask(&op, &rp, &mut Browser::new(), typed).await;
        assert!(sent.says("id=\"mail-sent\""), "{typed}");
    }
    op.mails(0).await;
    let mut browser = Browser::new();
    let login = rp.authorization().open(&op, &mut browser).await;
    let page = browser.open(&op, &forgot(&op, &login)).await;
    let twice = browser.submit(&op, &page, &[("username", "alice"), ("username", "mallory")]).await;
    assert_eq!(twice.response.status, 403, "{}", twice.text());
    op.mails(0).await;
    ask(&op, &rp, &mut Browser::new(), "ALICE@People.test").await;
    assert_eq!(op.mails(1).await[0].to, "alice@people.test");
}

#[tokio::test(flavor = "multi_thread")]
async fn a132_a_link_is_good_once_while_nothing_has_changed() {
    let (op, alice, rp) = start().await;
    let tenant = op.default_tenant().await;
    let mut sent = 0;
    for what in ["used", "newer", "expired", "password", "address", "disabled"] {
        op.pass(3600);
        ask(&op, &rp, &mut Browser::new(), "alice").await;
        sent += 1;
        let link = link_in(op.mails(sent).await.last().unwrap());
        // Scanners open links, and ask for their heads.
        for _ in 0..2 {
            assert_eq!(Request::get(op.reach(&link)).send().await.status, 200, "{what}");
        }
        let (users, now) = (&op.state.store.users, Time::from_seconds(op.now()));
        match what {
            "used" => {
                assert_eq!(choose(&op, &link, NEW).await.response.status, 200);
                sent += 1;
            }
            "newer" => {
                ask(&op, &rp, &mut Browser::new(), "alice").await;
                sent += 1;
                let newer = link_in(op.mails(sent).await.last().unwrap());
                assert_eq!(Request::get(op.reach(&newer)).send().await.status, 200);
            }
            "expired" => {
                op.pass(1799);
                assert_eq!(Request::get(op.reach(&link)).send().await.status, 200, "not yet");
                op.pass(1);
            }
            "password" => {
                let set =
                    op.state.store.credentials.set_password(&tenant, &alice.user_id, "x".to_owned(), now);
                assert!(set.await.unwrap());
            }
            "address" => {
                change(&op, &alice, |user| user.claims.email = Some("a@other.test".to_owned())).await
            }
            _ => assert!(users.set_disabled(&tenant, &alice.user_id, Some(now)).await.unwrap()),
        }
        let page = Browser::new().open(&op, &link).await;
        assert_eq!(page.response.status, 400, "{what}");
        assert!(page.says("This link no longer works") && page.says("href=\"/forgot-password\""), "{what}");
        let form = [("token", link.split("token=").nth(1).unwrap()), ("password", NEW)];
        let posted = Request::form(op.reach(&format!("{}/reset-password", op.issuer)), &form).send().await;
        assert_eq!(posted.status, 400, "{what}");
    }
    op.mails(sent).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a133_nothing_is_set_without_the_token_of_the_mail() {
    let (op, alice, rp) = start().await;
    let mut browser = Browser::new();
    ask(&op, &rp, &mut browser, "alice").await;
    let link = link_in(&op.mails(1).await[0]);
    let token = link.split("token=").nth(1).unwrap().to_owned();
    let url = format!("{}/reset-password", op.issuer);
    let cut = &token[..token.len() - 1];
    for fields in [
        &[("password", NEW)][..],
        &[("token", ""), ("password", NEW)],
        &[("token", cut), ("password", NEW)],
        &[("token", "null"), ("password", NEW)],
        &[("token", &token), ("token", &token), ("password", NEW)],
        &[("username", "alice"), ("password", NEW)],
    ] {
        let answer = browser.send(Request::form(op.reach(&url), fields)).await;
        assert_eq!(answer.status, 400, "{fields:?}");
    }
    rp.sign_in(&op, &alice).await;
    op.tenant("other").await;
    let elsewhere = link.replace("/reset-password", "/t/other/reset-password");
    assert_eq!(Request::get(op.reach(&elsewhere)).send().await.status, 400, "of another tenant");
    let doubled = format!("{link}&token={token}");
    assert_eq!(Request::get(op.reach(&doubled)).send().await.status, 400, "twice");
    assert_eq!(choose(&op, &link, NEW).await.response.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tenant_that_is_disabled_sends_nothing() {
    let op = Provider::builder().mailing().start().await;
    let tenant = op.tenant("other").await;
    let (store, mailer) = (&op.state.store, op.state.mail.as_ref().unwrap());
    let now = op.state.clock.now();
    for (disabled_at, sent) in [(None, 1), (Some(now), 1), (None, 2)] {
        assert!(store.tenants.set_disabled(&tenant, disabled_at).await.unwrap());
        let text = |text: &str| text.to_owned();
        let written = Written {
            to: text("a@b.test"),
            lang: text("en"),
            subject: text("s"),
            text: text("t"),
            html: text("h"),
        };
        let (what, lasts) = ((Kind::PasswordChanged, &written), (Seconds(99), now));
        let mail = mailer.seal(op.state.rng.as_ref(), &tenant, what, lasts).unwrap();
        assert!(store.mails.put(&tenant, mail, now).await.unwrap());
        mailer.queued.notify_one();
        while store.mails.pending().await.unwrap() > 0 {
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
        op.mails(sent).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a132_of_many_at_once_one_chooses() {
    let (op, alice, rp) = start().await;
    ask(&op, &rp, &mut Browser::new(), "alice").await;
    let link = link_in(&op.mails(1).await[0]);
    let (url, token) =
        (op.reach(&format!("{}/reset-password", op.issuer)), link.split("token=").nth(1).unwrap());
    let requests = (0..16).map(|n| {
        let password = format!("the password of caller {n}");
        Request::form(url.clone(), &[("token", token), ("password", &password)])
    });
    let statuses: Vec<_> = at_once(requests).await.iter().map(|answer| answer.status.as_u16()).collect();
    assert_eq!(statuses.iter().filter(|status| **status == 200).count(), 1, "{statuses:?}");
    assert!(statuses.iter().all(|status| [200, 400].contains(status)), "{statuses:?}");
    let tenant = op.default_tenant().await;
    let hash = op.state.store.credentials.password(&tenant, &alice.user_id).await.unwrap();
    let mut right = 0;
    for n in 0..16 {
        let password = format!("the password of caller {n}");
        right += u32::from(op.state.passwords.verify(password, hash.clone()).await.is_right());
    }
    assert_eq!(right, 1);
    op.mails(2).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_gets_five_links_an_hour_and_an_address_asks_for_twenty() {
    let (op, _, rp) = start().await;
    for _ in 0..6 {
        let sent = ask(&op, &rp, &mut Browser::new(), "alice").await;
        assert!(sent.says("id=\"mail-sent\""));
    }
    op.mails(5).await;
    for _ in 6..20 {
        assert!(ask(&op, &rp, &mut Browser::new(), "nobody").await.says("id=\"mail-sent\""));
    }
    let mut browser = Browser::new();
    let refused = ask(&op, &rp, &mut browser, "nobody").await;
    assert_eq!(refused.response.status, 429);
    assert_eq!(refused.response.header("retry-after"), "3600");
    assert!(refused.says("id=\"forgot-error\"") && refused.says("60 minutes"), "{}", refused.text());
    op.pass(3600);
    ask(&op, &rp, &mut browser, "alice").await;
    op.mails(6).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a131_names_are_text_in_mail_and_pages_and_mail_come_in_german() {
    let op = Provider::builder().mailing().start().await;
    op.change_settings(|settings| settings.display_name = "Acme <b>{{7*7}}</b> & Söhne".to_owned()).await;
    op.user("alice").await;
    let rp = RelyingParty::confidential(&op).await;
    let mut browser = Browser::new();
    browser.headers.push(("accept-language".to_owned(), "de".to_owned()));
    let sent = ask(&op, &rp, &mut browser, "alice").await;
    assert!(sent.says("<html lang=\"de\">") && sent.says("E-Mail-Postfach"), "{}", sent.text());
    let mail = op.mails(1).await.remove(0);
    assert_eq!(mail.subject, "Neues Passwort für Acme <b>{{7*7}}</b> & Söhne wählen");
    assert!(mail.text.contains("{{7*7}}") && !mail.html.contains("<b>"));
    assert!(mail.html.contains("lang=\"de\""));
    let message = credenza::mail::message(&"a@b.test".parse().unwrap(), ("id", op.state.clock.now()), &mail);
    let source = String::from_utf8(message.unwrap().formatted()).unwrap();
    assert!(source.is_ascii() && source.contains("Subject: Neues Passwort =?utf-8?"), "{source}");
    for field in [
        "Auto-Submitted: auto-generated",
        "Message-ID: <id@b.test>",
        "To: alice@people.test",
        "Content-Language: de",
    ] {
        assert!(source.contains(field), "{field}: {source}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn without_mail_nothing_is_offered() {
    let op = Provider::start().await;
    op.user("alice").await;
    let rp = RelyingParty::confidential(&op).await;
    let mut browser = Browser::new();
    let login = rp.authorization().open(&op, &mut browser).await;
    assert!(!login.says("forgot-password"), "{}", login.text());
    let page = browser.open(&op, &format!("{}/forgot-password", op.issuer)).await;
    assert_eq!(page.response.status, 404);
    let page = browser.open(&op, &format!("{}/reset-password?token=x", op.issuer)).await;
    assert_eq!(page.response.status, 400);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_comes_from_nowhere_is_led_to_the_account_afterwards() {
    let (op, alice, _) = start().await;
    let mut browser = Browser::new();
    let page = browser.open(&op, &format!("{}/forgot-password", op.issuer)).await;
    browser.submit(&op, &page, &[("username", "alice")]).await;
    let link = link_in(&op.mails(1).await[0]);
    let elsewhere = choose(&op, &link, NEW).await;
    assert!(elsewhere.says("href=\"/account/login\""), "{}", elsewhere.text());
    let login = browser.open(&op, &format!("{}/account/login", op.issuer)).await;
    let account = browser.sign_in(&op, &login, &Person { password: NEW.to_owned(), ..alice }).await;
    assert!(account.url.ends_with("/account"), "{}", account.url);
}
