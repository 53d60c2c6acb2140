//! A person at a provider that may stop at any moment: steps without an answer are repeated.

use credenza_tests::{Browser, Page, Request, Step, query_of, served};
use url::Url;

use crate::app::{Answered, App, CALLBACK, Patience, verdict};

/// The origin of applications.
const HOME: &str = "https://rp.test/";
/// More steps than any path has.
const STEPS: usize = 20;

/// The scope of a grant that outlives its session.
pub(crate) const OFFLINE: &str = "openid offline_access";

/// The fields of a form.
pub(crate) type Fields = Vec<(String, String)>;

/// A person with a browser.
#[derive(Clone)]
pub(crate) struct Person {
    /// The name they type.
    pub(crate) username: String,
    /// Their browser.
    pub(crate) browser: Browser,
}

/// Where a path ended.
#[derive(Debug)]
pub(crate) struct Way {
    /// The redirect to the application, or the last page.
    pub(crate) end: Result<String, Page>,
    /// Whether a step was repeated.
    pub(crate) again: bool,
    /// Whether a password was asked for.
    pub(crate) signed_in: bool,
}

impl Way {
    /// The code that the application was sent.
    pub(crate) fn code(&self) -> Option<String> {
        query_of(self.end.as_ref().ok()?).remove("code")
    }

    /// The error that the application was sent.
    pub(crate) fn error(&self) -> Option<String> {
        query_of(self.end.as_ref().ok()?).remove("error")
    }
}

impl Person {
    /// A person whose browser was never here.
    pub(crate) fn new(username: &str) -> Self {
        Self { username: username.to_owned(), browser: Browser::new() }
    }

    /// Asks for a code and does what each page asks.
    pub(crate) async fn visit(&mut self, app: &App, scope: &str, more: &[(&str, &str)]) -> Way {
        self.walk(app, app.authorize(scope, more)).await
    }

    /// A code, which the live session and the consent on record give at once; `None` when cut off.
    pub(crate) async fn try_code(&self, app: &App) -> Option<String> {
        let request = Request::get(app.authorize(OFFLINE, &[]));
        let response = self.browser.clone().try_send(request).await?;
        assert!(response.location().starts_with(CALLBACK), "{}", response.location());
        Some(query_of(response.location())["code"].clone())
    }

    /// A code; begins anew where the provider has lost what was under way.
    pub(crate) async fn code(&mut self, app: &App, scope: &str) -> String {
        for _ in 0..STEPS {
            let way = self.visit(app, scope, &[]).await;
            if let Some(code) = way.code() {
                return code;
            }
            assert!(way.again, "refused without a reason: {way:?}");
        }
        panic!("no code");
    }

    /// Whether the provider gives a code without a question.
    pub(crate) async fn is_signed_in(&self, app: &App) -> bool {
        let way = self.clone().visit(app, "openid", &[("prompt", "none")]).await;
        let error = way.error();
        assert!(way.code().is_some() || error.as_deref() == Some("login_required"), "{way:?}");
        error.is_none()
    }

    /// Signs out at the provider, by the application that has this ID token.
    pub(crate) async fn sign_out(&mut self, app: &App, id_token: &str) {
        let way = self.walk(app, app.logout(id_token)).await;
        assert!(way.end.is_ok() || way.again, "not signed out: {way:?}");
    }

    /// Types the password once more, though signed in.
    pub(crate) async fn sign_in_again(&mut self, app: &App) {
        for _ in 0..STEPS {
            let way = self.visit(app, "openid", &[("prompt", "login")]).await;
            if way.code().is_some() {
                assert!(way.signed_in, "nobody was asked for a password");
                return;
            }
            assert!(way.again, "refused without a reason: {way:?}");
        }
        panic!("not signed in");
    }

    /// Ends all sessions by the account page.
    pub(crate) async fn end_all_sessions(&mut self, app: &App) {
        let url = format!("{}/account", app.issuer);
        for _ in 0..STEPS {
            let response = self.ask(app, &url, None).await.response;
            if response.status == 401 {
                return;
            }
            let mut form = Page { url: url.clone(), response }.form();
            form.hidden.push(("end".to_owned(), "all".to_owned()));
            self.ask(app, &url, Some(form.hidden)).await;
        }
        panic!("still signed in");
    }

    /// Follows redirects and fills in forms until the way leads to the application or goes no further.
    async fn walk(&mut self, app: &App, mut url: String) -> Way {
        let (mut again, mut signed_in) = (false, false);
        let mut fields = None;
        for _ in 0..STEPS {
            let answered = self.ask(app, &url, fields.take()).await;
            again |= answered.again;
            let response = answered.response;
            if response.status.is_redirection() {
                url = Url::parse(&url).unwrap().join(response.location()).unwrap().to_string();
                if url.starts_with(HOME) {
                    return Way { end: Ok(url), again, signed_in };
                }
                continue;
            }
            let page = Page { url: url.clone(), response };
            signed_in |= page.step() == Step::Login;
            let Some(typed) = self.typed(&page) else { return Way { end: Err(page), again, signed_in } };
            let form = page.form();
            url = Url::parse(&url).unwrap().join(&form.action).unwrap().to_string();
            fields = Some(form.hidden.into_iter().chain(typed).collect());
        }
        panic!("the way does not end: {url}");
    }

    /// What a page asks for; nothing of a page that tells of a refusal.
    pub(crate) fn typed(&self, page: &Page) -> Option<Fields> {
        let fields: &[(&str, &str)] = match page.step() {
            _ if !page.response.status.is_success() => return None,
            Step::Login => &[("username", &self.username), ("password", served::PASSWORD)],
            Step::Consent => &[("decision", "allow")],
            Step::SelectAccount => &[("decision", "continue")],
            Step::Done if page.says("logout-confirm") => &[],
            Step::Done => return None,
        };
        Some(fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect())
    }

    /// Opens a page or sends a form, until there is an answer.
    async fn ask(&mut self, app: &App, url: &str, fields: Option<Fields>) -> Answered {
        let mut patience = Patience::new(app);
        loop {
            let request = match &fields {
                None => Request::get(url),
                Some(fields) => {
                    let fields: Vec<_> = fields.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
                    Request::form(url, &fields)
                }
            };
            if let Some(response) = verdict(self.browser.try_send(request).await) {
                return Answered { response, again: patience.again };
            }
            patience.pause().await;
        }
    }
}
