//! Somebody shows that they are no robot where they sign up, ask for mail, or sign in after several failures.
//!
//! Chart 599: Robots kept away | `robot_check`: proof of work, or a CAPTCHA (Turnstile, hCaptcha, reCAPTCHA), at sign-up, before mail and after failed sign-ins; whoever has no JavaScript waits 20 seconds instead

use credenza::accounts::work;
use credenza::config::{CaptchaConfig, CaptchaProvider, Concealed};
use credenza_protocol::sign_up::SignUpPolicy;
use credenza_protocol::tenant::{RobotCheck, SignInByMail};
use credenza_tests::{Browser, Outside, Page, Provider, RelyingParty, Reply, egress};

/// What the work of a browser comes to.
fn work(page: &Page) -> String {
    let ticket = page.hidden("check");
    (0_u64..).map(|number| number.to_string()).find(|number| work::is_done(&ticket, number)).unwrap()
}

async fn start() -> (Provider, RelyingParty) {
    let op = Provider::builder().mailing().start().await;
    with_check(&op, RobotCheck::ProofOfWork).await;
    let rp = RelyingParty::confidential(&op).await;
    (op, rp)
}

async fn with_check(op: &Provider, check: RobotCheck) {
    op.change_settings(|settings| {
        settings.robot_check = check;
        settings.sign_up = SignUpPolicy::Open;
        settings.sign_in_by_mail = SignInByMail::On;
    })
    .await;
}

async fn sign_up(op: &Provider, rp: &RelyingParty, browser: &mut Browser) -> Page {
    rp.authorization().with("prompt", "create").open(op, browser).await
}

fn assert_stopped(page: &Page) {
    assert_eq!(page.response.status, 422, "{}", page.text());
    assert!(page.says("Please confirm that you are not a robot"), "{}", page.text());
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_signs_up_without_work_and_each_work_counts_once() {
    let (op, rp) = start().await;
    let mut browser = Browser::new();
    let page = sign_up(&op, &rp, &mut browser).await;
    assert!(page.says("data-bits=\"17\"") && page.says("/assets/work-"), "{}", page.text());
    for wrong in ["", "0", "abc", "99999999999999999999"] {
        let refused = browser.submit(&op, &page, &[("email", "ada@people.test"), ("work", wrong)]).await;
        assert_stopped(&refused);
        assert!(refused.says("ada@people.test"), "what was typed is kept");
    }
    let number = work(&page);
    let without: Vec<_> = vec![("email", "ada@people.test"), ("work", &*number), ("check", "forged")];
    assert_eq!(browser.submit(&op, &page, &without).await.response.status, 403, "a field that is sent twice");
    let sent = browser.submit(&op, &page, &[("email", "ada@people.test"), ("work", &number)]).await;
    assert!(sent.says("id=\"mail-sent\""), "{}", sent.text());
    op.mails(1).await;
    let again = browser.submit(&op, &page, &[("email", "bob@people.test"), ("work", &number)]).await;
    assert_stopped(&again);
    assert_ne!(again.hidden("check"), page.hidden("check"), "the page has another question");
    // The work of one form, or of another browser, is that of no other.
    let forgot = browser.open(&op, &op.at("/forgot-password")).await;
    let of_sign_up = work(&again);
    assert_stopped(&browser.submit(&op, &forgot, &[("username", "ada"), ("work", &of_sign_up)]).await);
    let sent = browser.submit(&op, &forgot, &[("username", "ada"), ("work", &work(&forgot))]).await;
    assert_eq!(sent.response.status, 200, "{}", sent.text());
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_has_no_javascript_waits_and_a_robot_gains_little_by_it() {
    let (op, rp) = start().await;
    for attempt in 0..12 {
        let mut browser = Browser::new();
        let page = sign_up(&op, &rp, &mut browser).await;
        assert!(page.says("please wait 20 seconds"), "{}", page.text());
        op.pass(19);
        let early = browser.submit(&op, &page, &[("email", "ada@people.test")]).await;
        assert_stopped(&early);
        assert_eq!(early.hidden("check"), page.hidden("check"), "the wait goes on");
        op.pass(1);
        let sent = browser.submit(&op, &early, &[("email", &format!("ada{attempt}@people.test"))]).await;
        if attempt < 10 {
            assert!(sent.says("id=\"mail-sent\""), "{attempt} {}", sent.text());
        } else {
            assert_stopped(&sent);
            // Whoever works is not held up by that.
            let sent =
                browser.submit(&op, &sent, &[("email", "ada@people.test"), ("work", &work(&sent))]).await;
            assert!(sent.says("id=\"mail-sent\""), "{}", sent.text());
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_password_is_tried_freely_until_several_were_wrong() {
    let (op, rp) = start().await;
    let alice = op.user("alice").await;
    op.change_settings(|settings| settings.sign_in_by_mail = SignInByMail::Off).await;
    rp.sign_in(&op, &alice).await;
    let mut browser = Browser::new();
    let login = rp.authorization().open(&op, &mut browser).await;
    assert!(!login.says("name=\"check\""), "{}", login.text());
    let wrong = [("username", "alice"), ("password", "wrong")];
    let mut page = login;
    for _ in 0..3 {
        page = browser.submit(&op, &page, &wrong).await;
        assert!(page.says("id=\"login-error\""), "{}", page.text());
    }
    assert!(page.says("name=\"check\""), "{}", page.text());
    let right = [("username", "alice"), ("password", &*alice.password)];
    let refused = browser.submit(&op, &page, &right).await;
    assert_stopped(&refused);
    let number = work(&refused);
    let passed = [("username", "alice"), ("password", &*alice.password), ("work", &*number)];
    browser.submit(&op, &refused, &passed).await.code();
    // Somebody else is not asked, and neither is she where she has signed in.
    for (name, browser) in [("bob", &mut Browser::new()), ("alice", &mut browser)] {
        let login = rp.authorization().with("prompt", "login").open(&op, browser).await;
        let page = browser.submit(&op, &login, &[("username", name), ("password", "wrong")]).await;
        assert!(page.says("id=\"login-error\"") && !page.says("name=\"check\""), "{name} {}", page.text());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_link_is_mailed_to_sign_in_by_without_work() {
    let (op, rp) = start().await;
    op.user("alice").await;
    let mut browser = Browser::new();
    let login = rp.authorization().open(&op, &mut browser).await;
    let refused = browser.submit(&op, &login, &[("username", "alice"), ("mail", "1")]).await;
    assert_stopped(&refused);
    let number = work(&refused);
    let sent =
        browser.submit(&op, &refused, &[("username", "alice"), ("mail", "1"), ("work", &number)]).await;
    assert_eq!(sent.response.status, 200, "{}", sent.text());
    op.mails(1).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_forms_with_one_work_one_counts() {
    let (op, rp) = start().await;
    let mut browser = Browser::new();
    let page = sign_up(&op, &rp, &mut browser).await;
    let number = work(&page);
    let sent = (0..64).map(|n| {
        let (op, page, number, mut browser) = (&op, &page, &number, browser.clone());
        async move {
            let email = format!("ada{n}@people.test");
            browser.submit(op, page, &[("email", &email), ("work", number)]).await.says("id=\"mail-sent\"")
        }
    });
    let sent = futures_util::future::join_all(sent).await;
    assert_eq!(sent.into_iter().filter(|sent| *sent).count(), 1);
}

fn captcha(outside: &Outside) -> CaptchaConfig {
    CaptchaConfig {
        provider: CaptchaProvider::Turnstile,
        site_key: "our-site".to_owned(),
        secret: Concealed::new("our-secret"),
        verify_url: outside.url("/siteverify"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_captcha_is_shown_and_its_server_asked() {
    let outside = Outside::start().await;
    let op = Provider::builder().mailing().egress(egress()).captcha(captcha(&outside)).start().await;
    with_check(&op, RobotCheck::Captcha).await;
    let rp = RelyingParty::confidential(&op).await;
    let mut browser = Browser::new();
    let page = sign_up(&op, &rp, &mut browser).await;
    assert!(page.says("class=\"cf-turnstile\" data-sitekey=\"our-site\""), "{}", page.text());
    assert!(page.says("<script src=\"https://challenges.cloudflare.com/turnstile/v0/api.js\" defer>"));
    let policy = page.response.header("content-security-policy");
    assert!(policy.contains("script-src 'self' https://challenges.cloudflare.com;"), "{policy}");
    let answered = [("email", "ada@people.test"), ("cf-turnstile-response", "a&b=c")];
    // The server says no, cannot be read, and cannot be reached: nobody has answered.
    outside.serve(
        "/siteverify",
        "application/json",
        r#"{"success":false,"error-codes":["invalid-input-response"]}"#,
    );
    assert_stopped(&browser.submit(&op, &page, &answered).await);
    outside.serve("/siteverify", "text/html", "<p>no");
    assert_stopped(&browser.submit(&op, &page, &answered).await);
    outside.reply("/siteverify", Reply::ok("application/json", r#"{"success":true}"#).status(500));
    assert_stopped(&browser.submit(&op, &page, &answered).await);
    outside.serve("/siteverify", "application/json", r#"{"success":true,"hostname":"localhost"}"#);
    let before = outside.requests_for("/siteverify").len();
    assert_stopped(&browser.submit(&op, &page, &[("email", "ada@people.test")]).await);
    assert_eq!(outside.requests_for("/siteverify").len(), before, "an empty answer is no question");
    let sent = browser.submit(&op, &page, &answered).await;
    assert!(sent.says("id=\"mail-sent\""), "{}", sent.text());
    let asked = outside.requests_for("/siteverify").pop().unwrap();
    assert_eq!(asked.body, b"secret=our-secret&response=a%26b%3Dc&sitekey=our-site");
    assert_stopped(&browser.submit(&op, &page, &answered).await);
    // Where the server cannot be asked, people wait.
    outside.forget("/siteverify");
    let page = sign_up(&op, &rp, &mut browser).await;
    op.pass(20);
    let sent = browser.submit(&op, &page, &[("email", "bob@people.test"), answered[1]]).await;
    assert!(sent.says("id=\"mail-sent\""), "{}", sent.text());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tenant_without_a_captcha_has_proof_of_work_and_others_have_neither() {
    let (op, rp) = start().await;
    with_check(&op, RobotCheck::Captcha).await;
    let page = sign_up(&op, &rp, &mut Browser::new()).await;
    assert!(page.says("data-bits=") && !page.says("data-sitekey"), "{}", page.text());
    with_check(&op, RobotCheck::Off).await;
    let mut browser = Browser::new();
    let page = sign_up(&op, &rp, &mut browser).await;
    assert!(!page.says("name=\"check\"") && !page.says("<script"), "{}", page.text());
    assert!(browser.submit(&op, &page, &[("email", "ada@people.test")]).await.says("id=\"mail-sent\""));
}
