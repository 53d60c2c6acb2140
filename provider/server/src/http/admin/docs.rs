//! `/admin/v1/docs`: the OpenAPI document, for people. It is made once of the document, so that nothing stands on it that is
//! not in that.

mod curl;
mod reading;
mod whole;

use std::sync::LazyLock;

use axum::response::Response;
use http::StatusCode;

use super::{document, kinds};
use crate::http::shared::context::Tenancy;
use crate::http::shared::page::{self, Forms};
use crate::pages::reference::{Group, ProblemEntry, Prose, Reference, SchemaEntry};
use crate::pages::{Frame, Lang};

/// What the page shows of the document.
struct Shown {
    about: Prose,
    groups: Vec<Group>,
    schemas: Vec<SchemaEntry>,
    problems: Vec<ProblemEntry>,
}

static SHOWN: LazyLock<Shown> = LazyLock::new(|| {
    let document = document();
    let problem = |kind: &&kinds::Kind| ProblemEntry {
        name: kind.name.to_owned(),
        status: kind.status,
        meaning: kind.meaning.to_owned(),
    };
    Shown {
        about: reading::prose(document.pointer("/info/description")),
        groups: reading::groups(&document),
        schemas: reading::schemas(&document),
        problems: kinds::ALL.iter().map(problem).collect(),
    }
});

/// The page, with the addresses of this tenant.
pub(super) async fn show(tenancy: Result<Tenancy, Response>) -> Response {
    let Tenancy(context) = match tenancy {
        Ok(tenancy) => tenancy,
        Err(response) => return response,
    };
    let realm = &context.realm;
    let shown = &*SHOWN;
    let page = Reference {
        frame: Frame { here: None, ..page::frame(&context, Lang::default()) },
        issuer: &realm.issuer,
        document: &format!("{}/admin/v1/openapi.json", realm.base),
        problems_at: &format!("{}/admin/v1/problems/", context.state.path()),
        about: &shown.about,
        groups: &shown.groups,
        schemas: &shown.schemas,
        problems: &shown.problems,
    };
    page::html(StatusCode::OK, &page, Forms::Here)
}

#[cfg(test)]
mod tests;
