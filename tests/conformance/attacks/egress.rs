//! Outbound fetches that lead where they should not (manual: attacks): each refusal stands beside a fetch that
//! succeeds, and beside a socket that saw no connection.
//!
//! Chart 560: Outbound fetches | one way out: https, no redirects, private addresses refused, limits

use std::net::IpAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use credenza::config::{Allow, EgressConfig};
use credenza::egress::{EgressError, Fetched, Resolve};
use credenza_protocol::time::Seconds;
use credenza_tests::outside::{Names, Watched, certificates};
use credenza_tests::{Outside, Provider, Reply, egress};

const LONGEST: usize = 1000;

async fn get(op: &Provider, url: &str) -> Result<Fetched, EgressError> {
    op.state.egress.get(url, "application/json", LONGEST).await
}

fn allowing(items: &[&str]) -> EgressConfig {
    let items: Vec<String> = items.iter().map(ToString::to_string).collect();
    EgressConfig { allow: Allow::parse(&items).unwrap(), ..egress() }
}

#[tokio::test]
async fn a236_what_is_fetched_is_asked_for_plainly() {
    let (op, outside) = (Provider::start().await, Outside::start().await);
    outside.reply("/keys", Reply::ok("application/json", "{}").header("cache-control", "max-age=600"));
    let fetched = get(&op, &outside.url("/keys?a=b#fragment")).await.unwrap();
    assert_eq!(fetched, Fetched { body: b"{}".to_vec(), max_age: Some(Seconds(600)) });
    let [request] = <[_; 1]>::try_from(outside.requests()).unwrap();
    assert_eq!((request.method.as_str(), request.target.as_str()), ("GET", "/keys?a=b"));
    assert_eq!(request.headers["accept"], "application/json");
    assert_eq!(request.headers["host"], format!("localhost:{}", outside.port));
    for name in ["authorization", "cookie", "referer"] {
        assert!(!request.headers.contains_key(name), "{name}");
    }
}

#[tokio::test]
async fn a198_a_form_is_posted_and_the_status_answered() {
    let (op, outside) = (Provider::start().await, Outside::start().await);
    outside.serve("/ok", "text/plain", "");
    let post = |path| {
        let (egress, url) = (op.state.egress.clone(), outside.url(path));
        async move { egress.post_form(&url, "a=b&c=d".to_owned()).await }
    };
    assert_eq!(post("/ok").await.unwrap(), 200);
    assert_eq!(post("/nothing").await.unwrap(), 404);
    outside.reply("/moved", Reply::ok("text/plain", "").status(307).header("location", &outside.url("/ok")));
    assert!(matches!(post("/moved").await, Err(EgressError::Redirect(_))));
    let requests = outside.requests_for("/ok");
    assert_eq!(requests.len(), 1);
    assert_eq!(requests[0].body, b"a=b&c=d");
    assert_eq!(requests[0].headers["content-type"], "application/x-www-form-urlencoded");
    let inside = Watched::start().await;
    let url = format!("https://127.0.0.1:{}/", inside.port);
    let refused = op.state.egress.post_form(&url, String::new()).await;
    assert!(matches!(refused, Err(EgressError::Forbidden(_))));
    assert_eq!(inside.connections(), 0);
}

#[tokio::test]
async fn a198_no_spelling_of_a_private_address_is_connected_to() {
    let (op, inside) = (Provider::start().await, Watched::start().await);
    let port = inside.port;
    for host in [
        "127.0.0.1",
        "127.1",
        "2130706433",
        "0x7f.1",
        "0x7f000001",
        "0177.0.0.1",
        "127.0.0.1.",
        "%31%32%37.0.0.1",
        "①②⑦.0.0.1",
        "0.0.0.0",
        "0",
        "[::]",
        "[::1]",
        "[::127.0.0.1]",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        "[64:ff9b::7f00:1]",
        "[2002:7f00:1::]",
        "10.0.0.1",
        "100.64.0.1",
        "169.254.169.254",
        "172.16.0.1",
        "192.168.0.1",
        "[fd00:ec2::254]",
        "[fe80::1]",
    ] {
        let refused = get(&op, &format!("https://{host}:{port}/")).await;
        assert!(matches!(refused, Err(EgressError::Forbidden(_))), "{host}: {refused:?}");
    }
    for url in [
        format!("https://user:pass@127.0.0.1:{port}/"),
        format!("https://outside.test@127.0.0.1:{port}/"),
        format!("http://127.0.0.1:{port}/"),
        format!("gopher://127.0.0.1:{port}/"),
        format!("//127.0.0.1:{port}/"),
        "file:///etc/passwd".to_owned(),
    ] {
        let refused = get(&op, &url).await;
        assert!(matches!(refused, Err(EgressError::Url(_))), "{url}: {refused:?}");
    }
    assert_eq!(inside.connections(), 0);
}

#[tokio::test]
async fn a198_a_name_is_as_good_as_all_of_its_addresses() {
    let names = Names::default()
        .with("inside.test", &[&["127.0.0.1"]])
        .with("mapped.test", &[&["::ffff:127.0.0.1"]])
        .with("mixed.test", &[&["1.1.1.1", "127.0.0.1"]])
        .with("metadata.test", &[&["169.254.169.254"]])
        .with("none.test", &[&[]]);
    let op = Provider::builder().resolver(Arc::new(names)).start().await;
    let inside = Watched::start().await;
    for host in ["inside.test", "INSIDE.test", "mapped.test", "mixed.test", "metadata.test"] {
        let refused = get(&op, &format!("https://{host}:{}/", inside.port)).await;
        assert!(matches!(refused, Err(EgressError::Forbidden(_))), "{host}: {refused:?}");
    }
    // An entry allows that exact name alone.
    for host in ["localhost.", "a.localhost", "none.test", "unknown.test"] {
        let refused = get(&op, &format!("https://{host}:{}/", inside.port)).await;
        assert!(matches!(refused, Err(EgressError::NotFound(_))), "{host}: {refused:?}");
    }
    assert_eq!(inside.connections(), 0);
}

#[tokio::test]
async fn a077_the_address_that_was_looked_at_is_the_one_connected_to() {
    let names = Arc::new(Names::default().with("outside.test", &[&["127.0.0.1"], &["127.0.0.2"]]));
    let builder = Provider::builder().egress(allowing(&["127.0.0.1"]));
    let op = builder.resolver(Arc::clone(&names) as Arc<_>).start().await;
    let outside = Outside::start().await;
    outside.serve("/", "text/plain", "here");
    let url = outside.url_at("outside.test", "/");
    assert_eq!(get(&op, &url).await.unwrap().body, b"here");
    assert_eq!(names.asked(), ["outside.test"]);
    // The name resolves to another address now: the earlier check does not count.
    assert!(matches!(get(&op, &url).await, Err(EgressError::Forbidden(_))));
    assert_eq!(names.asked().len(), 2);
    assert_eq!(outside.requests().len(), 1);
}

/// `egress.public = false`: nothing leaves for where nobody has listed, not even a question to a name server.
#[tokio::test]
async fn a198_a_closed_provider_reaches_what_is_listed_and_asks_for_no_other_name() {
    let names = Arc::new(Names::default().with("public.test", &[&["127.0.0.1"]]));
    let outside = Outside::start().await;
    outside.serve("/", "text/plain", "here");
    let open = allowing(&["127.0.0.1", "localhost"]);
    let closed = EgressConfig { allow: open.allow.clone().and_nothing_else(), ..open.clone() };
    let resolver = || Arc::clone(&names) as Arc<_>;

    let op = Provider::builder().egress(open).resolver(resolver()).start().await;
    let refused = get(&op, &outside.url_at("public.test", "/")).await;
    assert!(!matches!(refused, Err(EgressError::Unlisted)), "{refused:?}");
    assert_eq!(names.asked(), ["public.test"]);

    let op = Provider::builder().egress(closed).resolver(resolver()).start().await;
    for url in [outside.url_at("127.0.0.1", "/"), outside.url("/")] {
        assert_eq!(get(&op, &url).await.unwrap().body, b"here", "{url}");
    }
    assert_eq!(names.asked(), ["public.test", "localhost"]);
    for url in ["https://public.test/", "https://localhost./", "https://a.localhost/"] {
        let refused = get(&op, url).await;
        assert!(matches!(refused, Err(EgressError::Unlisted)), "{url}: {refused:?}");
    }
    for url in ["https://1.1.1.1/", "https://[2606:4700::1]/", "https://127.0.0.2/"] {
        let refused = get(&op, url).await;
        assert!(matches!(refused, Err(EgressError::Forbidden(_))), "{url}: {refused:?}");
    }
    assert_eq!(names.asked().len(), 2, "no other name was looked up");
}

#[tokio::test]
async fn a198_private_hosts_are_reached_when_they_are_listed() {
    let outside = Outside::start().await;
    outside.serve("/", "text/plain", "here");
    let by_address = outside.url_at("127.0.0.1", "/");
    for items in [["127.0.0.0/8"], ["127.0.0.1"]] {
        let op = Provider::builder().egress(allowing(&items)).start().await;
        assert!(get(&op, &by_address).await.is_ok(), "{items:?}");
        assert!(get(&op, &outside.url("/")).await.is_ok(), "{items:?}");
    }
    for items in [&["localhost"] as &[_], &["127.0.0.2"], &["::1"], &[]] {
        let op = Provider::builder().egress(allowing(items)).start().await;
        assert!(matches!(get(&op, &by_address).await, Err(EgressError::Forbidden(_))), "{items:?}");
    }
}

#[tokio::test]
async fn a236_no_redirect_is_followed() {
    let (op, outside, inside) = (Provider::start().await, Outside::start().await, Watched::start().await);
    outside.serve("/there", "application/json", "{}");
    let targets = [format!("http://127.0.0.1:{}/", inside.port), outside.url("/there"), "/there".to_owned()];
    for status in [300, 301, 302, 303, 304, 307, 308] {
        for target in &targets {
            outside
                .reply("/here", Reply::ok("application/json", "").status(status).header("location", target));
            let refused = get(&op, &outside.url("/here")).await;
            assert!(matches!(refused, Err(EgressError::Redirect(_))), "{status} {target}: {refused:?}");
        }
    }
    assert!(outside.requests_for("/there").is_empty());
    assert_eq!(inside.connections(), 0);
}

#[tokio::test]
async fn a236_only_a_certificate_that_is_right_is_believed() {
    let outside = Outside::start().await;
    outside.serve("/", "text/plain", "here");
    let unknown = EgressConfig { ca: vec![], ..egress() };
    let op = Provider::builder().egress(unknown).start().await;
    assert!(matches!(get(&op, &outside.url("/")).await, Err(EgressError::NoConnection(_))));
    let names = Names::default().with("stranger.test", &[&["127.0.0.1"]]);
    let config = allowing(&["stranger.test", "outside.test"]);
    let op = Provider::builder().egress(config).resolver(Arc::new(names)).start().await;
    let refused = get(&op, &outside.url_at("stranger.test", "/")).await;
    assert!(matches!(refused, Err(EgressError::NoConnection(_))), "{refused:?}");
    assert!(outside.requests().is_empty());
    assert!(get(&op, &outside.url_at("outside.test", "/")).await.is_ok());
    assert_eq!(certificates().len(), 1);
}

#[tokio::test]
async fn a236_slow_and_large_answers_are_given_up() {
    let config = EgressConfig { timeout: Duration::from_secs(1), ..egress() };
    let (op, outside) = (Provider::builder().egress(config).start().await, Outside::start().await);
    outside.serve("/fits", "text/plain", "a".repeat(LONGEST));
    assert_eq!(get(&op, &outside.url("/fits")).await.unwrap().body.len(), LONGEST);
    outside.serve("/large", "text/plain", "a".repeat(LONGEST + 1));
    outside.reply("/endless", Reply::ok("text/plain", "a".repeat(100)).endless());
    for path in ["/large", "/endless"] {
        let refused = get(&op, &outside.url(path)).await;
        assert!(matches!(refused, Err(EgressError::TooLong(LONGEST))), "{path}: {refused:?}");
    }
    let long = "a".repeat(20_000);
    outside.reply("/head", Reply::ok("text/plain", "").header("x-long", &long));
    assert!(matches!(get(&op, &outside.url("/head")).await, Err(EgressError::Broken(_))));
    outside.reply("/zip", Reply::ok("text/plain", "").header("content-encoding", "gzip"));
    assert!(matches!(get(&op, &outside.url("/zip")).await, Err(EgressError::Encoded)));
    for status in [201, 204, 401, 404, 500] {
        outside.reply("/status", Reply::ok("text/plain", "").status(status));
        let refused = get(&op, &outside.url("/status")).await;
        assert!(matches!(refused, Err(EgressError::Status(_))), "{status}: {refused:?}");
    }
    outside.reply("/slow", Reply::ok("text/plain", "").after(Duration::from_secs(20)));
    let start = Instant::now();
    assert!(matches!(get(&op, &outside.url("/slow")).await, Err(EgressError::TimedOut)));
    assert!(start.elapsed() < Duration::from_secs(10));
    let silent = Watched::start().await;
    let url = format!("https://localhost:{}/", silent.port);
    assert!(get(&op, &url).await.is_err());
    let text = op.state.metrics.render();
    for line in ["{outcome=\"answered\"} 1", "{outcome=\"timed_out\"}", "{outcome=\"refused\"} 0"] {
        assert!(text.contains(&format!("credenza_egress_fetches_total{line}")), "{line} in\n{text}");
    }
}

#[tokio::test]
async fn a198_slow_hosts_hold_up_themselves_alone() {
    let (op, outside) = (Provider::start().await, Outside::start().await);
    outside.reply("/slow", Reply::ok("text/plain", "").after(Duration::from_secs(20)));
    outside.serve("/quick", "text/plain", "here");
    for _ in 0..20 {
        let (egress, url) = (op.state.egress.clone(), outside.url("/slow"));
        tokio::spawn(async move { egress.get(&url, "*/*", LONGEST).await });
    }
    while outside.requests().len() < 4 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let url = outside.url("/quick");
    let waiting = tokio::time::timeout(Duration::from_millis(300), get(&op, &url));
    assert!(waiting.await.is_err());
    assert!(get(&op, &outside.url_at("other.test", "/quick")).await.is_ok());
    assert_eq!(outside.requests_for("/slow").len(), 4);
}

/// A resolver whose lookups of names in these zones never end.
struct Silent(Names);

#[async_trait::async_trait]
impl Resolve for Silent {
    async fn resolve(&self, host: &str) -> std::io::Result<Vec<IpAddr>> {
        if host.contains(".silent-") {
            std::future::pending::<()>().await;
        }
        self.0.resolve(host).await
    }
}

#[tokio::test]
async fn a198_several_slow_domains_leave_lookups_to_others() {
    let outside = Outside::start().await;
    let op = Provider::builder().resolver(Arc::new(Silent(Names::default()))).start().await;
    outside.serve("/quick", "text/plain", "here");
    for zone in 0..4 {
        for number in 0..40 {
            let egress = op.state.egress.clone();
            let url = format!("https://{number}.silent-{zone}.test/");
            tokio::spawn(async move { egress.get(&url, "*/*", LONGEST).await });
        }
    }
    // As many as there is room for are under way by then.
    tokio::time::sleep(Duration::from_millis(200)).await;
    let within = Duration::from_secs(2);
    for path in ["/quick", "/quick"] {
        let found = tokio::time::timeout(within, get(&op, &outside.url(path))).await;
        assert!(found.expect("a fifth domain is looked up").is_ok());
    }
    let url = "https://1.silent-0.test/";
    let silent = tokio::time::timeout(Duration::from_millis(300), get(&op, url)).await;
    assert!(silent.is_err(), "the slow ones wait for themselves");
}
