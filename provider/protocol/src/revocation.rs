//! Token revocation (RFC 7009).

use crate::ids::ClientId;

/// What follows from a request to revoke a token that was found (RFC 7009 2.1).
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[must_use]
pub enum Verdict {
    /// It is the client's own: revoke it.
    Revoke,
    /// It is another client's: it lives on, and the answer does not tell that it exists (RFC 7009 2.1).
    LeaveAlone,
}

/// Decides about a token of `owner`.
pub fn judge(asker: &ClientId, owner: &ClientId) -> Verdict {
    if asker == owner { Verdict::Revoke } else { Verdict::LeaveAlone }
}
