//! Reads settings one by one, and notes which were asked for: what is left over is unknown.

use std::collections::BTreeSet;

use super::fault::Faults;
use super::source::{Given, Sources, Value};

/// Reads each setting once.
pub(super) struct Reader {
    sources: Sources,
    known: BTreeSet<&'static str>,
}

impl Reader {
    pub(super) fn new(sources: Sources) -> Self {
        Self { sources, known: BTreeSet::new() }
    }

    /// The setting, if it is given and has its form.
    pub(super) fn optional<T>(
        &mut self,
        setting: &'static str,
        parse: impl FnOnce(&str) -> Result<T, String>,
    ) -> Option<T> {
        let Given { value, place } = self.take(setting)?;
        let parsed = match value {
            Value::One(text) => parse(text.trim()),
            Value::Many(_) => Err("must be one value, not a list".to_owned()),
        };
        parsed.map_err(|why| self.sources.fault(setting, Some(place), why)).ok()
    }

    /// The setting, or `default` when it is not given (or faulty, which is noted).
    pub(super) fn or<T>(
        &mut self,
        setting: &'static str,
        default: T,
        parse: impl FnOnce(&str) -> Result<T, String>,
    ) -> T {
        self.optional(setting, parse).unwrap_or(default)
    }

    /// A list: an array in the file, comma-separated in the environment; empty when it is not given.
    pub(super) fn list<T: Default>(
        &mut self,
        setting: &'static str,
        parse: impl FnOnce(&[String]) -> Result<T, String>,
    ) -> T {
        let Some(Given { value, place }) = self.take(setting) else { return T::default() };
        let items = match value {
            Value::Many(items) => items,
            Value::One(text) => {
                text.split(',').map(|item| item.trim().to_owned()).filter(|item| !item.is_empty()).collect()
            }
        };
        parse(&items).unwrap_or_else(|why| {
            self.sources.fault(setting, Some(place), why);
            T::default()
        })
    }

    /// Notes a fault that only several settings together show.
    pub(super) fn fault(&mut self, setting: &str, why: &str) {
        self.sources.fault(setting, None, why.to_owned());
    }

    /// Every fault, with the settings that nobody asked for.
    pub(super) fn finish(mut self) -> Faults {
        for (setting, given) in std::mem::take(&mut self.sources.given) {
            let why = self.unknown(&setting);
            self.sources.fault(&setting, Some(given.place), why);
        }
        self.sources.faults
    }

    fn take(&mut self, setting: &'static str) -> Option<Given> {
        self.known.insert(setting);
        self.sources.given.remove(setting)
    }

    /// Names the settings that stand beside an unknown one.
    fn unknown(&self, setting: &str) -> String {
        let level = |path: &str| path.rsplit_once('.').map_or("", |(above, _)| above).to_owned();
        let here = level(setting);
        let beside: Vec<&str> = self.known.iter().copied().filter(|known| level(known) == here).collect();
        match beside.as_slice() {
            [] => "is not a setting".to_owned(),
            _ => format!("is not a setting; here are {}", beside.join(", ")),
        }
    }
}
