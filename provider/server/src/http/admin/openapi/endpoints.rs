//! The provider's own endpoints: those that clients and resource servers call, and discovery.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::schemas::Schemas;
use crate::http::shared::reply::ErrorBody;

/// The groups of endpoints.
pub(super) const TAGS: [(&str, &str); 3] = [
    ("OAuth", "The endpoints of OAuth 2 and OpenID Connect that clients and resource servers call."),
    ("Discovery", "What the provider says of itself, to everybody."),
    ("Registration", "Clients that register themselves (RFC 7591, RFC 7592)."),
];

/// An endpoint that takes a form or nothing.
struct Endpoint {
    path: &'static str,
    method: &'static str,
    id: &'static str,
    tag: &'static str,
    summary: &'static str,
    security: &'static [&'static str],
    /// The fields of its form: name, whether it must be there, what it is.
    form: &'static [(&'static str, bool, &'static str)],
    /// The media type and the description of its answer.
    answer: (&'static str, &'static str),
    refusals: &'static [u16],
}

const JSON: &str = "application/json";

const ENDPOINTS: &[Endpoint] = &[
    Endpoint {
        path: "/token",
        method: "post",
        id: "requestToken",
        tag: "OAuth",
        summary: "Ask for tokens (RFC 6749 3.2)",
        security: &["clientSecret", ""],
        form: &[
            ("grant_type", true, "`authorization_code`, `refresh_token` or `client_credentials`."),
            ("code", false, "The authorization code (RFC 6749 4.1.3)."),
            ("redirect_uri", false, "As in the authorization request."),
            ("code_verifier", false, "The verifier of PKCE (RFC 7636 4.5)."),
            ("refresh_token", false, "The refresh token (RFC 6749 6)."),
            ("scope", false, "The scope that is asked for (RFC 6749 3.3)."),
            (
                "resource",
                false,
                "Where the token is to be used (RFC 8707); `ISSUER/admin` for the admin API.",
            ),
            ("client_id", false, "The client, where it does not authenticate by HTTP Basic."),
            ("client_secret", false, "Its secret, for client_secret_post."),
            (
                "client_assertion_type",
                false,
                "`urn:ietf:params:oauth:client-assertion-type:jwt-bearer` (RFC 7523).",
            ),
            ("client_assertion", false, "The assertion (RFC 7523 2.2)."),
        ],
        answer: (JSON, "The tokens (RFC 6749 5.1)."),
        refusals: &[400, 401, 503],
    },
    Endpoint {
        path: "/introspect",
        method: "post",
        id: "introspectToken",
        tag: "OAuth",
        summary: "Ask whether a token is active (RFC 7662)",
        security: &["clientSecret"],
        form: &[("token", true, "The token."), ("token_type_hint", false, "What it is thought to be.")],
        answer: (JSON, "`active`, and what is known of an active token (RFC 7662 2.2)."),
        refusals: &[400, 401, 503],
    },
    Endpoint {
        path: "/revoke",
        method: "post",
        id: "revokeToken",
        tag: "OAuth",
        summary: "Revoke a token (RFC 7009)",
        security: &["clientSecret", ""],
        form: &[("token", true, "The token."), ("token_type_hint", false, "What it is thought to be.")],
        answer: ("", "It is worthless now, whatever it was."),
        refusals: &[400, 401, 503],
    },
    Endpoint {
        path: "/userinfo",
        method: "get",
        id: "getUserinfo",
        tag: "OAuth",
        summary: "The claims that an access token gives access to (OpenID Connect Core 5.3)",
        security: &["accessToken"],
        form: &[],
        answer: (JSON, "The claims; a JWT where the client has registered one."),
        refusals: &[400, 401, 403, 503],
    },
    Endpoint {
        path: "/jwks",
        method: "get",
        id: "getJwks",
        tag: "Discovery",
        summary: "The public keys (RFC 7517 5)",
        security: &[""],
        form: &[],
        answer: (JSON, "A JWK set."),
        refusals: &[503],
    },
    Endpoint {
        path: "/revocations",
        method: "get",
        id: "getRevocations",
        tag: "Discovery",
        summary: "The JWTs that were revoked before they expire, for resource servers that check tokens themselves",
        security: &[""],
        form: &[],
        answer: (JSON, "The feed, which the manual's page on revocations describes."),
        refusals: &[503],
    },
    Endpoint {
        path: "/.well-known/openid-configuration",
        method: "get",
        id: "getProviderMetadata",
        tag: "Discovery",
        summary: "The provider metadata (OpenID Connect Discovery 4)",
        security: &[""],
        form: &[],
        answer: (JSON, "The metadata."),
        refusals: &[503],
    },
    Endpoint {
        path: "/.well-known/oauth-authorization-server",
        method: "get",
        id: "getServerMetadata",
        tag: "Discovery",
        summary: "The same (RFC 8414)",
        security: &[""],
        form: &[],
        answer: (JSON, "The metadata."),
        refusals: &[503],
    },
];

/// The endpoints by path and method.
pub(super) fn paths(schemas: &mut Schemas) -> BTreeMap<String, Map<String, Value>> {
    let error = schemas.of::<ErrorBody>();
    let mut paths: BTreeMap<String, Map<String, Value>> = BTreeMap::new();
    for endpoint in ENDPOINTS {
        let path = paths.entry(endpoint.path.to_owned()).or_default();
        path.insert(endpoint.method.to_owned(), describe(endpoint, &error));
    }
    for (path, method, described) in registration(&error) {
        paths.entry(path.to_owned()).or_default().insert(method.to_owned(), described);
    }
    paths
}

fn describe(endpoint: &Endpoint, error: &Value) -> Value {
    let (media, description) = endpoint.answer;
    let mut good = json!({"description": description});
    if let (false, Some(good)) = (media.is_empty(), good.as_object_mut()) {
        good.insert("content".to_owned(), json!({media: {"schema": {"type": "object"}}}));
    }
    let mut responses = refusals(endpoint.refusals, error);
    responses.insert("200".to_owned(), good);
    let mut described = json!({
        "operationId": endpoint.id,
        "tags": [endpoint.tag],
        "summary": endpoint.summary,
        "description": format!("{}.", endpoint.summary),
        "security": security(endpoint.security),
        "responses": responses,
    });
    if let (false, Some(members)) = (endpoint.form.is_empty(), described.as_object_mut()) {
        members.insert("requestBody".to_owned(), form(endpoint.form));
    }
    described
}

/// Each is enough; the empty name stands for nothing at all.
fn security(names: &[&str]) -> Vec<Value> {
    names.iter().map(|name| if name.is_empty() { json!({}) } else { json!({*name: []}) }).collect()
}

fn form(fields: &[(&str, bool, &str)]) -> Value {
    let field = |(name, _, description): &(&str, bool, &str)| {
        ((*name).to_owned(), json!({"type": "string", "description": description}))
    };
    let properties: Map<String, Value> = fields.iter().map(field).collect();
    let required: Vec<_> =
        fields.iter().filter(|(_, required, _)| *required).map(|(name, ..)| *name).collect();
    let schema = json!({"type": "object", "properties": properties, "required": required});
    json!({"required": true, "content": {"application/x-www-form-urlencoded": {"schema": schema}}})
}

fn refusals(statuses: &[u16], error: &Value) -> Map<String, Value> {
    let refusal = |status: &u16| {
        let description = match status {
            400 => "The request is refused; `error` says why.",
            401 => "The client or the token is unknown.",
            403 => "The token does not allow this, or registration is closed.",
            429 => "Too many; `Retry-After` says when to try again.",
            _ => "The provider cannot answer at the moment.",
        };
        (status.to_string(), json!({"description": description, "content": {JSON: {"schema": error}}}))
    };
    statuses.iter().map(refusal).collect()
}

fn registration(error: &Value) -> Vec<(&'static str, &'static str, Value)> {
    const ONE: &str = "/register/{client_id}";
    let information = json!({
        "description": "The client as it is registered (RFC 7591 3.2.1).",
        "content": {JSON: {"schema": {"type": "object"}}},
    });
    let metadata = json!({"required": true, "content": {JSON: {"schema": {"type": "object"}}}});
    let one = |id: &str, summary: &str, good: (&str, Value), has_body: bool, is_new: bool| {
        let mut responses = refusals(&[400, 401, 403, 503], error);
        if is_new {
            responses.extend(refusals(&[429], error));
        }
        responses.insert(good.0.to_owned(), good.1);
        let client_id = json!({"name": "client_id", "in": "path", "required": true, "description": "`client_id`.",
                               "schema": {"type": "string"}});
        let mut described = json!({
            "operationId": id,
            "tags": ["Registration"],
            "summary": summary,
            "description": format!("{summary}."),
            "security": if is_new { security(&["accessToken", ""]) } else { security(&["accessToken"]) },
            "parameters": if is_new { vec![] } else { vec![client_id] },
            "responses": responses,
        });
        if let (true, Some(members)) = (has_body, described.as_object_mut()) {
            members.insert("requestBody".to_owned(), metadata.clone());
        }
        described
    };
    let gone = json!({"description": "It is gone."});
    vec![
        (
            "/register",
            "post",
            one(
                "registerClient",
                "A client registers itself (RFC 7591 3)",
                ("201", information.clone()),
                true,
                true,
            ),
        ),
        (
            ONE,
            "get",
            one(
                "getRegistration",
                "A client looks at its registration (RFC 7592 2.1)",
                ("200", information.clone()),
                false,
                false,
            ),
        ),
        (
            ONE,
            "put",
            one(
                "updateRegistration",
                "A client changes its registration (RFC 7592 2.2)",
                ("200", information),
                true,
                false,
            ),
        ),
        (
            ONE,
            "delete",
            one("deleteRegistration", "A client ends itself (RFC 7592 2.3)", ("204", gone), false, false),
        ),
    ]
}
