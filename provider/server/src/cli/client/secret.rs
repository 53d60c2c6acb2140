//! The secret of a client: made here, shown once, kept as a hash.

use credenza_protocol::ids::TenantId;
use credenza_protocol::secret::Secret;
use credenza_storage::ClientRecord;

use crate::cli::Failure;
use crate::cli::office::Office;
use crate::flow::register;

/// Gives the record the secret that its method needs; see [`register::settle`].
pub(super) fn settle(
    office: &Office,
    tenant: &TenantId,
    record: &mut ClientRecord,
    rotate: bool,
) -> Result<Option<Secret>, Failure> {
    let method = record.client.token_endpoint_auth_method;
    if rotate && !method.has_secret() {
        return Err(Failure::new(format!("a client of {} has no secret", method.as_str())));
    }
    let seal = |context: &[&str], plain: &[u8]| {
        let master_key = office.need_master_key("client_secret_jwt")?;
        Ok(master_key.seal(&office.rng, context, plain))
    };
    register::settle(&office.rng, tenant, record, rotate, seal)
}
