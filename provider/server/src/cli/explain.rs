//! `credenza explain`: what became of a request, from the log.

use std::fs::File;
use std::io::{self, BufRead, BufReader};
use std::path::PathBuf;

use clap::Args;

use super::output::Answer;
use super::{Failure, files};
use crate::explain::{SupportCode, explain};

const EXAMPLES: &str = "\
Examples:
  credenza explain 0123456789abcdef --log /var/log/credenza.log
  journalctl -u credenza --since yesterday -o cat | credenza explain 0123456789abcdef
  docker logs credenza 2>&1 | credenza explain 0123456789abcdef";

/// `credenza explain CODE`
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Explain {
    /// The support code on the error page, or the header x-request-id of the answer
    code: String,
    /// A file with lines of the log, JSON or text; may be repeated [default: standard input]
    #[arg(long = "log", value_name = "FILE")]
    logs: Vec<PathBuf>,
    /// Print one JSON object, for scripts
    #[arg(long)]
    pub(super) json: bool,
}

impl Explain {
    pub(super) fn run(self) -> Result<Answer, Failure> {
        let code = SupportCode::read(&self.code).ok_or_else(|| {
            Failure::new(format!(
                "{:?} is no support code, which has sixteen hexadecimal digits: copy it from the error page, or from \
                 x-request-id of the answer",
                self.code
            ))
        })?;
        let mut failed = None;
        let lines = sources(&self.logs)?.into_iter().flat_map(lines);
        // What was read before a failure does not count: the rest may say something else.
        let lines = lines.map_while(|line| line.map_err(|error| failed = Some(error)).ok());
        let explanation = explain(&code, lines);
        if let Some(error) = failed {
            return Err(Failure::new(format!(
                "the log could not be read: {error}; name another file by --log"
            )));
        }
        let explanation = explanation.ok_or_else(|| {
            Failure::new(format!(
                "no line is about the request {}: is this the log of the server that answered it, of that time, and does it \
                 log at level info?",
                code.as_str()
            ))
        })?;
        Answer::done(&explanation, explanation.text().trim_end())
    }
}

/// What is read, each open before the first is read.
fn sources(logs: &[PathBuf]) -> Result<Vec<Box<dyn BufRead>>, Failure> {
    if logs.is_empty() {
        return Ok(vec![Box::new(BufReader::new(io::stdin()))]);
    }
    let open = |path: &PathBuf| -> Result<Box<dyn BufRead>, Failure> {
        let file = File::open(path).map_err(|error| files::unreadable("--log", path, &error))?;
        Ok(Box::new(BufReader::new(file)))
    };
    logs.iter().map(open).collect()
}

/// The lines, in whatever bytes they are.
fn lines(source: Box<dyn BufRead>) -> impl Iterator<Item = io::Result<String>> {
    source.split(b'\n').map(|line| line.map(|bytes| String::from_utf8_lossy(&bytes).into_owned()))
}
