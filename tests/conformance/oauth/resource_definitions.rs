//! Chart 853: Resources as nouns (RFC 8707) | scopes in words on the consent page, lifetime and form of tokens, closed by an operator

use credenza_protocol::admin_roles::everything;
use credenza_protocol::client::AccessTokenFormat;
use credenza_tests::{Administrator, Browser, Provider, RelyingParty, Response, Step, Tokens, setup};
use serde_json::{Value, json};

const API: &str = "https://api.test/";
const OTHER: &str = "https://other.test/";
/// [`API`] as a part of a path.
const ONE: &str = "/resources/https%3A%2F%2Fapi.test%2F";

async fn operator(op: &Provider) -> Administrator {
    Administrator::service(op, &everything().to_string()).await
}

async fn describe(op: &Provider, who: &Administrator, body: Value) -> Response {
    let made = who.post(op, "/resources", &body).await;
    assert_eq!(made.status, 201, "{}", made.text());
    made
}

/// A token that the client asks for in its own name.
async fn machine(op: &Provider, rp: &RelyingParty, resources: &[&str]) -> Response {
    let mut fields = vec![("grant_type", "client_credentials"), ("scope", "api:read")];
    fields.extend(resources.iter().map(|resource| ("resource", *resource)));
    rp.token(op, &fields).await
}

#[tokio::test(flavor = "multi_thread")]
async fn tokens_are_as_their_resource_has_them() {
    let (op, alice, rp) = setup().await;
    let who = operator(&op).await;
    let before = machine(&op, &rp, &[API]).await.json();
    assert_eq!(before["expires_in"], 600);
    let short = json!({ "resource": API, "access_token_lifetime": 60, "access_token_format": "opaque" });
    describe(&op, &who, short).await;
    for (resources, lifetime, is_jwt) in
        [(&[API][..], 60, false), (&[OTHER][..], 600, true), (&[API, OTHER][..], 60, false)]
    {
        let answer = machine(&op, &rp, resources).await.json();
        let token = answer["access_token"].as_str().unwrap();
        assert_eq!(
            (answer["expires_in"].as_i64(), token.contains('.')),
            (Some(lifetime), is_jwt),
            "{resources:?}"
        );
    }
    // Whoever serves it introspects it, and a person's token is no other.
    let api = RelyingParty::register(&op, |client| client.serves = vec![API.to_owned()]).await;
    let authorization = rp.authorization().with("scope", "openid api:read").and("resource", API);
    let tokens = rp.sign_in_with(&op, &alice, &mut Browser::new(), authorization).await;
    assert!(!tokens.access_token.contains('.'));
    let told = api.introspect(&op, &tokens.access_token).await;
    assert_eq!((&told["active"], &told["sub"]), (&json!(true), &json!(alice.user_id.as_str())));
    op.pass(60);
    assert_eq!(api.introspect(&op, &tokens.access_token).await["active"], false);
    // A client whose tokens are opaque gets a JWT where the resource wants one.
    let who = operator(&op).await;
    let changed = who.patch(&op, ONE, "*", &json!({ "access_token_format": "jwt" })).await;
    assert_eq!(changed.status, 200, "{}", changed.text());
    let opaque = RelyingParty::of_format(&op, AccessTokenFormat::Opaque).await;
    for (resource, is_jwt) in [(API, true), (OTHER, false)] {
        let token = Tokens::of(&machine(&op, &opaque, &[resource]).await).access_token;
        assert_eq!(token.contains('.'), is_jwt, "{resource}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn people_read_what_a_scope_means() {
    let (op, alice, rp) = setup().await;
    let who = operator(&op).await;
    let scopes = json!([{ "scope": "api:read", "description": "Read <your> reports" }]);
    describe(&op, &who, json!({ "resource": API, "scopes": scopes })).await;
    let shown = async |resource: &str| {
        let mut browser = Browser::new();
        let request = rp.authorization().with("scope", "openid api:read api:write").and("resource", resource);
        let page = request.open(&op, &mut browser).await;
        let page = browser.sign_in(&op, &page, &alice).await;
        assert_eq!(page.step(), Step::Consent);
        page.response.text()
    };
    let described = shown(API).await;
    assert!(described.contains("<li>Read ") && described.contains(" reports</li>"), "{described}");
    assert!(!described.contains("<your>"), "{described}");
    assert!(!described.contains("<li>api:read</li>") && described.contains("<li>api:write</li>"));
    // At another resource the same word may mean something else.
    let plain = shown(OTHER).await;
    assert!(plain.contains("<li>api:read</li>") && !plain.contains("reports"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_resource_that_is_closed_gets_no_tokens() {
    let (op, _, rp) = setup().await;
    let who = operator(&op).await;
    describe(&op, &who, json!({ "resource": API })).await;
    assert_eq!(machine(&op, &rp, &[API]).await.status, 200);
    assert_eq!(who.patch(&op, ONE, "*", &json!({ "disabled": true })).await.json()["disabled"], true);
    machine(&op, &rp, &[API]).await.assert_refused(400, "invalid_target");
    machine(&op, &rp, &[OTHER, API]).await.assert_refused(400, "invalid_target");
    assert_eq!(machine(&op, &rp, &[OTHER]).await.status, 200);
    let request = rp.authorization().and("resource", API);
    request.assert_refused(&op, &mut Browser::new(), "invalid_target").await;
    assert_eq!(who.patch(&op, ONE, "*", &json!({ "disabled": false })).await.status, 200);
    assert_eq!(machine(&op, &rp, &[API]).await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn resources_are_listed_changed_and_forgotten() {
    let op = Provider::start().await;
    let who = operator(&op).await;
    let made = describe(&op, &who, json!({ "resource": API, "name": "API" })).await;
    let location = made.header("location").replace("https:%2F", "https%3A%2F");
    assert!(location.ends_with(ONE), "{location}");
    who.post(&op, "/resources", &json!({ "resource": API })).await.assert_problem(409, "taken");
    describe(&op, &who, json!({ "resource": OTHER })).await;
    let first = who.get(&op, "/resources?limit=1").await.json();
    assert_eq!(first["items"][0]["resource"], API);
    let cursor = first["next_cursor"].as_str().unwrap();
    let rest = who.get(&op, &format!("/resources?limit=1&cursor={cursor}")).await.json();
    assert_eq!((&rest["items"][0]["resource"], rest.get("next_cursor")), (&json!(OTHER), None));
    let read = who.get(&op, ONE).await;
    assert_eq!(read.json()["name"], "API");
    let etag = read.header("etag").to_owned();
    assert_eq!(who.patch(&op, ONE, &etag, &json!({ "name": "The API" })).await.json()["name"], "The API");
    who.patch(&op, ONE, &etag, &json!({ "name": "x" })).await.assert_problem(412, "stale");
    for (changes, pointer) in [
        (json!({ "resource": OTHER }), "/resource"),
        (json!({ "access_token_lifetime": 0 }), "/access_token_lifetime"),
        (json!({ "scopes": [{ "scope": "openid", "description": "x" }] }), "/scopes"),
        (json!({ "scopes": [{ "scope": "api:read" }] }), "/scopes/0"),
        (json!({ "access_token_format": "paper" }), "/access_token_format"),
    ] {
        let answer = who.patch(&op, ONE, "*", &changes).await;
        answer.assert_problem(422, "invalid-values");
        assert_eq!(answer.json()["errors"][0]["pointer"], pointer, "{}", answer.text());
    }
    // Another tenant has its own.
    op.tenant("acme").await;
    let theirs = Administrator::service_of(&op, "acme", &everything().to_string()).await;
    theirs.get(&op, ONE).await.assert_problem(404, "not-found");
    assert_eq!(theirs.get(&op, "/resources").await.json()["items"], json!([]));
    assert_eq!(who.delete(&op, ONE, "*").await.status, 204);
    who.get(&op, ONE).await.assert_problem(404, "not-found");
}
