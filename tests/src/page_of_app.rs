//! A page of an application whose refresh token stays in a cookie of the provider, in a browser that has its origin.

use credenza_protocol::client_auth::AuthMethod;

use crate::browser::Browser;
use crate::http_client::{Request, Response};
use crate::provider::{Person, Provider};
use crate::relying_party::{RelyingParty, Tokens};

/// The issuer, over https, so that cookies have their prefixes.
pub const ISSUER_OF_APPS: &str = "https://id.example.test";
/// The origin of the application's pages.
pub const APP_ORIGIN: &str = "https://app.example.test";

/// A script in a page.
pub struct PageOfApp {
    /// The application.
    pub rp: RelyingParty,
    /// The browser that shows the page.
    pub browser: Browser,
    /// The origin of the page, if the browser names one.
    pub origin: Option<String>,
}

impl PageOfApp {
    /// An application of that kind, and a browser in which nobody is signed in.
    pub async fn of(op: &Provider) -> Self {
        let rp = RelyingParty::register(op, |client| {
            client.token_endpoint_auth_method = AuthMethod::None;
            client.redirect_uris = vec![format!("{APP_ORIGIN}/callback")];
            client.refresh_token_cookie = true;
        })
        .await;
        Self { rp, browser: Browser::new(), origin: Some(APP_ORIGIN.to_owned()) }
    }

    /// A call of the page's script, with credentials.
    pub async fn call(&mut self, op: &Provider, path: &str, fields: &[(&str, &str)]) -> Response {
        let request = self.request(op, path, fields);
        self.browser.send(request).await
    }

    /// That call, without the cookies of the browser.
    pub fn request(&self, op: &Provider, path: &str, fields: &[(&str, &str)]) -> Request {
        let request = self.rp.call(op, path, fields);
        match &self.origin {
            Some(origin) => request.header("origin", origin),
            None => request,
        }
    }

    /// Signs the person in; the cookie is the browser's from then on.
    pub async fn sign_in(&mut self, op: &Provider, person: &Person) -> Tokens {
        let code = self.rp.authorization().code(op, &mut self.browser, person).await;
        let rp = self.rp.clone();
        let answer = self.call(op, "/token", &rp.redemption(&code)).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        Tokens::of(&answer)
    }

    /// Has the token in the cookie exchanged.
    pub async fn refresh(&mut self, op: &Provider) -> Response {
        self.call(op, "/token", &[("grant_type", "refresh_token")]).await
    }

    /// The name and the value of the cookie.
    #[must_use]
    pub fn cookie(&self) -> Option<(String, String)> {
        let mut found = self.browser.cookies.iter().filter(|(name, _)| name.contains("credenza-refresh"));
        let (name, value) = found.next()?;
        assert!(found.next().is_none());
        Some((name.clone(), value.clone()))
    }
}
