//! What all refusals have in common (RFC 6749 4.1.2.1 and 5.2).

/// A request that broke a rule. Its `Display` is `error_description`: plain ASCII words without
/// quotation marks or backslashes, and nothing that was secret.
pub trait Refusal: std::error::Error {
    /// `error`: the registered code.
    fn code(&self) -> &'static str;

    /// The section that was broken, for the log and for support.
    fn rule(&self) -> &'static str;
}
