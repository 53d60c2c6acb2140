//! Devices of a user. What messages to them are addressed to is between the user and the application.

use credenza_protocol::device::Device;
use credenza_protocol::ids::{DeviceId, UserId};

use super::call::Call;
use super::kinds;
use super::operation::{Answer, CURSOR, Guard, LIMIT, Method, Operation, Place};
use super::page::{Page, Window};
use super::problem::{Problem, accept};
use super::reply::Reply;
use crate::admin::{devices, users};

const TAG: &str = "Sessions";

pub(super) static OPERATIONS: &[Operation] = &[
    Operation {
        id: "listUserDevices",
        method: Method::Get,
        path: "/users/{user_id}/devices",
        place: Place::Tenant,
        tag: TAG,
        summary: "List the devices on which a user has native applications, by id",
        scope: "admin:sessions:read",
        is_sensitive: false,
        guard: Guard::None,
        query: &[LIMIT, CURSOR],
        request: None,
        response: Answer {
            status: 200,
            description: "A page of devices.",
            schema: Some(|generator| generator.subschema_for::<Page<Device>>()),
            has_etag: false,
            example: r#"{"items": [{"device_id": "c3a9d0e7415b4f28", "user_id": "248289761001", "client_id": "notes", "grant_id": "01jgr4nt", "sid": "zVdu4hQ", "name": "Ada's phone", "platform": "ios", "app_version": "4.2.0", "created_at": 1800000000, "updated_at": 1800000000, "version": 1}]}"#,
        },
        problems: &[],
        run: |call| Box::pin(list(call)),
    },
    Operation {
        id: "removeUserDevice",
        method: Method::Delete,
        path: "/users/{user_id}/devices/{device_id}",
        place: Place::Tenant,
        tag: TAG,
        summary: "Remove a device of a user; what the application was granted on it stays",
        scope: "admin:sessions:write",
        is_sensitive: false,
        guard: Guard::None,
        query: &[],
        request: None,
        response: Answer::nothing("It is removed."),
        problems: &[&kinds::BEYOND_AUTHORITY],
        run: |call| Box::pin(remove(call)),
    },
];

async fn list(call: Call) -> Result<Reply, Problem> {
    let (user_id, window) = (user(&call).await?, Window::read(&call)?);
    let after = window.after.as_deref().map(DeviceId::new);
    let found =
        devices::page(&call.admin(), call.tenant(), &user_id, after.as_ref(), window.wanted()).await?;
    window.reply(&call, found, |last| last.device_id.to_string())
}

async fn remove(call: Call) -> Result<Reply, Problem> {
    let (user_id, device_id) = (user(&call).await?, DeviceId::new(call.path("device_id")));
    accept(devices::remove(&call.admin(), call.tenant(), &user_id, &device_id).await?)?;
    Ok(Reply::nothing())
}

async fn user(call: &Call) -> Result<UserId, Problem> {
    let user_id = UserId::new(call.path("user_id"));
    let found = users::find(&call.admin(), call.tenant(), &user_id).await?;
    found.map(|user| user.user_id).ok_or(Problem::NotFound)
}
