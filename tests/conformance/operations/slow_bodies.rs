//! A260 (manual: attacks): bodies that do not come. A request counts once it has arrived, so that bodies withheld by one
//! address hold up nobody else, and each is given up after a while.

use std::time::Duration;

use credenza::config::Limits;
use credenza_tests::{Provider, RelyingParty};
use tokio::io::AsyncWriteExt as _;

use super::raw::{ask, connect, get, metric, post_frame, preface, rest, status, until};

const FORM: &str = "Content-Type: application/x-www-form-urlencoded";
const SLOW: &str = "credenza_requests_shed_total{reason=\"slow_body\"}";
const OVER_SHARE: &str = "credenza_requests_shed_total{reason=\"memory_of_address\"}";

/// Few requests and little memory, so that few attackers are many.
async fn small(body_timeout: u64) -> Provider {
    let limits = Limits {
        requests: 16,
        memory_bytes: 1 << 20,
        body_timeout: Duration::from_secs(body_timeout),
        ..Limits::default()
    };
    Provider::builder().limits(limits).start().await
}

fn withheld() -> String {
    format!("POST /token HTTP/1.1\r\nHost: a\r\n{FORM}\r\nContent-Length: 100\r\n\r\n")
}

/// Whoever comes from somewhere else is answered, by GET and by POST.
async fn assert_others_are_served(op: &Provider, from: u8) {
    assert_eq!(get(op, from, "/readyz").await, 200);
    assert_eq!(get(op, from, "/jwks").await, 200);
    let body = "grant_type=authorization_code&code=x";
    let whole = format!(
        "POST /token HTTP/1.1\r\nHost: a\r\n{FORM}\r\nConnection: close\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    let answer = ask(op, from, &whole).await;
    assert!(matches!(status(&answer), 400 | 401), "{answer}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a260_withheld_bodies_of_http1_hold_up_nobody() {
    let op = small(3).await;
    let mut attackers = vec![];
    for _ in 0..100 {
        let mut stream = connect(&op, 2).await;
        stream.write_all(withheld().as_bytes()).await.unwrap();
        attackers.push(stream);
    }
    until("the share is used up", || metric(&op, OVER_SHARE) > 0.0).await;
    for from in 3..10 {
        assert_others_are_served(&op, from).await;
    }
    let (mut late, mut refused) = (0, 0);
    for mut stream in attackers {
        let answer = rest(&mut stream).await;
        assert!(answer.contains("connection: close"), "{answer}");
        match status(&answer) {
            408 => late += 1,
            429 if answer.contains("retry-after: 1") && answer.contains("no-store") => refused += 1,
            other => panic!("{other}: {answer}"),
        }
    }
    assert!(late > 0 && refused > 0, "{late} and {refused}");
    assert!((metric(&op, SLOW) - f64::from(late)).abs() < 0.5);
    assert_others_are_served(&op, 2).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a260_unfinished_streams_of_http2_hold_up_nobody() {
    let op = small(3).await;
    let alice = op.user("alice").await;
    let rp = RelyingParty::confidential(&op).await;
    let mut attackers = vec![];
    for _ in 0..8 {
        let mut stream = connect(&op, 2).await;
        let posts: Vec<u8> = (0..64).flat_map(|n| post_frame(2 * n + 1, "/token")).collect();
        stream.write_all(&[preface(65_535), posts].concat()).await.unwrap();
        attackers.push(stream);
    }
    until("the share is used up", || metric(&op, OVER_SHARE) > 0.0).await;
    assert_others_are_served(&op, 3).await;
    rp.sign_in(&op, &alice).await;
    until("the bodies are given up", || metric(&op, SLOW) > 0.0).await;
    drop(attackers);
    assert_others_are_served(&op, 2).await;
}

/// What arrives extends the time: a body that comes steadily, if not fast, is read to its end.
#[tokio::test(flavor = "multi_thread")]
async fn a_body_needs_a_minimum_rate() {
    let op = small(1).await;
    let head = |length: usize| {
        format!(
            "POST /token HTTP/1.1\r\nHost: a\r\n{FORM}\r\nConnection: close\r\nContent-Length: {length}\r\n\r\n"
        )
    };
    let mut steady = connect(&op, 2).await;
    steady.write_all(head(32_768).as_bytes()).await.unwrap();
    for _ in 0..8 {
        steady.write_all(&[b'a'; 4096]).await.unwrap();
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    let answer = rest(&mut steady).await;
    assert!(matches!(status(&answer), 400 | 401), "{answer}");
    let mut dripping = connect(&op, 2).await;
    dripping.write_all(head(32_768).as_bytes()).await.unwrap();
    let drip = async {
        while dripping.write_all(b"a").await.is_ok() {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    assert!(tokio::time::timeout(super::raw::FAR, drip).await.is_ok(), "it is cut off");
    assert!(metric(&op, SLOW) > 0.5);
}

/// The share is that of the client whom the proxy names, and one client takes nothing from another.
#[tokio::test(flavor = "multi_thread")]
async fn behind_a_trusted_proxy_each_client_has_its_own_share() {
    let limits = Limits { memory_bytes: 1 << 20, ..Limits::default() };
    let op = Provider::builder().limits(limits).trusted_proxies(&["127.13.0.0/16"]).start().await;
    let by_proxy =
        |client: &str| withheld().replace("Host: a", &format!("Host: a\r\nX-Forwarded-For: {client}"));
    let mut attackers = vec![];
    for _ in 0..100 {
        let mut stream = connect(&op, 2).await;
        stream.write_all(by_proxy("198.51.100.1").as_bytes()).await.unwrap();
        attackers.push(stream);
    }
    until("the share is used up", || metric(&op, OVER_SHARE) > 0.0).await;
    let whole =
        by_proxy("198.51.100.2").replace("Content-Length: 100", "Connection: close\r\nContent-Length: 3");
    let answer = ask(&op, 2, &format!("{whole}a=b")).await;
    assert!(matches!(status(&answer), 400 | 401), "{answer}");
    let again = by_proxy("198.51.100.1");
    assert_eq!(status(&ask(&op, 2, &again).await), 429);
}
