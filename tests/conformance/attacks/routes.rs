//! Every path of the router's table (manual: attacks): security headers, cookies, and forms that other sites send
//! (A114, A117).

use credenza::mail::Mailer;
use credenza_protocol::account_policy::AccountDeletion;
use credenza_protocol::sign_up::SignUpPolicy;
use credenza_protocol::tenant::SignInByMail;
use credenza_protocol::time::{Seconds, Time};
use credenza_protocol::version::Version;
use credenza_storage::conformance::fixtures::passkey;
use credenza_storage::{Expected, NewUserDeletion};
use credenza_tests::{
    AuthenticatorApp, Browser, OwnAccount, Page, Person, Provider, RelyingParty, Request, Response, Route,
    link_in, routes,
};

const HTTPS: &str = "https://id.example";

async fn send(op: &Provider, route: &Route, method: &str, asset: &str) -> Response {
    let url = op.at(&route.filled("acme", asset));
    match method {
        "POST" => Request::form(url, &[]).send().await,
        _ => Request::new(method, url).send().await,
    }
}

async fn stylesheet(op: &Provider) -> String {
    let account = Request::get(op.at("/account")).send().await.text();
    account.split("/assets/").nth(1).unwrap().split('"').next().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_table_is_read_whole() {
    let paths: Vec<_> = routes().into_iter().map(|route| route.path).collect();
    for path in ["/authorize", "/t/{tenant}/token", "/livez", "/.well-known/openid-configuration/t/{tenant}"]
    {
        assert!(paths.iter().any(|known| known == path), "{path}: {paths:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a117_every_answer_makes_browsers_careful_and_caches_forget() {
    for issuer in [None, Some(HTTPS)] {
        let op = match issuer {
            Some(issuer) => Provider::builder().issuer(issuer).start().await,
            None => Provider::start().await,
        };
        op.tenant("acme").await;
        let asset = stylesheet(&op).await;
        for route in routes() {
            for method in ["GET", "POST", "HEAD", "DELETE", "OPTIONS", "PUT"] {
                let answer = send(&op, &route, method, &asset).await;
                let is_taken =
                    route.methods.contains(&method) || (method == "HEAD" && route.methods.contains(&"GET"));
                assert_eq!(answer.status == 405, !is_taken, "{method} {route:?}: {}", answer.status);
                assert!(answer.status.as_u16() < 500, "{method} {route:?}: {}", answer.status);
                // The check-session iframe alone may be framed.
                let is_frameable = is_taken && route.path.ends_with("/check_session");
                assert_careful(&answer, issuer.is_some(), is_frameable, &format!("{method} {route:?}"));
                let expected = match route.path.as_str() {
                    _ if !is_taken => "no-store",
                    path if path.ends_with("/webfinger") => "no-store",
                    path if path.contains("/.well-known/") || path.ends_with("/jwks") => "public, max-age=60",
                    path if path.ends_with("/revocations") => "public, max-age=1",
                    path if path.ends_with("/assets/{name}") => "public, max-age=31536000, immutable",
                    _ => "no-store",
                };
                assert_eq!(answer.header("cache-control"), expected, "{method} {route:?}");
            }
        }
        for path in ["/nowhere", "/t/nobody/jwks", "/t/nobody", "/metrics", "/admin/v2/users"] {
            let answer = Request::get(op.at(path)).send().await;
            assert_eq!((answer.status.as_u16(), answer.header("cache-control")), (404, "no-store"), "{path}");
            assert_careful(&answer, issuer.is_some(), false, path);
        }
    }
}

fn assert_careful(answer: &Response, https: bool, is_frameable: bool, what: &str) {
    assert_eq!(answer.header("x-content-type-options"), "nosniff", "{what}");
    assert_eq!(answer.header("referrer-policy"), "no-referrer", "{what}");
    assert_eq!(answer.header("x-frame-options"), if is_frameable { "" } else { "DENY" }, "{what}");
    assert!(!answer.header("x-request-id").is_empty(), "{what}");
    // RFC 6797 7.2: not over http.
    let hsts = if https { "max-age=31536000" } else { "" };
    assert_eq!(answer.header("strict-transport-security"), hsts, "{what}");
    let is_html = answer.header("content-type").starts_with("text/html");
    assert_eq!(is_html, answer.headers.contains_key("content-security-policy"), "{what}");
    // A117: an answer that sets a cookie is not shared.
    assert!(answer.header("set-cookie").is_empty() || answer.header("cache-control") == "no-store", "{what}");
    for server in ["server", "x-powered-by"] {
        assert!(!answer.headers.contains_key(server), "{what}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn cookies_are_as_closed_as_the_scheme_allows() {
    for (issuer, tenant, names, secure) in [
        (None, "default", ["credenza-browser", "credenza-session"], ""),
        (None, "acme", ["credenza-browser-acme", "credenza-session-acme"], ""),
        (Some(HTTPS), "default", ["__Host-credenza-browser", "__Host-credenza-session"], "; Secure"),
        (Some(HTTPS), "acme", ["__Host-credenza-browser-acme", "__Host-credenza-session-acme"], "; Secure"),
    ] {
        let op = match issuer {
            Some(issuer) => Provider::builder().issuer(issuer).start().await,
            None => Provider::start().await,
        };
        if tenant != "default" {
            op.tenant(tenant).await;
        }
        let alice = op.user_of(tenant, "alice").await;
        let rp = RelyingParty::register_at(&op, tenant, |_| ()).await;
        let mut browser = Browser::new();
        let request = Request::get(op.reach(&rp.authorization().url(&op)));
        let begun = browser.send(request).await;
        let page = browser.open(&op, &format!("{}{}", op.issuer, begun.location())).await;
        let fields = fields(&page, &[("username", &alice.username), ("password", &alice.password)]);
        let fields: Vec<_> = fields.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
        let signed_in = browser.send(Request::form(op.reach(&page.url), &fields)).await;
        for (name, answer) in names.iter().zip([&begun, &signed_in]) {
            let all = answer.headers.get_all("set-cookie").iter().map(|cookie| cookie.to_str().unwrap());
            let cookie = all.into_iter().find(|cookie| cookie.starts_with(name)).unwrap();
            let (pair, attributes) = cookie.split_once(';').unwrap();
            let (found, value) = pair.split_once('=').unwrap();
            assert_eq!(found, *name);
            // 256 bits, no Domain, no lifetime of its own.
            assert_eq!(value.len(), 43, "{cookie}");
            assert_eq!(attributes, format!(" Path=/; HttpOnly; SameSite=Lax{secure}"));
            // Beside it, the cookie that the check-session iframe reads, and the one by which the device is known.
            let count = answer.headers.get_all("set-cookie").iter().count();
            assert_eq!(count, if name.contains("session") { 3 } else { 1 });
            assert_eq!(answer.header("cache-control"), "no-store");
        }
        let out = browser.open(&op, &format!("{}{}/logout", op.issuer, rp.base)).await;
        let gone = browser.submit(&op, &out, &[("decision", "logout")]).await;
        let expected = format!("{}=; Path=/; HttpOnly; SameSite=Lax{secure}; Max-Age=0", names[1]);
        assert_eq!(gone.response.header("set-cookie"), expected);
    }
}

fn fields(page: &Page, more: &[(&str, &str)]) -> Vec<(String, String)> {
    let more = more.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    page.form().hidden.into_iter().chain(more).collect()
}

/// The forms that change something, each with valid fields.
async fn forms(
    op: &Provider,
    alice: &Person,
    rp: &RelyingParty,
    path: &str,
) -> (Browser, Page, Vec<(&'static str, String)>) {
    let mut browser = Browser::new();
    let login = rp.authorization().with("prompt", "login consent").open(op, &mut browser).await;
    if path == "/forgot-password" {
        let page = browser.open(op, &format!("{}{path}", op.issuer)).await;
        return (browser, page, vec![("username", alice.username.clone())]);
    }
    if path.starts_with("/login/") {
        let mails = mails(op);
        let fields = [("username", alice.username.as_str()), ("mail", "1")];
        let sent = browser.submit(op, &login, &fields).await;
        while self::mails(op) == mails {
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        }
        if path == "/login/mail" {
            return (browser, sent, vec![("code", "123456".to_owned())]);
        }
        let newest =
            op.state.mail.as_ref().and_then(|mailer| mailer.inbox()).unwrap().newest_first().remove(0);
        let page = browser.open(op, &link_in(&newest)).await;
        return (browser, page, vec![]);
    }
    if path.starts_with("/signup") {
        let page = browser.open(op, &format!("{}/signup", op.issuer)).await;
        let email = ("email", "ada@people.test");
        if path == "/signup" {
            return (browser, page, vec![(email.0, email.1.to_owned())]);
        }
        let mails = mails(op);
        let page = browser.submit(op, &page, &[email]).await;
        // Mail is seen to after the answer.
        while self::mails(op) == mails {
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        }
        return (browser, page, vec![("code", "123456".to_owned())]);
    }
    if path.starts_with("/account/email") {
        browser.sign_in(op, &login, alice).await;
        let page = browser.open(op, &format!("{}/account/email", op.issuer)).await;
        let email = ("email", "another@people.test");
        if path == "/account/email" {
            return (browser, page, vec![(email.0, email.1.to_owned())]);
        }
        let mails = mails(op);
        let page = browser.submit(op, &page, &[email]).await;
        while self::mails(op) == mails {
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        }
        return (browser, page, vec![("code", "123456".to_owned())]);
    }
    if path == "/login" {
        let typed = vec![("username", alice.username.clone()), ("password", alice.password.clone())];
        return (browser, login, typed);
    }
    if path.starts_with("/login/") {
        unsettle(op, alice, path).await;
        let typed = [("username", alice.username.as_str()), ("password", alice.password.as_str())];
        let page = browser.submit(op, &login, &typed).await;
        let new = ("password", "seven swans a-swimming".to_owned());
        return (browser, page, if path == "/login/new-password" { vec![new] } else { vec![] });
    }
    let consent = browser.sign_in(op, &login, alice).await;
    let allow = vec![("decision", "allow".to_owned())];
    match path {
        "/consent" => (browser, consent, allow),
        "/select-account" => {
            browser.decide(op, &consent, "allow").await;
            let page = rp.authorization().with("prompt", "select_account").open(op, &mut browser).await;
            (browser, page, vec![("decision", "continue".to_owned())])
        }
        "/logout/confirm" => {
            let page = browser.open(op, &format!("{}/logout", op.issuer)).await;
            (browser, page, vec![("decision", "logout".to_owned())])
        }
        "/account/applications" => {
            browser.decide(op, &consent, "allow").await;
            let page = browser.open(op, &format!("{}{path}", op.issuer)).await;
            (browser, page, vec![("client_id", rp.client_id().to_owned())])
        }
        "/account/devices" => {
            let own = OwnAccount::of(op, alice).await;
            let device = serde_json::json!({"name": "Phone", "platform": "ios"});
            let made = own.post(op, "/me/devices", &device).await.json();
            let page = browser.open(op, &format!("{}{path}", op.issuer)).await;
            (browser, page, vec![("device_id", made["device_id"].as_str().unwrap().to_owned())])
        }
        "/account/data" => {
            let page = browser.open(op, &format!("{}{path}", op.issuer)).await;
            (browser, page, vec![])
        }
        "/account/security" => {
            let (tenant, store) = (op.default_tenant().await, &op.state.store);
            let mut key = passkey("key");
            key.authenticator.user_id = alice.user_id.clone();
            let now = Time::from_seconds(op.now());
            let _there = store.authenticators.add(&tenant, key, 9, None, now).await.unwrap();
            let page = browser.open(op, &format!("{}{path}", op.issuer)).await;
            (browser, page, vec![("codes", "new".to_owned())])
        }
        "/account/security/app" => {
            let page = browser.open(op, &format!("{}{path}", op.issuer)).await;
            let code = AuthenticatorApp::scan(&page).code(op);
            (browser, page, vec![("code", code)])
        }
        "/account/delete" => {
            let page = browser.open(op, &format!("{}{path}", op.issuer)).await;
            (browser, page, vec![("username", alice.username.clone())])
        }
        "/account/profile" => {
            let page = browser.open(op, &format!("{}{path}", op.issuer)).await;
            (browser, page, vec![("claim-nickname", "Alix".to_owned())])
        }
        "/account/password" => {
            let page = browser.open(op, &format!("{}{path}", op.issuer)).await;
            let old = ("old", alice.password.clone());
            (browser, page, vec![old, ("password", "seven swans a-swimming".to_owned())])
        }
        "/account" => {
            let page = browser.open(op, &format!("{}/account", op.issuer)).await;
            (browser, page, vec![("end", "all".to_owned())])
        }
        other => panic!("{other} takes a form, and nothing here knows it"),
    }
}

/// What has to be true of alice for that page to be shown.
async fn unsettle(op: &Provider, alice: &Person, path: &str) {
    let (tenant, store) = (op.default_tenant().await, &op.state.store);
    if path == "/login/new-password" {
        store.credentials.require_password_change(&tenant, &alice.user_id).await.unwrap();
        return;
    }
    let now = Time::from_seconds(op.now());
    let deletion = NewUserDeletion {
        user_id: alice.user_id.clone(),
        deletes_at: now + Seconds(86_400),
        own: true,
        secret: None,
        reminds_at: None,
        lang: "en".to_owned(),
    };
    let _done = store.user_deletions.schedule(&tenant, deletion, Expected::Any, None, now).await.unwrap();
}

/// Alice is as she was: with her password, and with an account that is not to be deleted.
async fn settle(op: &Provider, alice: &Person) {
    let (tenant, store, now) = (op.default_tenant().await, &op.state.store, Time::from_seconds(op.now()));
    store.user_deletions.cancel(&tenant, &alice.user_id, now).await.unwrap();
    store.authenticators.reset(&tenant, &alice.user_id, None, None, now).await.unwrap();
    let hash = op.state.passwords.hash(alice.password.clone()).await.unwrap();
    assert!(store.credentials.set_password(&tenant, &alice.user_id, hash, now).await.unwrap());
}

#[tokio::test(flavor = "multi_thread")]
async fn a114_forms_of_other_sites_change_nothing() {
    let op = Provider::builder().mailing().start().await;
    let alice = op.user("alice").await;
    op.change_settings(|settings| {
        settings.sign_up = SignUpPolicy::Open;
        settings.sign_in_by_mail = SignInByMail::On;
        settings.account_deletion = AccountDeletion::On;
    })
    .await;
    let rp = RelyingParty::confidential(&op).await;
    // Endpoints for clients with credentials, and those without effect until the person is asked.
    // The forms for a new password, a new account and another address have the secret of a mail in them, which no other site
    // knows. What the choice of a language refuses is in `pages/language.rs`, and the forms of a second factor in
    // `pages/second_factor_attacks.rs`.
    let not_pages = [
        "/token",
        "/userinfo",
        "/introspect",
        "/revoke",
        "/register",
        "/authorize",
        "/authorize-challenge",
        "/logout",
        "/reset-password",
        "/signup/complete",
        "/signup/invited",
        "/account/keep",
        "/account/email/confirm",
        "/account/email/undo",
        "/language",
        "/login/second-factor",
        "/login/add-second-factor",
        "/account/security/passkey",
    ];
    let paths = routes().into_iter().filter(|route| route.methods.contains(&"POST")).map(|route| route.path);
    let mut seen = 0;
    for path in paths.filter(|path| !path.starts_with("/t/") && !not_pages.contains(&path.as_str())) {
        seen += 1;
        let (browser, page, typed) = forms(&op, &alice, &rp, &path).await;
        let (mut other, other_page, _) = forms(&op, &alice, &rp, &path).await;
        let typed: Vec<_> = typed.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let all = fields(&page, &typed);
        let before = state(&op, &alice).await;
        for (what, csrf) in [
            ("missing", None),
            ("empty", Some(String::new())),
            ("of another browser", Some(other_page.hidden("csrf"))),
            ("cut", Some(page.hidden("csrf")[1..].to_owned())),
            ("with more", Some(format!("{}A", page.hidden("csrf")))),
        ] {
            let others = all.iter().filter(|(name, _)| name != "csrf").cloned();
            let forged: Vec<_> = others.chain(csrf.map(|csrf| ("csrf".to_owned(), csrf))).collect();
            let forged: Vec<_> = forged.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
            let answer = browser.clone().post(&op, &format!("{}{path}", op.issuer), &forged).await;
            assert_eq!(answer.response.status, 403, "{path}, csrf {what}");
            assert_eq!(state(&op, &alice).await, before, "{path}, csrf {what}");
        }
        let encoded: String = {
            let mut encoded = url::form_urlencoded::Serializer::new(String::new());
            encoded.extend_pairs(&all).finish()
        };
        for content_type in ["text/plain", "application/json", "multipart/form-data; boundary=x", ""] {
            let request = Request::post(op.at(&path), content_type, encoded.clone()).header("origin", "null");
            assert_eq!(browser.clone().send(request).await.status, 400, "{path} as {content_type}");
            assert_eq!(state(&op, &alice).await, before, "{path} as {content_type}");
        }
        // The complete form, in another browser than it was made for.
        let stolen: Vec<_> = all.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
        let answer = other.post(&op, &format!("{}{path}", op.issuer), &stolen).await;
        assert!(matches!(answer.response.status.as_u16(), 400 | 403), "{path}: {}", answer.response.status);
        assert_eq!(state(&op, &alice).await, before, "{path} in another browser");
        // Positive control: in the person's own browser.
        let mut own = browser;
        let answer = own.submit(&op, &page, &typed).await;
        if path.ends_with("/code") || path == "/login/mail" {
            // It changes nothing, and says whether the code is right.
            assert_eq!(answer.response.status, 422, "{path}: the form itself works");
            continue;
        }
        if path == "/account/data" {
            // It changes nothing, and answers with a file.
            assert!(!answer.response.header("content-disposition").is_empty(), "{path}: the form works");
            continue;
        }
        // Mail is seen to after the answer.
        for _ in 0..500 {
            if state(&op, &alice).await != before {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        }
        assert_ne!(state(&op, &alice).await, before, "{path}: the form itself works");
        other.cookies.clear();
        op.empty_out().await;
        settle(&op, &alice).await;
    }
    assert_eq!(seen, 23);
}

/// The state that alice's forms can change.
async fn state(op: &Provider, alice: &Person) -> (usize, usize, usize, usize, Option<Version>) {
    let (tenant, store, id) = (op.default_tenant().await, &op.state.store, &alice.user_id);
    let version = store.users.find(&tenant, id).await.unwrap().map(|user| user.version);
    let now = Time::from_seconds(op.now());
    let devices = store.devices.page(&tenant, id, None, None, 100, now).await.unwrap().len();
    (op.sessions_of(alice).await, op.grants_of(alice).await, mails(op), devices, version)
}

/// How many mails were sent.
fn mails(op: &Provider) -> usize {
    op.state.mail.as_ref().and_then(Mailer::inbox).map_or(0, |inbox| inbox.newest_first().len())
}
