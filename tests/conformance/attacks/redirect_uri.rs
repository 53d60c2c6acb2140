//! Attacks on the redirect URI (manual: attacks).

use credenza_protocol::client::{ApplicationType, Client};
use credenza_protocol::client_auth::AuthMethod;
use credenza_tests::{Browser, Provider, RelyingParty, Step};

/// A client with this one redirect URI.
fn at(uri: &str) -> impl FnOnce(&mut Client) {
    let uri = uri.to_owned();
    |client| client.redirect_uris = vec![uri]
}

fn native(uri: &str) -> impl FnOnce(&mut Client) {
    let change = at(uri);
    |client| {
        change(client);
        client.application_type = ApplicationType::Native;
        client.token_endpoint_auth_method = AuthMethod::None;
    }
}

/// Asserts that only the client's own URI is answered. The others end at an error page, with and without a session and
/// consent, by GET and by POST, and leave nothing in the store.
async fn assert_page_for(change: impl FnOnce(&mut Client), attacks: &[&str]) {
    let op = Provider::start().await;
    let alice = op.user("alice").await;
    let rp = RelyingParty::register(&op, change).await;
    let mut browser = Browser::new();
    rp.authorization().code(&op, &mut browser, &alice).await;
    for attack in attacks {
        for request in [rp.authorization(), rp.authorization().with("prompt", "none")] {
            let request = request.with("redirect_uri", attack);
            for browser in [&mut browser, &mut Browser::new()] {
                request.assert_page(&op, browser).await;
                request.post(&op, browser).await.assert_error_page();
            }
        }
        // Errors are not sent there either.
        let wrong = rp.authorization().with("redirect_uri", attack).with("scope", "nonsense");
        wrong.assert_page(&op, &mut browser).await;
    }
    assert_eq!(op.grants_of(&alice).await, 1);
    let page = rp.authorization().finish(&op, &mut browser, &alice).await;
    assert!(page.target().starts_with(rp.redirect_uri()) && page.answer().contains_key("code"));
    op.empty_out().await;
    rp.authorization().with("redirect_uri", attacks[0]).assert_page(&op, &mut Browser::new()).await;
    assert_eq!(op.empty_out().await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a001_user_info_in_the_authority() {
    let attacks = [
        "https://app.test@evil.test/cb",
        "https://a@b@evil.test/cb",
        "https://app.test%40evil.test/cb",
        "https://user@app.test/cb",
        "https://user:password@app.test/cb",
        "https://@app.test/cb",
        "https://app.test/cb@evil.test",
        "https://evil.test/https://app.test/cb",
        "https://evil.test?https://app.test/cb",
        "https://evil.test#https://app.test/cb",
    ];
    assert_page_for(at("https://app.test/cb"), &attacks).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a002_tricks_with_the_path() {
    let attacks = [
        "https://app.test/cb/..;/x",
        "https://app.test/cb/../x",
        "https://app.test/x/../cb",
        "https://app.test/./cb",
        "https://app.test/cb/.",
        "https://app.test/cb/%2e%2e/x",
        "https://app.test/x/%2e%2e/cb",
        "https://app.test/cb//",
        "https://app.test//cb",
        "https://app.test/cb/",
        "https://app.test/CB",
        "https://app.test/%63b",
        "https://app.test/cb;x",
        "https://app.test/cb%00",
        "https://app.test/c",
    ];
    assert_page_for(at("https://app.test/cb"), &attacks).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a003_prefixes_and_patterns() {
    let attacks = [
        "https://app.test.evil.test/",
        "https://appXtest/",
        "https://app.test/",
        "https://app.testing",
        "https://app.test:443",
        "https://app.test:8443",
        "https://APP.test",
        "https://xapp.test",
        "https://x.app.test",
        "https://app.test.",
        "https://*",
        ".*",
        "https://app.test?",
        "https://app.test#",
    ];
    assert_page_for(at("https://app.test"), &attacks).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a004_control_characters_and_backslashes() {
    let attacks = [
        "https://app.test\\@evil.test/cb",
        "https://app.test/cb%09",
        "https://app.test/cb\t",
        "https://app.test/c\tb",
        "https://app.\ntest/cb",
        "https://app.test/cb\r\nLocation: https://evil.test",
        "https://app.test/cb\0",
        " https://app.test/cb",
        "\u{feff}https://app.test/cb",
        "https:app.test/cb",
        "https:/app.test/cb",
        "https:\\\\app.test\\cb",
        "https:///app.test/cb",
        "https://аpp.test/cb",
        "https://app。test/cb",
        "https://app.test/cb\u{fffd}",
    ];
    assert_page_for(at("https://app.test/cb"), &attacks).await;
}

/// The one that is allowed, another port, stands in `rfc8252_7_3_any_port_on_loopback`.
#[tokio::test(flavor = "multi_thread")]
async fn a005_loopback_of_a_native_client() {
    let attacks = [
        "http://127.0.0.1@evil.test/cb",
        "http://127.0.0.1:80@evil.test/cb",
        "http://127.0.0.1:@evil.test/cb",
        "http://127.0.0.1.evil.test/cb",
        "http://127.0.0.1:80.evil.test/cb",
        "http://localhost:80@evil.test/cb",
        "http://localhost/cb",
        "http://127.1/cb",
        "http://0x7f.0.0.1/cb",
        "http://2130706433/cb",
        "http://127.0.0.1:/cb",
        "http://127.0.0.1:00080x/cb",
        "http://127.0.0.1:-1/cb",
        "http://127.0.0.1:99999/cb",
        "http://127.0.0.1\\@evil.test/cb",
        "http://[::ffff:127.0.0.1]/cb",
        "http://0.0.0.0/cb",
        "https://127.0.0.1/cb",
        "http://127.0.0.1:50123/cb?x",
        "http://127.0.0.1:50123/cb#x",
        "http://127.0.0.1:50123",
    ];
    assert_page_for(native("http://127.0.0.1/cb"), &attacks).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a006_dangerous_schemes() {
    let attacks = [
        "JaVaScRiPt:alert(1)",
        "javascript://app.test/cb",
        "javascript://app.test/%0aalert(1)",
        "java%0ascript:alert(1)",
        "java\nscript:alert(1)",
        "data:text/html,<script>alert(1)</script>",
        "vbscript:x",
        "file:///etc/passwd",
        "blob:https://app.test/x",
        "view-source:https://app.test/cb",
        "about:blank",
    ];
    assert_page_for(at("https://app.test/cb"), &attacks).await;
    assert_page_for(native("com.example.app:/cb"), &attacks).await;
}

/// If such an address is stored in a client's metadata nevertheless, pages do not link to it.
#[tokio::test(flavor = "multi_thread")]
async fn a006_dangerous_links_of_a_client() {
    let op = Provider::start().await;
    let alice = op.user("alice").await;
    let link = |uri: &str| {
        let uri = Some(uri.to_owned());
        |client: &mut Client| (client.policy_uri, client.tos_uri) = (uri.clone(), uri)
    };
    for (uri, is_link) in [
        ("https://app.test/privacy", true),
        ("JaVaScRiPt:alert(1)", false),
        ("java\nscript:alert(1)", false),
        ("data:text/html,x", false),
        ("vbscript:x", false),
    ] {
        let rp = RelyingParty::register(&op, link(uri)).await;
        let mut browser = Browser::new();
        let login = rp.authorization().open(&op, &mut browser).await;
        let consent = browser.sign_in(&op, &login, &alice).await;
        assert_eq!(consent.step(), Step::Consent);
        for page in [login, consent] {
            assert_eq!(page.says("Privacy policy"), is_link, "{}", page.text());
            assert_eq!(page.says(uri), is_link, "{}", page.text());
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a007_no_parameter_comes_twice() {
    let attacks = [
        "https://app.test/cb?code=ATT&state=ATT&iss=ATT&error=x",
        "https://app.test/cb?code=ATT",
        "https://app.test/cb?state=ATT",
        "https://app.test/cb?iss=ATT",
        "https://app.test/cb?error=x",
        "https://app.test/cb?%63ode=ATT",
    ];
    assert_page_for(at("https://app.test/cb"), &attacks).await;
    // Nor if it is stored as registered, which no registration would allow.
    let op = Provider::start().await;
    let alice = op.user("alice").await;
    for attack in attacks {
        let rp = RelyingParty::register(&op, at(attack)).await;
        rp.authorization().assert_page(&op, &mut Browser::new()).await;
        rp.authorization().without("redirect_uri").assert_page(&op, &mut Browser::new()).await;
    }
    let rp = RelyingParty::register(&op, at("https://app.test/cb?codes=1&states=2")).await;
    rp.sign_in(&op, &alice).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a008_the_first_uri_seen_is_never_adopted() {
    let op = Provider::start().await;
    let alice = op.user("alice").await;
    let none = RelyingParty::register(&op, |client| client.redirect_uris.clear()).await;
    let two = ["https://app.test/1", "https://app.test/2"].map(str::to_owned).to_vec();
    let two = RelyingParty::register(&op, |client| client.redirect_uris = two).await;
    let mut browser = Browser::new();
    two.sign_in_with(&op, &alice, &mut browser, two.authorization()).await;
    for _ in 0..2 {
        let uri = "https://evil.test/callback";
        let first = two.authorization().with("client_id", none.client_id()).with("redirect_uri", uri);
        first.assert_page(&op, &mut browser).await;
        first.without("redirect_uri").assert_page(&op, &mut browser).await;
        two.authorization().without("redirect_uri").assert_page(&op, &mut browser).await;
        two.authorization().with("redirect_uri", uri).assert_page(&op, &mut browser).await;
    }
    assert_eq!(op.grants_of(&alice).await, 1);
    two.authorization().silent(&op, &mut browser).await;
}
