//! What a client's metadata show on the pages (OpenID Connect Registration 2).
//!
//! Chart 510: A client's logo, home page, policy and terms | on its sign-in and consent pages; the logo is fetched by the provider

use credenza_tests::{Browser, Outside, Provider, RelyingParty, Reply, Request, Response};

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n and so on";

async fn setup() -> (Provider, Outside, RelyingParty) {
    let (op, outside) = (Provider::start().await, Outside::start().await);
    outside.serve("/logo.png", "text/html", PNG);
    let logo_uri = outside.url("/logo.png");
    let rp = RelyingParty::register(&op, |client| {
        client.logo_uri = Some(logo_uri);
        client.client_uri = Some("https://rp.test/about".to_owned());
        client.policy_uri = Some("https://rp.test/policy".to_owned());
        client.tos_uri = Some("https://rp.test/terms".to_owned());
    })
    .await;
    (op, outside, rp)
}

async fn logo(op: &Provider, rp: &RelyingParty) -> Response {
    Request::get(op.at(&format!("/logos/{}", rp.client_id()))).send().await
}

#[tokio::test(flavor = "multi_thread")]
async fn logo_policy_and_terms_stand_on_the_pages() {
    let (op, outside, rp) = setup().await;
    let alice = op.user("alice").await;
    let mut browser = Browser::new();
    let login = rp.authorization().open(&op, &mut browser).await;
    let consent = browser.sign_in(&op, &login, &alice).await;
    for page in [&login, &consent] {
        let text = page.text();
        assert!(text.contains(&format!("src=\"/logos/{}\"", rp.client_id())), "{text}");
        for uri in ["https://rp.test/about", "https://rp.test/policy", "https://rp.test/terms"] {
            assert!(text.contains(&format!("href=\"{uri}\"")), "{uri} in {text}");
        }
        // The browser loads nothing from anywhere else.
        assert!(!text.contains(&outside.origin), "{text}");
        assert!(page.response.header("content-security-policy").contains("img-src 'self' data:;"));
    }
    let plain = RelyingParty::confidential(&op).await;
    let page = plain.authorization().open(&op, &mut Browser::new()).await;
    assert!(!page.says("client-logo") && !page.says("About this application"));
}

/// A116, A080: whatever its content type at the host, and even opened by itself, a logo is an image without rights.
#[tokio::test(flavor = "multi_thread")]
async fn a_logo_is_a_picture_and_nothing_else() {
    let (op, outside, rp) = setup().await;
    let picture = logo(&op, &rp).await;
    assert_eq!((picture.status.as_u16(), picture.header("content-type")), (200, "image/png"));
    assert_eq!(picture.body, PNG);
    assert!(picture.header("content-security-policy").ends_with("; sandbox"));
    assert_eq!(picture.header("x-content-type-options"), "nosniff");
    logo(&op, &rp).await;
    assert_eq!(outside.requests_for("/logo.png").len(), 1, "it is fetched once");
    let asked = &outside.requests_for("/logo.png")[0];
    assert!(!asked.headers.contains_key("cookie") && !asked.headers.contains_key("referer"));
    let svg = "<svg xmlns=\"http://www.w3.org/2000/svg\"><script>alert(1)</script></svg>";
    for (path, reply, status) in [
        ("/a.svg", Reply::ok("text/plain", svg), 200),
        ("/page", Reply::ok("image/png", "<!doctype html><script>alert(1)</script>"), 404),
        ("/gone", Reply::ok("image/png", PNG).status(404), 404),
        ("/elsewhere", Reply::ok("image/png", PNG).status(302).header("location", "/logo.png"), 404),
        ("/endless", Reply::ok("image/png", PNG).endless(), 404),
    ] {
        outside.reply(path, reply);
        let uri = outside.url(path);
        let rp = RelyingParty::register(&op, |client| client.logo_uri = Some(uri)).await;
        for _ in 0..2 {
            let answer = logo(&op, &rp).await;
            assert_eq!(answer.status, status, "{path}");
            assert!(status != 200 || answer.header("content-security-policy").ends_with("; sandbox"));
        }
        assert_eq!(outside.requests_for(path).len(), 1, "{path}: a host that gave none is left alone");
    }
}

/// Only clients with a logo have one; no URL in the path is fetched.
#[tokio::test(flavor = "multi_thread")]
async fn no_logo_but_of_a_client_that_has_one() {
    let (op, _outside, rp) = setup().await;
    assert_eq!(logo(&op, &rp).await.status, 200);
    let plain = RelyingParty::confidential(&op).await;
    assert_eq!(logo(&op, &plain).await.status, 404);
    assert_eq!(Request::get(op.at("/logos/nobody")).send().await.status, 404);
    rp.set_enabled(&op, false).await;
    assert_eq!(logo(&op, &rp).await.status, 404);
}
