//! The OpenAPI document of this provider: made once of the table of operations.

use std::sync::LazyLock;

use serde_json::Value;

use super::{openapi, table};

/// The document as it is served, with the addresses that are replaced. Programs read it, so it is not indented.
static TEXT: LazyLock<String> = LazyLock::new(|| document().to_string());

/// The OpenAPI 3.1 document. Its addresses are those of an example.
#[must_use]
pub fn document() -> Value {
    openapi::build(table::operations(), &table::TAGS)
}

/// The document with the addresses of that issuer.
pub(super) fn for_issuer(issuer: &str) -> String {
    TEXT.replace(openapi::ISSUER, issuer)
}
