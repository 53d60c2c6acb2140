use std::time::Instant;

use axum::body::Bytes;
use axum::extract::Request;
use axum::routing::{get, post};
use http_body_util::BodyExt as _;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpSocket;
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
            .route("/livez", get(|| async { "ok" }))
            .route("/slow", get(|| async { sleep(Duration::from_millis(400)).await }))
            .route("/never", get(std::future::pending::<()>))
            .route("/panic", get(panics))
            .route("/admin/v1/users/import", post(streamed))
            .route("/length", post(|body: Bytes| async move { body.len().to_string() }));
        let socket = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = socket.local_addr().unwrap();
        let (stop, stopped) = watch::channel(false);
        let ids = RequestIds::new(&SystemRng::new());
        let server = Server::new(router, None, &limits, ids, Knowledge::default());
        Self { address, stop, server: tokio::spawn(server.run(socket, stopped)) }
    }

    async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address).await.unwrap()
    }

    /// From 127.0.0.N.
    async fn connect_from(&self, last: u8) -> TcpStream {
        let socket = TcpSocket::new_v4().unwrap();
        socket.bind(SocketAddr::from(([127, 0, 0, last], 0))).unwrap();
        socket.connect(self.address).await.unwrap()
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

/// Reads the body itself, or refuses it unread.
async fn streamed(request: Request) -> Result<String, http::StatusCode> {
    assert!(request.extensions().get::<Deadline>().is_some());
    if request.headers().contains_key("x-refused") {
        return Err(http::StatusCode::FORBIDDEN);
    }
    let body = request.into_body().collect().await.map_err(|_| http::StatusCode::BAD_REQUEST)?;
    Ok(body.to_bytes().len().to_string())
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
        body_timeout: Duration::from_secs(1),
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

/// A handler that reads the body itself may take more than is read beforehand; one that leaves it is heard all the same.
#[tokio::test]
async fn a_streamed_body_is_read_by_its_handler() {
    let running = Running::start(Limits { body_bytes: 1024, ..short() }).await;
    let ask = async |bytes: usize, field: &str| {
        let head = format!(
            "POST /admin/v1/users/import HTTP/1.1\r\nhost: a\r\nconnection: close\r\n{field}content-length: {bytes}\r\n\r\n"
        );
        running.ask(&(head + &"z".repeat(bytes))).await
    };
    for bytes in [0, 1024, 1025, 1_000_000] {
        let answer = ask(bytes, "").await;
        assert!(answer.ends_with(&format!("\r\n\r\n{bytes}")), "{bytes}: {answer}");
    }
    for bytes in [0, 10, 900_000] {
        let answer = ask(bytes, "x-refused: 1\r\n").await;
        assert!(answer.starts_with("HTTP/1.1 403"), "{bytes}: {answer}");
    }
    // A body that does not come is not waited for.
    let start = Instant::now();
    let head = "POST /admin/v1/users/import HTTP/1.1\r\nhost: a\r\ncontent-length: 10\r\n\r\nabc";
    let answer = running.ask(head).await;
    assert!(answer.starts_with("HTTP/1.1 503"), "{answer}");
    assert!(start.elapsed() < Duration::from_secs(5));
    assert!(running.get("/peer").await.starts_with("HTTP/1.1 200"));
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
    assert!(answer.starts_with("HTTP/1.1 408") && answer.contains("connection: close"), "{answer}");
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

    // A connection that is idle makes room for another.
    let running = Running::start(Limits { connections: 1, ..Limits::default() }).await;
    let mut idle = running.connect().await;
    assert!(running.get("/peer").await.starts_with("HTTP/1.1 200"));
    assert_eq!(read(&mut idle).await, "");
}

#[tokio::test]
async fn an_address_has_its_share_of_the_requests_in_flight() {
    let running = Running::start(Limits { requests: 50, ..Limits::default() }).await;
    let mut stuck = vec![];
    for _ in 0..20 {
        let mut stream = running.connect_from(2).await;
        stream.write_all(b"GET /never HTTP/1.1\r\nhost: a\r\n\r\n").await.unwrap();
        stuck.push(stream);
    }
    let peer = "GET /peer HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n";
    let ask = async |last: u8, text: &str| {
        let mut stream = running.connect_from(last).await;
        stream.write_all(text.as_bytes()).await.unwrap();
        read(&mut stream).await
    };
    let refused = ask(2, peer).await;
    assert!(refused.starts_with("HTTP/1.1 429") && refused.contains("retry-after: 1"), "{refused}");
    assert!(ask(3, peer).await.starts_with("HTTP/1.1 200"), "others are answered");
    // Twelve percent of fifty.
    let mut refused = 0;
    for stream in &mut stuck {
        let mut buffer = [0; 1024];
        let read = timeout(Duration::from_millis(300), stream.read(&mut buffer)).await;
        refused += usize::from(read.is_ok());
    }
    assert_eq!(stuck.len() - refused, 6);
    // Who gives up gives the places back.
    drop(stuck);
    for _ in 0..100 {
        if ask(2, peer).await.starts_with("HTTP/1.1 200") {
            return;
        }
        sleep(Duration::from_millis(50)).await;
    }
    panic!("the places are not given back");
}

#[tokio::test]
async fn health_is_told_while_everything_else_is_turned_away() {
    let running = Running::start(Limits { requests: 1, ..Limits::default() }).await;
    let mut stuck = running.connect().await;
    stuck.write_all(b"GET /never HTTP/1.1\r\nhost: a\r\n\r\n").await.unwrap();
    while !running.get("/peer").await.starts_with("HTTP/1.1 503") {
        sleep(Duration::from_millis(10)).await;
    }
    assert!(running.get("/livez").await.starts_with("HTTP/1.1 200"));
    let posted = "POST /livez HTTP/1.1\r\nhost: a\r\nconnection: close\r\ncontent-length: 1\r\n\r\na";
    assert!(running.ask(posted).await.starts_with("HTTP/1.1 503"), "only what needs nothing is free");
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
