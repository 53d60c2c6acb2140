//! What is logged, and how.

use tracing_subscriber::EnvFilter;

use super::reader::Reader;

/// What is logged, and how.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Log {
    /// The form of a line.
    pub format: LogFormat,
    /// Which lines: a level, or directives such as `info,credenza=debug`; without it, `RUST_LOG` or
    /// `info`.
    pub level: Option<String>,
}

/// The form of a line of the log.
#[derive(Copy, Clone, Debug, Default, Eq, PartialEq)]
pub enum LogFormat {
    /// One JSON object a line, for machines.
    #[default]
    Json,
    /// For people.
    Text,
}

impl Log {
    pub(super) fn read(read: &mut Reader) -> Self {
        Self {
            format: read.or("log.format", LogFormat::default(), |text| match text {
                "json" => Ok(LogFormat::Json),
                "text" => Ok(LogFormat::Text),
                _ => Err(format!("must be \"json\" or \"text\", not {text:?}")),
            }),
            level: read.optional("log.level", |text| match EnvFilter::try_new(text) {
                Ok(_) if !text.is_empty() => Ok(text.to_owned()),
                _ => Err(format!("must be error, warn, info, debug, trace or off, or directives such as \"info,credenza=debug\", not {text:?}")),
            }),
        }
    }
}
