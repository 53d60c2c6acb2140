//! Clients that register themselves (RFC 7591, RFC 7592).

use serde_json::{Value, json};

use super::{Answer, Content, ERROR, Endpoint, INVALID, JSON, Origins, Sent, UNKNOWN_TOKEN};
use crate::http::admin::openapi::schemas::Schemas;

const METADATA: &str = r#"{"client_name": "My app", "redirect_uris": ["https://app.example.com/callback"]}"#;
const REGISTERED: &str = r#"{"client_id": "s6BhdRkqt3", "client_secret": "7Fjfp0ZBr1KtDRbnfVdmIw5rYlI8mmm3nVqkq1yFTxE", "client_secret_expires_at": 0, "registration_access_token": "this.is.an.access.token", "registration_client_uri": "https://id.example.com/register/s6BhdRkqt3", "client_name": "My app", "redirect_uris": ["https://app.example.com/callback"]}"#;

/// RFC 7591 3.2.1.
fn information(_: &mut Schemas) -> Value {
    let text = |description: &str| json!({"type": "string", "description": description});
    json!({
        "type": "object",
        "description": "The client as it is registered (RFC 7591 3.2.1), with its metadata.",
        "properties": {
            "client_id": text("The client."),
            "client_secret": text("Its secret."),
            "registration_access_token": text("With which it looks at its registration, changes and ends it."),
            "registration_client_uri": text("Where it does."),
        },
        "required": ["client_id"],
        "additionalProperties": true,
    })
}

const SHOWN: &[Content] = &[Content::Of(JSON, information, REGISTERED)];
const CLOSED: Answer = Answer {
    status: 403,
    about: "Registration is closed, or the token is not for this.",
    content: &[ERROR],
    headers: &[],
};
const TOO_MANY: Answer = Answer {
    status: 429,
    about: "Too many registrations, or too many requests from this address.",
    content: &[ERROR, Content::Text(super::TEXT)],
    headers: &["Retry-After"],
};
const ONE: &str = "/register/{client_id}";

pub(super) const ENDPOINTS: &[Endpoint] = &[
    Endpoint {
        path: "/register",
        method: "post",
        id: "registerClient",
        tag: "Registration",
        summary: "A client registers itself (RFC 7591 3)",
        about: "The tenant's setting `registration` says whether it needs an initial access token.",
        security: &["accessToken", ""],
        origins: Origins::Any,
        query: &[],
        sent: Sent::Metadata(METADATA),
        answers: &[
            Answer { status: 201, about: "The client.", content: SHOWN, headers: &[] },
            INVALID,
            UNKNOWN_TOKEN,
            CLOSED,
            TOO_MANY,
        ],
    },
    Endpoint {
        path: ONE,
        method: "get",
        id: "getRegistration",
        tag: "Registration",
        summary: "A client looks at its registration (RFC 7592 2.1)",
        about: "",
        security: &["accessToken"],
        origins: Origins::Any,
        query: &[],
        sent: Sent::Nothing,
        answers: &[
            Answer { status: 200, about: "The client.", content: SHOWN, headers: &[] },
            INVALID,
            UNKNOWN_TOKEN,
            CLOSED,
        ],
    },
    Endpoint {
        path: ONE,
        method: "put",
        id: "updateRegistration",
        tag: "Registration",
        summary: "A client changes its registration (RFC 7592 2.2)",
        about: "What the new metadata do not name is gone.",
        security: &["accessToken"],
        origins: Origins::Any,
        query: &[],
        sent: Sent::Metadata(METADATA),
        answers: &[
            Answer { status: 200, about: "The client as it is now.", content: SHOWN, headers: &[] },
            INVALID,
            UNKNOWN_TOKEN,
            CLOSED,
        ],
    },
    Endpoint {
        path: ONE,
        method: "delete",
        id: "deleteRegistration",
        tag: "Registration",
        summary: "A client ends itself (RFC 7592 2.3)",
        about: "",
        security: &["accessToken"],
        origins: Origins::Any,
        query: &[],
        sent: Sent::Nothing,
        answers: &[
            Answer { status: 204, about: "It is gone.", content: &[], headers: &[] },
            INVALID,
            UNKNOWN_TOKEN,
            CLOSED,
        ],
    },
];
