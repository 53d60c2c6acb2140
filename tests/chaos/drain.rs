//! SIGTERM: what was accepted is answered, and nothing else is accepted.
//!
//! Chart 620

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::thread::sleep;
use std::time::{Duration, Instant};

use credenza_tests::Served;

/// Longer than any answer takes here.
const WHILE: Duration = Duration::from_millis(300);
const PATIENCE: Duration = Duration::from_secs(25);
/// Connections at the last moment.
const LAST: usize = 100;

#[tokio::test(flavor = "multi_thread")]
async fn a_node_that_is_asked_to_stop_answers_what_it_has_accepted() {
    let _alone = crate::alone().await;
    let mut server = Served::start();
    let body = "token=unknown";
    let head = format!(
        "POST /introspect HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\n\
         Content-Length: {}\r\n\r\n",
        body.len()
    );
    let request = format!("{head}{body}");
    let connect = || {
        let stream = TcpStream::connect(&server.node.address).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        stream
    };
    // One has sent half of its header, one all but the last byte, and many have just connected.
    let (mut half, mut almost) = (connect(), connect());
    let (first, rest) = request.as_bytes().split_at(head.len() / 2);
    half.write_all(first).unwrap();
    almost.write_all(&request.as_bytes()[..request.len() - 1]).unwrap();
    sleep(WHILE);
    let mut last: Vec<TcpStream> = (0..LAST).map(|_| connect()).collect();
    server.node.terminate();
    for stream in &mut last {
        stream.write_all(request.as_bytes()).unwrap();
    }
    last.iter_mut().for_each(assert_answered);
    let end = Instant::now() + PATIENCE;
    while TcpStream::connect(&server.node.address).is_ok() {
        assert!(Instant::now() < end, "it still listens");
        sleep(Duration::from_millis(10));
    }
    sleep(2 * WHILE);
    assert!(server.node.is_running(), "it waits for two");
    half.write_all(rest).unwrap();
    almost.write_all(b"n").unwrap();
    assert_answered(&mut half);
    assert_answered(&mut almost);
    let status = server.node.wait_for_end(PATIENCE).expect("it stops");
    assert!(status.success(), "{status}");
}

fn assert_answered(stream: &mut TcpStream) {
    let mut answer = [0; 13];
    stream.read_exact(&mut answer).unwrap();
    assert_eq!(&answer, b"HTTP/1.1 401 ", "{}", String::from_utf8_lossy(&answer));
}
