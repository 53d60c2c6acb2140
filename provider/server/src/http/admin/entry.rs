//! The one way into every operation of the admin API and the account API: who calls, whether they may, what they send, and whether it was done
//! already. Then the operation runs, and what it changes is told as the caller's doing.

use std::net::IpAddr;
use std::time::Duration;

use axum::body::Body;
use axum::extract::{FromRequestParts as _, RawPathParams, Request};
use axum::response::Response;
use credenza_protocol::admin_roles::INSTALLATION;
use credenza_protocol::bearer;
use credenza_protocol::params::Params;
use credenza_protocol::registration::Members;
use credenza_protocol::secret::Secret;
use credenza_storage::{acting, acting_by};
use credenza_validator::strict_json;
use http::header::{ACCEPT_LANGUAGE, AUTHORIZATION, CONTENT_ENCODING, CONTENT_TYPE};
use http::request::Parts;
use http::{HeaderMap, HeaderValue, StatusCode};
use http_body_util::BodyExt as _;
use tokio::time::Instant;
use tracing::Instrument as _;

use super::call::{Call, Origin, Unread, caller_key};
use super::nulls;
use super::operation::{Guard, Media, Operation, Place};
use super::precondition;
use super::problem::{self, Problem};
use super::reply::Reply;
use crate::context::Context;
use crate::failure::Failure;
use crate::flow::Halt;
use crate::flow::account_token::{self, Holder};
use crate::flow::administer::admin_key::{self, Refused};
use crate::flow::administer::{self, Caller, Who};
use crate::flow::repeat::{self, Begun, Keyed};
use crate::http::shared::address;
use crate::http::shared::context::Tenancy;
use crate::listener::{Deadline, limit_key};
use crate::pages::Lang;
use crate::people::recent_sign_in;
use crate::state::State;
use crate::telemetry::RequestId;

/// The header of the admin key, and of shared keys.
pub(crate) const ADMIN_KEY: &str = "credenza-admin-key";
/// The header of the key of a request.
pub(crate) const IDEMPOTENCY_KEY: &str = "idempotency-key";
/// The longest key of a request.
const LONGEST_KEY: usize = 255;

/// How long an operation may read, where nothing says.
const READING: Duration = Duration::from_secs(30);

/// What was asked for, and in which form it is answered.
struct Asked {
    call: Call,
    keyed: Option<Keyed>,
}

/// Answers a request to that operation.
pub(super) async fn serve(operation: &'static Operation, state: State, request: Request) -> Response {
    let (mut parts, body) = request.into_parts();
    let support_code = parts.extensions.get::<RequestId>().map(ToString::to_string).unwrap_or_default();
    let context = match Tenancy::from_request_parts(&mut parts, &state).await {
        Ok(Tenancy(context)) => context,
        Err(refused) => {
            let problem = match refused.status() {
                StatusCode::NOT_FOUND => Problem::NotFound,
                _ => Problem::Unavailable,
            };
            let place = problem::Place { state: &state, issuer: &state.issuer, support_code };
            return problem.response(&place);
        }
    };
    let issuer = context.realm.issuer.clone();
    match answer(operation, context, &mut parts, body).await {
        Ok(response) => response,
        Err(problem) => problem.response(&problem::Place { state: &state, issuer: &issuer, support_code }),
    }
}

async fn answer(
    operation: &'static Operation,
    context: Context,
    parts: &mut Parts,
    body: Body,
) -> Result<Response, Problem> {
    let from = address::exact(parts, &context.state);
    let (caller, holder) = match operation.place {
        Place::Account => admit_person(operation, &context, &parts.headers).await?,
        Place::Tenant | Place::Installation => {
            (admit(operation, &context, &parts.headers, from).await?, None)
        }
    };
    let asked = read(operation, context.clone(), (caller.clone(), holder), parts, body).await?;
    let told = from.map(|address| address.to_string());
    if caller.who == Who::AdminKey {
        admin_key::note_use(&context, &caller, operation.id, told.clone()).await?;
    }
    let request_id = context.request_id.map(|id| id.to_string());
    let actor = caller.actor(&context.realm.tenant.tenant_id, told, request_id);
    let Asked { call, keyed } = asked;
    let Some(keyed) = keyed else {
        return Ok(acting(actor, carry_out(operation, call)).await?.response(false));
    };
    // In a task of its own: whoever hangs up before the answer finds it when they ask again. The key is claimed in it, since
    // nobody else would give back a key that was claimed for somebody who had gone by then.
    let work = async move { once(&context, keyed, acting(actor, carry_out(operation, call))).await };
    let done = tokio::spawn(work.in_current_span()).await;
    done.unwrap_or(Err(Problem::Failed(Failure::Internal("the work on a request ended early"))))
}

/// Does the work, unless it was done under that key before.
async fn once(
    context: &Context,
    keyed: Keyed,
    work: impl Future<Output = Result<Reply, Problem>>,
) -> Result<Response, Problem> {
    match repeat::begin(context, keyed).await? {
        Begun::Running => Err(Problem::KeyInUse),
        Begun::Another => Err(Problem::KeyReused),
        Begun::Again(kept) => {
            let reply: Reply = serde_json::from_slice(&kept).map_err(|_| Problem::KeyInUse)?;
            Ok(reply.response(true))
        }
        Begun::First => keep(context, keyed, work.await).await,
    }
}

/// Runs the operation, by the roles of whoever calls.
async fn carry_out(operation: &'static Operation, call: Call) -> Result<Reply, Problem> {
    match call.caller.rights.clone() {
        Some(rights) => acting_by(rights, (operation.run)(call)).await,
        None => (operation.run)(call).await,
    }
}

/// Keeps an answer for whoever repeats the request. What was refused can be tried again with the same key.
async fn keep(context: &Context, keyed: Keyed, done: Result<Reply, Problem>) -> Result<Response, Problem> {
    match done {
        Ok(reply) => {
            if let Ok(kept) = serde_json::to_vec(&reply) {
                repeat::finish(context, keyed, &kept).await;
            }
            Ok(reply.response(false))
        }
        Err(problem) => {
            repeat::give_back(context, keyed).await;
            Err(problem)
        }
    }
}

/// Who calls, if they may.
async fn admit(
    operation: &Operation,
    context: &Context,
    headers: &HeaderMap,
    from: Option<IpAddr>,
) -> Result<Caller, Problem> {
    let caller = match headers.get(ADMIN_KEY) {
        Some(key) => {
            let key = key.to_str().unwrap_or_default();
            admin_key::by_key(context, key, from.map(limit_key)).await.map_err(|halt| match halt {
                Halt::Refused(Refused::Wrong) => Problem::AdminKey,
                Halt::Refused(Refused::TooMany(wait)) => Problem::TooMany(wait),
                Halt::Failed(failure) => Problem::Failed(failure),
            })?
        }
        None => administer::by_token(context, &token(headers)?).await?,
    };
    let mut needed = vec![operation.scope];
    needed.extend((operation.place == Place::Installation).then_some(INSTALLATION));
    if let Some(missing) = needed.into_iter().find(|scope| !caller.scope.contains(scope)) {
        return Err(Problem::Token(bearer::Error::InsufficientScope, missing));
    }
    let max_age = context.state.admin.sensitive_max_age;
    if operation.is_sensitive && caller.signed_in_before(max_age, context.now) {
        return Err(Problem::SignInTooOld(max_age));
    }
    Ok(caller)
}

/// The person who calls about their own account, if their application may.
async fn admit_person(
    operation: &Operation,
    context: &Context,
    headers: &HeaderMap,
) -> Result<(Caller, Option<Holder>), Problem> {
    let found = account_token::by_token(context, &token(headers)?).await;
    let holder = found.map_err(|halt| match halt {
        Halt::Refused(error) => Problem::Token(error, operation.scope),
        Halt::Failed(failure) => Problem::Failed(failure),
    })?;
    if let Some(wait) = holder.count(context).await? {
        return Err(Problem::TooManyCalls(wait));
    }
    let caller = holder.caller(context);
    let max_age = recent_sign_in::max_age(context);
    if operation.is_sensitive && caller.signed_in_before(max_age, context.now) {
        return Err(Problem::SignInTooOld(max_age));
    }
    Ok((caller, Some(holder)))
}

/// The access token: in the header alone (RFC 6750 2.1).
fn token(headers: &HeaderMap) -> Result<Secret, Problem> {
    let authorization = headers.get_all(AUTHORIZATION).into_iter().map(HeaderValue::as_bytes);
    bearer::token(authorization, &Params::default(), None).map_err(|error| Problem::Token(error, ""))
}

/// Everything else that the request says. Nothing that the operation does not know is let through.
async fn read(
    operation: &'static Operation,
    context: Context,
    (caller, holder): (Caller, Option<Holder>),
    parts: &mut Parts,
    body: Body,
) -> Result<Asked, Problem> {
    let query = Params::parse(parts.uri.query().unwrap_or_default().as_bytes())
        .map_err(|_| Problem::Parameter("the query".to_owned(), "has too many parameters"))?;
    if let Some(name) = query.repeated() {
        return Err(Problem::Parameter(name.to_owned(), "was sent twice"));
    }
    let is_known = |name: &str| operation.query.iter().any(|parameter| parameter.name == name);
    if let Some((name, _)) = query.pairs().find(|(name, _)| !is_known(name)) {
        return Err(Problem::Parameter(name.to_owned(), "is not known here"));
    }
    // One without a value is not as good as none: whoever searches for nothing has lost what they search for.
    if let Some((name, _)) = query.pairs().find(|(_, value)| value.is_empty()) {
        return Err(Problem::Parameter(name.to_owned(), "must not be empty"));
    }
    let path = RawPathParams::from_request_parts(parts, &context.state).await;
    let path = path.map_err(|_| Problem::NotFound)?;
    let path: Vec<_> = path.iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    let if_match = match operation.guard {
        Guard::IfMatch => Some(precondition::read(&parts.headers)?),
        Guard::OptionalIfMatch => precondition::read_if_sent(&parts.headers)?,
        _ => None,
    };
    let mut unread = Unread::default();
    let (members, raw) = match &operation.request {
        Some(expected) => {
            check_media(expected.media, &parts.headers)?;
            if expected.media == Media::Lines {
                unread = Unread::new(body, until(parts));
                (Members::new(), vec![])
            } else {
                let (members, raw) = members(body).await?;
                nulls::check(expected, &members)?;
                (members, raw)
            }
        }
        None => (Members::new(), vec![]),
    };
    let keyed = match operation.guard {
        Guard::IdempotencyKey => key(&parts.headers)?.map(|key| {
            let content = [parts.uri.to_string().as_bytes(), &b"\0"[..], raw.as_slice()].concat();
            Keyed::new(&caller_key(&caller, holder.as_ref()), operation.id, &key, &content)
        }),
        _ => None,
    };
    let token = if caller.has_key() { None } else { token(&parts.headers).ok() };
    let accepted = parts.headers.get(ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
    let lang = Lang::negotiate(None, accepted);
    let from = Origin { address: address::exact(parts, &context.state), lang };
    let Operation { id, path: template, place, .. } = *operation;
    let call = Call {
        context,
        caller,
        holder,
        from,
        token,
        operation: id,
        template,
        base: place.base(),
        path,
        query,
        body: members,
        unread,
        if_match,
    };
    Ok(Asked { call, keyed })
}

/// When an operation that reads its body itself should have read and answered: early enough that its answer is given.
fn until(parts: &Parts) -> Instant {
    let now = Instant::now();
    let whole = parts.extensions.get::<Deadline>().map(|deadline| deadline.0.saturating_duration_since(now));
    now + whole.unwrap_or(READING) * 2 / 3
}

/// Refuses a body of another media type, or one that is encoded.
fn check_media(media: Media, headers: &HeaderMap) -> Result<(), Problem> {
    let content_type = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let named = content_type.split(';').next().unwrap_or_default().trim();
    if headers.contains_key(CONTENT_ENCODING) || !named.eq_ignore_ascii_case(media.as_str()) {
        return Err(Problem::MediaType(media.as_str()));
    }
    Ok(())
}

/// The members of the body, and the body itself.
async fn members(body: Body) -> Result<(Members, Vec<u8>), Problem> {
    let unread = |_| Problem::MalformedBody("the body could not be read");
    let bytes = body.collect().await.map_err(unread)?.to_bytes().to_vec();
    let members = strict_json::object_from_slice(&bytes)
        .map_err(|_| Problem::MalformedBody("the body must be one JSON object that names no member twice"))?;
    Ok((members, bytes))
}

/// The key of the request.
fn key(headers: &HeaderMap) -> Result<Option<String>, Problem> {
    let mut values = headers.get_all(IDEMPOTENCY_KEY).into_iter();
    let Some(value) = values.next() else { return Ok(None) };
    let text = value.to_str().unwrap_or_default();
    let is_good =
        (1..=LONGEST_KEY).contains(&text.len()) && text.bytes().all(|byte| (b' '..=b'~').contains(&byte));
    match is_good && values.next().is_none() {
        true => Ok(Some(text.to_owned())),
        false => {
            Err(Problem::Parameter("Idempotency-Key".to_owned(), "must be one of 1 to 255 ASCII characters"))
        }
    }
}
