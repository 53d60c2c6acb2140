//! WebFinger (RFC 7033): the issuer of somebody of whom an identifier is known (OpenID Connect Discovery 2).
//!
//! Chart 275: WebFinger (RFC 7033) | the issuer of a host's people, off by default; never tells whether there is an account

use credenza_protocol::tenant::TenantSettings;
use credenza_tests::{Provider, Request, Response};
use serde_json::json;
use url::form_urlencoded;

const REL: &str = "http://openid.net/specs/connect/1.0/issuer";

async fn ask(op: &Provider, base: &str, pairs: &[(&str, &str)]) -> Response {
    let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
    Request::get(op.at(&format!("{base}/.well-known/webfinger?{query}"))).send().await
}

/// What is said of a resource, at the path of the default tenant.
async fn of(op: &Provider, resource: &str) -> Response {
    ask(op, "", &[("resource", resource), ("rel", REL)]).await
}

fn hosts(names: &[&str]) -> impl FnOnce(&mut TenantSettings) {
    let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
    move |settings| settings.webfinger_hosts = names
}

#[tokio::test(flavor = "multi_thread")]
async fn oidc_discovery_2_1_the_issuer_of_an_account_and_of_a_url() {
    let op = Provider::start().await;
    op.change_settings(hosts(&["example.com", "example.com:8080"])).await;
    for resource in [
        "acct:joe@example.com",
        "acct:joe@EXAMPLE.COM",
        "https://example.com/joe",
        "https://example.com:8080/",
    ] {
        let found = of(&op, resource).await;
        assert_eq!(found.status, 200, "{resource}: {}", found.text());
        assert_eq!(found.header("content-type"), "application/jrd+json");
        assert_eq!(found.header("access-control-allow-origin"), "*");
        let link = json!({ "rel": REL, "href": op.issuer });
        assert_eq!(found.json(), json!({ "subject": resource, "links": [link] }));
    }
    // Where that leads to is the issuer's own document.
    let found = of(&op, "acct:joe@example.com").await.json();
    let issuer = found["links"][0]["href"].as_str().unwrap();
    let metadata = Request::get(format!("{issuer}/.well-known/openid-configuration")).send().await;
    assert_eq!(metadata.json()["issuer"], issuer);
}

#[tokio::test(flavor = "multi_thread")]
async fn rfc7033_4_2_what_is_wrong_with_a_request() {
    let op = Provider::start().await;
    op.change_settings(hosts(&["example.com"])).await;
    assert_eq!(of(&op, "acct:joe@example.com").await.status, 200);
    let account = ("resource", "acct:joe@example.com");
    for pairs in
        [&[("rel", REL)][..], &[("resource", "")], &[account, account], &[("resource", "joe@example.com")]]
    {
        ask(&op, "", pairs).await.assert_refused(400, "invalid_request");
    }
    for resource in [
        "acct:joe@other.test",
        "acct:joe@sub.example.com",
        "acct:joe@example.com.other.test",
        "https://example.com:8080/",
        "https://other.test/example.com",
        "https://example.com@other.test/",
        "http://example.com/",
        "mailto:joe@example.com",
    ] {
        let unknown = of(&op, resource).await;
        unknown.assert_refused(404, "not_found");
        assert_eq!(unknown.header("access-control-allow-origin"), "*", "{resource}");
    }
    assert_eq!(Request::form(op.at("/.well-known/webfinger"), &[]).send().await.status, 405);
}

#[tokio::test(flavor = "multi_thread")]
async fn rfc7033_4_3_relations() {
    let op = Provider::start().await;
    op.change_settings(hosts(&["example.com"])).await;
    let links = async |relations: &[&str]| {
        let resource = [("resource", "acct:joe@example.com")];
        let pairs: Vec<_> = resource.into_iter().chain(relations.iter().map(|rel| ("rel", *rel))).collect();
        let found = ask(&op, "", &pairs).await;
        assert_eq!(found.status, 200);
        found.json()["links"].as_array().unwrap().len()
    };
    assert_eq!(links(&[]).await, 1);
    assert_eq!(links(&["author", REL]).await, 1);
    assert_eq!(links(&["author", "http://webfinger.net/rel/avatar"]).await, 0);
}

/// The answer about somebody who has an account is, byte for byte, that about somebody who has none.
#[tokio::test(flavor = "multi_thread")]
async fn it_never_tells_whether_there_is_an_account() {
    let op = Provider::start().await;
    op.change_settings(hosts(&["people.test"])).await;
    op.user("alice").await;
    let mut seen = vec![];
    for name in ["alice", "ALICE", "nobody", "%00", "a+b", &"x".repeat(500)] {
        let found = of(&op, &format!("acct:{name}@people.test")).await;
        let headers = ["content-type", "cache-control", "access-control-allow-origin"]
            .map(|header| found.header(header).to_owned());
        seen.push((found.status, headers, found.text().replace(name, "")));
    }
    seen.dedup();
    assert_eq!(seen.len(), 1, "{seen:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn off_by_default_and_each_tenant_for_its_hosts() {
    let op = Provider::start().await;
    op.tenant("acme").await;
    let resource = "acct:joe@acme.test";
    let fields = [("resource", resource)];
    for base in ["", "/t/acme"] {
        ask(&op, base, &fields).await.assert_refused(404, "not_found");
    }
    op.change_settings_of("acme", hosts(&["acme.test"])).await;
    // Which tenant has which host is looked up every few seconds.
    op.pass(5);
    for base in ["", "/t/acme"] {
        let found = ask(&op, base, &fields).await;
        assert_eq!(found.status, 200, "{base}: {}", found.text());
        assert_eq!(found.json()["links"][0]["href"], format!("{}/t/acme", op.issuer));
    }
    op.change_settings(hosts(&["example.com"])).await;
    ask(&op, "/t/acme", &[("resource", "acct:joe@example.com")]).await.assert_refused(404, "not_found");
    assert_eq!(of(&op, "acct:joe@example.com").await.status, 200);
    assert_eq!(of(&op, resource).await.status, 200);
    // What ends is over at once.
    op.change_settings_of("acme", hosts(&["other.test"])).await;
    of(&op, resource).await.assert_refused(404, "not_found");
    op.change_settings_of("acme", hosts(&["acme.test"])).await;
    assert_eq!(of(&op, resource).await.status, 200);
    let acme = op.tenant_id("acme").await;
    let now = credenza_protocol::time::Time::from_seconds(op.now());
    assert!(op.state.store.tenants.set_disabled(&acme, Some(now)).await.unwrap());
    of(&op, resource).await.assert_refused(404, "not_found");
    assert_eq!(ask(&op, "/t/acme", &fields).await.status, 404);
    assert!(op.state.store.tenants.set_disabled(&acme, None).await.unwrap());
    op.pass(5);
    assert_eq!(of(&op, resource).await.status, 200);
}
