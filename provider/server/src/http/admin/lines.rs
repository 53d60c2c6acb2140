//! Bodies and answers of lines, each a JSON document (NDJSON). A body is read piece by piece, and never whole.

use axum::body::Body;
use credenza_validator::strict_json;
use http_body_util::BodyExt as _;
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde_json::{Map, Value};
use tokio::time::{Instant, timeout_at};

use super::problem::Problem;

/// The media type.
pub(super) const NDJSON: &str = "application/x-ndjson";
/// In the schema of an answer: each line is one of these. It is not part of the document.
pub(super) const MARK: &str = "x-ndjson";
/// The longest line, in bytes.
const LONGEST: usize = 65_536;
/// The largest body, in bytes.
const LARGEST: u64 = 67_108_864;

/// The schema of an answer of lines, each of that type.
pub(super) fn of<T: JsonSchema>(generator: &mut SchemaGenerator) -> Schema {
    let mut schema = generator.subschema_for::<T>();
    schema.insert(MARK.to_owned(), Value::Bool(true));
    schema
}

/// A line of a body.
#[derive(Debug)]
pub(super) struct Line {
    /// Its number, from 1.
    pub(super) number: u64,
    /// The object in it, or what is wrong with it.
    pub(super) object: Result<Map<String, Value>, String>,
}

/// What comes next of a body.
#[derive(Debug)]
pub(super) enum Next {
    /// A line that is not blank.
    Line(Line),
    /// Nothing: it has ended.
    End,
    /// Nothing until the time was over.
    Late,
}

/// What was taken of what has arrived.
enum Taken {
    Line(Line),
    /// A line that is blank, or before those that are wanted.
    Passed,
    /// No whole line has arrived.
    Nothing,
}

/// The lines of a body.
pub(super) struct Lines {
    body: Body,
    /// When there is no more time for it.
    until: Instant,
    /// What has arrived and is not taken yet, from `at` on.
    buffer: Vec<u8>,
    at: usize,
    /// Lines before this one are passed over.
    from: u64,
    number: u64,
    received: u64,
    /// Whether the rest of the line at hand is passed over, since it is too long.
    is_long: bool,
    has_ended: bool,
}

impl Lines {
    /// The lines from that number on, for which there is time until then.
    pub(super) fn new(body: Body, from: u64, until: Instant) -> Self {
        let (buffer, at, number, received) = (vec![], 0, 0, 0);
        Self { body, until, buffer, at, from, number, received, is_long: false, has_ended: false }
    }

    /// The number of the last line that was taken or passed over; 0 before the first.
    pub(super) fn number(&self) -> u64 {
        self.number
    }

    /// Takes the next line.
    ///
    /// # Errors
    /// [`Problem::TooLarge`], [`Problem::MalformedBody`] where it breaks off.
    pub(super) async fn next(&mut self) -> Result<Next, Problem> {
        loop {
            match self.take() {
                Taken::Line(line) => return Ok(Next::Line(line)),
                Taken::Passed => continue,
                Taken::Nothing if self.has_ended => return Ok(Next::End),
                Taken::Nothing => {}
            }
            let Ok(frame) = timeout_at(self.until, self.body.frame()).await else { return Ok(Next::Late) };
            match frame {
                None => self.has_ended = true,
                Some(Err(_)) => return Err(Problem::MalformedBody("the body could not be read")),
                Some(Ok(frame)) => {
                    // Trailers are no part of the body.
                    let Ok(data) = frame.into_data() else { continue };
                    self.received += u64::try_from(data.len()).unwrap_or(u64::MAX);
                    if self.received > LARGEST {
                        return Err(Problem::TooLarge(self.number));
                    }
                    self.buffer.drain(..self.at);
                    self.at = 0;
                    self.buffer.extend_from_slice(&data);
                }
            }
        }
    }

    /// Reads what is left, and drops it: a client that is still sending would not see the answer.
    pub(super) async fn discard(&mut self) {
        let left = async { while let Some(Ok(_)) = self.body.frame().await {} };
        let _in_time = timeout_at(self.until, left).await;
    }

    /// Takes the next whole line of what has arrived.
    fn take(&mut self) -> Taken {
        let rest = self.buffer.get(self.at..).unwrap_or_default();
        let end = rest.iter().position(|byte| *byte == b'\n');
        let (text, taken) = match end {
            Some(end) => (rest.get(..end).unwrap_or_default(), end + 1),
            // The last line need not have an end.
            None if self.has_ended && (!rest.is_empty() || self.is_long) => (rest, rest.len()),
            None => {
                if rest.len() > LONGEST {
                    // It is told of when its end has come.
                    self.is_long = true;
                    self.at = self.buffer.len();
                }
                return Taken::Nothing;
            }
        };
        self.number += 1;
        let is_long = std::mem::take(&mut self.is_long) || text.len() > LONGEST;
        let is_wanted = self.number >= self.from && (is_long || !text.trim_ascii().is_empty());
        let object = || match is_long {
            true => Err(format!("the line has more than {LONGEST} bytes")),
            false => strict_json::object_from_slice(text)
                .map_err(|_| "must be one JSON object that names no member twice".to_owned()),
        };
        let line = is_wanted.then(|| Line { number: self.number, object: object() });
        self.at += taken;
        line.map_or(Taken::Passed, Taken::Line)
    }
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;
    use std::time::Duration;

    use futures_util::stream;

    use super::*;

    fn lines(pieces: &[&str], from: u64) -> Lines {
        let pieces: Vec<_> = pieces.iter().map(|piece| Ok::<_, Infallible>((*piece).to_owned())).collect();
        let body = Body::from_stream(stream::iter(pieces));
        Lines::new(body, from, Instant::now() + Duration::from_secs(10))
    }

    /// Numbers of the lines, and whether each holds an object.
    async fn read(mut lines: Lines) -> Vec<(u64, bool)> {
        let mut found = vec![];
        loop {
            match lines.next().await.unwrap() {
                Next::Line(line) => found.push((line.number, line.object.is_ok())),
                Next::End => return found,
                Next::Late => panic!("there was time"),
            }
        }
    }

    #[tokio::test]
    async fn lines_are_told_apart_however_they_arrive() {
        let text = "{\"a\":1}\n\n  \r\n{\"a\":2}\r\nnonsense\n{\"a\":1,\"a\":2}\n[]\n{\"b\":{}}";
        let expected = [(1, true), (4, true), (5, false), (6, false), (7, false), (8, true)];
        assert_eq!(read(lines(&[text], 0)).await, expected);
        for size in 1..9 {
            let pieces: Vec<String> =
                text.as_bytes().chunks(size).map(|p| String::from_utf8_lossy(p).into()).collect();
            let pieces: Vec<&str> = pieces.iter().map(String::as_str).collect();
            assert_eq!(read(lines(&pieces, 0)).await, expected, "{size} bytes at a time");
        }
        assert_eq!(read(lines(&[text], 6)).await, expected[3..]);
        assert!(read(lines(&[], 0)).await.is_empty());
        assert!(read(lines(&["\n\n"], 0)).await.is_empty());
    }

    #[tokio::test]
    async fn a_line_that_is_too_long_spoils_no_other() {
        let long = format!("{{\"a\":\"{}\"}}\n", "x".repeat(3 * LONGEST));
        let expected = [(1, true), (2, false), (3, true)];
        for size in [1000, LONGEST, 10 * LONGEST] {
            let text = format!("{{}}\n{long}{{}}\n");
            let pieces: Vec<&str> =
                text.as_bytes().chunks(size).map(|piece| std::str::from_utf8(piece).unwrap()).collect();
            let mut lines = lines(&pieces, 0);
            let mut found = vec![];
            while let Next::Line(line) = lines.next().await.unwrap() {
                found.push((line.number, line.object.is_ok()));
                assert!(lines.buffer.len() <= LONGEST + size, "{}", lines.buffer.len());
            }
            assert_eq!(found, expected);
        }
    }

    #[tokio::test]
    async fn who_sends_nothing_more_is_not_waited_for() {
        let body = Body::from_stream(stream::pending::<Result<String, Infallible>>());
        let mut lines = Lines::new(body, 0, Instant::now() + Duration::from_millis(20));
        assert!(matches!(lines.next().await, Ok(Next::Late)));
    }
}
