//! A person with a browser: goes through the pages of the provider, fills in forms, presses buttons, and returns to
//! the application with the answer.

use std::collections::BTreeMap;

use axum::body::Body;
use axum::extract::Request;
use credenza::listener::PeerAddr;
use http::header::{CONTENT_TYPE, COOKIE, LOCATION, SET_COOKIE};
use http::{HeaderMap, Method, StatusCode};
use http_body_util::BodyExt as _;
use serde::{Deserialize, Serialize};
use url::{Url, form_urlencoded};

use crate::page::{self, Form};
use crate::{Error, Provider};

/// More pages than any sign-in has.
const MOST_STEPS: usize = 20;
/// The size limit of a page.
const LARGEST_PAGE: usize = 1 << 20;

/// A browser and its cookies by name. A new one has none.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(transparent)]
pub struct Browser {
    cookies: BTreeMap<String, String>,
}

/// The person using it, and what they do.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Person {
    /// The username. Without one, a page that asks for it is an error.
    pub username: Option<String>,
    /// The password, if it is not the one that the user was created with.
    pub password: Option<String>,
    /// Whether they refuse consent.
    pub denies: bool,
}

/// The answer of an authorization request.
#[derive(Clone, Debug, Serialize)]
pub struct Callback {
    /// Where the browser goes: by GET, or by POST of `form`.
    pub url: String,
    /// The form fields that the browser posts there (`response_mode=form_post`).
    pub form: Option<BTreeMap<String, String>>,
    /// The parameters of the answer, wherever they travel: query, fragment or form.
    pub params: BTreeMap<String, String>,
}

/// The end of a sign-out.
#[derive(Clone, Debug, Serialize)]
pub struct SignedOut {
    /// The post-logout redirect URI.
    pub url: Option<String>,
}

/// What the browser shows.
struct Page {
    url: Url,
    status: StatusCode,
    headers: HeaderMap,
    html: String,
}

enum Shown {
    Page(Page),
    /// A redirect that leads away from the provider.
    Away(String),
}

impl Person {
    /// The user who was created with that name.
    #[must_use]
    pub fn named(username: &str) -> Self {
        Self { username: Some(username.to_owned()), ..Self::default() }
    }
}

impl Browser {
    /// Opens an authorization URL of the application, does what each page asks, and returns what the application gets.
    ///
    /// # Errors
    /// [`Error::Page`] where the sign-in cannot continue, for instance after a wrong password;
    /// [`Error::Invalid`] when the URL is not the provider's.
    pub async fn authorize(&mut self, op: &Provider, url: &str, person: &Person) -> Result<Callback, Error> {
        let mut shown = self.open(op, url).await?;
        let mut typed = false;
        for _ in 0..MOST_STEPS {
            let page = match shown {
                Shown::Away(url) => return callback(url, None),
                Shown::Page(page) => page,
            };
            let fields = if page.has("login-submit") && !typed {
                typed = true;
                credentials(op, person, &page)?
            } else if page.has("account-continue") {
                vec![("decision", "continue".to_owned())]
            } else if page.has("consent-allow") {
                vec![("decision", if person.denies { "deny" } else { "allow" }.to_owned())]
            } else {
                return posted(op, page);
            };
            shown = self.submit(op, &page, &fields).await?;
        }
        Err(Error::failed("the pages came to no end"))
    }

    /// Opens a sign-out URL of the application and confirms if asked (OpenID Connect RP-Initiated Logout).
    ///
    /// # Errors
    /// As [`Browser::authorize`].
    pub async fn sign_out(&mut self, op: &Provider, url: &str) -> Result<SignedOut, Error> {
        let mut shown = self.open(op, url).await?;
        for _ in 0..MOST_STEPS {
            let page = match shown {
                Shown::Away(url) => return Ok(SignedOut { url: Some(url) }),
                Shown::Page(page) if page.status.is_success() => page,
                Shown::Page(page) => return Err(page.unexpected()),
            };
            if !page.has("logout-confirm") {
                return Ok(SignedOut { url: page::link(&page.html, "logout-continue") });
            }
            shown = self.submit(op, &page, &[("decision", "logout".to_owned())]).await?;
        }
        Err(Error::failed("the pages came to no end"))
    }

    async fn open(&mut self, op: &Provider, url: &str) -> Result<Shown, Error> {
        let url = Url::parse(url).map_err(|error| Error::Invalid(format!("{url:?}: {error}")))?;
        if !is_at(op, &url) {
            return Err(Error::Invalid(format!("{url} is not at {}", op.issuer())));
        }
        self.follow(op, Method::GET, url, String::new()).await
    }

    async fn submit(
        &mut self,
        op: &Provider,
        page: &Page,
        fields: &[(&str, String)],
    ) -> Result<Shown, Error> {
        let form = Form::first(&page.html).ok_or_else(|| page.unexpected())?;
        let url = page.url.join(&form.action).map_err(Error::failed)?;
        let body = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(&form.hidden)
            .extend_pairs(fields)
            .finish();
        self.follow(op, Method::POST, url, body).await
    }

    /// Sends a request, and follows redirects for as long as they stay at the provider.
    async fn follow(
        &mut self,
        op: &Provider,
        method: Method,
        url: Url,
        body: String,
    ) -> Result<Shown, Error> {
        let mut page = self.send(op, method, url, body).await?;
        for _ in 0..MOST_STEPS {
            let Some(location) = page.location() else { return Ok(Shown::Page(page)) };
            let next = page.url.join(location).map_err(Error::failed)?;
            if !is_at(op, &next) {
                // The original text: parsing a URL may change it.
                return Ok(Shown::Away(location.to_owned()));
            }
            page = self.send(op, Method::GET, next, String::new()).await?;
        }
        Err(Error::failed("the redirects came to no end"))
    }

    async fn send(&mut self, op: &Provider, method: Method, url: Url, body: String) -> Result<Page, Error> {
        let path =
            url.query().map_or_else(|| url.path().to_owned(), |query| format!("{}?{query}", url.path()));
        let cookies: Vec<_> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let mut request = Request::builder().method(method.clone()).uri(path);
        if !cookies.is_empty() {
            request = request.header(COOKIE, cookies.join("; "));
        }
        if method == Method::POST {
            request = request.header(CONTENT_TYPE, "application/x-www-form-urlencoded");
        }
        let mut request = request.body(Body::from(body)).map_err(Error::invalid)?;
        request.extensions_mut().insert(PeerAddr(([127, 0, 0, 1], 0).into()));
        let (parts, body) = op.answer(request).await.into_parts();
        let body = http_body_util::Limited::new(body, LARGEST_PAGE).collect().await;
        let body = body.map_err(|error| Error::Failed(format!("{url} did not answer: {error}")))?;
        let html = String::from_utf8_lossy(&body.to_bytes()).into_owned();
        self.keep(&parts.headers);
        Ok(Page { url, status: parts.status, headers: parts.headers, html })
    }

    fn keep(&mut self, headers: &HeaderMap) {
        let cookies = headers.get_all(SET_COOKIE).into_iter().filter_map(|value| value.to_str().ok());
        for cookie in cookies {
            let (pair, attributes) = cookie.split_once(';').unwrap_or((cookie, ""));
            let Some((name, value)) = pair.split_once('=') else { continue };
            match attributes.contains("Max-Age=0") {
                true => self.cookies.remove(name),
                false => self.cookies.insert(name.to_owned(), value.to_owned()),
            };
        }
    }
}

impl Page {
    fn has(&self, id: &str) -> bool {
        self.html.contains(&format!("id=\"{id}\""))
    }

    fn location(&self) -> Option<&str> {
        let location = self.headers.get(LOCATION).filter(|_| self.status.is_redirection());
        location.and_then(|value| value.to_str().ok())
    }

    fn unexpected(&self) -> Error {
        let text = match page::says(&self.html) {
            text if text.is_empty() => self.html.chars().take(200).collect(),
            text => text,
        };
        Error::Page { url: self.url.to_string(), status: self.status.as_u16(), text }
    }
}

fn is_at(op: &Provider, url: &Url) -> bool {
    Url::parse(op.issuer()).is_ok_and(|issuer| issuer.origin() == url.origin())
}

/// The fields that the person fills in.
fn credentials(op: &Provider, person: &Person, page: &Page) -> Result<Vec<(&'static str, String)>, Error> {
    let username = person.username.clone().ok_or_else(|| page.unexpected())?;
    let password = person.password.clone().or_else(|| op.world().password(&username));
    let password = password.ok_or_else(|| Error::absent("user whose password is known", &username))?;
    Ok(vec![("username", username), ("password", password)])
}

/// The answer, if the page is one that posts it.
fn posted(op: &Provider, page: Page) -> Result<Callback, Error> {
    let form = Form::first(&page.html).filter(|_| page.status.is_success());
    let away = form.and_then(|form| {
        let action = page.url.join(&form.action).ok()?;
        (!is_at(op, &action)).then_some(form)
    });
    let form = away.ok_or_else(|| page.unexpected())?;
    callback(form.action, Some(form.hidden.into_iter().collect()))
}

fn callback(url: String, form: Option<BTreeMap<String, String>>) -> Result<Callback, Error> {
    let params = match &form {
        Some(form) => form.clone(),
        None => {
            let url = Url::parse(&url).map_err(Error::failed)?;
            let encoded = url.fragment().or(url.query()).unwrap_or_default();
            form_urlencoded::parse(encoded.as_bytes()).into_owned().collect()
        }
    };
    Ok(Callback { url, form, params })
}
