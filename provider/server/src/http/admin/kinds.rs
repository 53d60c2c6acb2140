//! The kinds of problems of the admin API and the account API: one table. `type` of a problem is the address of a page that says what is in it.

use http::StatusCode;

/// A kind of problem.
#[derive(Debug, Eq, PartialEq)]
pub(crate) struct Kind {
    /// The last part of its address, which never changes.
    pub(crate) name: &'static str,
    /// The status of the response.
    pub(crate) status: u16,
    /// What it is, in a few words.
    pub(crate) title: &'static str,
    /// What it means, and what to do.
    pub(crate) meaning: &'static str,
}

/// The path of the pages, under the issuer of the default tenant.
const PATH: &str = "/admin/v1/problems/";

impl Kind {
    /// Its address.
    pub(super) fn url(&self, issuer: &str) -> String {
        format!("{issuer}{PATH}{}", self.name)
    }
}

/// Makes a constant of each kind, and the list of all. A macro, so that none can be left out of the list.
macro_rules! kinds {
    ($($const:ident: $name:literal, $status:literal, $title:literal, $meaning:literal;)+) => {
        $(pub(crate) const $const: Kind = Kind { name: $name, status: $status, title: $title, meaning: $meaning };)+
        /// Every kind.
        pub(crate) static ALL: &[&Kind] = &[$(&$const),+];
    };
}

kinds! {
    INVALID_PARAMETER: "invalid-parameter", 400, "Invalid parameter",
        "A parameter of the query or a header is unknown, was repeated, or has a value that it cannot have.";
    MALFORMED_REQUEST: "malformed-request", 400, "Malformed request",
        "The request itself is broken: it names no host or two, or its body is cut off.";
    MALFORMED_BODY: "malformed-body", 400, "Malformed body",
        "The body is not one JSON object in which each name stands once.";
    UNAUTHENTICATED: "unauthenticated", 401, "Not authenticated",
        "The access token is missing, expired, revoked, of another tenant, or not meant for this API. For the admin API, ask \
         for one with the parameter resource=ISSUER/admin; for the account API, with the scope account and without a resource.";
    SIGN_IN_TOO_OLD: "sign-in-too-old", 401, "Sign-in too old",
        "This is about keys, roles, secrets, passwords or what else matters most, and the person signed in too long ago. Begin a new authorization \
         request with the max_age of the challenge (RFC 9470). With a shared key of the configuration nobody signs in, so \
         that none is enough for it.";
    INSUFFICIENT_SCOPE: "insufficient-scope", 403, "Insufficient scope",
        "The token was not given the scope that the challenge names, the client no longer has it, or no role of the person \
         brings it.";
    BEYOND_AUTHORITY: "beyond-authority", 403, "Beyond the caller's authority",
        "Nobody gives more than they have: the caller lacks a scope that the role or client would get, or that the user or \
         client in question has already.";
    NOT_FOUND: "not-found", 404, "Not found",
        "There is no such thing at this tenant, or no longer.";
    METHOD_NOT_ALLOWED: "method-not-allowed", 405, "Method not allowed",
        "This path has other methods; the header Allow names them.";
    BODY_TOO_SLOW: "body-too-slow", 408, "Body too slow",
        "The body did not arrive in time. Nothing was changed.";
    TAKEN: "taken", 409, "Taken",
        "Another one has that name or id.";
    CONFLICT: "conflict", 409, "Conflict",
        "This would leave something unusable, such as a tenant that cannot sign, or be one too many, such as a sixth secret of \
         a client.";
    HALFWAY: "halfway", 409, "Carried out in part",
        "The set-up was carried out up to an entry that others have changed meanwhile, or that failed; detail says what was \
         done before. Apply it again: the next time goes on from there.";
    IDEMPOTENCY_KEY_IN_USE: "idempotency-key-in-use", 409, "Idempotency-Key in use",
        "The request with this key is being carried out. Try again in a moment to get its answer.";
    STALE: "stale", 412, "Changed meanwhile",
        "Somebody else has changed it since it was read. Read it again, and make the change to what it is now.";
    TOO_LARGE: "too-large", 413, "Too large",
        "The body is larger than one request may be. What stands in the lines before is done; send the rest as another one.";
    BODY_TOO_LARGE: "body-too-large", 413, "Body too large",
        "The body is larger than the setting limits.body_bytes allows. Nothing was changed.";
    UNSUPPORTED_MEDIA_TYPE: "unsupported-media-type", 415, "Unsupported media type",
        "The body must be application/json, application/merge-patch+json for a change, or application/x-ndjson for an import.";
    INVALID_VALUES: "invalid-values", 422, "Invalid values",
        "Values of the body are refused, or a member is unknown; errors tells which, and why. Nothing was changed.";
    IDEMPOTENCY_KEY_REUSED: "idempotency-key-reused", 422, "Idempotency-Key reused",
        "The key came with another request before. Each request needs a key of its own.";
    PRECONDITION_REQUIRED: "precondition-required", 428, "Precondition required",
        "Send the ETag of what was read as If-Match, so that nothing is overwritten that somebody else has changed.";
    TOO_MANY_ATTEMPTS: "too-many-attempts", 429, "Too many attempts",
        "Too many wrong admin keys came from this address, too many wrong passwords or codes were tried for this account, or \
         too many mails were asked for; Retry-After tells when to try again.";
    TOO_MANY_CALLS: "too-many-calls", 429, "Too many calls",
        "This application has made too many calls for this person; Retry-After tells when to try again.";
    TOO_MANY_FOLLOWERS: "too-many-followers", 429, "Too many followers",
        "As many requests wait for events as may, at this tenant or at all. Retry-After tells when to try again; without the \
         parameter wait, the answer comes at once.";
    TOO_MANY_AT_ONCE: "too-many-at-once", 429, "Too many at once",
        "As many imports and exports are under way as the provider works on at once; try again after Retry-After.";
    TOO_MANY_REQUESTS: "too-many-requests", 429, "Too many requests",
        "Too many requests from this address are being worked on. Try again after Retry-After.";
    INTERNAL: "internal", 500, "Internal error",
        "The provider is at fault. Its log has a line with the support code.";
    UNAVAILABLE: "unavailable", 503, "Unavailable",
        "The provider cannot answer at the moment, and says nothing about the request. Try again after Retry-After.";
}

/// The kind of what the listener refuses with this status, before anybody has looked at the request.
pub(super) fn of_listener(status: StatusCode) -> Option<&'static Kind> {
    match status {
        StatusCode::BAD_REQUEST => Some(&MALFORMED_REQUEST),
        StatusCode::REQUEST_TIMEOUT => Some(&BODY_TOO_SLOW),
        StatusCode::PAYLOAD_TOO_LARGE => Some(&BODY_TOO_LARGE),
        StatusCode::TOO_MANY_REQUESTS => Some(&TOO_MANY_REQUESTS),
        StatusCode::INTERNAL_SERVER_ERROR => Some(&INTERNAL),
        StatusCode::SERVICE_UNAVAILABLE => Some(&UNAVAILABLE),
        _ => None,
    }
}
