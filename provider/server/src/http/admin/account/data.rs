//! A copy of everything that is stored about the person.

use axum::body::Body;
use credenza_protocol::account::ACCOUNT;
use credenza_protocol::time::Time;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::TAG;
use crate::http::admin::call::Call;
use crate::http::admin::operation::{Answer, Guard, Method, Operation, Place};
use crate::http::admin::problem::Problem;
use crate::http::admin::reply::Reply;
use crate::people::data::DataCopy;

/// A record as it is stored. What is in it may grow.
type Stored = Map<String, Value>;

const EXAMPLE: &str = r#"{"issuer": "https://id.example.com", "copied_at": 1800003600, "account": {"user_id": "248289761001", "username": "ada", "claims": {"name": "Ada Lovelace", "email": "ada@example.com", "email_verified": true}, "attributes": {}, "created_at": 1800000000, "updated_at": 1800000000, "version": 1}, "has_password": true, "groups": [], "roles": [], "admin_roles": [], "sessions": [], "consents": [], "applications": [], "devices": [], "authenticators": [], "pending": [], "events": []}"#;

/// Everything that is stored about a person, but for passwords, tokens and other secrets. The records are as the provider keeps
/// them, and may have more members one day.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "OwnData")]
struct DataBody {
    /// The issuer that they are stored at.
    issuer: String,
    /// When the copy was made.
    copied_at: Time,
    /// The account with its claims and attributes. `user_id` is the `sub` by which the application knows the person, here and in
    /// every other record.
    account: Stored,
    /// Whether there is a password.
    has_password: bool,
    /// The groups that the person is in.
    groups: Vec<Stored>,
    /// The roles that the person has at clients.
    roles: Vec<Stored>,
    /// The roles by which the person administers something.
    admin_roles: Vec<Stored>,
    /// Where the person is signed in.
    sessions: Vec<Stored>,
    /// What is remembered of what the person has allowed.
    consents: Vec<Stored>,
    /// What was granted to applications.
    applications: Vec<Stored>,
    /// The devices that applications have registered.
    devices: Vec<Stored>,
    /// Passkeys and authenticator apps.
    authenticators: Vec<Stored>,
    /// Mails that wait to be answered.
    pending: Vec<Stored>,
    /// What has happened to the account, the oldest first.
    events: Vec<Stored>,
}

pub(super) static OPERATIONS: &[Operation] = &[Operation {
    id: "downloadOwnData",
    method: Method::Get,
    path: "/me/data",
    place: Place::Account,
    tag: TAG,
    summary: "Take a copy of everything that is stored about the person",
    scope: ACCOUNT,
    is_sensitive: true,
    guard: Guard::None,
    query: &[],
    request: None,
    response: Answer {
        status: 200,
        description: "The copy. One that breaks off is no JSON.",
        schema: Some(|generator| generator.subschema_for::<DataBody>()),
        has_etag: false,
        example: EXAMPLE,
    },
    problems: &[],
    run: |call| Box::pin(download(call)),
}];

async fn download(call: Call) -> Result<Reply, Problem> {
    let holder = call.holder()?;
    let sub = call.context.realm.subjects.of(&holder.client.client, holder.user_id());
    let copy = DataCopy::of(call.context.clone(), holder.user.clone()).for_one_who_knows(sub);
    Ok(Reply::parts(Body::from_stream(copy.parts().await?)))
}
