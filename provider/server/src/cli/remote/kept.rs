//! Where people are signed in: one file, which nobody else can read, and a lock for whoever changes it.

use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use credenza_protocol::time::Time;
use serde::{Deserialize, Serialize};

use crate::cli::Failure;

/// What is kept.
#[derive(Default, Serialize, Deserialize)]
pub(in crate::cli) struct Kept {
    /// The issuer that commands work on where nothing names another.
    #[serde(default)]
    pub(in crate::cli) current: Option<String>,
    /// Who is signed in, by issuer.
    #[serde(default)]
    pub(in crate::cli) servers: BTreeMap<String, SignIn>,
}

/// Somebody who is signed in.
#[derive(Clone, Serialize, Deserialize)]
pub(in crate::cli) struct SignIn {
    pub(in crate::cli) client_id: String,
    pub(in crate::cli) access_token: String,
    pub(in crate::cli) expires_at: Time,
    pub(in crate::cli) refresh_token: Option<String>,
    /// What the token was given.
    pub(in crate::cli) scope: String,
    /// `sub`, where the issuer told it.
    pub(in crate::cli) user_id: Option<String>,
    pub(in crate::cli) username: Option<String>,
}

/// The folder that it is in.
#[derive(Clone, Debug)]
pub(in crate::cli) struct Folder(PathBuf);

/// The right to change it, until this is dropped.
pub(in crate::cli) struct Locked<'a> {
    folder: &'a Folder,
    // Closing it gives the lock back.
    _file: File,
}

impl Folder {
    /// That of this user: `credenza` in `$XDG_CONFIG_HOME`, or else in `~/.config`.
    pub(in crate::cli) fn find() -> Result<Self, Failure> {
        let variable =
            |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
        let home = || variable("HOME").map(|home| home.join(".config"));
        let base = variable("XDG_CONFIG_HOME").filter(|path| path.is_absolute()).or_else(home);
        let base = base.or_else(|| variable("APPDATA"));
        base.map(|base| Self(base.join("credenza")))
            .ok_or_else(|| Failure::new("there is no place for sign-ins: set HOME, or XDG_CONFIG_HOME"))
    }

    /// What is kept; nothing, where nobody has signed in yet.
    pub(in crate::cli) fn read(&self) -> Result<Kept, Failure> {
        let path = self.file();
        check_mode(&path)?;
        match fs::read(&path) {
            Ok(text) => serde_json::from_slice(&text).map_err(|error| {
                let path = path.display();
                Failure::new(format!("{path}: {error}; delete it, and sign in again by `credenza login`"))
            }),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Kept::default()),
            Err(error) => Err(unusable(&path, &error)),
        }
    }

    /// Waits until no other process changes it.
    pub(in crate::cli) fn lock(&self) -> Result<Locked<'_>, Failure> {
        self.create().map_err(|error| unusable(&self.0, &error))?;
        let path = self.0.join("lock");
        let locked = private().open(&path).and_then(|file| file.lock().map(|()| file));
        let file = locked.map_err(|error| unusable(&path, &error))?;
        Ok(Locked { folder: self, _file: file })
    }

    fn file(&self) -> PathBuf {
        self.0.join("credentials.json")
    }

    fn create(&self) -> io::Result<()> {
        let mut builder = fs::DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(&self.0)
    }
}

impl Locked<'_> {
    pub(in crate::cli) fn read(&self) -> Result<Kept, Failure> {
        self.folder.read()
    }

    /// Takes the place of what was kept: whole, or not at all.
    pub(in crate::cli) fn write(&self, kept: &Kept) -> Result<(), Failure> {
        let path = self.folder.file();
        let new = self.folder.0.join("credentials.json.new");
        let text = serde_json::to_vec_pretty(kept).map_err(|error| Failure::new(error.to_string()))?;
        let written = || -> io::Result<()> {
            let mut file = private().truncate(true).open(&new)?;
            file.write_all(&text)?;
            file.sync_all()?;
            fs::rename(&new, &path)
        };
        written().map_err(|error| unusable(&path, &error))
    }
}

/// A file that only this user can read.
fn private() -> OpenOptions {
    let mut options = File::options();
    options.create(true).truncate(false).write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

/// Tokens that others could read are not used.
#[cfg(unix)]
fn check_mode(path: &Path) -> Result<(), Failure> {
    use std::os::unix::fs::PermissionsExt as _;
    let mode = fs::metadata(path).map(|found| found.permissions().mode()).unwrap_or_default();
    if mode & 0o077 == 0 {
        return Ok(());
    }
    let path = path.display();
    Err(Failure::new(format!("{path} can be read by others: take that right away (chmod 600 {path})")))
}

#[cfg(not(unix))]
fn check_mode(_path: &Path) -> Result<(), Failure> {
    Ok(())
}

fn unusable(path: &Path, error: &io::Error) -> Failure {
    Failure::new(format!(
        "{}: {error}; see that this user may write there, or set XDG_CONFIG_HOME to another folder",
        path.display()
    ))
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[test]
    fn only_this_user_reads_what_is_kept() {
        let place = std::env::temp_dir().join(format!("credenza-kept-{}", std::process::id()));
        let folder = Folder(place.join("credenza"));
        assert!(folder.read().unwrap().servers.is_empty());
        let sign_in = SignIn {
            client_id: "credenza-cli".to_owned(),
            access_token: "a".to_owned(),
            expires_at: Time::from_seconds(1),
            refresh_token: None,
            scope: String::new(),
            user_id: None,
            username: None,
        };
        let mut kept = Kept::default();
        kept.servers.insert("https://id.example.com".to_owned(), sign_in);
        folder.lock().unwrap().write(&kept).unwrap();
        assert_eq!(folder.read().unwrap().servers.len(), 1);
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(&folder.0), mode(&folder.file())), (0o700, 0o600));
        fs::set_permissions(folder.file(), fs::Permissions::from_mode(0o640)).unwrap();
        let error = folder.read().err().unwrap().to_string();
        assert!(error.contains("chmod 600"), "{error}");
        fs::remove_dir_all(&place).unwrap();
    }
}
