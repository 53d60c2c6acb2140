//! The devices of the person, where native applications are installed.

use credenza_protocol::account::ACCOUNT;
use credenza_protocol::device::{Device, Platform};
use credenza_protocol::ids::{ClientId, DeviceId};
use credenza_protocol::time::Time;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::TAG;
use crate::admin::document;
use crate::http::admin::call::Call;
use crate::http::admin::kinds;
use crate::http::admin::operation::{Answer, Body, CURSOR, Guard, LIMIT, Media, Method, Operation, Place};
use crate::http::admin::page::{Page, Window};
use crate::http::admin::problem::{Problem, accept};
use crate::http::admin::reply::Reply;
use crate::people::devices::{self, Found, Told};

const ALL: &str = "/me/devices";
const ONE: &str = "/me/devices/{device_id}";
const EXAMPLE: &str = r#"{"device_id": "c3a9d0e7415b4f28", "client_id": "notes", "current": true, "name": "Ada's phone", "platform": "ios", "app_version": "4.2.0", "push_token": "fcm:APA91bHPRgk", "created_at": 1800000000, "updated_at": 1800000000}"#;
const LISTED: &str = r#"{"items": [{"device_id": "c3a9d0e7415b4f28", "client_id": "notes", "current": true, "name": "Ada's phone", "platform": "ios", "app_version": "4.2.0", "push_token": "fcm:APA91bHPRgk", "created_at": 1800000000, "updated_at": 1800000000}]}"#;

/// What an application tells of the device that it runs on.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct DeviceDocument {
    /// What the person calls it: one line, of 100 characters at most.
    name: String,
    /// What it runs.
    platform: Platform,
    /// The version of the application: one line, of 50 characters at most.
    #[serde(default)]
    app_version: Option<String>,
    /// What push messages to it are addressed to: visible ASCII characters, 4096 at most. It is stored encrypted.
    #[serde(default)]
    push_token: Option<String>,
}

/// A device of the person. It is there as long as what the application was granted on it.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "OwnDevice")]
struct DeviceBody {
    /// Its id.
    device_id: DeviceId,
    /// The application on it.
    client_id: ClientId,
    /// Whether the token of this request belongs to it.
    current: bool,
    /// What the person calls it.
    name: String,
    /// What it runs.
    platform: Platform,
    /// The version of the application.
    app_version: Option<String>,
    /// What push messages to it are addressed to; null for any other application than the one on it.
    push_token: Option<String>,
    /// When it was registered.
    created_at: Time,
    /// When it last changed.
    updated_at: Time,
}

pub(super) static OPERATIONS: &[Operation] = &[
    Operation {
        id: "listOwnDevices",
        method: Method::Get,
        path: ALL,
        place: Place::Account,
        tag: TAG,
        summary: "List the devices of the person, by id",
        scope: ACCOUNT,
        is_sensitive: false,
        guard: Guard::None,
        query: &[LIMIT, CURSOR],
        request: None,
        response: Answer {
            status: 200,
            description: "A page of devices.",
            schema: Some(|generator| generator.subschema_for::<Page<DeviceBody>>()),
            has_etag: false,
            example: LISTED,
        },
        problems: &[],
        run: |call| Box::pin(list(call)),
    },
    Operation {
        id: "registerOwnDevice",
        method: Method::Post,
        path: ALL,
        place: Place::Account,
        tag: TAG,
        summary: "Register the device that the application runs on, in place of the one that it registered by the same grant or with the same push token",
        scope: ACCOUNT,
        is_sensitive: false,
        guard: Guard::IdempotencyKey,
        query: &[],
        request: Some(Body {
            name: "NewOwnDevice",
            media: Media::Json,
            schema: |generator| generator.root_schema_for::<DeviceDocument>(),
            example: r#"{"name": "Ada's phone", "platform": "ios", "app_version": "4.2.0", "push_token": "fcm:APA91bHPRgk"}"#,
        }),
        response: Answer { status: 201, description: "It is registered.", ..SHOWN },
        problems: &[&kinds::CONFLICT],
        run: |call| Box::pin(register(call)),
    },
    Operation {
        id: "getOwnDevice",
        method: Method::Get,
        path: ONE,
        place: Place::Account,
        tag: TAG,
        summary: "Read a device of the person",
        scope: ACCOUNT,
        is_sensitive: false,
        guard: Guard::None,
        query: &[],
        request: None,
        response: SHOWN,
        problems: &[],
        run: |call| Box::pin(get(call)),
    },
    Operation {
        id: "updateOwnDevice",
        method: Method::Patch,
        path: ONE,
        place: Place::Account,
        tag: TAG,
        summary: "Change what is known of a device that this application has registered",
        scope: ACCOUNT,
        is_sensitive: false,
        guard: Guard::IfMatch,
        query: &[],
        request: Some(Body {
            name: "OwnDevicePatch",
            media: Media::MergePatch,
            schema: |generator| generator.root_schema_for::<DeviceDocument>(),
            example: r#"{"app_version": "4.3.0"}"#,
        }),
        response: SHOWN,
        problems: &[],
        run: |call| Box::pin(update(call)),
    },
    Operation {
        id: "removeOwnDevice",
        method: Method::Delete,
        path: ONE,
        place: Place::Account,
        tag: TAG,
        summary: "Remove a device of the person; what the application was granted on it stays",
        scope: ACCOUNT,
        is_sensitive: false,
        guard: Guard::None,
        query: &[],
        request: None,
        response: Answer::nothing("It is removed."),
        problems: &[],
        run: |call| Box::pin(remove(call)),
    },
];

const SHOWN: Answer = Answer {
    status: 200,
    description: "The device.",
    schema: Some(|generator| generator.subschema_for::<DeviceBody>()),
    has_etag: true,
    example: EXAMPLE,
};

async fn list(call: Call) -> Result<Reply, Problem> {
    let window = Window::read(&call)?;
    let after = window.after.as_deref().map(DeviceId::new);
    let found = devices::page(&call.context, call.holder()?, after.as_ref(), window.wanted()).await?;
    let found = found.into_iter().map(|found| body(&call, found)).collect::<Result<Vec<_>, _>>()?;
    window.reply(&call, found, |last| last.device_id.to_string())
}

async fn register(call: Call) -> Result<Reply, Problem> {
    let told = told(call.document()?);
    let found = accept(devices::register(&call.context, call.holder()?, told).await?)?;
    let location = call.url_of(ONE, found.device.device_id.as_str())?;
    Ok(shown(&call, found)?.created_at(location))
}

async fn get(call: Call) -> Result<Reply, Problem> {
    let found = find(&call).await?;
    shown(&call, found)
}

async fn update(call: Call) -> Result<Reply, Problem> {
    let found = find(&call).await?;
    // Another application's is none that this one may change.
    if found.device.client_id != call.holder()?.grant.client_id {
        return Err(Problem::NotFound);
    }
    call.check(found.device.version)?;
    let Device { name, platform, app_version, .. } = found.device.clone();
    let before = DeviceDocument { name, platform, app_version, push_token: found.push_token.clone() };
    let told = told(document::patched(&before, call.body.clone())?);
    let found = accept(devices::update(&call.context, found, told).await?)?;
    shown(&call, found)
}

async fn remove(call: Call) -> Result<Reply, Problem> {
    let device_id = DeviceId::new(call.path("device_id"));
    match devices::remove(&call.context, call.holder()?.user_id(), &device_id).await? {
        true => Ok(Reply::nothing()),
        false => Err(Problem::NotFound),
    }
}

async fn find(call: &Call) -> Result<Found, Problem> {
    let device_id = DeviceId::new(call.path("device_id"));
    devices::find(&call.context, call.holder()?, &device_id).await?.ok_or(Problem::NotFound)
}

fn told(document: DeviceDocument) -> Told {
    let DeviceDocument { name, platform, app_version, push_token } = document;
    Told { name, platform, app_version, push_token }
}

fn shown(call: &Call, found: Found) -> Result<Reply, Problem> {
    let version = found.device.version;
    Ok(Reply::of(&body(call, found)?)?.version(version))
}

fn body(call: &Call, found: Found) -> Result<DeviceBody, Problem> {
    let current = found.device.grant_id == call.holder()?.grant.grant_id;
    let Found { device, push_token } = found;
    let Device { device_id, client_id, name, platform, app_version, created_at, updated_at, .. } = device;
    Ok(DeviceBody {
        device_id,
        client_id,
        current,
        name,
        platform,
        app_version,
        push_token,
        created_at,
        updated_at,
    })
}
