//! Reads a file of `credenza apply`: its text, and the secrets that it names.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

use credenza_protocol::group::name_key;
use credenza_protocol::secret::Secret;
use credenza_protocol::username::username_key;
use serde::de::DeserializeOwned;
use zeroize::Zeroizing;

use super::document::{Document, Members};
use crate::admin::users::GivenPassword;
use crate::config::line_of;

/// How the file is written.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Format {
    /// TOML.
    Toml,
    /// JSON.
    Json,
}

impl Format {
    /// As the name of a file says it: JSON if it ends in `.json`, and TOML otherwise.
    #[must_use]
    pub fn of(file: &Path) -> Self {
        match file.extension() {
            Some(end) if end.eq_ignore_ascii_case("json") => Self::Json,
            _ => Self::Toml,
        }
    }
}

/// What is wrong with the file.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Fault {
    /// Where, such as `clients[0].redirect_uris`; empty if it is the file as a whole.
    pub at: String,
    /// The line, if it is known.
    pub line: Option<usize>,
    /// What is wrong, and what would be right. Never a secret.
    pub why: String,
}

impl Fault {
    pub(super) fn new(at: impl Into<String>, why: impl Into<String>) -> Self {
        Self { at: at.into(), line: None, why: why.into() }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(line) = self.line {
            write!(f, "line {line}: ")?;
        }
        match self.at.as_str() {
            "" => f.write_str(&self.why),
            at => write!(f, "{at}: {}", self.why),
        }
    }
}

/// A set-up that was read: the document, with the secrets that it names, in its order.
#[derive(Clone, Debug)]
pub struct SetUp {
    pub(super) document: Document,
    /// Of each client.
    pub(super) client_secrets: Vec<Option<Secret>>,
    /// Of each user.
    pub(super) passwords: Vec<Option<GivenPassword>>,
    /// Of each webhook.
    pub(super) webhook_secrets: Vec<Option<Secret>>,
    /// The document as it was written.
    pub(super) written: Members,
}

/// Where secrets are found.
pub struct Surroundings<'a> {
    /// The folder that relative paths begin at.
    pub folder: PathBuf,
    /// A variable of the environment.
    pub variable: &'a dyn Fn(&str) -> Option<OsString>,
}

impl SetUp {
    /// Reads a text.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub fn read(text: &str, format: Format, around: &Surroundings<'_>) -> Result<Self, Vec<Fault>> {
        let document: Document = parse(text, format).map_err(|fault| vec![fault])?;
        let written = parse(text, format).map_err(|fault| vec![fault])?;
        let mut faults = doubles(&document);
        let mut take = |at: String, name: &str, file: Option<&PathBuf>, variable: Option<&String>| {
            let found = around.secret(name, file.map(PathBuf::as_path), variable.map(String::as_str));
            found.unwrap_or_else(|(member, why)| {
                faults.push(Fault::new(format!("{at}.{member}"), why));
                None
            })
        };
        let clients = document.clients.iter().enumerate().map(|(index, client)| {
            let own = &client.own;
            let (file, variable) = (own.client_secret_file.as_ref(), own.client_secret_env.as_ref());
            let text = take(format!("clients[{index}]"), "client_secret", file, variable);
            text.map(|text| Secret::presented(text.as_str()))
        });
        let client_secrets = clients.collect();
        let users = document.users.iter().enumerate().map(|(index, user)| {
            let at = format!("users[{index}]");
            let (file, variable) = (user.password_file.as_ref(), user.password_env.as_ref());
            let plain = take(at.clone(), "password", file, variable);
            let (file, variable) = (user.password_hash_file.as_ref(), user.password_hash_env.as_ref());
            let hash = take(at, "password_hash", file, variable);
            let plain = plain.map(|text| GivenPassword::Plain(text.as_str().into()));
            plain.or(hash.map(|text| GivenPassword::Hash(text.to_string())))
        });
        let passwords = users.collect();
        let webhooks = document.webhooks.iter().enumerate().map(|(index, webhook)| {
            let (file, variable) = (webhook.secret_file.as_ref(), webhook.secret_env.as_ref());
            let text = take(format!("webhooks[{index}]"), "secret", file, variable);
            text.map(|text| Secret::presented(text.as_str()))
        });
        let webhook_secrets = webhooks.collect();
        match faults.is_empty() {
            true => Ok(Self { document, client_secrets, passwords, webhook_secrets, written }),
            false => Err(faults),
        }
    }

    /// Reads a file, in which relative paths begin at its folder.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub fn read_file(
        file: &Path,
        format: Format,
        variable: &dyn Fn(&str) -> Option<OsString>,
    ) -> Result<Self, Vec<Fault>> {
        let text = fs::read_to_string(file).map_err(|error| {
            vec![Fault::new(
                "",
                format!("cannot be read ({error}): name a file of text that this user can read"),
            )]
        })?;
        let folder = file.parent().map(Path::to_owned).unwrap_or_default();
        Self::read(&text, format, &Surroundings { folder, variable })
    }
}

impl Surroundings<'_> {
    /// The secret that a file or a variable holds, without the line break at its end; a fault has the member that is
    /// wrong.
    fn secret(
        &self,
        name: &str,
        file: Option<&Path>,
        variable: Option<&str>,
    ) -> Result<Option<Zeroizing<String>>, (String, String)> {
        let (by_file, by_variable) = (format!("{name}_file"), format!("{name}_env"));
        let (member, place, read) = match (file, variable) {
            (None, None) => return Ok(None),
            (Some(_), Some(_)) => {
                return Err((by_file, format!("stands beside {by_variable}: keep one of them")));
            }
            (Some(file), None) => {
                let file = self.folder.join(file);
                (by_file, file.display().to_string(), fs::read_to_string(&file).map_err(|e| e.to_string()))
            }
            (None, Some(variable)) => {
                let value = (self.variable)(variable).ok_or_else(|| "it is not set".to_owned());
                let text =
                    value.and_then(|value| value.into_string().map_err(|_| "it is not UTF-8".to_owned()));
                (by_variable, variable.to_owned(), text)
            }
        };
        let text = match read {
            Ok(text) => Zeroizing::new(text),
            Err(error) => return Err((member, format!("{place} cannot be read: {error}"))),
        };
        let line =
            text.strip_suffix('\n').map_or(text.as_str(), |line| line.strip_suffix('\r').unwrap_or(line));
        if line.is_empty() {
            return Err((member, format!("{place} is empty: write the secret into it")));
        }
        Ok(Some(Zeroizing::new(line.to_owned())))
    }
}

/// Reads either format. The text itself is not shown.
fn parse<T: DeserializeOwned>(text: &str, format: Format) -> Result<T, Fault> {
    let fault = |path: String, line: Option<usize>, why: String| {
        let at = if path == "." { String::new() } else { path };
        Fault { at, line, why }
    };
    match format {
        Format::Json => {
            let mut json = serde_json::Deserializer::from_str(text);
            let read = serde_path_to_error::deserialize(&mut json);
            let read = read.map_err(|error| {
                let (path, inner) = (error.path().to_string(), error.inner());
                fault(path, Some(inner.line()).filter(|line| *line > 0), inner.to_string())
            })?;
            json.end().map_err(|error| fault(String::new(), Some(error.line()), error.to_string()))?;
            Ok(read)
        }
        Format::Toml => {
            let toml = toml::Deserializer::parse(text)
                .map_err(|error| fault(String::new(), line_of(text, &error), error.message().to_owned()))?;
            serde_path_to_error::deserialize(toml).map_err(|error| {
                let (path, inner) = (error.path().to_string(), error.inner());
                fault(path, line_of(text, inner), inner.message().to_owned())
            })
        }
    }
}

/// What stands in the file twice, or beside what it excludes.
pub(super) fn doubles(document: &Document) -> Vec<Fault> {
    let mut seen = BTreeSet::new();
    let mut faults = vec![];
    let mut note = |noun: &str, index: usize, tenant: &str, name: String| {
        if !seen.insert((noun.to_owned(), tenant.to_owned(), name)) {
            let why = "stands in the file twice: keep one of them";
            faults.push(Fault::new(format!("{noun}[{index}]"), why));
        }
    };
    for (index, tenant) in document.tenants.iter().enumerate() {
        note("tenants", index, "", tenant.name.clone());
    }
    for (index, client) in document.clients.iter().enumerate() {
        note("clients", index, &client.own.tenant, client.own.client_id.to_string());
    }
    for (index, user) in document.users.iter().enumerate() {
        note("users", index, &user.tenant, username_key(&user.username));
    }
    for (index, group) in document.groups.iter().enumerate() {
        note("groups", index, &group.tenant, name_key(&group.name));
    }
    for (index, role) in document.roles.iter().enumerate() {
        note("roles", index, &role.tenant, format!("{}/{}", role.client_id, role.role));
    }
    for (index, webhook) in document.webhooks.iter().enumerate() {
        note("webhooks", index, &webhook.tenant, webhook.webhook_id.to_string());
    }
    for (index, user) in document.users.iter().enumerate() {
        let has_password = user.password_file.is_some() || user.password_env.is_some();
        if has_password && (user.password_hash_file.is_some() || user.password_hash_env.is_some()) {
            let why = "names a password and the hash of one: keep one of them";
            faults.push(Fault::new(format!("users[{index}]"), why));
        }
    }
    faults
}
