//! OpenID Connect Front-Channel Logout 1.0: the browser tells clients that a session ended.
//!
//! Chart 420: Front-Channel Logout 1.0 | works without script

use credenza_tests::{Browser, Page, Person, Provider, RelyingParty, Tokens, claims_of};
use url::{Url, form_urlencoded};

const AFTERWARDS: &str = "https://rp.test/signed-out";

struct World {
    op: Provider,
    alice: Person,
    rp: RelyingParty,
    browser: Browser,
    tokens: Tokens,
}

async fn told_at(op: &Provider, uri: &str) -> RelyingParty {
    RelyingParty::register(op, |client| client.frontchannel_logout_uri = Some(uri.to_owned())).await
}

impl World {
    /// A person signed in by a client with this front-channel logout URI, if any.
    async fn new(uri: Option<&str>) -> Self {
        let op = Provider::start().await;
        let alice = op.user("alice").await;
        let rp = match uri {
            Some(uri) => told_at(&op, uri).await,
            None => RelyingParty::confidential(&op).await,
        };
        let mut browser = Browser::new();
        let tokens = rp.sign_in_with(&op, &alice, &mut browser, rp.authorization()).await;
        Self { op, alice, rp, browser, tokens }
    }

    async fn sign_in_to(&mut self, rp: &RelyingParty) {
        rp.sign_in_with(&self.op, &self.alice, &mut self.browser, rp.authorization()).await;
    }

    async fn logout(&mut self, more: &[(&str, &str)]) -> Page {
        let mut query = form_urlencoded::Serializer::new(String::new());
        let query = query.append_pair("id_token_hint", self.tokens.id()).extend_pairs(more).finish();
        self.browser.open(&self.op, &format!("{}/logout?{query}", self.op.issuer)).await
    }

    fn sid(&self) -> String {
        claims_of(self.tokens.id())["sid"].as_str().unwrap().to_owned()
    }

    async fn assert_signed_out(&mut self) {
        let silent = self.rp.authorization().with("prompt", "none");
        assert_eq!(silent.open(&self.op, &mut self.browser).await.answer()["error"], "login_required");
    }
}

/// The value of an attribute in each tag of that name, with its ampersands.
fn attributes(page: &Page, tag: &str, attribute: &str) -> Vec<String> {
    let (text, opening) = (page.text(), format!("<{tag} "));
    let tags = text.split(&opening).skip(1).map(|rest| rest.split('>').next().unwrap().to_owned());
    let value = |tag: String| {
        let rest = tag.split_once(&format!("{attribute}=\""))?.1.to_owned();
        Some(rest.split('"').next()?.replace("&#38;", "&").replace("&amp;", "&"))
    };
    tags.filter_map(value).collect()
}

fn query(uri: &str) -> Vec<(String, String)> {
    Url::parse(uri).unwrap().query_pairs().into_owned().collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn fcl_2_a_frame_opens_the_registered_uri_with_iss_and_sid_and_nothing_else() {
    let mut world = World::new(Some("https://rp.test/frontchannel")).await;
    let (iss, sid) = (world.op.issuer.clone(), world.sid());
    let page = world.logout(&[("post_logout_redirect_uri", AFTERWARDS), ("state", "a b")]).await;
    assert_eq!(page.response.status, 200);
    let frames = attributes(&page, "iframe", "src");
    assert_eq!(frames.len(), 1, "{}", page.text());
    assert!(frames[0].starts_with("https://rp.test/frontchannel?"), "{frames:?}");
    assert_eq!(query(&frames[0]), [("iss".to_owned(), iss), ("sid".to_owned(), sid)]);
    world.assert_signed_out().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn fcl_3_it_goes_on_without_a_click_with_and_without_script() {
    let mut world = World::new(Some("https://rp.test/frontchannel")).await;
    let page = world.logout(&[("post_logout_redirect_uri", AFTERWARDS), ("state", "a b")]).await;
    let onward = format!("{AFTERWARDS}?state=a+b");
    // Without script, after some seconds; with it, when the frames have loaded; and by hand.
    assert_eq!(attributes(&page, "meta", "content").last().unwrap(), &format!("5; url={onward}"));
    // Never both: the client would be called twice.
    assert!(page.says("<noscript><meta http-equiv=\"refresh\""), "{}", page.text());
    assert_eq!(attributes(&page, "a", "href"), [onward]);
    assert!(page.says("id=\"logout-continue\""));
    let scripts = attributes(&page, "script", "src");
    assert!(scripts.len() == 1 && scripts[0].starts_with("/assets/signed_out-"), "{scripts:?}");
    assert!(page.says("You are signed out"));
}

#[tokio::test(flavor = "multi_thread")]
async fn fcl_3_the_policy_lets_exactly_those_clients_be_framed() {
    let mut world = World::new(Some("https://rp.test/frontchannel?app=1")).await;
    let other = told_at(&world.op, "https://other.test:8443/out").await;
    let unseen = told_at(&world.op, "https://unseen.test/out").await;
    world.sign_in_to(&other).await;
    let mut elsewhere = Browser::new();
    unseen.sign_in_with(&world.op, &world.alice, &mut elsewhere, unseen.authorization()).await;
    let page = world.logout(&[("post_logout_redirect_uri", AFTERWARDS)]).await;
    let mut frames = attributes(&page, "iframe", "src");
    frames.sort();
    assert_eq!(frames.len(), 2, "{frames:?}");
    assert!(frames[0].starts_with("https://other.test:8443/out?iss="), "{frames:?}");
    // Its own query is kept.
    assert!(frames[1].starts_with("https://rp.test/frontchannel?app=1&iss="), "{frames:?}");
    let policy = page.response.header("content-security-policy").to_owned();
    let framed = policy.split("; ").find_map(|part| part.strip_prefix("frame-src ")).unwrap();
    let mut origins: Vec<_> = framed.split(' ').collect();
    origins.sort_unstable();
    assert_eq!(origins, ["https://other.test:8443", "https://rp.test"]);
    assert!(policy.contains("script-src 'self'") && policy.contains("frame-ancestors 'none'"), "{policy}");
    assert_eq!(page.response.header("x-frame-options"), "DENY");
    assert_eq!(page.response.header("cache-control"), "no-store");
}

#[tokio::test(flavor = "multi_thread")]
async fn fcl_3_nobody_to_tell_is_a_redirect_at_once() {
    let mut world = World::new(None).await;
    let page = world.logout(&[("post_logout_redirect_uri", AFTERWARDS)]).await;
    assert_eq!((page.response.status.as_u16(), page.response.location()), (303, AFTERWARDS));
    // Nor is any client called again.
    let mut world = World::new(Some("https://rp.test/frontchannel")).await;
    world.logout(&[]).await;
    let page = world.logout(&[("post_logout_redirect_uri", AFTERWARDS)]).await;
    assert_eq!(page.response.location(), AFTERWARDS);
}

#[tokio::test(flavor = "multi_thread")]
async fn fcl_3_without_a_place_to_go_the_page_stays() {
    for more in [&[][..], &[("post_logout_redirect_uri", "https://rp.test/signed-out?foo=bar")]] {
        let mut world = World::new(Some("https://rp.test/frontchannel")).await;
        let page = world.logout(more).await;
        assert!(page.says("You are signed out"), "{}", page.text());
        assert_eq!(attributes(&page, "iframe", "src").len(), 1);
        assert!(
            !page.says("http-equiv") && !page.says("<script") && !page.says("signed-out"),
            "{}",
            page.text()
        );
        world.assert_signed_out().await;
    }
}

/// If the person is asked first, clients are told after they confirm.
#[tokio::test(flavor = "multi_thread")]
async fn fcl_3_after_the_question_too() {
    let mut world = World::new(Some("https://rp.test/frontchannel")).await;
    let url = format!("{}/logout", world.op.issuer);
    let page = world.browser.open(&world.op, &url).await;
    assert!(page.says("Do you want to sign out") && !page.says("<iframe"));
    let page = world.browser.submit(&world.op, &page, &[("decision", "logout")]).await;
    assert!(page.says("You are signed out"));
    assert_eq!(attributes(&page, "iframe", "src").len(), 1);
    world.assert_signed_out().await;
}

/// Signed out everywhere, the browser tells the clients of its own session; those of others are told by their servers.
#[tokio::test(flavor = "multi_thread")]
async fn sign_out_everywhere_tells_the_clients_of_this_browser() {
    for end in ["all", "this one"] {
        let mut world = World::new(Some("https://rp.test/frontchannel")).await;
        let other = told_at(&world.op, "https://other.test/out").await;
        let mut elsewhere = Browser::new();
        let theirs = other.sign_in_with(&world.op, &world.alice, &mut elsewhere, other.authorization()).await;
        let page = world.browser.open(&world.op, &format!("{}/account", world.op.issuer)).await;
        let sid = world.sid();
        let which = if end == "all" { "all" } else { &sid };
        let page = world.browser.submit(&world.op, &page, &[("end", which)]).await;
        let frames = attributes(&page, "iframe", "src");
        assert!(frames.len() == 1 && frames[0].starts_with("https://rp.test/frontchannel?"), "{frames:?}");
        assert!(page.says("You are signed out"), "{}", page.text());
        world.assert_signed_out().await;
        let silent =
            other.authorization().with("prompt", "none").open(&world.op, &mut elsewhere).await.answer();
        assert_eq!(silent.contains_key("code"), end == "this one", "{silent:?}");
        assert!(theirs.id_token.is_some());
    }
    // Ending another browser's session opens no frame here.
    let mut world = World::new(Some("https://rp.test/frontchannel")).await;
    let mut elsewhere = Browser::new();
    let request = world.rp.authorization();
    let theirs = world.rp.sign_in_with(&world.op, &world.alice, &mut elsewhere, request).await;
    let page = world.browser.open(&world.op, &format!("{}/account", world.op.issuer)).await;
    let sid = claims_of(theirs.id())["sid"].as_str().unwrap().to_owned();
    let page = world.browser.submit(&world.op, &page, &[("end", &sid)]).await;
    assert!(!page.says("<iframe") && page.url.ends_with("/account"), "{}", page.url);
}

#[tokio::test(flavor = "multi_thread")]
async fn fcl_3_what_a_client_registered_cannot_break_out_of_its_frame() {
    let mut world = World::new(Some("https://rp.test/out?a=\"><script>alert(1)</script>&b='")).await;
    let page = world.logout(&[("post_logout_redirect_uri", AFTERWARDS)]).await;
    assert_eq!(page.text().matches("<script").count(), 1, "{}", page.text());
    assert!(!page.says("alert(1)</script>"));
}

/// Neither a disabled client is framed, nor one whose URI was removed.
#[tokio::test(flavor = "multi_thread")]
async fn fcl_3_clients_are_told_as_they_are_now() {
    let mut world = World::new(Some("https://rp.test/frontchannel")).await;
    let disabled = told_at(&world.op, "https://disabled.test/out").await;
    let changed = told_at(&world.op, "https://changed.test/out").await;
    for rp in [&disabled, &changed] {
        world.sign_in_to(rp).await;
    }
    disabled.set_enabled(&world.op, false).await;
    changed.update(&world.op, |record| record.client.frontchannel_logout_uri = None).await;
    let page = world.logout(&[]).await;
    let frames = attributes(&page, "iframe", "src");
    assert!(frames.len() == 1 && frames[0].starts_with("https://rp.test/"), "{frames:?}");
}
