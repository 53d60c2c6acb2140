//! The client, as the pages of a sign-in show it (OpenID Connect Registration 2).

use std::borrow::Cow;

use super::display::{display_host, display_name, is_web_link};

/// The client that asks.
#[derive(Clone, Debug, Default)]
pub struct Applicant<'a> {
    /// Its name.
    pub name: &'a str,
    /// The host the person will be sent back to.
    pub host: Option<String>,
    /// The URL of its logo at this provider: the browser fetches it from nowhere else.
    pub logo: Option<String>,
    /// Its home page.
    pub client_uri: Option<&'a str>,
    /// Its privacy policy.
    pub policy_uri: Option<&'a str>,
    /// Its terms of service.
    pub tos_uri: Option<&'a str>,
}

/// The texts about a client.
pub(crate) struct ApplicantTexts {
    /// Stands before the host that the person returns to.
    pub(crate) returns_to: &'static str,
    /// The link to its home page.
    pub(crate) about: &'static str,
    /// The link to its privacy policy.
    pub(crate) privacy_policy: &'static str,
    /// The link to its terms of service.
    pub(crate) terms_of_service: &'static str,
}

impl Applicant<'_> {
    /// The name, fit to be shown.
    pub(crate) fn display_name(&self) -> Cow<'_, str> {
        display_name(self.name)
    }

    /// The host, fit to be shown.
    pub(crate) fn host(&self) -> Option<Cow<'_, str>> {
        self.host.as_deref().map(display_host)
    }

    /// Its own links that a page may show: only web addresses, never `javascript:` or `data:`.
    pub(crate) fn links(&self, text: &ApplicantTexts) -> Vec<(&'static str, &str)> {
        let links = [
            (text.about, self.client_uri),
            (text.privacy_policy, self.policy_uri),
            (text.terms_of_service, self.tos_uri),
        ];
        links
            .into_iter()
            .filter_map(|(label, uri)| Some((label, uri.filter(|uri| is_web_link(uri))?)))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::Lang;

    #[test]
    fn only_web_addresses_become_links() {
        let text = &Lang::default().texts().applicant;
        let links = |policy_uri, tos_uri| {
            let applicant =
                Applicant { policy_uri: Some(policy_uri), tos_uri: Some(tos_uri), ..Applicant::default() };
            applicant.links(text).len()
        };
        assert_eq!(links("https://a.example/privacy", "HTTP://a.example/terms"), 2);
        for bad in ["javascript:alert(1)", " java\nscript:alert(1)", "data:text/html,x", "//a.example", ""] {
            assert_eq!(links(bad, bad), 0, "{bad}");
        }
    }
}
