//! How the pages of a client's sign-ins look.

use clap::Args;
use credenza_protocol::client::Client;
use serde_json::Value;

use crate::admin::document;
use crate::cli::Failure;

/// Its brand; what is not given stays as it was.
#[derive(Debug, Args)]
pub(super) struct OwnBrand {
    /// How the pages of its sign-ins look, such as '{"accent_color": "#1d4ed8"}'; what is not in it is as the tenant has it,
    /// and so is all of it after ''
    #[arg(long, value_name = "JSON")]
    brand: Option<String>,
}

impl OwnBrand {
    /// Puts the brand in the place of the one before.
    pub(super) fn apply(self, client: &mut Client) -> Result<(), Failure> {
        let Some(text) = self.brand else { return Ok(()) };
        if text.is_empty() {
            client.brand = None;
            return Ok(());
        }
        let value: Value = serde_json::from_str(&text)
            .map_err(|error| Failure::new(format!("--brand: {error}; write a JSON object")))?;
        let brand = document::read(value).map_err(|invalid| Failure::new(format!("--brand: {invalid}")))?;
        client.brand = Some(brand);
        Ok(())
    }
}
