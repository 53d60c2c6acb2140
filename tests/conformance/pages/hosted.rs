//! The hosted pages: names and texts that tools rely on, the policy they run under, their languages, and names that try
//! to be more than text.
//!
//! Chart 500: Pages | sign-in, consent, account choice, sessions, sign-out, errors; English, German and Arabic; without JavaScript

use std::collections::BTreeMap;

use credenza_protocol::client::Client;
use credenza_protocol::tenant::TenantSettings;
use credenza_protocol::time::Time;
use credenza_protocol::version::Version;
use credenza_storage::Update;
use credenza_tests::{Browser, Page, Provider, RelyingParty, Request};

const STRICT: &str = "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; \
    frame-ancestors 'none'; base-uri 'none'";
/// For a form that may end in a redirect to the client, and from there to further hosts.
const ONWARD: &str = "default-src 'none'; style-src 'self'; img-src 'self' data:; \
    form-action 'self' https: https://rp.test; frame-ancestors 'none'; base-uri 'none'";
/// For a page with a script, without which it works too.
const OWN_SCRIPT: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; \
    form-action 'self'; frame-ancestors 'none'; base-uri 'none'";
const SCRIPT: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; \
    form-action 'self' https: https://rp.test; frame-ancestors 'none'; base-uri 'none'";

/// Every kind of page by its name, shown to a browser that prefers this language.
async fn every_page(op: &Provider, language: &str) -> BTreeMap<&'static str, Page> {
    let alice = op.user(&format!("alice-{language}")).await;
    let rp = RelyingParty::confidential(op).await;
    let visitor =
        Browser { headers: vec![("accept-language".to_owned(), language.to_owned())], ..Browser::new() };
    let (mut browser, mut stranger) = (visitor.clone(), visitor);
    let mut pages = BTreeMap::new();
    let request = rp.authorization().with("prompt", "login consent");
    let login = request.open(op, &mut browser).await;
    let wrong = [("username", alice.username.as_str()), ("password", "wrong")];
    pages.insert("login, wrong password", browser.submit(op, &login, &wrong).await);
    let consent = browser.sign_in(op, &login, &alice).await;
    let form = [("request", login.hidden("request")), ("csrf", "forged".to_owned())];
    let form: Vec<_> = form.iter().map(|(name, value)| (*name, value.as_str())).collect();
    pages.insert("consent, forged", browser.post(op, &format!("{}/consent", op.issuer), &form).await);
    let posted = request.clone().with("prompt", "none").with("response_mode", "form_post");
    browser.decide(op, &consent, "allow").await;
    pages.insert("login, finished", browser.submit(op, &login, &wrong).await);
    let unknown = format!("{}/login?request=unknown", op.issuer);
    pages.insert("login, unknown", browser.open(op, &unknown).await);
    pages.insert("login, no cookie", stranger.open(op, &unknown).await);
    pages.insert("home", browser.open(op, &format!("{}/", op.issuer)).await);
    pages.insert("form_post", posted.open(op, &mut browser).await);
    let select = request.clone().with("prompt", "select_account");
    pages.insert("select account", select.open(op, &mut browser).await);
    pages.insert("account", browser.open(op, &format!("{}/account", op.issuer)).await);
    for path in ["applications", "profile"] {
        pages.insert(path, browser.open(op, &format!("{}/account/{path}", op.issuer)).await);
    }
    pages.insert("account, signed out", stranger.open(op, &format!("{}/account", op.issuer)).await);
    let nobodys = format!("{}/logout?post_logout_redirect_uri=https%3A%2F%2Fevil.test%2F", op.issuer);
    pages.insert("logout, refused", browser.open(op, &nobodys).await);
    pages.insert("signed out, refused", stranger.open(op, &nobodys).await);
    let confirm = browser.open(op, &format!("{}/logout", op.issuer)).await;
    pages.insert("signed out", browser.submit(op, &confirm, &[("decision", "logout")]).await);
    pages.insert("logout", confirm);
    pages.insert("error", request.with("redirect_uri", "https://evil.test/").open(op, &mut stranger).await);
    pages.insert("consent", consent);
    pages.insert("login", login);
    pages
}

#[tokio::test(flavor = "multi_thread")]
async fn names_and_texts_that_browsers_and_tools_rely_on() {
    let op = Provider::start().await;
    let pages = every_page(&op, "en").await;
    for (name, marks) in [
        (
            "login",
            &[
                "Sign in to Wonder &#38; Land",
                "name=\"username\"",
                "name=\"password\"",
                "id=\"login-submit\"",
                "autocomplete=\"username\"",
                "autocomplete=\"current-password\"",
            ][..],
        ),
        (
            "login, wrong password",
            &["Sign in to", "id=\"login-error\"", "role=\"alert\"", "id=\"login-submit\""],
        ),
        ("consent", &["id=\"consent-allow\"", "id=\"consent-deny\"", "Wonder &#38; Land", "rp.test"]),
        ("logout", &["Do you want to sign out", "id=\"logout-confirm\""]),
        ("signed out", &["You are signed out"]),
        ("account, signed out", &["You are signed out"]),
        ("error", &["Request not accepted", "id=\"support-code\"", "id=\"rule\""]),
        ("login, finished", &["This sign-in is already finished", "id=\"support-code\"", "id=\"way-on\""]),
        ("login, unknown", &["Request not accepted", "id=\"support-code\"", "id=\"way-on\""]),
        ("login, no cookie", &["Request not accepted", "id=\"support-code\"", "id=\"way-on\""]),
        ("home", &["Credenza sign-in service", "id=\"home-account\""]),
        ("logout, refused", &["Do you want to sign out", "id=\"logout-refused\"", "id=\"support-code\""]),
        ("signed out, refused", &["You are signed out", "id=\"logout-refused\"", "id=\"support-code\""]),
        ("consent, forged", &["Request not accepted"]),
        ("account", &["name=\"end\" value=\"all\""]),
        ("select account", &["id=\"account-continue\"", "id=\"account-other\""]),
        ("form_post", &["method=\"post\"", "<noscript>", "type=\"submit\""]),
    ] {
        for mark in marks {
            assert!(pages[name].says(mark), "{mark} on {name}: {}", pages[name].text());
        }
    }
    let status = |name: &str| pages[name].response.status.as_u16();
    assert_eq!((status("login"), status("login, wrong password"), status("error")), (200, 422, 400));
    assert_eq!((status("login, finished"), status("consent, forged")), (409, 403));
    assert_eq!((status("login, unknown"), status("login, no cookie")), (400, 400));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_support_code_finds_the_request() {
    let op = Provider::start().await;
    let page = every_page(&op, "en").await.remove("error").unwrap();
    let id = page.response.header("x-request-id");
    assert!(
        !id.is_empty() && page.says(&format!("<code id=\"support-code\">{id}</code>")),
        "{id} {}",
        page.text()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn every_page_runs_under_the_strict_policy() {
    let op = Provider::start().await;
    for (name, page) in every_page(&op, "en").await {
        let expected = match name {
            "login" | "login, wrong password" | "consent" | "select account" => ONWARD,
            "form_post" => SCRIPT,
            "account" | "applications" => OWN_SCRIPT,
            _ => STRICT,
        };
        assert_eq!(page.response.header("content-security-policy"), expected, "{name}");
        assert_eq!(page.response.header("content-type"), "text/html; charset=utf-8", "{name}");
        assert_eq!(page.response.header("cache-control"), "no-store", "{name}");
        let text = page.text();
        // Nothing on the page would be blocked by the policy, and nothing is loaded from another origin.
        for inline in
            ["<style", " style=", "javascript:", " onload=", " onclick=", "src=\"http", "<iframe", "<img"]
        {
            assert!(!text.contains(inline), "{inline} on {name}");
        }
        assert_eq!(
            text.matches("<script").count(),
            usize::from(matches!(name, "form_post" | "account" | "applications")),
            "{name}"
        );
        assert_eq!(text.matches("<link rel=\"stylesheet\" href=\"/assets/").count(), 1, "{name}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_page_can_be_read_aloud() {
    let op = Provider::start().await;
    for (name, page) in every_page(&op, "en").await {
        let text = page.text();
        assert!(text.starts_with("<!doctype html>\n<html lang=\"en\">"), "{name}");
        for mark in ["<main", "<h1>", "<title>", "name=\"viewport\"", "charset=\"utf-8\""] {
            assert_eq!(text.matches(mark).count(), 1, "{mark} on {name}");
        }
        for input in text.split("<input").skip(1).filter(|input| !input.starts_with(" type=\"hidden\"")) {
            let id = input.split("id=\"").nth(1).unwrap().split('"').next().unwrap();
            assert!(text.contains(&format!("<label for=\"{id}\">")), "{id} on {name}");
        }
        let mut ids: Vec<_> =
            text.split(" id=\"").skip(1).map(|rest| rest.split('"').next().unwrap()).collect();
        let count = ids.len();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), count, "an id twice on {name}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_page_speaks_both_languages() {
    let op = Provider::start().await;
    let (english, german) = (every_page(&op, "en").await, every_page(&op, "de-AT, en;q=0.5").await);
    for (name, page) in &german {
        assert!(page.says("<html lang=\"de\">"), "{name}");
        let heading = |page: &Page| {
            let text = page.text();
            text.split("<h1>").nth(1).unwrap().split("</h1>").next().unwrap().to_owned()
        };
        assert_ne!(heading(page), heading(&english[name]), "{name}");
        for word in [
            "Sign in",
            "sign out",
            "Username",
            "Request not accepted",
            "Signed in as",
            "Support code",
            "Continue",
        ] {
            assert!(!page.says(word), "{word} on {name}");
        }
    }
    for name in ["error", "login, finished", "login, unknown", "login, no cookie", "consent, forged"] {
        let explanation = |page: &Page| {
            let text = page.text();
            text.split("</h1>")
                .nth(1)
                .unwrap()
                .split("<p>")
                .nth(1)
                .unwrap()
                .split("</p>")
                .next()
                .unwrap()
                .to_owned()
        };
        let (english, german) = (explanation(&english[name]), explanation(&german[name]));
        assert_ne!(english, german, "{name}");
        for sentence in [&english, &german] {
            assert!(
                sentence.starts_with(char::is_uppercase) && sentence.ends_with('.'),
                "{name}: {sentence}"
            );
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn oidc_core_3_1_2_1_ui_locales_come_before_accept_language() {
    let op = Provider::start().await;
    let rp = RelyingParty::confidential(&op).await;
    for (ui_locales, accept_language, expected) in [
        (None, "", "en"),
        (None, "de", "de"),
        (None, "fr, de;q=0.3, en;q=0.2", "de"),
        (Some("en"), "de", "en"),
        (Some("fr-CA de"), "en", "de"),
        (Some("se"), "de", "de"),
        (Some("\"><script>"), "de", "de"),
    ] {
        let headers = vec![("accept-language".to_owned(), accept_language.to_owned())];
        let mut browser = Browser { headers, ..Browser::new() };
        let request = rp.authorization();
        let request = ui_locales.map_or(request.clone(), |locales| request.with("ui_locales", locales));
        let page = request.open(&op, &mut browser).await;
        assert!(page.says(&format!("<html lang=\"{expected}\">")), "{ui_locales:?} {accept_language}");
        // The language of the request stays with it from page to page.
        let again = browser.open(&op, &page.url).await;
        assert!(again.says(&format!("<html lang=\"{expected}\">")), "{ui_locales:?} {accept_language}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a115_names_are_text_wherever_they_stand() {
    const PAYLOAD: &str = "\"><script>alert(1)</script>'{{7*7}}&amp;";
    let op = Provider::start().await;
    let tenant = op.default_tenant().await;
    let settings = TenantSettings { display_name: PAYLOAD.to_owned(), ..TenantSettings::default() };
    let (now, version) = (Time::from_seconds(op.now()), Version::FIRST);
    let updated = op.state.store.tenants.update(&tenant, version, settings, now).await.unwrap();
    assert_eq!(updated, Update::Updated);
    let person = op.user(PAYLOAD).await;
    let change = |client: &mut Client| {
        client.client_name = PAYLOAD.to_owned();
        client.policy_uri = Some("javascript:alert(1)".to_owned());
        client.tos_uri = Some("https://rp.test/\"onclick=\"alert(1)".to_owned());
    };
    let rp = RelyingParty::register(&op, change).await;
    let mut browser = Browser::new();
    browser.headers.push(("user-agent".to_owned(), PAYLOAD.to_owned()));
    let login = rp.authorization().with("login_hint", PAYLOAD).open(&op, &mut browser).await;
    let consent = browser.sign_in(&op, &login, &person).await;
    let account = browser.open(&op, &format!("{}/account", op.issuer)).await;
    let logout = browser
        .open(&op, &format!("{}/logout?client_id={}&state=%22%3E%3Cscript%3E", op.issuer, rp.client_id()))
        .await;
    let error = rp.authorization().with("redirect_uri", PAYLOAD).open(&op, &mut browser).await;
    for page in [&login, &consent, &account, &logout, &error] {
        let text = page.text();
        assert!(page.says("alert(1)"), "the name is shown: {text}");
        for inert in ["<script>", "javascript:", "onclick=\"", ">49<", "\"49"] {
            assert!(!text.contains(inert), "{inert}: {text}");
        }
    }
    // Userinfo has the same name: nothing was cut or changed on the way.
    let tokens = rp.sign_in_with(&op, &person, &mut browser, rp.authorization()).await;
    let userinfo = rp.userinfo(&op, &tokens.access_token).await.json();
    assert_eq!(userinfo["preferred_username"], PAYLOAD);
}

#[tokio::test(flavor = "multi_thread")]
async fn a119_no_page_listens_to_messages() {
    let op = Provider::start().await;
    for (name, page) in every_page(&op, "en").await {
        for source in page.text().split("src=\"").skip(1).map(|rest| rest.split('"').next().unwrap()) {
            let script = Request::get(op.at(source)).send().await;
            assert_eq!(
                (script.status.as_u16(), script.header("content-type")),
                (200, "text/javascript; charset=utf-8")
            );
            for word in ["message", "addEventListener", "opener", "parent", "eval", "location"] {
                assert!(!script.text().contains(word), "{word} in {source} of {name}");
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn assets_are_kept_for_ever_and_nothing_else_is_served_there() {
    let op = Provider::start().await;
    op.tenant("acme").await;
    let page = every_page(&op, "en").await.remove("form_post").unwrap();
    let text = page.text();
    let assets = text.split("=\"/assets/").skip(1).map(|rest| rest.split('"').next().unwrap().to_owned());
    let assets: Vec<_> = assets.collect();
    assert_eq!(assets.len(), 2);
    for asset in assets {
        for base in ["", "/t/acme"] {
            let found = Request::get(op.at(&format!("{base}/assets/{asset}"))).send().await;
            assert_eq!(found.status, 200);
            assert_eq!(found.header("cache-control"), "public, max-age=31536000, immutable");
        }
    }
    let newest = Request::get(op.at("/assets/credenza.js")).header("origin", "https://any.test").send().await;
    assert_eq!((newest.status.as_u16(), newest.header("cache-control")), (200, "public, max-age=300"));
    assert_eq!(newest.header("content-type"), "text/javascript; charset=utf-8");
    assert_eq!(newest.header("access-control-allow-origin"), "*");
    let etag = newest.header("etag");
    let for_ever =
        Request::get(op.at(&format!("/assets/{}", newest.header("content-location")))).send().await;
    assert_eq!(for_ever.header("cache-control"), "public, max-age=31536000, immutable");
    assert_eq!(for_ever.text(), newest.text());
    for (known, status) in
        [(etag, 304), (&format!("\"other\", W/{etag}"), 304), ("*", 304), ("\"other\"", 200)]
    {
        let again = Request::get(op.at("/assets/credenza.js")).header("if-none-match", known).send().await;
        assert_eq!((again.status.as_u16(), again.header("etag")), (status, etag), "{known}");
    }
    for name in ["page.css", "..%2f..%2fCargo.toml", "%2e%2e%2fhttp.rs", "", "%00", "%ff"] {
        let found = Request::get(op.at(&format!("/assets/{name}"))).send().await;
        assert!(found.status.is_client_error(), "{name}: {}", found.status);
        assert_eq!(found.header("cache-control"), "no-store");
    }
}
