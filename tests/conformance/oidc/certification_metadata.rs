//! What the certification suite reads from the metadata and the key set (plans oidcc-config and oidcc-dynamic), as
//! far as `discovery` and `advertised` do not test it.

use std::collections::BTreeSet;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use credenza::config::Issuer;
use credenza_tests::{Browser, Provider, RelyingParty, Request, Tokens, claims_of, names_of, setup};
use serde_json::Value;
use url::Url;

use crate::oidc::certification_token::is_canonical_tag;

/// Members that a specification defines, for which the suite has no warning: OpenID Connect Discovery 3,
/// RFC 8414 2, the four logout specifications, and what later ones registered.
const MEMBERS: [&str; 70] = [
    "acr_values_supported",
    "authorization_details_types_supported",
    "authorization_encryption_alg_values_supported",
    "authorization_encryption_enc_values_supported",
    "authorization_challenge_endpoint",
    "authorization_endpoint",
    "authorization_response_iss_parameter_supported",
    "authorization_signing_alg_values_supported",
    "backchannel_authentication_endpoint",
    "backchannel_authentication_request_signing_alg_values_supported",
    "backchannel_logout_session_supported",
    "backchannel_logout_supported",
    "backchannel_token_delivery_modes_supported",
    "backchannel_user_code_parameter_supported",
    "check_session_iframe",
    "claim_types_supported",
    "claims_locales_supported",
    "claims_parameter_supported",
    "claims_supported",
    "code_challenge_methods_supported",
    "device_authorization_endpoint",
    "display_values_supported",
    "dpop_signing_alg_values_supported",
    "end_session_endpoint",
    "frontchannel_logout_session_supported",
    "frontchannel_logout_supported",
    "grant_types_supported",
    "id_token_encryption_alg_values_supported",
    "id_token_encryption_enc_values_supported",
    "id_token_signing_alg_values_supported",
    "introspection_encryption_alg_values_supported",
    "introspection_encryption_enc_values_supported",
    "introspection_endpoint",
    "introspection_endpoint_auth_methods_supported",
    "introspection_endpoint_auth_signing_alg_values_supported",
    "introspection_signing_alg_values_supported",
    "issuer",
    "jwks_uri",
    "mtls_endpoint_aliases",
    "op_policy_uri",
    "op_tos_uri",
    "prompt_values_supported",
    "protected_resources",
    "pushed_authorization_request_endpoint",
    "registration_endpoint",
    "request_object_encryption_alg_values_supported",
    "request_object_encryption_enc_values_supported",
    "request_object_signing_alg_values_supported",
    "request_parameter_supported",
    "request_uri_parameter_supported",
    "require_pushed_authorization_requests",
    "require_request_uri_registration",
    "require_signed_request_object",
    "response_modes_supported",
    "response_types_supported",
    "revocation_endpoint",
    "revocation_endpoint_auth_methods_supported",
    "revocation_endpoint_auth_signing_alg_values_supported",
    "scopes_supported",
    "service_documentation",
    "subject_types_supported",
    "tls_client_certificate_bound_access_tokens",
    "token_endpoint",
    "token_endpoint_auth_methods_supported",
    "token_endpoint_auth_signing_alg_values_supported",
    "ui_locales_supported",
    "userinfo_endpoint",
    "userinfo_encryption_alg_values_supported",
    "userinfo_encryption_enc_values_supported",
    "userinfo_signing_alg_values_supported",
];

fn words(metadata: &Value, name: &str) -> BTreeSet<String> {
    let values = metadata[name].as_array().unwrap_or_else(|| panic!("{name} is not advertised"));
    values.iter().map(|value| value.as_str().unwrap().to_owned()).collect()
}

/// The issuer is https without query and fragment; a server does not start with another one.
#[tokio::test(flavor = "multi_thread")]
async fn the_issuer_is_a_plain_https_url() {
    let op = Provider::builder().issuer("https://id.example").start().await;
    op.tenant("acme").await;
    for base in ["", "/t/acme"] {
        let found = Request::get(op.at(&format!("{base}/.well-known/openid-configuration"))).send().await;
        let document = found.json();
        let issuer = Url::parse(document["issuer"].as_str().unwrap()).unwrap();
        assert_eq!((issuer.scheme(), issuer.username(), issuer.password()), ("https", "", None));
        assert_eq!((issuer.query(), issuer.fragment()), (None, None));
    }
    assert!(Issuer::parse("https://id.example", false).is_ok());
    for wrong in
        ["http://id.example", "https://id.example?x=y", "https://id.example#x", "https://me@id.example"]
    {
        assert!(Issuer::parse(wrong, false).is_err(), "{wrong}");
    }
}

/// The suite warns of members that no specification defines.
#[tokio::test(flavor = "multi_thread")]
async fn every_member_has_a_specification() {
    for op in [Provider::start().await, Provider::open_to_clients().await] {
        let metadata = op.metadata().await;
        let unknown: Vec<_> =
            names_of(&metadata).into_iter().filter(|name| !MEMBERS.contains(name)).collect();
        assert_eq!(unknown, Vec::<&str>::new());
    }
}

/// Language tags in their canonical letter case, scopes of legal characters (RFC 6749 3.3).
#[tokio::test(flavor = "multi_thread")]
async fn locales_and_scopes_are_well_formed() {
    let op = Provider::open_to_clients().await;
    let metadata = op.metadata().await;
    assert!(words(&metadata, "ui_locales_supported").iter().all(|tag| is_canonical_tag(tag)));
    // Claims come in one language, so none is advertised.
    assert_eq!(metadata.get("claims_locales_supported"), None);
    for scope in words(&metadata, "scopes_supported") {
        let legal = |byte| matches!(byte, 0x21 | 0x23..=0x5b | 0x5d..=0x7e);
        assert!(!scope.is_empty() && scope.bytes().all(legal), "{scope}");
    }
    for wrong in ["DE", "de-at", "de_AT", "deutsch", "", "zh-hant"] {
        assert!(!is_canonical_tag(wrong), "{wrong}");
    }
}

/// What the dynamic plan reads before it registers anything.
#[tokio::test(flavor = "multi_thread")]
async fn what_the_dynamic_plan_asks_for() {
    let op = Provider::open_to_clients().await;
    let metadata = op.metadata().await;
    for (name, needed) in [
        ("response_types_supported", &["code", "id_token", "id_token token"][..]),
        ("grant_types_supported", &["authorization_code", "implicit", "refresh_token"]),
        ("id_token_signing_alg_values_supported", &["RS256"]),
        ("userinfo_signing_alg_values_supported", &["RS256"]),
        ("request_object_signing_alg_values_supported", &["RS256", "none"]),
        (
            "token_endpoint_auth_methods_supported",
            &["client_secret_basic", "client_secret_post", "client_secret_jwt", "private_key_jwt"],
        ),
    ] {
        let advertised = words(&metadata, name);
        assert!(needed.iter().all(|word| advertised.contains(*word)), "{name}: {advertised:?}");
    }
    for name in ["request_parameter_supported", "request_uri_parameter_supported"] {
        assert_eq!(metadata[name], true, "{name}");
    }
    let registration = metadata["registration_endpoint"].as_str().unwrap();
    assert_eq!(registration, format!("{}/register", op.issuer));
    let subjects = words(&metadata, "subject_types_supported");
    assert!(subjects.contains("public") || subjects.contains("pairwise"), "{subjects:?}");
}

/// Every member of a key is well formed (RFC 7518 6.2.1, 6.3.1; RFC 8037 2), and no two keys for one use share a
/// `kid`.
#[tokio::test(flavor = "multi_thread")]
async fn the_members_of_keys_are_well_formed() {
    let op = Provider::open_to_clients().await;
    let document = op.jwks().await;
    let mut seen = BTreeSet::new();
    for key in document["keys"].as_array().unwrap() {
        let text = |name: &str| key[name].as_str().unwrap_or_else(|| panic!("no {name}: {key}")).to_owned();
        let length = |name: &str| URL_SAFE_NO_PAD.decode(text(name)).unwrap().len();
        match (text("kty").as_str(), key["crv"].as_str()) {
            ("RSA", None) => {
                assert!(length("n") >= 256 && !text("n").starts_with("AA"), "{key}");
                assert_eq!(text("e"), "AQAB");
            }
            ("EC", Some("P-256")) => assert_eq!((length("x"), length("y")), (32, 32), "{key}"),
            ("EC", Some("P-384")) => assert_eq!((length("x"), length("y")), (48, 48), "{key}"),
            ("OKP", Some("Ed25519")) => assert_eq!(length("x"), 32, "{key}"),
            other => panic!("{other:?} is known to few: {key}"),
        }
        assert!(["sig", "enc"].contains(&text("use").as_str()), "{key}");
        assert!(seen.insert((text("use"), text("kid"), text("kty"), text("alg"))), "{key}");
    }
    assert!(seen.iter().any(|(usage, .., algorithm)| usage == "sig" && algorithm == "RS256"), "{seen:?}");
}

/// The demands of other profiles apply to no client of the default profile, neither in the metadata nor at the
/// endpoints.
#[tokio::test(flavor = "multi_thread")]
async fn nothing_of_another_profile_is_demanded() {
    let (op, alice, rp) = setup().await;
    let metadata = op.metadata().await;
    for name in [
        "require_pushed_authorization_requests",
        "require_signed_request_object",
        "tls_client_certificate_bound_access_tokens",
    ] {
        assert_ne!(metadata[name], true, "{name}");
    }
    // Neither PKCE nor a pushed request, and the token is a bearer token.
    let request = rp.authorization().without("code_challenge").without("code_challenge_method");
    let code = request.code(&op, &mut Browser::new(), &alice).await;
    let fields = [("grant_type", "authorization_code"), ("code", &code), ("redirect_uri", rp.redirect_uri())];
    let tokens = Tokens::of(&rp.token(&op, &fields).await);
    assert_eq!(tokens.token_type, "Bearer");
    assert!(claims_of(&tokens.access_token).get("cnf").is_none());
    let other = RelyingParty::confidential(&op).await;
    assert_eq!(other.userinfo(&op, &tokens.access_token).await.status, 200);
}
