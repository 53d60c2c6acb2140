//! Attributes: what the tenant has defined beyond the standard claims.

use credenza_protocol::attribute::{self, AttributeDefinition, Attributes};
use credenza_protocol::ids::TenantId;
use credenza_storage::StoreError;

use crate::admin::{Administration, InvalidField};

/// Sets an attribute from its text, by the type that the tenant gives it; an empty text removes it, declared or not.
///
/// # Errors
/// [`InvalidField`]: the tenant has no such attribute, or the text does not fit its type.
pub fn set_attribute(
    definitions: &[AttributeDefinition],
    attributes: &mut Attributes,
    name: &str,
    text: &str,
) -> Result<(), InvalidField> {
    if text.is_empty() {
        attributes.remove(name);
        return Ok(());
    }
    let value = attribute::parse(definitions, name, text).map_err(InvalidField::from)?;
    attributes.insert(name.to_owned(), value);
    Ok(())
}

/// What is wrong with the attributes of a user who had others before.
pub(super) async fn fault(
    admin: &Administration<'_>,
    tenant: &TenantId,
    before: &Attributes,
    attributes: &Attributes,
) -> Result<Option<InvalidField>, StoreError> {
    if attributes.iter().all(|(name, value)| before.get(name) == Some(value)) {
        return Ok(None);
    }
    let tenants = &admin.store.tenants;
    let found = match tenants.name(tenant).await? {
        Some(name) => tenants.find(&name).await?,
        None => None,
    };
    let definitions = found.map(|tenant| tenant.settings.attributes).unwrap_or_default();
    Ok(attribute::check(&definitions, before, attributes).err().map(InvalidField::from))
}
