//! How a request names its host, and how a connection ends whose request is refused before it was read.

use credenza::config::Limits;
use credenza_tests::Provider;

use super::raw::{ask, metric, status};

/// RFC 9112 3.2: 400 for a request of HTTP/1.1 without `Host`, with two, or with one that is not valid.
#[tokio::test]
async fn rfc9112_3_2_one_valid_host() {
    let op = Provider::start().await;
    let get = async |version: &str, hosts: &[&str]| {
        let fields: String = hosts.iter().map(|host| format!("Host: {host}\r\n")).collect();
        ask(&op, 2, &format!("GET /jwks {version}\r\n{fields}Connection: close\r\n\r\n")).await
    };
    for host in ["a", "id.example.com:443", "127.0.0.1", "[::1]:8080"] {
        assert_eq!(status(&get("HTTP/1.1", &[host]).await), 200, "{host}");
    }
    for hosts in
        [&[][..], &["a", "a"], &["a", "b"], &["a b"], &["user@a"], &["a/b"], &[""], &["a:b"], &["[::1"]]
    {
        let answer = get("HTTP/1.1", hosts).await;
        assert!(status(&answer) == 400 && answer.contains("connection: close"), "{hosts:?}: {answer}");
        assert!(answer.contains("no-store"), "{answer}");
    }
    assert!(get("HTTP/1.0", &[]).await.starts_with("HTTP/1.0 200"));
    assert!(get("HTTP/1.0", &["a", "a"]).await.starts_with("HTTP/1.0 400"));
}

/// RFC 9112 9.6: who is refused while the body is still to come learns that the connection ends.
#[tokio::test]
async fn rfc9112_9_6_an_unread_body_ends_the_connection() {
    let limits = Limits { body_bytes: 1024, ..Limits::default() };
    let op = Provider::builder().limits(limits).start().await;
    let post = |headers: &str| format!("POST /token HTTP/1.1\r\nHost: a\r\n{headers}\r\n\r\n");
    for (headers, expected) in [
        ("Content-Length: 5000\r\nExpect: 100-continue", 413),
        ("Content-Length: 2000", 413),
        ("Host: b\r\nContent-Length: 10", 400),
    ] {
        let answer = ask(&op, 2, &post(headers)).await;
        assert_eq!(status(&answer), expected, "{headers}: {answer}");
        assert!(answer.contains("connection: close"), "{headers}: {answer}");
    }
    // A body that was read ends nothing, whatever the answer is.
    let wrong = "POST /jwks HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\na=b";
    let good = "GET /jwks HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
    let answers = ask(&op, 2, &format!("{wrong}{good}")).await;
    assert_eq!(status(&answers), 405, "{answers}");
    assert!(answers.contains("HTTP/1.1 200 OK"), "{answers}");
}

/// Behind a proxy that is not named everybody is one address: that is counted, and told once in the log.
#[tokio::test]
async fn forwarded_addresses_from_a_stranger_are_counted_and_not_believed() {
    const FORWARDED: &str = "credenza_untrusted_forwarded_total";
    let stranger = Provider::start().await;
    let proxy = Provider::builder().trusted_proxies(&["loopback"]).start().await;
    for (op, counted) in [(&stranger, 2.0), (&proxy, 0.0)] {
        for field in ["X-Forwarded-For: 198.51.100.1", "Forwarded: for=198.51.100.1", "X-Other: 1"] {
            let get = format!("GET /jwks HTTP/1.1\r\nHost: a\r\n{field}\r\nConnection: close\r\n\r\n");
            assert_eq!(status(&ask(op, 2, &get).await), 200);
        }
        assert!((metric(op, FORWARDED) - counted).abs() < 0.5, "{counted}");
    }
}
