//! A log that cannot be written, or that nobody reads: the provider goes on answering, and counts what it drops.
//!
//! Chart 636

use std::fs::File;
use std::io::{PipeReader, Read as _, Write as _, pipe};
use std::net::TcpStream;
use std::process::Stdio;
use std::thread;
use std::time::{Duration, Instant};

use credenza_tests::node::free_address;
use credenza_tests::{Request, Served};

/// How long anything here may take, far more than it does.
const PATIENCE: Duration = Duration::from_secs(60);
/// Refused requests that are sent over one connection at once.
const BURST: usize = 250;
/// Refused requests, each of at least one line, until something must have been dropped.
const MOST: usize = 200_000;
/// The message of the line that tells how many were dropped.
const NOTICE: &str = "lines of the log were dropped";

/// A provider that is prepared, and whose metrics can be read.
struct Logging {
    server: Served,
    metrics: String,
}

impl Logging {
    fn prepare() -> Self {
        let mut server = Served::prepare();
        let metrics = free_address();
        server.node.set("METRICS_LISTEN", &metrics);
        Self { server, metrics }
    }

    /// Starts it with that standard error.
    fn start(&mut self, stderr: impl Into<Stdio>) {
        self.server.node.launch_to(Stdio::null(), stderr);
        assert!(self.server.node.is_ready_within(PATIENCE), "it does not come up");
    }

    /// Requests that are refused, with a line in the log for each.
    fn be_refused(&mut self) {
        let request = "GET /authorize?client_id=nobody HTTP/1.1\r\nHost: localhost\r\n\r\n";
        let last = "GET /livez HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
        let mut stream = TcpStream::connect(&self.server.node.address).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        let mut reading = stream.try_clone().unwrap();
        let reader = thread::spawn(move || {
            let mut answers = String::new();
            reading.read_to_string(&mut answers).expect("it goes on answering");
            answers
        });
        stream.write_all((request.repeat(BURST) + last).as_bytes()).unwrap();
        let answers = reader.join().unwrap();
        assert_eq!(answers.matches("HTTP/1.1 400 ").count(), BURST);
        assert!(answers.ends_with("ok\n"), "the last one was answered");
        assert!(self.server.node.is_running(), "it lives on");
    }

    async fn dropped(&self) -> u64 {
        let text = Request::get(format!("http://{}/metrics", self.metrics)).send().await.text();
        let name = "credenza_log_lines_dropped_total ";
        let line = text.lines().find_map(|line| line.strip_prefix(name)).expect("it is counted");
        line.parse().unwrap()
    }

    /// Until lines were dropped.
    async fn fill_the_queue(&mut self) {
        for _ in 0..MOST / BURST {
            self.be_refused();
            if self.dropped().await > 0 {
                return;
            }
        }
        panic!("nothing was dropped: what waits is not bounded");
    }

    /// It ends in its own way, though the log is as it is.
    fn end(mut self) {
        self.server.node.terminate();
        let status = self.server.node.wait_for_end(PATIENCE).expect("it ends when it is asked to");
        assert_eq!(status.code(), Some(0), "{status}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_log_on_a_full_device_is_dropped_and_counted() {
    let _alone = crate::alone().await;
    let mut logging = Logging::prepare();
    logging.start(File::options().write(true).open("/dev/full").unwrap());
    logging.be_refused();
    assert!(logging.dropped().await >= BURST as u64);
    logging.end();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_log_into_a_closed_pipe_is_dropped_and_counted() {
    let _alone = crate::alone().await;
    let mut logging = Logging::prepare();
    let (reader, writer) = pipe().unwrap();
    logging.start(writer);
    let read_first = first_line(reader); // and the reader is gone
    assert!(read_first.starts_with('{'), "{read_first}");
    logging.be_refused();
    logging.be_refused();
    assert!(logging.dropped().await > 0);
    logging.end();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_log_that_nobody_reads_holds_nobody_up() {
    let _alone = crate::alone().await;
    let mut logging = Logging::prepare();
    let (reader, writer) = pipe().unwrap();
    logging.start(writer);
    logging.fill_the_queue().await;
    // Somebody begins to read: what waited is there, in its order, and how many are not.
    let lines = read_until_notice(reader);
    let starting = lines.iter().position(|line| line.contains(r#""message":"serving""#));
    assert!(starting.is_some_and(|place| place < 10), "the first lines are there");
    let times: Vec<&str> = lines.iter().filter_map(|line| line.split('"').nth(3)).collect();
    let first_of_notice = times.len() - 1;
    assert!(times[..first_of_notice].is_sorted(), "in their order");
    let told: serde_json::Value = serde_json::from_str(lines.last().unwrap()).unwrap();
    let dropped = logging.dropped().await;
    assert!(told["lines"].as_u64().is_some_and(|told| (1..=dropped).contains(&told)), "{told}, {dropped}");
    logging.end();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_log_that_is_read_is_whole() {
    let _alone = crate::alone().await;
    let mut logging = Logging::prepare();
    logging.server.node.start();
    logging.be_refused();
    assert_eq!(logging.dropped().await, 0);
    logging.server.node.terminate();
    assert!(logging.server.node.wait_for_end(PATIENCE).is_some());
    // The last lines are written before the process ends.
    let log = logging.server.log();
    assert!(log.lines().last().unwrap().contains("stopped"), "{log}");
    assert_eq!(log.matches("refused by page").count(), BURST);
    assert!(!log.contains(NOTICE));
}

#[test]
fn commands_end_with_an_exit_code_whatever_their_outputs_are() {
    let server = Served::prepare();
    let full = || File::options().write(true).open("/dev/full").unwrap();
    let closed = || pipe().unwrap().1;
    let run = |arguments: &[&str], stdout: Stdio, stderr: Stdio| {
        let mut command = server.node.command();
        command.args(arguments).stdout(stdout).stderr(stderr).status().unwrap().code()
    };
    let settings = ["settings"];
    assert_eq!(run(&settings, Stdio::null(), Stdio::null()), Some(0));
    assert_eq!(run(&settings, full().into(), Stdio::null()), Some(1), "the answer is lost");
    assert_eq!(run(&settings, full().into(), full().into()), Some(1));
    assert_eq!(run(&settings, closed().into(), closed().into()), Some(0), "as after `head`");
    let wrong = ["tenant", "show", "nowhere", "--json"];
    for code in [
        run(&wrong, Stdio::null(), Stdio::null()),
        run(&wrong, full().into(), full().into()),
        run(&wrong, closed().into(), closed().into()),
    ] {
        assert_eq!(code, Some(1));
    }
    let unknown = ["serve", "--config", "/nowhere/credenza.toml"];
    assert_eq!(run(&unknown, full().into(), full().into()), Some(2));
    assert_eq!(run(&unknown, closed().into(), closed().into()), Some(2));
    assert_eq!(run(&["--help"], Stdio::null(), Stdio::null()), Some(0));
    assert!(run(&["--help"], full().into(), full().into()).is_some(), "no signal");
    assert!(run(&["--help"], closed().into(), closed().into()).is_some(), "no signal");
}

/// The first line, and closes the pipe.
fn first_line(mut reader: PipeReader) -> String {
    let mut line = vec![];
    let mut byte = [0];
    while line.last() != Some(&b'\n') && reader.read(&mut byte).unwrap() > 0 {
        line.extend(byte);
    }
    String::from_utf8(line).unwrap()
}

/// All lines up to the one that tells how many were dropped; the pipe is read on, so that the process can end.
fn read_until_notice(mut reader: PipeReader) -> Vec<String> {
    let end = Instant::now() + PATIENCE;
    let mut text = vec![];
    let mut piece = vec![0; 1 << 16];
    loop {
        assert!(Instant::now() < end, "not told that lines were dropped");
        let count = reader.read(&mut piece).unwrap();
        assert!(count > 0, "the process ended");
        text.extend_from_slice(&piece[..count]);
        let whole = String::from_utf8_lossy(&text);
        if let Some(place) = whole.find(NOTICE)
            && let Some(length) = whole[place..].find('\n')
        {
            let lines = whole[..place + length].lines().map(str::to_owned).collect();
            thread::spawn(move || std::io::copy(&mut reader, &mut std::io::sink()));
            return lines;
        }
    }
}
