//! A person changes their address of mail: it counts when they have proven it, by the link or by the code, and whoever reads the
//! old one may undo it for a week.
//!
//! Chart 582: Own address of mail | `/account/email`: another one counts once proven, by link or by code; the old one is told and may undo it for a week; recent sign-in asked for

use credenza_protocol::sign_up::{SignUpIdentifier, SignUpPolicy};
use credenza_protocol::user::User;
use credenza_storage::Login;
use credenza_tests::{Browser, Page, Person, Provider, RelyingParty, Tokens, code_in, link_in};

const OLD: &str = "alice@people.test";
const NEW: &str = "alice@else.test";
const PASSWORD: &str = "seven swans a-swimming";

pub(super) async fn start() -> (Provider, Person, RelyingParty) {
    let op = Provider::builder().mailing().start().await;
    let alice = op.user("alice").await;
    let rp = RelyingParty::confidential(&op).await;
    (op, alice, rp)
}

/// Signed in by a new browser, with tokens.
pub(super) async fn signed_in(op: &Provider, rp: &RelyingParty, person: &Person) -> (Browser, Tokens) {
    let mut browser = Browser::new();
    let tokens = rp.sign_in_with(op, person, &mut browser, rp.authorization()).await;
    (browser, tokens)
}

/// Asks for another address, on the page that the account leads to.
pub(super) async fn ask(op: &Provider, browser: &mut Browser, address: &str) -> Page {
    let account = browser.open(op, &format!("{}/account", op.issuer)).await;
    assert!(account.says("href=\"/account/email\""), "{}", account.text());
    let page = browser.open(op, &format!("{}/account/email", op.issuer)).await;
    browser.submit(op, &page, &[("email", address)]).await
}

pub(super) async fn user(op: &Provider, person: &Person) -> User {
    op.state.store.users.find(&op.default_tenant().await, &person.user_id).await.unwrap().unwrap()
}

async fn found(op: &Provider, typed: &str) -> Option<User> {
    let login = Login { typed: typed.to_owned(), by_email: true };
    op.state.store.users.find_by_login(&op.default_tenant().await, login).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn by_the_link_where_the_person_is_signed_in() {
    let (op, alice, rp) = start().await;
    let (mut browser, tokens) = signed_in(&op, &rp, &alice).await;
    let sent = ask(&op, &mut browser, NEW).await;
    assert!(sent.says("id=\"mail-sent\"") && sent.says(NEW), "{}", sent.text());
    let mail = op.mails(1).await.remove(0);
    assert_eq!((&*mail.to, &*mail.subject), (NEW, "Confirm your new email address for Credenza"));
    assert!(found(&op, NEW).await.is_none() && found(&op, OLD).await.is_some(), "not yet");
    let page = browser.open(&op, &format!("{}/account/email", op.issuer)).await;
    assert!(page.says("id=\"email-pending\"") && page.says(OLD), "{}", page.text());
    for _ in 0..2 {
        let page = browser.open(&op, &link_in(&mail)).await;
        assert!(page.says("id=\"email-link-submit\"") && page.says(NEW), "{}", page.text());
        assert!(found(&op, NEW).await.is_none(), "to open the link changes nothing");
    }
    let page = browser.open(&op, &link_in(&mail)).await;
    let done = browser.submit(&op, &page, &[]).await;
    assert!(done.says("id=\"email-changed\"") && done.says(NEW), "{}", done.text());
    let changed = user(&op, &alice).await;
    assert_eq!((changed.claims.email.as_deref(), changed.claims.email_verified), (Some(NEW), Some(true)));
    assert_eq!(changed.username, "alice", "a name that is no address stays");
    assert!(found(&op, OLD).await.is_none());
    rp.assert_alive(&op, &tokens).await;
    assert_eq!(browser.open(&op, &link_in(&mail)).await.response.status, 400, "once");
    let told = op.mails(2).await.remove(1);
    assert_eq!((&*told.to, &*told.subject), (OLD, "Your email address for Credenza was changed"));
}

#[tokio::test(flavor = "multi_thread")]
async fn or_by_the_code_where_it_was_asked_for() {
    let (op, alice, rp) = start().await;
    let (mut browser, _) = signed_in(&op, &rp, &alice).await;
    let sent = ask(&op, &mut browser, NEW).await;
    let code = code_in(&op.mails(1).await.remove(0));
    let wrong = if code == "000000" { "000001" } else { "000000" };
    for typed in [wrong, "", "12345"] {
        let refused = browser.submit(&op, &sent, &[("code", typed)]).await;
        assert_eq!(refused.response.status, 422, "{typed}");
        assert!(refused.says("id=\"code-error\""), "{}", refused.text());
    }
    let done = browser.submit(&op, &sent, &[("code", &format!(" {} {} ", &code[..3], &code[3..]))]).await;
    assert!(done.says("id=\"email-changed\""), "{}", done.text());
    assert_eq!(user(&op, &alice).await.claims.email.as_deref(), Some(NEW));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_old_address_has_it_back_for_a_week_and_everything_ends() {
    for (waits, is_good) in [(7 * 86_400 - 10, true), (7 * 86_400, false)] {
        let (op, alice, rp) = start().await;
        let (mut browser, tokens) = signed_in(&op, &rp, &alice).await;
        let sent = ask(&op, &mut browser, NEW).await;
        let code = code_in(&op.mails(1).await.remove(0));
        browser.submit(&op, &sent, &[("code", &code)]).await;
        let link = link_in(&op.mails(2).await[1]);
        op.pass(waits);
        let mut owner = Browser::new();
        let page = owner.open(&op, &link).await;
        if !is_good {
            assert_eq!(page.response.status, 400);
            assert_eq!(user(&op, &alice).await.claims.email.as_deref(), Some(NEW));
            continue;
        }
        assert!(page.says(OLD), "{}", page.text());
        assert_eq!(user(&op, &alice).await.claims.email.as_deref(), Some(NEW), "to open it changes nothing");
        let done = owner.submit(&op, &page, &[]).await;
        assert!(done.says("id=\"email-restored\""), "{}", done.text());
        let restored = user(&op, &alice).await;
        assert_eq!(
            (restored.claims.email.as_deref(), restored.claims.email_verified),
            (Some(OLD), Some(true))
        );
        assert_eq!(op.sessions_of(&alice).await, 0);
        rp.assert_dead(&op, &tokens).await;
        let login = rp.authorization().open(&op, &mut Browser::new()).await;
        let mut guest = Browser::new();
        let again = rp.authorization().open(&op, &mut guest).await;
        assert_eq!(login.response.status, 200);
        let old = [("username", "alice"), ("password", alice.password.as_str())];
        assert_eq!(guest.submit(&op, &again, &old).await.response.status, 422, "the password is no more");
        // The page leads to a new one, and so does the mail.
        let text = done.text();
        let way = text.split_once("/reset-password?token=").unwrap().1.split('"').next().unwrap();
        let mail = op.mails(3).await.remove(2);
        assert!(mail.to == OLD && link_in(&mail).ends_with(way), "{}", mail.text);
        let page = owner.open(&op, &link_in(&mail)).await;
        let chosen = owner.submit(&op, &page, &[("password", PASSWORD)]).await;
        assert!(chosen.says("id=\"password-changed\""), "{}", chosen.text());
        rp.sign_in(&op, &Person { password: PASSWORD.to_owned(), ..alice }).await;
        assert_eq!(owner.open(&op, &link).await.response.status, 400, "once");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_username_that_is_the_address_follows_it_and_comes_back() {
    let (op, _, rp) = start().await;
    op.change_settings(|settings| {
        settings.sign_up = SignUpPolicy::Open;
        settings.sign_up_identifier = SignUpIdentifier::Email;
    })
    .await;
    let ada = op.user("ada@people.test").await;
    let before = user(&op, &ada).await;
    let mut claims = before.claims.clone();
    claims.email = Some("ada@people.test".to_owned());
    let version = before.version;
    let own = User { claims, ..before };
    let _ = op.state.store.users.update(&op.default_tenant().await, version, own).await.unwrap();
    let (mut browser, _) = signed_in(&op, &rp, &ada).await;
    let sent = ask(&op, &mut browser, "ada@else.test").await;
    let code = code_in(&op.mails(1).await.remove(0));
    browser.submit(&op, &sent, &[("code", &code)]).await;
    assert_eq!(user(&op, &ada).await.username, "ada@else.test");
    let link = link_in(&op.mails(2).await[1]);
    let page = browser.open(&op, &link).await;
    browser.submit(&op, &page, &[]).await;
    assert_eq!(user(&op, &ada).await.username, "ada@people.test");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_an_address_here_is_said_and_sends_nothing() {
    let (op, alice, rp) = start().await;
    op.change_settings(|settings| settings.sign_up_blocked_domains = vec!["blocked.test".to_owned()]).await;
    let (mut browser, _) = signed_in(&op, &rp, &alice).await;
    for (typed, said) in [
        ("", "not an email address"),
        ("alice", "not an email address"),
        ("alice@blocked.test", "cannot be used here"),
        ("alice@mailinator.com", "cannot be used here"),
        (OLD, "your email address already"),
    ] {
        let refused = ask(&op, &mut browser, typed).await;
        assert_eq!(refused.response.status, 422, "{typed}");
        assert!(refused.says("id=\"email-error\"") && refused.says(said), "{typed}: {}", refused.text());
    }
    op.mails(0).await;
    // A change of mind.
    ask(&op, &mut browser, NEW).await;
    let mail = op.mails(1).await.remove(0);
    let page = browser.open(&op, &format!("{}/account/email", op.issuer)).await;
    let kept = browser.submit(&op, &page, &[("cancel", "1")]).await;
    assert!(!kept.says("id=\"email-pending\""), "{}", kept.text());
    assert_eq!(browser.open(&op, &link_in(&mail)).await.response.status, 400);
    // Where the tenant does not let people, or there is no mail, there is no such page.
    op.change_settings(|settings| settings.account_editable_claims = vec!["name".to_owned()]).await;
    assert_eq!(browser.open(&op, &format!("{}/account/email", op.issuer)).await.response.status, 404);
    assert!(!browser.open(&op, &format!("{}/account", op.issuer)).await.says("/account/email"));
}
