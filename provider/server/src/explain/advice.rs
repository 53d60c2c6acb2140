//! What an operator or a developer can do about a line.

use super::line::Line;
use super::sentences::seconds;
use crate::telemetry::SECRET_EXPIRED;

/// Clocks may differ by less than this (RFC 7523 3).
const LEEWAY: i64 = 30;

/// Messages that tell enough by themselves.
const MESSAGES: [(&str, &str); 8] = [
    (
        "the redirect URI is not registered",
        "Make the application send a registered redirect URI, or register the one that it sends: `credenza client update \
         CLIENT_ID --redirect-uri URI` replaces the list. The two are compared character by character.",
    ),
    (
        "the redirect URI differs",
        "The application must send the same redirect_uri with the code as with the authorization request.",
    ),
    (
        "sign-in failed",
        "If the person is sure of the name, give them a new password: `credenza user update NAME --password-stdin`. A \
         disabled account is enabled by `credenza user enable NAME`.",
    ),
    (
        "sign-in throttled",
        "Wait, or forget the failed sign-ins: `credenza user unlock NAME`. If many addresses guess, see \"Failed sign-ins\" on \
         the manual's page on operating.",
    ),
    (
        "failed",
        "Ask `/readyz`, and look at the database, the disk and the lines of the log around this time.",
    ),
    ("a panic", "Please report it, with this line, as .github/SECURITY.md or the issue forms say."),
    (
        "jwks_uri cannot be fetched",
        "The provider must reach the client's jwks_uri over https at a public address; other hosts are listed in \
         egress.allow.",
    ),
    (
        "request_uri cannot be fetched",
        "The provider must reach the request_uri over https at a public address; other hosts are listed in egress.allow.",
    ),
];

/// What a refusal with that reason or that code asks for. A reason counts before a code.
const REFUSALS: [(&str, &str); 28] = [
    (
        "this sign-in is finished already",
        "Nothing is wrong: the form arrived twice, or the person went back. The page that they saw leads on to the application.",
    ),
    (
        "this sign-in has expired",
        "Begin again at the application: the person took longer than a sign-in may take.",
    ),
    (
        "the cookie of the browser that began this sign-in is missing",
        "Begin again at the application, with cookies allowed: they are needed on the way from one page to the next.",
    ),
    (
        "this sign-in is unknown, or another browser began it",
        "Begin again at the application, and stay in one browser on the way from one page to the next.",
    ),
    (
        "this form was not made for this browser",
        "Begin again at the application, in one browser, with cookies allowed.",
    ),
    (
        "the client is unknown or disabled",
        "Compare client_id, and the issuer's path for the tenant, with `credenza client list`. A disabled client is enabled \
         by `credenza client enable CLIENT_ID`.",
    ),
    (
        "the code is unknown or expired, or was issued to another client",
        "The application must redeem a code once, within a minute, as the client that asked for it.",
    ),
    (
        "the code was used before; what it gave is revoked",
        "Find out who redeemed it twice: often two processes or a reloaded page handle one callback. If it was nobody of \
         yours, somebody else saw the code.",
    ),
    (
        "the refresh token was used before; what it gave is revoked",
        "The application must keep the refresh token of each answer, for all its processes together, and send no older one. \
         If it does, somebody else has had the token. The person has to sign in again.",
    ),
    (
        "the refresh token is newer than what is stored, as after a backup was restored",
        "The person has to sign in again. If no backup was restored and no database that lags behind took over, compare the \
         clocks of the nodes.",
    ),
    (
        "the refresh token was exchanged just now, and the reply was repeated several times",
        "Let one process of the application refresh, and share the result.",
    ),
    (
        "the refresh token is unknown or expired, or was issued to another client",
        "The person has to sign in again. Lifetimes are settings of the tenant: `credenza tenant show NAME`.",
    ),
    ("the grant is revoked or expired", "The person has to sign in again."),
    (
        "the client may not use this grant_type",
        "Register it: `credenza client update CLIENT_ID --grant-type GRANT` replaces the list.",
    ),
    (
        "response_type is not one that this client registered",
        "Register it: `credenza client update CLIENT_ID --response-type TYPE` replaces the list.",
    ),
    (
        "the request must be a form of type application/x-www-form-urlencoded",
        "The application must send a form, not JSON and not compressed.",
    ),
    ("invalid_client", "Compare the application's credentials with `credenza client show CLIENT_ID`."),
    ("invalid_grant", "The application must begin again with a new authorization request."),
    (
        "invalid_scope",
        "Compare the scopes that are asked for with those of the client: `credenza client show CLIENT_ID`.",
    ),
    (
        "invalid_target",
        "Compare `resource` with the client's resources, and look whether a client that serves it is enabled.",
    ),
    (
        "invalid_request",
        "The application has to be corrected: the section tells what such a request must have.",
    ),
    (
        "invalid_request_object",
        "The application has to be corrected: the section tells what a request object must have.",
    ),
    (
        "invalid_request_uri",
        "Register the request_uri of the client, and see to it that the provider can fetch it.",
    ),
    ("unauthorized_client", "Compare what the client may do with `credenza client show CLIENT_ID`."),
    (
        "login_required",
        "Nothing is wrong: the application asked without showing a page (prompt=none), and the person is not signed in here. \
         It should ask again with pages.",
    ),
    (
        "consent_required",
        "The application asked without showing a page (prompt=none), and the person has not allowed it this. It should ask \
         again with pages.",
    ),
    ("access_denied", "Nothing is wrong: the person refused."),
    ("temporarily_unavailable", "Try again after the time that Retry-After tells."),
];

/// What to do after that line, one of these.
pub(super) fn after(line: &Line, all: &[Line]) -> Option<String> {
    if line.message == "the client was not authenticated" {
        return Some(about_client(line));
    }
    if line.message == "failed" && line.field("failure") == Some("too busy") {
        return Some(
            "More was asked at this moment than the machine can do, such as checking passwords: try again, and see \
             \"Limits\" on the manual's page on operating."
                .to_owned(),
        );
    }
    if let Some((_, advice)) = MESSAGES.iter().find(|(message, _)| *message == line.message) {
        return Some((*advice).to_owned());
    }
    // Where another line tells more, the code tells nothing new.
    let is_told = |other: &Line| {
        other.message.starts_with("the redirect URI") || other.message.starts_with("the client was")
    };
    if all.iter().any(is_told) {
        return None;
    }
    let of = |field: &str| {
        let value = line.field(field)?;
        REFUSALS.iter().find(|(known, _)| *known == value).map(|(_, advice)| (*advice).to_owned())
    };
    of("reason").or_else(|| of("code"))
}

fn about_client(line: &Line) -> String {
    let id = line.field("client_id").unwrap_or("CLIENT_ID");
    let used = line.field("method_used").unwrap_or_default();
    let Some(registered) = line.field("method_registered") else {
        return format!(
            "Compare client_id, and the issuer's path for the tenant, with `credenza client list`: there is no enabled client \
             {id:?} at this issuer."
        );
    };
    if line.field("fault") == Some(SECRET_EXPIRED) {
        return format!(
            "Give the application its next secret: `credenza client secret create {id}` makes one, and `credenza client secret \
             list {id}` shows when each ends."
        );
    }
    if registered != used {
        return format!(
            "Set the application to {registered}, or register what it uses: `credenza client update {id} \
             --token-endpoint-auth-method {used}`."
        );
    }
    let (exp, nbf, iat) = (seconds(line, "exp"), seconds(line, "nbf"), seconds(line, "iat"));
    let is_early = [nbf, iat].into_iter().flatten().any(|ahead| ahead > LEEWAY);
    if is_early || exp.is_some_and(|ahead| ahead <= -LEEWAY) {
        return format!(
            "Set the clocks of the application and of this machine: they may differ by {LEEWAY} seconds. An assertion must \
             be made anew for each request."
        );
    }
    match registered {
        "none" => format!(
            "Only a client that authenticates may ask here: register a confidential one for the resource server, by \
             `credenza client create`, and leave {id:?} to people's devices."
        ),
        "private_key_jwt" => "Compare the key and the algorithm of the application with its registered jwks or jwks_uri; `aud` \
                              must be the issuer alone, or the token endpoint alone, and `jti` new each time."
            .to_owned(),
        "client_secret_jwt" => "Compare the application's secret; `aud` must be the issuer alone, or the token endpoint alone, \
                                and `jti` new each time."
            .to_owned(),
        _ => format!(
            "Compare the application's secret, also for characters that have to be encoded. One more is made by `credenza \
             client secret create {id}`; by `credenza client update {id} --rotate-secret`, those that it has stop working at \
             once."
        ),
    }
}
