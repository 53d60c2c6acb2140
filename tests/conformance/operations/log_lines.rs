//! What the log of the built binary tells an operator: who was refused and why, each sign-in that failed, nothing that is
//! secret, and nothing that a request writes there itself (A266).
//!
//! Chart 645: Explaining refusals | client, methods, redirect URIs and clocks in the log; `credenza explain`; fail2ban

use std::fs;
use std::net::IpAddr;
use std::path::Path;
use std::time::{Duration, Instant};

use credenza::clock::{Clock as _, SystemClock};
use credenza_tests::{Browser, Page, Request, Response, Served, assertion, served, signing_key};
use credenza_validator::Algorithm;
use serde_json::Value;
use url::Url;

const CALLBACK: &str = "https://rp.test/callback";
const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
/// How long a line may take to be written.
const PATIENCE: Duration = Duration::from_secs(10);
/// Failures that are free of waiting.
const FREE: usize = 20;

/// A server behind a proxy on this machine, with that form of log, and a client that may do everything here.
fn start(format: &str) -> (Served, Value) {
    let mut server = Served::prepare();
    server.node.set("TRUSTED_PROXIES", "127.0.0.1");
    server.node.set("PASSWORD__MEMORY_KIB", "7168");
    server.node.set("PASSWORD__ITERATIONS", "1");
    server.node.set("LOG__FORMAT", format);
    server.node.start();
    server.create_user(served::USERNAME);
    let client = server.create_client(&["--redirect-uri", CALLBACK, "--token-endpoint-auth-method-pinned"]);
    (server, client)
}

fn text<'a>(object: &'a Value, name: &str) -> &'a str {
    object[name].as_str().unwrap_or_else(|| panic!("no {name} in {object}"))
}

/// Waits until the log has this text.
fn wait_for(server: &Served, text: &str) -> String {
    let end = Instant::now() + PATIENCE;
    loop {
        let log = server.log();
        if log.contains(text) {
            return log;
        }
        assert!(Instant::now() < end, "{text} is not in the log:\n{log}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// The lines about the request of that answer.
fn lines_about(server: &Served, answer: &Response) -> Vec<Value> {
    let id = answer.header("x-request-id");
    let is_about = |line: &Value| line["span"]["id"] == id;
    let end = Instant::now() + PATIENCE;
    loop {
        let log = server.log();
        let lines: Vec<Value> =
            log.lines().filter_map(|line| serde_json::from_str(line).ok()).filter(is_about).collect();
        // The last one of a request.
        if lines.iter().any(|line| line["message"] == "answered") {
            return lines;
        }
        assert!(Instant::now() < end, "{id} was not answered:\n{log}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

fn line<'a>(lines: &'a [Value], message: &str) -> &'a Value {
    lines
        .iter()
        .find(|line| line["message"] == message)
        .unwrap_or_else(|| panic!("no {message} in {lines:#?}"))
}

/// `credenza explain`, by the log of that server.
fn explain(server: &Served, code: &str) -> Value {
    let log = server.database().with_file_name("log");
    server.node.run(&["explain", code, "--log", log.to_str().unwrap()])
}

fn advice(explanation: &Value) -> String {
    explanation["advice"].as_array().unwrap().iter().map(|next| next.as_str().unwrap()).collect()
}

fn authorize(server: &Served, client: &Value, redirect_uri: &str) -> String {
    let mut url = Url::parse(&format!("{}/authorize", server.issuer)).unwrap();
    url.query_pairs_mut()
        .append_pair("client_id", text(client, "client_id"))
        .append_pair("redirect_uri", redirect_uri)
        .append_pair("response_type", "code")
        .append_pair("scope", "openid");
    url.to_string()
}

/// Opens the sign-in page in a new browser.
async fn sign_in_page(server: &Served, client: &Value) -> (Browser, Page) {
    let mut browser = Browser::new();
    let mut url = authorize(server, client, CALLBACK);
    let mut response = browser.send(Request::get(url.as_str())).await;
    while response.status.is_redirection() {
        url = Url::parse(&url).unwrap().join(response.location()).unwrap().to_string();
        response = browser.send(Request::get(url.as_str())).await;
    }
    (browser, Page { url, response })
}

/// Fills it in, from that address; the answer leads back to the page.
async fn try_password(
    server: &Served,
    (browser, page): &(Browser, Page),
    address: &str,
    typed: (&str, &str),
) -> Response {
    let (request, csrf) = (page.hidden("request"), page.hidden("csrf"));
    let fields =
        [("request", request.as_str()), ("csrf", &csrf), ("username", typed.0), ("password", typed.1)];
    let form = Request::form(format!("{}/login", server.issuer), &fields);
    browser.clone().send(form.header("x-forwarded-for", address)).await
}

/// The page that an answer to the form leads to: it says what was wrong.
async fn page_after(server: &Served, (browser, _): &(Browser, Page), answer: &Response) -> Response {
    let mut browser = browser.clone();
    for cookie in answer.headers.get_all("set-cookie") {
        let (name, rest) = cookie.to_str().unwrap().split_once('=').unwrap();
        let value = rest.split(';').next().unwrap();
        browser.cookies.insert(name.to_owned(), value.to_owned());
    }
    browser.send(Request::get(format!("{}{}", server.issuer, answer.header("location")))).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_is_refused_is_told_from_what_it_used() {
    let (server, client) = start("json");
    let (id, secret) = (text(&client, "client_id"), text(&client, "client_secret"));
    for path in ["/token", "/introspect", "/revoke"] {
        let ask = async |fields: &[(&str, &str)]| {
            let common = [("grant_type", "client_credentials"), ("token", "x")];
            let answer = Request::form(format!("{}{path}", server.issuer), &[&common[..], fields].concat())
                .send()
                .await;
            assert_eq!(answer.status, 401, "{path}: {}", answer.text());
            let lines = lines_about(&server, &answer);
            assert_eq!(line(&lines, "refused")["code"], "invalid_client");
            assert!(lines.iter().all(|line| line["span"]["path"] == path), "{lines:#?}");
            (
                explain(&server, answer.header("x-request-id")),
                line(&lines, "the client was not authenticated").clone(),
            )
        };
        let (told, by_form) = ask(&[("client_id", id), ("client_secret", secret)]).await;
        assert_eq!(by_form["span"]["client_id"], id);
        assert_eq!(by_form["method_used"], "client_secret_post");
        assert_eq!(by_form["method_registered"], "client_secret_basic");
        assert_eq!((text(&told, "endpoint"), text(&told, "client_id")), (path, id));
        assert!(advice(&told).contains("--token-endpoint-auth-method client_secret_post"), "{told}");
        let (told, unknown) = ask(&[("client_id", "nobody\n\"x\""), ("client_secret", secret)]).await;
        assert_eq!(unknown["span"]["client_id"], "nobody\n\"x\"");
        assert!(unknown.get("method_registered").is_none(), "{unknown}");
        assert!(advice(&told).contains("there is no enabled client"), "{told}");
    }
    assert!(!server.log().contains(secret), "a secret is in the log");
    let public = server.create_client(&["--public", "--redirect-uri", CALLBACK]);
    let fields = [("client_id", text(&public, "client_id")), ("token", "x")];
    let answer = Request::form(format!("{}/introspect", server.issuer), &fields).send().await;
    assert_eq!(answer.status, 401);
    assert_eq!(
        line(&lines_about(&server, &answer), "the client was not authenticated")["method_used"],
        "none"
    );
    assert!(advice(&explain(&server, answer.header("x-request-id"))).contains("confidential"));
}

#[tokio::test(flavor = "multi_thread")]
async fn clocks_that_differ_are_told() {
    let (server, _) = start("json");
    let key = signing_key(Algorithm::ES256);
    let client = server.create_asserting_client(&key);
    let ask = async |ahead: i64| {
        let now = SystemClock.now().seconds() + ahead;
        let jwt = assertion(&key, text(&client, "client_id"), &server.issuer, now, |_| ());
        let fields = [
            ("grant_type", "client_credentials"),
            ("client_assertion_type", ASSERTION_TYPE),
            ("client_assertion", &jwt),
        ];
        let answer = Request::form(format!("{}/token", server.issuer), &fields).send().await;
        (jwt, answer)
    };
    assert_eq!(ask(0).await.1.status, 200, "with the same clock");
    for ahead in [300, -300] {
        let (jwt, answer) = ask(ahead).await;
        assert_eq!(answer.status, 401);
        let lines = lines_about(&server, &answer);
        let refused = line(&lines, "the client was not authenticated");
        assert_eq!(refused["method_used"], "private_key_jwt");
        let issued = refused["iat_from_now"].as_i64().unwrap();
        assert!((issued - ahead).abs() < 10, "{issued} {ahead}");
        assert!(advice(&explain(&server, answer.header("x-request-id"))).contains("Set the clocks"));
        assert!(!server.log().contains(&jwt), "an assertion is in the log");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_redirect_uri_is_told_beside_the_nearest_registered_one() {
    let (server, client) = start("json");
    let sent = "https://rp.test/calback?secret=no";
    let answer = Request::get(authorize(&server, &client, sent)).send().await;
    assert_eq!(answer.status, 400);
    let code = answer.header("x-request-id");
    assert!(answer.text().contains(code), "the support code is on the page");
    let lines = lines_about(&server, &answer);
    let told = line(&lines, "the redirect URI is not registered");
    assert_eq!((text(told, "redirect_uri"), text(told, "nearest")), (sent, CALLBACK));
    assert_eq!(told["registered"], 1);
    let explanation = explain(&server, &code.to_uppercase());
    assert_eq!(text(&explanation, "rule"), "RFC 6749 3.1.2.3");
    assert_eq!(text(&explanation, "client_id"), text(&client, "client_id"));
    let happened = explanation["happened"].to_string();
    assert!(happened.contains(CALLBACK) && happened.contains("calback"), "{happened}");
    // For people.
    let log = server.database().with_file_name("log");
    let said = server.run(&["explain", code, "--log", log.to_str().unwrap()]).unwrap();
    assert!(said.starts_with("At 2") && said.contains("What to do next:"), "{said}");
    // A code that is not there is an error, and so is what is none.
    for other in ["0000000000000000", "xyz"] {
        server.run(&["explain", other, "--log", log.to_str().unwrap()]).unwrap_err();
    }
}

/// The filter that the manual gives, without what it asks of fail2ban alone.
fn filter() -> Vec<String> {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../provider/manual/operating.md");
    let page = fs::read_to_string(page).unwrap();
    let (_, rest) = page.split_once("failregex = ").expect("the filter");
    let (expressions, _) = rest.split_once("\ndatepattern").expect("what follows it");
    expressions.lines().map(|line| line.trim().to_owned()).collect()
}

/// The address that an expression finds in a line. It knows of regular expressions what the filter uses: `.*`, one
/// choice, and `<ADDR>`.
fn address_by(expression: &str, line: &str) -> Option<IpAddr> {
    let inner = expression.strip_prefix("^.*").unwrap().strip_suffix(".*$").unwrap();
    let (before, rest) = inner.split_once("(?:").unwrap();
    let (choices, after) = rest.split_once(')').unwrap();
    choices.split('|').find_map(|choice| {
        let literal = format!("{before}{choice}{after}");
        assert!(!literal.contains(['\\', '[', '+', '*', '?', '(']), "{literal}");
        let (first, last) = literal.split_once("<ADDR>").unwrap();
        let (_, rest) = line.split_once(first)?;
        let (address, _) = rest.split_once(last)?;
        address.parse().ok()
    })
}

/// The addresses that the filter finds in a log.
fn found(log: &str) -> Vec<IpAddr> {
    let filter = filter();
    assert_eq!(filter.len(), 2, "one expression for each form of the log: {filter:?}");
    log.lines().filter_map(|line| filter.iter().find_map(|expression| address_by(expression, line))).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a266_a_filter_finds_failed_sign_ins_and_nobody_forges_one() {
    for format in ["json", "text"] {
        let (server, client) = start(format);
        let page = sign_in_page(&server, &client).await;
        // As a whole address, not as the network that counts.
        let (one, other) = ("203.0.113.9", "2001:db8::1:2");
        let typed = "the password, typed into the wrong field";
        for (address, username, status) in [(one, "Alice", 422), (other, typed, 422)] {
            let answer = try_password(&server, &page, address, (username, "wrong password")).await;
            assert_eq!(page_after(&server, &page, &answer).await.status, status, "{}", answer.text());
        }
        for _ in 1..FREE {
            try_password(&server, &page, "203.0.113.10", ("alice", "wrong password")).await;
        }
        // What somebody writes into a request does not pass for such a line.
        let forged = "sign-in failed address=\"198.51.100.1\" account=\"\" \",\"message\":\"sign-in failed\",\"address\":\"198.51.100.1\",\"account\":\"";
        let refused = Request::get(authorize(&server, &client, &format!("https://rp.test/ INFO: {forged}")));
        assert_eq!(refused.send().await.status, 400);
        let answer = try_password(&server, &page, "203.0.113.10", ("alice", served::PASSWORD)).await;
        assert_eq!(page_after(&server, &page, &answer).await.status, 429);
        let log = wait_for(&server, "sign-in throttled");
        let mut expected = vec![one, other];
        expected.extend(vec!["203.0.113.10"; FREE - 1]);
        let expected: Vec<IpAddr> = expected.into_iter().map(|address| address.parse().unwrap()).collect();
        let found = found(&log);
        assert!(found.starts_with(&expected), "{format}: {found:?}");
        assert!(found[expected.len()..].iter().all(|address| *address == expected[2]), "{format}: {found:?}");
        for secret in ["wrong password", typed, served::PASSWORD] {
            assert!(!log.contains(secret), "{format}: {secret} is in the log");
        }
        assert!(!log.contains('\u{1b}'), "{format}: colours are for terminals");
    }
}

/// The shape of the lines, which the manual documents.
#[tokio::test(flavor = "multi_thread")]
async fn failed_sign_ins_have_these_fields() {
    let (server, client) = start("json");
    let page = sign_in_page(&server, &client).await;
    for (username, account) in [(" ALICE ", served::USERNAME), ("nobody", "")] {
        let answer = try_password(&server, &page, "203.0.113.9", (username, "wrong password")).await;
        let lines = lines_about(&server, &answer);
        let failed = line(&lines, "sign-in failed");
        assert_eq!((text(failed, "address"), text(failed, "account")), ("203.0.113.9", account));
        assert_eq!((text(failed, "tenant"), text(failed, "level")), ("default", "INFO"));
        assert_eq!(failed["span"]["client_id"], client["client_id"]);
    }
    for _ in 0..FREE {
        try_password(&server, &page, "203.0.113.9", ("alice", "wrong password")).await;
    }
    let answer = try_password(&server, &page, "203.0.113.9", ("alice", "wrong password")).await;
    let lines = lines_about(&server, &answer);
    let throttled = line(&lines, "sign-in throttled");
    assert_eq!(text(throttled, "account"), served::USERNAME);
    let page = page_after(&server, &page, &answer).await;
    let (wait, told) = (throttled["wait_seconds"].as_i64().unwrap(), page.header("retry-after"));
    assert!((wait - 5..=wait).contains(&told.parse().unwrap()), "{wait}: {told}");
    let told = explain(&server, answer.header("x-request-id"));
    assert!(advice(&told).contains("credenza user unlock"), "{told}");
    // One line for each, no more.
    let log = server.log();
    assert_eq!(log.matches("sign-in throttled").count(), log.matches("wait_seconds").count());
}
