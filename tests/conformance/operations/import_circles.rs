//! How the files of each crate of the workspace may import each other: no file imports, through whatever chain, one
//! that imports it. A parent and its own children may know each other.
//!
//! The imports are read from the source text: every path that begins with `crate`, `self` or `super`, in a `use` or
//! in the code, outside of comments, strings and modules of tests.

mod source;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use source::{modules_of, paths_of};

/// The modules that each module imports.
type Imports = BTreeMap<String, BTreeSet<String>>;

/// The imports between the modules whose sources these are, by module path; the root of the crate is not among them.
fn imports(sources: &BTreeMap<String, String>) -> Imports {
    let target = |path: &[String]| {
        (1..=path.len())
            .rev()
            .map(|end: usize| path[..end].join("::"))
            .find(|name| sources.contains_key(name))
    };
    let imports_of = |module: &String, text: &String| {
        let targets = paths_of(module, text).into_iter().filter_map(|path| target(&path));
        targets.filter(|other| other != module && !is_family(module, other)).collect()
    };
    sources.iter().map(|(module, text)| (module.clone(), imports_of(module, text))).collect()
}

/// Whether one of two modules lies within the other.
fn is_family(one: &str, other: &str) -> bool {
    let within =
        |inner: &str, outer: &str| inner.strip_prefix(outer).is_some_and(|rest| rest.starts_with("::"));
    within(one, other) || within(other, one)
}

/// What a module imports, directly and through others.
fn reached<'a>(imports: &'a Imports, from: &str) -> BTreeSet<&'a str> {
    let (mut reached, mut next) = (BTreeSet::new(), vec![from]);
    while let Some(module) = next.pop() {
        for import in imports.get(module).into_iter().flatten() {
            if reached.insert(import.as_str()) {
                next.push(import);
            }
        }
    }
    reached
}

/// The groups of modules that reach each other.
fn circles(imports: &Imports) -> BTreeSet<Vec<&str>> {
    let reach: BTreeMap<&str, BTreeSet<&str>> =
        imports.keys().map(|module| (module.as_str(), reached(imports, module))).collect();
    let circle = |module: &str| -> Vec<&str> {
        let back = |other: &&str| reach[other].contains(module);
        reach[module].iter().copied().filter(back).collect()
    };
    reach.keys().map(|module| circle(module)).filter(|circle| !circle.is_empty()).collect()
}

/// The workspace's root.
fn root() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
}

/// The folders of the workspace's crates, from its manifest.
fn crates() -> Vec<String> {
    let manifest = fs::read_to_string(root().join("Cargo.toml")).unwrap();
    let (_, members) = manifest.split_once("members = [").unwrap();
    let (members, _) = members.split_once(']').unwrap();
    let members: Vec<_> =
        members.split(',').map(|member| member.trim().trim_matches('"').to_owned()).collect();
    members.into_iter().filter(|member| !member.is_empty()).collect()
}

fn imports_of_crate(folder: &str) -> Imports {
    imports(&modules_of(&root().join(folder).join("src")))
}

#[test]
fn no_file_imports_one_that_imports_it() {
    let crates = crates();
    assert!(crates.iter().any(|folder| folder == "provider/server"), "{crates:?}");
    let mut found = BTreeSet::new();
    for folder in &crates {
        let imports = imports_of_crate(folder);
        found.extend(circles(&imports).iter().map(|circle| format!("{folder}: {}", circle.join(", "))));
    }
    assert!(found.is_empty(), "files that import each other in a circle: {found:#?}");
}

fn sources(files: &[(&str, &str)]) -> BTreeMap<String, String> {
    files.iter().map(|(module, text)| ((*module).to_owned(), (*text).to_owned())).collect()
}

#[test]
fn a_circle_is_found_through_other_files() {
    let files = [
        ("a", "use crate::b::{self, Thing};\nmod child;"),
        ("a::child", "use super::A; use crate::d::D;"),
        ("b", "fn f() { crate::c::g(super::d::x) }"),
        ("c", "pub use crate::{e, a::{child as other, A}};"),
        ("d", "use crate::Root;"),
        ("e", "use self::inner::X;"),
    ];
    let imports = imports(&sources(&files));
    assert_eq!(circles(&imports), BTreeSet::from([vec!["a", "b", "c"]]));
    // The same files, but for the one import that closes the circle.
    let mut open = sources(&files);
    open.insert("c".to_owned(), "pub use crate::e;".to_owned());
    assert_eq!(circles(&self::imports(&open)), BTreeSet::new());
}

#[test]
fn a_parent_and_its_children_may_know_each_other() {
    let files = [("a", "use self::b::B; use child::C;"), ("a::b", "use super::A; use crate::a::A2;")];
    assert_eq!(circles(&imports(&sources(&files))), BTreeSet::new());
    let siblings = [("a", ""), ("a::b", "use super::c::C;"), ("a::c", "use crate::a::b::B;")];
    assert_eq!(circles(&imports(&sources(&siblings))), BTreeSet::from([vec!["a::b", "a::c"]]));
}
