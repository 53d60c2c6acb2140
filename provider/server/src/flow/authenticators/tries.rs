//! How often somebody may try a second factor.
//!
//! Whoever gets here has proven something else of that account, so that nobody can use up the tries of a stranger. Of the million
//! codes three are right at a time: [`IN_AN_HOUR`] and [`IN_A_DAY`] leave someone who knows the password one chance in eleven
//! thousand a day.

use credenza_protocol::ids::UserId;
use credenza_protocol::secret::SecretHash;
use credenza_protocol::time::Seconds;
use credenza_storage::{StoreError, Take};

use crate::context::Context;

/// Within an hour.
const IN_AN_HOUR: (u32, Seconds) = (10, Seconds(3600));
/// Within a day.
const IN_A_DAY: (u32, Seconds) = (30, Seconds(86_400));

/// The tries of a person.
pub struct Tries([(SecretHash, (u32, Seconds)); 2]);

impl Tries {
    /// Those of this person.
    #[must_use]
    pub fn of(user_id: &UserId) -> Self {
        let key = |window: &str| SecretHash::of(format!("second factor\0{window}\0{user_id}").as_bytes());
        Self([(key("hour"), IN_AN_HOUR), (key("day"), IN_A_DAY)])
    }

    /// Counts one more, before it is looked at; how long to wait where there were too many.
    ///
    /// # Errors
    /// [`StoreError`], and then nothing may be looked at.
    pub async fn take(&self, context: &Context) -> Result<Option<Seconds>, StoreError> {
        let (tenant, limits) = (&context.realm.tenant.tenant_id, &context.state.store.rate_limits);
        for (key, (most, window)) in self.0 {
            if let Take::Refused { retry_after } = limits.take(tenant, key, most, window, context.now).await?
            {
                return Ok(Some(retry_after));
            }
        }
        Ok(None)
    }

    /// Forgets them: one was right.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn forget(&self, context: &Context) -> Result<(), StoreError> {
        let (tenant, limits) = (&context.realm.tenant.tenant_id, &context.state.store.rate_limits);
        for (key, _) in self.0 {
            limits.forget(tenant, key, context.now).await?;
        }
        Ok(())
    }
}
