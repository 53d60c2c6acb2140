//! The command line of somebody who is far away from a server: the built binary, with a folder of its own for what it keeps,
//! and nothing of an installation beside it.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;
use std::process::{Command, Output};

use serde_json::Value;

use crate::node::{Node, Scratch};

/// A terminal.
pub struct Terminal {
    variables: BTreeMap<String, String>,
    node: Node,
    // Last, so that nothing runs in it any more when it is deleted.
    scratch: Scratch,
}

/// What a command printed.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Printed {
    /// The exit code.
    pub code: Option<i32>,
    /// Standard output.
    pub stdout: String,
    /// Standard error.
    pub stderr: String,
}

impl Terminal {
    /// One that works on that server.
    #[must_use]
    pub fn at(server: &str) -> Self {
        let scratch = Scratch::new();
        let node = Node::new(scratch.path(), &[]);
        Self { variables: BTreeMap::new(), node, scratch }.with("CREDENZA_SERVER", server)
    }

    /// The same with a variable of the environment.
    #[must_use]
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.variables.insert(name.to_owned(), value.to_owned());
        self
    }

    /// The same as a service account.
    #[must_use]
    pub fn as_service(self, client_id: &str, secret: &str) -> Self {
        self.with("CREDENZA_CLIENT_ID", client_id).with("CREDENZA_CLIENT_SECRET", secret)
    }

    /// A file beside it.
    #[must_use]
    pub fn file(&self, name: &str, text: &str) -> String {
        let path = self.scratch.path().join(name);
        fs::write(&path, text).unwrap();
        path.display().to_string()
    }

    /// Where sign-ins are kept.
    #[must_use]
    pub fn kept(&self) -> PathBuf {
        self.scratch.path().join("config/credenza/credentials.json")
    }

    /// What is kept there.
    #[must_use]
    pub fn read_kept(&self) -> Value {
        serde_json::from_slice(&fs::read(self.kept()).unwrap()).unwrap()
    }

    /// The binary, with these words.
    #[must_use]
    pub fn command(&self, words: &[&str]) -> Command {
        let mut command = self.node.command();
        command.env("HOME", self.scratch.path()).env("XDG_CONFIG_HOME", self.scratch.path().join("config"));
        command.envs(&self.variables).args(words);
        command
    }

    /// Runs it to its end.
    #[must_use]
    pub fn run(&self, words: &[&str]) -> Printed {
        Printed::of(&self.command(words).output().unwrap())
    }

    /// Runs a command that succeeds, and reads what it prints.
    #[must_use]
    pub fn json(&self, words: &[&str]) -> Value {
        let printed = self.run(&[words, &["--output", "json"]].concat());
        assert_eq!(printed.code, Some(0), "{words:?}: {printed:?}");
        serde_json::from_str(&printed.stdout).unwrap()
    }

    /// Runs a command that fails, and returns what it says.
    #[must_use]
    pub fn refused(&self, words: &[&str]) -> String {
        let printed = self.run(words);
        assert_eq!((printed.code, printed.stdout.as_str()), (Some(1), ""), "{words:?}: {printed:?}");
        printed.stderr
    }
}

impl Printed {
    /// Of a process that has ended.
    #[must_use]
    pub fn of(output: &Output) -> Self {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        Self { code: output.status.code(), stdout: text(&output.stdout), stderr: text(&output.stderr) }
    }
}
