//! Files that options name.

use std::fs;
use std::path::Path;

use serde_json::Value;

use super::Failure;

/// The JSON in the file that the option names.
pub(super) fn json(option: &str, file: &Path) -> Result<Value, Failure> {
    let wrong = |error: String| Failure::new(format!("{option}: {}: {error}", file.display()));
    let text = fs::read(file).map_err(|error| wrong(error.to_string()))?;
    serde_json::from_slice(&text).map_err(|error| wrong(error.to_string()))
}
