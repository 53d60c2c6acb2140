//! Compares the files with the tables.

use std::collections::BTreeSet;
use std::fs;

use serde_json::{Value, json};

use crate::{cases, folder, frozen, names};

/// Whether the files are to be written.
pub(crate) fn is_writing() -> bool {
    std::env::var("VECTORS").is_ok_and(|it| it == "write")
}

#[test]
fn the_files_are_what_the_tables_say() {
    let mut expected = BTreeSet::new();
    for (name, section, cases) in cases::files() {
        let path = folder().join(format!("{name}.json"));
        let made = json!({ "section": section, "cases": cases });
        if is_writing() {
            fs::write(&path, serde_json::to_string_pretty(&made).unwrap() + "\n").unwrap();
        }
        let committed = fs::read(&path).unwrap_or_default();
        let committed: Value = serde_json::from_slice(&committed).unwrap_or_default();
        assert!(made == committed, "{name}.json: run again with VECTORS=write");
        expected.insert(format!("{name}.json"));
    }
    frozen::finish();
    let there: BTreeSet<_> = names().into_iter().collect();
    assert_eq!(there, expected, "no file but those of the tables");
}

#[test]
fn every_case_has_a_name_of_its_own() {
    let mut names = BTreeSet::new();
    for (_, _, cases) in cases::files() {
        for case in cases {
            assert!(!case.about.is_empty(), "{}", case.name);
            assert!(names.insert(&case.name), "{} stands twice", case.name);
        }
    }
    assert!(names.len() >= 1400 + 649, "{}", names.len());
}
