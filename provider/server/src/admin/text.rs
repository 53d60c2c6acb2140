//! Texts that people see.

use credenza_protocol::text::check_line;

use super::InvalidField;

/// Refuses a text that says nothing, has more than so many characters, or holds characters that cannot be seen, reorder
/// others, or act on a terminal or a log.
pub(super) fn check(field: &'static str, text: &str, longest: usize) -> Result<(), InvalidField> {
    check_line(text, longest).map_err(|unfit| InvalidField::new(field, unfit.to_string()))
}
