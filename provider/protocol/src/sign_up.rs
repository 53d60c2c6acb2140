//! Who may make an account for themselves, and with which address.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::email::EmailAddress;

/// Who may make an account for themselves.
#[derive(Copy, Clone, Debug, Default, Eq, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum SignUpPolicy {
    /// Nobody: operators make accounts.
    #[default]
    Closed,
    /// Whoever an operator has invited.
    Invitation,
    /// Everybody who reads mail to an address that is admitted.
    Open,
}

/// What people sign in with who made their account themselves.
#[derive(Copy, Clone, Debug, Default, Eq, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum SignUpIdentifier {
    /// Their email address is their username too.
    #[default]
    Email,
    /// They choose a username.
    Username,
}

/// Why no account may be made with an address.
#[derive(Copy, Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum NotAdmitted {
    /// It is not in one of the domains from which people come.
    #[error("the domain is not one of those from which people may sign up")]
    Elsewhere,
    /// Its domain is blocked.
    #[error("the domain is blocked")]
    Blocked,
    /// It is of a service that lends mailboxes.
    #[error("the address is of a service for disposable addresses")]
    Disposable,
}

/// The addresses with which accounts may be made.
#[derive(Copy, Clone, Debug)]
pub struct AddressPolicy<'a> {
    /// With any, these domains alone.
    pub allowed: &'a [String],
    /// None of these domains, and none below them.
    pub blocked: &'a [String],
    /// Whether services that lend mailboxes are admitted.
    pub disposable: bool,
}

impl AddressPolicy<'_> {
    /// Whether an account may be made with that address. `is_disposable` tells of a domain, in ASCII and lower case, whether
    /// it is one that lends mailboxes.
    ///
    /// # Errors
    /// [`NotAdmitted`].
    pub fn admit(
        self,
        address: &EmailAddress,
        is_disposable: impl Fn(&str) -> bool,
    ) -> Result<(), NotAdmitted> {
        let domain = address.domain();
        if self.blocked.iter().any(|blocked| is_within(domain, blocked)) {
            return Err(NotAdmitted::Blocked);
        }
        if !self.allowed.is_empty() {
            // Who names the domains from which people come knows them.
            let is_allowed = self.allowed.iter().any(|allowed| allowed == domain);
            return if is_allowed { Ok(()) } else { Err(NotAdmitted::Elsewhere) };
        }
        if !self.disposable && is_disposable(domain) {
            return Err(NotAdmitted::Disposable);
        }
        Ok(())
    }
}

/// Whether a domain is that one, or below it.
fn is_within(domain: &str, of: &str) -> bool {
    domain.strip_suffix(of).is_some_and(|before| before.is_empty() || before.ends_with('.'))
}

/// Whether that is a domain as addresses are compared: in ASCII and lower case, such as `example.com`.
#[must_use]
pub fn is_domain(domain: &str) -> bool {
    EmailAddress::parse(&format!("x@{domain}")).is_ok_and(|address| address.domain() == domain)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn admitted(policy: AddressPolicy<'_>, address: &str) -> Result<(), NotAdmitted> {
        policy.admit(&EmailAddress::parse(address).unwrap(), |domain| domain == "lent.example")
    }

    #[test]
    fn domains_decide() {
        let list = |domains: &[&str]| domains.iter().map(|domain| (*domain).to_owned()).collect::<Vec<_>>();
        let open = AddressPolicy { allowed: &[], blocked: &[], disposable: false };
        for address in ["ada@example.com", "ada@b\u{fc}cher.example", "ada@sub.lent.example"] {
            assert_eq!(admitted(open, address), Ok(()), "{address}");
        }
        assert_eq!(admitted(open, "ada@lent.example"), Err(NotAdmitted::Disposable));
        assert_eq!(admitted(open, "ada@LENT.example"), Err(NotAdmitted::Disposable));
        assert_eq!(admitted(AddressPolicy { disposable: true, ..open }, "ada@lent.example"), Ok(()));

        let bad = list(&["bad.example"]);
        let blocked = AddressPolicy { blocked: &bad, ..open };
        for address in ["a@bad.example", "a@sub.bad.example", "a@BAD.example"] {
            assert_eq!(admitted(blocked, address), Err(NotAdmitted::Blocked), "{address}");
        }
        assert_eq!(admitted(blocked, "a@notbad.example"), Ok(()));

        let ours = list(&["example.com", "xn--bcher-kva.example", "lent.example"]);
        let ours = AddressPolicy { allowed: &ours, ..open };
        for address in ["a@example.com", "a@Example.COM", "a@b\u{fc}cher.example", "a@lent.example"] {
            assert_eq!(admitted(ours, address), Ok(()), "{address}");
        }
        for address in ["a@sub.example.com", "a@example.com.evil.example", "a@other.example"] {
            assert_eq!(admitted(ours, address), Err(NotAdmitted::Elsewhere), "{address}");
        }
    }

    #[test]
    fn a_domain_is_written_as_it_is_compared() {
        for good in ["example.com", "xn--bcher-kva.example", "localhost"] {
            assert!(is_domain(good), "{good}");
        }
        for bad in
            ["", "Example.com", "b\u{fc}cher.example", "@example.com", "*.example.com", ".example.com", "a b"]
        {
            assert!(!is_domain(bad), "{bad}");
        }
    }
}
