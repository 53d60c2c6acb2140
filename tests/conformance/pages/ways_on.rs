//! No page is the end of the road: each on which something ends says what happened and leads on.
//!
//! Chart 503

use credenza_protocol::client::Client;
use credenza_tests::{Browser, Page, Provider, RelyingParty, Request, Step, setup};

use super::interactions::incompressible;

const INITIATE: &str = "https://rp.test/start?from=op";
const ABOUT: &str = "https://rp.test/about";
const PORTAL: &str = "https://portal.test/";

fn german() -> Browser {
    Browser { headers: vec![("accept-language".to_owned(), "de".to_owned())], ..Browser::new() }
}

/// The page about a sign-in at that client that took too long.
async fn expired(op: &Provider, rp: &RelyingParty, browser: &mut Browser) -> Page {
    let login = rp.authorization().open(op, browser).await;
    assert_eq!(login.step(), Step::Login);
    op.pass(1800);
    let page = browser.open(op, &login.url).await;
    page.assert_error_page();
    assert_eq!(page.response.status, 400);
    page
}

/// The client's own start, else its home page, else where people of the tenant begin, else the account.
#[tokio::test(flavor = "multi_thread")]
async fn a_sign_in_that_took_too_long_begins_again_at_the_client() {
    let op = Provider::start().await;
    let start = format!("{INITIATE}&iss={}", op.issuer.replace(':', "%3A").replace('/', "%2F"));
    for (initiate, about, portal, expected) in [
        (Some(INITIATE), Some(ABOUT), Some(PORTAL), start.as_str()),
        (None, Some(ABOUT), Some(PORTAL), ABOUT),
        (None, None, Some(PORTAL), PORTAL),
        (None, Some("javascript:alert(1)"), Some(PORTAL), PORTAL),
        (None, None, None, "/account"),
    ] {
        op.change_settings(|settings| settings.home_uri = portal.map(str::to_owned)).await;
        let rp = RelyingParty::register(&op, |client: &mut Client| {
            client.initiate_login_uri = initiate.map(str::to_owned);
            client.client_uri = about.map(str::to_owned);
        })
        .await;
        let page = expired(&op, &rp, &mut Browser::new()).await;
        assert!(page.says("This page is too old"), "{}", page.text());
        assert_eq!(page.way_on(), expected);
        assert_eq!(page.says("Continue to Wonder &#38; Land"), expected.starts_with("https://rp.test/"));
    }
}

/// A request that is gone, a cookie that is gone, and a request that never was are three things.
#[tokio::test(flavor = "multi_thread")]
async fn a_missing_cookie_is_told_apart_from_a_missing_request() {
    let (op, _, rp) = setup().await;
    let login = rp.authorization().open(&op, &mut Browser::new()).await;
    let mut other = Browser::new();
    rp.authorization().open(&op, &mut other).await;
    for (mut browser, says) in
        [(Browser::new(), "did not send the cookie"), (other, "is not known in this browser")]
    {
        let page = browser.open(&op, &login.url).await;
        page.assert_error_page();
        assert!(page.says(says), "{}", page.text());
        assert!(!page.says("too old"), "{}", page.text());
    }
}

/// The language of the request is that of the page about its end.
#[tokio::test(flavor = "multi_thread")]
async fn the_end_is_told_in_the_language_of_the_request() {
    let (op, alice, rp) = setup().await;
    let mut browser = Browser::new();
    let request = rp.authorization().with("ui_locales", "de");
    let login = request.open(&op, &mut browser).await;
    let consent = browser.sign_in(&op, &login, &alice).await;
    browser.decide(&op, &consent, "allow").await.code();
    let done = browser.open(&op, &login.url).await;
    assert!(done.says("<html lang=\"de\">") && done.says("bereits abgeschlossen"), "{}", done.text());
    op.pass(1800);
    let late = browser.open(&op, &login.url).await;
    assert!(late.says("<html lang=\"de\">") && late.says("Diese Seite ist zu alt"), "{}", late.text());
}

/// The sentence is the person's, the technical detail is the developer's and says so.
#[tokio::test(flavor = "multi_thread")]
async fn a_refused_request_is_explained_in_german() {
    let (op, _, rp) = setup().await;
    for (request, explanation) in [
        (rp.authorization().with("client_id", "nobody"), "ist diesem Anmeldedienst nicht bekannt"),
        (rp.authorization().without("client_id"), "geht nicht hervor, welche Anwendung"),
        (rp.authorization().and("client_id", "twice"), "kommt mehrfach vor"),
        (rp.authorization().with("redirect_uri", "https://evil.test/"), "nicht für sie registriert"),
    ] {
        let page = request.open(&op, &mut german()).await;
        page.assert_error_page_in("Anfrage nicht angenommen");
        assert!(page.says(explanation), "{explanation}: {}", page.text());
        assert!(page.says("<dt>Technische Einzelheiten (englisch)</dt>\n<dd id=\"detail\" lang=\"en\">"));
        let text = page.text();
        let sentence = text.split("</h1>").nth(1).unwrap().split("<p>").nth(1).unwrap();
        assert!(sentence.starts_with(char::is_uppercase), "{sentence}");
    }
}

/// A form of before a restart of the browser leads to one that works.
#[tokio::test(flavor = "multi_thread")]
async fn a_forged_form_leads_back_to_its_page() {
    let (op, alice, rp) = setup().await;
    let mut browser = Browser::new();
    let login = rp.authorization().open(&op, &mut browser).await;
    let fields = [("request", login.hidden("request")), ("csrf", "forged".to_owned())];
    let fields: Vec<_> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let page = browser.post(&op, &format!("{}/login", op.issuer), &fields).await;
    page.assert_error_page();
    assert_eq!(page.response.status, 403);
    let again = browser.open(&op, &format!("{}{}", op.issuer, page.way_on())).await;
    assert_eq!(browser.sign_in(&op, &again, &alice).await.step(), Step::Consent);
}

/// Who is signed out is offered the sign-in, which no client asked for and none is told of.
#[tokio::test(flavor = "multi_thread")]
async fn the_account_page_offers_a_sign_in_of_its_own() {
    let (op, alice, _) = setup().await;
    let account = format!("{}/account", op.issuer);
    let mut browser = Browser::new();
    let signed_out = browser.open(&op, &account).await;
    assert_eq!(signed_out.response.status, 401);
    let sign_in = format!("{}{}", op.issuer, signed_out.link("account-sign-in"));
    let login = browser.open(&op, &sign_in).await;
    assert!(login.step() == Step::Login && login.says("Sign in to Credenza"), "{}", login.text());
    let cancelled = browser.submit(&op, &login, &[("cancel", "1")]).await;
    assert_eq!((cancelled.url.as_str(), cancelled.response.status.as_u16()), (account.as_str(), 401));
    assert_eq!(op.empty_out().await, 0, "nothing is stored for who has proven nothing");
    let wrong = browser.submit(&op, &login, &[("username", "alice"), ("password", "wrong")]).await;
    assert_eq!((wrong.response.status.as_u16(), wrong.step()), (422, Step::Login));
    let own = browser.sign_in(&op, &wrong, &alice).await;
    assert!(own.url == account && own.says("Signed in as alice"), "{}", own.text());
    // The same form again, and the way there once more: the account.
    for page in [browser.sign_in(&op, &login, &alice).await, browser.open(&op, &sign_in).await] {
        assert!(page.url == account && page.says("Signed in as alice"), "{}", page.text());
    }
    assert_eq!((op.sessions_of(&alice).await, op.grants_of(&alice).await), (1, 0));
}

/// Two presses at once, and the pages of a decision that nobody asks for here.
#[tokio::test(flavor = "multi_thread")]
async fn a_sign_in_to_the_account_ends_there_whatever_is_opened() {
    let (op, alice, _) = setup().await;
    let mut browser = Browser::new();
    let login = browser.open(&op, &format!("{}/account/login", op.issuer)).await;
    for path in ["consent", "select-account"] {
        let url = format!("{}/{path}?request={}", op.issuer, login.hidden("request"));
        assert_eq!(browser.open(&op, &url).await.step(), Step::Login, "{path}");
    }
    let (mut one, mut two) = (browser.clone(), browser.clone());
    let (first, second) = tokio::join!(one.sign_in(&op, &login, &alice), two.sign_in(&op, &login, &alice));
    let signed_in = [&first, &second].iter().filter(|page| page.says("Signed in as alice")).count();
    assert!(signed_in >= 1, "{} {}", first.text(), second.text());
    for page in [first, second] {
        assert!(page.url.ends_with("/account"), "{}", page.url);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_root_says_what_this_is_and_where_to_go() {
    let op = Provider::start().await;
    op.tenant("acme").await;
    for (path, base) in [("/", ""), ("/t/acme", "/t/acme")] {
        let page = Browser::new().open(&op, &format!("{}{path}", op.issuer)).await;
        assert_eq!(page.response.status, 200);
        assert!(page.says("Credenza sign-in service"), "{}", page.text());
        assert!(page.says(&format!("<code>{}{base}</code>", op.issuer)), "{}", page.text());
        assert_eq!(page.link("home-account"), format!("{base}/account"));
        let metadata = format!("href=\"{base}/.well-known/openid-configuration\"");
        assert!(page.says(&metadata), "{}", page.text());
        let page = german().open(&op, &format!("{}{path}", op.issuer)).await;
        assert!(page.says("<h1>Anmeldedienst von Credenza</h1>"), "{}", page.text());
    }
    op.change_settings(|settings| settings.home_uri = Some(PORTAL.to_owned())).await;
    let redirected = Request::get(op.at("/")).send().await;
    assert_eq!((redirected.status.as_u16(), redirected.location()), (303, PORTAL));
    assert_eq!(Request::get(op.at("/t/acme")).send().await.status, 200, "a setting is one tenant's");
}

/// A path that leads nowhere: a page for people, in their language and of their tenant; a line for everybody else.
#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_address_leads_to_the_start() {
    let op = Provider::start().await;
    op.tenant("acme").await;
    let accept = ("accept".to_owned(), "text/html,*/*;q=0.8".to_owned());
    for (path, start) in [("/nowhere", "/"), ("/t/acme/nowhere", "/t/acme"), ("/login/more", "/")] {
        let mut browser = german();
        let url = format!("{}{path}", op.issuer);
        let bare = browser.open(&op, &url).await;
        assert_eq!((bare.response.status.as_u16(), bare.text().as_str()), (404, "Not found\n"));
        browser.headers.push(accept.clone());
        let page = browser.open(&op, &url).await;
        assert_eq!(page.response.status, 404, "{path}");
        page.assert_error_page_in("Anfrage nicht angenommen");
        assert!(page.says("Unter dieser Adresse gibt es keine Seite."), "{}", page.text());
        assert_eq!(page.way_on(), start);
    }
    let mut browser = german();
    browser.headers.push(accept);
    let nobody = browser.open(&op, &format!("{}/t/nobody/nowhere", op.issuer)).await;
    assert_eq!((nobody.response.status.as_u16(), nobody.text().as_str()), (404, "Not found\n"));
}

/// What was too long for its handle and is stored says when it is over, too.
#[tokio::test(flavor = "multi_thread")]
async fn a_stored_request_is_known_when_it_is_over() {
    let op = Provider::start().await;
    let alice = op.user("alice").await;
    let rp = RelyingParty::register(&op, |client| client.client_uri = Some(ABOUT.to_owned())).await;
    let state = incompressible(4000);
    let request = rp.authorization().with("state", &state).with("ui_locales", "de");
    let mut browser = Browser::new();
    let login = request.open(&op, &mut browser).await;
    let late = request.open(&op, &mut browser).await;
    let consent = browser.sign_in(&op, &login, &alice).await;
    assert_eq!(browser.decide(&op, &consent, "allow").await.answer()["state"], state);
    let done = browser.open(&op, &login.url).await;
    assert!(done.response.status == 409 && done.says("bereits abgeschlossen"), "{}", done.text());
    op.pass(1800);
    let expired = browser.open(&op, &late.url).await;
    assert!(expired.response.status == 400 && expired.says("Diese Seite ist zu alt"), "{}", expired.text());
    for page in [done, expired] {
        assert_eq!(page.way_on(), ABOUT);
    }
}

/// An address that names a request twice, or that is no text, is explained like any other.
#[tokio::test(flavor = "multi_thread")]
async fn an_address_that_cannot_be_read_is_a_page_too() {
    let (op, _, rp) = setup().await;
    let mut browser = Browser::new();
    let login = rp.authorization().open(&op, &mut browser).await;
    for path in ["login", "consent", "select-account"] {
        for query in ["", "?request=a&request=b", "?request=%ff", "?%", "?request"] {
            let page = browser.open(&op, &format!("{}/{path}{query}", op.issuer)).await;
            page.assert_error_page();
            assert!(page.says("is not known in this browser"), "{path}{query}: {}", page.text());
        }
    }
    assert_eq!(browser.open(&op, &login.url).await.step(), Step::Login);
}
