//! Reads the imports of a source file: enough of Rust's grammar for `use` trees and paths, and no more.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// The sources of a crate by module path, without its root (`lib.rs`, `main.rs`) and without files of tests.
pub(super) fn modules_of(src: &Path) -> BTreeMap<String, String> {
    let mut modules = BTreeMap::new();
    collect(src, &[], &mut modules);
    modules
}

fn collect(folder: &Path, prefix: &[String], modules: &mut BTreeMap<String, String>) {
    for entry in fs::read_dir(folder).into_iter().flatten().map(Result::unwrap) {
        let (path, name) = (entry.path(), entry.file_name().into_string().unwrap());
        let within = |name: &str| [prefix, &[name.to_owned()]].concat();
        if path.is_dir() {
            collect(&path, &within(&name), modules);
            continue;
        }
        let module = match name.strip_suffix(".rs") {
            None | Some("main" | "lib" | "tests") => continue,
            Some("mod") => prefix.to_vec(),
            Some(name) => within(name),
        };
        if !module.contains(&"tests".to_owned()) {
            modules.insert(module.join("::"), fs::read_to_string(path).unwrap());
        }
    }
}

/// The paths within the crate that the source of a module names, from the root of the crate.
pub(super) fn paths_of(module: &str, text: &str) -> Vec<Vec<String>> {
    let tokens = tokens(text);
    let mut paths = vec![];
    let mut rest = tokens.as_slice();
    while let [token, after @ ..] = rest {
        rest = after;
        if matches!(token.as_str(), "crate" | "super" | "self") {
            rest = tree(token, after, &[], &mut paths);
        }
    }
    paths.iter().filter_map(|path| absolute(module, path)).collect()
}

/// Reads a path that may end in a tree (`a::{b, c::d}`), from after its first word on; answers what follows it.
fn tree<'a>(
    first: &str,
    mut rest: &'a [String],
    before: &[String],
    paths: &mut Vec<Vec<String>>,
) -> &'a [String] {
    let mut path = [before, &[first.to_owned()]].concat();
    while let [colons, next, after @ ..] = rest
        && colons == "::"
    {
        if next == "{" {
            return branches(after, &path, paths);
        }
        path.push(next.clone());
        rest = after;
    }
    paths.push(path);
    rest
}

/// Reads the branches of a tree up to its closing brace.
fn branches<'a>(mut rest: &'a [String], before: &[String], paths: &mut Vec<Vec<String>>) -> &'a [String] {
    while let [token, after @ ..] = rest {
        rest = match token.as_str() {
            "}" => return after,
            "," => after,
            // The name that follows is no path.
            "as" => after.get(1..).unwrap_or_default(),
            first => tree(first, after, before, paths),
        };
    }
    rest
}

/// The path from the root of the crate; `None` above it.
fn absolute(module: &str, path: &[String]) -> Option<Vec<String>> {
    let mut at: Vec<String> = module.split("::").map(str::to_owned).collect();
    for word in path {
        match word.as_str() {
            "crate" => at.clear(),
            "self" => {}
            "super" => drop(at.pop()?),
            _ => at.push(word.clone()),
        }
    }
    Some(at)
}

/// Words, `::` and single other characters, without comments, strings and the module of tests at the end.
fn tokens(text: &str) -> Vec<String> {
    let text = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
    let mut tokens = vec![];
    for line in text.lines() {
        let mut rest = line;
        while let Some(first) = rest.chars().next() {
            let length = match first {
                '/' if rest.starts_with("//") => break,
                ':' if rest.starts_with("::") => 2,
                '"' => string(rest),
                // The quote of a string, as a character.
                '\'' if rest.starts_with("'\"'") => 3,
                _ if is_word(first) => rest.find(|other| !is_word(other)).unwrap_or(rest.len()),
                _ => first.len_utf8(),
            };
            let (token, after) = rest.split_at(length);
            if !first.is_whitespace() && first != '"' {
                tokens.push(token.to_owned());
            }
            rest = after;
        }
    }
    tokens
}

fn is_word(character: char) -> bool {
    character == '_' || character.is_alphanumeric()
}

/// The length of the string that a line begins with; to the end of the line where it does not end on it.
fn string(line: &str) -> usize {
    let mut escaped = false;
    for (at, character) in line.char_indices().skip(1) {
        match character {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return at + 1,
            _ => {}
        }
    }
    line.len()
}

#[test]
fn paths_are_read() {
    let text = "use crate::a::{b, c::{D, E as F}, self}; use std::x; // crate::no\n\
                fn f(self) -> super::G { let x = \"crate::no\"; crate::h::i() }\n\
                #[cfg(test)]\nmod tests {\n use crate::no;\n}";
    let paths: Vec<String> = paths_of("m::n", text).iter().map(|path| path.join("::")).collect();
    assert_eq!(paths, ["a::b", "a::c::D", "a::c::E", "a", "m::n", "m::G", "h::i"]);
}
