//! Texts that people see.

use super::InvalidField;

/// Refuses a text that says nothing, is too long, or holds characters that act on a terminal or a log.
pub(super) fn check(field: &'static str, text: &str, longest: usize) -> Result<(), InvalidField> {
    let wrong = |why: String| Err(InvalidField::new(field, why));
    if text.trim().is_empty() {
        wrong("must not be empty".to_owned())
    } else if text.chars().count() > longest {
        wrong(format!("must have at most {longest} characters"))
    } else if text.chars().any(char::is_control) {
        wrong("must not contain control characters".to_owned())
    } else {
        Ok(())
    }
}
