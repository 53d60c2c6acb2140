//! SIGTERM: what was accepted is answered, and nothing else is accepted.

use std::io::{Read as _, Write as _};
use std::net::{Shutdown, TcpStream};
use std::thread::sleep;
use std::time::{Duration, Instant};

use credenza_tests::Served;

/// Longer than any answer takes here.
const WHILE: Duration = Duration::from_millis(300);
const PATIENCE: Duration = Duration::from_secs(25);

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
    let connect = || {
        let stream = TcpStream::connect(&server.node.address).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        stream
    };
    // One has said half of what it wants, one all but the last byte, and one nothing yet.
    let (mut half, mut almost, mut silent) = (connect(), connect(), connect());
    half.write_all(&head.as_bytes()[..head.len() / 2]).unwrap();
    almost.write_all(format!("{head}{}", &body[1..]).as_bytes()).unwrap();
    sleep(WHILE);
    server.node.terminate();
    let end = Instant::now() + PATIENCE;
    while TcpStream::connect(&server.node.address).is_ok() {
        assert!(Instant::now() < end, "it still listens");
        sleep(Duration::from_millis(10));
    }
    sleep(WHILE);
    assert!(server.node.is_running(), "it waits for those two");
    half.write_all(&head.as_bytes()[head.len() / 2..]).unwrap();
    half.write_all(body.as_bytes()).unwrap();
    almost.write_all(b"x").unwrap();
    for stream in [&mut half, &mut almost] {
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        assert!(answer.starts_with("HTTP/1.1 401 "), "{answer}");
    }
    let _ = silent.shutdown(Shutdown::Both);
    assert_eq!(silent.read(&mut [0]).unwrap_or(0), 0);
    let status = server.node.wait_for_end(PATIENCE).expect("it stops");
    assert!(status.success(), "{status}");
}
