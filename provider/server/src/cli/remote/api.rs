//! Calls of operations of the admin API. Their paths, methods and guards are those of the table that serves them.

use std::io::IsTerminal as _;
use std::time::Duration;

use credenza_protocol::admin_roles::administrative;
use credenza_protocol::scope::Scope;
use credenza_protocol::version::Version;
use http::header::{CONTENT_TYPE, ETAG, IF_MATCH};
use http::{HeaderMap, HeaderName, HeaderValue};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tokio::time::sleep;

use super::Remote;
use super::credentials::Credentials;
use super::http::{Request, Response};
use super::issuer::Issuer;
use super::problem::{self, Refused, StepUp};
use super::sign_in::{Wanted, sign_in};
use crate::admin::Outcome;
use crate::cli::Failure;
use crate::http::admin::wire::{self, Guard, IDEMPOTENCY_KEY, MAX_LIMIT, Method, Operation};
use crate::{rng, telemetry};

/// How often an answer that was lost is asked for while the request is still being carried out.
const WAITS: u32 = 10;
/// How long to wait before that.
const PAUSE: Duration = Duration::from_secs(1);

/// The admin API of one tenant.
pub(in crate::cli) struct Api<'a> {
    remote: &'a Remote,
    issuer: Issuer,
}

/// What is asked of it: an operation, with what it needs.
#[derive(Clone, Debug)]
pub(in crate::cli) struct Asked {
    operation: &'static str,
    path: Vec<(&'static str, String)>,
    query: Vec<(&'static str, String)>,
    body: Option<Value>,
    /// A body of lines, in its place.
    lines: Option<String>,
    if_match: Option<String>,
}

/// What is answered.
#[derive(Debug)]
struct Answered {
    body: Value,
    etag: Option<String>,
}

/// Something as it was read.
#[derive(Debug)]
pub(in crate::cli) struct Read<T> {
    pub(in crate::cli) body: T,
    etag: String,
}

/// One page of a list.
#[derive(Deserialize)]
struct Page<T> {
    items: Vec<T>,
    #[serde(default)]
    next_cursor: Option<String>,
}

impl Asked {
    /// Nothing but the operation of that `operationId`.
    pub(in crate::cli) const fn of(operation: &'static str) -> Self {
        Self { operation, path: vec![], query: vec![], body: None, lines: None, if_match: None }
    }

    /// With a value of its path.
    pub(in crate::cli) fn path(mut self, name: &'static str, value: impl ToString) -> Self {
        self.path.push((name, value.to_string()));
        self
    }

    /// With a parameter of its query.
    pub(in crate::cli) fn query(mut self, name: &'static str, value: impl ToString) -> Self {
        self.query.push((name, value.to_string()));
        self
    }

    /// With a body.
    pub(in crate::cli) fn body(mut self, body: &impl Serialize) -> Result<Self, Failure> {
        let body = serde_json::to_value(body);
        self.body =
            Some(body.map_err(|error| Failure::with_step(error, "report this: it should never happen"))?);
        Ok(self)
    }

    /// With a body of lines, each a JSON object.
    pub(in crate::cli) fn lines(mut self, lines: &[String]) -> Self {
        self.lines = Some(lines.iter().map(|line| format!("{}\n", line.trim_end())).collect());
        self
    }

    /// Of the version that was read.
    pub(in crate::cli) fn version(mut self, version: Version) -> Self {
        self.if_match = Some(wire::etag(version));
        self
    }

    /// Of what was read.
    pub(in crate::cli) fn read<T>(mut self, read: &Read<T>) -> Self {
        self.if_match = Some(read.etag.clone());
        self
    }
}

impl<'a> Api<'a> {
    pub(super) const fn new(remote: &'a Remote, issuer: Issuer) -> Self {
        Self { remote, issuer }
    }

    /// The issuer whose admin API it is.
    pub(in crate::cli) fn issuer(&self) -> &Issuer {
        &self.issuer
    }

    /// Carries it out, and reads the answer.
    pub(in crate::cli) async fn call<T: DeserializeOwned>(
        &self,
        asked: Asked,
    ) -> Result<Outcome<T>, Failure> {
        self.send(&asked).await?.map(|answered| self.understood(answered.body)).transpose()
    }

    /// Carries it out. What is answered does not matter.
    pub(in crate::cli) async fn done(&self, asked: Asked) -> Result<Outcome<()>, Failure> {
        Ok(self.send(&asked).await?.map(drop))
    }

    /// Reads something that is to be changed.
    pub(in crate::cli) async fn read<T: DeserializeOwned>(
        &self,
        asked: Asked,
    ) -> Result<Option<Read<T>>, Failure> {
        match self.send(&asked).await? {
            Outcome::Done(Answered { body, etag }) => {
                let body = self.understood(body)?;
                Ok(Some(Read { body, etag: etag.unwrap_or_default() }))
            }
            _ => Ok(None),
        }
    }

    /// Reads something; `None` if it is not there.
    pub(in crate::cli) async fn find<T: DeserializeOwned>(&self, asked: Asked) -> Result<Option<T>, Failure> {
        Ok(self.read(asked).await?.map(|read| read.body))
    }

    /// Every item of a list, page by page.
    pub(in crate::cli) async fn all<T: DeserializeOwned>(&self, asked: Asked) -> Result<Vec<T>, Failure> {
        self.present(self.first(asked, usize::MAX).await?)
    }

    /// What every server of this version answers with.
    pub(in crate::cli) fn present<T>(&self, outcome: Outcome<T>) -> Result<T, Failure> {
        match outcome {
            Outcome::Done(body) => Ok(body),
            _ => Err(self.unsupported()),
        }
    }

    /// The first items of a list, at most so many, page by page.
    pub(in crate::cli) async fn first<T: DeserializeOwned>(
        &self,
        asked: Asked,
        most: usize,
    ) -> Result<Outcome<Vec<T>>, Failure> {
        let is_paged = self.operation(&asked)?.query.iter().any(|parameter| parameter.name == "cursor");
        let mut items = vec![];
        let mut cursor: Option<String> = None;
        loop {
            let mut page = asked.clone();
            if is_paged {
                let left = u32::try_from(most - items.len()).unwrap_or(u32::MAX);
                page = page.query("limit", left.min(MAX_LIMIT));
            }
            if let Some(cursor) = cursor {
                page = page.query("cursor", cursor);
            }
            let answered = match self.send(&page).await? {
                Outcome::Done(answered) => answered,
                other => return Ok(other.map(|_| vec![])),
            };
            let Page { items: more, next_cursor } = self.understood(answered.body)?;
            items.extend(more);
            items.truncate(most);
            cursor = next_cursor;
            if cursor.is_none() || items.len() >= most {
                return Ok(Outcome::Done(items));
            }
        }
    }

    /// Carries out what a server judges as a whole. What is refused of the body is answered by its place, a JSON pointer.
    pub(in crate::cli) async fn judged<T: DeserializeOwned>(
        &self,
        asked: Asked,
    ) -> Result<Result<T, Vec<(String, String)>>, Failure> {
        match self.exchange(&asked).await? {
            Ok(response) => self.understood(self.answered(&response)?.body).map(Ok),
            Err(Refused::Values(values)) => Ok(Err(values)),
            Err(Refused::Busy(failure) | Refused::Other(failure)) => Err(failure),
            Err(Refused::Rule(refusal)) => Err(Failure::new(refusal.to_string())),
            Err(_) => Err(self.unsupported()),
        }
    }

    /// What is answered in lines, each a JSON object.
    pub(in crate::cli) async fn read_lines<T: DeserializeOwned>(
        &self,
        asked: Asked,
    ) -> Result<Vec<T>, Failure> {
        match self.exchange(&asked).await? {
            Ok(response) => {
                let lines = response.body.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
                let read = lines.map(|line| serde_json::from_slice(line));
                read.collect::<Result<_, _>>().map_err(|error| self.not_understood(&error))
            }
            Err(Refused::Values(values)) => Err(problem::of_values(&values)),
            Err(Refused::Busy(failure) | Refused::Other(failure)) => Err(failure),
            Err(Refused::Rule(refusal)) => Err(Failure::new(refusal.to_string())),
            Err(_) => Err(self.unsupported()),
        }
    }

    async fn send(&self, asked: &Asked) -> Result<Outcome<Answered>, Failure> {
        Ok(match self.exchange(asked).await? {
            Ok(response) => Outcome::Done(self.answered(&response)?),
            Err(Refused::Absent) => Outcome::Absent,
            Err(Refused::Taken) => Outcome::Taken,
            Err(Refused::Stale) => Outcome::Stale,
            Err(Refused::Rule(refusal)) => Outcome::Refused(refusal),
            Err(Refused::Values(values)) => return Err(problem::of_values(&values)),
            Err(Refused::Busy(failure) | Refused::Other(failure)) => return Err(failure),
            // The first was told before.
            Err(Refused::Unknown(_) | Refused::SignInTooOld(_)) => {
                return Err(Failure::new("the new sign-in is not what this needs: sign in another way"));
            }
        })
    }

    /// Sends it. A person who signed in too long ago for it is asked to sign in again, once, if one is there.
    async fn exchange(&self, asked: &Asked) -> Result<Result<Response, Refused>, Failure> {
        let key = rng::id(&self.remote.wire.rng);
        let (mut is_first, mut waits) = (true, 0);
        loop {
            let response = self.remote.wire.http.send(&self.request(asked, &key).await?).await?;
            if response.status.is_success() {
                return Ok(Ok(response));
            }
            match Refused::read(&response) {
                Refused::Busy(_) if waits < WAITS => {
                    waits += 1;
                    sleep(PAUSE).await;
                    continue;
                }
                Refused::SignInTooOld(step_up) if is_first => self.sign_in_again(step_up).await?,
                Refused::Unknown(why) => {
                    return Err(self.remote.credentials.unknown(&self.remote.wire, &why));
                }
                refused => return Ok(Err(refused)),
            }
            is_first = false;
        }
    }

    async fn request(&self, asked: &Asked, key: &str) -> Result<Request, Failure> {
        let operation = self.operation(asked)?;
        let mut parts = vec!["admin", "v1"];
        for part in operation.path.split('/').filter(|part| !part.is_empty()) {
            let name = part.strip_prefix('{').and_then(|part| part.strip_suffix('}'));
            let value = |name: &str| asked.path.iter().find(|(known, _)| *known == name);
            parts.push(name.map_or(part, |name| value(name).map_or("", |(_, value)| value.as_str())));
        }
        let mut url = self.issuer.below(parts)?;
        if !asked.query.is_empty() {
            url.query_pairs_mut()
                .extend_pairs(asked.query.iter().map(|(name, value)| (*name, value.as_str())));
        }
        let mut headers = HeaderMap::new();
        let (name, value) = self.remote.credentials.header(&self.remote.wire).await?;
        headers.insert(name, value);
        match operation.guard {
            Guard::IfMatch => {
                insert(&mut headers, IF_MATCH, asked.if_match.as_deref().unwrap_or("*"))?;
            }
            Guard::OptionalIfMatch => {
                if let Some(tag) = &asked.if_match {
                    insert(&mut headers, IF_MATCH, tag)?;
                }
            }
            Guard::IdempotencyKey => insert(&mut headers, HeaderName::from_static(IDEMPOTENCY_KEY), key)?,
            Guard::None => {}
        }
        let mut body = vec![];
        if let Some(expected) = &operation.request {
            insert(&mut headers, CONTENT_TYPE, expected.media.as_str())?;
            let text = asked.lines.clone().or_else(|| asked.body.as_ref().map(ToString::to_string));
            body = text.unwrap_or_default().into_bytes();
        }
        let method = match operation.method {
            Method::Get => http::Method::GET,
            Method::Post => http::Method::POST,
            Method::Put => http::Method::PUT,
            Method::Patch => http::Method::PATCH,
            Method::Delete => http::Method::DELETE,
        };
        // After a change that was carried out, what guards it would refuse the repetition.
        let may_repeat = operation.guard != Guard::IfMatch;
        Ok(Request { method, url, headers, body, may_repeat })
    }

    fn operation(&self, asked: &Asked) -> Result<&'static Operation, Failure> {
        wire::operation(asked.operation)
            .ok_or_else(|| Failure::new(format!("report this: there is no operation {}", asked.operation)))
    }

    fn answered(&self, response: &Response) -> Result<Answered, Failure> {
        let etag = response.headers.get(ETAG).and_then(|value| value.to_str().ok()).map(str::to_owned);
        let body = match response.body.as_slice() {
            [] => Value::Null,
            body => serde_json::from_slice(body).map_err(|error| self.not_understood(&error))?,
        };
        Ok(Answered { body, etag })
    }

    fn understood<T: DeserializeOwned>(&self, body: Value) -> Result<T, Failure> {
        serde_json::from_value(body).map_err(|error| self.not_understood(&error))
    }

    fn not_understood(&self, error: &serde_json::Error) -> Failure {
        Failure::new(format!(
            "{} answered what this version does not understand ({error}); use a credenza of the version that it runs",
            self.issuer
        ))
    }

    fn unsupported(&self) -> Failure {
        Failure::new(format!(
            "{} has no such operation: see that --server names the issuer, that of the installation where it is about all \
             tenants, and that its version has it",
            self.issuer
        ))
    }

    /// RFC 9470 4.
    async fn sign_in_again(&self, step_up: StepUp) -> Result<(), Failure> {
        let Remote { wire, credentials } = self.remote;
        let issuer = &wire.issuer;
        let seconds = step_up.max_age.unwrap_or_default();
        let Credentials::Person(folder) = credentials else {
            return Err(Failure::new(format!(
                "{issuer} wants a recent sign-in, and a service account has none"
            )));
        };
        if !std::io::stdin().is_terminal() {
            return Err(Failure::new(format!(
                "this needs a sign-in of the last {seconds} seconds: run `credenza login --server {issuer} --max-age \
                 {seconds}`, then this command again"
            )));
        }
        telemetry::say(format!("This needs a sign-in of the last {seconds} seconds.\n"));
        let before = folder.read()?.servers.remove(issuer.as_str());
        let scope = before.map(|before| administrative(&Scope::stored(&before.scope)).to_string());
        let scope = scope.filter(|scope| !scope.is_empty());
        let signed_in = sign_in(wire, &Wanted { scope, step_up, opens_browser: true }).await?;
        let locked = folder.lock()?;
        let mut kept = locked.read()?;
        kept.servers.insert(issuer.to_string(), signed_in);
        locked.write(&kept)
    }
}

fn insert(headers: &mut HeaderMap, name: HeaderName, value: &str) -> Result<(), Failure> {
    let value = HeaderValue::from_str(value).map_err(|_| Failure::new(format!("{name} cannot be sent")))?;
    headers.insert(name, value);
    Ok(())
}
