//! A case of `tests/vectors/connectors`, and the world it happens in.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};

use credenza_connectors::validator::Cause;
use credenza_connectors::validator::fetch::{Fetch, FetchFailure};
use credenza_connectors::{
    Answer, Caller, Clock, Fetched, Fetcher, Guard, Issuers, Metadata, Requirement, Settings, Validator,
};
use serde::Deserialize;
use serde_json::{Map, Value, json};

#[derive(Deserialize)]
struct File {
    cases: Vec<Case>,
}

#[derive(Clone, Deserialize)]
pub(crate) struct Case {
    pub(crate) name: String,
    settings: Value,
    #[serde(default)]
    further: Vec<Value>,
    #[serde(default)]
    pub(crate) responses: HashMap<String, Value>,
    #[serde(default)]
    pub(crate) fetches: HashMap<String, usize>,
    pub(crate) now: i64,
    #[serde(default)]
    pub(crate) guard: GuardSettings,
    pub(crate) route: Route,
    metadata: Option<Map<String, Value>>,
    pub(crate) steps: Vec<Step>,
}

#[derive(Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct GuardSettings {
    origin: Option<String>,
    debug: bool,
    pub(crate) preflight: bool,
    hosts: Option<HashMap<String, String>>,
}

#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Route {
    pub(crate) path: String,
    pub(crate) methods: Vec<String>,
    pub(crate) needs: Requirement,
    pub(crate) optional: bool,
    pub(crate) prefix: Option<String>,
    #[serde(default)]
    pub(crate) websocket: bool,
}

#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Step {
    pub(crate) now: Option<i64>,
    pub(crate) request: Sent,
    /// A handshake, with all its fields.
    #[serde(default, rename = "websocket")]
    _websocket: bool,
    pub(crate) response: Wanted,
    /// `None`: not compared; `null`: no record.
    #[serde(default, deserialize_with = "present")]
    pub(crate) log: Option<Value>,
}

#[derive(Clone, Deserialize)]
pub(crate) struct Sent {
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Option<String>,
}

#[derive(Clone, Deserialize)]
pub(crate) struct Wanted {
    pub(crate) status: Value,
    pub(crate) headers: HashMap<String, Option<String>>,
    #[serde(default, deserialize_with = "present")]
    pub(crate) caller: Option<Value>,
    pub(crate) body: Option<Value>,
}

fn present<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<Value>, D::Error> {
    Value::deserialize(deserializer).map(Some)
}

/// Every case. The folder is that of the repository, or `CONNECTOR_CASES`.
pub(crate) fn all() -> Vec<Case> {
    let usual = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/vectors/connectors");
    let folder = PathBuf::from(std::env::var("CONNECTOR_CASES").unwrap_or_else(|_| usual.to_owned()));
    let entries = std::fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut files: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| path.extension().is_some_and(|extension| extension == "json"));
    files.sort();
    let cases: Vec<_> = files
        .iter()
        .flat_map(|path| {
            let text = std::fs::read(path).unwrap();
            let file: File =
                serde_json::from_slice(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
            file.cases
        })
        .collect();
    assert!(cases.len() >= 150, "only {} cases in {}", cases.len(), folder.display());
    cases
}

/// The issuers of a case, and its clock.
#[derive(Clone)]
pub(crate) struct World(Arc<Inner>);

struct Inner {
    responses: HashMap<String, Value>,
    fetched: Mutex<HashMap<String, usize>>,
    now: AtomicI64,
}

impl World {
    pub(crate) fn of(case: &Case) -> Self {
        Self(Arc::new(Inner {
            responses: case.responses.clone(),
            fetched: Mutex::default(),
            now: AtomicI64::new(case.now),
        }))
    }

    pub(crate) fn set_now(&self, now: i64) {
        self.0.now.store(now, Ordering::Relaxed);
    }

    pub(crate) fn fetched(&self, url: &str) -> usize {
        self.0.fetched.lock().unwrap().get(url).copied().unwrap_or_default()
    }

    /// The guard of a case.
    pub(crate) fn guard(&self, case: &Case) -> Guard {
        let validator = |settings: &Value| {
            let settings = Settings::from_json(&settings.to_string()).unwrap();
            let world = self.clone();
            let clock = Clock::new(move || world.0.now.load(Ordering::Relaxed));
            Validator::with(settings, self.clone(), clock).unwrap()
        };
        let issuers = match case.guard.hosts.clone() {
            None => {
                let mut settings = case.settings.clone();
                settings["issuers"] = case.further.clone().into();
                Issuers::from(validator(&settings))
            }
            Some(hosts) => {
                let first = validator(&case.settings);
                let further: Vec<_> = case.further.iter().map(validator).collect();
                let issuer = |settings: &Value| settings["issuer"].as_str().unwrap().to_owned();
                let names = std::iter::once(&case.settings).chain(&case.further).map(issuer);
                let validators = std::iter::once(&first).chain(&further).cloned();
                let by_name: HashMap<String, Validator> = names.zip(validators).collect();
                Issuers::by_request(first, further, move |request| {
                    hosts.get(&*request.host()).and_then(|issuer| by_name.get(issuer)).cloned()
                })
            }
        };
        let guard = Guard::from(issuers).debug(case.guard.debug).preflight(case.guard.preflight);
        match &case.guard.origin {
            Some(origin) => guard.origin(origin),
            None => guard,
        }
    }
}

impl Case {
    /// The document that the application serves about itself.
    pub(crate) fn metadata(&self, guard: &Guard) -> Option<Metadata> {
        let members = self.metadata.clone()?;
        let mut further = members.clone();
        let mut text = |name: &str| further.remove(name).map(|value| value.as_str().unwrap().to_owned());
        let mut metadata = guard.metadata();
        metadata.resource = text("resource").unwrap();
        metadata.resource_name = text("resource_name");
        metadata.resource_documentation = text("resource_documentation");
        if let Some(scopes) = further.remove("scopes_supported") {
            metadata = metadata.scopes(serde_json::from_value::<Vec<String>>(scopes).unwrap());
        }
        metadata.further = further;
        Some(metadata)
    }
}

impl Fetcher for World {
    fn fetch<'a>(&'a self, fetch: &'a Fetch) -> Fetched<'a> {
        Box::pin(async move {
            let mut fetched = self.0.fetched.lock().unwrap();
            let times = fetched.entry(fetch.url.clone()).or_default();
            *times += 1;
            let answer = match self.0.responses.get(&fetch.url) {
                Some(Value::Array(answers)) => answers.get(*times - 1).or_else(|| answers.last()),
                one => one,
            };
            let failure = || FetchFailure::new(Cause::Connect, "nobody is there");
            let answer = answer.filter(|answer| answer["fails"] != json!(true)).ok_or_else(failure)?;
            let text = |name: &str| answer[name].as_str().map(str::to_owned);
            Ok(Answer {
                status: answer["status"].as_u64().unwrap().try_into().unwrap(),
                content_type: text("content_type"),
                cache_control: text("cache_control"),
                body: text("body").unwrap_or_default().into_bytes(),
            })
        })
    }
}

/// The caller as the handlers of the cases answer it.
pub(crate) fn shown(caller: Option<&Caller>) -> Value {
    let Some(caller) = caller else { return Value::Null };
    json!({
        "sub": caller.sub(),
        "client_id": caller.client_id(),
        "scopes": caller.scopes().collect::<Vec<_>>(),
        "tenant": caller.tenant(),
        "organization": caller.organization(),
        "roles": caller.roles(),
        "permissions": caller.permissions(),
        "plan": caller.plan(),
        "acr": caller.acr(),
    })
}
