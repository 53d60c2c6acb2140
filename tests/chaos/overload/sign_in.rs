//! A sign-in, from the application to the pages and back.

use credenza_tests::{Page, Request, Tokens, query_of, served};
use url::Url;

use super::visitor::Visitor;
use crate::app::{App, CALLBACK, redemption};
use crate::person::{Fields, OFFLINE, Person};

/// More steps than there are.
const STEPS: usize = 12;

/// Signs in by name and password and exchanges the code; `None` where it ended before that.
pub(crate) async fn sign_in(app: &App, visitor: &mut Visitor) -> Option<Tokens> {
    let mut url = app.authorize(OFFLINE, &[]);
    let mut fields = None;
    for _ in 0..STEPS {
        let response = visitor.ask("sign-in", request(&url, fields.take())).await?;
        if !response.status.is_redirection() {
            let page = Page { url: url.clone(), response };
            let Some((action, filled)) = filled(&page) else {
                visitor.went_wrong("sign-in: a page without a form");
                return None;
            };
            (url, fields) = (action, Some(filled));
            continue;
        }
        url = Url::parse(&url).unwrap().join(response.location()).unwrap().to_string();
        if url.starts_with(CALLBACK) {
            return redeemed(app, visitor, &url).await;
        }
    }
    visitor.went_wrong("sign-in: no end");
    None
}

fn request(url: &str, fields: Option<Fields>) -> Request {
    match fields {
        None => Request::get(url),
        Some(fields) => {
            let fields: Vec<_> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
            Request::form(url, &fields)
        }
    }
}

/// What a person sends from that page, and where to.
fn filled(page: &Page) -> Option<(String, Fields)> {
    let typed = Person::new(served::USERNAME).typed(page)?;
    let form = page.form();
    let action = Url::parse(&page.url).unwrap().join(&form.action).unwrap();
    Some((action.to_string(), form.hidden.into_iter().chain(typed).collect()))
}

/// The tokens for the code that the application was sent.
async fn redeemed(app: &App, visitor: &mut Visitor, callback: &str) -> Option<Tokens> {
    let mut answer = query_of(callback);
    let Some(code) = answer.remove("code") else {
        visitor.went_wrong(&format!("sign-in: {}", answer.remove("error").unwrap_or_default()));
        return None;
    };
    let answer = visitor.ask("code", app.form("/token", &redemption(&code))).await?;
    Some(Tokens::of(&answer))
}
