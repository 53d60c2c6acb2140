//! Claims with the text that they were read from.

use std::fmt;
use std::sync::{Arc, OnceLock};

use serde_json::Value;

use super::kind::{Kind, Scopes, Seen};
use super::{Claims, Known, reader};
use crate::strict_json::{self, JsonError};
use crate::{Header, Verified};

/// Claims with the text that they were read from.
pub(crate) struct Payload {
    /// The header of the token; an answer to introspection has none.
    header: Option<Arc<Header>>,
    /// Its number in the cache of verified tokens.
    serial: Option<u64>,
    json: String,
    claims: Claims,
    /// The text of all claims, for those that are not typed.
    all: OnceLock<Value>,
}

/// Where an issuer puts what no specification, or more than one, has a place for.
#[derive(Clone, Debug)]
pub(crate) struct Places {
    /// The claims of which the first that is there holds the scopes.
    pub(crate) scopes: Vec<String>,
    /// Whether scopes may be a list of texts.
    pub(crate) scope_lists: bool,
    /// The claims of which the first that is there names the client.
    pub(crate) client: Vec<String>,
}

impl Places {
    /// Whether the scopes are where they were read from already.
    fn is_usual(&self) -> bool {
        matches!(self.scopes.as_slice(), [scope] if scope == "scope")
    }
}

impl Payload {
    /// Reads the claims of a token whose signature was verified.
    ///
    /// # Errors
    /// As [`Payload::read`].
    pub(crate) fn of(verified: Verified, places: &Places) -> Result<Self, JsonError> {
        let header = Arc::clone(&verified.header);
        Ok(Self { header: Some(header), ..Self::read(verified.into_payload(), places)? })
    }

    /// Reads claims.
    ///
    /// # Errors
    /// [`JsonError`] for anything but an object, and for a name given twice at any depth.
    pub(crate) fn read(json: Vec<u8>, places: &Places) -> Result<Self, JsonError> {
        let json = String::from_utf8(json)
            .map_err(|error| JsonError::Syntax { column: error.utf8_error().valid_up_to() })?;
        let (json, read) = match reader::read(&json) {
            Ok(read) => (json, read),
            Err(fault @ JsonError::Syntax { .. }) => {
                let finite = strict_json::finite(&json).ok_or(fault)?;
                let read = reader::read(&finite)?;
                (finite, read)
            }
            Err(fault) => return Err(fault),
        };
        let mut payload =
            Self { header: None, serial: None, json, claims: read.claims, all: OnceLock::new() };
        payload.place_scopes(read.scp, places);
        Ok(payload)
    }

    /// Reads an answer to introspection, in which what is empty counts as absent.
    ///
    /// # Errors
    /// As [`Payload::read`].
    pub(crate) fn introspected(json: Vec<u8>, places: &Places) -> Result<Self, JsonError> {
        let mut payload = Self::read(json, places)?;
        payload.claims.forgive_empty();
        Ok(payload)
    }

    /// Takes the scopes from the first of their places that holds any.
    fn place_scopes(&mut self, mut scp: Option<Seen<Scopes>>, places: &Places) {
        if places.is_usual() {
            if self.claims.faults.listed && !places.scope_lists {
                self.claims.take_scopes(Seen::Wrong);
            }
            return;
        }
        if !places.scopes.iter().any(|name| name == "scope") {
            self.claims.drop_scopes();
        }
        for name in &places.scopes {
            let seen = match name.as_str() {
                "scope" if self.claims.scope.is_some() || self.is_wrong(Known::Scope) => break,
                "scope" => None,
                "scp" => scp.take(),
                other => self.claim(other).map(scopes),
            };
            if let Some(seen) = seen {
                self.claims.take_scopes(seen);
                break;
            }
        }
        if self.claims.faults.listed && !places.scope_lists {
            self.claims.take_scopes(Seen::Wrong);
        }
    }

    const fn is_wrong(&self, claim: Known) -> bool {
        self.claims.faults.wrong & claim.bit() != 0
    }

    pub(crate) fn numbered(self, serial: u64) -> Self {
        Self { serial: Some(serial), ..self }
    }

    pub(crate) const fn serial(&self) -> Option<u64> {
        self.serial
    }

    pub(crate) fn header(&self) -> Option<&Header> {
        self.header.as_deref()
    }

    pub(crate) fn json(&self) -> &str {
        &self.json
    }

    pub(crate) const fn claims(&self) -> &Claims {
        &self.claims
    }

    /// A claim by its name, or by a JSON Pointer when it begins with `/`.
    pub(crate) fn claim(&self, name: &str) -> Option<&Value> {
        // The text was parsed before, so this does not fail.
        let all = self.all.get_or_init(|| serde_json::from_str(&self.json).unwrap_or_default());
        if name.starts_with('/') { all.pointer(name) } else { all.get(name) }
    }

    /// A claim that is text.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.claim(name)?.as_str()
    }

    /// A claim that is a list of texts, or one text with spaces between.
    pub(crate) fn texts(&self, name: &str) -> Vec<&str> {
        match self.claim(name) {
            Some(Value::String(text)) => text.split(' ').filter(|one| !one.is_empty()).collect(),
            Some(Value::Array(items)) => items.iter().filter_map(Value::as_str).collect(),
            _ => Vec::new(),
        }
    }
}

/// Scopes from a claim of another name.
fn scopes(value: &Value) -> Seen<Scopes> {
    let texts = |items: &[Value]| items.iter().map(|item| item.as_str().map(str::to_owned)).collect();
    match value {
        Value::String(text) => Scopes::text(text).map_or(Seen::Wrong, Seen::Value),
        Value::Array(items) => {
            let texts: Option<Vec<String>> = texts(items);
            texts.map_or(Seen::Wrong, Scopes::list)
        }
        Value::Null => Seen::Empty,
        _ => Seen::Wrong,
    }
}

/// Prints no claims: they are personal data.
impl fmt::Debug for Payload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Payload").finish_non_exhaustive()
    }
}
