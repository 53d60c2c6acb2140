//! What the OpenID Foundation's certification plans look at in a provider (oidcc-basic, implicit, hybrid, form post,
//! config, dynamic, RP-initiated, back-channel and front-channel logout, session management, third-party login), item
//! by item: each with the tests of this suite that prove it, or with the reason why none does yet.
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
    ("errors", 16),
    ("metadata", 18),
    ("authorization", 18),
    ("prompt and hints", 12),
    ("ID token", 13),
    ("userinfo", 7),
    ("token endpoint", 14),
    ("registration and request objects", 19),
    ("RP-initiated logout", 8),
    ("logout notifications", 9),
    ("third-party login", 2),
    ("transport and pages", 8),
    ("profiles", 10),
];

/// Items without a test, and why.
const OPEN: &[(&str, &str, &str)] = &[
    ("errors", "PAR: a bad object", "pushed requests come with FAPI"),
    ("errors", "PAR: a bad parameter", "pushed requests come with FAPI"),
    ("errors", "a bad DPoP proof", "DPoP comes with FAPI"),
    (
        "transport and pages",
        "TLS of FAPI 1 and CIBA",
        "no module of these plans looks at TLS; those of FAPI and CIBA do",
    ),
    (
        "transport and pages",
        "TLS of FAPI 2",
        "no module of these plans looks at TLS; those of FAPI and CIBA do",
    ),
    (
        "transport and pages",
        "hosts that are probed for TLS",
        "no module of these plans looks at TLS; those of FAPI and CIBA do",
    ),
    ("profiles", "TLS 1.2 suites", "no module of these plans looks at TLS; those of FAPI and CIBA do"),
];

fn rows() -> impl Iterator<Item = Row> {
    let parts = [authorization::ROWS, metadata::ROWS, tokens::ROWS, registration::ROWS, sessions::ROWS];
    parts.into_iter().flatten().copied()
}

/// Every test of the suite, as `theme::module::function`; those of the command line's keys as `cli_keys::function`.
fn tests() -> BTreeSet<String> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let themes = fs::read_dir(here.join("conformance")).unwrap().map(|entry| entry.unwrap().path());
    let files = themes.filter(|path| path.is_dir()).flat_map(|theme| {
        fs::read_dir(theme).unwrap().map(|entry| entry.unwrap().path()).collect::<Vec<_>>()
    });
    let sources = files.filter(|path| path.extension().is_some_and(|extension| extension == "rs"));
    let name = |path: &Path| path.file_stem().unwrap().to_str().unwrap().to_owned();
    let modules = sources.map(|path| (format!("{}::{}", name(path.parent().unwrap()), name(&path)), path));
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
