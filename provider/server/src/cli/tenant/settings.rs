//! The settings of a tenant, as options.

use std::path::PathBuf;

use clap::Args;
use credenza_protocol::tenant::TenantSettings;
use serde_json::{Map, Value};

use crate::admin::settings::with_changes;
use crate::cli::{Failure, files};

#[derive(Debug, Args)]
pub(super) struct SettingArgs {
    /// The name that people see
    #[arg(long, value_name = "TEXT")]
    display_name: Option<String>,
    /// A setting by its name, such as access_token_lifetime=300 or registration=open; may be repeated
    #[arg(long = "set", value_name = "SETTING=VALUE")]
    set: Vec<String>,
    /// Whose software statements are trusted (RFC 7591 2.3): a file with a JSON list of {"iss", "jwks"}
    #[arg(long, value_name = "FILE")]
    software_statement_issuers: Option<PathBuf>,
}

impl SettingArgs {
    /// Changes the settings that are given, and leaves the others.
    pub(super) fn apply(self, settings: &TenantSettings) -> Result<TenantSettings, Failure> {
        let mut changes = Map::new();
        for assignment in &self.set {
            let (name, value) = assignment
                .split_once('=')
                .ok_or_else(|| Failure::new(format!("--set must be SETTING=VALUE, not {assignment:?}")))?;
            // What is not a number or a truth value is a word.
            let value = serde_json::from_str(value).unwrap_or_else(|_| Value::from(value));
            changes.insert(name.to_owned(), value);
        }
        if let Some(file) = &self.software_statement_issuers {
            let issuers = files::json("--software-statement-issuers", file)?;
            changes.insert("software_statement_issuers".to_owned(), issuers);
        }
        let mut settings = with_changes(settings, changes).map_err(|error| {
            Failure::new(format!(
                "--set: {error}; `credenza tenant show` lists the settings with their values"
            ))
        })?;
        if let Some(name) = self.display_name {
            settings.display_name = name;
        }
        Ok(settings)
    }
}
