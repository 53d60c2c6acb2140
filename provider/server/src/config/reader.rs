//! Reads what was given into the document: serde walks its structs, and the catalogue says which form each value has.

use std::collections::BTreeMap;

use serde::Deserialize as _;

use super::catalogue::{self, Catalogue};
use super::document::Document;
use super::fault::{Fault, Faults};
use super::name;
use super::node::Node;
use super::source::{Given, Sources};

/// What was read.
pub(super) struct Reading {
    /// The settings; a faulty one stands at its default.
    pub(super) document: Document,
    /// Every fault.
    pub(super) faults: Faults,
    given: BTreeMap<String, Given>,
    open_files: BTreeMap<String, String>,
}

impl Reading {
    /// The file that a setting was read from, if every user of the machine may read it.
    pub(super) fn open_file(&self, setting: &str) -> Option<String> {
        self.open_files.get(&self.given.get(setting)?.place).cloned()
    }

    /// Adds a fault of a setting that was given, with its place.
    pub(super) fn fault(&mut self, setting: &str, why: String) {
        let place = self.given.get(setting).map(|given| given.place.clone());
        self.faults.add(Fault { setting: setting.to_owned(), place, why });
    }
}

pub(super) fn read(sources: Sources) -> Reading {
    let catalogue = catalogue::settings();
    let Sources { given, mut faults, open_files, .. } = sources;
    let (mut given, unknown): (BTreeMap<_, _>, BTreeMap<_, _>) =
        given.into_iter().partition(|(setting, _)| catalogue.contains_key(setting));
    // serde stops at the first fault: what is faulty is taken away, and the rest is read again.
    let document = loop {
        match Document::deserialize(Node::root(&given, &catalogue)) {
            Ok(document) => break document,
            Err(wrong) => {
                let place = given.remove(&wrong.setting).map(|given| given.place);
                let is_last = place.is_none();
                faults.add(Fault { setting: wrong.setting, place, why: wrong.why });
                if is_last {
                    break Document::default();
                }
            }
        }
    };
    for (setting, Given { place, .. }) in unknown {
        let why = not_a_setting(&setting, &catalogue);
        faults.add(Fault { setting, place: Some(place), why });
    }
    Reading { document, faults, given, open_files }
}

/// Lists the settings beside an unknown one.
fn not_a_setting(setting: &str, catalogue: &Catalogue) -> String {
    let section = name::section(setting);
    let beside: Vec<&str> =
        catalogue.keys().map(String::as_str).filter(|known| name::section(known) == section).collect();
    match beside.as_slice() {
        [] => "is not a setting; `credenza settings` lists them".to_owned(),
        _ => format!("is not a setting; here are {}", beside.join(", ")),
    }
}
