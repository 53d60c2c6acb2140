//! Files that options name.

use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::Path;

use serde_json::Value;
use zeroize::Zeroizing;

use super::Failure;

/// The JSON in the file that the option names.
pub(super) fn json(option: &str, file: &Path) -> Result<Value, Failure> {
    let text = fs::read(file).map_err(|error| unreadable(option, file, &error))?;
    serde_json::from_slice(&text).map_err(|error| {
        Failure::new(format!("{option}: {}: {error}; name a file that holds JSON", file.display()))
    })
}

/// The secret in the file that the option names, without the line break at its end. It may have `longest` bytes: of a
/// longer one so much is read that it is noticed.
pub(super) fn line(option: &str, file: &Path, longest: usize) -> Result<Zeroizing<String>, Failure> {
    let mut text = Zeroizing::new(String::new());
    let most = longest as u64 + 3;
    let opened = File::open(file).map_err(|error| unreadable(option, file, &error))?;
    opened.take(most).read_to_string(&mut text).map_err(|error| unreadable(option, file, &error))?;
    Ok(Zeroizing::new(without_line_break(&text).to_owned()))
}

/// The text without one line break at its end.
pub(super) fn without_line_break(text: &str) -> &str {
    text.strip_suffix('\n').map_or(text, |line| line.strip_suffix('\r').unwrap_or(line))
}

/// The file that the option names cannot be read.
pub(super) fn unreadable(option: &str, file: &Path, error: &io::Error) -> Failure {
    let file = file.display();
    Failure::new(format!(
        "{option}: {file} could not be read: {error}; name a file of text that this user can read"
    ))
}
