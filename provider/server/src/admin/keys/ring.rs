//! The keys of a tenant at one moment, and what operators see of them.

use credenza_protocol::ids::{KeyId, TenantId};
use credenza_protocol::time::Time;
use credenza_storage::{KeyRecord, StoreError};
use credenza_validator::Algorithm;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::admin::{Administration, Refusal};
use crate::keys::schedule;

/// A signing key as operators see it: nothing of the private key.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "SigningKey")]
pub struct Key {
    /// `kid`.
    pub kid: KeyId,
    /// The one algorithm that it is for.
    pub algorithm: Algorithm,
    /// What it does.
    pub status: Status,
    /// When it was made.
    pub created_at: Time,
    /// When it begins to sign; it is published before.
    pub active_at: Time,
    /// When it was disabled.
    pub disabled_at: Option<Time>,
    /// When it is deleted, since another one signs in its place.
    pub retire_at: Option<Time>,
}

/// What a signing key does.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "KeyStatus")]
pub enum Status {
    /// It signs, and is published.
    Signing,
    /// It is published, and another one signs.
    Published,
    /// It neither signs nor is published.
    Disabled,
}

/// The keys of a tenant at one moment.
pub(super) struct Ring {
    pub(super) records: Vec<KeyRecord>,
    now: Time,
}

impl Ring {
    pub(super) async fn load(admin: &Administration<'_>, tenant: &TenantId) -> Result<Self, StoreError> {
        Ok(Self { records: admin.store.keys.list(tenant).await?, now: admin.now })
    }

    pub(super) fn signer(&self, algorithm: Algorithm) -> Option<&KeyRecord> {
        schedule::signer(&self.records, algorithm, self.now)
    }

    pub(super) fn find(&self, kid: &KeyId) -> Option<&KeyRecord> {
        self.records.iter().find(|record| record.kid == *kid)
    }

    pub(super) fn view(&self, record: &KeyRecord) -> Key {
        let signs = self.signer(record.algorithm).is_some_and(|signer| signer.kid == record.kid);
        let status = match record.disabled_at {
            Some(_) => Status::Disabled,
            None if signs => Status::Signing,
            None => Status::Published,
        };
        Key {
            kid: record.kid.clone(),
            algorithm: record.algorithm,
            status,
            created_at: record.created_at,
            active_at: record.active_at,
            disabled_at: record.disabled_at,
            retire_at: record.retire_at,
        }
    }

    /// Whether the key is the only one that can sign with its algorithm now.
    pub(super) fn is_last_signer(&self, record: &KeyRecord) -> bool {
        let can_sign = |one: &KeyRecord| one.disabled_at.is_none() && one.active_at <= self.now;
        let mut others =
            self.records.iter().filter(|one| one.kid != record.kid && one.algorithm == record.algorithm);
        can_sign(record) && !others.any(can_sign)
    }

    /// Why the key must stay, unless `force` says that it need not.
    pub(super) fn refusal(&self, kid: &KeyId, force: bool) -> Option<Refusal> {
        let last = self.find(kid).filter(|record| !force && self.is_last_signer(record));
        last.map(|record| Refusal::LastSigner(record.algorithm))
    }

    /// What that was decided by: it must still be so when the key goes.
    pub(super) fn seen(&self, force: bool) -> Option<&[KeyRecord]> {
        (!force).then_some(self.records.as_slice())
    }
}
