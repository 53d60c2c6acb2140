//! What others try with the change of an address (manual: attacks).
//!
//! Chart 582

use credenza_protocol::time::Time;
use credenza_tests::{Browser, Page, Provider, Request, at_once, code_in, link_in};

use super::email_change::{ask, signed_in, start, user};

const NEW: &str = "alice@else.test";

/// A session that was left open is not enough, and the sign-in leads back.
#[tokio::test(flavor = "multi_thread")]
async fn only_who_has_signed_in_recently() {
    let (op, alice, rp) = start().await;
    let (mut browser, _) = signed_in(&op, &rp, &alice).await;
    let early = browser.open(&op, &format!("{}/account/email", op.issuer)).await;
    assert!(early.url.ends_with("/account/email"), "{}", early.url);
    op.pass(601);
    let late = browser.submit(&op, &early, &[("email", NEW)]).await;
    for page in [&late, &browser.open(&op, &format!("{}/account/email", op.issuer)).await] {
        assert!(page.url.contains("/login?request=") && page.says("id=\"login-again\""), "{}", page.url);
        assert!(page.says("value=\"alice\""), "{}", page.text());
    }
    op.mails(0).await;
    assert_eq!(
        browser.open(&op, &format!("{}/account", op.issuer)).await.response.status,
        200,
        "the others stay"
    );
    let wrong = [("username", "alice"), ("password", "wrong")];
    assert_eq!(browser.submit(&op, &late, &wrong).await.response.status, 422);
    let right = [("username", "alice"), ("password", alice.password.as_str())];
    let back = browser.submit(&op, &late, &right).await;
    assert!(back.url.ends_with("/account/email") && back.response.status == 200, "{}", back.url);
    assert_eq!(op.sessions_of(&alice).await, 1, "the same session");
    // Whoever does not want to is back on the first page, not asked once more.
    op.pass(601);
    let asked = browser.open(&op, &format!("{}/account/email", op.issuer)).await;
    let cancelled = browser.submit(&op, &asked, &[("cancel", "1")]).await;
    assert!(cancelled.url.ends_with("/account"), "{}", cancelled.url);
    op.change_settings(|settings| settings.recent_sign_in_lifetime.0 = 3600).await;
    let page = browser.open(&op, &format!("{}/account/email", op.issuer)).await;
    assert!(page.url.ends_with("/account/email"), "the tenant decides: {}", page.url);
}

/// The page says the same whoever has the address; who has it learns so.
#[tokio::test(flavor = "multi_thread")]
async fn nobody_learns_which_addresses_have_accounts() {
    let (op, alice, rp) = start().await;
    let bob = op.user("bob").await;
    let (mut browser, _) = signed_in(&op, &rp, &alice).await;
    let (free, taken) = (ask(&op, &mut browser, NEW).await, ask(&op, &mut browser, "bob@people.test").await);
    let plain = |page: &Page, address: &str| {
        let text = page.text().replace(address, "X");
        let hidden = [page.hidden("csrf"), page.hidden("ticket")];
        hidden.iter().fold(text, |text, hidden| text.replace(hidden, ""))
    };
    assert_eq!(plain(&free, NEW), plain(&taken, "bob@people.test"));
    let mails = op.mails(2).await;
    let told = mails.iter().find(|mail| mail.to == "bob@people.test").expect("the owner is told");
    assert!(told.text.contains("bob") && !told.text.contains("token="), "{}", told.text);
    assert_eq!(code_in(told), "");
    for code in ["000000", "123456"] {
        assert_eq!(browser.submit(&op, &taken, &[("code", code)]).await.response.status, 422);
    }
    assert_eq!(user(&op, &bob).await.claims.email.as_deref(), Some("bob@people.test"));
    // One whom another account has proven in the meantime.
    let sent = ask(&op, &mut browser, NEW).await;
    let code = code_in(&op.mails(3).await[2]);
    let before = user(&op, &bob).await;
    let mut claims = before.claims.clone();
    claims.email = Some(NEW.to_owned());
    let version = before.version;
    let moved = credenza_protocol::user::User { claims, ..before };
    let _ = op.state.store.users.update(&op.default_tenant().await, version, moved).await.unwrap();
    assert_eq!(browser.submit(&op, &sent, &[("code", &code)]).await.response.status, 409);
    assert_eq!(user(&op, &alice).await.claims.email.as_deref(), Some("alice@people.test"));
}

/// A135: code and link are of one person and one address.
#[tokio::test(flavor = "multi_thread")]
async fn a135_what_is_mailed_for_one_account_is_no_use_in_another() {
    let (op, alice, rp) = start().await;
    let mallory = op.user("mallory").await;
    let (mut hers, _) = signed_in(&op, &rp, &alice).await;
    let (mut others, _) = signed_in(&op, &rp, &mallory).await;
    // Mallory wants the mailbox of somebody else, who opens the link and types the code.
    let theirs = ask(&op, &mut others, NEW).await;
    let mail = op.mails(1).await.remove(0);
    let opened = hers.open(&op, &link_in(&mail)).await;
    assert_eq!(opened.response.status, 400, "signed in to another account");
    let stranger = Browser::new().open(&op, &link_in(&mail)).await;
    assert_eq!(stranger.response.status, 401, "signed in to none");
    let own = ask(&op, &mut hers, "third@else.test").await;
    let second = op.mails(2).await.remove(1);
    let code = code_in(&mail);
    if code != code_in(&second) {
        assert_eq!(hers.submit(&op, &own, &[("code", &code)]).await.response.status, 422);
    }
    // With the ticket of the other account, too.
    let ticket = theirs.hidden("ticket");
    let stolen = [("csrf", own.hidden("csrf")), ("ticket", ticket), ("code", code.clone())];
    let stolen: Vec<_> = stolen.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let answer = hers.post(&op, &format!("{}/account/email/code", op.issuer), &stolen).await;
    assert_eq!(answer.response.status, 403);
    assert_eq!(user(&op, &mallory).await.claims.email.as_deref(), Some("mallory@people.test"));
    // Where it was asked for, it is right.
    assert!(others.submit(&op, &theirs, &[("code", &code)]).await.says("id=\"email-changed\""));
}

/// A132, A137: what waits dies with a new password, with a newer wish, with its time, and with the account.
#[tokio::test(flavor = "multi_thread")]
async fn a132_a137_what_waits_does_not_outlive_what_it_rests_on() {
    for what in ["newer", "time", "password", "disabled"] {
        let (op, alice, rp) = start().await;
        let (mut browser, _) = signed_in(&op, &rp, &alice).await;
        let sent = ask(&op, &mut browser, NEW).await;
        let mail = op.mails(1).await.remove(0);
        let tenant = op.default_tenant().await;
        match what {
            "newer" => {
                ask(&op, &mut browser, "third@else.test").await;
                op.mails(2).await;
            }
            "time" => op.pass(1801),
            "password" => {
                let (credentials, now) = (&op.state.store.credentials, Time::from_seconds(op.now()));
                let old = credentials.password(&tenant, &alice.user_id).await.unwrap().unwrap();
                assert!(credentials.set_password(&tenant, &alice.user_id, old, now).await.unwrap());
                browser = signed_in(&op, &rp, &alice).await.0;
            }
            _ => op.disable_user(&alice).await,
        }
        let by_link = browser.open(&op, &link_in(&mail)).await.response.status.as_u16();
        assert!(matches!(by_link, 400 | 401), "{what}: {by_link}");
        let by_code = browser.submit(&op, &sent, &[("code", &code_in(&mail))]).await.response.status.as_u16();
        assert!(matches!(by_code, 401 | 403 | 422), "{what}: {by_code}");
        assert_eq!(user(&op, &alice).await.claims.email.as_deref(), Some("alice@people.test"), "{what}");
    }
}

/// A132: of many who come at once one changes the address, and one has it back.
#[tokio::test(flavor = "multi_thread")]
async fn a132_of_many_at_once_one_wins() {
    let (op, alice, rp) = start().await;
    let (mut browser, _) = signed_in(&op, &rp, &alice).await;
    ask(&op, &mut browser, NEW).await;
    let page = browser.open(&op, &link_in(&op.mails(1).await[0])).await;
    let statuses = race(&op, &browser, &page).await;
    assert_eq!(statuses.iter().filter(|status| **status == 303).count(), 1, "{statuses:?}");
    let link = link_in(&op.mails(2).await[1]);
    let page = Browser::new().open(&op, &link).await;
    let statuses = race(&op, &Browser::new(), &page).await;
    assert_eq!(statuses.iter().filter(|status| **status == 200).count(), 1, "{statuses:?}");
    assert_eq!(user(&op, &alice).await.claims.email.as_deref(), Some("alice@people.test"));
    op.mails(3).await;
}

/// The statuses of a form that is sent many times at once.
async fn race(op: &Provider, browser: &Browser, page: &Page) -> Vec<u16> {
    let form = page.form();
    let fields: Vec<_> = form.hidden.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let cookies: Vec<_> = browser.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
    let url = op.at(&form.action);
    let requests = (0..64).map(|_| Request::form(url.clone(), &fields).header("cookie", &cookies.join("; ")));
    at_once(requests).await.iter().map(|answer| answer.status.as_u16()).collect()
}

/// Codes are not guessed, and mail is not sent without end.
#[tokio::test(flavor = "multi_thread")]
async fn guesses_and_mails_are_counted() {
    let (op, alice, rp) = start().await;
    let (mut browser, _) = signed_in(&op, &rp, &alice).await;
    let sent = ask(&op, &mut browser, NEW).await;
    let code = code_in(&op.mails(1).await[0]);
    let wrong = if code == "000000" { "000001" } else { "000000" };
    for _ in 0..5 {
        assert_eq!(browser.submit(&op, &sent, &[("code", wrong)]).await.response.status, 422);
    }
    assert_eq!(
        browser.submit(&op, &sent, &[("code", &code)]).await.response.status,
        429,
        "not even the right one"
    );
    for n in 0..4 {
        ask(&op, &mut browser, &format!("{n}@else.test")).await;
    }
    let refused = ask(&op, &mut browser, "one-more@else.test").await;
    assert_eq!(refused.response.status, 429, "{}", refused.text());
    assert!(!refused.response.header("retry-after").is_empty());
    op.mails(5).await;
}
