//! OpenID Connect Dynamic Client Registration 1.0.
//!
//! Chart 300

use std::time::Duration;

use credenza_tests::{Outside, Provider, Registrant, Reply, jwks_of, merged, signing_key, web_client};
use credenza_validator::Algorithm;
use serde_json::{Value, json};

const METADATA: &str = "invalid_client_metadata";

async fn refused(op: &Provider, members: Value, code: &str) {
    let before = op.clients().await;
    let response = op.registration(&merged(web_client(), members.clone())).send().await;
    assert_eq!((response.status.as_u16(), response.error()), (400, code.to_owned()), "{members}");
    assert_eq!(op.clients().await, before, "{members}");
}

/// Registers, and asserts that every member is returned, at once and when it is read.
async fn echoed(op: &Provider, members: Value) -> Registrant {
    let client = Registrant::with(op, members.clone()).await;
    let read = client.manage(op, "GET").send().await.json();
    for (name, value) in members.as_object().unwrap() {
        assert_eq!((&client.answer[name], &read[name]), (value, value), "{name}");
    }
    client
}

/// The keys without `use`: for signatures and encryption alike.
fn for_all_ends(jwks: &Value) -> Value {
    let keys = jwks["keys"].as_array().unwrap().iter();
    let plain = keys.map(|key| merged(key.clone(), json!({ "use": null, "alg": null })));
    json!({ "keys": plain.collect::<Vec<_>>() })
}

#[tokio::test(flavor = "multi_thread")]
async fn every_member_that_is_taken_is_told_back() {
    let op = Provider::open_to_clients().await;
    let jwks = for_all_ends(&jwks_of(&[&signing_key(Algorithm::ES256), &signing_key(Algorithm::RS256)]));
    let page = |path: &str| format!("https://rp.test/{path}");
    echoed(
        &op,
        json!({
            "redirect_uris": [page("a"), page("b?x=1")], "post_logout_redirect_uris": [page("bye")],
            "response_types": ["code", "code id_token", "id_token"], "response_modes": ["query", "form_post", "fragment"],
            "grant_types": ["authorization_code", "refresh_token", "implicit"], "application_type": "web",
            "contacts": ["a@rp.test"], "client_name": "Name", "logo_uri": page("logo"), "client_uri": page(""),
            "policy_uri": page("policy"), "tos_uri": page("tos"), "jwks": jwks, "subject_type": "pairwise",
            "id_token_signed_response_alg": "ES256", "id_token_encrypted_response_alg": "RSA-OAEP-256",
            "id_token_encrypted_response_enc": "A256GCM", "userinfo_signed_response_alg": "RS256",
            "userinfo_encrypted_response_alg": "ECDH-ES", "userinfo_encrypted_response_enc": "A128GCM",
            "request_object_signing_alg": "RS256", "request_object_encryption_alg": "RSA-OAEP-256",
            "request_object_encryption_enc": "A256CBC-HS512", "token_endpoint_auth_method": "private_key_jwt",
            "token_endpoint_auth_signing_alg": "ES256", "default_max_age": 3600, "require_auth_time": true,
            "default_acr_values": ["a", "b"], "initiate_login_uri": page("login"),
            "request_uris": [page("object#abc")], "require_signed_request_object": true, "require_pkce": true,
            "backchannel_logout_uri": page("back?x=y"), "backchannel_logout_session_required": true,
            "frontchannel_logout_uri": page("front"), "frontchannel_logout_session_required": true,
            "software_id": "app", "software_version": "1.0", "scope": "openid profile",
        }),
    )
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn oidc_registration_2_each_response_type_can_be_registered_as_the_suite_does() {
    let op = Provider::open_to_clients().await;
    for (types, grants) in [
        (json!(["code"]), json!(["authorization_code"])),
        (json!(["id_token"]), json!(["implicit"])),
        (json!(["id_token token"]), json!(["implicit"])),
        (json!(["code id_token"]), json!(["authorization_code", "implicit"])),
        (json!(["code token"]), json!(["authorization_code", "implicit"])),
        (json!(["code id_token token"]), json!(["authorization_code", "implicit"])),
    ] {
        let client = echoed(
            &op,
            json!({
                "response_types": types, "grant_types": grants,
                "token_endpoint_auth_method": "client_secret_basic",
            }),
        )
        .await;
        assert_eq!(client.get("client_secret").len(), 43);
    }
    // The words of a response type are a set.
    let client = Registrant::with(&op, json!({ "response_types": ["token id_token code"] })).await;
    assert_eq!(client.answer["response_types"], json!(["code id_token token"]));
}

#[tokio::test(flavor = "multi_thread")]
async fn redirect_uri_with_fragment_is_refused() {
    let op = Provider::open_to_clients().await;
    refused(&op, json!({ "redirect_uris": ["https://rp.test/cb#foobar"] }), "invalid_redirect_uri").await;
    Registrant::with(&op, json!({ "redirect_uris": ["https://rp.test/cb?foo=bar"] })).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn extra_metadata_never_fails() {
    let op = Provider::open_to_clients().await;
    Registrant::with(&op, json!({ "contacts": ["certification@oidf.org"], "extra": { "a": [true] } })).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn initiate_login_uri_is_told_back_and_https() {
    let op = Provider::open_to_clients().await;
    echoed(&op, json!({ "initiate_login_uri": "https://rp.test/initiate?x=y" })).await;
    refused(&op, json!({ "initiate_login_uri": "http://rp.test/initiate" }), METADATA).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn registration_is_read_and_deleted_by_its_token() {
    let op = Provider::open_to_clients().await;
    let client = Registrant::with(&op, json!({})).await;
    assert_eq!(client.manage(&op, "GET").send().await.status, 200);
    assert_eq!(client.manage(&op, "DELETE").send().await.status, 204);
    assert_eq!(client.manage(&op, "GET").send().await.status, 401);
}

#[tokio::test(flavor = "multi_thread")]
async fn oidc_registration_2_uris_are_https_and_whole() {
    let op = Provider::open_to_clients().await;
    for name in [
        "initiate_login_uri",
        "jwks_uri",
        "sector_identifier_uri",
        "backchannel_logout_uri",
        "frontchannel_logout_uri",
        "client_uri",
        "logo_uri",
        "policy_uri",
        "tos_uri",
    ] {
        for bad in [
            "http://rp.test/",
            "http://localhost/",
            "/path",
            "rp.test",
            "javascript:alert(1)",
            "https://rp.test/#f",
        ] {
            refused(&op, json!({ name: bad }), METADATA).await;
        }
    }
    for bad in ["http://rp.test/object", "data:x", "https://rp.test/a\\b#c", "https://rp.test/a#b c"] {
        refused(&op, json!({ "request_uris": [bad] }), METADATA).await;
    }
    refused(&op, json!({ "post_logout_redirect_uris": ["http://rp.test/"] }), METADATA).await;
    // OpenID Connect Front-Channel Logout 2.
    for elsewhere in ["https://other.test/front", "https://rp.test:444/front"] {
        refused(&op, json!({ "frontchannel_logout_uri": elsewhere }), METADATA).await;
    }
    echoed(
        &op,
        json!({ "frontchannel_logout_uri": "https://rp.test/front", "jwks_uri": "https://keys.test/" }),
    )
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn oidc_registration_2_native_and_web_clients_have_their_own_redirect_uris() {
    let op = Provider::open_to_clients().await;
    let loopback = json!(["http://127.0.0.1/cb"]);
    let web = json!({ "application_type": "web", "redirect_uris": loopback });
    refused(&op, web, "invalid_redirect_uri").await;
    let native = json!({ "application_type": "native", "redirect_uris": loopback });
    echoed(&op, native.clone()).await;
    // The implicit flow too (OpenID Connect Core 3.2.2.1), and no http for web clients.
    let implicit = json!({ "response_types": ["id_token"], "grant_types": ["implicit"] });
    echoed(&op, merged(native, implicit.clone())).await;
    let web = merged(implicit, json!({ "redirect_uris": ["http://rp.test/cb"] }));
    refused(&op, web, "invalid_redirect_uri").await;
    let abroad = json!({ "application_type": "native", "redirect_uris": ["http://rp.test/cb"] });
    refused(&op, abroad, "invalid_redirect_uri").await;
    refused(&op, json!({ "application_type": "desktop" }), METADATA).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn oidc_registration_2_keys_are_public_and_come_one_way() {
    let op = Provider::open_to_clients().await;
    let key = signing_key(Algorithm::ES256);
    let set = jwks_of(&[&key]);
    let public = &set["keys"][0];
    echoed(&op, json!({ "jwks": set, "token_endpoint_auth_method": "private_key_jwt" })).await;
    refused(&op, json!({ "jwks": set, "jwks_uri": "https://rp.test/jwks" }), METADATA).await;
    for spoilt in [
        json!({ "d": "AAAA" }),
        json!({ "k": "AAAA" }),
        json!({ "kty": "oct", "k": "AAAA" }),
        json!({ "kty": null }),
        json!({ "x": "AAAA" }),
    ] {
        let keys = json!({ "keys": [public, merged(public.clone(), spoilt.clone())] });
        refused(&op, json!({ "jwks": keys }), METADATA).await;
    }
    // RFC 7517 5: keys of unknown types are ignored.
    for unknown in [json!({ "crv": "secp256k1" }), json!({ "kty": "AKP" }), json!({ "alg": "ES512" })] {
        let keys = json!({ "keys": [public, merged(public.clone(), unknown)] });
        echoed(&op, json!({ "jwks": keys, "token_endpoint_auth_method": "private_key_jwt" })).await;
    }
    for bad in
        [json!({}), json!({ "keys": {} }), json!({ "keys": [1] }), json!({ "keys": vec![public; 101] })]
    {
        refused(&op, json!({ "jwks": bad }), METADATA).await;
    }
    // An encryption key is not used for signatures.
    let encryption = json!({ "keys": [merged(public.clone(), json!({ "use": "enc", "alg": "ECDH-ES" }))] });
    echoed(&op, json!({ "jwks": encryption })).await;
    let method = json!({ "jwks": encryption, "token_endpoint_auth_method": "private_key_jwt" });
    refused(&op, method, METADATA).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn oidc_registration_2_algorithms_are_those_that_work_here() {
    let op = Provider::open_to_clients().await;
    let jwks = for_all_ends(&jwks_of(&[&signing_key(Algorithm::ES256)]));
    for alg in ["RS256", "PS256", "ES256", "ES384", "EdDSA"] {
        echoed(&op, json!({ "id_token_signed_response_alg": alg, "userinfo_signed_response_alg": alg }))
            .await;
    }
    for (name, bad) in [
        ("id_token_signed_response_alg", "HS256"),
        ("id_token_signed_response_alg", "RS999"),
        ("userinfo_signed_response_alg", "none"),
        ("userinfo_signed_response_alg", "HS256"),
        ("request_object_signing_alg", "HS256"),
        ("id_token_encrypted_response_alg", "RSA1_5"),
        ("id_token_encrypted_response_alg", "dir"),
        ("id_token_encrypted_response_enc", "A256GCM"),
        ("userinfo_encrypted_response_enc", "A256GCM"),
        ("request_object_encryption_enc", "A256GCM"),
        ("token_endpoint_auth_signing_alg", "none"),
        ("token_endpoint_auth_signing_alg", "RS256"),
        ("subject_type", "private"),
    ] {
        refused(&op, json!({ name: bad, "jwks": jwks }), METADATA).await;
    }
    // A128CBC-HS256 is the default `enc`; and the client must have a key to encrypt for.
    for name in ["id_token_encrypted_response", "userinfo_encrypted_response"] {
        let (alg, enc) = (format!("{name}_alg"), format!("{name}_enc"));
        let client = Registrant::with(&op, json!({ alg.as_str(): "ECDH-ES", "jwks": jwks })).await;
        assert_eq!(client.get(&enc), "A128CBC-HS256");
        refused(&op, json!({ alg: "ECDH-ES" }), METADATA).await;
    }
    for (method, alg) in [("client_secret_jwt", "RS256"), ("private_key_jwt", "HS256")] {
        let members = json!({
            "token_endpoint_auth_method": method, "token_endpoint_auth_signing_alg": alg, "jwks": jwks,
        });
        refused(&op, members, METADATA).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn oidc_registration_2_none_is_for_whom_the_tenant_lets_have_it() {
    let op = Provider::open_to_clients().await;
    let (unsigned, object) =
        (json!({ "id_token_signed_response_alg": "none" }), json!({ "request_object_signing_alg": "none" }));
    echoed(&op, unsigned.clone()).await;
    echoed(&op, object.clone()).await;
    // Not from the authorization endpoint, whatever the tenant allows.
    for response_type in ["id_token", "id_token token", "code id_token"] {
        let members = merged(unsigned.clone(), json!({ "response_types": [response_type] }));
        refused(&op, members, METADATA).await;
    }
    echoed(&op, merged(unsigned.clone(), json!({ "response_types": ["code token"] }))).await;
    refused(&op, merged(object.clone(), json!({ "require_signed_request_object": true })), METADATA).await;
    op.change_settings(|settings| {
        settings.unsigned_id_tokens = false;
        settings.unsigned_request_objects = false;
    })
    .await;
    refused(&op, unsigned, METADATA).await;
    refused(&op, object, METADATA).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn oidc_registration_5_the_sector_document_names_every_redirect_uri() {
    let op = Provider::open_to_clients().await;
    let outside = Outside::start().await;
    let uris = json!(["https://a.test/cb", "https://b.test/cb?x=1"]);
    let document = json!(["https://b.test/cb?x=1", "https://c.test/", "https://a.test/cb"]);
    outside.serve("/sector", "application/json", document.to_string());
    let good = json!({
        "redirect_uris": uris, "sector_identifier_uri": outside.url("/sector"), "subject_type": "pairwise",
    });
    let client = echoed(&op, good.clone()).await;
    assert_eq!(outside.requests_for("/sector").len(), 1);
    // Without it, two hosts are two sectors (OpenID Connect Core 8.1), and a client can only have one.
    refused(&op, json!({ "redirect_uris": uris, "subject_type": "pairwise" }), METADATA).await;
    echoed(&op, json!({ "redirect_uris": uris })).await;
    echoed(&op, json!({ "subject_type": "pairwise" })).await;
    for bad in [
        json!(["https://a.test/cb"]).to_string(),
        json!(["https://a.test/cb", "https://b.test/cb"]).to_string(),
        json!([]).to_string(),
        json!({ "redirect_uris": uris }).to_string(),
        json!(["https://a.test/cb", "https://b.test/cb?x=1", 1]).to_string(),
        "\"https://a.test/cb https://b.test/cb?x=1\"".to_owned(),
        String::new(),
        format!("{document}{document}"),
    ] {
        outside.serve("/sector", "application/json", bad);
        refused(&op, good.clone(), METADATA).await;
        let put = client.put(&op, &client.metadata(json!({}))).send().await;
        put.assert_refused(400, METADATA);
    }
    outside.reply("/sector", Reply::ok("application/json", document.to_string()).status(404));
    refused(&op, good.clone(), METADATA).await;
    let moved = Reply::ok("text/plain", "").status(302).header("location", &outside.url("/moved"));
    outside.reply("/sector", moved);
    outside.serve("/moved", "application/json", document.to_string());
    refused(&op, good.clone(), METADATA).await;
    assert!(outside.requests_for("/moved").is_empty(), "a redirect is not followed");
    let long = format!("[{}\"x\"]", "\"https://a.test/cb\",".repeat(20_000));
    outside.reply("/sector", Reply::ok("application/json", long).after(Duration::ZERO));
    refused(&op, good.clone(), METADATA).await;
    outside.serve("/sector", "application/json", document.to_string());
    let again = Registrant::with(&op, good).await;
    assert_eq!(again.put(&op, &again.metadata(json!({}))).send().await.status, 200);
}
