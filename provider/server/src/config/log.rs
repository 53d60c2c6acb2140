//! `[log]`: what is logged, and how.

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize};
use tracing_subscriber::EnvFilter;

use super::values::parsed;

/// What is logged, and how.
#[derive(Clone, Debug, Default, Eq, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Log {
    /// Form of a line: a JSON object for machines, or text for people.
    pub format: LogFormat,
    /// Lines that are logged: a level, or directives such as `info,credenza=debug`; without it, `RUST_LOG` or `info`.
    #[serde(deserialize_with = "level", skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    pub level: Option<String>,
}

/// The form of a line of the log.
#[derive(Copy, Clone, Debug, Default, Eq, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// One JSON object a line, for machines.
    #[default]
    Json,
    /// For people.
    Text,
}

fn level<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    parsed(deserializer, |text| match EnvFilter::try_new(text) {
        Ok(_) if !text.is_empty() => Ok(Some(text.to_owned())),
        _ => Err(format!(
            "must be error, warn, info, debug, trace or off, or directives such as \"info,credenza=debug\", not {text:?}"
        )),
    })
}
