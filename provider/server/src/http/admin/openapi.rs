//! OpenAPI 3.1 of the table of operations, and of the provider's own endpoints.

mod endpoints;
mod examples;
mod parameters;
mod schemas;
mod shapes;
mod webhooks;

use std::collections::BTreeMap;

use credenza_protocol::admin_roles::{INSTALLATION, TABLE};
use serde_json::{Map, Value, json};

use self::schemas::Schemas;
use super::kinds::{self, Kind};
use super::lines;
use super::operation::{Guard, Operation, Place};
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
    let webhooks = webhooks::webhooks(&mut schemas);
    schemas.of::<ProblemBody>();
    let schemas = schemas.take();
    for operation in paths.values_mut().flat_map(Map::values_mut) {
        complete_answers(&schemas, operation);
    }
    let tags = tags.iter().copied().chain(endpoints::TAGS);
    let tags: Vec<_> =
        tags.map(|(name, description)| json!({"name": name, "description": description})).collect();
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Credenza",
            "version": env!("CARGO_PKG_VERSION"),
            "description": ABOUT,
            "license": {"name": "Apache-2.0", "url": "https://www.apache.org/licenses/LICENSE-2.0.html"},
        },
        "servers": [{"url": ISSUER, "description": "The issuer of a tenant."}],
        "tags": tags,
        "paths": paths,
        "webhooks": webhooks,
        "components": {
            "schemas": schemas,
            "securitySchemes": security_schemes(),
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
        "parameters": parameters::of(operation),
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

fn responses(operation: &Operation, schemas: &mut Schemas) -> Map<String, Value> {
    let answer = &operation.response;
    let headers = parameters::headers_of(operation);
    let mut good = json!({"description": answer.description, "headers": headers});
    if let (Some(schema), Some(good)) = (answer.schema, good.as_object_mut()) {
        let mut schema = schemas.answer(schema);
        let is_lines = schema.as_object_mut().is_some_and(|members| members.remove(lines::MARK).is_some());
        let media = if is_lines { lines::NDJSON } else { "application/json" };
        let content = json!({media: {"schema": schema, "example": example(answer.example)}});
        good.insert("content".to_owned(), content);
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
    responses
}

/// The kinds of problems of an operation: those of every one, of its guard and of its body, and its own.
fn problems(operation: &Operation) -> Vec<&'static Kind> {
    let mut found: Vec<&'static Kind> = vec![
        &kinds::INVALID_PARAMETER,
        &kinds::MALFORMED_REQUEST,
        &kinds::UNAUTHENTICATED,
        &kinds::INSUFFICIENT_SCOPE,
        &kinds::NOT_FOUND,
        &kinds::TOO_MANY_ATTEMPTS,
        &kinds::TOO_MANY_REQUESTS,
        &kinds::INTERNAL,
        &kinds::UNAVAILABLE,
    ];
    if operation.is_sensitive {
        found.push(&kinds::SIGN_IN_TOO_OLD);
    }
    if operation.request.is_some() {
        found.extend([
            &kinds::MALFORMED_BODY,
            &kinds::BODY_TOO_SLOW,
            &kinds::BODY_TOO_LARGE,
            &kinds::UNSUPPORTED_MEDIA_TYPE,
            &kinds::INVALID_VALUES,
        ]);
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
    let status = kinds.first().map_or(500, |kind| kind.status);
    json!({
        "description": format!("{}.", titles.join("; ")),
        "headers": parameters::headers_of_problem(status),
        "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}, "examples": examples}},
    })
}

/// The examples of an operation's answers, whole.
fn complete_answers(schemas: &Map<String, Value>, operation: &mut Value) {
    let responses = operation.get_mut("responses").and_then(Value::as_object_mut);
    for response in responses.into_iter().flat_map(Map::values_mut) {
        let content = response.get_mut("content").and_then(Value::as_object_mut);
        for media in content.into_iter().flat_map(Map::values_mut) {
            let schema = media.get("schema").cloned().unwrap_or_default();
            if let Some(example) = media.get_mut("example") {
                examples::complete(schemas, &schema, example);
            }
        }
    }
}

/// An example as JSON; what is not is told by a test.
fn example(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_default()
}

#[cfg(test)]
mod tests;
