//! Where the lines of the log go: a bounded queue that a thread of its own writes to standard error. Whoever logs never
//! waits and never fails: a line for which there is no place, or that cannot be written, is dropped and counted.

use std::io::{self, Write};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;
use std::time::{Duration, Instant};

use tracing_subscriber::fmt::MakeWriter;

use super::lines::{Lines, Notice};

/// Lines that wait at most.
const LINES: usize = 16_384;
/// Their bytes at most.
const BYTES: usize = 4 << 20;
/// Between two looks at whether everything is written.
const PAUSE: Duration = Duration::from_millis(2);
/// How long the end of the process waits for the last lines.
const LAST_LINES: Duration = Duration::from_secs(1);

/// The one log of the process.
static LOG: OnceLock<Log> = OnceLock::new();

/// The queue, and what became of the lines.
struct Log {
    queue: SyncSender<Vec<u8>>,
    /// Bytes that wait.
    waiting: AtomicUsize,
    /// Lines that were queued, and those of them that were written or given up.
    taken: AtomicU64,
    ended: AtomicU64,
    dropped: AtomicU64,
}

/// Starts the thread, once in a process. `notice` makes the line that tells how many were dropped.
pub(super) fn start(notice: Notice) -> LogWriter {
    let _ = LOG.get_or_init(|| {
        let (queue, lines) = sync_channel(LINES);
        let out = Lines::new(output(), notice);
        // Without the thread nobody receives, and every line counts as dropped.
        let _ = thread::Builder::new().name("credenza-log".to_owned()).spawn(move || drain(&lines, out));
        Log {
            queue,
            waiting: AtomicUsize::new(0),
            taken: AtomicU64::new(0),
            ended: AtomicU64::new(0),
            dropped: AtomicU64::new(0),
        }
    });
    LogWriter
}

/// How many lines were dropped since the process began.
pub(super) fn dropped() -> u64 {
    LOG.get().map_or(0, |log| log.dropped.load(Ordering::Relaxed))
}

/// Waits until what was logged so far is written, for a second at most.
pub fn flush() {
    let Some(log) = LOG.get() else { return };
    let taken = log.taken.load(Ordering::Acquire);
    let end = Instant::now() + LAST_LINES;
    while log.ended.load(Ordering::Acquire) < taken && Instant::now() < end {
        thread::sleep(PAUSE);
    }
}

/// Writes what is queued, in order, as long as the process lives.
fn drain(lines: &Receiver<Vec<u8>>, mut out: Lines<Output>) {
    let Some(log) = wait_for_log() else { return };
    while let Ok(line) = lines.recv() {
        let is_last = log.taken.load(Ordering::Relaxed) == log.ended.load(Ordering::Relaxed) + 1;
        if !out.write(&line, log.dropped.load(Ordering::Relaxed), is_last) {
            log.dropped.fetch_add(1, Ordering::Relaxed);
        }
        log.waiting.fetch_sub(line.len(), Ordering::Relaxed);
        log.ended.fetch_add(1, Ordering::Release);
    }
}

/// The thread may run before the log is in its place.
fn wait_for_log() -> Option<&'static Log> {
    for _ in 0..1000 {
        if let Some(log) = LOG.get() {
            return Some(log);
        }
        thread::sleep(PAUSE);
    }
    None
}

impl Log {
    /// Queues a line, or drops it.
    fn push(&self, line: &[u8]) {
        let waiting = self.waiting.fetch_add(line.len(), Ordering::Relaxed);
        // Counted first, so that it never ends before it was taken.
        self.taken.fetch_add(1, Ordering::Release);
        let fits = waiting.saturating_add(line.len()) <= BYTES;
        if !fits || self.queue.try_send(line.to_vec()).is_err() {
            self.waiting.fetch_sub(line.len(), Ordering::Relaxed);
            self.taken.fetch_sub(1, Ordering::Release);
            self.dropped.fetch_add(1, Ordering::Relaxed);
        }
    }
}

/// What the subscriber writes to: a whole line at a time.
#[derive(Clone, Copy, Debug)]
pub(super) struct LogWriter;

impl Write for LogWriter {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        if let Some(log) = LOG.get() {
            log.push(line);
        }
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for LogWriter {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        *self
    }
}

/// Standard error without the lock of the standard library, on which everybody would wait if a write blocks.
#[cfg(unix)]
type Output = std::fs::File;
#[cfg(not(unix))]
type Output = io::Stderr;

#[cfg(unix)]
fn output() -> Option<Output> {
    use std::os::fd::AsFd as _;
    io::stderr().as_fd().try_clone_to_owned().ok().map(Into::into)
}

#[cfg(not(unix))]
fn output() -> Option<Output> {
    Some(io::stderr())
}

/// Writes a sentence to standard error, and waits for a second at most: nobody may be reading.
pub fn say(text: String) {
    let (end, ended) = sync_channel(1);
    let written = thread::Builder::new().name("credenza-say".to_owned()).spawn(move || {
        if let Some(mut out) = output() {
            let _ = out.write_all(text.as_bytes());
        }
        let _ = end.send(());
    });
    if written.is_ok() {
        let _ = ended.recv_timeout(LAST_LINES);
    }
}
