//! The manual's commands are run: every block of a page that begins with `sh test`, in order, against a database of the
//! page's own.
//! Chart 660: The manual | its commands are run, its links lead somewhere

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use credenza_tests::node::{Node, Scratch};
use serde_json::Value;

/// What opens and closes a block that is run.
const OPENING: &str = "```sh test";
const CLOSING: &str = "```";
/// Fewer blocks than this mean that they are no longer found.
const LEAST_BLOCKS: usize = 10;
/// Words that stand for an id: how to list the ids, and where one is in the answer.
const PLACEHOLDERS: [(&str, &[&str], &str); 3] = [
    ("CLIENT_ID", &["client", "list"], "/clients/0/client_id"),
    ("TOKEN_ID", &["registration-token", "list"], "/tokens/0/token_id"),
    ("KID", &["key", "list"], "/keys/0/kid"),
];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// The README and the pages of the manual.
fn pages() -> Vec<PathBuf> {
    let manual = fs::read_dir(root().join("provider/manual")).unwrap().map(|entry| entry.unwrap().path());
    let mut pages: Vec<_> = manual.filter(|path| path.extension().is_some_and(|end| end == "md")).collect();
    pages.push(root().join("README.md"));
    pages.sort_unstable();
    pages
}

/// The blocks of a page that are run.
fn blocks(page: &str) -> Vec<String> {
    let opening = format!("\n{OPENING}\n");
    let after_opening = page.split(&opening).skip(1);
    let block = |text: &str| text.split_once(&format!("\n{CLOSING}")).unwrap().0.to_owned();
    after_opening.map(block).collect()
}

/// The block with ids in place of the words that stand for them.
fn with_ids(block: &str, node: &Node) -> String {
    let mut block = block.to_owned();
    for (word, list, pointer) in
        PLACEHOLDERS.iter().filter(|(word, ..)| block.contains(word)).collect::<Vec<_>>()
    {
        let answer = node.run(list);
        let id = answer.pointer(pointer).and_then(Value::as_str).expect("there is one");
        block = block.replace(word, &format!("'{id}'"));
    }
    block
}

/// Runs a block by the shell, in which `credenza` is the built binary.
fn run(block: &str, node: &Node) -> Result<(), String> {
    let credenza = node.command();
    let function = format!("credenza() {{ '{}' \"$@\"; }}", credenza.get_program().to_str().unwrap());
    let mut shell = Command::new("sh");
    shell.args(["-euc", &format!("{function}\n{block}")]).current_dir(credenza.get_current_dir().unwrap());
    for (name, value) in credenza.get_envs() {
        match value {
            Some(value) => shell.env(name, value),
            None => shell.env_remove(name),
        };
    }
    let done = shell.output().unwrap();
    match done.status.success() {
        true => Ok(()),
        false => Err(format!("{block}\n{}", String::from_utf8_lossy(&done.stderr))),
    }
}

/// A command line on an empty database.
fn node(scratch: &Scratch) -> Node {
    let database = format!("sqlite:{}", scratch.path().join("credenza.db").display());
    Node::new(scratch.path(), &[("ISSUER", "https://id.example.com"), ("DATABASE_URL", &database)])
}

#[test]
fn commands_of_the_manual_work() {
    let mut count = 0;
    for page in pages() {
        let scratch = Scratch::new();
        let node = node(&scratch);
        for block in blocks(&fs::read_to_string(&page).unwrap()) {
            let done = run(&with_ids(&block, &node), &node);
            done.unwrap_or_else(|error| panic!("{}: {error}", page.display()));
            count += 1;
        }
    }
    assert!(count >= LEAST_BLOCKS, "only {count} blocks were found");
}

#[test]
fn a_command_that_fails_is_noticed() {
    let scratch = Scratch::new();
    let node = node(&scratch);
    let error =
        run("credenza tenant list\ncredenza tenant show nobody\ncredenza tenant list", &node).unwrap_err();
    assert!(error.contains("there is no tenant"), "{error}");
}

#[test]
fn only_marked_blocks_are_run() {
    let page = "# Title\n\n```sh\nno\n```\n\n```sh test\none\ntwo\n```\n\n```sh test\nthree\n```\n";
    assert_eq!(blocks(page), ["one\ntwo", "three"]);
}
