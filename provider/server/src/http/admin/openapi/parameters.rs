//! Parameters of requests, and headers of answers. Those that many operations have are components, and referred to.

use serde_json::{Map, Value, json};

use super::components::{pascal, reference};
use crate::http::admin::operation::{CURSOR, Form, Guard, LIMIT, Operation, Parameter};
use crate::http::admin::page::MAX_LIMIT;

/// `If-Match` (RFC 9110 13.1.1).
const ETAGS: &str = r#"^(\*|(W/)?"[!#-~]*"( *, *(W/)?"[!#-~]*")*)$"#;

/// What the names in paths mean.
const IN_PATHS: [(&str, &str); 14] = [
    ("user_id", "The id of a user, the `sub` of their tokens."),
    ("client_id", "The id of a client."),
    ("group_id", "The id of a group."),
    ("device_id", "The id of a device."),
    ("grant_id", "The id of a grant."),
    ("event_id", "The id of an event."),
    ("webhook_id", "The id of a webhook."),
    ("secret_id", "The id of a secret, which is not the secret."),
    ("token_id", "The id of an initial access token, which is not the token."),
    ("resource", "The URI of a resource, percent-encoded."),
    ("name", "The name of a tenant, as in its issuer."),
    ("role", "A role."),
    ("kid", "The id of a key."),
    ("sid", "The id of a session, the `sid` of its ID tokens."),
];

/// The parameters that every list has.
const OF_LISTS: [&Parameter; 2] = [&LIMIT, &CURSOR];
/// The headers of answers.
const HEADERS: [&str; 7] =
    ["ETag", "Location", "Link", "Idempotency-Replayed", "Retry-After", "WWW-Authenticate", "X-Request-Id"];

/// The parameters of an operation.
pub(super) fn of(operation: &Operation) -> Vec<Value> {
    let in_query = operation.query.iter().map(|parameter| {
        let is_of_lists = OF_LISTS.contains(&parameter);
        if is_of_lists { reference("parameters", &pascal(parameter.name)) } else { in_query(parameter) }
    });
    let guard = guard(operation.guard).map(|(name, _)| reference("parameters", name));
    in_path(operation.path).chain(in_query).chain(guard).collect()
}

/// The parameters that are components.
pub(super) fn components() -> Map<String, Value> {
    let in_paths = IN_PATHS.iter().map(|(name, about)| (name_in_path(name), one_in_path(name, about)));
    let of_lists = OF_LISTS.iter().map(|parameter| (pascal(parameter.name), in_query(parameter)));
    let guards =
        [Guard::IfMatch, Guard::OptionalIfMatch, Guard::IdempotencyKey].into_iter().filter_map(guard);
    let guards = guards.map(|(name, parameter)| (name.to_owned(), parameter));
    in_paths.chain(of_lists).chain(guards).collect()
}

fn in_query(Parameter { name, description, form }: &Parameter) -> Value {
    let schema = match form {
        Form::Text => json!({"type": "string"}),
        Form::Truth => json!({"type": "boolean", "default": false}),
        Form::Count => json!({"type": "integer", "format": "int64", "minimum": 1, "default": 1}),
        Form::Between(least, most) => json!({"type": "integer", "minimum": least, "maximum": most}),
        Form::Time => json!({"type": "integer", "format": "int64", "minimum": 0}),
        Form::Moment => json!({"type": "string", "examples": ["2027-01-15T08:00:00Z", "1800000000"]}),
        Form::Word(words) => json!({"type": "string", "enum": words}),
        Form::Limit => json!({"type": "integer", "minimum": 1, "maximum": MAX_LIMIT, "default": 50}),
    };
    json!({"name": name, "in": "query", "required": false, "description": description, "schema": schema})
}

/// Those in a path.
pub(super) fn in_path(path: &str) -> impl Iterator<Item = Value> {
    let names = path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'));
    names.map(|name| {
        let is_known = IN_PATHS.iter().any(|(known, _)| *known == name);
        if is_known {
            reference("parameters", &name_in_path(name))
        } else {
            one_in_path(name, &format!("`{name}`."))
        }
    })
}

/// The name of such a parameter as a component. A schema may have the same name without the ending.
fn name_in_path(name: &str) -> String {
    pascal(name) + "InPath"
}

fn one_in_path(name: &str, about: &str) -> Value {
    json!({"name": name, "in": "path", "required": true, "description": about,
           "schema": {"type": "string", "minLength": 1}})
}

/// The parameter of a guard, and its name as a component.
fn guard(guard: Guard) -> Option<(&'static str, Value)> {
    match guard {
        Guard::None => None,
        Guard::IfMatch => {
            let about = "The `ETag` of what was read, or `*` for whatever is there.";
            Some(("IfMatch", if_match(true, about)))
        }
        Guard::OptionalIfMatch => {
            let about = "The `ETag` of what was read; without it, or with `*`, any version is changed.";
            Some(("OptionalIfMatch", if_match(false, about)))
        }
        Guard::IdempotencyKey => Some((
            "IdempotencyKey",
            json!({
                "name": "Idempotency-Key",
                "in": "header",
                "required": false,
                "description": "A value of the caller's own, such as a UUID: the request is carried out once, and repeated \
                                within a day it has the same answer.",
                "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]([ -~]*[!-~])?$"},
                "example": "0b9c6f0e-5d3b-4a55-9a53-0f2f4a3c7f11",
            }),
        )),
    }
}

fn if_match(required: bool, description: &str) -> Value {
    json!({
        "name": "If-Match",
        "in": "header",
        "required": required,
        "description": description,
        "schema": {"type": "string", "pattern": ETAGS},
        "example": "\"1\"",
    })
}

/// The headers of the answer to a request that was carried out.
pub(super) fn headers_of(operation: &Operation) -> Map<String, Value> {
    let answer = &operation.response;
    let is_list = operation.query.iter().any(|parameter| parameter.name == "cursor");
    let is_repeatable = operation.guard == Guard::IdempotencyKey;
    let known = [
        ("ETag", answer.has_etag),
        ("Location", answer.status == 201),
        ("Link", is_list),
        ("Idempotency-Replayed", is_repeatable),
        ("X-Request-Id", true),
    ];
    known.into_iter().filter(|(_, there)| *there).map(|(name, _)| header(name)).collect()
}

/// The headers of a problem of this status.
pub(super) fn headers_of_problem(status: u16) -> Map<String, Value> {
    let own = match status {
        401 => Some("WWW-Authenticate"),
        429 | 503 => Some("Retry-After"),
        _ => None,
    };
    own.into_iter().chain(["X-Request-Id"]).map(header).collect()
}

/// The headers that are components.
pub(super) fn header_components() -> Map<String, Value> {
    HEADERS.into_iter().map(|name| (pascal(name), described(name))).collect()
}

/// A header of an answer, by its name.
pub(super) fn header(name: &str) -> (String, Value) {
    (name.to_owned(), reference("headers", &pascal(name)))
}

/// `required` where an answer that names it always has it.
fn described(name: &str) -> Value {
    let (description, required) = match name {
        "ETag" => ("The version, for `If-Match` (RFC 9110 8.8.3).", true),
        "Location" => ("Where it is (RFC 9110 10.2.2).", true),
        "Link" => {
            ("The address of the next page, with `rel=\"next\"` (RFC 8288); absent on the last one.", false)
        }
        "Idempotency-Replayed" => ("`true` where this is the answer to the same request before.", false),
        "Retry-After" => ("In how many seconds to try again (RFC 9110 10.2.3).", true),
        "WWW-Authenticate" => ("The challenge (RFC 6750 3, RFC 9470 3).", true),
        _ => ("The id of the request in the provider's log, for `credenza explain`.", true),
    };
    let schema = match name {
        "Retry-After" => json!({"type": "integer", "minimum": 0}),
        _ => json!({"type": "string"}),
    };
    json!({"description": description, "required": required, "schema": schema})
}
