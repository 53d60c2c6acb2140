//! The authenticators that a person has, as far as they are of use here.

use credenza_protocol::authentication::{ACR_MFA, ACR_PASSWORD, ACR_PHISHING_RESISTANT};
use credenza_protocol::authenticator::AuthenticatorKind;
use credenza_protocol::ids::UserId;
use credenza_storage::{AuthenticatorRecord, StoreError};

use crate::context::Context;

/// What a person has beside a password.
#[derive(Debug)]
pub struct Held {
    /// What is stored of each, those that were added first coming first.
    pub records: Vec<AuthenticatorRecord>,
    /// Whether an application that shows codes is among them.
    pub totp: bool,
    /// Whether a passkey is among them that can be used here.
    pub passkey: bool,
}

impl Held {
    /// Those of this person.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn of(context: &Context, user_id: &UserId) -> Result<Self, StoreError> {
        let tenant = &context.realm.tenant;
        let records = context.state.store.authenticators.of_user(&tenant.tenant_id, user_id).await?;
        let has = |kind| records.iter().any(|record| record.authenticator.kind == kind);
        let (totp, passkey) = (has(AuthenticatorKind::Totp), has(AuthenticatorKind::Passkey));
        Ok(Self { totp, passkey: passkey && context.realm.has_passkeys(), records })
    }

    /// Those that are factors.
    pub fn factors(&self) -> impl Iterator<Item = &AuthenticatorRecord> {
        self.records.iter().filter(|record| record.authenticator.kind.is_factor())
    }

    /// Whether a second factor can be asked for.
    #[must_use]
    pub const fn has_any(&self) -> bool {
        self.totp || self.passkey
    }

    /// The strongest `acr` that the person can reach.
    #[must_use]
    pub const fn best(&self) -> &'static str {
        match (self.passkey, self.totp) {
            (true, _) => ACR_PHISHING_RESISTANT,
            (false, true) => ACR_MFA,
            (false, false) => ACR_PASSWORD,
        }
    }
}
