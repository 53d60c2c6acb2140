//! Resources (RFC 8707) that are described: their scopes in words, and what tokens for them are like.

use credenza_protocol::merge_patch;
use credenza_protocol::resource_definition::ResourceDefinition;

use super::call::Call;
use super::kinds;
use super::operation::{Answer, Body, CURSOR, Guard, LIMIT, Media, Method, Operation, Place};
use super::page::{Page, Window};
use super::problem::{Problem, accept};
use super::reply::Reply;
use crate::admin::{document, resources};

const TAG: &str = "Resources";
const ALL: &str = "/resources";
const ONE: &str = "/resources/{resource}";
const EXAMPLE: &str = r##"{"resource": "https://reports.example.com", "name": "Reports", "scopes": [{"scope": "reports:read", "description": "Read your reports", "description#de": "Ihre Berichte lesen"}], "access_token_lifetime": 300, "access_token_format": "jwt", "disabled": false}"##;
const LISTED: &str = r#"{"items": [{"resource": "https://reports.example.com", "name": "Reports", "scopes": [{"scope": "reports:read", "description": "Read your reports"}], "disabled": false}]}"#;

pub(super) static OPERATIONS: &[Operation] = &[
    Operation {
        id: "listResources",
        method: Method::Get,
        path: ALL,
        place: Place::Tenant,
        tag: TAG,
        summary: "List the resources that are described, by URI",
        scope: "admin:resources:read",
        is_sensitive: false,
        guard: Guard::None,
        query: &[LIMIT, CURSOR],
        request: None,
        response: Answer {
            status: 200,
            description: "A page of resources.",
            schema: Some(|generator| generator.subschema_for::<Page<ResourceDefinition>>()),
            has_etag: false,
            example: LISTED,
        },
        problems: &[],
        run: |call| Box::pin(list(call)),
    },
    Operation {
        id: "createResource",
        method: Method::Post,
        path: ALL,
        place: Place::Tenant,
        tag: TAG,
        summary: "Describe a resource",
        scope: "admin:resources:write",
        is_sensitive: false,
        guard: Guard::IdempotencyKey,
        query: &[],
        request: Some(Body {
            name: "NewResource",
            media: Media::Json,
            schema: |generator| generator.root_schema_for::<ResourceDefinition>(),
            example: EXAMPLE,
        }),
        response: Answer { status: 201, ..SHOWN },
        problems: &[&kinds::TAKEN, &kinds::CONFLICT, &kinds::STALE],
        run: |call| Box::pin(create(call)),
    },
    Operation {
        id: "getResource",
        method: Method::Get,
        path: ONE,
        place: Place::Tenant,
        tag: TAG,
        summary: "Show a resource; its URI is percent-encoded in the path",
        scope: "admin:resources:read",
        is_sensitive: false,
        guard: Guard::None,
        query: &[],
        request: None,
        response: SHOWN,
        problems: &[&kinds::NOT_FOUND],
        run: |call| Box::pin(get(call)),
    },
    Operation {
        id: "updateResource",
        method: Method::Patch,
        path: ONE,
        place: Place::Tenant,
        tag: TAG,
        summary: "Change a resource; null takes a member away",
        scope: "admin:resources:write",
        is_sensitive: false,
        guard: Guard::IfMatch,
        query: &[],
        request: Some(Body {
            name: "ResourcePatch",
            media: Media::MergePatch,
            schema: |generator| generator.root_schema_for::<ResourceDefinition>(),
            example: r#"{"name": "All reports", "access_token_lifetime": null, "disabled": true}"#,
        }),
        response: SHOWN,
        problems: &[&kinds::NOT_FOUND],
        run: |call| Box::pin(update(call)),
    },
    Operation {
        id: "deleteResource",
        method: Method::Delete,
        path: ONE,
        place: Place::Tenant,
        tag: TAG,
        summary: "Forget what was said of a resource; clients go on naming it",
        scope: "admin:resources:write",
        is_sensitive: false,
        guard: Guard::IfMatch,
        query: &[],
        request: None,
        response: Answer::nothing("It is gone."),
        problems: &[&kinds::NOT_FOUND],
        run: |call| Box::pin(delete(call)),
    },
];

const SHOWN: Answer = Answer {
    status: 200,
    description: "The resource. Its `ETag` changes with it, and with nothing else.",
    schema: Some(|generator| generator.subschema_for::<ResourceDefinition>()),
    has_etag: true,
    example: EXAMPLE,
};

async fn list(call: Call) -> Result<Reply, Problem> {
    let window = Window::read(&call)?;
    let found = resources::list(&call.admin(), &call.context.realm.tenant).await?;
    let mut found = found.ok_or(Problem::NotFound)?;
    if let Some(after) = &window.after {
        found.retain(|known| known.resource > *after);
    }
    window.reply(&call, found, |known| known.resource.clone())
}

async fn create(call: Call) -> Result<Reply, Problem> {
    let new: ResourceDefinition = call.document()?;
    let created = resources::create(&call.admin(), &call.context.realm.tenant, &new).await?;
    let new = accept(created)?;
    let location = call.url_of(ONE, &new.resource)?;
    Ok(shown(&new)?.created_at(location))
}

async fn get(call: Call) -> Result<Reply, Problem> {
    shown(&find(&call).await?)
}

async fn update(call: Call) -> Result<Reply, Problem> {
    let known = find(&call).await?;
    call.check_content(&known)?;
    let merged = merge_patch::apply(document::members(&known)?, call.body.clone());
    let changed: ResourceDefinition = document::read(merged.into())?;
    if changed.resource != known.resource {
        return Err(document::Invalid::new("resource", "cannot be changed").into());
    }
    let tenant = &call.context.realm.tenant;
    shown(&accept(resources::update(&call.admin(), tenant, &known, &changed).await?)?)
}

async fn delete(call: Call) -> Result<Reply, Problem> {
    let known = find(&call).await?;
    call.check_content(&known)?;
    let tenant = &call.context.realm.tenant;
    accept(resources::delete(&call.admin(), tenant, &known.resource, Some(&known)).await?)?;
    Ok(Reply::nothing())
}

async fn find(call: &Call) -> Result<ResourceDefinition, Problem> {
    let found = resources::find(&call.admin(), &call.context.realm.tenant, call.path("resource")).await?;
    found.ok_or(Problem::NotFound)
}

fn shown(resource: &ResourceDefinition) -> Result<Reply, Problem> {
    Reply::of(resource)?.content(resource)
}
