//! `/`: what this is and where to go.

use axum::response::Response;
use http::StatusCode;

use crate::http::shared::browser::BrowserHeaders;
use crate::http::shared::context::Tenancy;
use crate::http::shared::page::{self, Forms};
use crate::http::shared::reply;
use crate::pages::Home;

/// The page, or a redirect to where people of the tenant begin.
pub(crate) async fn show(Tenancy(context): Tenancy, headers: BrowserHeaders) -> Response {
    let realm = &context.realm;
    if let Some(uri) = &realm.tenant.settings.home_uri {
        return reply::see_other(uri);
    }
    let page = Home {
        frame: page::frame(&context, headers.lang(None)),
        issuer: &realm.issuer,
        account: &format!("{}/account", realm.base),
        metadata: &format!("{}/.well-known/openid-configuration", realm.base),
    };
    page::html(StatusCode::OK, &page, Forms::Here)
}
