//! What slows down sign-ins to the account of a user. It is forgotten by `unlockUser`.

use schemars::JsonSchema;
use serde::Serialize;

use super::call::Call;
use super::kinds;
use super::operation::{Answer, Guard, Method, Operation, Place};
use super::problem::Problem;
use super::reply::Reply;
use super::users::find;
use crate::accounts::throttle::Slowed;
use crate::admin::users;

/// What slows down sign-ins to the account of a user.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Lockout")]
pub(crate) struct LockoutBody {
    /// Devices that the account has not signed in from, together.
    new_devices: SlowedBody,
    /// Devices that it has signed in from and that failed, each by itself.
    known_devices: Vec<SlowedBody>,
}

/// Failed attempts, and what they bring.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "SlowedDevices")]
pub(crate) struct SlowedBody {
    /// How many attempts count.
    failed: i64,
    /// How long the next one has to wait, in seconds; 0 if it need not.
    wait_seconds: i64,
}

impl From<Slowed> for SlowedBody {
    fn from(Slowed { failed, wait }: Slowed) -> Self {
        Self { failed, wait_seconds: wait.0 }
    }
}

pub(super) static OPERATIONS: &[Operation] = &[Operation {
    id: "getUserLockout",
    method: Method::Get,
    path: "/users/{user_id}/lockout",
    place: Place::Tenant,
    tag: "Users",
    summary: "Show what slows down sign-ins to the account of a user; failures that count for an address alone are not told",
    scope: "admin:users:read",
    is_sensitive: false,
    guard: Guard::None,
    query: &[],
    request: None,
    response: Answer {
        status: 200,
        description: "What slows them down.",
        schema: Some(|generator| generator.subschema_for::<LockoutBody>()),
        has_etag: false,
        example: r#"{"new_devices": {"failed": 23, "wait_seconds": 180}, "known_devices": []}"#,
    },
    problems: &[&kinds::NOT_FOUND],
    run: |call| Box::pin(lockout(call)),
}];

async fn lockout(call: Call) -> Result<Reply, Problem> {
    let user = find(&call).await?;
    let found = users::lockout(&call.admin(), call.tenant(), &user).await?;
    let known_devices = found.known_devices.into_iter().map(SlowedBody::from).collect();
    Reply::of(&LockoutBody { new_devices: found.new_devices.into(), known_devices })
}
