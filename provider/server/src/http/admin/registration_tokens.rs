//! Initial access tokens: who may register clients (RFC 7591 3).

use credenza_protocol::secret::Secret;
use credenza_protocol::time::{Seconds, Time};
use credenza_storage::InitialAccessTokenRecord;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::call::Call;
use super::operation::{Answer, Body, CURSOR, Guard, LIMIT, Media, Method, Operation, Place};
use super::page::{self, Page, Window};
use super::problem::{Problem, accept};
use super::reply::Reply;
use crate::admin::registration_tokens::{self, NewToken};

const TAG: &str = "Registration tokens";
const ALL: &str = "/registration-tokens";
const ONE: &str = "/registration-tokens/{token_id}";

/// An initial access token.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "RegistrationToken")]
pub(crate) struct TokenBody {
    /// Its public id, which authorizes nothing.
    token_id: String,
    /// What the operator calls it.
    name: String,
    /// The token itself, on the one occasion when it is shown.
    #[serde(skip_serializing_if = "Option::is_none")]
    token: Option<String>,
    /// How often it may still be used; null means any number of times.
    remaining: Option<i64>,
    /// When it was made.
    created_at: Time,
    /// When it expires; null means never.
    expires_at: Option<Time>,
}

/// A token to be made.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewTokenBody {
    /// What it is for.
    #[serde(default)]
    pub(crate) name: String,
    /// How many clients may be registered with it; without it, any number.
    pub(crate) uses: Option<i64>,
    /// How many seconds it can be used; without it, until it is deleted.
    pub(crate) expires_in: Option<Seconds>,
}

impl TokenBody {
    pub(crate) fn new(record: InitialAccessTokenRecord, token: Option<&Secret>) -> Self {
        let InitialAccessTokenRecord { token_id, name, remaining, created_at, expires_at, .. } = record;
        let token = token.map(|token| token.reveal().to_owned());
        Self { token_id, name, token, remaining, created_at, expires_at }
    }
}

pub(super) static OPERATIONS: &[Operation] = &[
    Operation {
        id: "listRegistrationTokens",
        method: Method::Get,
        path: ALL,
        place: Place::Tenant,
        tag: TAG,
        summary: "List the initial access tokens, without their values, the oldest first and those that are used up too",
        scope: "admin:registration_tokens:read",
        is_sensitive: false,
        guard: Guard::None,
        query: &[LIMIT, CURSOR],
        request: None,
        response: Answer {
            status: 200,
            description: "A page of tokens.",
            schema: Some(|generator| generator.subschema_for::<Page<TokenBody>>()),
            has_etag: false,
            example: r#"{"items": [{"token_id": "q3Jr", "name": "Build server", "remaining": 1, "created_at": 1800000000, "expires_at": 1800086400}]}"#,
        },
        problems: &[],
        run: |call| Box::pin(list(call)),
    },
    Operation {
        id: "createRegistrationToken",
        method: Method::Post,
        path: ALL,
        place: Place::Tenant,
        tag: TAG,
        summary: "Create an initial access token, which is shown this once",
        scope: "admin:registration_tokens:write",
        is_sensitive: false,
        guard: Guard::IdempotencyKey,
        query: &[],
        request: Some(Body {
            name: "NewRegistrationToken",
            media: Media::Json,
            schema: |generator| generator.root_schema_for::<NewTokenBody>(),
            example: r#"{"name": "Build server", "uses": 1, "expires_in": 86400}"#,
        }),
        response: Answer {
            status: 201,
            description: "The token.",
            schema: Some(|generator| generator.subschema_for::<TokenBody>()),
            has_etag: false,
            example: r#"{"token_id": "q3Jr", "name": "Build server", "token": "2YotnFZFEjr1zCsicMWpAA2YotnFZFEjr1zCsicMWpA", "remaining": 1, "created_at": 1800000000, "expires_at": 1800086400}"#,
        },
        problems: &[],
        run: |call| Box::pin(create(call)),
    },
    Operation {
        id: "deleteRegistrationToken",
        method: Method::Delete,
        path: ONE,
        place: Place::Tenant,
        tag: TAG,
        summary: "Delete an initial access token; the clients that were registered with it stay",
        scope: "admin:registration_tokens:write",
        is_sensitive: false,
        guard: Guard::None,
        query: &[],
        request: None,
        response: Answer::nothing("It is gone."),
        problems: &[],
        run: |call| Box::pin(delete(call)),
    },
];

async fn list(call: Call) -> Result<Reply, Problem> {
    let window = Window::read(&call)?;
    let after = match window.parts()? {
        Some([made, token_id]) => Some((page::time(made)?, token_id.to_owned())),
        None => None,
    };
    let found = registration_tokens::page(&call.admin(), call.tenant(), after, window.wanted()).await?;
    let bodies = found.into_iter().map(|record| TokenBody::new(record, None)).collect();
    window.reply(&call, bodies, |last: &TokenBody| {
        page::key([&last.created_at.seconds().to_string(), &last.token_id])
    })
}

async fn create(call: Call) -> Result<Reply, Problem> {
    let NewTokenBody { name, uses, expires_in } = call.document()?;
    let new = NewToken { name, uses, expires_in };
    let (record, token) = accept(registration_tokens::create(&call.admin(), call.tenant(), new).await?)?;
    let location = call.url_of(ONE, &record.token_id)?;
    Ok(Reply::of(&TokenBody::new(record, Some(&token)))?.created_at(location))
}

async fn delete(call: Call) -> Result<Reply, Problem> {
    let token_id = call.path("token_id");
    accept(registration_tokens::delete(&call.admin(), call.tenant(), token_id).await?)?;
    Ok(Reply::nothing())
}
