//! Where a client sends the browser of a person, or frames a page.

use super::{Answer, Content, ERROR, Endpoint, Field, Origins, PAGE, Sent, TEXT, field, required};

/// RFC 6749 4.1.1, OpenID Connect Core 3.1.2.1, RFC 7636 4.3, RFC 8707 2, RFC 9101 5.
const AUTHORIZATION: &[Field] = &[
    required("client_id", "The client."),
    field(
        "response_type",
        "`code`, or another one that the client has registered; in a request object or here.",
    ),
    field("redirect_uri", "Where the answer goes: one that the client has registered, exactly."),
    field("scope", "The scope that is asked for; with `openid` there is an ID token."),
    field("state", "What the answer gives back."),
    field("nonce", "What the ID token gives back."),
    field("response_mode", "`query`, `fragment` or `form_post`."),
    field("code_challenge", "The challenge of PKCE (RFC 7636 4.2)."),
    field("code_challenge_method", "`S256`."),
    field("prompt", "`none`, or some of `login`, `consent` and `select_account`."),
    field("max_age", "Seconds since the person last signed in, at most."),
    field("id_token_hint", "An ID token of the person who is expected."),
    field("login_hint", "What the person is likely to type."),
    field("acr_values", "Authentication contexts, the best one first."),
    field("ui_locales", "Languages, the best one first."),
    field("claims", "Single claims (OpenID Connect Core 5.5)."),
    field("resource", "Where the access token is to be used (RFC 8707)."),
    field("request", "All of this as a signed request object (RFC 9101)."),
    field("request_uri", "Where the request object is fetched."),
];
/// OpenID Connect RP-Initiated Logout 2.
const LOGOUT: &[Field] = &[
    field("id_token_hint", "An ID token of the session that is to end."),
    field("client_id", "The client."),
    field(
        "post_logout_redirect_uri",
        "Where the person goes then: one that the client has registered, exactly.",
    ),
    field("state", "What that address gets back."),
    field("ui_locales", "Languages, the best one first."),
];

const REQUEST: &str = r#"{"client_id": "s6BhdRkqt3", "response_type": "code", "redirect_uri": "https://app.example.com/callback", "scope": "openid", "state": "af0ifjsldkj", "code_challenge": "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM", "code_challenge_method": "S256"}"#;

/// A page with a form that sends the answer on by itself.
const FORM_POST: Answer = Answer {
    status: 200,
    about: "With `response_mode=form_post`, a page that posts the answer to the client.",
    content: &[Content::Text(PAGE)],
    headers: &[],
};
const REDIRECT: Answer = Answer {
    status: 303,
    about: "To the next page of the sign-in, or to the client with the answer or an error.",
    content: &[],
    headers: &["Location"],
};
const NO_REDIRECT: Answer = Answer {
    status: 400,
    about: "A page that says why the request cannot be answered where it asks; JSON where the body is no form.",
    content: &[Content::Text(PAGE), ERROR],
    headers: &[],
};
const ASKED: Answer = Answer {
    status: 200,
    about: "A page that asks the person, or says that they are signed out.",
    content: &[Content::Text(PAGE)],
    headers: &[],
};
const SIGNED_OUT: Answer = Answer {
    status: 303,
    about: "To the client, or to the page itself.",
    content: &[],
    headers: &["Location"],
};
const FAILED_PAGE: Answer = Answer {
    status: 500,
    about: "A page that says so; its support code leads to the log.",
    content: &[Content::Text(PAGE), ERROR, Content::Text(TEXT)],
    headers: &[],
};
const UNAVAILABLE_PAGE: Answer = Answer {
    status: 503,
    about: "The provider cannot answer at the moment.",
    content: &[Content::Text(PAGE), ERROR, Content::Text(TEXT)],
    headers: &["Retry-After"],
};

pub(super) const ENDPOINTS: &[Endpoint] = &[
    Endpoint {
        path: "/authorize",
        method: "get",
        id: "authorize",
        tag: "Browser",
        summary: "Begin a sign-in (RFC 6749 3.1, OpenID Connect Core 3.1.2.1)",
        about: "For browsers: it leads through the pages of the provider and back to the client.",
        security: &[""],
        origins: Origins::Own,
        query: AUTHORIZATION,
        sent: Sent::Nothing,
        answers: &[FORM_POST, REDIRECT, NO_REDIRECT, FAILED_PAGE, UNAVAILABLE_PAGE],
    },
    Endpoint {
        path: "/authorize",
        method: "post",
        id: "authorizeByPost",
        tag: "Browser",
        summary: "The same by POST, with the parameters in a form",
        about: "",
        security: &[""],
        origins: Origins::Own,
        query: &[],
        sent: Sent::Form(AUTHORIZATION, REQUEST),
        answers: &[FORM_POST, REDIRECT, NO_REDIRECT, FAILED_PAGE, UNAVAILABLE_PAGE],
    },
    Endpoint {
        path: "/logout",
        method: "get",
        id: "logout",
        tag: "Browser",
        summary: "End a session (OpenID Connect RP-Initiated Logout 2)",
        about: "For browsers. Without a hint that fits the session, the person is asked first.",
        security: &[""],
        origins: Origins::Own,
        query: LOGOUT,
        sent: Sent::Nothing,
        answers: &[ASKED, SIGNED_OUT, NO_REDIRECT, FAILED_PAGE, UNAVAILABLE_PAGE],
    },
    Endpoint {
        path: "/logout",
        method: "post",
        id: "logoutByPost",
        tag: "Browser",
        summary: "The same by POST, with the parameters in a form",
        about: "",
        security: &[""],
        origins: Origins::Own,
        query: &[],
        sent: Sent::Form(LOGOUT, r#"{"client_id": "s6BhdRkqt3", "state": "af0ifjsldkj"}"#),
        answers: &[ASKED, SIGNED_OUT, NO_REDIRECT, FAILED_PAGE, UNAVAILABLE_PAGE],
    },
    Endpoint {
        path: "/check_session",
        method: "get",
        id: "checkSession",
        tag: "Browser",
        summary: "A page for an iframe that tells a client whether its session has changed (OpenID Connect Session \
                  Management 3.2)",
        about: "",
        security: &[""],
        origins: Origins::Own,
        query: &[],
        sent: Sent::Nothing,
        answers: &[Answer { status: 200, about: "The page.", content: &[Content::Text(PAGE)], headers: &[] }],
    },
];
