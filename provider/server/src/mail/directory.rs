//! Mail into files, for whoever sends it by other means, and for trying things out.

use std::fs;
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use async_trait::async_trait;
use lettre::Message;

use super::transport::{Transport, Undelivered};
use super::written::Written;
use crate::rng::{self, SystemRng};

/// A directory. A mail appears in it whole, or not at all.
pub(super) struct Directory(PathBuf);

impl Directory {
    pub(super) fn new(directory: &Path) -> Result<Self, String> {
        match fs::create_dir_all(directory) {
            Ok(()) => Ok(Self(directory.to_owned())),
            Err(error) => Err(format!("mail.directory: {}: {error}", directory.display())),
        }
    }
}

#[async_trait]
impl Transport for Directory {
    async fn send(&self, _: &Written, message: Message) -> Result<(), Undelivered> {
        let (directory, content) = (self.0.clone(), message.formatted());
        let written = tokio::task::spawn_blocking(move || write(&directory, &content)).await;
        let failed = |why: String| Undelivered { why, is_final: false };
        written.map_err(|error| failed(error.to_string()))?.map_err(|error| failed(error.to_string()))
    }
}

/// Writes beside, then renames. The links in it are secrets: nobody else on the machine reads them.
fn write(directory: &Path, content: &[u8]) -> std::io::Result<()> {
    let name = rng::id(&SystemRng::new());
    let beside = directory.join(format!(".{name}"));
    let mut file = fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&beside)?;
    file.write_all(content)?;
    fs::rename(beside, directory.join(format!("{name}.eml")))
}
