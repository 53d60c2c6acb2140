//! Links between the documents of the repository lead somewhere: to a file that exists and, with `#`, to a heading in it.
//! Chart 660

use std::fs;
use std::path::{Path, PathBuf};

/// Where documents are.
const FOLDERS: [&str; 36] = [
    "",
    ".github",
    "bindings/node",
    "bindings/python",
    "bindings/uniffi",
    "bindings/uniffi/kotlin",
    "bindings/uniffi/swift",
    "connectors/go",
    "connectors/go/echoguard",
    "connectors/go/fiberguard",
    "connectors/go/ginguard",
    "connectors/go/grpcguard",
    "connectors/kotlin",
    "connectors/node",
    "connectors/python",
    "connectors/rust",
    "connectors/swift",
    "provider/manual",
    "provider/packaging",
    "provider/server/src/pages",
    "provider/testing",
    "provider/testing/node",
    "provider/testing/python",
    "storage",
    "tests/bench/connectors",
    "tests/fuzz",
    "tests/vectors/connectors",
    "tests/vectors/validator",
    "connectors/go/examples/application",
    "connectors/go/examples/service",
    "connectors/go/kit",
    "connectors/go/login",
    "connectors/go/natsevents",
    "connectors/go/redisstore",
    "connectors/node/examples",
    "tests/applications",
];
/// Fewer links than this mean that they are no longer found.
const LEAST_LINKS: usize = 80;

fn documents() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let entries = FOLDERS.iter().flat_map(|folder| fs::read_dir(root.join(folder)).unwrap());
    let paths = entries.map(|entry| entry.unwrap().path());
    paths.filter(|path| path.extension().is_some_and(|end| end == "md")).collect()
}

/// The targets of `[text](target)`, `[label]: target` and `src="target"`, outside of code.
fn targets(text: &str) -> Vec<&str> {
    let mut is_code = false;
    let mut targets = vec![];
    for line in text.lines() {
        is_code ^= line.trim_start().starts_with("```");
        if is_code {
            continue;
        }
        let inline = line.split("](").skip(1).filter_map(|rest| rest.split([')', ' ']).next());
        let pictures = line.split("src=\"").skip(1).filter_map(|rest| rest.split('"').next());
        let definition =
            line.strip_prefix('[').and_then(|rest| rest.split_once("]: ")).map(|(_, target)| target);
        targets.extend(inline.chain(pictures).chain(definition));
    }
    targets
}

/// The anchor that a heading gets.
fn anchor(heading: &str) -> String {
    let kept = heading.trim().to_lowercase().replace(' ', "-");
    kept.chars().filter(|character| character.is_alphanumeric() || matches!(character, '-' | '_')).collect()
}

fn has_heading(document: &Path, wanted: &str) -> bool {
    let text = fs::read_to_string(document).unwrap();
    text.lines().any(|line| line.starts_with('#') && anchor(line.trim_start_matches('#')) == wanted)
}

/// What is wrong with a link of a document.
fn fault(document: &Path, target: &str) -> Option<String> {
    if ["https://", "http://", "mailto:"].iter().any(|scheme| target.starts_with(scheme)) {
        return None;
    }
    let (path, fragment) = target.split_once('#').unwrap_or((target, ""));
    let file = if path.is_empty() { document.to_owned() } else { document.parent().unwrap().join(path) };
    let is_there = file.exists() && (fragment.is_empty() || has_heading(&file, fragment));
    (!is_there).then(|| format!("{}: {target}", document.display()))
}

#[test]
fn links_lead_somewhere() {
    let mut count = 0;
    let mut faults = vec![];
    for document in documents() {
        let text = fs::read_to_string(&document).unwrap();
        let targets = targets(&text);
        count += targets.len();
        faults.extend(targets.into_iter().filter_map(|target| fault(&document, target)));
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    assert!(count >= LEAST_LINKS, "only {count} links were found");
}

#[test]
fn a_link_that_leads_nowhere_is_noticed() {
    let readme = Path::new(env!("CARGO_MANIFEST_DIR")).join("../README.md");
    let text = "See [a](b.md#c), ![d](e.png).\n[f]: g.md\n<img src=\"j.png\">\n```\n[h](i)\n```";
    assert_eq!(targets(text), ["b.md#c", "e.png", "g.md", "j.png"]);
    assert_eq!(anchor(" What it's *like*, in short"), "what-its-like-in-short");
    assert!(fault(&readme, "nowhere.md").is_some() && fault(&readme, "README.md#nowhere").is_some());
    assert!(fault(&readme, "LICENSE").is_none() && fault(&readme, "#two-commands").is_none());
}
