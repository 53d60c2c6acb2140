//! Chart 869

use credenza_tests::{Provider, Request};

/// Values of an attribute.
fn values<'a>(html: &'a str, attribute: &str) -> Vec<&'a str> {
    let begin = format!(" {attribute}=\"");
    html.split(&begin).skip(1).map(|rest| rest.split('"').next().unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn people_read_the_document_on_a_page_of_each_tenant() {
    let op = Provider::start().await;
    op.tenant("acme").await;
    for base in ["", "/t/acme"] {
        let page = Request::get(op.at(&format!("{base}/admin/v1/docs"))).send().await;
        assert_eq!(page.status, 200);
        assert_eq!(page.header("content-type"), "text/html; charset=utf-8");
        let policy = page.header("content-security-policy").to_owned();
        assert!(policy.starts_with("default-src 'none'; style-src 'self'"), "{policy}");
        assert!(!policy.contains("script-src") && !policy.contains("unsafe"), "{policy}");
        let html = page.text();
        assert!(html.contains(&format!("curl '{}{base}/admin/v1/users'", op.issuer)), "its own address");
        assert!(!html.contains("<script") && !html.contains(" style="));
        let document = Request::get(op.at(&format!("{base}/admin/v1/openapi.json"))).send().await.json();
        for methods in document["paths"].as_object().unwrap().values() {
            for operation in methods.as_object().unwrap().values() {
                let id = operation["operationId"].as_str().unwrap();
                assert!(html.contains(&format!(" id=\"{id}\"")), "{id}");
            }
        }
        for href in values(&html, "href").into_iter().filter(|href| href.starts_with('/')) {
            let target = Request::get(op.at(href)).send().await;
            assert_eq!(target.status, 200, "{href}");
        }
        let other = Request::new("POST", op.at(&format!("{base}/admin/v1/docs"))).send().await;
        other.assert_problem(405, "method-not-allowed");
    }
    assert_eq!(Request::get(op.at("/t/nobody/admin/v1/docs")).send().await.status, 404);
}
