//! What slows down sign-ins to one account at the moment, for whoever is asked why.

use credenza_protocol::time::Seconds;
use credenza_storage::StoreError;

use super::queue::{Place, STRANGERS};
use super::tries::Tries;
use super::{Account, Throttle};
use crate::accounts::known_device::SLOTS;

/// What slows down sign-ins to an account. Failures from an address are kept by a hash that includes the address, so they
/// are not among these.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Lockout {
    /// Devices that the account has not signed in from, together.
    pub new_devices: Slowed,
    /// Devices that it has signed in from: those with failures.
    pub known_devices: Vec<Slowed>,
}

/// Attempts that count, and what they bring.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Slowed {
    /// How many count.
    pub failed: i64,
    /// How long the next one has to wait; 0 if it need not.
    pub wait: Seconds,
}

impl Throttle<'_> {
    /// What slows down sign-ins to that account. Nothing is counted.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn standing(&self, username: &str) -> Result<Lockout, StoreError> {
        let account = self.account(username).await?;
        let mut known_devices = vec![];
        for slot in 0..SLOTS {
            let key = account.key(Account::DEVICE, &slot.to_string());
            let tries = Tries::read(self.limits.find(self.tenant, key, self.now).await?, self.now);
            if !tries.is_new() {
                let wait = tries.wait(self.now).unwrap_or(Seconds(0));
                known_devices.push(Slowed { failed: tries.failed(), wait });
            }
        }
        let kept = self.limits.find(self.tenant, account.key(Account::STRANGERS, ""), self.now).await?;
        let wait = match STRANGERS.place(kept, Seconds(0), self.now).0 {
            Place::Now => Seconds(0),
            Place::In(wait) | Place::Full(wait) => wait,
        };
        let new_devices = Slowed { failed: STRANGERS.taken(kept, self.now), wait };
        Ok(Lockout { new_devices, known_devices })
    }
}
