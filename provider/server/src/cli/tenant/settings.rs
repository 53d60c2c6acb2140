//! The settings of a tenant, as options.

use std::path::PathBuf;

use clap::Args;
use credenza_protocol::tenant::TenantSettings;
use serde_json::{Map, Value};

use crate::admin::document;
use crate::admin::settings::with_changes;
use crate::cli::{Failure, files};

#[derive(Debug, Args)]
pub(super) struct SettingArgs {
    /// The name that people see
    #[arg(long, value_name = "TEXT")]
    display_name: Option<String>,
    /// A setting by its name, such as access_token_lifetime=300, registration=open or brand.accent_color=#1d4ed8; may be
    /// repeated
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
            change(&mut changes, settings, name, value)?;
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

/// Notes the change of a setting. Of one that has members itself, one of them may be named alone.
fn change(
    changes: &mut Map<String, Value>,
    settings: &TenantSettings,
    name: &str,
    value: Value,
) -> Result<(), Failure> {
    let Some((group, member)) = name.split_once('.') else {
        changes.insert(name.to_owned(), value);
        return Ok(());
    };
    let before = document::members(settings).map_err(|invalid| Failure::new(format!("--set: {invalid}")))?;
    let members = changes.remove(group).or_else(|| before.get(group).cloned());
    let Some(Value::Object(mut members)) = members else {
        return Err(Failure::new(format!("--set: {group} has no members, so {name} is no setting")));
    };
    match value {
        Value::Null => drop(members.remove(member)),
        Value::String(text) if text.is_empty() => drop(members.remove(member)),
        value => drop(members.insert(member.to_owned(), value)),
    }
    changes.insert(group.to_owned(), members.into());
    Ok(())
}
