//! The catalogue of attacks (`provider/manual/attacks.md`) beside the tests: every id that a test or a vector cites
//! stands in it, and every row names the files that try it, or says that none does yet.
//!
//! `UPDATE_ATTACKS=1 cargo test -p credenza-tests --test conformance catalogue` writes the column of tests anew.

use std::collections::{BTreeMap, BTreeSet};
use std::env;
use std::fs;
use std::path::{Path, PathBuf};

const CATALOGUE: &str = "provider/manual/attacks.md";
/// Where tests and vectors are, beside the code or by themselves.
const FOLDERS: [&str; 4] = ["bindings", "provider", "storage", "tests"];
/// What is built or downloaded there; and the cases that the vectors are made from.
const SKIPPED: [&str; 6] = ["target", "node_modules", "build", "fuzz", "bench", "cases"];
/// What a file of tests holds, by the language.
const TESTS: [&str; 8] = [
    "#[test]",
    "#[tokio::test",
    "conformance!(",
    "pub async fn ",
    "test(",
    "\ndef test_",
    "@Test",
    "func test",
];
const NOT_YET: &str = "not yet: ";

fn root() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
}

/// The files below a folder, by their paths from the root.
fn files(folder: &str) -> Vec<String> {
    let mut files = vec![];
    for entry in fs::read_dir(root().join(folder)).unwrap().map(Result::unwrap) {
        let name = entry.file_name().into_string().unwrap();
        let path = format!("{folder}/{name}");
        match entry.file_type().unwrap().is_dir() {
            true if SKIPPED.contains(&name.as_str()) || name.starts_with('.') => {}
            true => files.extend(self::files(&path)),
            false => files.push(path),
        }
    }
    files
}

/// Whether attacks are tried in the file.
fn is_tried_in(file: &str, text: &str) -> bool {
    if file.ends_with("attacks/catalogue.rs") {
        return false;
    }
    if file.starts_with("tests/vectors/") {
        return file.ends_with(".json");
    }
    let languages = [".rs", ".py", ".mjs", ".cjs", ".mts", ".js", ".kt", ".swift"];
    languages.iter().any(|end| file.ends_with(end)) && TESTS.iter().any(|test| text.contains(test))
}

/// The ids that a file cites: `A001` as a word, and `a001_a002_…` at the beginning of a name. What describes the
/// whole file is no test.
fn ids(text: &str) -> BTreeSet<String> {
    let is_id = |word: &str| {
        word.len() == 4
            && word.starts_with(['A', 'a'])
            && word[1..].chars().all(|character| character.is_ascii_digit())
    };
    let lines = text.lines().filter(|line| !line.starts_with("//!"));
    let words = lines.flat_map(|line| line.split(|other: char| other != '_' && !other.is_alphanumeric()));
    let cited = words.flat_map(|word| match is_id(word) {
        true if word.starts_with('A') => vec![word.to_owned()],
        _ if word.contains('_') => {
            word.split('_').take_while(|part| is_id(part)).map(str::to_uppercase).collect()
        }
        _ => vec![],
    });
    cited.collect()
}

/// The files that try each attack.
fn tried() -> BTreeMap<String, BTreeSet<String>> {
    let mut tried = BTreeMap::<String, BTreeSet<String>>::new();
    for file in FOLDERS.into_iter().flat_map(files) {
        let Ok(text) = fs::read_to_string(root().join(&file)) else { continue };
        if !is_tried_in(&file, &text) {
            continue;
        }
        // Beside the code, names of tests count, and comments do not.
        let is_code = file.contains("/src/") && !file.starts_with("storage/src/conformance/");
        let lines = text.lines().filter(|line| !is_code || line.contains("fn a"));
        for id in ids(&lines.collect::<Vec<_>>().join("\n")) {
            tried.entry(id).or_default().insert(file.clone());
        }
    }
    tried
}

/// The cells of a row of the catalogue.
fn cells(line: &str) -> Option<Vec<&str>> {
    let inner = line.strip_prefix("| A")?.strip_suffix('|')?;
    Some(inner.split(" | ").map(str::trim).collect())
}

/// The catalogue with the column of tests as it is now.
fn written_anew(catalogue: &str, tried: &BTreeMap<String, BTreeSet<String>>) -> String {
    let mut lines = vec![];
    for line in catalogue.lines() {
        let cells = cells(line).unwrap_or_default();
        let [number, what, must, section, tests] = cells.as_slice() else {
            lines.push(line.to_owned());
            continue;
        };
        let tests = match tried.get(&format!("A{number}")) {
            None => (*tests).to_owned(),
            Some(files) => files.iter().map(|file| format!("`{file}`")).collect::<Vec<_>>().join(", "),
        };
        lines.push(format!("| A{number} | {what} | {must} | {section} | {tests} |"));
    }
    lines.join("\n") + "\n"
}

#[test]
fn every_attack_is_described_once_and_tried_or_not_yet() {
    let path: PathBuf = root().join(CATALOGUE);
    let catalogue = fs::read_to_string(&path).unwrap();
    let tried = tried();
    assert!(tried.len() > 100, "{}", tried.len());
    if env::var_os("UPDATE_ATTACKS").is_some() {
        return fs::write(&path, written_anew(&catalogue, &tried)).unwrap();
    }
    let mut described = BTreeSet::new();
    for cells in catalogue.lines().filter_map(cells) {
        let [number, what, must, section, tests] = cells.as_slice() else { panic!("{cells:?}") };
        assert!([what, must, section].iter().all(|cell| !cell.is_empty()), "A{number} says too little");
        assert!(described.insert(format!("A{number}")), "A{number} is there twice");
        let is_tried = tried.contains_key(&format!("A{number}"));
        assert_eq!(is_tried, !tests.starts_with(NOT_YET), "A{number}: {tests}");
    }
    let missing: Vec<_> = tried.keys().filter(|id| !described.contains(*id)).collect();
    assert!(missing.is_empty(), "cited by tests, and not in {CATALOGUE}: {missing:?}");
    assert_eq!(catalogue, written_anew(&catalogue, &tried), "write it anew with UPDATE_ATTACKS=1");
}

#[test]
fn ids_are_found_in_names_and_words() {
    let text = "//! A001 describes the file.\nfn a002_a003_a_name() {}\n/// A004, A005: both (A006).\n\
                \"name\": \"a007_x\", A256KW, aa008_x, x_a009, a010";
    let expected = ["A002", "A003", "A004", "A005", "A006", "A007"];
    assert_eq!(ids(text), expected.map(str::to_owned).into());
}
