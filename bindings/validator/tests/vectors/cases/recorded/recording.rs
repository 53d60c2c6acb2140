//! The form of `tests/vectors/servers/NAME.json`.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use credenza_validator::base64url;
use serde::Deserialize;
use serde_json::{Map, Value};

/// What was recorded of a server.
#[derive(Deserialize)]
pub(crate) struct Recording {
    /// The name of the file.
    #[serde(skip)]
    pub(crate) name: String,
    pub(crate) server: String,
    pub(crate) profile: String,
    pub(crate) issuer: String,
    /// Metadata and key set, by URL.
    pub(crate) documents: Map<String, Value>,
    pub(crate) tokens: Vec<Taken>,
}

/// The tokens of one request, and what is known of them.
#[derive(Deserialize)]
pub(crate) struct Taken {
    pub(crate) name: String,
    pub(crate) about: String,
    pub(crate) client_id: String,
    pub(crate) audience: Option<String>,
    pub(crate) rfc9068: Option<String>,
    pub(crate) nonce: Option<String>,
    pub(crate) taken: i64,
    pub(crate) access_token: String,
    pub(crate) id_token: Option<String>,
    pub(crate) introspection: Option<Introspection>,
}

/// Who asked about a token, and the answer.
#[derive(Deserialize)]
pub(crate) struct Introspection {
    pub(crate) endpoint: String,
    pub(crate) client_id: String,
    pub(crate) client_secret: String,
    pub(crate) answer: Value,
}

/// Every recording.
pub(crate) fn all() -> &'static [Recording] {
    static ALL: OnceLock<Vec<Recording>> = OnceLock::new();
    ALL.get_or_init(|| {
        let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/vectors/servers");
        let mut files: Vec<PathBuf> =
            fs::read_dir(folder).unwrap().map(|file| file.unwrap().path()).collect();
        files.retain(|path| path.extension().is_some_and(|it| it == "json"));
        files.sort();
        files.iter().map(|path| read(path)).collect()
    })
}

fn read(path: &Path) -> Recording {
    let recording = serde_json::from_slice(&fs::read(path).unwrap());
    let recording: Recording = recording.unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    Recording { name: path.file_stem().unwrap().to_str().unwrap().to_owned(), ..recording }
}

pub(crate) fn is_jwt(token: &str) -> bool {
    token.starts_with("eyJ") && token.split('.').count() == 3
}

/// The claims of a token, unverified.
pub(crate) fn claims_of(token: &str) -> Value {
    part(token, 1)
}

/// The type that its header states.
pub(crate) fn typ_of(token: &str) -> Option<String> {
    part(token, 0)["typ"].as_str().map(str::to_owned)
}

fn part(token: &str, number: usize) -> Value {
    let text = base64url::decode(token.split('.').nth(number).unwrap()).unwrap();
    serde_json::from_slice(&text).unwrap()
}

/// A token whose signature ends in another byte.
pub(crate) fn spoilt(token: &str) -> String {
    let (signed, signature) = token.rsplit_once('.').unwrap();
    let mut signature = base64url::decode(signature).unwrap();
    *signature.last_mut().unwrap() ^= 1;
    format!("{signed}.{}", base64url::encode(signature))
}
