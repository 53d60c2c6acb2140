//! OpenAPI 3.1 of the table of operations, and of the provider's own endpoints.

mod endpoints;
mod schemas;
mod webhooks;

use std::collections::BTreeMap;

use credenza_protocol::admin_roles::{INSTALLATION, TABLE};
use serde_json::{Map, Value, json};

use self::schemas::Schemas;
use super::kinds::{self, Kind};
use super::lines;
use super::operation::{Form, Guard, Media, Operation, Parameter, Place};
use super::page::MAX_LIMIT;
use super::problem::ProblemBody;

/// The issuer that the addresses of the document are of.
pub(super) const ISSUER: &str = "https://id.example.com";

const ABOUT: &str = "The admin API of Credenza, and the endpoints that clients and resource servers call.\n\nThe admin API of a \
    tenant is below its issuer, at /admin/v1; what is about the installation is at the default tenant alone. Access tokens \
    are asked for with the parameter resource=ISSUER/admin (RFC 8707) and the scopes that an operation names. Errors are \
    problems (RFC 9457); changes carry If-Match (RFC 9110), and creations may carry an Idempotency-Key.";

/// Builds the document.
pub(super) fn build(operations: impl Iterator<Item = &'static Operation>, tags: &[(&str, &str)]) -> Value {
    let mut schemas = Schemas::new();
    let mut paths: BTreeMap<String, Map<String, Value>> = endpoints::paths(&mut schemas);
    for operation in operations {
        let described = describe(operation, &mut schemas);
        let path = paths.entry(format!("/admin/v1{}", operation.path)).or_default();
        path.insert(operation.method.as_str().to_owned(), described);
    }
    let problem = schemas.of::<ProblemBody>();
    let webhooks = webhooks::webhooks(&mut schemas);
    let tags = tags.iter().copied().chain(endpoints::TAGS);
    let tags: Vec<_> =
        tags.map(|(name, description)| json!({"name": name, "description": description})).collect();
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Credenza",
            "version": env!("CARGO_PKG_VERSION"),
            "description": ABOUT,
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": ISSUER, "description": "The issuer of a tenant."}],
        "tags": tags,
        "paths": paths,
        "webhooks": webhooks,
        "components": {
            "schemas": schemas.take(),
            "securitySchemes": security_schemes(),
            "responses": {
                "Problem": {
                    "description": "What is wrong (RFC 9457).",
                    "content": {"application/problem+json": {"schema": problem}},
                },
            },
        },
    })
}

fn security_schemes() -> Value {
    let scopes = TABLE.iter().map(|entry| (entry.scope.to_owned(), Value::from(entry.allows)));
    let everywhere = (INSTALLATION.to_owned(), Value::from("the other scopes, at every tenant"));
    let scopes: Map<String, Value> = scopes.chain([everywhere]).collect();
    json!({
        "oauth2": {
            "type": "oauth2",
            "description": "An access token for the resource ISSUER/admin: of a person with roles, or of a service account.",
            "flows": {
                "authorizationCode": {
                    "authorizationUrl": format!("{ISSUER}/authorize"),
                    "tokenUrl": format!("{ISSUER}/token"),
                    "scopes": scopes,
                },
                "clientCredentials": {"tokenUrl": format!("{ISSUER}/token"), "scopes": scopes},
            },
        },
        "adminKey": {
            "type": "apiKey",
            "in": "header",
            "name": "Credenza-Admin-Key",
            "description": "The key of the configuration (admin.key), for when nobody else can get in.",
        },
        "clientSecret": {"type": "http", "scheme": "basic", "description": "client_id and client_secret (RFC 6749 2.3.1)."},
        "accessToken": {"type": "http", "scheme": "bearer", "description": "An access token (RFC 6750)."},
    })
}

fn describe(operation: &Operation, schemas: &mut Schemas) -> Value {
    let mut scopes = vec![operation.scope];
    scopes.extend((operation.place == Place::Installation).then_some(INSTALLATION));
    let mut described = json!({
        "operationId": operation.id,
        "tags": [operation.tag],
        "summary": operation.summary,
        "description": description(operation),
        "security": [{"oauth2": scopes}, {"adminKey": []}],
        "parameters": parameters(operation),
        "responses": responses(operation, schemas),
    });
    if let (Some(body), Some(members)) = (&operation.request, described.as_object_mut()) {
        let schema = schemas.body(body);
        let content = json!({body.media.as_str(): {"schema": schema, "example": example(body.example)}});
        members.insert("requestBody".to_owned(), json!({"required": true, "content": content}));
    }
    described
}

fn description(operation: &Operation) -> String {
    let mut text = format!("{}. Needs the scope `{}`", operation.summary, operation.scope);
    if operation.place == Place::Installation {
        text += &format!(" and `{INSTALLATION}`, at the default tenant");
    }
    if operation.is_sensitive {
        text += ", and of people a recent sign-in (RFC 9470)";
    }
    text + "."
}

fn parameters(operation: &Operation) -> Vec<Value> {
    let names = operation.path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'));
    let in_path = names.map(|name| {
        json!({"name": name, "in": "path", "required": true, "description": format!("`{name}`."),
               "schema": {"type": "string"}})
    });
    let in_query = operation.query.iter().map(|Parameter { name, description, form }| {
        let schema = match form {
            Form::Text => json!({"type": "string"}),
            Form::Truth => json!({"type": "boolean", "default": false}),
            Form::Count => json!({"type": "integer", "format": "int64", "minimum": 1, "default": 1}),
            Form::Time => json!({"type": "integer", "format": "int64", "minimum": 0}),
            Form::Word(words) => json!({"type": "string", "enum": words}),
            Form::Limit => json!({"type": "integer", "minimum": 1, "maximum": MAX_LIMIT, "default": 50}),
        };
        json!({"name": name, "in": "query", "required": false, "description": description, "schema": schema})
    });
    let header = match operation.guard {
        Guard::None => None,
        Guard::IfMatch => Some(("If-Match", true, "The ETag of what was read, or `*`.")),
        Guard::OptionalIfMatch => Some((
            "If-Match",
            false,
            "The ETag of what was read; without it, or with `*`, any version is changed.",
        )),
        Guard::IdempotencyKey => Some((
            "Idempotency-Key",
            false,
            "A value of the caller's own, such as a UUID: the request is carried out once, and repeated within a day it \
             has the same answer.",
        )),
    };
    let header = header.map(|(name, required, description)| {
        json!({"name": name, "in": "header", "required": required, "description": description,
               "schema": {"type": "string", "maxLength": 255}})
    });
    in_path.chain(in_query).chain(header).collect()
}

fn responses(operation: &Operation, schemas: &mut Schemas) -> Map<String, Value> {
    let answer = &operation.response;
    let mut good = json!({"description": answer.description});
    if let (Some(schema), Some(good)) = (answer.schema, good.as_object_mut()) {
        let mut schema = schemas.answer(schema);
        let is_lines = schema.as_object_mut().is_some_and(|members| members.remove(lines::MARK).is_some());
        let media = if is_lines { lines::NDJSON } else { "application/json" };
        let content = json!({media: {"schema": schema, "example": example(answer.example)}});
        good.insert("content".to_owned(), content);
    }
    let text = |description: &str| json!({"description": description, "schema": {"type": "string"}});
    let mut headers = Map::new();
    if answer.has_etag {
        headers.insert("ETag".to_owned(), text("The version, for If-Match."));
    }
    if answer.status == 201 {
        headers.insert("Location".to_owned(), text("Where it is."));
    }
    if let (false, Some(good)) = (headers.is_empty(), good.as_object_mut()) {
        good.insert("headers".to_owned(), headers.into());
    }
    let mut responses = Map::from_iter([(answer.status.to_string(), good)]);
    let mut by_status: BTreeMap<u16, Vec<&Kind>> = BTreeMap::new();
    for kind in problems(operation) {
        let kinds = by_status.entry(kind.status).or_default();
        if !kinds.contains(&kind) {
            kinds.push(kind);
        }
    }
    responses.extend(by_status.into_iter().map(|(status, kinds)| (status.to_string(), problem(&kinds))));
    if operation.request.as_ref().is_some_and(|body| body.media != Media::Lines) {
        let too_large = json!({"description": "The body is larger than limits.body_bytes."});
        responses.insert("413".to_owned(), too_large);
    }
    responses
}

/// The kinds of problems of an operation: those of every one, of its guard and of its body, and its own.
fn problems(operation: &Operation) -> Vec<&'static Kind> {
    let mut found: Vec<&'static Kind> = vec![
        &kinds::INVALID_PARAMETER,
        &kinds::UNAUTHENTICATED,
        &kinds::INSUFFICIENT_SCOPE,
        &kinds::NOT_FOUND,
        &kinds::TOO_MANY_ATTEMPTS,
        &kinds::INTERNAL,
        &kinds::UNAVAILABLE,
    ];
    if operation.is_sensitive {
        found.push(&kinds::SIGN_IN_TOO_OLD);
    }
    if operation.request.is_some() {
        found.extend([&kinds::MALFORMED_BODY, &kinds::UNSUPPORTED_MEDIA_TYPE, &kinds::INVALID_VALUES]);
    }
    match operation.guard {
        Guard::None => {}
        Guard::IfMatch => found.extend([&kinds::PRECONDITION_REQUIRED, &kinds::STALE]),
        Guard::OptionalIfMatch => found.push(&kinds::STALE),
        Guard::IdempotencyKey => {
            found.extend([&kinds::IDEMPOTENCY_KEY_IN_USE, &kinds::IDEMPOTENCY_KEY_REUSED]);
        }
    }
    found.extend(operation.problems);
    found
}

fn problem(kinds: &[&Kind]) -> Value {
    let titles: Vec<_> = kinds.iter().map(|kind| kind.title).collect();
    let example = |kind: &&Kind| {
        let value = json!({"type": kind.url(ISSUER), "title": kind.title, "status": kind.status,
                           "support_code": "6f1a0c55d9e2b37a"});
        (kind.name.to_owned(), json!({"summary": kind.meaning, "value": value}))
    };
    let examples: Map<String, Value> = kinds.iter().map(example).collect();
    json!({
        "description": format!("{}.", titles.join("; ")),
        "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}, "examples": examples}},
    })
}

/// An example as JSON; what is not is told by a test.
fn example(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_default()
}

#[cfg(test)]
mod tests;
