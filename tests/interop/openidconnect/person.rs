//! A person whose browser knows forms, cookies and redirects, and nothing else.

use crate::http;
use credenza_tests::served::{PASSWORD, Served, USERNAME};
use openidconnect::{HttpRequest, HttpResponse};
use std::collections::HashMap;
use url::Url;
use url::form_urlencoded::Serializer;

pub(crate) struct Person {
    issuer: String,
    cookies: HashMap<String, String>,
}

struct Form {
    action: String,
    fields: Vec<(String, String)>,
}

impl Person {
    pub(crate) fn new(server: &Served) -> Self {
        Self { issuer: server.issuer.clone(), cookies: HashMap::new() }
    }

    /// Opens a page and does what it asks (sign in, allow, sign out), until the way leads to `end`.
    pub(crate) async fn visit(&mut self, url: &Url, end: &str) -> Url {
        let mut at = url.clone();
        let mut answer = self.send("GET", &at, String::new()).await;
        for _ in 0..12 {
            if let Some(location) = answer.headers().get("location") {
                at = at.join(location.to_str().unwrap()).unwrap();
                if at.as_str().starts_with(end) {
                    return at;
                }
                answer = self.send("GET", &at, String::new()).await;
                continue;
            }
            let page = String::from_utf8(answer.body().clone()).unwrap();
            let form = filled(&page).unwrap_or_else(|| panic!("nothing to answer at {at}: {page}"));
            at = at.join(&form.action).unwrap();
            let body = Serializer::new(String::new()).extend_pairs(form.fields).finish();
            answer = self.send("POST", &at, body).await;
        }
        panic!("the way does not end: {at}");
    }

    async fn send(&mut self, method: &str, url: &Url, body: String) -> HttpResponse {
        let cookies: Vec<String> =
            self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let mut request = HttpRequest::new(body.into_bytes());
        *request.method_mut() = method.parse().unwrap();
        *request.uri_mut() = url.as_str().parse().unwrap();
        request.headers_mut().insert("cookie", cookies.join("; ").parse().unwrap());
        if method == "POST" {
            let form = "application/x-www-form-urlencoded".parse().unwrap();
            request.headers_mut().insert("content-type", form);
            request.headers_mut().insert("origin", self.issuer.parse().unwrap());
        }
        let answer = http::send(request).await.unwrap();
        for cookie in answer.headers().get_all("set-cookie") {
            let (name, rest) = cookie.to_str().unwrap().split_once('=').unwrap();
            let value = rest.split(';').next().unwrap_or_default();
            self.cookies.insert(name.to_owned(), value.to_owned());
        }
        answer
    }
}

/// The form of a page of the contract, as the person fills it in.
fn filled(page: &str) -> Option<Form> {
    let forms = page.split("<form").skip(1).filter_map(|rest| rest.split("</form>").next());
    for form in forms {
        for button in ["login-submit", "consent-allow", "logout-confirm"] {
            let Some(pressed) =
                tags(form, "button").into_iter().find(|tag| attribute(tag, "id").as_deref() == Some(button))
            else {
                continue;
            };
            let fields = tags(form, "input").into_iter().chain([pressed]).filter_map(field).collect();
            return Some(Form { action: attribute(form, "action").unwrap_or_default(), fields });
        }
    }
    None
}

fn field(tag: &str) -> Option<(String, String)> {
    let name = attribute(tag, "name")?;
    let value = match name.as_str() {
        "username" => USERNAME.to_owned(),
        "password" => PASSWORD.to_owned(),
        _ => attribute(tag, "value").unwrap_or_default(),
    };
    Some((name, value))
}

fn tags<'a>(form: &'a str, name: &str) -> Vec<&'a str> {
    let start = format!("<{name}");
    form.match_indices(&start).filter_map(|(at, _)| form[at..].split('>').next()).collect()
}

fn attribute(tag: &str, name: &str) -> Option<String> {
    let opening = tag.split('>').next()?;
    let value = opening.split_once(&format!(" {name}=\""))?.1.split('"').next()?;
    let entities =
        [("&#38;", "&"), ("&#34;", "\""), ("&#39;", "'"), ("&#60;", "<"), ("&#62;", ">"), ("&amp;", "&")];
    Some(entities.iter().fold(value.to_owned(), |text, (entity, plain)| text.replace(entity, plain)))
}
