//! The admin API: `/admin/v1` below the issuer of each tenant, and at the default tenant what is about the installation.
//!
//! Every operation is one [`operation::Operation`]: its path, who may call it, its description and what it does. The routes
//! and the OpenAPI document are made of the same table. A request goes through [`entry`], the one way in.
//!
//! | file | holds |
//! |---|---|
//! | `table` | every operation |
//! | `account` | the account API, `/api/v1`, which is made of the same parts: what people do with their own account |
//! | `clients`, `users`, … | the operations of a noun: they parse, call the use case in [`crate::admin`], and answer |
//! | `entry`, `call` | the way in, and what an operation sees of a request |
//! | `problem`, `kinds` | what is wrong with a request (RFC 9457) |
//! | `precondition`, `page`, `reply` | versions, lists and answers |
//! | `nulls` | members of a change that name nothing |
//! | `openapi`, `document`, `docs` | the description of it all, and the page that shows it |
//! | `wire` | what the command line uses from afar: the same table, and the same forms of requests and answers |

mod account;
mod admin_roles;
mod approvals;
mod authenticators;
mod call;
mod client_keys;
mod client_secrets;
mod clients;
mod devices;
mod docs;
mod document;
mod entry;
mod events;
mod grants;
mod groups;
mod invitations;
mod keys;
mod kinds;
mod lines;
mod nulls;
mod openapi;
mod operation;
mod page;
mod precondition;
mod problem;
mod registration_tokens;
mod reply;
mod resource_secrets;
mod resources;
mod roles;
mod sessions;
mod set_up;
mod sign_in_links;
mod still;
mod table;
mod tenants;
mod user_deletions;
mod user_export;
mod user_import;
mod user_lockout;
mod user_search;
mod users;
mod webhook_deliveries;
mod webhook_secrets;
mod webhooks;
pub(crate) mod wire;

use axum::Router;
use axum::extract::{RawPathParams, Request, State as Shared};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{any, get, on};
use http::header::{CACHE_CONTROL, CONTENT_TYPE};

use self::operation::Place;
use self::problem::Problem;
use crate::http::shared::context::Tenancy;
use crate::state::State;
use crate::telemetry::RequestId;

pub use document::document;
pub(crate) use problem::wording;

/// The paths of the admin API of a tenant.
pub(super) fn of_tenant() -> Router<State> {
    let router = Router::new()
        .route("/admin/v1/openapi.json", get(describe))
        .route("/admin/v1/docs", get(docs::show))
        .route("/admin/v1/{*rest}", any(unknown));
    routes(router, Place::Tenant)
}

/// The paths of the account API of a tenant.
pub(super) fn of_account() -> Router<State> {
    routes(Router::new().route("/api/v1/{*rest}", any(unknown)), Place::Account)
}

/// The paths about the installation, which are there at the default tenant alone.
pub(super) fn of_installation() -> Router<State> {
    routes(Router::new().route("/admin/v1/problems/{name}", get(explain)), Place::Installation)
}

fn routes(router: Router<State>, place: Place) -> Router<State> {
    let here = table::operations().filter(|operation| operation.place == place);
    let router = here.fold(router, |router, operation| {
        let path = format!("{}{}", operation.place.base(), operation.path);
        let serve =
            move |Shared(state): Shared<State>, request: Request| entry::serve(operation, state, request);
        router.route(&path, on(operation.method.filter(), serve))
    });
    router.method_not_allowed_fallback(not_allowed)
}

/// The OpenAPI document, with the addresses of this tenant.
async fn describe(tenancy: Result<Tenancy, Response>) -> Response {
    let Tenancy(context) = match tenancy {
        Ok(tenancy) => tenancy,
        Err(response) => return response,
    };
    let text = document::for_issuer(&context.realm.issuer);
    ([(CONTENT_TYPE, "application/json"), (CACHE_CONTROL, "no-store")], text).into_response()
}

/// The page about a kind of problem.
async fn explain(Shared(state): Shared<State>, path: RawPathParams, request: Request) -> Response {
    let name = path.iter().find(|(name, _)| *name == "name").map(|(_, name)| name).unwrap_or_default();
    let Some(kind) = kinds::ALL.iter().find(|kind| kind.name == name) else {
        return refused(&state, &request, Problem::NotFound);
    };
    let text = format!("{} ({})\n\n{}\n", kind.title, kind.status, kind.meaning);
    ([(CONTENT_TYPE, "text/plain; charset=utf-8"), (CACHE_CONTROL, "no-store")], text).into_response()
}

async fn unknown(Shared(state): Shared<State>, request: Request) -> Response {
    refused(&state, &request, Problem::NotFound)
}

async fn not_allowed(Shared(state): Shared<State>, request: Request) -> Response {
    refused(&state, &request, Problem::MethodNotAllowed)
}

fn refused(state: &State, request: &Request, problem: Problem) -> Response {
    let support_code = request.extensions().get::<RequestId>().map(ToString::to_string).unwrap_or_default();
    problem.response(&problem::Place { state, issuer: &state.issuer, support_code })
}
