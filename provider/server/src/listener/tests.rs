use std::time::Instant;

use axum::body::Bytes;
use axum::extract::Request;
use axum::routing::{get, post};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::task::JoinHandle;

use super::*;
use crate::rng::SystemRng;

struct Running {
    address: SocketAddr,
    stop: watch::Sender<bool>,
    server: JoinHandle<()>,
}

impl Running {
    async fn start(limits: Limits) -> Self {
        let router = Router::new()
            .route(
                "/peer",
                get(|request: Request| async move {
                    request.extensions().get::<PeerAddr>().unwrap().0.ip().to_string()
                }),
            )
            .route("/slow", get(|| async { sleep(Duration::from_millis(400)).await }))
            .route("/never", get(std::future::pending::<()>))
            .route("/panic", get(panics))
            .route("/length", post(|body: Bytes| async move { body.len().to_string() }));
        let socket = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = socket.local_addr().unwrap();
        let (stop, stopped) = watch::channel(false);
        let server = Server::new(router, None, &limits, RequestIds::new(&SystemRng::new()));
        Self { address, stop, server: tokio::spawn(server.run(socket, stopped)) }
    }

    async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address).await.unwrap()
    }

    /// Sends some bytes, and reads until the server closes.
    async fn ask(&self, text: &str) -> String {
        let mut stream = self.connect().await;
        // A server that has refused already may close before everything is written.
        let _ = stream.write_all(text.as_bytes()).await;
        read(&mut stream).await
    }

    async fn get(&self, path: &str) -> String {
        self.ask(&format!("GET {path} HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n")).await
    }
}

async fn panics() -> &'static str {
    panic!("on purpose")
}

async fn read(stream: &mut TcpStream) -> String {
    let mut answer = Vec::new();
    let _ = timeout(Duration::from_secs(10), stream.read_to_end(&mut answer)).await.expect("closed in time");
    String::from_utf8_lossy(&answer).into_owned()
}

fn short() -> Limits {
    Limits {
        header_timeout: Duration::from_millis(300),
        request_timeout: Duration::from_secs(1),
        ..Limits::default()
    }
}

#[tokio::test]
async fn a_handler_sees_the_peer_and_each_answer_has_an_id() {
    let running = Running::start(Limits::default()).await;
    let (first, second) = (running.get("/peer").await, running.get("/peer").await);
    assert!(first.starts_with("HTTP/1.1 200 OK\r\n") && first.ends_with("127.0.0.1"), "{first}");
    let id =
        |answer: &str| answer.lines().find(|line| line.starts_with("x-request-id: ")).unwrap().to_owned();
    assert_ne!(id(&first), id(&second));
}

#[tokio::test]
async fn a_head_beyond_the_limit_is_refused_cleanly() {
    let running = Running::start(Limits { header_bytes: 8192, ..Limits::default() }).await;
    let head = |bytes: usize| {
        format!("GET /peer HTTP/1.1\r\nhost: a\r\nconnection: close\r\nx: {}\r\n\r\n", "y".repeat(bytes))
    };
    assert!(running.ask(&head(7000)).await.starts_with("HTTP/1.1 200"));
    assert!(running.ask(&head(9000)).await.starts_with("HTTP/1.1 431"));
    let many = format!("GET /peer HTTP/1.1\r\nhost: a\r\n{}\r\n", "x: y\r\n".repeat(500));
    assert!(running.ask(&many).await.starts_with("HTTP/1.1 431"));
    assert!(running.ask("nonsense\r\n\r\n").await.starts_with("HTTP/1.1 400"));
}

#[tokio::test]
async fn a_body_beyond_the_limit_is_refused_declared_or_not() {
    let running = Running::start(Limits { body_bytes: 1024, ..Limits::default() }).await;
    let declared = |bytes: usize| {
        let head = format!(
            "POST /length HTTP/1.1\r\nhost: a\r\nconnection: close\r\ncontent-length: {bytes}\r\n\r\n"
        );
        head + &"z".repeat(bytes)
    };
    assert!(running.ask(&declared(1024)).await.ends_with("\r\n\r\n1024"));
    assert!(running.ask(&declared(1025)).await.starts_with("HTTP/1.1 413"));
    let chunked = |bytes: usize| {
        let head =
            "POST /length HTTP/1.1\r\nhost: a\r\nconnection: close\r\ntransfer-encoding: chunked\r\n\r\n";
        format!("{head}{bytes:x}\r\n{}\r\n0\r\n\r\n", "z".repeat(bytes))
    };
    assert!(running.ask(&chunked(1024)).await.ends_with("\r\n\r\n1024"));
    assert!(running.ask(&chunked(1025)).await.starts_with("HTTP/1.1 413"));
}

#[tokio::test]
async fn who_is_silent_or_slow_is_cut_off() {
    let running = Running::start(short()).await;
    // Nothing at all, the beginning of a method, half a head, a head one byte at a time.
    for begun in ["", "P", "GET /peer HTTP/1.1\r\nhost: a\r\n"] {
        let start = Instant::now();
        let mut stream = running.connect().await;
        stream.write_all(begun.as_bytes()).await.unwrap();
        let answer = read(&mut stream).await;
        assert!(!answer.contains(" 200 "), "{answer}");
        assert!(start.elapsed() < Duration::from_secs(3), "{begun:?} took {:?}", start.elapsed());
    }
    let mut stream = running.connect().await;
    let start = Instant::now();
    while stream.write_all(b"GET /peer HTTP/1.1\r\nx: ").await.is_ok()
        && start.elapsed() < Duration::from_secs(5)
    {
        sleep(Duration::from_millis(50)).await;
    }
    assert!(start.elapsed() < Duration::from_secs(3));
    // A body that never comes.
    let start = Instant::now();
    let answer = running.ask("POST /length HTTP/1.1\r\nhost: a\r\ncontent-length: 10\r\n\r\nabc").await;
    assert!(answer.starts_with("HTTP/1.1 503"), "{answer}");
    assert!(start.elapsed() < Duration::from_secs(3));
    assert!(running.get("/peer").await.starts_with("HTTP/1.1 200"));
}

#[tokio::test]
async fn requests_in_flight_and_connections_are_bounded() {
    let running = Running::start(Limits { requests: 1, ..Limits::default() }).await;
    let (slow, refused) = tokio::join!(running.get("/slow"), async {
        sleep(Duration::from_millis(150)).await;
        running.get("/peer").await
    });
    assert!(slow.starts_with("HTTP/1.1 200"), "{slow}");
    assert!(refused.starts_with("HTTP/1.1 503") && refused.contains("retry-after: 1"), "{refused}");
    assert!(running.get("/peer").await.starts_with("HTTP/1.1 200"));

    let running = Running::start(Limits { connections: 1, ..short() }).await;
    let holder = running.connect().await;
    let start = Instant::now();
    assert!(running.get("/peer").await.starts_with("HTTP/1.1 200"), "served once the silent one is cut off");
    assert!(start.elapsed() > Duration::from_millis(200));
    drop(holder);
}

#[tokio::test]
async fn a265_a_panic_stays_with_its_request() {
    let running = Running::start(Limits::default()).await;
    assert!(running.get("/panic").await.starts_with("HTTP/1.1 500"));
    assert!(running.get("/peer").await.starts_with("HTTP/1.1 200"));
}

#[tokio::test]
async fn a_stop_lets_requests_finish_and_accepts_no_more() {
    let running = Running::start(Limits::default()).await;
    let mut idle = running.connect().await;
    let (slow, ()) = tokio::join!(running.get("/slow"), async {
        sleep(Duration::from_millis(100)).await;
        running.stop.send(true).unwrap();
        sleep(Duration::from_millis(50)).await;
        assert!(TcpStream::connect(running.address).await.is_err(), "the socket is closed");
    });
    assert!(slow.starts_with("HTTP/1.1 200"), "{slow}");
    timeout(Duration::from_secs(5), running.server).await.expect("stops").unwrap();
    assert_eq!(read(&mut idle).await, "");
}

#[tokio::test]
async fn a_stop_does_not_wait_for_ever() {
    let running = Running::start(Limits { shutdown: Duration::from_millis(50), ..Limits::default() }).await;
    let mut stream = running.connect().await;
    stream.write_all(b"GET /never HTTP/1.1\r\nhost: a\r\n\r\n").await.unwrap();
    sleep(Duration::from_millis(100)).await;
    let start = Instant::now();
    running.stop.send(true).unwrap();
    timeout(Duration::from_secs(5), running.server).await.expect("stops").unwrap();
    assert!(start.elapsed() < Duration::from_secs(3), "{:?}", start.elapsed());
}
