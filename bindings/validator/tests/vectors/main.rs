//! The vectors of `tests/vectors/validator`: the tables that they are made from, and their run through this library.
//!
//! `VECTORS=write` writes the files anew.
#![cfg(test)]
#![cfg(feature = "jwe")]

mod case;
mod cases;
mod denial;
mod frozen;
mod jose;
mod keys;
mod runner;
mod token;

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

use serde_json::{Value, json};

use case::Case;

/// Where the files are.
fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/vectors/validator")
}

fn is_writing() -> bool {
    std::env::var("VECTORS").is_ok_and(|it| it == "write")
}

fn text_of(section: &str, cases: &[Case]) -> String {
    let mut text = serde_json::to_string_pretty(&json!({ "section": section, "cases": cases })).unwrap();
    text.push('\n');
    text
}

#[test]
fn the_files_are_what_the_tables_say() {
    let mut expected = BTreeSet::new();
    for (name, section, cases) in cases::files() {
        let path = folder().join(format!("{name}.json"));
        let made = text_of(section, cases);
        if is_writing() {
            fs::write(&path, &made).unwrap();
        }
        let committed = fs::read_to_string(&path).unwrap_or_default();
        let [made, committed] =
            [made, committed].map(|it| serde_json::from_str::<Value>(&it).unwrap_or_default());
        assert!(made == committed, "{name}.json: run again with VECTORS=write");
        expected.insert(format!("{name}.json"));
    }
    frozen::finish();
    let there: BTreeSet<_> = fs::read_dir(folder())
        .unwrap()
        .map(|file| file.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.ends_with(".json"))
        .collect();
    assert_eq!(there, expected, "no file but those of the tables");
}

#[test]
fn every_case_has_a_name_of_its_own() {
    let mut names = BTreeSet::new();
    let mut count = 0;
    for (_, _, cases) in cases::files() {
        for case in cases {
            assert!(!case.about.is_empty(), "{}", case.name);
            assert!(names.insert(&case.name), "{} stands twice", case.name);
            count += 1;
        }
    }
    assert!(count >= 1400 + 649, "{count}");
}

#[test]
fn every_file_runs() {
    let mut faults = Vec::new();
    let mut count = 0;
    for (_, section, cases) in cases::files() {
        for case in cases {
            count += 1;
            if let Err(fault) = runner::run(&serde_json::to_value(case).unwrap()) {
                faults.push(format!("{section}: {}\n    {fault}", case.name));
            }
        }
    }
    assert!(faults.is_empty(), "{} of {count} differ\n{}", faults.len(), faults.join("\n"));
}
