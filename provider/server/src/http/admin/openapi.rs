//! OpenAPI 3.1 of the table of operations, and of the provider's own endpoints.

mod components;
mod endpoints;
mod examples;
mod parameters;
mod problems;
mod schemas;
mod shapes;
mod webhooks;

use std::collections::BTreeMap;

use credenza_protocol::account::ACCOUNT;
use credenza_protocol::admin_roles::{INSTALLATION, TABLE};
use serde_json::{Map, Value, json};

use self::schemas::Schemas;
use super::lines;
use super::operation::{Operation, Place};
use super::problem::ProblemBody;

/// The issuer that the addresses of the document are of.
pub(super) const ISSUER: &str = "https://id.example.com";

const ABOUT: &str = "The admin API and the account API of Credenza, and the endpoints that clients and resource servers call.\n\nThe admin API of a \
    tenant is below its issuer, at /admin/v1; what is about the installation is at the default tenant alone. Access tokens \
    are asked for with the parameter resource=ISSUER/admin (RFC 8707) and the scopes that an operation names. Errors are \
    problems (RFC 9457); changes carry If-Match (RFC 9110), and creations may carry an Idempotency-Key.\n\nThe account API, \
    below the issuer at /api/v1/me, is for applications that show people their own account: with an access token of the \
    person that has the scope `account` and is for the issuer alone, which is what a client gets that names no resource.";

/// Builds the document.
pub(super) fn build(operations: impl Iterator<Item = &'static Operation>, tags: &[(&str, &str)]) -> Value {
    let mut schemas = Schemas::new();
    let mut paths: BTreeMap<String, Map<String, Value>> = endpoints::paths(&mut schemas);
    let operations: Vec<_> = operations.collect();
    for operation in &operations {
        let described = describe(operation, &mut schemas);
        let path = paths.entry(format!("{}{}", operation.place.base(), operation.path)).or_default();
        path.insert(operation.method.as_str().to_owned(), described);
    }
    let webhooks = webhooks::webhooks(&mut schemas);
    schemas.of::<ProblemBody>();
    let mut responses = problems::components(&operations);
    responses.extend(endpoints::components(&mut schemas));
    let schemas = schemas.take();
    for operation in paths.values_mut().flat_map(Map::values_mut) {
        complete_answers(&schemas, operation.get_mut("responses").and_then(Value::as_object_mut));
    }
    complete_answers(&schemas, Some(&mut responses));
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
            "responses": responses,
            "parameters": parameters::components(),
            "headers": parameters::header_components(),
            "examples": problems::examples(&operations),
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
        "account": {
            "type": "oauth2",
            "description": "An access token of a person for the issuer alone.",
            "flows": {
                "authorizationCode": {
                    "authorizationUrl": format!("{ISSUER}/authorize"),
                    "tokenUrl": format!("{ISSUER}/token"),
                    "scopes": {ACCOUNT: "manage the account of the person in their name"},
                },
            },
        },
        "adminKey": {
            "type": "apiKey",
            "in": "header",
            "name": "Credenza-Admin-Key",
            "description": "A key of the configuration: admin.key, for when nobody else can get in, or one of admin.shared_keys, for a service.",
        },
        "clientSecret": {"type": "http", "scheme": "basic", "description": "client_id and client_secret (RFC 6749 2.3.1)."},
        "accessToken": {"type": "http", "scheme": "bearer", "description": "An access token (RFC 6750)."},
    })
}

fn describe(operation: &Operation, schemas: &mut Schemas) -> Value {
    let mut described = json!({
        "operationId": operation.id,
        "tags": [operation.tag],
        "summary": operation.summary,
        "description": description(operation),
        "security": security(operation),
        "parameters": parameters::of(operation),
        "responses": responses(operation, schemas),
    });
    if let (Some(body), Some(members)) = (&operation.request, described.as_object_mut()) {
        let schema = schemas.body(body);
        let content = json!({body.media.as_str(): {"schema": schema, "example": example(body.example)}});
        members.insert("requestBody".to_owned(), json!({"required": true, "content": content}));
    }
    if let (Place::Account, Some(members)) = (operation.place, described.as_object_mut()) {
        members.insert("x-cors".to_owned(), "registered".into());
    }
    described
}

fn security(operation: &Operation) -> Value {
    match operation.place {
        Place::Tenant => json!([{"oauth2": [operation.scope]}, {"adminKey": []}]),
        Place::Installation => json!([{"oauth2": [operation.scope, INSTALLATION]}, {"adminKey": []}]),
        Place::Account => json!([{"account": [operation.scope]}]),
    }
}

fn description(operation: &Operation) -> String {
    let mut text = format!("{}. Needs the scope `{}`", operation.summary, operation.scope);
    if operation.place == Place::Installation {
        text += &format!(" and `{INSTALLATION}`, at the default tenant");
    }
    if operation.is_sensitive {
        text += ", and of people a recent sign-in (RFC 9470)";
    }
    let origins = match operation.place {
        Place::Account => " Scripts may call it from the origins of the tenant's clients.",
        Place::Tenant | Place::Installation => "",
    };
    text + "." + origins
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
    responses.extend(problems::answers(operation));
    responses
}

/// The examples of answers, whole.
fn complete_answers(schemas: &Map<String, Value>, responses: Option<&mut Map<String, Value>>) {
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
