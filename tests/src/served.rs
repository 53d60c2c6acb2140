//! The built binary, serving from a fresh folder, with one person; clients are made by its command line. It
//! can be killed, and started again on what it left.

use std::path::PathBuf;

use credenza_validator::SigningKey;
use serde_json::Value;

use crate::client_keys::jwks_of;
use crate::master_keys::MasterKeyTexts;
use crate::node::{Node, Scratch};

/// The one person.
pub const USERNAME: &str = "alice";
/// Their password.
pub const PASSWORD: &str = "a long password of the tests";
/// Their address.
pub const EMAIL: &str = "alice@example.test";

/// A process of the binary; it ends, and its folder goes, when it is dropped.
pub struct Served {
    /// The issuer, where it also listens.
    pub issuer: String,
    /// The process.
    pub node: Node,
    master_keys: MasterKeyTexts,
    // Last, so that the process ends before its files are deleted.
    scratch: Scratch,
}

impl Served {
    /// Builds the binary if needed, starts it, waits until it is ready, and creates the person.
    #[must_use]
    pub fn start() -> Self {
        let mut server = Self::prepare();
        server.node.start();
        server.create_user(USERNAME);
        server
    }

    /// The same before its first start, without even the tables.
    #[must_use]
    pub fn prepare() -> Self {
        let scratch = Scratch::new();
        let database = format!("sqlite:{}", scratch.path().join("credenza.db").display());
        let mut node = Node::new(scratch.path(), &[("DATABASE_URL", &database)]);
        let issuer = format!("http://{}", node.address);
        node.set("ISSUER", &issuer);
        let mut server = Self { issuer, node, master_keys: MasterKeyTexts::random(), scratch };
        server.set_master_keys(server.master_keys.clone());
        server
    }

    /// The file of its database.
    #[must_use]
    pub fn database(&self) -> PathBuf {
        self.scratch.path().join("credenza.db")
    }

    /// Kills the process as `kill -9` does.
    pub fn kill(&mut self) {
        self.node.kill();
    }

    /// Starts it again on the same files and waits until it is ready.
    pub fn start_again(&mut self) {
        self.node.start();
    }

    /// The master keys that it has.
    #[must_use]
    pub fn master_keys(&self) -> &MasterKeyTexts {
        &self.master_keys
    }

    /// Sets the master keys for the next start and for commands.
    pub fn set_master_keys(&mut self, master_keys: MasterKeyTexts) {
        self.node.set("MASTER_KEY", &master_keys.current);
        self.node.set("MASTER_KEYS_PREVIOUS", &master_keys.previous.join(","));
        self.master_keys = master_keys;
    }

    /// Starts it again, killed before, under these master keys.
    pub fn start_under(&mut self, master_keys: MasterKeyTexts) {
        self.set_master_keys(master_keys);
        self.start_again();
    }

    /// Asserts that it does not start under these master keys, and returns its error message.
    #[must_use]
    pub fn refuses_to_start(&self, master_keys: &MasterKeyTexts) -> String {
        let mut serve = self.node.command();
        serve.env("CREDENZA_MASTER_KEY", &master_keys.current);
        serve.env("CREDENZA_MASTER_KEYS_PREVIOUS", master_keys.previous.join(","));
        let said = serve.args(["serve", "--insecure-http"]).output().unwrap();
        assert_eq!(said.status.code(), Some(1), "{}", String::from_utf8_lossy(&said.stderr));
        String::from_utf8(said.stderr).unwrap()
    }

    /// Runs a command on its files and returns the output.
    ///
    /// # Errors
    /// Standard error, if the command fails.
    pub fn run(&self, words: &[&str]) -> Result<String, String> {
        let done = self.node.command().args(words).output().unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        if done.status.success() { Ok(text(done.stdout)) } else { Err(text(done.stderr)) }
    }

    /// `credenza client create`: answers with `client_id` and, unless public, `client_secret`.
    #[must_use]
    pub fn create_client(&self, options: &[&str]) -> Value {
        create_client(&self.node, options)
    }

    /// A client of client_credentials that authenticates by assertions under this key.
    #[must_use]
    pub fn create_asserting_client(&self, key: &SigningKey) -> Value {
        let scratch = Scratch::new();
        let file = scratch.path().join("jwks.json");
        std::fs::write(&file, jwks_of(&[key]).to_string()).unwrap();
        self.create_client(&[
            "--grant-type",
            "client_credentials",
            "--token-endpoint-auth-method",
            "private_key_jwt",
            "--jwks",
            file.to_str().unwrap(),
        ])
    }

    /// Makes a person of that name whose password is [`PASSWORD`].
    pub fn create_user(&self, username: &str) {
        create_user(&self.node, username);
    }

    /// What it logged since it was first started.
    #[must_use]
    pub fn log(&self) -> String {
        self.node.log()
    }
}

/// `credenza client create` at that node's settings.
pub(crate) fn create_client(node: &Node, options: &[&str]) -> Value {
    node.run(&[&["client", "create", "--name", "Tests"], options].concat())
}

/// `credenza user create` at that node's settings, with [`PASSWORD`].
pub(crate) fn create_user(node: &Node, username: &str) {
    let email = format!("{username}@example.test");
    let _made =
        node.run(&["user", "create", "--username", username, "--password", PASSWORD, "--email", &email]);
}
