//! Chart 586

use credenza::clock::Clock as _;
use credenza::context::Context;
use credenza_protocol::account_policy::AccountDeletion;
use credenza_protocol::admin_roles::everything;
use credenza_protocol::client::AccessTokenFormat;
use credenza_protocol::ids::{ClientId, SessionId};
use credenza_protocol::scope::Scope;
use credenza_tests::{
    Administrator, AuthenticatorApp, Browser, FORMATS, OwnAccount, Provider, RelyingParty, Request, Response,
    claims_of,
};
use credenza_validator::Algorithm;
use serde_json::{Value, json};

/// An operation as the OpenAPI document describes it.
#[derive(Clone, Debug)]
struct Operation {
    method: String,
    path: String,
    body: Option<Value>,
    /// Whether it asks for a recent sign-in.
    is_sensitive: bool,
}

/// Every operation of the account API.
async fn operations(op: &Provider) -> Vec<Operation> {
    let document = Request::get(op.at("/admin/v1/openapi.json")).send().await.json();
    let mut found = vec![];
    for (path, methods) in document["paths"].as_object().unwrap() {
        let Some(path) = path.strip_prefix("/api/v1") else { continue };
        for (method, operation) in methods.as_object().unwrap() {
            assert_eq!(operation["security"], json!([{"account": ["account"]}]), "{method} {path}");
            assert_eq!(operation["tags"], json!(["Account"]), "{method} {path}");
            let content = operation["requestBody"]["content"].as_object();
            let body = content.map(|content| content.values().next().unwrap()["example"].clone());
            let is_sensitive =
                operation["description"].as_str().unwrap().contains("of people a recent sign-in");
            let method = method.to_ascii_uppercase();
            found.push(Operation { method, path: path.to_owned(), body, is_sensitive });
        }
    }
    assert!(found.len() >= 25, "{found:?}");
    found
}

impl Operation {
    /// Calls it on things that do not exist.
    async fn call(&self, op: &Provider, own: &OwnAccount) -> Response {
        let path = self.path.split('/').map(|part| if part.starts_with('{') { "nobody" } else { part });
        let request =
            own.request(op, &self.method, &path.collect::<Vec<_>>().join("/")).header("if-match", "*");
        let media = if self.method == "PATCH" { "application/merge-patch+json" } else { "application/json" };
        match &self.body {
            Some(body) => request.header("content-type", media).body(body.to_string()).send().await,
            None => request.send().await,
        }
    }
}

/// What each operation answers to somebody whose token is none that opens the account.
async fn assert_refused(op: &Provider, own: &OwnAccount, status: u16, kind: &str, what: &str) {
    for operation in operations(op).await {
        let answer = operation.call(op, own).await;
        assert_eq!(answer.status.as_u16(), status, "{what}: {operation:?}: {}", answer.text());
        answer.assert_problem(status, kind);
        if status != 404 {
            assert!(!answer.header("www-authenticate").is_empty(), "{what}: {operation:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a100_no_operation_is_open_without_the_scope() {
    let op = Provider::start().await;
    let ada = op.user("ada").await;
    for format in FORMATS {
        let own = OwnAccount::of_format(&op, &ada, format).await;
        let without = OwnAccount::by(&op, own.client.clone(), &ada, "openid profile").await;
        assert_refused(&op, &without, 403, "insufficient-scope", "no scope").await;
        let missing = operations(&op).await.remove(0);
        let answer = Request::new(&missing.method, op.at(&format!("/api/v1{}", missing.path))).send().await;
        answer.assert_problem(401, "unauthenticated");
        assert!(!answer.header("www-authenticate").contains("error"), "RFC 6750 3.1");
        // The client has lost the scope since.
        assert_eq!(own.get(&op, "/me").await.status, 200);
        own.client.update(&op, |record| record.client.scope = Scope::stored("openid profile")).await;
        own.get(&op, "/me").await.assert_problem(403, "insufficient-scope");
    }
}

/// Only a token for the issuer alone opens the account: whoever runs a resource could use one that is for both.
#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_others_get_to_see_does_not_open_the_account() {
    let op = Provider::start().await;
    let ada = op.user("ada").await;
    for format in FORMATS {
        let own = OwnAccount::of_format(&op, &ada, format).await;
        for scope in ["openid account", "account"] {
            let authorization =
                own.client.authorization().with("scope", scope).and("resource", "https://api.test/");
            let tokens = own.client.sign_in_with(&op, &ada, &mut Browser::new(), authorization).await;
            let theirs = OwnAccount { token: tokens.access_token, ..own.clone() };
            assert_refused(&op, &theirs, 401, "unauthenticated", scope).await;
        }
        assert_eq!(own.get(&op, "/me").await.status, 200);
    }
}

/// What is a credential elsewhere is none here: the client's own tokens, ID tokens, refresh tokens, keys and tokens of the
/// admin API, and what is no token.
#[tokio::test(flavor = "multi_thread")]
async fn other_credentials_open_nothing() {
    let op = Provider::start().await;
    let ada = op.user("ada").await;
    let own = OwnAccount::of(&op, &ada).await;
    let authorization = own.client.authorization().with("scope", "openid offline_access account");
    let tokens = own.client.sign_in_with(&op, &ada, &mut Browser::new(), authorization).await;
    let script = Administrator::service(&op, &everything().to_string()).await;
    let wrong =
        [tokens.id().to_owned(), tokens.refresh().to_owned(), script.token.clone(), "nonsense".to_owned()];
    for token in wrong {
        assert_refused(&op, &OwnAccount { token, ..own.clone() }, 401, "unauthenticated", "").await;
    }
    let alone = own.client.token(&op, &[("grant_type", "client_credentials"), ("scope", "account")]).await;
    assert_eq!(alone.json()["error"], "invalid_scope", "a client has no account: {}", alone.text());
    // And the other way round.
    let admin = Administrator { token: own.token.clone(), ..script };
    admin.get(&op, "/users").await.assert_problem(401, "unauthenticated");
    assert_eq!(own.get(&op, "/me").await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a099_a_token_of_one_tenant_is_nothing_at_another() {
    let op = Provider::start().await;
    for tenant in ["acme", "other"] {
        op.tenant(tenant).await;
    }
    let eve = op.user_of("acme", "eve").await;
    for format in FORMATS {
        let own = OwnAccount::at(&op, "acme", &eve, |client| client.access_token_format = format).await;
        assert_eq!(own.get(&op, "/me").await.json()["username"], "eve");
        for base in ["", "/t/other"] {
            let there = OwnAccount { base: base.to_owned(), ..own.clone() };
            assert_refused(&op, &there, 401, "unauthenticated", base).await;
        }
        assert_refused(&op, &OwnAccount { base: "/t/nobody".to_owned(), ..own }, 404, "not-found", "").await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_ends_a_token_ends_it_here_at_once() {
    for format in FORMATS {
        for end in ["session", "grant", "token", "client", "user", "password", "expiry"] {
            let op = Provider::start().await;
            let ada = op.user("ada").await;
            let own = OwnAccount::of_format(&op, &ada, format).await;
            assert_eq!(own.get(&op, "/me").await.status, 200);
            end_by(&op, &own, &ada, end).await;
            assert_refused(&op, &own, 401, "unauthenticated", end).await;
        }
    }
}

async fn end_by(op: &Provider, own: &OwnAccount, ada: &credenza_tests::Person, end: &str) {
    let (store, tenant, now) = (&op.state.store, op.default_tenant().await, op.clock.now());
    let client_id = ClientId::new(own.client.client_id());
    match end {
        "session" => {
            let sid =
                own.get(op, "/me/sessions").await.json()["items"][0]["sid"].as_str().unwrap().to_owned();
            let sid = SessionId::new(sid);
            assert!(store.sessions.end(&tenant, &ada.user_id, &sid, now).await.unwrap());
        }
        "grant" => {
            let ended = store.grants.revoke_of_client(&tenant, &ada.user_id, &client_id, now).await;
            assert_eq!(ended.unwrap(), 1);
        }
        "token" => {
            let answer = own.client.call(op, "/revoke", &[("token", &own.token)]).send().await;
            assert_eq!(answer.status, 200);
        }
        "client" => own.client.set_enabled(op, false).await,
        "user" => op.disable_user(ada).await,
        "password" => {
            let set = store.credentials.set_password(&tenant, &ada.user_id, "new".to_owned(), now).await;
            assert!(set.unwrap());
        }
        _ => op.pass(3601),
    }
}

/// RFC 9470 3: what matters most is done by somebody who has proven a moment ago who they are.
#[tokio::test(flavor = "multi_thread")]
async fn rfc9470_3_what_matters_most_needs_a_recent_sign_in() {
    let op = Provider::builder().mailing().start().await;
    op.change_settings(|settings| settings.account_deletion = AccountDeletion::On).await;
    // What the examples name is another account.
    let bea = op.user("bea").await;
    let own = OwnAccount::of(&op, &bea).await;
    let late = own.late(&op, &bea).await;
    let before = late.get(&op, "/me").await.json();
    let mut sensitive = operations(&op).await;
    sensitive.retain(|operation| operation.is_sensitive);
    assert_eq!(sensitive.len(), 6, "{sensitive:?}");
    for operation in &sensitive {
        let refused = operation.call(&op, &late).await;
        refused.assert_problem(401, "sign-in-too-old");
        let challenge = refused.header("www-authenticate");
        assert!(challenge.contains("error=\"insufficient_user_authentication\""), "{challenge}");
        assert!(challenge.contains("max_age=\"600\""), "{challenge}");
    }
    op.mails(0).await;
    assert_eq!(late.get(&op, "/me").await.json(), before, "nothing was changed");
    let again = OwnAccount::by(&op, own.client, &bea, "openid account").await;
    for operation in sensitive {
        let answer = operation.call(&op, &again).await;
        assert_ne!(answer.status, 401, "{operation:?}: {}", answer.text());
    }
}

/// A token that is bound to a key (RFC 9449 6.1, RFC 8705 3.1) needs a proof of the key, which nothing here could check.
#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_is_bound_to_a_key_opens_nothing() {
    let op = Provider::start().await;
    let ada = op.user("ada").await;
    let own = OwnAccount::of_format(&op, &ada, AccessTokenFormat::Jwt).await;
    let minted = async |cnf: Option<Value>| {
        let mut claims = claims_of(&own.token);
        if let Some(cnf) = cnf {
            claims["cnf"] = cnf;
        }
        let context = Context::load(&op.state, "default", None).await.ok().flatten().unwrap();
        let token = context.realm.keys.sign(Algorithm::ES256, "at+jwt", claims).await.unwrap();
        OwnAccount { token, ..own.clone() }
    };
    let thumbprint = "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I";
    for name in ["jkt", "x5t#S256"] {
        let bound = minted(Some(json!({name: thumbprint}))).await;
        assert_refused(&op, &bound, 401, "unauthenticated", name).await;
    }
    assert_eq!(minted(None).await.get(&op, "/me").await.status, 200);
}

/// Ids of other people's things are ids of nothing, whatever is done with them.
#[tokio::test(flavor = "multi_thread")]
async fn a104_a107_ids_of_others_are_ids_of_nothing() {
    let op = Provider::start().await;
    let (ada, eve) = (op.user("ada").await, op.user("eve").await);
    let (own, hers) = (OwnAccount::of(&op, &ada).await, OwnAccount::of(&op, &eve).await);
    let wiki = RelyingParty::confidential(&op).await;
    let tokens = wiki.sign_in(&op, &eve).await;
    let sid = hers.get(&op, "/me/sessions").await.json()["items"][0]["sid"].as_str().unwrap().to_owned();
    let made = hers.post(&op, "/me/devices", &json!({"name": "Phone", "platform": "ios"})).await;
    assert_eq!(made.status, 201, "{}", made.text());
    let device = made.json()["device_id"].as_str().unwrap().to_owned();
    let mut browser = Browser::new();
    let authorization = hers.client.authorization().with("scope", "openid account");
    hers.client.sign_in_with(&op, &eve, &mut browser, authorization).await;
    AuthenticatorApp::added(&op, &mut browser).await;
    let found = hers.get(&op, "/me/authenticators").await.json();
    let authenticator = found["authenticators"][0]["authenticator_id"].as_str().unwrap().to_owned();
    for path in [
        format!("/me/authenticators/{authenticator}"),
        format!("/me/sessions/{sid}"),
        format!("/me/applications/{}", wiki.client_id()),
        format!("/me/devices/{device}"),
    ] {
        let unknown = own.get(&op, "/me/sessions/nothing").await.json();
        for method in ["GET", "DELETE"] {
            let answer = own.request(&op, method, &path).send().await;
            answer.assert_problem(404, "not-found");
            let same = |name: &str| assert_eq!(answer.json()[name], unknown[name], "{method} {path}");
            ["type", "title", "status"].into_iter().for_each(same);
        }
        assert_eq!(hers.get(&op, &path).await.status, 200, "{path} is there, and was not touched");
    }
    for path in [format!("/me/devices/{device}"), format!("/me/authenticators/{authenticator}")] {
        let patched = own.patch(&op, &path, "*", &json!({"name": "Mine"})).await;
        patched.assert_problem(404, "not-found");
    }
    assert_eq!(hers.get(&op, "/me/authenticators").await.json(), found);
    assert_eq!(hers.get(&op, &format!("/me/devices/{device}")).await.json()["name"], "Phone");
    assert_eq!(wiki.userinfo(&op, &tokens.access_token).await.status, 200);
    // A cursor of somebody else is none.
    hers.post(&op, "/me/devices", &json!({"name": "Phone", "platform": "ios"})).await;
    let page = hers.get(&op, "/me/sessions?limit=1").await.json();
    let cursor = page["next_cursor"].as_str().unwrap();
    let stolen = own.get(&op, &format!("/me/sessions?limit=1&cursor={cursor}")).await;
    stolen.assert_problem(400, "invalid-parameter");
}

#[tokio::test(flavor = "multi_thread")]
async fn paths_and_methods_that_are_not_there_are_problems() {
    let op = Provider::start().await;
    let ada = op.user("ada").await;
    let own = OwnAccount::of_format(&op, &ada, AccessTokenFormat::Opaque).await;
    for path in ["/nothing", "/me/nothing", "/users"] {
        own.get(&op, path).await.assert_problem(404, "not-found");
    }
    own.request(&op, "PUT", "/me").send().await.assert_problem(405, "method-not-allowed");
    own.get(&op, "/me?user_id=eve").await.assert_problem(400, "invalid-parameter");
}
