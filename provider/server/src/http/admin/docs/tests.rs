use std::collections::BTreeSet;

use super::*;
use crate::http::admin::table;
use crate::pages::{Frame, Page as _};

fn page() -> String {
    let shown = &*SHOWN;
    let page = Reference {
        frame: Frame { lang: Lang::default(), brand: "Acme", base: "/t/acme", ..Frame::default() },
        issuer: "https://id.example.com/t/acme",
        document: "/t/acme/admin/v1/openapi.json",
        problems_at: "/admin/v1/problems/",
        about: &shown.about,
        groups: &shown.groups,
        schemas: &shown.schemas,
        problems: &shown.problems,
    };
    page.html()
}

/// The values of an attribute.
fn values<'a>(html: &'a str, attribute: &str) -> Vec<&'a str> {
    let begin = format!(" {attribute}=\"");
    html.split(&begin).skip(1).map(|rest| rest.split('"').next().unwrap()).collect()
}

#[test]
fn every_operation_schema_and_problem_is_there_once_and_every_link_leads_somewhere() {
    let html = page();
    let ids = values(&html, "id");
    let known: BTreeSet<_> = ids.iter().copied().collect();
    assert_eq!(known.len(), ids.len(), "an id stands once");
    for operation in table::operations() {
        assert!(known.contains(operation.id), "{}", operation.id);
        assert!(html.contains(operation.scope), "{}", operation.scope);
    }
    for kind in kinds::ALL {
        assert!(known.contains(format!("problem-{}", kind.name).as_str()), "{}", kind.name);
    }
    for href in values(&html, "href").into_iter().filter(|href| href.starts_with('#')) {
        assert!(known.contains(&href[1..]), "{href}");
    }
    assert!(ids.iter().all(|id| !id.contains(char::is_whitespace)), "{ids:?}");
}

#[test]
fn the_page_is_whole_and_needs_no_script_or_style_of_its_own() {
    let html = page();
    assert!(html.starts_with("<!doctype html>") && html.trim_end().ends_with("</html>"));
    for element in ["p", "ul", "li", "dl", "dt", "dd", "pre", "section", "nav", "code", "a"] {
        let open =
            html.matches(&format!("<{element}>")).count() + html.matches(&format!("<{element} ")).count();
        assert_eq!(open, html.matches(&format!("</{element}>")).count(), "{element}");
    }
    assert_eq!(html.matches("<h1>").count(), 1);
    assert!(!html.contains("<script") && !html.contains(" style=") && !html.contains("javascript:"));
    assert!(
        html.contains("curl -X POST 'https://id.example.com/t/acme/admin/v1/users'"),
        "a call that can be copied"
    );
}
