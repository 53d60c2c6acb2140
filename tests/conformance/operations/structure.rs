//! The direction of the server's code: `http` calls `flow`, `flow` calls the protocol's rules and storage, and nothing
//! calls back. What every request works with (keys, realm, state, context) knows of no use case.

use std::fs;
use std::path::{Path, PathBuf};

/// The folder of the server's sources.
fn sources() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../provider/server/src")
}

/// The Rust files of a module: its own file and those of its folder.
fn files_of(module: &str) -> Vec<PathBuf> {
    let mut found = vec![sources().join(format!("{module}.rs"))];
    let mut folders = vec![sources().join(module)];
    while let Some(folder) = folders.pop() {
        let Ok(entries) = fs::read_dir(folder) else { continue };
        for entry in entries.map(|entry| entry.unwrap().path()) {
            if entry.is_dir() {
                folders.push(entry);
            } else if entry.extension().is_some_and(|extension| extension == "rs") {
                found.push(entry);
            }
        }
    }
    found
}

/// The lines of these modules that name one of these paths, outside of comments.
fn lines_that_name(modules: &[&str], paths: &[&str]) -> Vec<String> {
    let names = |line: &str| {
        let code = line.split("//").next().unwrap_or_default();
        let mut words = code.split(|c: char| !c.is_alphanumeric() && c != '_' && c != ':');
        words.any(|word| paths.iter().any(|path| is_within(word, path)))
    };
    let mut found = vec![];
    for file in modules.iter().flat_map(|module| files_of(module)) {
        let text = fs::read_to_string(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        let bad = text.lines().filter(|line| names(line));
        found.extend(bad.map(|line| format!("{}: {}", file.display(), line.trim())));
    }
    found
}

/// Whether a path is that one or leads below it.
fn is_within(path: &str, root: &str) -> bool {
    path.strip_prefix(root).is_some_and(|rest| rest.is_empty() || rest.starts_with("::"))
}

#[test]
fn use_cases_know_nothing_of_http() {
    let found =
        lines_that_name(&["flow", "admin", "people"], &["crate::http", "axum", "http", "hyper", "tower"]);
    assert_eq!(found, Vec::<String>::new(), "only `http` turns outcomes into responses");
}

#[test]
fn what_requests_work_with_knows_no_use_case() {
    let below = [
        "accounts",
        "clock",
        "context",
        "egress",
        "failure",
        "keys",
        "loaded_client",
        "logos",
        "realm",
        "remote_keys",
        "rng",
        "state",
    ];
    let found = lines_that_name(&below, &["crate::flow", "crate::http", "crate::people"]);
    assert_eq!(found, Vec::<String>::new(), "use cases call these, never the other way round");
}

#[test]
fn the_search_finds_what_it_looks_for() {
    for (word, root, expected) in [
        ("crate::http::shared", "crate::http", true),
        ("crate::http", "crate::http", true),
        ("crate::https", "crate::http", false),
        ("http::StatusCode", "http", true),
        ("crate::http", "http", false),
    ] {
        assert_eq!(is_within(word, root), expected, "{word}");
    }
    assert!(!lines_that_name(&["http"], &["axum"]).is_empty());
}
