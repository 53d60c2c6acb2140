//! What the provider says of itself, to everybody.

use credenza_protocol::discovery::{self, ProviderMetadata};
use credenza_protocol::tenant::TenantSettings;
use credenza_protocol::{revocation_feed, webfinger};
use serde_json::{Value, json};

use super::{Answer, Content, ERROR, Endpoint, INVALID, JSON, Origins, Sent, field, required};
use crate::http::admin::openapi::ISSUER;
use crate::http::admin::openapi::schemas::Schemas;

const METADATA: Answer = Answer {
    status: 200,
    about: "The metadata.",
    content: &[Content::Made(JSON, |schemas| schemas.of::<ProviderMetadata>(), metadata)],
    headers: &[],
};

/// That of a new tenant.
fn metadata() -> Value {
    let metadata = discovery::metadata(ISSUER, &TenantSettings::default(), &["en", "de"]);
    serde_json::to_value(metadata).unwrap_or_default()
}

/// RFC 7517 5.
fn jwks(_: &mut Schemas) -> Value {
    let key = json!({"type": "object", "description": "A JWK (RFC 7517 4).", "additionalProperties": true,
                     "properties": {"kty": {"type": "string"}, "kid": {"type": "string"}, "alg": {"type": "string"},
                                    "use": {"type": "string"}},
                     "required": ["kty"]});
    json!({"type": "object", "properties": {"keys": {"type": "array", "items": key}}, "required": ["keys"],
           "additionalProperties": true})
}

pub(super) const ENDPOINTS: &[Endpoint] = &[
    Endpoint {
        path: "/jwks",
        method: "get",
        id: "getJwks",
        tag: "Discovery",
        summary: "The public keys (RFC 7517 5)",
        about: "`Cache-Control` says how long they may be kept; keys are published before they sign.",
        security: &[""],
        origins: Origins::Any,
        query: &[],
        sent: Sent::Nothing,
        answers: &[Answer {
            status: 200,
            about: "A JWK set.",
            content: &[Content::Of(
                "application/jwk-set+json",
                jwks,
                r#"{"keys": [{"kty": "EC", "use": "sig", "alg": "ES256", "kid": "1b9d-es256", "crv": "P-256", "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU", "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}]}"#,
            )],
            headers: &[],
        }],
    },
    Endpoint {
        path: "/revocations",
        method: "get",
        id: "getRevocations",
        tag: "Discovery",
        summary: "The JWTs that were revoked before they expire, for resource servers that check tokens themselves",
        about: "The manual's page on revocations describes it.",
        security: &[""],
        origins: Origins::Any,
        query: &[],
        sent: Sent::Nothing,
        answers: &[Answer {
            status: 200,
            about: "The feed, a signed JWT.",
            content: &[Content::Text(revocation_feed::MEDIA_TYPE)],
            headers: &[],
        }],
    },
    Endpoint {
        path: "/.well-known/openid-configuration",
        method: "get",
        id: "getProviderMetadata",
        tag: "Discovery",
        summary: "The provider metadata (OpenID Connect Discovery 4)",
        about: "",
        security: &[""],
        origins: Origins::Any,
        query: &[],
        sent: Sent::Nothing,
        answers: &[METADATA],
    },
    Endpoint {
        path: "/.well-known/oauth-authorization-server",
        method: "get",
        id: "getServerMetadata",
        tag: "Discovery",
        summary: "The same (RFC 8414)",
        about: "",
        security: &[""],
        origins: Origins::Any,
        query: &[],
        sent: Sent::Nothing,
        answers: &[METADATA],
    },
    Endpoint {
        path: "/.well-known/webfinger",
        method: "get",
        id: "findIssuer",
        tag: "Discovery",
        summary: "The issuer of somebody whose identifier is known (RFC 7033, OpenID Connect Discovery 2)",
        about: "The host of the identifier decides, and not whether there is such an account.",
        security: &[""],
        origins: Origins::Any,
        query: &[
            required("resource", "The identifier, such as `acct:ada@example.com`."),
            field("rel", "The relation that is asked for; may be repeated."),
        ],
        sent: Sent::Nothing,
        answers: &[
            Answer {
                status: 200,
                about: "A JSON Resource Descriptor (RFC 7033 4.4).",
                content: &[Content::Of(
                    webfinger::MEDIA_TYPE,
                    |schemas| schemas.of::<webfinger::Descriptor>(),
                    r#"{"subject": "acct:ada@example.com", "links": [{"rel": "http://openid.net/specs/connect/1.0/issuer", "href": "https://id.example.com"}]}"#,
                )],
                headers: &[],
            },
            INVALID,
            Answer { status: 404, about: "Nothing is known of this host.", content: &[ERROR], headers: &[] },
        ],
    },
];
