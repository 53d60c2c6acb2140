//! The sign-in page, filled in again and again.

use credenza_tests::{Browser, Page, Provider, RelyingParty, Request, Response};

/// A sign-in page whose form can be submitted any number of times: a wrong password does not use it up. Its answer leads
/// back to the page, which says what was wrong.
pub(crate) struct Form {
    pub(crate) browser: Browser,
    page: Page,
}

impl Form {
    pub(crate) async fn new(op: &Provider, rp: &RelyingParty) -> Self {
        let mut browser = Browser::new();
        let page = rp.authorization().open(op, &mut browser).await;
        Self { browser, page }
    }

    pub(crate) async fn submit(&self, op: &Provider, username: &str, password: &str) -> Response {
        self.from(op, &[], username, password).await
    }

    /// The same with these headers.
    pub(crate) async fn from(
        &self,
        op: &Provider,
        headers: &[(&str, &str)],
        username: &str,
        password: &str,
    ) -> Response {
        sent(&mut self.browser.clone(), op, self.request(op, headers, username, password)).await
    }

    /// Submits it in the browser of the page, which keeps the cookies of the answer.
    pub(crate) async fn submit_here(&mut self, op: &Provider, username: &str, password: &str) -> Response {
        let request = self.request(op, &[], username, password);
        sent(&mut self.browser, op, request).await
    }

    fn request(&self, op: &Provider, headers: &[(&str, &str)], username: &str, password: &str) -> Request {
        let (request, csrf) = (self.page.hidden("request"), self.page.hidden("csrf"));
        let fields =
            [("request", &*request), ("csrf", &*csrf), ("username", username), ("password", password)];
        let mut form = Request::form(op.at("/login"), &fields);
        for (name, value) in headers {
            form = form.header(name, value);
        }
        form
    }
}

/// The answer to the form or, where it leads back to the page, the page.
async fn sent(browser: &mut Browser, op: &Provider, form: Request) -> Response {
    let answer = browser.send(form).await;
    match answer.header("location") {
        page if page.starts_with("/login?") => browser.send(Request::get(op.at(page))).await,
        _ => answer,
    }
}
