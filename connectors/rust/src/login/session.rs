//! Where a session is kept between requests: in cookies, or in a store.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use credenza_validator::{SettingsError, base64url, hash};

use super::config::{LoginConfig, Sessions};
use super::cookies::{Cookies, Jar, LONGEST};
use super::error::SignInError;
use super::record::Record;
use super::store::{By, Entry, Store, StoreError};
use crate::clock::system_ms;
use crate::random;
use crate::sealed::Sealer;

/// For how long the result of a refresh is remembered for tabs whose cookies are older, in milliseconds.
const REMEMBERED_MS: i64 = 60_000;
/// How many results are remembered.
const MOST_REMEMBERED: usize = 10_000;

/// Keeps sessions.
pub(super) struct Keeper {
    sealer: Sealer,
    cookies: Cookies,
    name: String,
    sessions: Sessions,
    lifetime: Duration,
    idle: Option<Duration>,
    recent: Mutex<HashMap<String, (Arc<Record>, i64)>>,
}

impl Keeper {
    pub(super) fn new(config: &LoginConfig, cookies: Cookies) -> Result<Self, SettingsError> {
        Ok(Self {
            sealer: Sealer::new(&config.secret, "session")?,
            name: cookies.name("credenza"),
            cookies,
            sessions: config.sessions.clone(),
            lifetime: config.lifetime,
            idle: config.idle,
            recent: Mutex::default(),
        })
    }

    /// The store with sessions in it, if that is where they are.
    pub(super) fn store(&self) -> Option<&Arc<dyn Store>> {
        match &self.sessions {
            Sessions::Stored(store) => Some(store),
            Sessions::Cookies { .. } => None,
        }
    }

    /// The session of a request. What was tampered with, is another's or has ended is none.
    pub(super) async fn load(&self, jar: &Jar) -> Result<Option<Arc<Record>>, StoreError> {
        let record = match &self.sessions {
            Sessions::Cookies { ended } => {
                let text = jar.get_split(&self.name);
                let Some(record) = text.and_then(|text| self.open(&text, &self.name)) else {
                    return Ok(None);
                };
                if !self.is_alive(&record) || has_ended(&**ended, &record).await? {
                    return Ok(None);
                }
                record
            }
            Sessions::Stored(_) => {
                let Some(id) = jar.get(&self.name) else { return Ok(None) };
                let Some(record) = self.read(id).await? else { return Ok(None) };
                record
            }
        };
        Ok(Some(Arc::new(record)))
    }

    /// The session of this id in the store.
    pub(super) async fn read(&self, id: &str) -> Result<Option<Record>, StoreError> {
        let Some(store) = self.store() else { return Ok(None) };
        let key = key("session", id);
        let record = store.get(&key).await?.and_then(|text| self.open(&text, &key));
        Ok(record.filter(|record| self.is_alive(record)))
    }

    /// Begins a session. The answer is what to set in the browser.
    pub(super) async fn begin(&self, jar: &Jar, record: &Record) -> Result<Vec<String>, SignInError> {
        self.write(jar, record, false).await.map_err(|error| {
            tracing::error!(target: "credenza", reason = %error, "a session cannot be kept");
            match error {
                NotKept::TooLarge(_) => SignInError::TooLarge,
                NotKept::Failed(_) => SignInError::Unavailable,
            }
        })
    }

    /// Keeps a session that has changed, unless it has ended. In the store alone: what is to be set in a browser is for
    /// [`Keeper::cookies`].
    pub(super) async fn update(&self, record: &Arc<Record>) -> Result<bool, StoreError> {
        if self.store().is_none() {
            self.remember(record);
            return Ok(true);
        }
        match self.write(&Jar::default(), record, true).await {
            Ok(written) => Ok(!written.is_empty()),
            Err(NotKept::TooLarge(_)) => Ok(false),
            Err(NotKept::Failed(error)) => Err(error),
        }
    }

    /// What to set in the browser after a change.
    pub(super) fn cookies(&self, jar: &Jar, record: &Record) -> Vec<String> {
        if self.store().is_some() {
            return Vec::new();
        }
        match self.sealed(record) {
            Ok(text) => self.cookies.set_split(jar, &self.name, &text, self.left(record).as_secs()),
            Err(error) => {
                tracing::error!(target: "credenza", reason = %error, "a session cannot be kept");
                Vec::new()
            }
        }
    }

    /// Ends a session. Copies of its cookies are no sessions any more.
    pub(super) async fn end(&self, record: &Record) -> Result<(), StoreError> {
        match &self.sessions {
            Sessions::Stored(store) => store.delete(&key("session", &record.id)).await,
            Sessions::Cookies { ended } => {
                self.recent().remove(&record.id);
                self.note(&**ended, "id", &record.id).await
            }
        }
    }

    /// Ends all sessions of one of the provider's, or of a person.
    pub(super) async fn end_by(&self, by: By<'_>) -> Result<(), StoreError> {
        match (&self.sessions, by) {
            (Sessions::Stored(store), by) => store.delete_by(by).await,
            (Sessions::Cookies { ended }, By::Sid(sid)) => self.note(&**ended, "sid", sid).await,
            (Sessions::Cookies { ended }, By::Sub(sub)) => self.note(&**ended, "sub", sub).await,
        }
    }

    /// Removes the session from the browser.
    pub(super) fn removal(&self, jar: &Jar) -> Vec<String> {
        self.cookies.remove_split(jar, &self.name)
    }

    /// A newer copy of a session in cookies, when it was refreshed by this process within the last minute.
    pub(super) fn newer(&self, record: &Record) -> Option<Arc<Record>> {
        let recent = self.recent();
        let (newer, until) = recent.get(&record.id)?;
        (newer.rotation > record.rotation && *until > system_ms()).then(|| Arc::clone(newer))
    }

    /// The session with the time of this request in it, when that is due.
    pub(super) fn seen_now(&self, record: &Record) -> Option<Record> {
        let (idle, now) = (self.idle?, system_ms());
        let due = milliseconds(idle) / 10;
        (now.saturating_sub(record.seen) > due).then(|| Record { seen: now, ..record.clone() })
    }

    /// Notes that a request came, in the newest copy of the session.
    pub(super) async fn touch(&self, seen: Record) -> Arc<Record> {
        let newest = match self.store() {
            None => self.newer(&seen).map(|newer| Record { seen: seen.seen, ..Record::clone(&newer) }),
            Some(store) => self.touched(&**store, &seen).await.ok().flatten(),
        };
        Arc::new(newest.unwrap_or(seen))
    }

    /// Under the lock of refreshing, so that new tokens are not overwritten by old ones.
    async fn touched(&self, store: &dyn Store, seen: &Record) -> Result<Option<Record>, StoreError> {
        let (name, holder) = (key("lock", &seen.id), random::token().map_err(|e| StoreError(e.to_string()))?);
        if !store.lock(&name, &holder, Duration::from_secs(2)).await? {
            return Ok(None);
        }
        let newest = self.read(&seen.id).await?.map(|newest| Record { seen: seen.seen, ..newest });
        if let Some(newest) = &newest {
            drop(self.write(&Jar::default(), newest, true).await);
        }
        store.unlock(&name, &holder).await?;
        Ok(newest)
    }

    async fn write(&self, jar: &Jar, record: &Record, must_exist: bool) -> Result<Vec<String>, NotKept> {
        let Sessions::Stored(store) = &self.sessions else {
            let text = self.sealed(record)?;
            return Ok(self.cookies.set_split(jar, &self.name, &text, self.left(record).as_secs()));
        };
        let key = key("session", &record.id);
        let entry = Entry {
            value: self.seal(record, &key)?,
            sid: record.text("sid").map(str::to_owned),
            sub: Some(record.sub().to_owned()),
            ttl: self.left(record),
            must_exist,
        };
        if !store.put(&key, entry).await.map_err(NotKept::Failed)? {
            return Ok(Vec::new());
        }
        Ok(vec![self.cookies.set(&self.name, &record.id, self.lifetime.as_secs())])
    }

    fn sealed(&self, record: &Record) -> Result<String, NotKept> {
        let text = self.seal(record, &self.name)?;
        if text.len() > LONGEST { Err(NotKept::TooLarge(text.len())) } else { Ok(text) }
    }

    fn seal(&self, record: &Record, purpose: &str) -> Result<String, NotKept> {
        let failed = |reason: String| NotKept::Failed(StoreError(reason));
        let plain = serde_json::to_vec(record).map_err(|error| failed(error.to_string()))?;
        self.sealer.seal(&plain, purpose).map_err(|error| failed(error.to_string()))
    }

    fn open(&self, text: &str, purpose: &str) -> Option<Record> {
        serde_json::from_slice(&self.sealer.open(text, purpose)?).ok()
    }

    fn is_alive(&self, record: &Record) -> bool {
        let idle = self.idle.is_none_or(|idle| system_ms().saturating_sub(record.seen) < milliseconds(idle));
        idle && !self.left(record).is_zero()
    }

    fn left(&self, record: &Record) -> Duration {
        let end = record.created.saturating_add(milliseconds(self.lifetime));
        Duration::from_millis(u64::try_from(end.saturating_sub(system_ms())).unwrap_or(0))
    }

    async fn note(&self, ended: &dyn Store, kind: &str, name: &str) -> Result<(), StoreError> {
        let value = system_ms().to_string();
        let entry = Entry { value, sid: None, sub: None, ttl: self.lifetime, must_exist: false };
        ended.put(&key(kind, name), entry).await.map(drop)
    }

    fn remember(&self, record: &Arc<Record>) {
        let (mut recent, now) = (self.recent(), system_ms());
        if recent.len() >= MOST_REMEMBERED {
            recent.retain(|_, (_, until)| *until > now);
        }
        if recent.len() < MOST_REMEMBERED {
            recent.insert(record.id.clone(), (Arc::clone(record), now.saturating_add(REMEMBERED_MS)));
        }
    }

    fn recent(&self) -> std::sync::MutexGuard<'_, HashMap<String, (Arc<Record>, i64)>> {
        self.recent.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

enum NotKept {
    TooLarge(usize),
    Failed(StoreError),
}

impl std::fmt::Display for NotKept {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::TooLarge(bytes) => write!(
                f,
                "it takes {bytes} bytes, and cookies hold {LONGEST}: keep sessions in a store (Sessions::Stored)"
            ),
            Self::Failed(error) => error.fmt(f),
        }
    }
}

/// Whether a session was ended before its time: itself, with the provider's session, or with all of the person that were
/// there at that moment.
async fn has_ended(ended: &dyn Store, record: &Record) -> Result<bool, StoreError> {
    let at = async |kind, name: Option<&str>| match name {
        None => Ok(None),
        Some(name) => ended.get(&key(kind, name)).await,
    };
    let (id, sid, sub) = tokio::join!(
        at("id", Some(&record.id)),
        at("sid", record.text("sid")),
        at("sub", Some(record.sub()))
    );
    let since =
        |at: Option<String>| at.is_some_and(|at| at.parse().is_ok_and(|at: i64| at >= record.created));
    Ok(id?.is_some() || since(sid?) || since(sub?))
}

/// Keys are hashes: they do not tell whose they are.
pub(super) fn key(kind: &str, name: &str) -> String {
    base64url::encode(hash::sha256(format!("{kind}\n{name}").as_bytes()))
}

fn milliseconds(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}
