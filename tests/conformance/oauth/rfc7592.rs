//! OAuth 2.0 Dynamic Client Registration Management (RFC 7592).
//!
//! Chart 310: Management of registrations (RFC 7592) | read, update, delete

use credenza_protocol::ids::ClientId;
use credenza_protocol::tenant::Registration;
use credenza_protocol::time::Seconds;
use credenza_tests::{Browser, Provider, Registrant, Request, merged, web_client};
use serde_json::{Value, json};

#[tokio::test(flavor = "multi_thread")]
async fn rfc7592_2_1_a_client_reads_what_is_registered() {
    let op = Provider::open_to_clients().await;
    let client =
        Registrant::with(&op, json!({ "contacts": ["a@rp.test"], "logo_uri": "https://rp.test/l.png" }))
            .await;
    let read = client.manage(&op, "GET").send().await;
    assert_eq!((read.status.as_u16(), read.header("cache-control")), (200, "no-store"));
    assert_eq!(read.header("content-type"), "application/json");
    // All but the secret, of which only a hash is kept.
    assert_eq!(read.json(), merged(client.answer.clone(), json!({ "client_secret": null })));
    // The policy applies to new registrations: existing ones stay.
    op.change_settings(|settings| settings.registration = Registration::Closed).await;
    assert_eq!(client.manage(&op, "GET").send().await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn rfc7592_2_one_answer_for_all_who_must_not_know() {
    let op = Provider::open_to_clients().await;
    let [one, two] = [Registrant::with(&op, json!({})).await, Registrant::with(&op, json!({})).await];
    let token = one.get("registration_access_token");
    let url = |client: &str| op.at(&format!("/register/{client}"));
    let operators = credenza_tests::RelyingParty::confidential(&op).await;
    let mut answers = vec![];
    for method in ["GET", "PUT", "DELETE"] {
        for (client, token) in [
            (two.get("client_id"), token),
            (one.get("client_id"), "wrong"),
            (one.get("client_id"), two.get("registration_access_token")),
            (one.get("client_id"), one.get("client_secret")),
            ("nobody", token),
            (operators.client_id(), token),
            ("%00", token),
        ] {
            let request = Request::new(method, url(client)).bearer(token);
            let request = request.header("content-type", "application/json");
            let answer = request.body(one.metadata(json!({})).to_string()).send().await;
            answer.assert_refused(401, "invalid_token");
            assert!(answer.header("www-authenticate").starts_with("Bearer "), "{method} {client}");
            answers.push(answer.text());
        }
        let bare = Request::new(method, url(one.get("client_id"))).send().await;
        assert_eq!((bare.status.as_u16(), bare.text().as_str()), (401, ""));
        let basic = Request::new(method, url(one.get("client_id")));
        let basic = basic.basic(one.get("client_id"), one.get("client_secret")).send().await;
        assert!(matches!(basic.status.as_u16(), 400 | 401), "{}", basic.status);
    }
    answers.dedup();
    assert_eq!(answers.len(), 1, "{answers:?}");
    for client in [&one, &two] {
        assert_eq!(client.manage(&op, "GET").send().await.status, 200);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn rfc7592_2_2_an_update_replaces_everything_but_the_credentials() {
    let op = Provider::open_to_clients().await;
    let said =
        json!({ "contacts": ["a@rp.test"], "logo_uri": "https://rp.test/logo.png", "default_max_age": 60 });
    let client = Registrant::with(&op, said).await;
    let alice = op.user("alice").await;
    let new = json!({
        "client_id": client.get("client_id"), "client_secret": client.get("client_secret"),
        "redirect_uris": ["https://rp.test/new"], "client_name": "New name", "contacts": ["b@rp.test"],
        "default_max_age": null, "unknown": 1,
    });
    let updated = client.put(&op, &new).send().await;
    assert_eq!(
        (updated.status.as_u16(), updated.header("cache-control")),
        (200, "no-store"),
        "{}",
        updated.text()
    );
    let answer = updated.json();
    assert_eq!(answer["client_name"], "New name");
    assert_eq!(answer["contacts"], json!(["b@rp.test"]));
    assert!(answer.get("logo_uri").is_none() && answer.get("default_max_age").is_none());
    assert!(answer.get("client_secret").is_none(), "it stays, and is not told again");
    for kept in ["client_id", "registration_access_token", "registration_client_uri", "client_id_issued_at"] {
        assert_eq!(answer[kept], client.answer[kept], "{kept}");
    }
    assert_eq!(client.manage(&op, "GET").send().await.json(), answer);
    // The old redirect URI is dead, the new one and the old secret work.
    let mut rp = client.relying_party();
    rp.authorization().open(&op, &mut Browser::new()).await.assert_error_page();
    rp.client.redirect_uris = vec!["https://rp.test/new".to_owned()];
    assert!(rp.sign_in(&op, &alice).await.id_token.is_some());
}

#[tokio::test(flavor = "multi_thread")]
async fn rfc7592_2_2_what_an_update_must_and_must_not_say() {
    let op = Provider::open_to_clients().await;
    let client = Registrant::with(&op, json!({})).await;
    let before = client.manage(&op, "GET").send().await.json();
    for (members, code) in [
        (json!({ "client_id": null }), "invalid_client_metadata"),
        (json!({ "client_id": "other" }), "invalid_client_metadata"),
        (json!({ "client_id": 1 }), "invalid_client_metadata"),
        (json!({ "client_secret": "of-my-choice" }), "invalid_client_metadata"),
        (json!({ "registration_access_token": "x" }), "invalid_client_metadata"),
        (json!({ "registration_client_uri": "https://rp.test/" }), "invalid_client_metadata"),
        (json!({ "client_secret_expires_at": 0 }), "invalid_client_metadata"),
        (json!({ "client_id_issued_at": 0 }), "invalid_client_metadata"),
        (json!({ "redirect_uris": null }), "invalid_redirect_uri"),
        (json!({ "redirect_uris": ["http://rp.test/"] }), "invalid_redirect_uri"),
        (json!({ "grant_types": ["client_credentials"] }), "invalid_client_metadata"),
        (json!({ "jwks_uri": "http://rp.test/" }), "invalid_client_metadata"),
    ] {
        let put = client.put(&op, &client.metadata(members.clone())).send().await;
        assert_eq!((put.status.as_u16(), put.error()), (400, code.to_owned()), "{members}");
    }
    let form = client.manage(&op, "PUT").header("content-type", "text/plain");
    form.body(client.metadata(json!({})).to_string())
        .send()
        .await
        .assert_refused(400, "invalid_client_metadata");
    assert_eq!(client.manage(&op, "GET").send().await.json(), before, "nothing of it was kept");
    // An empty secret is none at all, as when none is sent.
    for members in [json!({}), json!({ "client_secret": "" })] {
        assert_eq!(client.put(&op, &client.metadata(members)).send().await.json(), before);
    }
    // What the tenant no longer allows is refused to clients registered earlier, too.
    let hybrid =
        json!({ "response_types": ["code id_token"], "grant_types": ["authorization_code", "implicit"] });
    assert_eq!(client.put(&op, &client.metadata(hybrid.clone())).send().await.status, 200);
    op.change_settings(|settings| settings.front_channel_tokens = false).await;
    client.put(&op, &client.metadata(hybrid)).send().await.assert_refused(400, "invalid_client_metadata");
}

/// What favours a client goes with the metadata that an operator vouched for; what restricts it does not.
#[tokio::test(flavor = "multi_thread")]
async fn rfc7592_2_2_an_update_undoes_no_restriction() {
    let op = Provider::open_to_clients().await;
    op.change_settings(|settings| settings.client_token_lifetime_limit = Seconds(7200)).await;
    let client = Registrant::with(&op, json!({ "scope": "openid offline_access" })).await;
    client
        .relying_party()
        .update(&op, |record| {
            record.client.access_token_lifetime = Some(Seconds(60));
            record.client.id_token_lifetime = Some(Seconds(7200));
            record.client.allowed_origins = vec!["capacitor://localhost".to_owned()];
            record.client.local_network_redirects = true;
        })
        .await;
    let put = client.put(&op, &client.metadata(json!({}))).send().await;
    assert_eq!(put.status, 200, "{}", put.text());
    assert!(put.json().get("access_token_lifetime").is_none(), "{}", put.text());
    let id = ClientId::new(client.get("client_id"));
    let kept = op.state.store.clients.find(&op.default_tenant().await, &id).await.unwrap().unwrap().client;
    assert_eq!((kept.access_token_lifetime, kept.id_token_lifetime), (Some(Seconds(60)), None));
    assert!(kept.allowed_origins.is_empty() && !kept.local_network_redirects);
}

#[tokio::test(flavor = "multi_thread")]
async fn rfc7592_2_2_another_method_needs_another_secret() {
    let op = Provider::open_to_clients().await;
    let client = Registrant::with(&op, json!({})).await;
    let put = async |method: &str| {
        let put =
            client.put(&op, &client.metadata(json!({ "token_endpoint_auth_method": method }))).send().await;
        assert_eq!(put.status, 200, "{}", put.text());
        put.json()["client_secret"].as_str().map(str::len)
    };
    assert_eq!(put("client_secret_post").await, None);
    assert_eq!(put("client_secret_jwt").await, Some(86));
    assert_eq!(put("client_secret_jwt").await, None);
    assert_eq!(put("none").await, None);
    assert_eq!(put("client_secret_basic").await, Some(43));
    // A044: the old secret is dead.
    client.relying_party().redeem(&op, "x").await.assert_refused(401, "invalid_client");
}

#[tokio::test(flavor = "multi_thread")]
async fn rfc7592_2_2_what_an_operator_added_is_not_kept() {
    let op = Provider::open_to_clients().await;
    let client = Registrant::with(&op, json!({})).await;
    let rp = client.relying_party();
    rp.update(&op, |record| {
        record.client.serves = vec!["https://api.test/".to_owned()];
        record.client.consent = credenza_protocol::client::ConsentPolicy::Implicit;
    })
    .await;
    assert_eq!(client.put(&op, &client.metadata(json!({}))).send().await.status, 200);
    let clients = &op.state.store.clients;
    let found = clients.find(&op.default_tenant().await, &rp.client.client_id).await.unwrap().unwrap();
    assert_eq!((found.client.serves.len(), found.client.consent), (0, Default::default()));
}

#[tokio::test(flavor = "multi_thread")]
async fn rfc7592_2_3_a_client_ends_itself_with_all_that_it_got() {
    let op = Provider::open_to_clients().await;
    let (client, other) = (Registrant::with(&op, json!({})).await, Registrant::with(&op, json!({})).await);
    let (rp, watcher) = (client.relying_party(), credenza_tests::RelyingParty::confidential(&op).await);
    let alice = op.user("alice").await;
    let tokens = rp.sign_in(&op, &alice).await;
    assert_eq!(rp.userinfo(&op, &tokens.access_token).await.status, 200);
    let ended = client.manage(&op, "DELETE").send().await;
    assert_eq!((ended.status.as_u16(), ended.text().as_str()), (204, ""));
    assert_eq!(ended.header("cache-control"), "no-store");
    assert_eq!(rp.userinfo(&op, &tokens.access_token).await.status, 401);
    assert_eq!(watcher.introspect(&op, &tokens.access_token).await["active"], false);
    rp.redeem(&op, "x").await.assert_refused(401, "invalid_client");
    rp.authorization().open(&op, &mut Browser::new()).await.assert_error_page();
    for method in ["GET", "DELETE"] {
        client.manage(&op, method).send().await.assert_refused(401, "invalid_token");
    }
    assert_eq!(other.manage(&op, "GET").send().await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn rfc7592_2_a_disabled_client_manages_nothing() {
    let op = Provider::open_to_clients().await;
    let client = Registrant::with(&op, json!({})).await;
    let rp = client.relying_party();
    rp.set_enabled(&op, false).await;
    for method in ["GET", "DELETE"] {
        client.manage(&op, method).send().await.assert_refused(401, "invalid_token");
    }
    let put = client.put(&op, &client.metadata(json!({}))).send().await;
    put.assert_refused(401, "invalid_token");
    rp.set_enabled(&op, true).await;
    assert_eq!(client.manage(&op, "GET").send().await.status, 200);
    let id = ClientId::new(client.get("client_id"));
    assert!(op.state.store.clients.find(&op.default_tenant().await, &id).await.unwrap().is_some());
}

#[tokio::test(flavor = "multi_thread")]
async fn rfc7592_a_registration_lives_at_its_own_tenant() {
    let op = Provider::open_to_clients().await;
    op.tenant("acme").await;
    op.change_settings_of("acme", |settings| settings.registration = Registration::Open).await;
    let there: Value = op.registration_at("/t/acme", &web_client()).send().await.json();
    let uri = there["registration_client_uri"].as_str().unwrap();
    assert_eq!(uri, format!("{}/t/acme/register/{}", op.issuer, there["client_id"].as_str().unwrap()));
    let token = there["registration_access_token"].as_str().unwrap();
    assert_eq!(Request::get(op.reach(uri)).bearer(token).send().await.status, 200);
    let here = Request::get(op.at(&format!("/register/{}", there["client_id"].as_str().unwrap())));
    here.bearer(token).send().await.assert_refused(401, "invalid_token");
}
