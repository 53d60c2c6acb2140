//! A call of the admin API or of the account API, as its operations see it: who calls, and what for, with everything parsed.

use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};

use axum::body::Body;
use credenza_protocol::ids::TenantId;
use credenza_protocol::params::Params;
use credenza_protocol::registration::Members;
use credenza_protocol::secret::Secret;
use credenza_protocol::version::Version;
use credenza_storage::Expected;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use tokio::time::Instant;
use url::Url;

use super::precondition::{IfMatch, content_etag};
use super::problem::Problem;
use crate::admin::post::Post;
use crate::admin::{Administration, Authority, document};
use crate::context::Context;
use crate::failure::Failure;
use crate::flow::account_token::Holder;
use crate::flow::administer::Caller;
use crate::flow::outcome::Browser;
use crate::listener::limit_key;
use crate::pages::Lang;
use crate::people::recent_sign_in;

/// A call that was let in.
pub(crate) struct Call {
    /// The tenant, the time and the server.
    pub(crate) context: Context,
    /// Who calls.
    pub(crate) caller: Caller,
    /// Whose account it is about, at the account API.
    pub(crate) holder: Option<Holder>,
    /// Where they call from, and which language they prefer.
    pub(crate) from: Origin,
    /// Their access token; none for whoever has the admin key.
    pub(crate) token: Option<Secret>,
    /// The `operationId`.
    pub(crate) operation: &'static str,
    /// The path of the operation, below that of its place.
    pub(crate) template: &'static str,
    /// That path.
    pub(crate) base: &'static str,
    /// The values of the names in it.
    pub(crate) path: Vec<(String, String)>,
    /// The parameters, all of them known to the operation, and none twice.
    pub(crate) query: Params,
    /// The body, if the operation has one.
    pub(crate) body: Members,
    /// The body where the operation reads it itself.
    pub(crate) unread: Unread,
    /// What was read, if the operation asks for it.
    pub(crate) if_match: Option<IfMatch>,
}

/// Where a call comes from.
#[derive(Clone, Copy)]
pub(crate) struct Origin {
    /// The address as it is.
    pub(crate) address: Option<IpAddr>,
    /// The language of whoever calls.
    pub(crate) lang: Lang,
}

/// A body that is yet to be read.
#[derive(Default)]
pub(crate) struct Unread(Mutex<Option<(Body, Instant)>>);

impl Unread {
    /// That body, and until when the operation should have answered.
    pub(crate) fn new(body: Body, until: Instant) -> Self {
        Self(Mutex::new(Some((body, until))))
    }

    /// Takes it; nothing, if it was taken before or there is none.
    pub(crate) fn take(&self) -> Option<(Body, Instant)> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

impl Call {
    /// What the use cases need. They go no further than the rights of the caller.
    pub(super) fn admin(&self) -> Administration<'_> {
        Administration {
            authority: Authority::Within(&self.caller.scope),
            ..Administration::of_server(&self.context.state, self.context.now)
        }
    }

    /// How people are written to, if mail is sent.
    pub(super) fn post(&self) -> Option<Post<'_>> {
        let mailer = self.context.state.mail.as_ref();
        mailer.map(|mailer| Post { mailer, issuer: &self.context.realm.issuer })
    }

    /// The tenant whose admin API this is.
    pub(super) fn tenant(&self) -> &TenantId {
        &self.context.realm.tenant.tenant_id
    }

    /// Whose account the call is about.
    pub(super) fn holder(&self) -> Result<&Holder, Problem> {
        let nobody = Failure::Internal("an operation on a person's own account has no person");
        self.holder.as_ref().ok_or(Problem::Failed(nobody))
    }

    /// Where the call comes from, for what counts attempts by that. No cookie is looked at.
    pub(super) fn browser(&self) -> Browser {
        let address = self.from.address;
        Browser { address: address.map(limit_key), exact_address: address, ..Browser::default() }
    }

    /// Refuses whoever has not proven who they are lately (RFC 9470), whose token is asked for what matters most.
    pub(super) fn signed_in_recently(&self) -> Result<(), Problem> {
        let max_age = recent_sign_in::max_age(&self.context);
        match self.caller.signed_in_before(max_age, self.context.now) {
            true => Err(Problem::SignInTooOld(max_age)),
            false => Ok(()),
        }
    }

    /// Whoever calls, as cursors and keys of requests are bound to: at the account API, each client of a person by itself.
    pub(super) fn caller_key(&self) -> String {
        caller_key(&self.caller, self.holder.as_ref())
    }

    /// A value of the path.
    pub(super) fn path(&self, name: &str) -> &str {
        self.path.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str()).unwrap_or_default()
    }

    /// The body as a document.
    pub(super) fn document<T: DeserializeOwned>(&self) -> Result<T, Problem> {
        Ok(document::read(Value::Object(self.body.clone()))?)
    }

    /// A parameter that is `true` or `false`; `false` without it.
    pub(super) fn flag(&self, name: &str) -> Result<bool, Problem> {
        match self.query.get(name) {
            None | Some("false") => Ok(false),
            Some("true") => Ok(true),
            Some(_) => Err(Problem::Parameter(name.to_owned(), "must be true or false")),
        }
    }

    /// Refuses to go on with another version than the caller has read.
    pub(super) fn check(&self, version: Version) -> Result<(), Problem> {
        self.if_match.as_ref().map_or(Err(Problem::NoPrecondition), |read| read.check(version))
    }

    /// The same of something that has no version of its own.
    pub(super) fn check_content(&self, content: &impl Serialize) -> Result<(), Problem> {
        let read = self.if_match.as_ref().ok_or(Problem::NoPrecondition)?;
        read.check_tag(&content_etag(content)?)
    }

    /// Refuses a person who has signed in too long ago (RFC 9470 3), for what not every use of the operation needs.
    pub(super) fn signed_in_lately(&self) -> Result<(), Problem> {
        let max_age = self.context.state.admin.sensitive_max_age;
        match self.caller.signed_in_before(max_age, self.context.now) {
            true => Err(Problem::SignInTooOld(max_age)),
            false => Ok(()),
        }
    }

    /// The version that the change is for, of something that has this one; any, if the caller did not say.
    pub(super) fn expected(&self, version: Version) -> Result<Expected, Problem> {
        self.if_match.as_ref().map_or(Ok(Expected::Any), |read| read.expected(version))
    }

    /// The address of this call without its query.
    pub(super) fn url(&self) -> Result<Url, Problem> {
        self.address(self.template, |name| self.path(name))
    }

    /// The address of another path of the same API, with this value for its one name.
    pub(super) fn url_of(&self, template: &str, value: &str) -> Result<String, Problem> {
        self.address(template, |_| value).map(String::from)
    }

    /// The address of a path below that of this call: `value` stands for the name that the call has no value for.
    pub(super) fn url_below(&self, template: &str, value: &str) -> Result<String, Problem> {
        let of = |name: &str| match self.path(name) {
            "" => value,
            known => known,
        };
        self.address(template, of).map(String::from)
    }

    fn address<'a>(&self, template: &str, value: impl Fn(&str) -> &'a str) -> Result<Url, Problem> {
        let broken = || Problem::Failed(Failure::Internal("an address of the API is no URL"));
        let mut url = Url::parse(&self.context.realm.issuer).map_err(|_| broken())?;
        let mut segments = url.path_segments_mut().map_err(|()| broken())?;
        segments.pop_if_empty();
        for part in self.base.split('/').chain(template.split('/')).filter(|part| !part.is_empty()) {
            match part.strip_prefix('{').and_then(|part| part.strip_suffix('}')) {
                Some(name) => segments.push(value(name)),
                None => segments.push(part),
            };
        }
        drop(segments);
        Ok(url)
    }
}

/// See [`Call::caller_key`].
pub(super) fn caller_key(caller: &Caller, holder: Option<&Holder>) -> String {
    let client = holder.map(|holder| format!("\0{}", holder.grant.client_id)).unwrap_or_default();
    caller.key() + &client
}
