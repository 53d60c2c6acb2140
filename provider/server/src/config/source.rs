//! Where settings come from: a TOML file, the environment, and what a command line says.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs;
use std::path::Path;

use super::catalogue;
use super::fault::{Fault, Faults};
use super::name::{self, PREFIX, variable};

/// Variables that say where things are, and are no settings.
const NOT_SETTINGS: [&str; 9] = [
    "CREDENZA_CONFIG",
    "CREDENZA_DEV_DIR",
    "CREDENZA_FAILPOINTS",
    // Which server commands work on, and as whom.
    "CREDENZA_SERVER",
    "CREDENZA_ADMIN_KEY_FILE",
    "CREDENZA_CLIENT_ID",
    "CREDENZA_CLIENT_SECRET",
    "CREDENZA_CLIENT_SECRET_FILE",
    "CREDENZA_CLIENT_KEY_FILE",
];

/// A value as it was given.
#[derive(Clone, Debug)]
pub(super) struct Given {
    pub(super) value: Value,
    pub(super) place: String,
}

/// One text, or several.
#[derive(Clone, Debug)]
pub(super) enum Value {
    One(String),
    Many(Vec<String>),
}

/// Everything that was given, by the path of the setting.
#[derive(Clone, Default)]
pub struct Sources {
    pub(super) given: BTreeMap<String, Given>,
    pub(super) faults: Faults,
    has_file: bool,
    /// Files that every user of the machine may read, by the places that the settings in them have.
    pub(super) open_files: BTreeMap<String, String>,
}

impl Sources {
    /// Nothing is given.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes a TOML file.
    #[must_use]
    pub fn file(mut self, path: &Path) -> Self {
        self.has_file = true;
        let place = path.display().to_string();
        self.note_file(&place, path);
        let table = |text: String| {
            // The text around the fault is not shown: it may be a secret.
            text.parse::<toml::Table>().map_err(|error| match line_of(&text, &error) {
                Some(line) => format!("line {line}: {}", error.message()),
                None => error.message().to_owned(),
            })
        };
        let read = fs::read_to_string(path).map_err(|error| error.to_string());
        match read.and_then(table) {
            Ok(table) => self.table("", table, &place),
            Err(error) => self.fault(
                "config",
                None,
                format!("file {place}: {}; correct it, or name another by --config", error.trim_end()),
            ),
        }
        self
    }

    /// Takes the variables that begin with `CREDENZA_`; they take precedence over the file. An empty one counts as absent,
    /// as with a container whose variables are filled in from others.
    #[must_use]
    pub fn environment(mut self, variables: impl IntoIterator<Item = (OsString, OsString)>) -> Self {
        for (name, value) in variables {
            let Some(name) = name.to_str().filter(|name| name.starts_with(PREFIX)) else { continue };
            if NOT_SETTINGS.contains(&name) {
                continue;
            }
            let Some(value) = value.to_str() else {
                self.fault(name, None, "is not UTF-8: settings are text".to_owned());
                continue;
            };
            if !value.trim().is_empty() {
                self.variable(name, value);
            }
        }
        self
    }

    /// Sets one value, over file and environment; `place` says who set it.
    #[must_use]
    pub fn set(mut self, setting: &str, value: &str, place: &str) -> Self {
        self.insert(setting.to_owned(), Value::One(value.to_owned()), place);
        self
    }

    /// Sets one value unless it is given already.
    #[must_use]
    pub fn set_default(self, setting: &str, value: &str) -> Self {
        if self.given.contains_key(setting) { self } else { self.set(setting, value, "default") }
    }

    /// Whether a value is given.
    #[must_use]
    pub fn has(&self, setting: &str) -> bool {
        self.given.contains_key(setting)
    }

    /// Whether a file was read.
    #[must_use]
    pub fn has_file(&self) -> bool {
        self.has_file
    }

    /// The text given for a setting.
    #[must_use]
    pub fn text(&self, setting: &str) -> Option<&str> {
        match &self.given.get(setting)?.value {
            Value::One(text) => Some(text),
            Value::Many(_) => None,
        }
    }

    /// Notes a fault.
    pub fn fault(&mut self, setting: &str, place: Option<String>, why: String) {
        self.faults.add(Fault { setting: setting.to_owned(), place, why });
    }

    fn table(&mut self, above: &str, table: toml::Table, place: &str) {
        for (key, value) in table {
            let path = name::within(above, &key);
            match value {
                toml::Value::Table(table) => self.table(&path, table, place),
                toml::Value::Array(items) => {
                    self.insert(path, Value::Many(items.into_iter().map(text).collect()), place);
                }
                value => self.insert(path, Value::One(text(value)), place),
            }
        }
    }

    fn variable(&mut self, name: &str, value: &str) {
        let path = name::setting(name.strip_prefix(PREFIX).unwrap_or(name));
        let Some(setting) = path.strip_suffix("_file").filter(|setting| catalogue::is_secret(setting)) else {
            // Variables come in no order: both at once are a fault, whichever is seen last.
            if self.is_set_by_variable(&path) {
                self.fault(
                    &path,
                    None,
                    format!("is set twice: by {name} and by {name}_FILE; remove one of them"),
                );
            }
            self.insert(path, Value::One(value.to_owned()), name);
            return;
        };
        if self.is_set_by_variable(setting) {
            let both = format!("is set twice: by {} and by {name}; remove one of them", variable(setting));
            self.fault(setting, None, both);
        }
        self.note_file(name, Path::new(value));
        let refused = match fs::read_to_string(value).map(|text| text.trim().to_owned()) {
            Ok(text) if text.is_empty() => "is empty: write the value into it".to_owned(),
            Ok(text) => return self.insert(setting.to_owned(), Value::One(text), name),
            Err(error) => format!("cannot be read ({error}): name a file that this user can read"),
        };
        self.fault(setting, Some(name.to_owned()), format!("file {value} {refused}, or remove {name}"));
    }

    fn note_file(&mut self, place: &str, path: &Path) {
        if is_open(path) {
            self.open_files.insert(place.to_owned(), path.display().to_string());
        }
    }

    fn is_set_by_variable(&self, setting: &str) -> bool {
        self.given.get(setting).is_some_and(|given| given.place.starts_with(PREFIX))
    }

    fn insert(&mut self, path: String, value: Value, place: &str) {
        self.given.insert(path, Given { value, place: place.to_owned() });
    }
}

/// The line of a text that an error is about.
pub(crate) fn line_of(text: &str, error: &toml::de::Error) -> Option<usize> {
    let before = text.get(..error.span()?.start)?;
    Some(before.matches('\n').count() + 1)
}

fn text(value: toml::Value) -> String {
    match value {
        toml::Value::String(text) => text,
        other => other.to_string(),
    }
}

/// Whether every user of the machine may read the file.
#[cfg(unix)]
fn is_open(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    fs::metadata(path).is_ok_and(|file| file.permissions().mode() & 0o004 != 0)
}

/// Elsewhere, rights are not a part of the mode.
#[cfg(not(unix))]
fn is_open(_: &Path) -> bool {
    false
}
