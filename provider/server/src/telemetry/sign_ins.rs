//! One line for each sign-in that failed and each that was throttled. Filters of fail2ban and the like read them, so
//! their messages and fields do not change (manual: operating).

use std::net::IpAddr;

use credenza_protocol::time::Seconds;

/// A sign-in that was refused.
#[derive(Clone, Copy, Debug)]
pub struct RefusedSignIn<'a> {
    /// The tenant's name.
    pub tenant: &'a str,
    /// The address of the browser as it is, not reduced to a network.
    pub address: Option<IpAddr>,
    /// The username of the account, if there is one of the name that was typed. Otherwise nothing of what was typed is
    /// logged: people type their password into the wrong field.
    pub account: Option<&'a str>,
}

impl RefusedSignIn<'_> {
    /// Name and password do not belong together, or there is no such account, or it is disabled.
    pub fn failed(self) {
        let Self { tenant, account, .. } = self;
        let (address, account) = (self.address(), account.unwrap_or_default());
        tracing::info!(address, account, tenant, "sign-in failed");
    }

    /// No password was checked, since too many failed before; the next attempt may be made after this `wait`.
    pub fn throttled(self, wait: Seconds) {
        let Self { tenant, account, .. } = self;
        let (address, account) = (self.address(), account.unwrap_or_default());
        tracing::info!(address, account, tenant, wait_seconds = wait.0, "sign-in throttled");
    }

    /// A text, as all fields are: both formats of the log quote and escape these.
    fn address(self) -> String {
        self.address.map_or_else(String::new, |address| address.to_string())
    }
}
