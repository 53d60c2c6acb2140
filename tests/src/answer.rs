//! What an authorization request leads to: a step for the person, or an answer to the client.

use std::collections::HashMap;

use url::Url;

use crate::browser::{Browser, Page};
use crate::provider::{Person, Provider};
use crate::relying_party::Authorization;

/// The parameters of an error answer (RFC 6749 4.1.2.1, RFC 9207 2).
const ERROR_PARAMETERS: [&str; 4] = ["error", "error_description", "state", "iss"];

/// What a page asks of the person.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Step {
    /// Name and password.
    Login,
    /// Which account.
    SelectAccount,
    /// Yes or no.
    Consent,
    /// Nothing: this is the answer, or an error page.
    Done,
}

impl Page {
    /// What it asks of the person.
    #[must_use]
    pub fn step(&self) -> Step {
        [
            ("login-submit", Step::Login),
            ("account-continue", Step::SelectAccount),
            ("consent-allow", Step::Consent),
        ]
        .into_iter()
        .find(|(id, _)| self.says(id))
        .map_or(Step::Done, |(_, step)| step)
    }

    /// Where the answer goes: the redirect without what was added, or where the form is posted.
    #[track_caller]
    #[must_use]
    pub fn target(&self) -> String {
        if !self.response.status.is_redirection() {
            return self.form().action;
        }
        self.response.location().to_owned()
    }

    /// The code of a success, which holds `code`, `state` and `iss` and nothing else (RFC 6749 4.1.2).
    #[track_caller]
    pub fn code(&self) -> String {
        let mut answer = self.answer();
        let code = answer.remove("code").unwrap_or_else(|| panic!("no code: {answer:?}"));
        let known = ["state", "iss", "session_state"];
        assert!(answer.keys().all(|name| known.contains(&name.as_str())), "{answer:?}");
        code
    }

    /// Asserts that this is an error answer to that request (RFC 6749 4.1.2.1): to its redirect URI, with
    /// its state and the issuer, without a code, and with a description that is printable.
    #[track_caller]
    pub fn assert_refused(&self, op: &Provider, to: &Authorization, error: &str) {
        let answer = self.answer();
        assert_eq!(answer.get("error").map(String::as_str), Some(error), "{answer:?}");
        assert_eq!(answer.get("state").map(String::as_str), to.get("state"), "{answer:?}");
        assert_eq!(answer.get("iss"), Some(&format!("{}{}", op.issuer, to.base)), "{answer:?}");
        for name in answer.keys() {
            assert!(ERROR_PARAMETERS.contains(&name.as_str()), "{name} in {answer:?}");
        }
        let legal = |c: char| (' '..='~').contains(&c) && c != '"' && c != '\\';
        assert!(answer.get("error_description").is_some_and(|text| text.chars().all(legal)), "{answer:?}");
        if let Some(redirect_uri) = to.get("redirect_uri") {
            assert!(self.target().starts_with(redirect_uri), "{}", self.target());
        }
        assert_eq!(self.response.header("cache-control"), "no-store");
    }
}

impl Authorization {
    /// The value of a parameter.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.parameters.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// With each of these parameters, as [`Authorization::with`].
    #[must_use]
    pub fn with_all(self, parameters: &[(&str, &str)]) -> Self {
        parameters.iter().fold(self, |request, (name, value)| request.with(name, value))
    }

    /// Opens it by POST (OpenID Connect Core 3.1.2.1), and follows as [`Browser::open`] does.
    pub async fn post(&self, op: &Provider, browser: &mut Browser) -> Page {
        let fields: Vec<_> = self.parameters.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
        browser.post(op, &format!("{}{}/authorize", op.issuer, self.base), &fields).await
    }

    /// Opens it and asserts that the client receives this error.
    pub async fn assert_refused(&self, op: &Provider, browser: &mut Browser, error: &str) {
        self.open(op, browser).await.assert_refused(op, self, error);
    }

    /// Opens it and asserts an error page and no answer to the client.
    pub async fn assert_page(&self, op: &Provider, browser: &mut Browser) {
        let page = self.open(op, browser).await;
        page.assert_error_page();
    }

    /// Opens it, asserts that it is answered at once without a page, and returns the code.
    pub async fn silent(&self, op: &Provider, browser: &mut Browser) -> String {
        self.open(op, browser).await.code()
    }
}

impl Browser {
    /// Sends a form to a URL and follows as [`Browser::open`] does.
    pub async fn post(&mut self, op: &Provider, url: &str, fields: &[(&str, &str)]) -> Page {
        let response = self.send(crate::Request::form(op.reach(url), fields)).await;
        self.follow(op, url.to_owned(), response).await
    }

    /// Fills in the sign-in page.
    pub async fn sign_in(&mut self, op: &Provider, page: &Page, person: &Person) -> Page {
        assert_eq!(page.step(), Step::Login, "{}", page.text());
        self.submit(op, page, &[("username", &person.username), ("password", &person.password)]).await
    }

    /// Presses a button of the consent page or of the page that asks which account.
    pub async fn decide(&mut self, op: &Provider, page: &Page, decision: &str) -> Page {
        assert!(matches!(page.step(), Step::Consent | Step::SelectAccount), "{}", page.text());
        self.submit(op, page, &[("decision", decision)]).await
    }
}

/// The parameters of a URL's query.
#[must_use]
pub fn query_of(url: &str) -> HashMap<String, String> {
    Url::parse(url).unwrap().query_pairs().into_owned().collect()
}
