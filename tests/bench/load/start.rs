//! From exec to the first answer.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use clap::Args;
use serde_json::json;
use url::Url;

use crate::Result;

const PATIENCE: Duration = Duration::from_secs(30);
const PAUSE: Duration = Duration::from_micros(250);

/// Starts a server again and again.
#[derive(Args)]
pub(crate) struct Start {
    /// What the server answers with 200 once it is up.
    #[arg(long)]
    url: Url,
    #[arg(long, default_value_t = 10)]
    runs: u32,
    /// The server's command line.
    #[arg(last = true, required = true)]
    command: Vec<String>,
}

/// Best, median and every time, in milliseconds.
pub(crate) fn measure(start: &Start) -> Result<String> {
    let mut times = Vec::new();
    for _ in 0..start.runs {
        times.push(once(start)?.as_secs_f64() * 1000.0);
    }
    times.sort_by(f64::total_cmp);
    let median = times.get(times.len() / 2);
    Ok(json!({ "best_ms": times.first(), "median_ms": median, "runs_ms": times }).to_string())
}

fn once(start: &Start) -> Result<Duration> {
    let (program, arguments) = start.command.split_first().ok_or("no command")?;
    let mut command = Command::new(program);
    command.args(arguments).stdin(Stdio::null()).stdout(Stdio::null());
    let began = Instant::now();
    let mut child = command.spawn()?;
    let answered = wait(&start.url, &mut child, began);
    stop(&mut child)?;
    answered
}

fn wait(url: &Url, child: &mut Child, began: Instant) -> Result<Duration> {
    while began.elapsed() < PATIENCE {
        if ask(url).is_ok_and(|status| status == *b"200") {
            return Ok(began.elapsed());
        }
        if let Some(status) = child.try_wait()? {
            return Err(format!("the server ended before it answered: {status}").into());
        }
        std::thread::sleep(PAUSE);
    }
    Err("the server did not answer".into())
}

fn ask(url: &Url) -> Result<[u8; 3]> {
    let authority = url.authority();
    let mut stream = TcpStream::connect(authority)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    let path = url.path();
    write!(stream, "GET {path} HTTP/1.1\r\nHost: {authority}\r\nConnection: close\r\n\r\n")?;
    let mut line = [0; 12];
    stream.read_exact(&mut line)?;
    let [.., a, b, c] = line;
    Ok([a, b, c])
}

/// Asks the server to end, as an operator does, and waits for it, so that the next start finds a clean file.
fn stop(child: &mut Child) -> Result<()> {
    if child.try_wait()?.is_none() {
        Command::new("kill").args(["-TERM", &child.id().to_string()]).status()?;
        child.wait()?;
    }
    Ok(())
}
