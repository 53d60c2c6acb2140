//! Texts that contain randomness (RSA-PSS, ES384, encryption): made once, and kept beside the tables.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::{env, fs};

static USED: Mutex<BTreeMap<String, String>> = Mutex::new(BTreeMap::new());

fn path() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/vectors/frozen.json")
}

fn kept() -> BTreeMap<String, String> {
    fs::read(path()).ok().and_then(|it| serde_json::from_slice(&it).ok()).unwrap_or_default()
}

fn used() -> MutexGuard<'static, BTreeMap<String, String>> {
    USED.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The text of that name, which is made if there is none yet.
pub(crate) fn text(name: &str, make: impl FnOnce() -> String) -> String {
    if let Some(text) = used().get(name) {
        return text.clone();
    }
    // Not under the lock: making one text may need another.
    let text = kept().remove(name).unwrap_or_else(|| {
        assert!(crate::files::is_writing(), "{name} is not made yet: run again with VECTORS=write");
        make()
    });
    used().entry(name.to_owned()).or_insert(text).clone()
}

/// Writes the texts that were made, and drops those that no table uses any more.
pub(crate) fn finish() {
    let used = used().clone();
    if crate::files::is_writing() {
        fs::write(path(), serde_json::to_string_pretty(&used).unwrap() + "\n").unwrap();
    }
}
