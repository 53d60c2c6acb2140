//! OAuth 2.0 Dynamic Client Registration (RFC 7591).
//!
//! Chart 300: Dynamic registration (RFC 7591, OpenID Connect Registration) | closed until the tenant says so; by initial access token or open; software statements; clients never used are swept

use std::collections::BTreeSet;

use credenza::clock::Clock as _;
use credenza_protocol::client_auth::AuthMethod;
use credenza_protocol::ids::ClientId;
use credenza_protocol::scope::Scope;
use credenza_protocol::tenant::Registration;
use credenza_tests::{Browser, Provider, Registrant, Request, at_once, merged, names_of, web_client};
use serde_json::{Value, json};

/// Registers [`web_client`] with these members, and asserts this refusal and that nothing is stored.
async fn refused(op: &Provider, members: Value, code: &str) {
    let before = op.clients().await;
    let response = op.registration(&merged(web_client(), members.clone())).send().await;
    assert_eq!((response.status.as_u16(), response.error()), (400, code.to_owned()), "{members}");
    response.assert_refused(400, code);
    assert_eq!(response.header("content-type"), "application/json");
    let text = response.json()["error_description"].as_str().unwrap().to_owned();
    assert!(text.chars().all(|c| (' '..='~').contains(&c) && c != '"' && c != '\\'), "{text}");
    assert_eq!(op.clients().await, before, "{members}");
}

#[tokio::test(flavor = "multi_thread")]
async fn rfc7591_3_2_1_a_client_gets_its_credentials_and_all_that_is_registered() {
    let op = Provider::open_to_clients().await;
    let client = Registrant::with(&op, json!({ "scope": "openid email" })).await;
    let id = client.get("client_id");
    assert_eq!(client.answer["client_id_issued_at"], op.now());
    assert_eq!(client.answer["client_secret_expires_at"], 0);
    assert_eq!(client.get("client_secret").len(), 43);
    assert_eq!(client.get("registration_client_uri"), format!("{}/register/{id}", op.issuer));
    assert_eq!(client.get("registration_access_token").len(), 43);
    for (name, value) in [
        ("client_name", json!("My app")),
        ("redirect_uris", json!(["https://rp.test/callback"])),
        ("grant_types", json!(["authorization_code"])),
        ("response_types", json!(["code"])),
        ("token_endpoint_auth_method", json!("client_secret_basic")),
        ("application_type", json!("web")),
        ("scope", json!("openid email")),
        ("id_token_signed_response_alg", json!("RS256")),
        ("subject_type", json!("public")),
    ] {
        assert_eq!(client.answer[name], value, "{name}");
    }
    for ours in
        ["consent", "resources", "serves", "roles", "claim_mappings", "brand", "access_token_format", "epoch"]
    {
        assert!(client.answer.get(ours).is_none(), "{ours}");
    }
    let rp = client.relying_party();
    let (alice, mut browser) = (op.user("alice").await, Browser::new());
    let request = rp.authorization().with("scope", "openid email");
    assert!(rp.sign_in_with(&op, &alice, &mut browser, request).await.id_token.is_some());
}

#[tokio::test(flavor = "multi_thread")]
async fn rfc7591_2_each_method_of_authentication_has_the_secret_that_it_needs() {
    let op = Provider::open_to_clients().await;
    for (method, length) in
        [("client_secret_basic", 43), ("client_secret_post", 43), ("client_secret_jwt", 86), ("none", 0)]
    {
        let client = Registrant::with(&op, json!({ "token_endpoint_auth_method": method })).await;
        assert_eq!(client.get("token_endpoint_auth_method"), method);
        let secret = client.answer.get("client_secret").and_then(Value::as_str);
        assert_eq!(secret.map_or(0, str::len), length, "{method}");
        assert_eq!(client.answer.get("client_secret_expires_at").is_some(), length > 0, "{method}");
        let rp = client.relying_party();
        if matches!(rp.client.token_endpoint_auth_method, AuthMethod::ClientSecretJwt) {
            continue;
        }
        // The client is authenticated: only the code is wrong.
        rp.redeem(&op, "wrong").await.assert_refused(400, "invalid_grant");
    }
    refused(&op, json!({ "token_endpoint_auth_method": "private_key_jwt" }), "invalid_client_metadata").await;
    for unknown in ["tls_client_auth", "Client_Secret_Basic"] {
        refused(&op, json!({ "token_endpoint_auth_method": unknown }), "invalid_client_metadata").await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn rfc7591_2_redirect_uris_are_needed_and_held_to_their_rules() {
    let op = Provider::open_to_clients().await;
    for uris in [
        json!(null),
        json!([]),
        json!(["https://rp.test/cb#fragment"]),
        json!(["https://rp.test/cb#"]),
        json!(["http://rp.test/cb"]),
        json!(["http://192.168.1.20/cb"]),
        json!(["http://nas.local/cb"]),
        json!(["/callback"]),
        json!(["https://user@rp.test/cb"]),
        json!(["https://rp.test/../cb"]),
        json!(["https://rp.test/cb?code=x"]),
        json!(["https://rp.test/cb", "http://rp.test/cb"]),
        json!(["https://*.rp.test/cb"]),
        json!(["https://rp.test/*"]),
        json!(["https://rp.test/a,https://rp.test/b"]),
    ] {
        refused(&op, json!({ "redirect_uris": uris }), "invalid_redirect_uri").await;
    }
    // Of a client that says it is one of the web.
    for uri in ["http://localhost:8080/cb", "http://127.0.0.1/cb", "com.example.app:/cb", "cursor://x/cb"] {
        let web = json!({ "application_type": "web", "redirect_uris": [uri] });
        refused(&op, web, "invalid_redirect_uri").await;
    }
    for good in
        [json!(["https://rp.test/cb?foo=bar"]), json!(["https://localhost:8443/cb", "https://b.test/"])]
    {
        let client = Registrant::with(&op, json!({ "redirect_uris": good })).await;
        assert_eq!(client.answer["redirect_uris"], good);
    }
    let native = json!([
        "com.example.app:/cb",
        "cursor://x/cb",
        "http://127.0.0.1/cb",
        "http://localhost:1234/cb",
        "https://rp.test/",
    ]);
    for said in [json!("native"), json!(null), json!("")] {
        let client =
            Registrant::with(&op, json!({ "application_type": said, "redirect_uris": native })).await;
        assert_eq!(client.answer["redirect_uris"], native);
        assert_eq!(client.get("application_type"), "native");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn rfc7591_2_members_have_their_types_and_null_is_absent() {
    let op = Provider::open_to_clients().await;
    for members in [
        json!({ "redirect_uris": "https://rp.test/callback" }),
        json!({ "redirect_uris": [1] }),
        json!({ "client_name": 7 }),
        json!({ "client_name": ["x"] }),
        json!({ "grant_types": "authorization_code" }),
        json!({ "grant_types": [null] }),
        json!({ "response_types": { "code": true } }),
        json!({ "contacts": "a@rp.test" }),
        json!({ "require_auth_time": "true" }),
        json!({ "require_auth_time": 1 }),
        json!({ "default_max_age": "60" }),
        json!({ "default_max_age": -1 }),
        json!({ "default_max_age": 1.5 }),
        json!({ "scope": ["openid"] }),
        json!({ "scope": "a\"b" }),
        json!({ "jwks": "x" }),
        json!({ "jwks": [] }),
        json!({ "jwks_uri": 1 }),
        json!({ "software_id": {} }),
        json!({ "client_name": "a\u{0}b" }),
        json!({ "client_name": " " }),
        json!({ "client_name": "x".repeat(201) }),
        json!({ "contacts": vec!["a@rp.test"; 51] }),
        json!({ "request_uris": ["https://rp.test/".to_owned() + &"x".repeat(2048)] }),
    ] {
        refused(&op, members, "invalid_client_metadata").await;
    }
    let mut nothing = web_client();
    let names = ["contacts", "jwks", "default_max_age", "require_auth_time", "scope", "logo_uri"];
    let empty = |value: Value| names.iter().map(move |name| ((*name).to_owned(), value.clone()));
    nothing.as_object_mut().unwrap().extend(empty(Value::Null));
    nothing["grant_types"] = Value::Null;
    let mut blank = web_client();
    blank.as_object_mut().unwrap().extend(empty(json!("")).skip(1));
    blank["contacts"] = json!([""]);
    for nothing in [nothing, blank] {
        let client = Registrant::of(&op.registration(&nothing).send().await);
        assert_eq!(client.answer["grant_types"], json!(["authorization_code"]));
        assert_eq!(client.get("scope"), "openid profile email address phone offline_access");
        assert!(client.answer.get("logo_uri").is_none() && client.answer.get("contacts").is_none());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn rfc7591_2_what_is_unknown_is_neither_refused_nor_kept() {
    let op = Provider::open_to_clients().await;
    let client = Registrant::with(
        &op,
        json!({
            "contacts": ["ops@rp.test"], "client_name#de": "Meine App", "frobnicate": { "a": [1] }, "": "",
            "client_id": "of-my-choice", "client_secret": "of-my-choice", "client_id_issued_at": 1,
        }),
    )
    .await;
    assert_eq!(client.answer["contacts"], json!(["ops@rp.test"]));
    assert_ne!(client.get("client_id"), "of-my-choice");
    assert_ne!(client.get("client_secret"), "of-my-choice");
    let names = names_of(&client.answer);
    assert!(!names.contains("frobnicate") && !names.contains("client_name#de"), "{names:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn rfc7591_2_1_grants_and_response_types_go_together() {
    let op = Provider::open_to_clients().await;
    for (said, grants, types) in [
        (json!({}), json!(["authorization_code"]), json!(["code"])),
        (
            json!({ "grant_types": ["authorization_code", "refresh_token"] }),
            json!(["authorization_code", "refresh_token"]),
            json!(["code"]),
        ),
        (json!({ "response_types": ["id_token"] }), json!(["implicit"]), json!(["id_token"])),
        (
            json!({ "response_types": ["token code id_token"] }),
            json!(["authorization_code", "implicit"]),
            json!(["code id_token token"]),
        ),
        (
            json!({ "grant_types": ["implicit"], "response_types": ["token id_token", "id_token token"] }),
            json!(["implicit"]),
            json!(["id_token token"]),
        ),
        // More grants than needed do no harm.
        (
            json!({ "grant_types": ["authorization_code", "implicit"], "response_types": ["code"] }),
            json!(["authorization_code", "implicit"]),
            json!(["code"]),
        ),
    ] {
        let client = Registrant::with(&op, said.clone()).await;
        assert_eq!(
            (&client.answer["grant_types"], &client.answer["response_types"]),
            (&grants, &types),
            "{said}"
        );
    }
    for members in [
        json!({ "grant_types": ["implicit"], "response_types": ["code"] }),
        json!({ "grant_types": ["implicit"] }),
        json!({ "grant_types": ["implicit", "password"], "response_types": ["code"] }),
        json!({ "grant_types": ["authorization_code"], "response_types": ["id_token"] }),
        json!({ "grant_types": ["authorization_code"], "response_types": ["code id_token"] }),
        json!({ "grant_types": ["implicit"], "response_types": ["code id_token"] }),
        json!({ "grant_types": ["refresh_token"] }),
        json!({ "grant_types": [] }),
        json!({ "response_types": [] }),
        json!({ "response_types": ["token"] }),
        json!({ "response_types": ["none"] }),
        json!({ "grant_types": ["password"] }),
    ] {
        refused(&op, members, "invalid_client_metadata").await;
    }
    op.change_settings(|settings| settings.front_channel_tokens = false).await;
    for response_type in ["id_token", "id_token token", "code token"] {
        refused(&op, json!({ "response_types": [response_type] }), "invalid_client_metadata").await;
    }
    refused(&op, json!({ "grant_types": ["implicit"] }), "invalid_client_metadata").await;
    let both =
        json!({ "grant_types": ["authorization_code", "implicit"], "response_types": ["id_token", "code"] });
    let client = Registrant::with(&op, both).await;
    assert_eq!(client.answer["grant_types"], json!(["authorization_code"]));
    assert_eq!(client.answer["response_types"], json!(["code"]));
    Registrant::with(&op, json!({ "response_types": ["code"] })).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn rfc7591_3_the_policy_of_the_tenant_decides_who_registers() {
    let op = Provider::start().await;
    let register = |token: Option<&str>| {
        let request = op.registration(&web_client());
        let request = match token {
            Some(token) => request.bearer(token),
            None => request,
        };
        request.send()
    };
    let token = op.initial_access_token(Some(2)).await;
    // Closed, which is how a tenant begins (A103).
    assert!(op.metadata().await.get("registration_endpoint").is_none());
    register(None).await.assert_refused(403, "access_denied");
    register(Some(&token)).await.assert_refused(403, "access_denied");

    op.change_settings(|settings| settings.registration = Registration::Token).await;
    assert_eq!(op.metadata().await["registration_endpoint"], format!("{}/register", op.issuer));
    let missing = register(None).await;
    assert_eq!((missing.status.as_u16(), missing.text().as_str()), (401, ""));
    assert_eq!(missing.header("www-authenticate"), format!("Bearer realm=\"{}\"", op.issuer));
    let wrong = register(Some("wrong")).await;
    wrong.assert_refused(401, "invalid_token");
    assert!(wrong.header("www-authenticate").contains("error=\"invalid_token\""));
    let in_query = Request::post(
        op.at(&format!("/register?access_token={token}")),
        "application/json",
        web_client().to_string(),
    );
    in_query.send().await.assert_refused(400, "invalid_request");
    // A refused registration does not count as a use of the token.
    let bad = op.registration(&json!({ "redirect_uris": [] })).bearer(&token).send().await;
    bad.assert_refused(400, "invalid_redirect_uri");
    Registrant::of(&register(Some(&token)).await);
    Registrant::of(&register(Some(&token)).await);
    register(Some(&token)).await.assert_refused(401, "invalid_token");

    op.change_settings(|settings| settings.registration = Registration::Open).await;
    Registrant::of(&register(None).await);
    // An invalid token is refused even where none is needed.
    register(Some(&token)).await.assert_refused(401, "invalid_token");
    assert_eq!(op.clients().await, 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn rfc7591_3_1_the_body_is_one_json_object() {
    let op = Provider::open_to_clients().await;
    let good = web_client().to_string();
    let uris = r#""redirect_uris":["https://rp.test/cb"]"#;
    for (content_type, body) in [
        ("application/x-www-form-urlencoded", good.clone()),
        ("text/plain", good.clone()),
        ("", good.clone()),
        ("application/json", String::new()),
        ("application/json", "[]".to_owned()),
        ("application/json", "null".to_owned()),
        ("application/json", format!("[{good}]")),
        ("application/json", format!("{good} {good}")),
        ("application/json", format!("{{{uris},{uris}}}")),
        ("application/json", format!("{{{uris},\"client_name\":\"a\",\"client_n\\u0061me\":\"b\"}}")),
        ("application/json", format!("{{{uris},\"x\":{}1{}}}", "[".repeat(100), "]".repeat(100))),
    ] {
        let response = Request::post(op.at("/register"), content_type, body.clone()).send().await;
        response.assert_refused(400, "invalid_client_metadata");
    }
    let encoded = Request::post(op.at("/register"), "application/json", good.clone());
    encoded.header("content-encoding", "gzip").send().await.assert_refused(400, "invalid_client_metadata");
    let long = merged(web_client(), json!({ "x": "y".repeat(70_000) })).to_string();
    let response = Request::post(op.at("/register"), "application/json", long).send().await;
    assert_eq!(response.status, 413);
    assert_eq!(op.clients().await, 0);
    let response = Request::post(op.at("/register"), "Application/JSON; charset=utf-8", good).send().await;
    Registrant::of(&response);
}

#[tokio::test(flavor = "multi_thread")]
async fn rfc7591_2_scopes_are_those_that_the_tenant_gives_to_registered_clients() {
    let op = Provider::open_to_clients().await;
    let client = Registrant::with(&op, json!({ "scope": "admin openid api:write email" })).await;
    assert_eq!(client.get("scope"), "openid email");
    let none = Registrant::with(&op, json!({ "scope": "admin" })).await;
    assert_eq!(none.get("scope"), "");
    op.change_settings(|settings| settings.registration_scope = Scope::parse("openid api:read").unwrap())
        .await;
    let client = Registrant::with(&op, json!({ "scope": "openid email api:read api:write" })).await;
    assert_eq!(client.get("scope"), "openid api:read");
    assert_eq!(Registrant::with(&op, json!({})).await.get("scope"), "openid api:read");
}

#[tokio::test(flavor = "multi_thread")]
async fn rfc7591_who_never_uses_the_client_loses_it_and_one_use_keeps_it() {
    let op = Provider::open_to_clients().await;
    let day = 86_400;
    let alice = op.user("alice").await;
    let (idle, confidential) =
        (Registrant::with(&op, json!({})).await, Registrant::with(&op, json!({})).await);
    let public = Registrant::with(&op, json!({ "token_endpoint_auth_method": "none" })).await;
    op.change_settings(|settings| settings.unused_client_lifetime.0 = 0).await;
    let for_ever = Registrant::with(&op, json!({})).await;
    // A wrong secret is no use, and neither is a public client's name.
    let thief = Request::form(op.at("/token"), &[("grant_type", "authorization_code"), ("code", "x")]);
    thief.basic(idle.get("client_id"), "wrong").send().await.assert_refused(401, "invalid_client");
    confidential.relying_party().redeem(&op, "x").await.assert_refused(400, "invalid_grant");
    public.relying_party().redeem(&op, "x").await.assert_refused(400, "invalid_grant");
    let used_at = async |client: &Registrant| {
        let id = ClientId::new(client.get("client_id"));
        let tenant = op.default_tenant().await;
        let found = op.state.store.clients.find(&tenant, &id).await.unwrap();
        found.map(|record| record.registered.unwrap().used_at.is_some())
    };
    assert_eq!(used_at(&confidential).await, Some(true));
    assert_eq!((used_at(&idle).await, used_at(&public).await), (Some(false), Some(false)));
    let rp = public.relying_party();
    rp.sign_in_with(&op, &alice, &mut Browser::new(), rp.authorization()).await;
    assert_eq!(used_at(&public).await, Some(true));
    op.pass(30 * day - 1);
    let sweep = async || op.state.store.maintenance.sweep(op.clock.now(), 500).await.unwrap();
    sweep().await;
    assert_eq!(used_at(&idle).await, Some(false));
    op.pass(1);
    sweep().await;
    assert_eq!(used_at(&idle).await, None);
    assert_eq!(idle.manage(&op, "GET").send().await.status, 401);
    for kept in [&confidential, &public, &for_ever] {
        assert_eq!(kept.manage(&op, "GET").send().await.status, 200);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn rfc7591_many_at_once_all_register() {
    let op = Provider::open_to_clients().await;
    let answers = at_once((0..64).map(|_| op.registration(&web_client()))).await;
    let ids: BTreeSet<_> =
        answers.iter().map(|answer| Registrant::of(answer).get("client_id").to_owned()).collect();
    assert_eq!(ids.len(), 64);
}
