//! What a write needs of the disk, by its name: the less room there is, the fewer writes are let through.

/// Below this much room nothing is written that makes the database grow: the largest batch of writes is smaller.
pub(super) const LOW: u64 = 8 << 20;

/// What a write does to the room. What follows from a write that was let through is let through too: each kind asks for
/// less than the one that comes before it in a sign-in.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Need {
    /// It adds what was not there: a sign-in, a grant, a record. Everything that is not listed below.
    Grows,
    /// It replaces a row by another, and goes on with what was granted: a code becomes tokens, a refresh token the
    /// next.
    Continues,
    /// It adds a row to the end of what continues.
    Follows,
    /// It adds the short-lived row that a client needs to prove itself, also for revoking or checking a token.
    Proves,
    /// It deletes, ends, revokes or disables, or changes a row in its place.
    Frees,
}

impl Need {
    /// What the write of that name needs.
    pub(super) fn of(name: &str) -> Self {
        match name {
            "codes.spend"
            | "codes.redeem"
            | "refresh_tokens.rotate"
            | "requests.advance"
            | "keys.create_next" => Self::Continues,
            "access_tokens.insert" | "registrations.note_use" => Self::Follows,
            "replays.claim" => Self::Proves,
            "maintenance.sweep"
            | "maintenance.sweep_clients"
            | "maintenance.sweep_secrets"
            | "maintenance.check"
            | "maintenance.note_restore"
            | "sessions.end"
            | "sessions.end_all"
            | "sessions.touch"
            | "requests.finish"
            | "rate_limits.give_back"
            | "rate_limits.forget"
            | "grants.revoke"
            | "access_tokens.revoke"
            | "consents.forget"
            | "credentials.set_password"
            | "initial_access_tokens.delete"
            | "resource_secrets.set_expires_at"
            | "clients.update"
            | "clients.set_disabled"
            | "clients.delete"
            | "users.update"
            | "users.set_disabled"
            | "users.delete"
            | "tenants.update"
            | "tenants.set_disabled"
            | "tenants.delete"
            | "keys.set_active_at"
            | "keys.set_retire_at"
            | "keys.set_disabled"
            | "keys.retire"
            | "keys.delete"
            | "outbox.done"
            | "leases.take"
            | "leases.release"
            | "logouts.claim"
            | "logouts.done"
            | "mails.claim"
            | "mails.done" => Self::Frees,
            _ => Self::Grows,
        }
    }

    /// How many bytes must be left, the reserve among them.
    pub(super) const fn floor(self) -> u64 {
        match self {
            Self::Grows => 3 * LOW,
            Self::Continues => 2 * LOW,
            Self::Follows => LOW + LOW / 2,
            Self::Proves => LOW,
            Self::Frees => 0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_follows_asks_for_less() {
        let steps =
            ["sessions.begin", "codes.spend", "access_tokens.insert", "replays.claim", "sessions.end"];
        let floors = steps.map(|name| Need::of(name).floor());
        assert!(floors.is_sorted_by(|before, after| before > after), "{floors:?}");
        assert_eq!(floors.last(), Some(&0));
    }

    #[test]
    fn what_is_not_known_grows() {
        for name in ["raw", "codes.issue", "rate_limits.take", "clients.create"] {
            assert_eq!(Need::of(name), Need::Grows, "{name}");
        }
    }
}
