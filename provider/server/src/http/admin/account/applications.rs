//! The applications that have access to the account of the person.

use credenza_protocol::account::ACCOUNT;
use credenza_protocol::ids::ClientId;
use credenza_protocol::scope::Scope;
use credenza_protocol::time::Time;
use schemars::JsonSchema;
use serde::Serialize;

use super::TAG;
use crate::http::admin::call::Call;
use crate::http::admin::operation::{Answer, CURSOR, Guard, LIMIT, Method, Operation, Place};
use crate::http::admin::page::{self, Page, Window};
use crate::http::admin::problem::Problem;
use crate::http::admin::reply::Reply;
use crate::people::applications::{self, Application};

const ALL: &str = "/me/applications";
const ONE: &str = "/me/applications/{client_id}";

/// An application that has access to the account, or need not ask for it again.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "OwnApplication")]
struct ApplicationBody {
    /// The client.
    client_id: ClientId,
    /// Its name.
    client_name: String,
    /// Whether it is the one that asks.
    current: bool,
    /// What it may do.
    scope: Scope,
    /// The resources that it may do it at (RFC 8707).
    resource: Vec<String>,
    /// When it last got tokens; null where it has no access now, and need not ask for it.
    last_used_at: Option<Time>,
}

impl ApplicationBody {
    fn of(application: Application, current: &ClientId) -> Self {
        let Application { client_id, name: client_name, scope, resource, last_used_at } = application;
        Self { current: client_id == *current, client_id, client_name, scope, resource, last_used_at }
    }

    /// Where it is in the list: by name, and by id where names are the same.
    fn place(&self) -> String {
        page::key([&self.client_name.to_lowercase(), self.client_id.as_str()])
    }
}

pub(super) static OPERATIONS: &[Operation] = &[
    Operation {
        id: "listOwnApplications",
        method: Method::Get,
        path: ALL,
        place: Place::Account,
        tag: TAG,
        summary: "List the applications that have access to the account, by name",
        scope: ACCOUNT,
        is_sensitive: false,
        guard: Guard::None,
        query: &[LIMIT, CURSOR],
        request: None,
        response: Answer {
            status: 200,
            description: "A page of applications.",
            schema: Some(|generator| generator.subschema_for::<Page<ApplicationBody>>()),
            has_etag: false,
            example: r#"{"items": [{"client_id": "wiki", "client_name": "Wiki", "current": false, "scope": "openid email", "resource": [], "last_used_at": 1800003605}]}"#,
        },
        problems: &[],
        run: |call| Box::pin(list(call)),
    },
    Operation {
        id: "getOwnApplication",
        method: Method::Get,
        path: ONE,
        place: Place::Account,
        tag: TAG,
        summary: "Read what an application may do",
        scope: ACCOUNT,
        is_sensitive: false,
        guard: Guard::None,
        query: &[],
        request: None,
        response: Answer {
            status: 200,
            description: "The application.",
            schema: Some(|generator| generator.subschema_for::<ApplicationBody>()),
            has_etag: false,
            example: r#"{"client_id": "wiki", "client_name": "Wiki", "current": false, "scope": "openid email", "resource": [], "last_used_at": 1800003605}"#,
        },
        problems: &[],
        run: |call| Box::pin(get(call)),
    },
    Operation {
        id: "withdrawOwnApplication",
        method: Method::Delete,
        path: ONE,
        place: Place::Account,
        tag: TAG,
        summary: "Withdraw the access of an application: it must ask anew",
        scope: ACCOUNT,
        is_sensitive: false,
        guard: Guard::None,
        query: &[],
        request: None,
        response: Answer::nothing("It is withdrawn."),
        problems: &[],
        run: |call| Box::pin(withdraw(call)),
    },
];

/// The applications, in the order of the list.
async fn all(call: &Call) -> Result<Vec<ApplicationBody>, Problem> {
    let holder = call.holder()?;
    let found = applications::list(&call.context, holder.user_id()).await?;
    let mut found: Vec<_> = found
        .into_iter()
        .map(|application| ApplicationBody::of(application, &holder.grant.client_id))
        .collect();
    found.sort_by_cached_key(ApplicationBody::place);
    Ok(found)
}

async fn list(call: Call) -> Result<Reply, Problem> {
    let window = Window::read(&call)?;
    let mut found = all(&call).await?;
    found.retain(|application| window.after.as_ref().is_none_or(|after| application.place() > *after));
    window.reply(&call, found, ApplicationBody::place)
}

async fn get(call: Call) -> Result<Reply, Problem> {
    let mut found = all(&call).await?;
    found.retain(|application| application.client_id.as_str() == call.path("client_id"));
    Reply::of(&found.pop().ok_or(Problem::NotFound)?)
}

async fn withdraw(call: Call) -> Result<Reply, Problem> {
    let client_id = ClientId::new(call.path("client_id"));
    match applications::withdraw(&call.context, call.holder()?.user_id(), &client_id).await? {
        true => Ok(Reply::nothing()),
        false => Err(Problem::NotFound),
    }
}
