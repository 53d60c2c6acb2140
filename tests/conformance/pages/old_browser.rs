//! The provider in a browser that knows only old JavaScript: server-rendered forms from the
//! first page to the last, over https; the few scripts are written in ECMAScript 3.
//!
//! Chart 900

use std::fs;
use std::path::Path;

use credenza_tests::{Browser, Page, Provider, RelyingParty, Request, Step, Tokens};

/// Syntax of newer JavaScript, and interfaces that an old browser lacks.
const NEWER: [&str; 34] = [
    "=>",
    "`",
    "...",
    "**",
    "??",
    "?.",
    " of ",
    "let ",
    "const ",
    "class ",
    "super",
    "import",
    "export",
    "async ",
    "await ",
    "yield",
    "function*",
    "Promise",
    "Symbol",
    "Proxy",
    "Reflect",
    "new Map",
    "new Set",
    "WeakMap",
    "BigInt",
    "fetch",
    "URLSearchParams",
    "new URL",
    "TextEncoder",
    "crypto.",
    "Uint8Array",
    "padStart",
    "startsWith",
    "includes(",
];

/// The headers of HtmlUnit: fetch metadata that are always the same.
const HEADERS: [(&str, &str); 5] = [
    ("user-agent", "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36"),
    ("accept-language", "en-US,en;q=0.9"),
    ("sec-fetch-site", "same-origin"),
    ("sec-fetch-mode", "navigate"),
    ("upgrade-insecure-requests", "1"),
];

fn old_browser() -> Browser {
    let headers = HEADERS.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
    Browser { headers, ..Browser::new() }
}

/// The code without its comments.
fn code_of(script: &str) -> String {
    let mut code = String::new();
    let mut rest = script;
    while let Some(start) = rest.find("/*") {
        code.push_str(&rest[..start]);
        rest = rest[start..].find("*/").map_or("", |end| &rest[start + end + 2..]);
    }
    code.push_str(rest);
    let without = |line: &str| line.split("// ").next().unwrap_or_default().to_owned();
    code.lines().map(without).collect::<Vec<_>>().join("\n")
}

fn files(folder: &str, extension: &str) -> Vec<(String, String)> {
    let folder = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/..")).join(folder);
    let paths = fs::read_dir(folder).unwrap().map(|file| file.unwrap().path());
    let wanted = paths.filter(|path| path.extension().is_some_and(|found| found == extension));
    wanted.map(|path| (path.display().to_string(), fs::read_to_string(path).unwrap())).collect()
}

#[test]
fn every_script_is_old_javascript() {
    let scripts = files("provider/server/assets", "js");
    assert!(scripts.iter().any(|(path, _)| path.ends_with("form_post.js")));
    for (path, script) in scripts {
        let code = code_of(&script);
        for newer in NEWER {
            assert!(!code.contains(newer), "{newer} in {path}");
        }
    }
    let new = "var f = () => 1; // let it be\n/* class */ f();";
    assert!(NEWER.iter().filter(|newer| code_of(new).contains(**newer)).eq(["=>"].iter()));
}

/// Scripts are files, none is a module, and no element has an event handler as an attribute.
#[test]
fn no_page_has_a_script_of_its_own() {
    let templates = files("provider/server/templates", "html");
    assert!(templates.len() > 10);
    for (path, template) in templates {
        for script in template.split("<script").skip(1) {
            assert!(script.starts_with(" src=") && script.contains("></script>"), "{path}");
            assert!(!script.contains("type=\"module\""), "{path}");
        }
        for attribute in
            [" onclick=", " onload=", " onsubmit=", "javascript:", "is=\"", "<template", "<dialog"]
        {
            assert!(!template.contains(attribute), "{attribute} in {path}");
        }
    }
}

/// Asserts one form that a click can send: by POST to the provider itself, with that button, each id once.
#[track_caller]
fn assert_plain_form(page: &Page, button: &str) {
    let text = page.text();
    assert!(text.contains("<form method=\"post\" action=\"/"), "{text}");
    assert_eq!(text.matches(&format!("id=\"{button}\"")).count(), 1, "{text}");
    let start = text.find("<form").unwrap();
    let form = &text[start..start + text[start..].find("</form>").unwrap()];
    let submit = form.split("<button").skip(1).find(|rest| rest.contains(&format!("id=\"{button}\"")));
    assert!(submit.is_some_and(|rest| rest.starts_with(" type=\"submit\"")), "{form}");
    // The one script is that of passkeys, without which the page works.
    let passkeys = text.matches("<script src=\"/assets/passkey").count();
    assert_eq!(text.matches("<script").count(), passkeys, "{text}");
    let mut ids: Vec<_> = text.split(" id=\"").skip(1).map(|rest| rest.split('"').next()).collect();
    let count = ids.len();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), count, "an id twice: {text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_whole_sign_in_by_plain_forms_over_https() {
    let op = Provider::builder().issuer("https://op.test").start().await;
    let alice = op.user("alice").await;
    let rp = RelyingParty::confidential(&op).await;
    for by_post in [false, true] {
        let mut browser = old_browser();
        let request = rp.authorization().with("prompt", "login consent");
        let login = match by_post {
            true => request.post(&op, &mut browser).await,
            false => request.open(&op, &mut browser).await,
        };
        assert_plain_form(&login, "login-submit");
        let wrong = browser.submit(&op, &login, &[("username", "alice"), ("password", "wrong")]).await;
        assert_plain_form(&wrong, "login-submit");
        let consent = browser.sign_in(&op, &login, &alice).await;
        assert_plain_form(&consent, "consent-allow");
        assert_plain_form(&consent, "consent-deny");
        let code = browser.decide(&op, &consent, "allow").await.code();
        let tokens = Tokens::of(&rp.redeem(&op, &code).await);
        assert_eq!(rp.userinfo(&op, &tokens.access_token).await.status, 200);
        let select = request.clone().with("prompt", "select_account").open(&op, &mut browser).await;
        assert_plain_form(&select, "account-continue");
        browser.decide(&op, &select, "continue").await.code();
        // The answer by form_post: a click does what the script does.
        let posted = rp.authorization().with("prompt", "none").with("response_mode", "form_post");
        let page = posted.open(&op, &mut browser).await;
        assert_eq!((page.step(), page.target().as_str()), (Step::Done, rp.redirect_uri()));
        assert!(page.says("<noscript>") && page.says("<script src=\"/assets/form_post-"), "{}", page.text());
        assert_eq!(rp.redeem(&op, &page.code()).await.status, 200);
        // Signing out: at once with a hint, after a confirmation without.
        let question = browser.open(&op, &format!("{}/logout", op.issuer)).await;
        assert_plain_form(&question, "logout-confirm");
        assert!(browser.submit(&op, &question, &[("decision", "logout")]).await.says("You are signed out"));
        let silent = rp.authorization().with("prompt", "none");
        silent.assert_refused(&op, &mut browser, "login_required").await;
    }
}

/// Nothing private is cached, and every response has a date (RFC 9110 6.6.1).
#[tokio::test(flavor = "multi_thread")]
async fn answers_are_dated_and_not_kept() {
    let op = Provider::start().await;
    let alice = op.user("alice").await;
    let rp = RelyingParty::confidential(&op).await;
    let mut browser = old_browser();
    let page = rp.authorization().open(&op, &mut browser).await;
    let tokens = rp.sign_in(&op, &alice).await;
    let token = [("token", tokens.access_token.as_str())];
    for answer in [
        page.response,
        rp.refresh(&op, tokens.refresh()).await,
        rp.refresh(&op, "x").await,
        rp.userinfo(&op, &tokens.access_token).await,
        rp.userinfo(&op, "x").await,
        rp.call(&op, "/introspect", &token).send().await,
        rp.call(&op, "/revoke", &token).send().await,
    ] {
        assert_eq!(answer.header("cache-control"), "no-store", "{}", answer.text());
        assert!(answer.header("date").ends_with(" GMT"), "{}", answer.text());
    }
    let metadata = Request::get(op.at("/.well-known/openid-configuration")).send().await;
    assert!(metadata.header("date").ends_with(" GMT") && metadata.header("cache-control") != "no-store");
}
