//! The endpoints of OAuth 2 and OpenID Connect that clients and resource servers call.

use credenza_protocol::introspection::Introspection;
use credenza_protocol::token::TokenResponse;
use serde_json::json;

use super::{
    Answer, Content, ERROR, Endpoint, Field, INVALID, JSON, Origins, Sent, UNKNOWN_CLIENT, UNKNOWN_TOKEN,
    field, required,
};

const CLIENT_ID: Field = field("client_id", "The client, where it does not authenticate by HTTP Basic.");
const CLIENT_SECRET: Field = field("client_secret", "Its secret, for `client_secret_post`.");
const ASSERTION_TYPE: Field = field(
    "client_assertion_type",
    "`urn:ietf:params:oauth:client-assertion-type:jwt-bearer` (RFC 7523 2.2).",
);
const ASSERTION: Field = field("client_assertion", "The assertion (RFC 7523 2.2).");
const TOKEN: Field = required("token", "The token.");
const HINT: Field = field("token_type_hint", "What it is thought to be: `access_token` or `refresh_token`.");

const USERINFO: Answer = Answer {
    status: 200,
    about: "The claims; a JWT where the client has registered an algorithm for it.",
    content: &[
        Content::Of(
            JSON,
            |_| {
                json!({"type": "object", "description": "Claims (OpenID Connect Core 5.1).",
                       "properties": {"sub": {"type": "string", "description": "Who it is."}},
                       "required": ["sub"], "additionalProperties": true})
            },
            r#"{"sub": "248289761001", "name": "Ada Lovelace", "email": "ada@example.com", "email_verified": true}"#,
        ),
        Content::Text("application/jwt"),
    ],
    headers: &[],
};
const NO_OPENID: Answer = Answer {
    status: 403,
    about: "The token was not given the scope `openid`.",
    content: &[ERROR],
    headers: &["WWW-Authenticate"],
};

/// What of a person is asked for next, or that they go on in a browser.
const CHALLENGE: Content = Content::Of(
    JSON,
    |_| {
        json!({"type": "object", "description": "An error of OAuth 2.0 for First-Party Applications 5.2.2.",
               "properties": {
                   "error": {"type": "string", "description": "The error code."},
                   "error_description": {"type": "string", "description": "What is wrong, for a developer."},
                   "auth_session": {"type": "string", "description": "What the next request brings."},
                   "methods": {"type": "array", "items": {"type": "string"},
                               "description": "One of these is wanted: `password`, `otp`, `recovery_code`, `passkey`."},
                   "passkey": {"type": "object", "additionalProperties": true,
                               "description": "`options` for the platform (Web Authentication 5.5), and `ticket`."}},
               "required": ["error", "error_description"], "additionalProperties": false})
    },
    r#"{"error": "insufficient_authorization", "error_description": "the person proves who they are by one of the methods", "auth_session": "Zm9yIHRoZSBuZXh0IHJlcXVlc3Q", "methods": ["password"]}"#,
);

pub(super) const ENDPOINTS: &[Endpoint] = &[
    Endpoint {
        path: "/authorize-challenge",
        method: "post",
        id: "challengeAuthorization",
        tag: "OAuth",
        summary: "Sign somebody in without a browser (OAuth 2.0 for First-Party Applications, draft 04)",
        about: "For clients with `native_sign_in`. The first request has the parameters of an authorization request; each further one brings the `auth_session` of the answer before it, and what the person has said.",
        security: &["clientSecret", ""],
        origins: Origins::Own,
        query: &[],
        sent: Sent::Form(
            &[
                field("auth_session", "What the answer before this one held."),
                field("response_type", "`code`, in the first request."),
                field("scope", "The scope that is asked for (RFC 6749 3.3)."),
                field("code_challenge", "The challenge of PKCE (RFC 7636 4.3)."),
                field("code_challenge_method", "`S256`."),
                field("username", "Who signs in."),
                field("password", "Their password."),
                field("otp", "The code of their application."),
                field("recovery_code", "One of their recovery codes."),
                field("passkey", "The answer of the platform to the options for a passkey, as JSON."),
                field("passkey_ticket", "What came with these options."),
                CLIENT_ID,
                CLIENT_SECRET,
                ASSERTION_TYPE,
                ASSERTION,
            ],
            r#"{"response_type": "code", "client_id": "s6BhdRkqt3", "scope": "openid", "username": "ada", "password": "correct horse battery staple"}"#,
        ),
        answers: &[
            Answer {
                status: 200,
                about: "The code, to be redeemed at the token endpoint without `redirect_uri`.",
                content: &[Content::Of(
                    JSON,
                    |_| {
                        json!({"type": "object", "description": "OAuth 2.0 for First-Party Applications 5.2.1.",
                               "properties": {
                                   "authorization_code": {"type": "string", "description": "The code."},
                                   "auth_session": {"type": "string", "description": "What a later request brings, such as for a stronger sign-in."}},
                               "required": ["authorization_code", "auth_session"], "additionalProperties": false})
                    },
                    r#"{"authorization_code": "SplxlOBeZQQYbYS6WxSbIA", "auth_session": "Zm9yIHRoZSBuZXh0IHJlcXVlc3Q"}"#,
                )],
                headers: &[],
            },
            Answer {
                status: 403,
                about: "`insufficient_authorization`: something more is asked of the person. `redirect_to_web`: they go on in a browser.",
                content: &[CHALLENGE],
                headers: &[],
            },
            Answer {
                status: 429,
                about: "There were too many attempts.",
                content: &[CHALLENGE],
                headers: &["Retry-After"],
            },
            INVALID,
            UNKNOWN_CLIENT,
        ],
    },
    Endpoint {
        path: "/token",
        method: "post",
        id: "requestToken",
        tag: "OAuth",
        summary: "Ask for tokens (RFC 6749 3.2)",
        about: "A client authenticates by HTTP Basic, in the form, or by an assertion; a public client sends its `client_id`.",
        security: &["clientSecret", ""],
        origins: Origins::Registered,
        query: &[],
        sent: Sent::Form(
            &[
                required("grant_type", "`authorization_code`, `refresh_token` or `client_credentials`."),
                field("code", "The authorization code (RFC 6749 4.1.3)."),
                field("redirect_uri", "As in the authorization request."),
                field("code_verifier", "The verifier of PKCE (RFC 7636 4.5)."),
                field("refresh_token", "The refresh token (RFC 6749 6)."),
                field("scope", "The scope that is asked for (RFC 6749 3.3)."),
                field(
                    "resource",
                    "Where the token is to be used (RFC 8707); `ISSUER/admin` for the admin API.",
                ),
                CLIENT_ID,
                CLIENT_SECRET,
                ASSERTION_TYPE,
                ASSERTION,
            ],
            r#"{"grant_type": "client_credentials", "resource": "https://id.example.com/admin"}"#,
        ),
        answers: &[
            Answer {
                status: 200,
                about: "The tokens (RFC 6749 5.1).",
                content: &[Content::Of(
                    JSON,
                    |schemas| schemas.of::<TokenResponse>(),
                    r#"{"access_token": "eyJ0eXAiOiJhdCtqd3QifQ.eyJzdWIiOiJzNkJoZFJrcXQzIn0.c2ln", "token_type": "Bearer", "expires_in": 600, "scope": "admin:users:read"}"#,
                )],
                headers: &[],
            },
            INVALID,
            UNKNOWN_CLIENT,
        ],
    },
    Endpoint {
        path: "/introspect",
        method: "post",
        id: "introspectToken",
        tag: "OAuth",
        summary: "Ask whether a token is active (RFC 7662)",
        about: "A client sees its own tokens and those that are meant for a resource that it serves.",
        security: &["clientSecret"],
        origins: Origins::Own,
        query: &[],
        sent: Sent::Form(
            &[TOKEN, HINT, CLIENT_ID, CLIENT_SECRET, ASSERTION_TYPE, ASSERTION],
            r#"{"token": "2YotnFZFEjr1zCsicMWpAA"}"#,
        ),
        answers: &[
            Answer {
                status: 200,
                about: "`active`, and what is known of an active token (RFC 7662 2.2).",
                content: &[Content::Of(
                    JSON,
                    |schemas| schemas.of::<Introspection>(),
                    r#"{"active": true, "iss": "https://id.example.com", "sub": "248289761001", "client_id": "s6BhdRkqt3", "scope": "openid profile", "token_type": "Bearer", "exp": 1800000600, "iat": 1800000000}"#,
                )],
                headers: &[],
            },
            INVALID,
            UNKNOWN_CLIENT,
        ],
    },
    Endpoint {
        path: "/revoke",
        method: "post",
        id: "revokeToken",
        tag: "OAuth",
        summary: "Revoke a token (RFC 7009)",
        about: "A refresh token takes its grant with it, and the access tokens of that.",
        security: &["clientSecret", ""],
        origins: Origins::Registered,
        query: &[],
        sent: Sent::Form(
            &[TOKEN, HINT, CLIENT_ID, CLIENT_SECRET, ASSERTION_TYPE, ASSERTION],
            r#"{"token": "2YotnFZFEjr1zCsicMWpAA"}"#,
        ),
        answers: &[
            Answer {
                status: 200,
                about: "It is worthless now, whatever it was.",
                content: &[],
                headers: &[],
            },
            INVALID,
            UNKNOWN_CLIENT,
        ],
    },
    Endpoint {
        path: "/userinfo",
        method: "get",
        id: "getUserinfo",
        tag: "OAuth",
        summary: "The claims that an access token gives access to (OpenID Connect Core 5.3)",
        about: "The token comes in the header; in the query it is refused.",
        security: &["accessToken"],
        origins: Origins::Registered,
        query: &[],
        sent: Sent::Nothing,
        answers: &[USERINFO, INVALID, UNKNOWN_TOKEN, NO_OPENID],
    },
    Endpoint {
        path: "/userinfo",
        method: "post",
        id: "postUserinfo",
        tag: "OAuth",
        summary: "The same by POST, with the token in the header or in the form (RFC 6750 2.2)",
        about: "",
        security: &["accessToken", ""],
        origins: Origins::Registered,
        query: &[],
        sent: Sent::Form(
            &[field("access_token", "The access token, if it is not in the header.")],
            r#"{"access_token": "2YotnFZFEjr1zCsicMWpAA"}"#,
        ),
        answers: &[USERINFO, INVALID, UNKNOWN_TOKEN, NO_OPENID],
    },
];
