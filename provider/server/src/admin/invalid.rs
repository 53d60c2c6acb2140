//! Values that are refused.

use std::fmt;

use credenza_protocol::attribute::InvalidAttribute;
use credenza_protocol::brand::InvalidBrand;
use credenza_protocol::claim_mapping::InvalidMapping;
use credenza_protocol::claims::InvalidClaim;
use credenza_protocol::registration::Fault;
use credenza_protocol::resource_definition::InvalidDefinition;

/// A value that is refused: of which field, and why.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct InvalidField {
    /// The field, by the name that it has in JSON.
    pub field: &'static str,
    /// The value, where the field holds several and it is not plain which one is meant.
    pub value: Option<String>,
    /// What is wrong with it, such as `must not be empty`.
    pub why: String,
}

impl InvalidField {
    pub(super) fn new(field: &'static str, why: impl Into<String>) -> Self {
        Self { field, value: None, why: why.into() }
    }

    pub(super) fn of(self, value: impl Into<String>) -> Self {
        Self { value: Some(value.into()), ..self }
    }
}

impl fmt::Display for InvalidField {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.value {
            // What holds the fields is at fault itself.
            None if self.field.is_empty() => f.write_str(&self.why),
            Some(value) => write!(f, "{}: {value:?} {}", self.field, self.why),
            None => write!(f, "{}: {}", self.field, self.why),
        }
    }
}

impl From<Fault> for InvalidField {
    fn from(fault: Fault) -> Self {
        Self { field: fault.field(), value: fault.value().map(str::to_owned), why: fault.why().to_owned() }
    }
}

impl From<InvalidAttribute> for InvalidField {
    fn from(invalid: InvalidAttribute) -> Self {
        Self::new("attributes", invalid.why).of(invalid.name)
    }
}

impl From<InvalidMapping> for InvalidField {
    fn from(invalid: InvalidMapping) -> Self {
        Self::new("claim_mappings", invalid.why).of(invalid.claim)
    }
}

impl From<InvalidBrand> for InvalidField {
    fn from(invalid: InvalidBrand) -> Self {
        Self::new("brand", invalid.to_string())
    }
}

impl From<InvalidDefinition> for InvalidField {
    fn from(invalid: InvalidDefinition) -> Self {
        Self::new("resources", invalid.to_string()).of(invalid.resource)
    }
}

impl From<InvalidClaim> for InvalidField {
    fn from(invalid: InvalidClaim) -> Self {
        Self::new(invalid.claim, invalid.fault)
    }
}
