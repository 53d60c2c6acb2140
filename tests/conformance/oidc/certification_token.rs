//! What the certification suite expects of tokens (plan oidcc-basic), as far as no other module tests it:
//!
//! | what | where |
//! |---|---|
//! | ID token: `alg`, `kid`, `iss`, `aud`, `nonce`, `at_hash`, claims by name | `core_id_token` |
//! | userinfo: GET and POST, `sub`, all nineteen claims, scopes, no value left out | `core_userinfo` |
//! | code twice, at once and after 30 seconds, and what it gave | `attacks::code` (A027) |
//! | Basic is decoded, one method and the registered one | `rfc6749_token`, `attacks::client_auth` |
//! | assertions: `aud`, `jti`, no `kid` | `rfc7523`, `attacks::assertion` |
//! | another client's refresh token, who gets one | `attacks::refresh` (A055), `rfc6749_token` |

use std::collections::BTreeSet;

use credenza_tests::{Browser, Provider, RelyingParty, Request, Response, Tokens, setup, verified};
use credenza_validator::Algorithm;
use serde_json::Value;

const YEAR: i64 = 365 * 86_400;
/// The claims that an ID token may hold without a request for them.
pub(crate) const ID_TOKEN_CLAIMS: [&str; 17] = [
    "iss",
    "sub",
    "aud",
    "exp",
    "iat",
    "auth_time",
    "nonce",
    "acr",
    "amr",
    "azp",
    "at_hash",
    "c_hash",
    "s_hash",
    "nbf",
    "jti",
    "sid",
    "txn",
];
const EVERY_SCOPE: &str = "openid profile email address phone offline_access";

#[tokio::test(flavor = "multi_thread")]
async fn times_and_sizes() {
    let (op, alice, rp) = setup().await;
    let request = rp.authorization().with("max_age", "15000");
    let tokens = rp.sign_in_with(&op, &alice, &mut Browser::new(), request).await;
    let claims = verified(&op, tokens.id(), Algorithm::RS256).await;
    let at = |name: &str| claims[name].as_i64().unwrap() - op.now();
    assert!((1..50 * YEAR).contains(&at("exp")));
    assert!((-300..=300).contains(&at("iat")));
    assert!((-YEAR..=0).contains(&at("auth_time")));
    assert!(claims["aud"] == rp.client_id() && claims.get("azp").is_none());
    assert!(claims["acr"].as_str().is_some_and(|acr| !acr.is_empty()));
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_unasked_and_scope_claims_at_userinfo_alone() {
    let (op, alice, rp) = setup().await;
    let request = rp.authorization().with("scope", EVERY_SCOPE);
    let tokens = rp.sign_in_with(&op, &alice, &mut Browser::new(), request).await;
    for id_token in [tokens.id(), Tokens::of(&rp.refresh(&op, tokens.refresh()).await).id()] {
        let claims = verified(&op, id_token, Algorithm::RS256).await;
        let more: Vec<_> = claims
            .as_object()
            .unwrap()
            .keys()
            .filter(|name| !ID_TOKEN_CLAIMS.contains(&name.as_str()))
            .collect();
        assert!(more.is_empty(), "{more:?}");
    }
    assert_eq!(rp.userinfo(&op, &tokens.access_token).await.json().as_object().unwrap().len(), 20);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_offered_is_not_advertised() {
    let op = Provider::start().await;
    let metadata = op.metadata().await;
    let algorithms: BTreeSet<_> = metadata["id_token_signing_alg_values_supported"]
        .as_array()
        .unwrap()
        .iter()
        .map(|algorithm| algorithm.as_str().unwrap())
        .collect();
    assert_eq!(algorithms, BTreeSet::from(["RS256", "PS256", "ES256", "ES384", "EdDSA"]));
    // Neither `none`, which a tenant has to allow, nor introspection answers as JWT.
    assert_eq!(metadata.get("introspection_signing_alg_values_supported"), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn each_claim_has_its_type() {
    let (op, alice, rp) = setup().await;
    let request = rp.authorization().with("scope", EVERY_SCOPE);
    let tokens = rp.sign_in_with(&op, &alice, &mut Browser::new(), request).await;
    let claims = rp.userinfo(&op, &tokens.access_token).await.json();
    let mut seen = 0;
    for (name, value) in claims.as_object().unwrap() {
        let right = match name.as_str() {
            "email_verified" | "phone_number_verified" => value.is_boolean(),
            // After 1990, and not in the future.
            "updated_at" => value.as_i64().is_some_and(|at| (631_152_000..=op.now()).contains(&at)),
            "address" => value.as_object().is_some_and(|parts| {
                !parts.is_empty()
                    && parts.values().all(|part| part.as_str().is_some_and(|part| !part.is_empty()))
            }),
            "birthdate" => value.as_str().is_some_and(is_birthdate),
            "locale" => value.as_str().is_some_and(is_canonical_tag),
            // A name of the IANA time zone database: an area and a place.
            "zoneinfo" => value.as_str().is_some_and(|zone| {
                zone.split_once('/').is_some_and(|(area, place)| !area.is_empty() && !place.is_empty())
            }),
            "profile" | "picture" | "website" => {
                value.as_str().is_some_and(|url| url::Url::parse(url).is_ok_and(|url| url.has_host()))
            }
            _ => value.as_str().is_some_and(|text| !text.trim().is_empty() && text != "null"),
        };
        assert!(right, "{name}: {value}");
        seen += 1;
    }
    assert_eq!(seen, 20);
}

/// `YYYY-MM-DD` or `YYYY`, not before 1850; the year `0000` withholds the year (OpenID Connect Core 5.1).
fn is_birthdate(text: &str) -> bool {
    let parts: Vec<_> = text.split('-').collect();
    let digits =
        |part: &&str, length: usize| part.len() == length && part.bytes().all(|byte| byte.is_ascii_digit());
    let lengths: &[usize] = if parts.len() == 1 { &[4] } else { &[4, 2, 2] };
    let year = parts.first().and_then(|year| year.parse::<u32>().ok()).unwrap_or_default();
    parts.len() == lengths.len()
        && parts.iter().zip(lengths).all(|(part, length)| digits(part, *length))
        && (year == 0 || (1850..=2027).contains(&year))
}

/// A language tag in the letter case that BCP 47 recommends: `de`, `de-AT`, `zh-Hant-TW`.
pub(crate) fn is_canonical_tag(text: &str) -> bool {
    let (language, rest) = text.split_once('-').unwrap_or((text, ""));
    let canonical = |part: &str| match part.len() {
        2 => part.bytes().all(|byte| byte.is_ascii_uppercase()),
        4 => {
            part.starts_with(|first: char| first.is_ascii_uppercase())
                && part[1..].bytes().all(|byte| byte.is_ascii_lowercase())
        }
        _ => false,
    };
    (2..=3).contains(&language.len())
        && language.bytes().all(|byte| byte.is_ascii_lowercase())
        && (rest.is_empty() || rest.split('-').all(canonical))
}

#[tokio::test(flavor = "multi_thread")]
async fn every_answer_is_json_that_nobody_keeps() {
    let (op, alice, rp) = setup().await;
    let public = RelyingParty::public(&op).await;
    let code = rp.authorization().code(&op, &mut Browser::new(), &alice).await;
    let redeemed = rp.redeem(&op, &code).await;
    let tokens = Tokens::of(&redeemed);
    let refreshed = rp.refresh(&op, tokens.refresh()).await;
    let liar = RelyingParty { secret: Some("x".to_owned()), ..rp.clone() };
    let assert_kind = |response: &Response, status: u16, error: &str| {
        assert_eq!(response.status, status, "{}", response.text());
        assert_eq!(response.header("content-type"), "application/json");
        assert_eq!(response.header("cache-control"), "no-store");
        assert_eq!(response.header("pragma"), "no-cache");
        assert_eq!(response.error(), error);
    };
    for response in [&redeemed, &refreshed] {
        assert_kind(response, 200, "");
        assert!((1..=YEAR).contains(&Tokens::of(response).expires_in));
    }
    let again = rp.redeem(&op, &code).await;
    assert_kind(&again, 400, "invalid_grant");
    assert_kind(&rp.token(&op, &[]).await, 400, "invalid_request");
    assert_kind(&rp.token(&op, &[("grant_type", "x")]).await, 400, "unsupported_grant_type");
    let machine = [("grant_type", "client_credentials")];
    assert_kind(&public.token(&op, &machine).await, 400, "unauthorized_client");
    let refused = liar.token(&op, &machine).await;
    assert_kind(&refused, 401, "invalid_client");
    assert!(refused.header("www-authenticate").starts_with("Basic "));
    let bodiless = Request::new("POST", op.at("/token")).send().await;
    assert_kind(&bodiless, 400, "invalid_request");
}

#[tokio::test(flavor = "multi_thread")]
async fn refreshing_with_and_without_scope() {
    let (op, alice, rp) = setup().await;
    let request = rp.authorization().with("max_age", "15000");
    let mut tokens = rp.sign_in_with(&op, &alice, &mut Browser::new(), request).await;
    let first = verified(&op, tokens.id(), Algorithm::RS256).await;
    for scope in ["", "openid", "openid profile email offline_access", "offline_access openid", ""] {
        op.pass(20);
        let fields = [("grant_type", "refresh_token"), ("refresh_token", tokens.refresh()), ("scope", scope)];
        let response = rp.token(&op, &fields).await;
        assert_eq!(response.status, 200, "{scope}: {}", response.text());
        tokens = Tokens::of(&response);
        let claims = verified(&op, tokens.id(), Algorithm::RS256).await;
        for same in ["iss", "sub", "aud", "azp", "auth_time"] {
            assert_eq!(claims.get(same), first.get(same), "{same}");
        }
        assert_eq!((&claims["iat"], claims.get("nonce")), (&Value::from(op.now()), None));
        let userinfo = rp.userinfo(&op, &tokens.access_token).await;
        assert_eq!(userinfo.json()["sub"], first["sub"]);
    }
}
