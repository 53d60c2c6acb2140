//! The checklist of certification (op-behaviours 2.0 to 2.11 and 2.17), item by item in its order: each with the
//! tests of this suite that prove it, or with the reason why none does yet.
//!
//! Chart 900: Checklist of the OpenID Connect certification plans | each item with its tests; pages and scripts for old browsers

mod authorization;
mod metadata;
mod registration;
mod sessions;
mod tokens;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

/// An item.
#[derive(Clone, Copy)]
struct Row {
    section: &'static str,
    item: &'static str,
    /// `module::function`.
    tests: &'static [&'static str],
}

const fn row(section: &'static str, item: &'static str, tests: &'static [&'static str]) -> Row {
    Row { section, item, tests }
}

/// How many items each section has.
const COUNTS: [(&str, usize); 13] = [
    ("2.0", 16),
    ("2.1", 18),
    ("2.2", 18),
    ("2.3", 12),
    ("2.4", 13),
    ("2.5", 7),
    ("2.6", 14),
    ("2.7", 19),
    ("2.8", 8),
    ("2.9", 9),
    ("2.10", 2),
    ("2.11", 8),
    ("2.17", 10),
];

/// Items without a test, and why.
const OPEN: &[(&str, &str, &str)] = &[
    ("2.0", "PAR: a bad object", "pushed requests come with FAPI"),
    ("2.0", "PAR: a bad parameter", "pushed requests come with FAPI"),
    ("2.0", "a bad DPoP proof", "DPoP comes with FAPI"),
    ("2.11", "TLS of FAPI 1 and CIBA", "no module of these plans looks at TLS; those of FAPI and CIBA do"),
    ("2.11", "TLS of FAPI 2", "no module of these plans looks at TLS; those of FAPI and CIBA do"),
    (
        "2.11",
        "hosts that are probed for TLS",
        "no module of these plans looks at TLS; those of FAPI and CIBA do",
    ),
    ("2.17", "TLS 1.2 suites", "no module of these plans looks at TLS; those of FAPI and CIBA do"),
];

fn rows() -> impl Iterator<Item = Row> {
    let parts = [authorization::ROWS, metadata::ROWS, tokens::ROWS, registration::ROWS, sessions::ROWS];
    parts.into_iter().flatten().copied()
}

/// Every test of the suite, as `module::function`; those of the command line's keys as `cli_keys::function`.
fn tests() -> BTreeSet<String> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let paths = fs::read_dir(here.join("conformance")).unwrap().map(|file| file.unwrap().path());
    let sources = paths.filter(|path| path.extension().is_some_and(|extension| extension == "rs"));
    let modules = sources.map(|path| (path.file_stem().unwrap().to_str().unwrap().to_owned(), path));
    let command_line = here.join("../provider/server/src/cli/tests/keys.rs");
    modules
        .chain([("cli_keys".to_owned(), command_line)])
        .flat_map(|(module, path)| {
            let names = functions(&fs::read_to_string(&path).unwrap());
            names.into_iter().map(move |function| format!("{module}::{function}"))
        })
        .collect()
}

/// The functions that stand below a `#[test]` or a `#[tokio::test]`.
fn functions(source: &str) -> Vec<String> {
    let marked = source.split("\n#[").skip(1).filter(|rest| {
        rest.starts_with("test]") || rest.starts_with("tokio::test]") || rest.starts_with("tokio::test(")
    });
    let name =
        |rest: &str| rest.split_once("fn ").and_then(|(_, rest)| rest.split_once('(')?.0.to_owned().into());
    marked.filter_map(name).collect()
}

#[test]
fn every_item_names_tests_that_exist() {
    let tests = tests();
    assert!(tests.len() > 400, "{}", tests.len());
    for Row { section, item, tests: proofs } in rows() {
        assert!(!proofs.is_empty(), "{section} {item}");
        for proof in proofs {
            assert!(tests.contains(*proof), "{section} {item}: there is no test {proof}");
        }
    }
}

#[test]
fn every_item_stands_here_once() {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    let mut seen = BTreeSet::new();
    let open = OPEN.iter().map(|(section, item, why)| {
        assert!(!why.is_empty(), "{section} {item}");
        (*section, *item)
    });
    for (section, item) in rows().map(|row| (row.section, row.item)).chain(open) {
        assert!(seen.insert((section, item)), "twice: {section} {item}");
        *counts.entry(section).or_default() += 1;
    }
    assert_eq!(counts, BTreeMap::from(COUNTS));
    println!("{} items, {} of them open", seen.len(), OPEN.len());
}
