//! What is wrong with a configuration, worded so that an operator can correct it.

use std::fmt;

use super::name::variable;

/// One fault of one setting.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Fault {
    /// The path of the setting, such as `limits.body_bytes`.
    pub setting: String,
    /// Where it was set: a file or a variable; `None` when it was not set at all.
    pub place: Option<String>,
    /// What is wrong, and what would be accepted. Never the value of a secret.
    pub why: String,
}

/// Every fault of a configuration, one a line.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Faults(Vec<Fault>);

impl Faults {
    pub(super) fn add(&mut self, fault: Fault) {
        self.0.push(fault);
    }

    /// Adds a fault that only several settings together show.
    pub(super) fn add_between(&mut self, setting: &str, why: &str) {
        self.add(Fault { setting: setting.to_owned(), place: None, why: why.to_owned() });
    }

    /// Adds that a setting is needed, unless something else is known to be wrong with it.
    pub(super) fn add_missing(&mut self, setting: &str, right: &str) {
        if self.0.iter().all(|fault| fault.setting != setting) {
            let variable = variable(setting);
            let why = format!("is missing: set it in the file, or as {variable}, to {right}");
            self.add(Fault { setting: setting.to_owned(), place: None, why });
        }
    }

    /// Whether nothing is wrong.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The faults, in the order in which they were found.
    pub fn iter(&self) -> impl Iterator<Item = &Fault> {
        self.0.iter()
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.place {
            Some(place) => write!(f, "{} ({place}) {}", self.setting, self.why),
            None => write!(f, "{} {}", self.setting, self.why),
        }
    }
}

impl fmt::Display for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, fault) in self.0.iter().enumerate() {
            if index > 0 {
                writeln!(f)?;
            }
            write!(f, "{fault}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Faults {}
