//! A relying party with good defaults, which a test changes where it needs to.

use std::collections::HashMap;

use credenza_protocol::client::{AccessTokenFormat, Client, DEFAULT_SCOPE, GrantType};
use credenza_protocol::client_auth::AuthMethod;
use credenza_protocol::client_secret::ClientSecret;
use credenza_protocol::ids::{ClientId, ClientSecretId};
use credenza_protocol::scope::Scope;
use credenza_protocol::secret::Secret;
use credenza_protocol::tenant::DEFAULT_TENANT;
use credenza_protocol::version::Version;
use credenza_storage::{ClientRecord, Update};
use serde::Deserialize;
use url::form_urlencoded;

use crate::browser::{Browser, Page};
use crate::http_client::{Request, Response};
use crate::provider::{Person, Provider};
use credenza::clock::Clock as _;
use credenza::keys::seal;
use credenza::rng;

mod page;

/// RFC 7636 appendix B.
pub const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
/// Its challenge.
pub const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

/// Both forms of access tokens.
pub const FORMATS: [AccessTokenFormat; 2] = [AccessTokenFormat::Jwt, AccessTokenFormat::Opaque];

/// A registered client.
#[derive(Clone, Debug)]
pub struct RelyingParty {
    /// Its metadata.
    pub client: Client,
    /// Its secret.
    pub secret: Option<String>,
    /// The path of its tenant.
    pub base: String,
}

/// An answer of the token endpoint.
#[derive(Clone, Debug, Deserialize)]
pub struct Tokens {
    /// The access token.
    pub access_token: String,
    /// `Bearer`.
    pub token_type: String,
    /// Seconds.
    pub expires_in: i64,
    /// The scope.
    pub scope: Option<String>,
    /// The refresh token.
    pub refresh_token: Option<String>,
    /// The ID token.
    pub id_token: Option<String>,
}

/// An authorization request under construction.
#[derive(Clone, Debug)]
pub struct Authorization {
    /// The path of the tenant.
    pub base: String,
    /// The parameters, in order.
    pub parameters: Vec<(String, String)>,
}

impl RelyingParty {
    /// The metadata of a confidential web client that may use every grant and scope.
    #[must_use]
    pub fn metadata() -> Client {
        Client {
            client_name: "Wonder & Land".to_owned(),
            redirect_uris: vec!["https://rp.test/callback".to_owned()],
            post_logout_redirect_uris: vec!["https://rp.test/signed-out".to_owned()],
            grant_types: GrantType::ALL.to_vec(),
            scope: Scope::parse(&format!("{DEFAULT_SCOPE} api:read api:write")).unwrap(),
            resources: vec!["https://api.test/".to_owned(), "https://other.test/".to_owned()],
            ..Client::new(ClientId::new(""))
        }
    }

    /// A confidential client of the default tenant.
    pub async fn confidential(op: &Provider) -> Self {
        Self::register(op, |_| ()).await
    }

    /// A public client of the default tenant.
    pub async fn public(op: &Provider) -> Self {
        Self::register(op, |client| client.token_endpoint_auth_method = AuthMethod::None).await
    }

    /// A confidential client of the default tenant whose access tokens have this form.
    pub async fn of_format(op: &Provider, format: AccessTokenFormat) -> Self {
        Self::register(op, |client| client.access_token_format = format).await
    }

    /// A client of the default tenant that differs from [`RelyingParty::metadata`].
    pub async fn register(op: &Provider, change: impl FnOnce(&mut Client)) -> Self {
        Self::register_at(op, DEFAULT_TENANT, change).await
    }

    /// The same at another tenant.
    pub async fn register_at(op: &Provider, tenant: &str, change: impl FnOnce(&mut Client)) -> Self {
        let mut client = Self::metadata();
        client.client_id = ClientId::new(rng::id(op.state.rng.as_ref()));
        change(&mut client);
        // Long enough for HS512.
        let (one, two) = (rng::secret(op.state.rng.as_ref()), rng::secret(op.state.rng.as_ref()));
        let secret = format!("{}{}", one.reveal(), two.reveal());
        let method = client.token_endpoint_auth_method;
        let tenant_id = op.tenant_id(tenant).await;
        let context = seal::of_client_secret(&tenant_id, &client.client_id);
        let sealed = op.state.master.seal(op.state.rng.as_ref(), &context, secret.as_bytes());
        let now = op.clock.now();
        let kept = ClientSecret::new(ClientSecretId::new("made"), &Secret::presented(secret.as_str()), now);
        let sealed = (method == AuthMethod::ClientSecretJwt).then_some(sealed);
        let record = ClientRecord {
            client: client.clone(),
            secrets: method.has_secret().then_some(ClientSecret { sealed, ..kept }).into_iter().collect(),
            created_at: now,
            updated_at: now,
            disabled_at: None,
            version: Version::FIRST,
            registered: None,
        };
        assert!(op.state.store.clients.create(&tenant_id, record).await.unwrap());
        let base = if tenant == DEFAULT_TENANT { String::new() } else { format!("/t/{tenant}") };
        Self { client, secret: method.has_secret().then_some(secret), base }
    }

    /// `client_id`.
    #[must_use]
    pub fn client_id(&self) -> &str {
        self.client.client_id.as_str()
    }

    /// The first redirect URI.
    #[must_use]
    pub fn redirect_uri(&self) -> &str {
        &self.client.redirect_uris[0]
    }

    /// Disables or enables the client.
    pub async fn set_enabled(&self, op: &Provider, enabled: bool) {
        let tenant = op.default_tenant().await;
        let disabled_at = (!enabled).then(|| op.clock.now());
        let clients = &op.state.store.clients;
        assert!(clients.set_disabled(&tenant, &self.client.client_id, disabled_at).await.unwrap());
    }

    /// Changes what is stored of the client, as an operator does.
    pub async fn update(&self, op: &Provider, change: impl FnOnce(&mut ClientRecord)) {
        let tenant = op.default_tenant().await;
        let clients = &op.state.store.clients;
        let mut record = clients.find(&tenant, &self.client.client_id).await.unwrap().unwrap();
        change(&mut record);
        assert_eq!(clients.update(&tenant, record.version, record).await.unwrap(), Update::Updated);
    }

    /// A usual authorization request: code, `openid profile email offline_access`, state, nonce, PKCE.
    #[must_use]
    pub fn authorization(&self) -> Authorization {
        let parameters = [
            ("client_id", self.client_id()),
            ("response_type", "code"),
            ("redirect_uri", self.redirect_uri()),
            ("scope", "openid profile email offline_access"),
            ("state", "st4te"),
            ("nonce", "n0nce"),
            ("code_challenge", CHALLENGE),
            ("code_challenge_method", "S256"),
        ];
        let parameters = parameters.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
        Authorization { base: self.base.clone(), parameters }
    }

    /// A form to an endpoint of the tenant, with the client's credentials.
    pub fn call(&self, op: &Provider, path: &str, fields: &[(&str, &str)]) -> Request {
        let url = op.at(&format!("{}{path}", self.base));
        let mut fields = fields.to_vec();
        match (self.client.token_endpoint_auth_method, &self.secret) {
            (AuthMethod::ClientSecretBasic, Some(secret)) => {
                Request::form(url, &fields).basic(self.client_id(), secret)
            }
            (AuthMethod::ClientSecretPost, Some(secret)) => {
                fields.extend([("client_id", self.client_id()), ("client_secret", secret)]);
                Request::form(url, &fields)
            }
            (AuthMethod::None, _) => {
                fields.push(("client_id", self.client_id()));
                Request::form(url, &fields)
            }
            _ => Request::form(url, &fields),
        }
    }

    /// A token request.
    pub async fn token(&self, op: &Provider, fields: &[(&str, &str)]) -> Response {
        self.call(op, "/token", fields).send().await
    }

    /// The fields by which a code of [`RelyingParty::authorization`] is redeemed.
    #[must_use]
    pub fn redemption<'a>(&'a self, code: &'a str) -> [(&'a str, &'a str); 4] {
        [
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", self.redirect_uri()),
            ("code_verifier", VERIFIER),
        ]
    }

    /// Redeems a code of [`RelyingParty::authorization`].
    pub async fn redeem(&self, op: &Provider, code: &str) -> Response {
        self.token(op, &self.redemption(code)).await
    }

    /// Exchanges a refresh token.
    pub async fn refresh(&self, op: &Provider, refresh_token: &str) -> Response {
        self.token(op, &[("grant_type", "refresh_token"), ("refresh_token", refresh_token)]).await
    }

    /// Whether the token is active, as the introspection endpoint tells this client.
    pub async fn introspect(&self, op: &Provider, token: &str) -> serde_json::Value {
        let response = self.call(op, "/introspect", &[("token", token)]).send().await;
        assert_eq!(response.status, 200, "{}", response.text());
        response.json()
    }

    /// Asks the userinfo endpoint.
    pub async fn userinfo(&self, op: &Provider, access_token: &str) -> Response {
        Request::get(op.at(&format!("{}/userinfo", self.base))).bearer(access_token).send().await
    }

    /// Signs the person in by a new browser and redeems the code.
    pub async fn sign_in(&self, op: &Provider, person: &Person) -> Tokens {
        self.sign_in_with(op, person, &mut Browser::new(), self.authorization()).await
    }

    /// Signs the person in by that browser and with that request, and redeems the code.
    pub async fn sign_in_with(
        &self,
        op: &Provider,
        person: &Person,
        browser: &mut Browser,
        authorization: Authorization,
    ) -> Tokens {
        let code = authorization.code(op, browser, person).await;
        let response = self.redeem(op, &code).await;
        assert_eq!(response.status, 200, "{}", response.text());
        Tokens::of(&response)
    }
}

impl Tokens {
    /// Reads the answer of the token endpoint.
    #[track_caller]
    #[must_use]
    pub fn of(response: &Response) -> Self {
        serde_json::from_slice(&response.body).unwrap_or_else(|e| panic!("{e}: {}", response.text()))
    }

    /// The refresh token, which must be there.
    #[must_use]
    pub fn refresh(&self) -> &str {
        self.refresh_token.as_deref().expect("a refresh token")
    }

    /// The ID token, which must be there.
    #[must_use]
    pub fn id(&self) -> &str {
        self.id_token.as_deref().expect("an ID token")
    }
}

impl Authorization {
    /// With this parameter instead of the one of that name, or beside the others.
    #[must_use]
    pub fn with(mut self, name: &str, value: &str) -> Self {
        match self.parameters.iter_mut().find(|(known, _)| known == name) {
            Some((_, old)) => value.clone_into(old),
            None => self.parameters.push((name.to_owned(), value.to_owned())),
        }
        self
    }

    /// With this parameter once more.
    #[must_use]
    pub fn and(mut self, name: &str, value: &str) -> Self {
        self.parameters.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Without this parameter.
    #[must_use]
    pub fn without(mut self, name: &str) -> Self {
        self.parameters.retain(|(known, _)| known != name);
        self
    }

    /// The parameters, encoded.
    #[must_use]
    pub fn query(&self) -> String {
        form_urlencoded::Serializer::new(String::new()).extend_pairs(&self.parameters).finish()
    }

    /// The URL at the issuer.
    #[must_use]
    pub fn url(&self, op: &Provider) -> String {
        format!("{}{}/authorize?{}", op.issuer, self.base, self.query())
    }

    /// Opens it in the browser: the sign-in page, another page, or the answer.
    pub async fn open(&self, op: &Provider, browser: &mut Browser) -> Page {
        browser.open(op, &self.url(op)).await
    }

    /// Opens it, and does what each page asks (sign in, choose, allow) until the answer comes.
    pub async fn finish(&self, op: &Provider, browser: &mut Browser, person: &Person) -> Page {
        let mut page = self.open(op, browser).await;
        for _ in 0..5 {
            let fields: &[(&str, &str)] = if page.says("login-submit") {
                &[("username", &person.username), ("password", &person.password)]
            } else if page.says("account-continue") {
                &[("decision", "continue")]
            } else if page.says("consent-allow") {
                &[("decision", "allow")]
            } else {
                break;
            };
            page = browser.submit(op, &page, fields).await;
        }
        page
    }

    /// The answer's parameters, wherever they travel.
    pub async fn answer(
        &self,
        op: &Provider,
        browser: &mut Browser,
        person: &Person,
    ) -> HashMap<String, String> {
        self.finish(op, browser, person).await.answer()
    }

    /// The code of the answer.
    pub async fn code(&self, op: &Provider, browser: &mut Browser, person: &Person) -> String {
        let answer = self.answer(op, browser, person).await;
        answer.get("code").unwrap_or_else(|| panic!("no code: {answer:?}")).clone()
    }
}
