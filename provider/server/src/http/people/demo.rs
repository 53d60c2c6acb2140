//! `/demo`: the demo application, which only `credenza dev` serves.

use std::collections::HashMap;
use std::sync::Arc;

use axum::extract::Query;
use axum::extract::Request;
use axum::middleware::{self, Next};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use axum::{Extension, Router};
use http::StatusCode;
use http::header::{CONTENT_TYPE, HOST};
use url::{Host, Url};

use super::not_found;
use crate::context::Context;
use crate::demo::{Demo, SPA_CLIENT_ID};
use crate::http::shared::browser::BrowserHeaders;
use crate::http::shared::context::Tenancy;
use crate::http::shared::page::{self, Forms};
use crate::http::shared::reply;
use crate::mail::{Inbox, Mailer};
use crate::pages::{DemoHome, DemoInbox, DemoMail, DemoResult, DemoSpa, Frame, MODULE_CSP};
use crate::state::State;

/// The demo, and the provider that it is a client of.
struct AtProvider {
    demo: Demo,
    provider: Router,
}

/// Its paths, at names of this machine alone. `provider` is the router without them.
pub(crate) fn routes(demo: Demo, provider: Router) -> Router<State> {
    Router::new()
        .route("/demo", get(home))
        .route("/demo/login", get(login))
        .route("/demo/callback", get(callback))
        .route("/demo/inbox", get(inbox))
        .route("/demo/spa", get(spa))
        .route("/demo/spa.js", get(spa_script))
        .layer(Extension(Arc::new(AtProvider { demo, provider })))
        .route_layer(middleware::from_fn(at_loopback))
}

/// The demo shows a password to whoever asks. A page of another site can have its own name resolve to this machine, and
/// then reads what it likes as its own; but the browser says by which name it came.
async fn at_loopback(request: Request, next: Next) -> Response {
    let header = request.headers().get(HOST).and_then(|host| host.to_str().ok());
    let named = request.uri().authority().map(|authority| authority.as_str()).or(header);
    if named.is_some_and(is_loopback) {
        return next.run(request).await;
    }
    let why = "The demo shows a password, so it answers only at a name of this machine: localhost, 127.0.0.1 or [::1].\n";
    (StatusCode::MISDIRECTED_REQUEST, why).into_response()
}

/// Whether that is a name of this machine, with a port or without.
fn is_loopback(authority: &str) -> bool {
    let url = Url::parse(&format!("http://{authority}/")).ok();
    match url.as_ref().filter(|url| url.path() == "/").and_then(Url::host) {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

async fn home(
    Tenancy(context): Tenancy,
    Extension(at): Extension<Arc<AtProvider>>,
    headers: BrowserHeaders,
) -> Response {
    let inbox_path = format!("{}/demo/inbox", context.realm.base);
    let page = DemoHome {
        frame: page::frame(&context, headers.lang(None)),
        issuer: &context.realm.issuer,
        username: &at.demo.username,
        password: &at.demo.password,
        login_path: &format!("{}/demo/login", context.realm.base),
        spa_path: &format!("{}/demo/spa", context.realm.base),
        inbox_path: inbox_of(&context).map(|_| &*inbox_path),
    };
    page::html(StatusCode::OK, &page, Forms::Here)
}

/// The application in the browser. Its address is where its answers arrive, too.
async fn spa(Tenancy(context): Tenancy, headers: BrowserHeaders) -> Response {
    let base = &context.realm.base;
    let page = DemoSpa {
        // Its policy lets no form out.
        frame: Frame { here: None, ..page::frame(&context, headers.lang(None)) },
        issuer: &context.realm.issuer,
        client_id: SPA_CLIENT_ID,
        script_path: &format!("{base}/demo/spa.js"),
        home_path: &format!("{base}/demo"),
    };
    page::under(MODULE_CSP, StatusCode::OK, &page)
}

/// Its script. It is no part of what the provider serves elsewhere.
async fn spa_script() -> Response {
    let script = include_str!("../../../assets/browser/demo_spa.js");
    ([(CONTENT_TYPE, "text/javascript; charset=utf-8")], script).into_response()
}

/// The mails that were sent, where they stay in memory.
async fn inbox(Tenancy(context): Tenancy, headers: BrowserHeaders) -> Response {
    let lang = headers.lang(None);
    let Some(inbox) = inbox_of(&context) else { return not_found::page(&context, lang) };
    let kept = inbox.newest_first();
    let mails = kept.iter().map(|mail| DemoMail {
        to: &mail.to,
        lang: &mail.lang,
        subject: &mail.subject,
        text: &mail.text,
    });
    let page = DemoInbox { frame: page::frame(&context, lang), mails: mails.collect() };
    page::html(StatusCode::OK, &page, Forms::Here)
}

fn inbox_of(context: &Context) -> Option<&Inbox> {
    context.state.mail.as_ref().and_then(Mailer::inbox)
}

async fn login(
    Tenancy(context): Tenancy,
    Extension(at): Extension<Arc<AtProvider>>,
    headers: BrowserHeaders,
) -> Response {
    match at.demo.begin(at.provider.clone(), &context.realm.issuer).await {
        Ok(url) => reply::see_other(url.as_str()),
        Err(error) => {
            let lang = headers.lang(None);
            let explanation = lang.texts().demo.not_begun;
            page::stopped_in_detail(&context, lang, StatusCode::BAD_GATEWAY, explanation, &error.to_string())
        }
    }
}

async fn callback(
    Tenancy(context): Tenancy,
    Extension(at): Extension<Arc<AtProvider>>,
    headers: BrowserHeaders,
    Query(answer): Query<HashMap<String, String>>,
) -> Response {
    let signed_in = match at.demo.finish(at.provider.clone(), &context.realm.issuer, &answer).await {
        Ok(signed_in) => signed_in,
        Err(error) => {
            let lang = headers.lang(None);
            let (status, explanation) = (StatusCode::BAD_REQUEST, lang.texts().demo.not_finished);
            return page::stopped_in_detail(&context, lang, status, explanation, &error.to_string());
        }
    };
    let mut logout = url::form_urlencoded::Serializer::new(String::new());
    logout.append_pair("id_token_hint", &signed_in.id_token_hint);
    logout.append_pair("post_logout_redirect_uri", &format!("{}/demo", context.realm.issuer));
    let page = DemoResult {
        // The code in its address is spent.
        frame: Frame { here: None, ..page::frame(&context, headers.lang(None)) },
        checks: signed_in.checks,
        id_token_header: signed_in.id_token.0,
        id_token_claims: signed_in.id_token.1,
        access_token_header: signed_in.access_token.0,
        access_token_claims: signed_in.access_token.1,
        userinfo: signed_in.userinfo,
        logout_path: &format!("{}/logout?{}", context.realm.base, logout.finish()),
        raw_refresh_present: signed_in.has_refresh_token,
    };
    page::html(StatusCode::OK, &page, Forms::Here)
}

#[cfg(test)]
mod tests {
    use super::is_loopback;

    #[test]
    fn names_of_this_machine() {
        for own in
            ["localhost", "LOCALHOST:8080", "127.0.0.1", "127.0.0.1:8080", "127.9.8.7", "[::1]", "[::1]:8080"]
        {
            assert!(is_loopback(own), "{own}");
        }
        for other in [
            "",
            "evil.test",
            "evil.test:8080",
            "localhost.evil.test",
            "127.0.0.1.evil.test",
            "localhost@evil.test",
            "evil.test/localhost",
            "0.0.0.0",
            "192.168.0.1",
            "[::]",
            "[fe80::1]",
            "::1",
        ] {
            assert!(!is_loopback(other), "{other}");
        }
    }
}
