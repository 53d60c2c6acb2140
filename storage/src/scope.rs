//! What a job that writes may rely on.

/// Whether a job that writes is one transaction.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Scope {
    /// All of its writes are kept or, if it returns an error, none.
    Transaction,
    /// It is one statement, or several that may each stand alone.
    Statement,
}
