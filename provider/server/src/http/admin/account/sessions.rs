//! Where the person is signed in.

use credenza_protocol::account::ACCOUNT;
use credenza_protocol::ids::SessionId;
use credenza_protocol::place::Place as SessionPlace;
use credenza_protocol::session::Session;
use credenza_protocol::time::Time;
use schemars::JsonSchema;
use serde::Serialize;

use super::TAG;
use crate::admin::sessions;
use crate::http::admin::call::Call;
use crate::http::admin::operation::{
    Answer, CURSOR, Form, Guard, LIMIT, Method, Operation, Parameter, Place,
};
use crate::http::admin::page::{self, Page, Window};
use crate::http::admin::problem::Problem;
use crate::http::admin::reply::Reply;
use crate::http::admin::sessions::EndedBody;
use crate::people::sessions as own;

const ALL: &str = "/me/sessions";
const ONE: &str = "/me/sessions/{sid}";
const OTHERS: Parameter = Parameter {
    name: "others",
    description: "Whether the session in which the token was given stays.",
    form: Form::Truth,
};

/// A session of the person.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "OwnSession")]
struct SessionBody {
    /// Its public name.
    sid: SessionId,
    /// Whether the token of this request was given in it.
    current: bool,
    /// When the person last proved who they are.
    auth_time: Time,
    /// How (RFC 8176).
    amr: Vec<String>,
    /// The authentication context that this reached; null where it reached none that has a name.
    acr: Option<String>,
    /// When the session ends, whatever happens.
    expires_at: Time,
    /// When it was last used, to within a few minutes.
    last_seen_at: Time,
    /// The browser, as it named itself.
    user_agent: String,
    /// Where the person was when they signed in, as far as the address of their network tells; null where it is not known.
    place: Option<SessionPlace>,
}

impl SessionBody {
    fn of(session: Session, current: &SessionId) -> Self {
        let Session { sid, auth_time, amr, acr, expires_at, last_seen_at, user_agent, place, .. } = session;
        Self {
            current: sid == *current,
            sid,
            auth_time,
            amr,
            acr,
            expires_at,
            last_seen_at,
            user_agent,
            place,
        }
    }
}

pub(super) static OPERATIONS: &[Operation] = &[
    Operation {
        id: "listOwnSessions",
        method: Method::Get,
        path: ALL,
        place: Place::Account,
        tag: TAG,
        summary: "List where the person is signed in, the newest first",
        scope: ACCOUNT,
        is_sensitive: false,
        guard: Guard::None,
        query: &[LIMIT, CURSOR],
        request: None,
        response: Answer {
            status: 200,
            description: "A page of sessions.",
            schema: Some(|generator| generator.subschema_for::<Page<SessionBody>>()),
            has_etag: false,
            example: r#"{"items": [{"sid": "zVdu4hQ", "current": true, "auth_time": 1800000000, "amr": ["pwd"], "expires_at": 1802592000, "last_seen_at": 1800000300, "user_agent": "Mozilla/5.0", "place": {"country_code": "DE", "country": {"en": "Germany", "de": "Deutschland"}, "city": {"en": "Munich", "de": "München"}}}]}"#,
        },
        problems: &[],
        run: |call| Box::pin(list(call)),
    },
    Operation {
        id: "endOwnSessions",
        method: Method::Delete,
        path: ALL,
        place: Place::Account,
        tag: TAG,
        summary: "Sign the person out everywhere, or everywhere else, and revoke what was granted in the sessions that end",
        scope: ACCOUNT,
        is_sensitive: false,
        guard: Guard::None,
        query: &[OTHERS],
        request: None,
        response: Answer {
            status: 200,
            description: "They have ended.",
            schema: Some(|generator| generator.subschema_for::<EndedBody>()),
            has_etag: false,
            example: r#"{"ended": 2}"#,
        },
        problems: &[],
        run: |call| Box::pin(end_all(call)),
    },
    Operation {
        id: "getOwnSession",
        method: Method::Get,
        path: ONE,
        place: Place::Account,
        tag: TAG,
        summary: "Read a session of the person",
        scope: ACCOUNT,
        is_sensitive: false,
        guard: Guard::None,
        query: &[],
        request: None,
        response: Answer {
            status: 200,
            description: "The session.",
            schema: Some(|generator| generator.subschema_for::<SessionBody>()),
            has_etag: false,
            example: r#"{"sid": "zVdu4hQ", "current": true, "auth_time": 1800000000, "amr": ["pwd"], "expires_at": 1802592000, "last_seen_at": 1800000300, "user_agent": "Mozilla/5.0", "place": {"country_code": "DE", "country": {"en": "Germany", "de": "Deutschland"}, "city": {"en": "Munich", "de": "München"}}}"#,
        },
        problems: &[],
        run: |call| Box::pin(get(call)),
    },
    Operation {
        id: "endOwnSession",
        method: Method::Delete,
        path: ONE,
        place: Place::Account,
        tag: TAG,
        summary: "End a session of the person, and revoke what was granted in it",
        scope: ACCOUNT,
        is_sensitive: false,
        guard: Guard::None,
        query: &[],
        request: None,
        response: Answer::nothing("It has ended."),
        problems: &[],
        run: |call| Box::pin(end(call)),
    },
];

async fn list(call: Call) -> Result<Reply, Problem> {
    let (holder, window) = (call.holder()?, Window::read(&call)?);
    let after = match window.parts()? {
        Some([since, sid]) => Some((page::time(since)?, SessionId::new(sid))),
        None => None,
    };
    let tenant = &call.context.realm.tenant;
    let found = sessions::page(&call.admin(), tenant, holder.user_id(), after, window.wanted()).await?;
    let found = found.into_iter().map(|session| SessionBody::of(session, &holder.grant.sid)).collect();
    window.reply(&call, found, |last: &SessionBody| {
        page::key([&last.auth_time.seconds().to_string(), last.sid.as_str()])
    })
}

async fn get(call: Call) -> Result<Reply, Problem> {
    let holder = call.holder()?;
    let mut found = own::sessions(&call.context, holder.user_id()).await?;
    found.retain(|session| session.sid.as_str() == call.path("sid"));
    let session = found.pop().ok_or(Problem::NotFound)?;
    Reply::of(&SessionBody::of(session, &holder.grant.sid))
}

async fn end_all(call: Call) -> Result<Reply, Problem> {
    let holder = call.holder()?;
    let stays = call.flag("others")?.then_some(&holder.grant.sid);
    let ended = own::end_all(&call.context, holder.user_id(), stays).await?;
    Reply::of(&EndedBody { ended })
}

async fn end(call: Call) -> Result<Reply, Problem> {
    let sid = SessionId::new(call.path("sid"));
    match own::end_one(&call.context, call.holder()?.user_id(), &sid).await? {
        true => Ok(Reply::nothing()),
        false => Err(Problem::NotFound),
    }
}
