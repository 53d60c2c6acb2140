//! Tokens in the forms that services print in their public documentation, signed by a key of our own: these services
//! cannot be started here, so nothing of them is recorded.

use serde_json::{Value, json};

use crate::case::{AUDIENCE, Case, NOW, Step, ok, with};
use crate::keys::{self, Key};
use crate::token::Token;

const RS256: Key = Key::Rsa(credenza_validator::Algorithm::RS256);
const TENANT: &str = "8c1f4b0a-5d3e-4f6a-9b2c-7e8d9f0a1b2c";

/// What one service documents.
struct Documented {
    name: &'static str,
    about: &'static str,
    /// Settings beside the profile.
    settings: Value,
    metadata: &'static str,
    /// The issuer in the metadata.
    issuer: &'static str,
    jwks: &'static str,
    typ: Option<&'static str>,
    claims: Value,
    /// What the token has, where the profile says that it stands.
    has: Value,
    /// Settings with which the same token is refused, and the rule.
    refused: (Value, &'static str),
}

pub(crate) fn cases() -> Vec<Case> {
    [okta(), auth0(), entra_v2(), entra_v1(), cognito(), google()]
        .iter()
        .flat_map(Documented::cases)
        .collect()
}

impl Documented {
    fn token(&self) -> Token {
        let token = Token::id().no_claim("nonce").by(RS256);
        let token = match self.typ {
            Some(typ) => token.header("typ", typ),
            None => token.no_header("typ"),
        };
        let members = self.claims.as_object().unwrap();
        members.iter().fold(token, |token, (name, value)| match value {
            Value::Null => token.no_claim(name),
            value => token.claim(name, value),
        })
    }

    fn case(&self, suffix: &str, about: &str, settings: Value) -> Case {
        let metadata = json!({ "issuer": self.issuer, "jwks_uri": self.jwks });
        // Not every service writes `alg` into its keys.
        let key = with(RS256.jwk(), json!({ "alg": null }));
        Case::new(
            format!("documented_{}{suffix}", self.name),
            format!("Documented: {} {about}", self.about).trim_end(),
        )
        .settings(settings)
        .answer(self.metadata, ok(metadata))
        .answer(self.jwks, ok(keys::set([key])))
    }

    fn cases(&self) -> Vec<Case> {
        let token = self.token();
        let bearer = || Step::bearer(token.text());
        let fetches = [self.metadata, self.jwks];
        let settings = || self.settings.clone();
        let (more, rule) = self.refused.clone();
        let other = with(settings(), more);
        let lacking = bearer().requires(json!({ "scopes": ["never"] }));
        let expired = bearer().at(NOW + 290 + 30).deny("exp");
        vec![
            self.case("", "", settings())
                .step(bearer().requires(self.has.clone()).allow_token(&token).fetches(&fetches)),
            self.case("_lacks_scope", "It lacks a scope.", settings())
                .step(lacking.deny_with("scope", "Bearer", r#"scope="never""#).fetches(&fetches)),
            self.case("_refused", "It is for somebody else.", other)
                .step(bearer().deny(rule).fetches(&fetches)),
            self.case("_expired", "It has expired.", settings()).step(expired.fetches(&fetches)),
        ]
    }
}

fn settings(profile: &str, issuer: &str, more: Value) -> Value {
    with(json!({ "profile": profile, "issuer": issuer, "audience": AUDIENCE }), more)
}

fn other_audience() -> (Value, &'static str) {
    (json!({ "audience": "https://other.example" }), "aud")
}

fn okta() -> Documented {
    let issuer = "https://example.okta.com/oauth2/default";
    Documented {
        name: "okta",
        about: "A custom authorization server of Okta: scopes are a list in scp, the client is in cid, and there is no typ.",
        settings: settings("okta", issuer, json!({})),
        metadata: "https://example.okta.com/oauth2/default/.well-known/openid-configuration",
        issuer,
        jwks: "https://example.okta.com/oauth2/default/v1/keys",
        typ: None,
        claims: json!({
            "ver": 1, "jti": "AT.example", "iss": issuer, "aud": AUDIENCE, "sub": "ada@example.org",
            "cid": "0oaexample", "uid": "00uexample", "scp": ["openid", "orders:read"], "auth_time": NOW - 20,
        }),
        has: json!({ "scopes": ["orders:read"], "client_ids": ["0oaexample"] }),
        refused: other_audience(),
    }
}

fn auth0() -> Documented {
    let issuer = "https://example.auth0.com/";
    Documented {
        name: "auth0",
        about: "Auth0's own token profile: the type is JWT, the client is in azp, and the issuer ends in a slash.",
        settings: settings("auth0", issuer, json!({})),
        metadata: "https://example.auth0.com/.well-known/openid-configuration",
        issuer,
        jwks: "https://example.auth0.com/.well-known/jwks.json",
        typ: Some("JWT"),
        claims: json!({
            "iss": issuer, "sub": "auth0|example", "aud": [AUDIENCE, "https://example.auth0.com/userinfo"],
            "azp": "client-1", "gty": "password", "scope": "openid orders:read", "permissions": ["orders:read"],
        }),
        has: json!({ "scopes": ["orders:read"], "client_ids": ["client-1"] }),
        refused: other_audience(),
    }
}

fn entra_v2() -> Documented {
    let template = "https://login.microsoftonline.com/{tenantid}/v2.0";
    Documented {
        name: "entra_v2",
        about: "Microsoft Entra ID for several tenants: the issuer in the metadata is a template.",
        settings: settings("entra", template, json!({ "tenants": [TENANT] })),
        metadata: "https://login.microsoftonline.com/common/v2.0/.well-known/openid-configuration",
        issuer: template,
        jwks: "https://login.microsoftonline.com/common/discovery/v2.0/keys",
        typ: Some("JWT"),
        claims: json!({
            "iss": format!("https://login.microsoftonline.com/{TENANT}/v2.0"), "aud": AUDIENCE, "sub": "pairwise",
            "nbf": NOW - 10, "azp": "client-1", "azpacr": "1", "name": "Ada", "oid": "object", "rh": "0.example.",
            "scp": "orders:read orders:write", "tid": TENANT, "uti": "example", "ver": "2.0",
        }),
        has: json!({ "scopes": ["orders:read"], "client_ids": ["client-1"] }),
        refused: (json!({ "tenants": ["00000000-0000-0000-0000-000000000000"] }), "iss"),
    }
}

fn entra_v1() -> Documented {
    let issuer = "https://sts.windows.net/8c1f4b0a-5d3e-4f6a-9b2c-7e8d9f0a1b2c/";
    Documented {
        name: "entra_v1",
        about: "A token of version 1.0 of Microsoft Entra ID: another issuer, and the client is in appid.",
        settings: settings("entra", issuer, json!({})),
        metadata: "https://sts.windows.net/8c1f4b0a-5d3e-4f6a-9b2c-7e8d9f0a1b2c/.well-known/openid-configuration",
        issuer,
        jwks: "https://login.microsoftonline.com/common/discovery/keys",
        typ: Some("JWT"),
        claims: json!({
            "iss": issuer, "aud": AUDIENCE, "sub": "pairwise", "nbf": NOW - 10, "acr": "1", "amr": ["pwd"],
            "appid": "client-1", "appidacr": "0", "scp": "orders:read", "tid": TENANT, "unique_name": "ada",
            "ver": "1.0",
        }),
        has: json!({ "scopes": ["orders:read"], "client_ids": ["client-1"] }),
        refused: other_audience(),
    }
}

fn cognito() -> Documented {
    let issuer = "https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_Example";
    Documented {
        name: "cognito",
        about: "A user pool of Amazon Cognito: no aud and no typ; the client stands in for the audience.",
        settings: settings("cognito", issuer, json!({ "audience": null, "client_ids": ["client-1"] })),
        metadata: "https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_Example/.well-known/openid-configuration",
        issuer,
        jwks: "https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_Example/.well-known/jwks.json",
        typ: None,
        claims: json!({
            "sub": "user-1", "cognito:groups": ["staff"], "iss": issuer, "aud": null, "version": 2,
            "client_id": "client-1", "origin_jti": "origin", "event_id": "event", "token_use": "access",
            "scope": "openid orders:read", "auth_time": NOW - 20, "jti": "token-1", "username": "ada",
        }),
        has: json!({ "scopes": ["orders:read"], "client_ids": ["client-1"] }),
        refused: (json!({ "client_ids": ["client-2"] }), "aud"),
    }
}

fn google() -> Documented {
    let issuer = "https://accounts.google.com";
    let client = "1234567890.apps.googleusercontent.com";
    Documented {
        name: "google",
        about: "An ID token of Google as a credential, as its access tokens are opaque: the issuer without https.",
        settings: settings("google", issuer, json!({ "audience": client })),
        metadata: "https://accounts.google.com/.well-known/openid-configuration",
        issuer,
        jwks: "https://www.googleapis.com/oauth2/v3/certs",
        typ: Some("JWT"),
        claims: json!({
            "iss": "accounts.google.com", "azp": client, "aud": client, "sub": "10769150350006150715113082367",
            "at_hash": "HK6E_P6Dh8Y93mRNtsDB1Q", "hd": "example.com", "email": "ada@example.com",
            "email_verified": true,
        }),
        has: json!({ "client_ids": [client] }),
        refused: other_audience(),
    }
}
