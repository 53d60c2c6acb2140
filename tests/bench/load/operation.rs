//! What one connection does again and again, and what it does once before.

use std::rc::Rc;

use base64::prelude::{BASE64_STANDARD, Engine as _};
use serde::Deserialize;
use url::{Url, form_urlencoded};

use crate::browser::{self, Jar, Person};
use crate::http::{Connection, encode, request};
use crate::{Load, Result};

/// The pair of RFC 7636 appendix B. Making a new one each time would cost only the client.
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

/// The operations that are measured.
#[derive(Clone, Copy)]
pub(crate) enum Kind {
    ClientCredentials,
    CodeFlow,
    Refresh,
    Introspect,
    Userinfo,
    Discovery,
    Get,
}

/// One server and one client of it.
pub(crate) struct Site {
    issuer: Url,
    endpoints: Endpoints,
    client: Client,
    /// The address that is asked for, in place of an operation, with its token.
    asked: Option<(Url, String)>,
}

struct Client {
    id: String,
    authorization: String,
    redirect_uri: String,
    username: String,
    password: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Endpoints {
    authorization_endpoint: String,
    token_endpoint: String,
    introspection_endpoint: String,
    userinfo_endpoint: String,
}

#[derive(Deserialize)]
struct Tokens<'a> {
    access_token: &'a str,
    id_token: Option<&'a str>,
    refresh_token: Option<&'a str>,
}

/// One connection and its work.
pub(crate) struct Worker {
    connection: Connection,
    site: Rc<Site>,
    task: Task,
}

enum Task {
    /// The same request each time; a good answer holds the text.
    Same { request: Vec<u8>, text: &'static str },
    /// A chain of refresh tokens, each answer's used next.
    Chain { token: String },
    /// A signed-in person who comes again.
    Flow { jar: Jar, authorize: Url },
}

impl Site {
    /// Reads the discovery document, unless the load names its one endpoint.
    pub(crate) async fn find(load: &Load) -> Result<Self> {
        let issuer = Url::parse(&load.issuer)?;
        let asked = load.url.as_deref().map(Url::parse).transpose()?.map(|url| (url, load.bearer.clone()));
        let endpoints = match &load.token_endpoint {
            Some(url) => Endpoints { token_endpoint: url.clone(), ..Endpoints::default() },
            None if asked.is_some() => Endpoints::default(),
            None => {
                let mut connection = Connection::open(issuer.authority()).await?;
                let answer = connection.send(&discovery(&issuer)).await?;
                answer.expect(200, "token_endpoint")?;
                serde_json::from_str(answer.body)?
            }
        };
        Ok(Self { issuer, endpoints, client: Client::from(load), asked })
    }

    /// A POST that the client authenticates (RFC 6749 section 2.3.1).
    fn post(&self, endpoint: &str, pairs: &[(&str, &str)]) -> Result<Vec<u8>> {
        let url = Url::parse(endpoint)?;
        let fields = [self.client.authorization.clone()];
        Ok(request("POST", url.authority(), browser::target(&url), &fields, &encode(pairs)))
    }

    fn authorize(&self, scope: &str, prompt: Option<&str>) -> Result<Url> {
        let mut url = Url::parse(&self.endpoints.authorization_endpoint)?;
        url.query_pairs_mut().extend_pairs([
            ("response_type", "code"),
            ("client_id", &self.client.id),
            ("redirect_uri", &self.client.redirect_uri),
            ("scope", scope),
            ("state", "c2Vzc2lvbi1vZi10aGUtcnA"),
            ("nonce", "bm9uY2Utb2YtdGhlLXJw"),
            ("code_challenge", CHALLENGE),
            ("code_challenge_method", "S256"),
        ]);
        url.query_pairs_mut().extend_pairs(prompt.map(|prompt| ("prompt", prompt)));
        Ok(url)
    }

    /// The code exchange for the address that the application was called at.
    fn exchange(&self, callback: &str) -> Result<Vec<u8>> {
        let query = callback.strip_prefix(&self.client.redirect_uri).and_then(|rest| rest.strip_prefix('?'));
        let pairs = || form_urlencoded::parse(query.unwrap_or_default().as_bytes());
        let (_, code) = pairs().find(|(name, _)| name == "code").ok_or(format!("no code: {callback}"))?;
        self.post(
            &self.endpoints.token_endpoint,
            &[
                ("grant_type", "authorization_code"),
                ("code", &code),
                ("redirect_uri", &self.client.redirect_uri),
                ("code_verifier", VERIFIER),
            ],
        )
    }

    fn refresh(&self, token: &str) -> Result<Vec<u8>> {
        self.post(
            &self.endpoints.token_endpoint,
            &[("grant_type", "refresh_token"), ("refresh_token", token)],
        )
    }
}

impl From<&Load> for Client {
    fn from(load: &Load) -> Self {
        let part = |text: &str| form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
        let pair = format!("{}:{}", part(&load.client_id), part(&load.client_secret));
        Self {
            id: load.client_id.clone(),
            authorization: format!("Authorization: Basic {}", BASE64_STANDARD.encode(pair)),
            redirect_uri: load.redirect_uri.clone(),
            username: load.username.clone(),
            password: load.password.clone(),
        }
    }
}

fn discovery(issuer: &Url) -> Vec<u8> {
    let path = issuer.path().trim_end_matches('/');
    request("GET", issuer.authority(), &format!("{path}/.well-known/openid-configuration"), &[], "")
}

impl Worker {
    /// Connects, signs in where the operation needs a person, and does the operation once.
    pub(crate) async fn prepare(kind: Kind, site: Rc<Site>) -> Result<Self> {
        let url = site.asked.as_ref().map_or(&site.issuer, |(url, _)| url);
        let mut connection = Connection::open(url.authority()).await?;
        let task = task(kind, &site, &mut connection).await?;
        let mut worker = Self { connection, site, task };
        worker.once().await?;
        Ok(worker)
    }

    /// The operation, once, its answers checked.
    pub(crate) async fn once(&mut self) -> Result<()> {
        let Self { connection, site, task } = self;
        match task {
            Task::Same { request, text } => connection.send(request).await?.expect(200, text),
            Task::Chain { token } => {
                let answer = connection.send(&site.refresh(token)?).await?;
                answer.expect(200, "refresh_token")?;
                let tokens: Tokens<'_> = serde_json::from_str(answer.body)?;
                let next = tokens.refresh_token.filter(|next| next != token).ok_or("no rotation")?;
                *token = next.to_owned();
                Ok(())
            }
            Task::Flow { jar, authorize } => {
                let cookies = jar.line();
                let visit = request("GET", authorize.authority(), browser::target(authorize), &cookies, "");
                let answer = connection.send(&visit).await?;
                jar.absorb(&answer);
                let callback = browser::location(&answer)?.to_owned();
                let answer = connection.send(&site.exchange(&callback)?).await?;
                answer.expect(200, "access_token")?;
                let tokens: Tokens<'_> = serde_json::from_str(answer.body)?;
                tokens.id_token.map(|_| ()).ok_or_else(|| "no ID token".into())
            }
        }
    }
}

async fn task(kind: Kind, site: &Site, connection: &mut Connection) -> Result<Task> {
    let endpoints = &site.endpoints;
    let plain = "openid profile email";
    Ok(match kind {
        Kind::ClientCredentials => {
            let request = site.post(&endpoints.token_endpoint, &[("grant_type", "client_credentials")])?;
            Task::Same { request, text: "\"access_token\"" }
        }
        Kind::Get => {
            let (url, bearer) = site.asked.as_ref().ok_or("no --url")?;
            let fields = [format!("Authorization: Bearer {bearer}")];
            let request = request("GET", url.authority(), browser::target(url), &fields, "");
            Task::Same { request, text: "\"user_id\"" }
        }
        Kind::Discovery => Task::Same { request: discovery(&site.issuer), text: "\"issuer\"" },
        Kind::Introspect => {
            let (token, _) = signed_in(site, connection, site.authorize(plain, None)?).await?;
            let request = site.post(&endpoints.introspection_endpoint, &[("token", &token)])?;
            Task::Same { request, text: "\"active\":true" }
        }
        Kind::Userinfo => {
            let (token, _) = signed_in(site, connection, site.authorize(plain, None)?).await?;
            let url = Url::parse(&endpoints.userinfo_endpoint)?;
            let fields = [format!("Authorization: Bearer {token}")];
            let request = request("GET", url.authority(), browser::target(&url), &fields, "");
            Task::Same { request, text: "\"email\"" }
        }
        Kind::Refresh => {
            // OpenID Connect Core section 11: offline access asks for consent each time.
            let authorize = site.authorize("openid profile email offline_access", Some("consent"))?;
            let (_, token) = signed_in(site, connection, authorize).await?;
            Task::Chain { token: token.ok_or("no refresh token")? }
        }
        Kind::CodeFlow => {
            let authorize = site.authorize(plain, None)?;
            let mut jar = Jar::default();
            sign_in(site, connection, &mut jar, authorize.clone()).await?;
            Task::Flow { jar, authorize }
        }
    })
}

async fn sign_in(site: &Site, connection: &mut Connection, jar: &mut Jar, url: Url) -> Result<String> {
    let Client { username, password, redirect_uri, .. } = &site.client;
    browser::sign_in(connection, jar, &Person { username, password, redirect_uri }, url).await
}

/// A new session's access and refresh token.
async fn signed_in(
    site: &Site,
    connection: &mut Connection,
    authorize: Url,
) -> Result<(String, Option<String>)> {
    let callback = sign_in(site, connection, &mut Jar::default(), authorize).await?;
    let answer = connection.send(&site.exchange(&callback)?).await?;
    answer.expect(200, "access_token")?;
    let tokens: Tokens<'_> = serde_json::from_str(answer.body)?;
    Ok((tokens.access_token.to_owned(), tokens.refresh_token.map(str::to_owned)))
}
