//! As much of a browser as a sign-in needs: cookies, redirects, and a form filled in.

use url::Url;

use crate::Result;
use crate::form;
use crate::http::{Answer, Connection, encode, request};

/// A sign-in has fewer steps than this, or goes round in circles.
const STEPS: usize = 12;

/// The cookies of one person.
#[derive(Default)]
pub(crate) struct Jar(Vec<(String, String)>);

impl Jar {
    /// Takes what the answer sets, and drops what it empties.
    pub(crate) fn absorb(&mut self, answer: &Answer<'_>) {
        for cookie in answer.fields("set-cookie") {
            let pair = cookie.split(';').next().unwrap_or_default();
            let Some((name, value)) = pair.split_once('=') else { continue };
            self.0.retain(|(known, _)| known != name);
            if !value.is_empty() {
                self.0.push((name.to_owned(), value.to_owned()));
            }
        }
    }

    /// The Cookie line, for a request.
    pub(crate) fn line(&self) -> Vec<String> {
        let pairs: Vec<String> = self.0.iter().map(|(name, value)| format!("{name}={value}")).collect();
        if pairs.is_empty() { Vec::new() } else { vec![format!("Cookie: {}", pairs.join("; "))] }
    }
}

/// Who signs in, and where the application waits.
pub(crate) struct Person<'a> {
    pub(crate) username: &'a str,
    pub(crate) password: &'a str,
    pub(crate) redirect_uri: &'a str,
}

/// Follows a sign-in from the authorization request through every page until it reaches the application, and
/// returns the address it was sent to.
pub(crate) async fn sign_in(
    connection: &mut Connection,
    jar: &mut Jar,
    person: &Person<'_>,
    authorize: Url,
) -> Result<String> {
    let mut url = authorize;
    let mut body = None;
    for _ in 0..STEPS {
        let answer = connection.send(&visit(&url, jar, body.take())).await?;
        jar.absorb(&answer);
        match answer.status {
            302 | 303 => {
                let location = location(&answer)?;
                if location.starts_with(person.redirect_uri) {
                    return Ok(location.to_owned());
                }
                url = same_site(&url, location)?;
            }
            200 => {
                let form = form::fill(answer.body, person.username, person.password)
                    .ok_or_else(|| format!("no form to sign in at {url}: {}", answer.body))?;
                let pairs: Vec<_> = form.fields.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
                body = Some(encode(&pairs));
                url = same_site(&url, &form.action)?;
            }
            status => return Err(format!("{status} at {url}: {}", answer.body).into()),
        }
    }
    Err(format!("no end of the sign-in after {STEPS} steps, at {url}").into())
}

/// Where a redirect leads.
pub(crate) fn location<'a>(answer: &Answer<'a>) -> Result<&'a str> {
    Ok(answer.fields("location").next().ok_or("a redirect without Location")?)
}

fn visit(url: &Url, jar: &Jar, body: Option<String>) -> Vec<u8> {
    let mut fields = jar.line();
    fields.push("Accept: text/html".to_owned());
    match body {
        None => request("GET", url.authority(), target(url), &fields, ""),
        Some(body) => {
            fields.push(format!("Origin: {}", url.origin().ascii_serialization()));
            fields.push("Sec-Fetch-Site: same-origin".to_owned());
            request("POST", url.authority(), target(url), &fields, &body)
        }
    }
}

/// Path and query of a URL, as a request line has them.
pub(crate) fn target(url: &Url) -> &str {
    url.as_str().get(url.origin().ascii_serialization().len()..).unwrap_or("/")
}

fn same_site(from: &Url, to: &str) -> Result<Url> {
    let url = from.join(to)?;
    if url.origin() == from.origin() {
        return Ok(url);
    }
    Err(format!("{from} leads away, to {url}").into())
}
