//! Chart 938: the validator for Rust with reqwest | keys, revocations and introspection fetched over real HTTP: one fetch for all who wait, the rest in the background, recovery by itself, limits

use std::time::Duration;

use credenza_connectors::validator::fetch::{Fetch, Method};
use credenza_connectors::validator::{Cause, Decision};
use credenza_connectors::{Fetcher, HttpFetcher, Requirement, Rule, Settings, Validator};
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::issuer::Served;

fn settings(served: &Served) -> Settings {
    Settings::new(&served.name, "https://api.example")
}

fn validator(served: &Served, settings: Settings) -> Validator {
    Validator::with(settings, HttpFetcher::new().unwrap(), served.now()).unwrap()
}

async fn rule(validator: &Validator, token: &str) -> Option<Rule> {
    match validator.check_token(token, &Requirement::default()).await {
        Decision::Allow(_) => None,
        Decision::Deny(denied) => Some(denied.rule),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hundred_who_wait_cause_one_fetch_of_each_document() {
    let served = Served::start(Duration::from_millis(50)).await;
    let validator = validator(&served, settings(&served));
    let token = served.issuer.token(json!({}));
    let checks: Vec<_> = (0..100)
        .map(|_| {
            let (validator, token) = (validator.clone(), token.clone());
            tokio::spawn(async move { rule(&validator, &token).await })
        })
        .collect();
    for check in checks {
        assert_eq!(check.await.unwrap(), None);
    }
    assert_eq!(served.requests(), 2, "metadata and keys");
    assert_eq!(rule(&validator, &token).await, None);
    assert_eq!(served.requests(), 2, "nothing is fetched for a request");
}

#[tokio::test]
async fn whoever_stops_waiting_does_not_stop_the_fetch() {
    let served = Served::start(Duration::from_millis(50)).await;
    let validator = validator(&served, settings(&served));
    let token = served.issuer.token(json!({}));
    let impatient = tokio::time::timeout(Duration::from_millis(5), rule(&validator, &token)).await;
    assert!(impatient.is_err());
    assert_eq!(rule(&validator, &token).await, None);
    assert_eq!(served.requests(), 2);
}

#[tokio::test]
async fn a_start_while_the_issuer_is_away_recovers_by_itself() {
    let served = Served::start(Duration::ZERO).await;
    served.issuer.set_away(true);
    let validator = validator(&served, settings(&served));
    let token = served.issuer.token(json!({}));
    let trouble = validator.ready().await.unwrap_err();
    assert_eq!((trouble.cause, trouble.status), (Cause::HttpStatus, Some(502)));
    assert_eq!(rule(&validator, &token).await, Some(Rule::KeysUnavailable));
    let asked = served.requests();
    served.issuer.set_away(false);
    assert_eq!(rule(&validator, &token).await, Some(Rule::KeysUnavailable));
    assert_eq!(served.requests(), asked, "not asked again at once");
    served.issuer.advance(5);
    assert_eq!(rule(&validator, &token).await, None);
    assert!(validator.ready().await.is_ok());
}

#[tokio::test]
async fn keys_are_refreshed_in_the_background_and_kept_while_the_issuer_is_away() {
    let served = Served::start(Duration::ZERO).await;
    let validator = validator(&served, settings(&served));
    let token = served.issuer.token(json!({}));
    assert_eq!(rule(&validator, &token).await, None);
    served.issuer.advance(299);
    let fresh = served.issuer.token(json!({}));
    assert_eq!(rule(&validator, &fresh).await, None);
    assert_eq!(served.requests(), 2);
    served.issuer.advance(2);
    served.issuer.core().rotate(false);
    let by_new_key = served.issuer.token(json!({}));
    assert_eq!(rule(&validator, &fresh).await, None);
    let refreshed = async {
        while served.requests() <= 2 {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    let refreshed = tokio::time::timeout(Duration::from_secs(10), refreshed).await;
    assert!(refreshed.is_ok(), "refreshed in the background");
    assert_eq!(rule(&validator, &by_new_key).await, None);
    served.issuer.set_away(true);
    served.issuer.advance(700);
    let later = served.issuer.token(json!({}));
    assert_eq!(rule(&validator, &later).await, None, "old keys are used while no new ones can be had");
    served.issuer.advance(3600);
    let too_late = served.issuer.token(json!({}));
    assert_eq!(rule(&validator, &too_late).await, Some(Rule::KeysUnavailable));
}

#[tokio::test]
async fn what_is_revoked_is_refused_after_the_next_look_at_the_feed() {
    let served = Served::start(Duration::ZERO).await;
    let validator =
        validator(&served, Settings { revocations: Some(Default::default()), ..settings(&served) });
    let token = served.issuer.token(json!({ "jti": "stolen" }));
    let other = served.issuer.token(json!({}));
    assert_eq!(rule(&validator, &token).await, None);
    served.issuer.core().revoke("jti", "stolen");
    served.issuer.advance(11);
    assert_eq!(rule(&validator, &token).await, Some(Rule::Revoked));
    assert_eq!(rule(&validator, &other).await, None);
}

fn get(url: String, max_bytes: usize) -> Fetch {
    let headers = vec![("Accept".to_owned(), "application/json".to_owned())];
    Fetch { key: "k".to_owned(), method: Method::Get, url, headers, body: None, max_bytes, timeout_ms: 500 }
}

/// Answers everybody with this text, and tells what was asked.
async fn answering(text: &'static str) -> (String, tokio::task::JoinHandle<String>) {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/x", listener.local_addr().unwrap());
    let asked = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut asked = vec![0; 4096];
        let length = stream.read(&mut asked).await.unwrap();
        stream.write_all(text.as_bytes()).await.unwrap();
        stream.shutdown().await.unwrap();
        String::from_utf8_lossy(&asked[..length]).into_owned()
    });
    (url, asked)
}

#[tokio::test]
async fn answers_are_read_within_their_limits_and_redirects_not_followed() {
    let fetcher = HttpFetcher::new().unwrap();
    let whole = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nCache-Control: max-age=5\r\nContent-Length: 10\r\n\r\n0123456789";
    let (url, asked) = answering(whole).await;
    let answer = fetcher.fetch(&get(url, 10)).await.unwrap();
    assert_eq!((answer.status, &*answer.body), (200, &b"0123456789"[..]));
    assert_eq!(answer.content_type.as_deref(), Some("application/json"));
    assert_eq!(answer.cache_control.as_deref(), Some("max-age=5"));
    let asked = asked.await.unwrap().to_ascii_lowercase();
    assert!(asked.contains("accept: application/json\r\n"), "{asked}");
    assert!(asked.contains("user-agent: credenza-connectors-rust/"), "{asked}");

    let (url, _) = answering(whole).await;
    assert_eq!(fetcher.fetch(&get(url, 9)).await.unwrap_err().cause, Cause::TooLarge);
    let (url, _) =
        answering("HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n").await;
    assert_eq!(fetcher.fetch(&get(url, 10)).await.unwrap().status, 302);
    let (url, _) = answering("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n0").await;
    assert!(fetcher.fetch(&get(url, 10)).await.is_err(), "an answer that breaks off");
}

#[tokio::test]
async fn a_failure_has_a_cause_that_tells_where_to_look() {
    let fetcher = HttpFetcher::new().unwrap();
    let unused = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let cause = |url: String| {
        let fetcher = &fetcher;
        async move { fetcher.fetch(&get(url, 10)).await.unwrap_err().cause }
    };
    assert_eq!(cause(format!("http://{unused}/")).await, Cause::Connect);
    let (plain, _) = answering("this is no TLS, and long enough for the header of a record").await;
    assert_eq!(cause(plain.replace("http:", "https:")).await, Cause::Tls);
}

#[tokio::test]
async fn an_issuer_that_does_not_answer_is_given_up_in_time() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let name = format!("http://{}", listener.local_addr().unwrap());
    let served = Served::start(Duration::ZERO).await;
    let settings = Settings::new(&name, "https://api.example");
    let validator = Validator::with(settings, HttpFetcher::new().unwrap(), served.now()).unwrap();
    let begun = std::time::Instant::now();
    let trouble = validator.ready().await.unwrap_err();
    assert_eq!(trouble.cause, Cause::Timeout);
    assert!(begun.elapsed() < Duration::from_secs(14), "{:?}", begun.elapsed());
}

#[test]
fn a_check_outside_of_a_runtime_says_so() {
    let settings = Settings::new("http://127.0.0.1:1", "https://api.example");
    let validator = Validator::new(settings).unwrap();
    let issuer = credenza_connectors::testing::TestIssuer::new("http://127.0.0.1:1", "https://api.example");
    let token = issuer.token(json!({}));
    // Every place where its metadata may be is tried.
    let decided = (0..4).find_map(|_| validator.check_token_now(&token, &Requirement::default()));
    let Some(Decision::Deny(denied)) = decided else { panic!("no denial") };
    assert!(denied.detail.reason.contains("outside of a Tokio runtime"), "{}", denied.detail.reason);
}

#[test]
fn a_file_of_authorities_that_is_none_is_named() {
    for path in ["/nowhere", concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml")] {
        let error = HttpFetcher::with_ca_file(path).err().unwrap();
        assert_eq!(error.setting, "ca_file");
    }
}
