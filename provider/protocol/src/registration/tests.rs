use serde_json::{Value, json};

use super::*;
use crate::client::{ApplicationType, Client, GrantType, SigningAlg};
use crate::client_secret::ClientSecret;
use crate::ids::{ClientId, ClientSecretId};
use crate::redirect_uri::{InvalidUri, check_https, check_https_with_fragment};
use crate::response_type::ResponseType;
use crate::secret::Secret;
use crate::tenant::TenantSettings;
use crate::time::Time;

fn members(value: Value) -> Members {
    let Value::Object(members) = value else { panic!("{value} is no object") };
    members
}

fn said(more: Value) -> Result<Client, Fault> {
    let mut said = members(json!({ "redirect_uris": ["https://rp.test/cb"] }));
    said.extend(members(more));
    let settings = TenantSettings { front_channel_tokens: true, ..TenantSettings::default() };
    read(&said, ClientId::new("id"), &Policy::of_client(&settings))
}

#[test]
fn rfc7591_2_what_is_not_said_has_its_default() {
    let client = said(json!({})).unwrap();
    let expected = Client {
        client_name: "rp.test".to_owned(),
        redirect_uris: vec!["https://rp.test/cb".to_owned()],
        scope: TenantSettings::default().registration_scope,
        ..Client::new(ClientId::new("id"))
    };
    assert_eq!(client, expected);
}

#[test]
fn rfc7591_2_1_one_of_grants_and_response_types_decides_the_other() {
    let hybrid = said(json!({ "response_types": ["token code"] })).unwrap();
    assert_eq!(hybrid.grant_types, [GrantType::AuthorizationCode, GrantType::Implicit]);
    let code = said(json!({ "grant_types": ["refresh_token", "authorization_code"] })).unwrap();
    assert_eq!(code.response_types, [ResponseType::CODE]);
    assert_eq!(said(json!({ "grant_types": ["implicit"] })).unwrap_err().field(), "response_types");
}

#[test]
fn rfc7591_3_2_2_a_fault_names_its_member_and_not_what_was_sent() {
    for (more, field) in [
        (json!({ "redirect_uris": ["javascript:alert('\"')"] }), "redirect_uris"),
        (json!({ "logo_uri": "data:\"" }), "logo_uri"),
        (json!({ "client_name": 1 }), "client_name"),
        (json!({ "contacts": [1] }), "contacts"),
        (json!({ "contacts": ["ops@rp.test", "ops@rp@test"] }), "contacts"),
        (json!({ "contacts": ["ops@rp\u{3002}test"] }), "contacts"),
        (json!({ "grant_types": ["\"\\"] }), "grant_types"),
        (json!({ "scope": "\"" }), "scope"),
        (json!({ "jwks": { "keys": [{ "kty": "oct", "k": "AAAA" }] } }), "jwks"),
        (json!({ "id_token_encrypted_response_enc": "A128GCM" }), "id_token_encrypted_response_enc"),
        (json!({ "id_token_encrypted_response_alg": "ECDH-ES" }), "id_token_encrypted_response_alg"),
    ] {
        let fault = said(more.clone()).unwrap_err();
        assert_eq!(fault.field(), field, "{more}");
        let text = fault.to_string();
        assert!(text.chars().all(|c| (' '..='~').contains(&c) && c != '"' && c != '\\'), "{text}");
    }
}

#[test]
fn rfc7591_2_what_a_client_cannot_have_is_left_out() {
    let client = said(json!({
        "grant_types": ["authorization_code", "urn:ietf:params:oauth:grant-type:device_code", "client_credentials",
            "refresh_token", "password"],
        "response_types": ["code", "token", "code"],
        "scope": "openid mcp:tools",
    }));
    let client = client.unwrap();
    assert_eq!(client.grant_types, [GrantType::AuthorizationCode, GrantType::RefreshToken]);
    assert_eq!(client.response_types, [ResponseType::CODE]);
    assert_eq!(client.scope.to_string(), "openid");
    for (nothing, field) in [
        (json!({ "grant_types": ["client_credentials"] }), "grant_types"),
        (json!({ "grant_types": ["password", "urn:example"] }), "grant_types"),
        (json!({ "response_types": ["none", "token"] }), "response_types"),
        (json!({ "grant_types": [] }), "grant_types"),
    ] {
        assert_eq!(said(nothing.clone()).unwrap_err().field(), field, "{nothing}");
    }
}

#[test]
fn empty_texts_are_absent() {
    let mut empty = serde_json::Map::new();
    for name in [
        "client_name",
        "application_type",
        "token_endpoint_auth_method",
        "token_endpoint_auth_signing_alg",
        "scope",
        "jwks",
        "jwks_uri",
        "client_uri",
        "logo_uri",
        "policy_uri",
        "tos_uri",
        "software_id",
        "require_pkce",
        "default_max_age",
        "initiate_login_uri",
    ] {
        empty.insert(name.to_owned(), json!(""));
    }
    empty.insert("contacts".to_owned(), json!([""]));
    empty.insert("redirect_uris".to_owned(), json!(["", "https://rp.test/cb"]));
    assert_eq!(said(Value::Object(empty)).unwrap(), said(json!({})).unwrap());
}

#[test]
fn rfc7591_2_a_method_that_is_named_is_pinned() {
    assert!(!said(json!({})).unwrap().token_endpoint_auth_method_pinned);
    for method in ["client_secret_basic", "client_secret_post"] {
        let client = said(json!({ "token_endpoint_auth_method": method })).unwrap();
        assert!(client.token_endpoint_auth_method_pinned, "{method}");
    }
}

#[test]
fn rfc8252_7_a_client_that_does_not_say_is_native_where_its_uris_are() {
    for (uri, expected) in [
        ("http://127.0.0.1:33418/", ApplicationType::Native),
        ("http://localhost:6274/oauth/callback", ApplicationType::Native),
        ("cursor://anysphere.cursor-retrieval/oauth/callback", ApplicationType::Native),
        ("oc://callback", ApplicationType::Native),
        ("https://rp.test/cb", ApplicationType::Web),
    ] {
        let uris = json!([uri, "https://vscode.dev/redirect"]);
        let client = said(json!({ "redirect_uris": uris })).unwrap();
        assert_eq!(client.application_type, expected, "{uri}");
        let as_web = said(json!({ "redirect_uris": uris, "application_type": "web" }));
        assert_eq!(as_web.is_ok(), expected == ApplicationType::Web, "{uri}");
    }
    for never in ["javascript:alert(1)", "ftp://rp.test/", "http://rp.test/", "http://192.168.0.7/cb"] {
        assert_eq!(
            said(json!({ "redirect_uris": [never] })).unwrap_err().field(),
            "redirect_uris",
            "{never}"
        );
    }
}

#[test]
fn local_networks_are_for_clients_of_operators_unless_the_tenant_says_otherwise() {
    let sent =
        members(json!({ "redirect_uris": ["http://nas.local:8080/cb"], "local_network_redirects": true }));
    let mut settings = TenantSettings::default();
    let read = |settings: &TenantSettings| read(&sent, ClientId::new("id"), &Policy::of_client(settings));
    assert_eq!(read(&settings).unwrap_err().field(), "redirect_uris");
    let by_operator = Client {
        client_name: "NAS".to_owned(),
        redirect_uris: vec!["http://nas.local:8080/cb".to_owned()],
        local_network_redirects: true,
        ..Client::new(ClientId::new("id"))
    };
    assert_eq!(check(&by_operator, &Policy::of_operator(&settings)), Ok(()));
    let fault = check(&by_operator, &Policy::of_client(&settings)).unwrap_err();
    assert_eq!(fault.field(), "local_network_redirects");
    settings.registration_local_network_redirects = true;
    assert!(read(&settings).unwrap().local_network_redirects);
    assert_eq!(check(&by_operator, &Policy::of_client(&settings)), Ok(()));
}

#[test]
fn oidc_core_10_what_is_encrypted_is_signed_and_there_is_a_key_for_it() {
    let point =
        |x: &str, y: &str, usage: &str| json!({ "kty": "EC", "crv": "P-256", "x": x, "y": y, "use": usage });
    // The key of RFC 7517 appendix A.1.
    let key = |usage: &str| {
        let (x, y) =
            ("MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4", "4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM");
        json!({ "keys": [point(x, y, usage)] })
    };
    let alg = "id_token_encrypted_response_alg";
    assert!(said(json!({ "jwks": key("enc"), alg: "ECDH-ES" })).is_ok());
    assert!(said(json!({ "jwks_uri": "https://rp.test/jwks", alg: "ECDH-ES" })).is_ok());
    assert_eq!(said(json!({ "jwks": key("sig"), alg: "ECDH-ES" })).unwrap_err().field(), alg);
    assert_eq!(said(json!({ "jwks": key("enc"), alg: "RSA-OAEP-256" })).unwrap_err().field(), alg);
    let proves =
        |usage: &str| said(json!({ "jwks": key(usage), "token_endpoint_auth_method": "private_key_jwt" }));
    assert!(proves("sig").is_ok());
    assert_eq!(proves("enc").unwrap_err().field(), "jwks");
    let settings = TenantSettings { unsigned_id_tokens: true, ..TenantSettings::default() };
    let mut client = said(json!({ "jwks": key("enc"), alg: "ECDH-ES" })).unwrap();
    client.id_token_signed_response_alg = SigningAlg::Unsigned;
    let fault = check(&client, &Policy::of_operator(&settings)).unwrap_err();
    assert_eq!(fault.field(), "id_token_signed_response_alg");
    client.id_token_encrypted_response_alg = None;
    client.id_token_encrypted_response_enc = None;
    assert_eq!(check(&client, &Policy::of_operator(&settings)), Ok(()));
}

#[test]
fn an_operator_may_what_a_client_may_not() {
    let settings = TenantSettings::default();
    let client = Client {
        client_name: "A".to_owned(),
        redirect_uris: vec!["http://localhost:3000/cb".to_owned()],
        policy_uri: Some("http://localhost:3000/policy".to_owned()),
        grant_types: vec![GrantType::AuthorizationCode, GrantType::ClientCredentials],
        ..Client::new(ClientId::new("id"))
    };
    assert_eq!(check(&client, &Policy::of_operator(&settings)), Ok(()));
    assert!(check(&client, &Policy::of_client(&settings)).is_err());
}

#[test]
fn a077_what_is_fetched_is_https() {
    assert_eq!(check_https("https://rp.test/jwks?x=1"), Ok(()));
    assert_eq!(check_https("http://127.0.0.1/"), Err(InvalidUri::NotHttps));
    assert_eq!(check_https("com.example.app:/x"), Err(InvalidUri::Scheme));
    assert_eq!(check_https("https://rp.test/#x"), Err(InvalidUri::Fragment));
    assert_eq!(check_https_with_fragment("https://rp.test/o#abc"), Ok(()));
    assert_eq!(check_https_with_fragment("https://rp.test/o#a b"), Err(InvalidUri::Character));
    assert_eq!(check_https_with_fragment("http://rp.test/o#abc"), Err(InvalidUri::NotHttps));
}

#[test]
fn oidc_registration_5_a_sector_names_each_redirect_uri() {
    let client = said(json!({})).unwrap();
    assert_eq!(sector::check(&client, br#"["https://x.test/", "https://rp.test/cb"]"#), Ok(()));
    for bad in [r#"["https://rp.test/"]"#, "[]", "{}", r#"{"a":["https://rp.test/cb"]}"#, "", "[1]"] {
        assert!(sector::check(&client, bad.as_bytes()).is_err(), "{bad}");
    }
}

#[test]
fn rfc7592_2_2_credentials_are_not_sent_back() {
    let id = ClientId::new("id");
    let sent = |more: Value| {
        let mut sent = members(json!({ "client_id": "id" }));
        sent.extend(members(more));
        presented(&sent, &id)
    };
    let now = Time::from_seconds(0);
    let kept = ["secret", "second"]
        .map(|text| ClientSecret::new(ClientSecretId::new(text), &Secret::presented(text), now));
    assert!(sent(json!({})).unwrap().check(&kept, now).is_ok());
    assert!(sent(json!({ "client_secret": "secret" })).unwrap().check(&kept, now).is_ok());
    assert!(sent(json!({ "client_secret": "second" })).unwrap().check(&kept, now).is_ok());
    assert!(sent(json!({ "client_secret": "other" })).unwrap().check(&kept, now).is_err());
    assert!(sent(json!({ "client_secret": "secret" })).unwrap().check(&[], now).is_err());
    assert!(sent(json!({ "client_id": null })).is_err());
    // Even without a value.
    assert!(sent(json!({ "registration_access_token": null })).is_err());
}

#[test]
fn rfc7591_3_2_1_the_answer_holds_no_more_than_it_must() {
    let token = Secret::presented("token");
    let credentials = Credentials {
        client_secret: None,
        client_secret_expires_at: None,
        registration_access_token: &token,
        registration_client_uri: "https://id.test/register/id".to_owned(),
        client_id_issued_at: Time::from_seconds(7),
    };
    let answer = ClientInformation::new(&said(json!({})).unwrap(), &credentials);
    let answer = serde_json::to_value(answer).unwrap();
    assert_eq!((&answer["client_id_issued_at"], &answer["client_secret_expires_at"]), (&json!(7), &json!(0)));
    for absent in [
        "client_secret",
        "contacts",
        "consent",
        "serves",
        "resources",
        "access_token_format",
        "jwks",
        "roles",
        "claim_mappings",
        "claims_in_id_token",
        "brand",
    ] {
        assert!(answer.get(absent).is_none(), "{absent}");
    }
    assert!(!answer.as_object().unwrap().values().any(Value::is_null));
}
