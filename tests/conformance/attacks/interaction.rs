//! Attacks between the request and its answer: on pages, forms and cookies (manual: attacks).

use credenza_tests::{Browser, Page, Person, Provider, RelyingParty, Request, Step, query_of, setup};

const SVG: &str = "\"><svg onload=alert(1)>";

/// Every page between a request and its answer, as one person sees them.
async fn every_page(op: &Provider, alice: &Person, rp: &RelyingParty) -> Vec<(&'static str, Page)> {
    let mut browser = Browser::new();
    let request = rp.authorization().with_all(&[
        ("state", SVG),
        ("login_hint", SVG),
        ("ui_locales", SVG),
        ("display", SVG),
        ("error_hint", SVG),
        ("nonce", SVG),
        ("prompt", "consent"),
        ("response_mode", "form_post"),
    ]);
    let login = request.open(op, &mut browser).await;
    let wrong = browser.submit(op, &login, &[("username", SVG), ("password", SVG)]).await;
    let consent = browser.sign_in(op, &login, alice).await;
    let form_post = browser.decide(op, &consent, "allow").await;
    let select = request.clone().with("prompt", "select_account").open(op, &mut browser).await;
    let refused = request.clone().with("claims", SVG).open(op, &mut browser).await;
    let error = request.clone().with("client_id", SVG).open(op, &mut browser).await;
    let other_uri = request.with("redirect_uri", SVG).open(op, &mut browser).await;
    let gone = browser.open(op, &format!("{}/login?request=%22%3E%3Csvg", op.issuer)).await;
    let forged = browser.submit(op, &select, &[("csrf", SVG)]).await;
    vec![
        ("login", login),
        ("wrong password", wrong),
        ("consent", consent),
        ("form post", form_post),
        ("select account", select),
        ("form post of a refusal", refused),
        ("unknown client", error),
        ("unknown URI", other_uri),
        ("gone", gone),
        ("forged", forged),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn a013_what_the_request_says_is_text() {
    let (op, alice, rp) = setup().await;
    for (name, page) in every_page(&op, &alice, &rp).await {
        let text = page.text();
        assert!(text.starts_with("<!doctype html>"), "{name}: {text}");
        assert!(!text.contains("<svg") && !text.contains("onload=alert(1)>\""), "{name}: {text}");
        assert_eq!(page.response.header("x-content-type-options"), "nosniff", "{name}");
        let policy = page.response.header("content-security-policy");
        assert!(
            policy.starts_with("default-src 'none'; ") && !policy.contains("unsafe-"),
            "{name}: {policy}"
        );
        if name.starts_with("form post") {
            // Escaped, and whole.
            assert_eq!(page.answer()["state"], SVG, "{name}");
        }
    }
}

/// A015 and A022: nothing leaks by Referer or cache, nothing comes from elsewhere, no page can be framed.
#[tokio::test(flavor = "multi_thread")]
async fn a015_a022_pages_keep_to_themselves() {
    let (op, alice, rp) = setup().await;
    for (name, page) in every_page(&op, &alice, &rp).await {
        let headers = &page.response;
        assert_eq!(headers.header("referrer-policy"), "no-referrer", "{name}");
        assert_eq!(headers.header("cache-control"), "no-store", "{name}");
        assert_eq!(headers.header("x-frame-options"), "DENY", "{name}");
        assert!(headers.header("content-security-policy").contains("frame-ancestors 'none'"), "{name}");
        let text = page.text();
        let tags = text.split("src=\"").skip(1).chain(text.split("href=\"").skip(1));
        for address in tags.map(|rest| rest.split('"').next().unwrap()) {
            assert!(
                address == "data:," || (address.starts_with('/') && !address.starts_with("//")),
                "{address}"
            );
        }
    }
    // The answer itself, on its way through the browser.
    let mut browser = Browser::new();
    let page = rp.authorization().finish(&op, &mut browser, &alice).await;
    assert!(page.answer().contains_key("code"));
    assert_eq!(page.response.header("referrer-policy"), "no-referrer");
    assert_eq!(page.response.header("cache-control"), "no-store");
}

/// RFC 9700 4.12: a form with a password is never repeated at another URL.
#[tokio::test(flavor = "multi_thread")]
async fn a014_see_other_after_each_form() {
    let (op, alice, rp) = setup().await;
    let mut browser = Browser::new();
    let mut send = async |url: &str, fields: &[(&str, &str)]| -> String {
        let response = browser.send(Request::form(op.at(url), fields)).await;
        assert_eq!(response.status, 303, "{url}: {}", response.text());
        assert!(!response.location().contains("correct"), "{}", response.location());
        response.location().to_owned()
    };
    let request = rp.authorization();
    let fields: Vec<_> = request.parameters.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
    let login = send("/authorize", &fields).await;
    assert!(login.starts_with("/login?request="), "{login}");
    let page = browser.open(&op, &format!("{}{login}", op.issuer)).await;
    let mut fields = page.form().hidden;
    fields.push(("username".to_owned(), alice.username.clone()));
    fields.push(("password".to_owned(), alice.password.clone()));
    let fields: Vec<_> = fields.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
    let response = browser.send(Request::form(op.at("/login"), &fields)).await;
    assert_eq!(response.status, 303);
    assert!(response.location().starts_with("/consent?request="), "{}", response.location());
    let page = browser.open(&op, &format!("{}{}", op.issuer, response.location())).await;
    let fields = [&page.form().hidden[..], &[("decision".to_owned(), "allow".to_owned())]].concat();
    let fields: Vec<_> = fields.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
    let response = browser.send(Request::form(op.at("/consent"), &fields)).await;
    assert_eq!(response.status, 303);
    assert!(query_of(response.location()).contains_key("code"));
}

/// A re-authentication that was cancelled or bypassed does not count.
#[tokio::test(flavor = "multi_thread")]
async fn a017_reauthentication_cancelled() {
    let (op, alice, rp) = setup().await;
    let mut browser = Browser::new();
    rp.sign_in_with(&op, &alice, &mut browser, rp.authorization()).await;
    let claims = r#"{"id_token":{"auth_time":null}}"#;
    for (name, value) in [("prompt", "login"), ("max_age", "0")] {
        let before = op.grants_of(&alice).await;
        op.pass(10);
        let asked_at = op.state.clock.now().seconds();
        let request = rp.authorization().with(name, value).with("claims", claims);
        let page = request.open(&op, &mut browser).await;
        assert_eq!(page.step(), Step::Login);
        browser.submit(&op, &page, &[("cancel", "1")]).await.assert_refused(&op, &request, "access_denied");
        // Back, and the original URL again; then straight to each page of the new request.
        let again = request.open(&op, &mut browser).await;
        assert_eq!(again.step(), Step::Login);
        let handle = again.hidden("request");
        for path in ["login", "consent", "select-account"] {
            let page = browser.open(&op, &format!("{}/{path}?request={handle}", op.issuer)).await;
            assert!(!page.response.status.is_redirection(), "{path}");
        }
        browser.sign_in(&op, &page, &alice).await.assert_finished_page();
        assert_eq!(op.grants_of(&alice).await, before);
        let code = browser.sign_in(&op, &again, &alice).await.code();
        let tokens = rp.redeem(&op, &code).await.json();
        let id_token = credenza_tests::claims_of(tokens["id_token"].as_str().unwrap());
        assert!(id_token["auth_time"].as_i64().unwrap() >= asked_at);
    }
}

/// The handle of a request is of no use in another browser: not to see it, not to decide it, not to sign in.
#[tokio::test(flavor = "multi_thread")]
async fn a020_a023_a_request_stays_in_its_browser() {
    let (op, alice, rp) = setup().await;
    let mallory = op.user("mallory").await;
    let (mut hers, mut his) = (Browser::new(), Browser::new());
    rp.sign_in_with(&op, &alice, &mut hers, rp.authorization()).await;
    // The attacker starts a request and lures alice to it, who has a session and has given consent.
    let login = rp.authorization().open(&op, &mut his).await;
    let other = RelyingParty::confidential(&op).await;
    let consent = other.authorization().open(&op, &mut his).await;
    let consent = his.sign_in(&op, &consent, &mallory).await;
    assert_eq!(consent.step(), Step::Consent);
    let grants = (op.grants_of(&alice).await, op.grants_of(&mallory).await);
    let her_session = hers.cookies.clone();
    for mut browser in [hers.clone(), Browser::new()] {
        let cookies = browser.cookies.clone();
        for page in [&login, &consent] {
            for path in ["login", "consent", "select-account"] {
                let url = format!("{}/{path}?request={}", op.issuer, page.hidden("request"));
                browser.open(&op, &url).await.assert_error_page();
            }
        }
        browser.sign_in(&op, &login, &mallory).await.assert_error_page();
        browser.decide(&op, &consent, "allow").await.assert_error_page();
        browser.decide(&op, &consent, "deny").await.assert_error_page();
        browser.submit(&op, &login, &[("cancel", "1")]).await.assert_error_page();
        assert_eq!(browser.cookies, cookies);
    }
    assert_eq!((op.grants_of(&alice).await, op.grants_of(&mallory).await), grants);
    assert_eq!(hers.cookies, her_session);
    rp.authorization().silent(&op, &mut hers).await;
    // In the browser of the attacker it still goes on.
    his.decide(&op, &consent, "allow").await.code();
}

#[tokio::test(flavor = "multi_thread")]
async fn a021_consent_cannot_be_edited() {
    let (op, alice, rp) = setup().await;
    let other = RelyingParty::confidential(&op).await;
    let mut browser = Browser::new();
    let narrow = rp.authorization().with("scope", "openid email");
    let page = narrow.open(&op, &mut browser).await;
    let asked = browser.sign_in(&op, &page, &alice).await;
    let others = other.authorization().open(&op, &mut browser).await;
    // The CSRF token of another form, none, or any field twice.
    let (request, csrf) = (asked.hidden("request"), asked.hidden("csrf"));
    let session = asked.hidden("session");
    let form = |request: &str, csrf: &str, more: &[(&'static str, &str)]| {
        let fields = [("request", request), ("csrf", csrf), ("session", &session), ("decision", "allow")];
        Request::form(op.at("/consent"), &[&fields[..], more].concat())
    };
    let other_csrf = others.hidden("csrf");
    for (form, status) in [
        (form(&request, &other_csrf, &[]), 403),
        (form(&others.hidden("request"), &csrf, &[]), 403),
        (form(&request, "", &[]), 403),
        (form(&request, &csrf[1..], &[]), 403),
        (form(&request, &csrf, &[("decision", "allow")]), 403),
        (form(&request, &csrf, &[("request", &request)]), 403),
        (form("", &csrf, &[]), 400),
        (form("x", &csrf, &[]), 400),
    ] {
        let response = browser.send(form).await;
        assert_eq!(response.status, status, "{}", response.text());
    }
    assert_eq!(op.grants_of(&alice).await, 0);
    assert!(op.consent_of(&alice, &rp).await.is_empty());
    // Fields that the page does not have are not read: the decision is about the request as it was shown.
    let more = [
        ("decision", "allow"),
        ("scope", "openid email phone admin"),
        ("client_id", other.client_id()),
        ("redirect_uri", "https://evil.test/callback"),
    ];
    let page = browser.submit(&op, &asked, &more).await;
    assert!(page.target().starts_with("https://rp.test/callback?"), "{}", page.target());
    let tokens = rp.redeem(&op, &page.code()).await.json();
    assert_eq!(tokens["scope"], "openid email");
    assert_eq!(op.consent_of(&alice, &rp).await.to_string(), "openid email");
    assert!(op.consent_of(&alice, &other).await.is_empty());
    // Submitted again, nothing is granted again.
    browser.decide(&op, &asked, "allow").await.assert_finished_page();
    assert_eq!(op.grants_of(&alice).await, 1);
}

/// One request has one answer, however often the button is pressed.
#[tokio::test(flavor = "multi_thread")]
async fn a021_of_64_decisions_at_once_one_counts() {
    let (op, alice, rp) = setup().await;
    let mut browser = Browser::new();
    let login = rp.authorization().open(&op, &mut browser).await;
    let asked = browser.sign_in(&op, &login, &alice).await;
    assert_eq!(asked.step(), Step::Consent);
    let pages = at_once(64, async || browser.clone().decide(&op, &asked, "allow").await).await;
    assert_eq!(codes(&pages), 1);
    assert_eq!(op.grants_of(&alice).await, 1);
}

/// Sign-ins that came too late leave no orphaned session.
#[tokio::test(flavor = "multi_thread")]
async fn a023_of_64_sign_ins_at_once_one_is_answered() {
    let (op, alice, rp) = setup().await;
    let bob = op.user("bob").await;
    rp.sign_in(&op, &alice).await;
    let (mut new, mut known, mut bobs) = (Browser::new(), Browser::new(), Browser::new());
    rp.sign_in_with(&op, &alice, &mut known, rp.authorization()).await;
    rp.sign_in_with(&op, &bob, &mut bobs, rp.authorization()).await;
    for (browser, sessions) in [(&mut known, 2), (&mut new, 3), (&mut bobs, 4)] {
        let grants = op.grants_of(&alice).await;
        let login = rp.authorization().with("prompt", "login").open(&op, browser).await;
        let pages = at_once(64, async || browser.clone().sign_in(&op, &login, &alice).await).await;
        assert_eq!(codes(&pages), 1);
        assert_eq!((op.grants_of(&alice).await, op.sessions_of(&alice).await), (grants + 1, sessions));
    }
    assert_eq!(op.sessions_of(&bob).await, 0);
}

/// Two forms of one browser at once, for different requests: both are answered.
#[tokio::test(flavor = "multi_thread")]
async fn a023_two_sign_ins_of_one_browser() {
    let (op, alice, rp) = setup().await;
    let mut browser = Browser::new();
    rp.sign_in_with(&op, &alice, &mut browser, rp.authorization()).await;
    for _ in 0..8 {
        let request = rp.authorization().with("prompt", "login");
        let one = request.open(&op, &mut browser).await;
        let two = request.open(&op, &mut browser).await;
        let (mut first, mut second) = (browser.clone(), browser.clone());
        let (one, two) = tokio::join!(first.sign_in(&op, &one, &alice), second.sign_in(&op, &two, &alice));
        for page in [one, two] {
            assert_eq!(rp.redeem(&op, &page.code()).await.status, 200);
        }
        browser = second;
    }
}

/// A request expires after half an hour.
#[tokio::test(flavor = "multi_thread")]
async fn a023_an_old_request_is_over() {
    let (op, alice, rp) = setup().await;
    let mut browser = Browser::new();
    let in_time = rp.authorization().open(&op, &mut browser).await;
    op.pass(1);
    let late = rp.authorization().open(&op, &mut browser).await;
    op.pass(1798);
    let asked = browser.clone().sign_in(&op, &in_time, &alice).await;
    assert_eq!(asked.step(), Step::Consent);
    op.pass(2);
    browser.sign_in(&op, &late, &alice).await.assert_error_page();
    assert_eq!(op.sessions_of(&alice).await, 1);
}

async fn at_once(count: usize, act: impl AsyncFn() -> Page) -> Vec<Page> {
    let mut pages = Vec::new();
    let mut all: Vec<_> = (0..count).map(|_| Box::pin(act())).collect();
    // All are started before the first is awaited.
    std::future::poll_fn(|context| {
        all.retain_mut(|one| match one.as_mut().poll(context) {
            std::task::Poll::Ready(page) => {
                pages.push(page);
                false
            }
            std::task::Poll::Pending => true,
        });
        if all.is_empty() { std::task::Poll::Ready(()) } else { std::task::Poll::Pending }
    })
    .await;
    pages
}

/// How many hold a code. The others are refused as too late or too many; none is an error of the server.
fn codes(pages: &[Page]) -> usize {
    let (codes, others): (Vec<_>, Vec<_>) = pages.iter().partition(|page| page.response.status == 303);
    for page in others {
        assert!(page.response.status.is_client_error(), "{} {}", page.response.status, page.text());
    }
    codes.iter().for_each(|page| assert!(page.answer().contains_key("code")));
    codes.len()
}

/// Over https both cookies that grant access are out of reach of scripts, other hosts and plain http. A cookie that
/// comes twice is ignored, since one of the two was planted.
#[tokio::test(flavor = "multi_thread")]
async fn a023_cookies_over_https() {
    let op = Provider::builder().issuer("https://op.test").start().await;
    let alice = op.user("alice").await;
    let rp = RelyingParty::confidential(&op).await;
    let mut browser = Browser::new();
    let page = rp.authorization().finish(&op, &mut browser, &alice).await;
    assert_eq!(rp.redeem(&op, &page.code()).await.status, 200);
    let names: Vec<_> = browser.cookies.keys().map(String::as_str).collect();
    // Two more open nothing: one is for the script of the check-session iframe (`session_management`), by the other the
    // device is known (`guessing`).
    let expected = [
        "__Host-credenza-browser",
        "__Host-credenza-devices",
        "__Host-credenza-session",
        "__Host-credenza-state",
    ];
    assert_eq!(names, expected);
    let first = Request::get(op.reach(&rp.authorization().url(&op))).send().await;
    let login = op.reach(&format!("{}{}", op.issuer, first.location()));
    let binding = first.header("set-cookie").to_owned();
    let attributes: Vec<_> = binding.split("; ").skip(1).collect();
    assert_eq!(attributes, ["Path=/", "HttpOnly", "SameSite=Lax", "Secure"]);
    assert_eq!(first.header("strict-transport-security"), "max-age=31536000");
    let (pair, _) = binding.split_once(';').unwrap();
    let planted = format!("{}={}", pair.split_once('=').unwrap().0, "x".repeat(43));
    for (cookies, status) in [
        (pair.to_owned(), 200),
        (format!("other=1; {pair}"), 200),
        (format!("{pair}; {planted}"), 400),
        (format!("{planted}; {pair}"), 400),
        (pair.replace("__Host-", ""), 400),
        (planted, 400),
    ] {
        let response = Request::get(login.as_str()).header("cookie", &cookies).send().await;
        assert_eq!(response.status, status, "{cookies}");
    }
    // The same for the session: two of them are none.
    let session = &browser.cookies["__Host-credenza-session"];
    let name = "__Host-credenza-session";
    let ask = async |cookies: &str| {
        let url = op.reach(&rp.authorization().with("prompt", "none").url(&op));
        let response = Request::get(url).header("cookie", cookies).send().await;
        query_of(response.location())
    };
    assert!(ask(&format!("{name}={session}")).await.contains_key("code"));
    for bad in [
        format!("{name}={session}; {name}={}", "x".repeat(43)),
        format!("{name}={session}x"),
        format!("{name}={}", "x".repeat(43)),
        format!("{}={session}", name.replace("__Host-", "")),
    ] {
        assert_eq!(ask(&bad).await["error"], "login_required", "{bad}");
    }
}
