//! The directory of `credenza dev`: the database, the master key, and the demo's credentials.

use std::fs::{self, OpenOptions};
use std::io::{self, ErrorKind, Write as _};
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::Error;
use crate::config::DatabaseUrl;
use crate::keys::seal::MasterKey;
use crate::rng::{self, Rng};

/// The directory, unless `CREDENZA_DEV_DIR` names another.
const DIR: &str = "credenza-dev";
const DATABASE: &str = "credenza.db";
const MASTER_KEY: &str = "master.key";
const DEMO: &str = "demo.json";

/// The directory, and what a command needs from it.
pub struct Files {
    /// The directory.
    pub dir: PathBuf,
    /// The database in it.
    pub database_url: DatabaseUrl,
    /// The master key in it.
    pub master_key: MasterKey,
}

/// The secrets in it, which are random for each installation: no two share a password or a key.
pub(super) struct Secrets {
    pub(super) master_key: Zeroizing<String>,
    pub(super) demo: DemoFile,
    /// Whether the demo's file was created just now.
    pub(super) fresh: bool,
}

/// `demo.json`.
#[derive(Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct DemoFile {
    pub(super) username: String,
    pub(super) password: String,
    pub(super) client_id: String,
}

impl Files {
    /// The directory, if `credenza dev` has run here.
    ///
    /// # Errors
    /// [`Error`] when its key cannot be read.
    pub fn find() -> Result<Option<Self>, Error> {
        let dir = place();
        let key = dir.join(MASTER_KEY);
        match fs::read_to_string(&key) {
            Ok(text) => Self::new(dir, &text).map(Some),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(wrong(&key, error)),
        }
    }

    /// Creates whatever is missing.
    pub(super) fn make(rng: &dyn Rng) -> Result<(Self, Secrets), Error> {
        Self::make_in(place(), rng)
    }

    pub(super) fn make_in(dir: PathBuf, rng: &dyn Rng) -> Result<(Self, Secrets), Error> {
        make_dir(&dir).map_err(|error| wrong(&dir, error))?;
        // Nothing in here belongs in anyone's repository.
        read_or_make(&dir.join(".gitignore"), || "*\n".to_owned())?;
        let (master_key, _) = read_or_make(&dir.join(MASTER_KEY), || new_key(rng))?;
        let demo_path = dir.join(DEMO);
        let (demo, fresh) = read_or_make(&demo_path, || new_demo(rng))?;
        let demo: DemoFile = serde_json::from_str(&demo).map_err(|error| wrong(&demo_path, error))?;
        Ok((Self::new(dir, &master_key)?, Secrets { master_key, demo, fresh }))
    }

    fn new(dir: PathBuf, key: &str) -> Result<Self, Error> {
        let master_key = MasterKey::parse(key).map_err(|error| wrong(&dir.join(MASTER_KEY), error))?;
        let url = format!("sqlite:{}", dir.join(DATABASE).display());
        let database_url = DatabaseUrl::parse(&url).map_err(|why| wrong(&dir, why))?;
        Ok(Self { dir, database_url, master_key })
    }
}

fn place() -> PathBuf {
    std::env::var_os("CREDENZA_DEV_DIR")
        .filter(|dir| !dir.is_empty())
        .map_or_else(|| DIR.into(), PathBuf::from)
}

fn new_key(rng: &dyn Rng) -> String {
    let mut bytes = Zeroizing::new([0; 32]);
    rng.fill(bytes.as_mut());
    format!("{}\n", STANDARD.encode(*bytes))
}

fn new_demo(rng: &dyn Rng) -> String {
    let demo = DemoFile { username: "demo".to_owned(), password: new_password(rng), client_id: rng::id(rng) };
    serde_json::to_string_pretty(&demo).unwrap_or_default()
}

/// Sixteen letters and digits that cannot be mistaken for one another: 80 bits.
fn new_password(rng: &dyn Rng) -> String {
    const LETTERS: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
    let mut bytes = [0; 16];
    rng.fill(&mut bytes);
    let letter = |byte: &u8| LETTERS.get(usize::from(byte % 32)).map(|letter| char::from(*letter));
    let letters: Vec<char> = bytes.iter().filter_map(letter).collect();
    letters.chunks(4).map(String::from_iter).collect::<Vec<_>>().join("-")
}

/// The text of a file, and whether it was created just now: when there is none, it is, readable by its owner alone.
fn read_or_make(path: &Path, text: impl FnOnce() -> String) -> Result<(Zeroizing<String>, bool), Error> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match options.open(path) {
        Ok(mut file) => {
            let text = Zeroizing::new(text());
            let written = file.write_all(text.as_bytes()).and_then(|()| file.sync_all());
            written.map(|()| (text, true)).map_err(|error| wrong(path, error))
        }
        Err(error) if error.kind() == ErrorKind::AlreadyExists => fs::read_to_string(path)
            .map(|text| (Zeroizing::new(text), false))
            .map_err(|error| wrong(path, error)),
        Err(error) => Err(wrong(path, error)),
    }
}

fn make_dir(dir: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(dir)
}

fn wrong(path: &Path, error: impl std::fmt::Display) -> Error {
    Error::File { path: path.to_owned(), why: error.to_string() }
}
