//! The provider's own endpoints: those that clients, browsers, resource servers and operators call.

mod browser;
mod discovery;
mod oauth;
mod operations;
mod registration;

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::components::reference;
use super::example;
use super::parameters::{header, in_path};
use super::schemas::Schemas;
use crate::http::shared::reply::ErrorBody;

/// The groups of endpoints.
pub(super) const TAGS: [(&str, &str); 5] = [
    ("OAuth", "The endpoints of OAuth 2 and OpenID Connect that clients and resource servers call."),
    ("Browser", "Where a client sends the browser of a person."),
    ("Discovery", "What the provider says of itself, to everybody."),
    ("Registration", "Clients that register themselves (RFC 7591, RFC 7592)."),
    ("Health", "What those ask who run the server; at the default tenant alone."),
];

const JSON: &str = "application/json";
const FORM: &str = "application/x-www-form-urlencoded";
const PAGE: &str = "text/html";
const TEXT: &str = "text/plain";

/// An endpoint.
struct Endpoint {
    path: &'static str,
    method: &'static str,
    id: &'static str,
    tag: &'static str,
    summary: &'static str,
    /// What else is to be said.
    about: &'static str,
    /// Each is enough; the empty name stands for nothing at all.
    security: &'static [&'static str],
    origins: Origins,
    query: &'static [Field],
    sent: Sent,
    answers: &'static [Answer],
}

/// Of which origins scripts may call an endpoint (Fetch 3.2).
#[derive(Clone, Copy, Eq, PartialEq)]
enum Origins {
    Own,
    Registered,
    Any,
}

/// A field of a query or a form.
struct Field {
    name: &'static str,
    required: bool,
    about: &'static str,
}

/// The body of a request.
enum Sent {
    Nothing,
    /// These fields, and an example of them as JSON.
    Form(&'static [Field], &'static str),
    /// Client metadata (RFC 7591 2), and an example.
    Metadata(&'static str),
}

/// An answer.
struct Answer {
    status: u16,
    about: &'static str,
    content: &'static [Content],
    headers: &'static [&'static str],
}

/// What an answer holds.
enum Content {
    /// A media type, its schema, and an example as JSON.
    Of(&'static str, fn(&mut Schemas) -> Value, &'static str),
    /// The same, with an example that is made.
    Made(&'static str, fn(&mut Schemas) -> Value, fn() -> Value),
    /// A text or a page.
    Text(&'static str),
}

const fn field(name: &'static str, about: &'static str) -> Field {
    Field { name, required: false, about }
}

const fn required(name: &'static str, about: &'static str) -> Field {
    Field { name, required: true, about }
}

const ERROR: Content = Content::Of(
    JSON,
    |schemas| schemas.of::<ErrorBody>(),
    r#"{"error": "invalid_request", "error_description": "a parameter is missing"}"#,
);

/// The request is refused.
const INVALID: Answer = Answer {
    status: 400,
    about: "The request is refused; `error` says why.",
    content: &[ERROR],
    headers: &[],
};
/// The client is not authenticated (RFC 6749 5.2).
const UNKNOWN_CLIENT: Answer = Answer {
    status: 401,
    about: "The client is unknown, or its credentials are wrong: `invalid_client`.",
    content: &[ERROR],
    headers: &["WWW-Authenticate"],
};
/// The token is not good (RFC 6750 3). Without content, since there is none where no token came (3.1).
const UNKNOWN_TOKEN: Answer = Answer {
    status: 401,
    about: "The token is missing, or not good. The challenge says which; an error as JSON comes with it if there was a token.",
    content: &[],
    headers: &["WWW-Authenticate"],
};
const TOO_LARGE: Answer = Answer {
    status: 413,
    about: "The body is larger than limits.body_bytes.",
    content: &[Content::Text(TEXT)],
    headers: &[],
};
const TOO_SLOW: Answer = Answer {
    status: 408,
    about: "The body did not arrive in time.",
    content: &[Content::Text(TEXT)],
    headers: &[],
};
const TOO_MANY: Answer = Answer {
    status: 429,
    about: "Too many requests from this address.",
    content: &[Content::Text(TEXT)],
    headers: &["Retry-After"],
};
const FAILED: Answer = Answer {
    status: 500,
    about: "The provider is at fault; its log has a line with the request id.",
    content: &[ERROR, Content::Text(TEXT)],
    headers: &[],
};
const UNAVAILABLE: Answer = Answer {
    status: 503,
    about: "The provider cannot answer at the moment, and says nothing about the request.",
    content: &[ERROR, Content::Text(TEXT)],
    headers: &["Retry-After"],
};

/// The answers that several endpoints have, with their names as components. What is said of one tells which it is.
const SHARED: [(&str, &Answer); 8] = [
    ("OAuthInvalidRequest", &INVALID),
    ("OAuthUnknownClient", &UNKNOWN_CLIENT),
    ("OAuthUnknownToken", &UNKNOWN_TOKEN),
    ("OAuthBodyTooLarge", &TOO_LARGE),
    ("OAuthBodyTooSlow", &TOO_SLOW),
    ("OAuthTooManyRequests", &TOO_MANY),
    ("OAuthFailed", &FAILED),
    ("OAuthUnavailable", &UNAVAILABLE),
];

/// The endpoints by path and method.
pub(super) fn paths(schemas: &mut Schemas) -> BTreeMap<String, Map<String, Value>> {
    let tables = [
        oauth::ENDPOINTS,
        browser::ENDPOINTS,
        discovery::ENDPOINTS,
        registration::ENDPOINTS,
        operations::ENDPOINTS,
    ];
    let mut paths: BTreeMap<String, Map<String, Value>> = BTreeMap::new();
    for endpoint in tables.into_iter().flatten() {
        let path = paths.entry(endpoint.path.to_owned()).or_default();
        path.insert(endpoint.method.to_owned(), describe(endpoint, schemas));
    }
    paths
}

fn describe(endpoint: &Endpoint, schemas: &mut Schemas) -> Value {
    let query = endpoint.query.iter().map(|field| {
        json!({"name": field.name, "in": "query", "required": field.required, "description": field.about,
               "schema": {"type": "string"}})
    });
    let parameters: Vec<_> = in_path(endpoint.path).chain(query).collect();
    let mut responses: Map<String, Value> =
        endpoint.answers.iter().map(|answer| answered(answer, schemas)).collect();
    // What the listener answers by itself, whatever the endpoint.
    for answer in [&TOO_MANY, &FAILED, &UNAVAILABLE] {
        let (status, described) = answered(answer, schemas);
        responses.entry(status).or_insert(described);
    }
    let mut described = json!({
        "operationId": endpoint.id,
        "tags": [endpoint.tag],
        "summary": endpoint.summary,
        "description": description(endpoint),
        "security": security(endpoint.security),
        "parameters": parameters,
    });
    let sent = match &endpoint.sent {
        Sent::Nothing => None,
        Sent::Form(fields, text) => Some((FORM, form(fields), *text)),
        Sent::Metadata(text) => Some((JSON, metadata(), *text)),
    };
    if let (Some((media, schema, text)), Some(members)) = (sent, described.as_object_mut()) {
        let content = json!({media: {"schema": schema, "example": example(text)}});
        members.insert("requestBody".to_owned(), json!({"required": true, "content": content}));
        responses.extend([&TOO_LARGE, &TOO_SLOW].map(|answer| answered(answer, schemas)));
    }
    if let Some(members) = described.as_object_mut() {
        members.insert("responses".to_owned(), responses.into());
        let origins = match endpoint.origins {
            Origins::Own => None,
            Origins::Registered => Some("registered"),
            Origins::Any => Some("any"),
        };
        members.extend(origins.map(|origins| ("x-cors".to_owned(), origins.into())));
    }
    described
}

fn description(endpoint: &Endpoint) -> String {
    let origins = match endpoint.origins {
        Origins::Own => "",
        Origins::Registered => " Scripts may call it from the origins of the tenant's clients.",
        Origins::Any => " Scripts of any origin may call it.",
    };
    let about = if endpoint.about.is_empty() { String::new() } else { format!(" {}", endpoint.about) };
    format!("{}.{about}{origins}", endpoint.summary)
}

fn security(names: &[&str]) -> Vec<Value> {
    names.iter().map(|name| if name.is_empty() { json!({}) } else { json!({*name: []}) }).collect()
}

fn form(fields: &[Field]) -> Value {
    let property =
        |field: &Field| (field.name.to_owned(), json!({"type": "string", "description": field.about}));
    let properties: Map<String, Value> = fields.iter().map(property).collect();
    let required: Vec<_> = fields.iter().filter(|field| field.required).map(|field| field.name).collect();
    json!({"type": "object", "properties": properties, "required": required})
}

/// RFC 7591 2: members that are not known are ignored.
fn metadata() -> Value {
    json!({"type": "object", "description": "Client metadata (RFC 7591 2, OpenID Connect Registration 2).",
           "additionalProperties": true})
}

/// An answer by its status: a reference, where it is a component.
fn answered(answer: &Answer, schemas: &mut Schemas) -> (String, Value) {
    let known = SHARED.iter().find(|(_, known)| (known.status, known.about) == (answer.status, answer.about));
    let described = match known {
        Some((name, _)) => reference("responses", name),
        None => response(answer, schemas),
    };
    (answer.status.to_string(), described)
}

/// The answers that are components.
pub(super) fn components(schemas: &mut Schemas) -> Map<String, Value> {
    SHARED.iter().map(|(name, answer)| ((*name).to_owned(), response(answer, schemas))).collect()
}

fn response(answer: &Answer, schemas: &mut Schemas) -> Value {
    let content: Map<String, Value> =
        answer.content.iter().map(|content| described(content, schemas)).collect();
    let headers: Map<String, Value> =
        answer.headers.iter().copied().chain(["X-Request-Id"]).map(header).collect();
    let mut response = json!({"description": answer.about, "headers": headers});
    if let (false, Some(members)) = (content.is_empty(), response.as_object_mut()) {
        members.insert("content".to_owned(), content.into());
    }
    response
}

fn described(content: &Content, schemas: &mut Schemas) -> (String, Value) {
    match content {
        Content::Of(media, schema, text) => {
            ((*media).to_owned(), json!({"schema": schema(schemas), "example": example(text)}))
        }
        Content::Made(media, schema, made) => {
            ((*media).to_owned(), json!({"schema": schema(schemas), "example": made()}))
        }
        Content::Text(media) => ((*media).to_owned(), json!({"schema": {"type": "string"}})),
    }
}
