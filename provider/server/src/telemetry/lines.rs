//! Whole lines, written to an output that may fail, refuse for a while, or take half a line.

use std::io::{self, ErrorKind, Write};
use std::thread;
use std::time::{Duration, Instant};

/// Makes the line that tells how many were dropped.
pub(super) type Notice = fn(u64) -> String;

/// Between two tries where the output is not ready and does not wait.
const PAUSE: Duration = Duration::from_millis(10);
/// How long one line is tried.
const PATIENCE: Duration = Duration::from_secs(60);
/// Dropped lines are told once in this time while there are more, so that telling does not cost what is left.
const TELLING: Duration = Duration::from_secs(1);

/// An output of lines.
pub(super) struct Lines<W> {
    out: Option<W>,
    notice: Notice,
    /// Half a line was written: the next one must not continue it.
    is_torn: bool,
    /// How many dropped lines were told.
    told: u64,
    told_at: Option<Instant>,
}

impl<W: Write> Lines<W> {
    pub(super) fn new(out: Option<W>, notice: Notice) -> Self {
        Self { out, notice, is_torn: false, told: 0, told_at: None }
    }

    /// Writes a line and, if lines were dropped and this one could be written, how many. Returns whether it was
    /// written.
    pub(super) fn write(&mut self, line: &[u8], dropped: u64, is_last: bool) -> bool {
        if !self.put(line) {
            return false;
        }
        let may_tell = is_last || self.told_at.is_none_or(|at| at.elapsed() >= TELLING);
        if dropped > self.told && may_tell && self.put((self.notice)(dropped - self.told).as_bytes()) {
            (self.told, self.told_at) = (dropped, Some(Instant::now()));
        }
        true
    }

    fn put(&mut self, line: &[u8]) -> bool {
        let Some(out) = &mut self.out else { return false };
        let line = if self.is_torn { [b"\n", line].concat() } else { line.to_vec() };
        let mut rest = line.as_slice();
        let end = Instant::now() + PATIENCE;
        while !rest.is_empty() {
            match out.write(rest) {
                Ok(0) => break,
                Ok(count) => rest = rest.get(count..).unwrap_or_default(),
                Err(error) if may_pass(&error) && Instant::now() < end => {
                    if error.kind() == ErrorKind::WouldBlock {
                        thread::sleep(PAUSE);
                    }
                }
                Err(_) => break,
            }
        }
        if rest.len() < line.len() {
            self.is_torn = !rest.is_empty();
        }
        rest.is_empty()
    }
}

/// Whether a write may succeed when it is tried again.
fn may_pass(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::Interrupted | ErrorKind::WouldBlock)
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use super::*;

    /// An output that takes so many bytes, then fails until it is given more.
    #[derive(Clone, Default)]
    struct Short(Arc<Mutex<(usize, Vec<u8>)>>);

    impl Write for Short {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            let (left, kept) = &mut *self.0.lock().unwrap();
            let count = bytes.len().min(*left);
            if count == 0 {
                return Err(ErrorKind::StorageFull.into());
            }
            *left -= count;
            kept.extend_from_slice(&bytes[..count]);
            Ok(count)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn what_was_dropped_is_told_when_a_line_can_be_written_again() {
        let short = Short::default();
        let mut lines = Lines::new(Some(short.clone()), |count| format!("{count} dropped\n"));
        short.0.lock().unwrap().0 = 9;
        assert!(lines.write(b"first\n", 0, true));
        assert!(!lines.write(b"second\n", 0, true), "it is torn");
        assert!(!lines.write(b"third\n", 1, true));
        short.0.lock().unwrap().0 = 1000;
        assert!(lines.write(b"fourth\n", 2, true));
        assert!(lines.write(b"fifth\n", 2, true));
        let kept = String::from_utf8(short.0.lock().unwrap().1.clone()).unwrap();
        assert_eq!(kept, "first\nsec\nfourth\n2 dropped\nfifth\n");
    }

    #[test]
    fn telling_does_not_cost_what_is_left() {
        let short = Short::default();
        short.0.lock().unwrap().0 = 1000;
        let mut lines = Lines::new(Some(short.clone()), |count| format!("{count} dropped\n"));
        for dropped in 1..4 {
            assert!(lines.write(b"line\n", dropped, false));
        }
        let kept = String::from_utf8(short.0.lock().unwrap().1.clone()).unwrap();
        assert_eq!(kept, "line\n1 dropped\nline\nline\n");
    }

    #[test]
    fn no_output_is_no_failure() {
        let mut lines = Lines::<Short>::new(None, |count| format!("{count}\n"));
        assert!(!lines.write(b"line\n", 0, true));
    }
}
