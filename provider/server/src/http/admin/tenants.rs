//! Tenants: the one whose admin API this is, and for the installation all of them.

use credenza_protocol::tenant::{Tenant, TenantSettings};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::call::Call;
use super::kinds;
use super::operation::{Answer, Body, CURSOR, Guard, LIMIT, Media, Method, Operation, Place};
use super::page::{Page, Window};
use super::problem::{Problem, accept, accept_at};
use super::reply::Reply;
use crate::admin::{document, tenants};

const TAG: &str = "Tenants";
const ONE: &str = "/tenants/{name}";
const EXAMPLE: &str = r#"{"tenant_id": "5yqJr0", "name": "acme", "settings": {"display_name": "Acme Inc."}, "created_at": 1800000000, "disabled_at": null, "version": 1}"#;
const LISTED: &str = r#"{"items": [{"tenant_id": "5yqJr0", "name": "acme", "settings": {"display_name": "Acme Inc."}, "created_at": 1800000000, "disabled_at": null, "version": 1}]}"#;

/// What an operator edits of a tenant.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct TenantDocument {
    /// The settings.
    settings: TenantSettings,
}

/// A tenant to be made.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewTenantBody {
    /// Its name in URLs: 1 to 63 of a-z, 0-9 and -.
    pub(crate) name: String,
    /// Settings that differ from the defaults.
    #[serde(default)]
    #[schemars(with = "TenantSettings")]
    pub(crate) settings: Map<String, Value>,
}

pub(super) static OPERATIONS: &[Operation] = &[
    Operation {
        id: "getTenant",
        method: Method::Get,
        path: "/tenant",
        place: Place::Tenant,
        tag: TAG,
        summary: "Show the tenant whose admin API this is",
        scope: "admin:tenant:read",
        is_sensitive: false,
        guard: Guard::None,
        query: &[],
        request: None,
        response: SHOWN,
        problems: &[],
        run: |call| Box::pin(get_own(call)),
    },
    Operation {
        id: "updateTenant",
        method: Method::Patch,
        path: "/tenant",
        place: Place::Tenant,
        tag: TAG,
        summary: "Change the settings of the tenant whose admin API this is",
        scope: "admin:tenant:write",
        is_sensitive: false,
        guard: Guard::IfMatch,
        query: &[],
        request: Some(PATCH),
        response: SHOWN,
        problems: &[],
        run: |call| Box::pin(update_own(call)),
    },
    Operation {
        id: "listTenants",
        method: Method::Get,
        path: "/tenants",
        place: Place::Installation,
        tag: TAG,
        summary: "List every tenant, by name",
        scope: "admin:tenants:read",
        is_sensitive: false,
        guard: Guard::None,
        query: &[LIMIT, CURSOR],
        request: None,
        response: Answer {
            status: 200,
            description: "A page of tenants.",
            schema: Some(|generator| generator.subschema_for::<Page<Tenant>>()),
            has_etag: false,
            example: LISTED,
        },
        problems: &[],
        run: |call| Box::pin(list(call)),
    },
    Operation {
        id: "createTenant",
        method: Method::Post,
        path: "/tenants",
        place: Place::Installation,
        tag: TAG,
        summary: "Create a tenant: an issuer of its own",
        scope: "admin:tenants:write",
        is_sensitive: false,
        guard: Guard::IdempotencyKey,
        query: &[],
        request: Some(Body {
            name: "NewTenant",
            media: Media::Json,
            schema: |generator| generator.root_schema_for::<NewTenantBody>(),
            example: r#"{"name": "acme", "settings": {"display_name": "Acme Inc."}}"#,
        }),
        response: Answer { status: 201, ..SHOWN },
        problems: &[&kinds::TAKEN],
        run: |call| Box::pin(create(call)),
    },
    Operation {
        id: "getTenantByName",
        method: Method::Get,
        path: ONE,
        place: Place::Installation,
        tag: TAG,
        summary: "Show a tenant",
        scope: "admin:tenants:read",
        is_sensitive: false,
        guard: Guard::None,
        query: &[],
        request: None,
        response: SHOWN,
        problems: &[],
        run: |call| Box::pin(get(call)),
    },
    Operation {
        id: "updateTenantByName",
        method: Method::Patch,
        path: ONE,
        place: Place::Installation,
        tag: TAG,
        summary: "Change the settings of a tenant",
        scope: "admin:tenants:write",
        is_sensitive: false,
        guard: Guard::IfMatch,
        query: &[],
        request: Some(PATCH),
        response: SHOWN,
        problems: &[],
        run: |call| Box::pin(update(call)),
    },
    Operation {
        id: "deleteTenantByName",
        method: Method::Delete,
        path: ONE,
        place: Place::Installation,
        tag: TAG,
        summary: "Delete a tenant with everything in it; the default tenant stays",
        scope: "admin:tenants:write",
        is_sensitive: true,
        guard: Guard::IfMatch,
        query: &[],
        request: None,
        response: Answer::nothing("It is gone."),
        problems: &[&kinds::CONFLICT],
        run: |call| Box::pin(delete(call)),
    },
    Operation {
        id: "disableTenantByName",
        method: Method::Post,
        path: "/tenants/{name}/disable",
        place: Place::Installation,
        tag: TAG,
        summary: "Disable a tenant: none of its endpoints and pages answer any more",
        scope: "admin:tenants:write",
        is_sensitive: true,
        guard: Guard::OptionalIfMatch,
        query: &[],
        request: None,
        response: SHOWN,
        problems: &[],
        run: |call| Box::pin(set_disabled(call, true)),
    },
    Operation {
        id: "enableTenantByName",
        method: Method::Post,
        path: "/tenants/{name}/enable",
        place: Place::Installation,
        tag: TAG,
        summary: "Enable a tenant again",
        scope: "admin:tenants:write",
        is_sensitive: false,
        guard: Guard::OptionalIfMatch,
        query: &[],
        request: None,
        response: SHOWN,
        problems: &[],
        run: |call| Box::pin(set_disabled(call, false)),
    },
];

const SHOWN: Answer = Answer {
    status: 200,
    description: "The tenant.",
    schema: Some(|generator| generator.subschema_for::<Tenant>()),
    has_etag: true,
    example: EXAMPLE,
};

const PATCH: Body = Body {
    name: "TenantPatch",
    media: Media::MergePatch,
    schema: |generator| generator.root_schema_for::<TenantDocument>(),
    example: r#"{"settings": {"access_token_lifetime": 300, "home_uri": null}}"#,
};

async fn get_own(call: Call) -> Result<Reply, Problem> {
    // Not the realm's copy, which may be a moment old.
    shown(&find(&call, &call.context.realm.tenant.name).await?)
}

async fn update_own(call: Call) -> Result<Reply, Problem> {
    let tenant = find(&call, &call.context.realm.tenant.name).await?;
    change(&call, tenant).await
}

async fn list(call: Call) -> Result<Reply, Problem> {
    let window = Window::read(&call)?;
    let found = tenants::page(&call.admin(), window.after.as_deref(), window.wanted()).await?;
    window.reply(&call, found, |tenant| tenant.name.clone())
}

async fn create(call: Call) -> Result<Reply, Problem> {
    let NewTenantBody { name, settings } = call.document()?;
    let defaults = TenantDocument { settings: tenants::default_settings(&name) };
    let given = Map::from_iter([("settings".to_owned(), settings.into())]);
    let TenantDocument { settings } = document::patched(&defaults, given)?;
    let tenant = accept_at(place, tenants::create(&call.admin(), &name, settings).await?)?;
    let location = call.url_of(ONE, &tenant.name)?;
    Ok(shown(&tenant)?.created_at(location))
}

async fn get(call: Call) -> Result<Reply, Problem> {
    shown(&find(&call, call.path("name")).await?)
}

async fn update(call: Call) -> Result<Reply, Problem> {
    let tenant = find(&call, call.path("name")).await?;
    change(&call, tenant).await
}

async fn change(call: &Call, tenant: Tenant) -> Result<Reply, Problem> {
    call.check(tenant.version)?;
    let before = TenantDocument { settings: tenant.settings.clone() };
    let TenantDocument { settings } = document::patched(&before, call.body.clone())?;
    let updated = tenants::update(&call.admin(), Tenant { settings, ..tenant }).await?;
    shown(&accept_at(place, updated)?)
}

async fn set_disabled(call: Call, disabled: bool) -> Result<Reply, Problem> {
    let tenant = find(&call, call.path("name")).await?;
    let expected = call.expected(tenant.version)?;
    shown(&accept(tenants::set_disabled(&call.admin(), tenant, expected, disabled).await?)?)
}

async fn delete(call: Call) -> Result<Reply, Problem> {
    let tenant = find(&call, call.path("name")).await?;
    let expected = call.expected(tenant.version)?;
    accept(tenants::delete(&call.admin(), &tenant.name, expected).await?)?;
    Ok(Reply::nothing())
}

/// Where a field is in the body: all but the name are settings.
fn place(field: &str) -> &'static str {
    if field == "name" { "" } else { "/settings" }
}

async fn find(call: &Call, name: &str) -> Result<Tenant, Problem> {
    tenants::find(&call.admin(), name).await?.ok_or(Problem::NotFound)
}

fn shown(tenant: &Tenant) -> Result<Reply, Problem> {
    Ok(Reply::of(tenant)?.version(tenant.version))
}
