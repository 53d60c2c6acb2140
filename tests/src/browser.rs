//! A browser without JavaScript: keeps cookies, follows redirects within the provider, fills in forms.

use std::collections::BTreeMap;

pub use credenza_testing::page::Form;
use url::Url;

use crate::Provider;
use crate::http_client::{Request, Response};

/// One browser at one provider.
#[derive(Clone, Default)]
pub struct Browser {
    /// Cookies by name.
    pub cookies: BTreeMap<String, String>,
    /// Headers that it sends with each request.
    pub headers: Vec<(String, String)>,
}

/// What the browser shows.
#[derive(Debug)]
pub struct Page {
    /// Its URL.
    pub url: String,
    /// The answer.
    pub response: Response,
}

impl Browser {
    /// A browser without cookies.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Sends a request with the cookies and keeps those of the answer.
    pub async fn send(&mut self, request: Request) -> Response {
        let response = self.dressed(request).send().await;
        self.keep(&response);
        response
    }

    /// The same to a server that may stop at any moment; `None` when the answer is incomplete.
    pub async fn try_send(&mut self, request: Request) -> Option<Response> {
        let response = self.dressed(request).try_send().await?;
        self.keep(&response);
        Some(response)
    }

    fn dressed(&self, mut request: Request) -> Request {
        if !self.cookies.is_empty() {
            let pairs: Vec<_> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
            request = request.header("cookie", &pairs.join("; "));
        }
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        request
    }

    fn keep(&mut self, response: &Response) {
        for cookie in response.headers.get_all("set-cookie") {
            let cookie = cookie.to_str().unwrap();
            let (pair, attributes) = cookie.split_once(';').unwrap_or((cookie, ""));
            let (name, value) = pair.split_once('=').unwrap();
            if attributes.contains("Max-Age=0") {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
    }

    /// Opens a URL and follows redirects within the provider; a redirect that leaves it is returned as the page.
    pub async fn open(&mut self, op: &Provider, url: &str) -> Page {
        let response = self.send(Request::get(op.reach(url))).await;
        self.follow(op, url.to_owned(), response).await
    }

    /// Sends a form with these fields beside the hidden ones, and follows as [`Browser::open`] does.
    pub async fn submit(&mut self, op: &Provider, page: &Page, fields: &[(&str, &str)]) -> Page {
        let form = page.form();
        let url = Url::parse(&page.url).unwrap().join(&form.action).unwrap().to_string();
        let mut all: Vec<(&str, &str)> = form.hidden.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
        all.extend_from_slice(fields);
        let response = self.send(Request::form(op.reach(&url), &all)).await;
        self.follow(op, url, response).await
    }

    pub(crate) async fn follow(&mut self, op: &Provider, mut url: String, mut response: Response) -> Page {
        for _ in 0..10 {
            if !response.status.is_redirection() {
                break;
            }
            let next = Url::parse(&url).unwrap().join(response.location()).unwrap().to_string();
            let callback = next.contains("/callback");
            if !next.starts_with(op.origin()) || callback {
                break;
            }
            response = self.send(Request::get(op.reach(&next))).await;
            url = next;
        }
        Page { url, response }
    }
}

impl Page {
    /// Its text.
    pub fn text(&self) -> String {
        self.response.text()
    }

    /// Whether it contains the text.
    pub fn says(&self, text: &str) -> bool {
        self.text().contains(text)
    }

    /// Its one form (or the first).
    #[track_caller]
    pub fn form(&self) -> Form {
        let text = self.text();
        Form::first(&text).unwrap_or_else(|| panic!("no form: {} {text}", self.response.status))
    }

    /// The value of a hidden field.
    pub fn hidden(&self, name: &str) -> String {
        let form = self.form();
        form.hidden.iter().find(|(known, _)| known == name).unwrap_or_else(|| panic!("no {name}")).1.clone()
    }
}
