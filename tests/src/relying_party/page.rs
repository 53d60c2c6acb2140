//! What a relying party makes of the page on which a browser ended.

use std::collections::HashMap;

use url::{Url, form_urlencoded};

use crate::browser::Page;

impl Page {
    /// The parameters of an authorization answer: of the query, the fragment or the form.
    #[track_caller]
    #[must_use]
    pub fn answer(&self) -> HashMap<String, String> {
        if !self.response.status.is_redirection() {
            return self.form().hidden.into_iter().collect();
        }
        let url = Url::parse(self.response.location()).unwrap();
        let encoded = url.fragment().or(url.query()).unwrap_or_default();
        form_urlencoded::parse(encoded.as_bytes()).into_owned().collect()
    }

    /// Asserts a page of the provider that tells of a refusal, and no redirect.
    #[track_caller]
    pub fn assert_error_page(&self) {
        self.assert_error_page_in("Request not accepted");
    }

    /// The same in another language, with this heading.
    #[track_caller]
    pub fn assert_error_page_in(&self, heading: &str) {
        assert!(self.response.status.is_client_error(), "{} {}", self.response.status, self.text());
        assert!(!self.response.headers.contains_key("location"));
        assert!(self.says(heading), "{}", self.text());
        self.assert_way_on();
    }

    /// Asserts the page that says that a form came a second time, and no redirect.
    #[track_caller]
    pub fn assert_finished_page(&self) {
        assert_eq!(self.response.status, 409, "{}", self.text());
        assert!(!self.response.headers.contains_key("location"));
        assert!(self.says("This sign-in is already finished"), "{}", self.text());
        self.assert_way_on();
    }

    /// Asserts that a page on which something ends has a way on, and the code by which the log is searched.
    #[track_caller]
    pub fn assert_way_on(&self) {
        let support_code =
            format!("<code id=\"support-code\">{}</code>", self.response.header("x-request-id"));
        assert!(self.says(&support_code), "{}", self.text());
        assert!(!self.way_on().is_empty(), "{}", self.text());
    }

    /// Where the way on leads.
    #[track_caller]
    #[must_use]
    pub fn way_on(&self) -> String {
        self.link("way-on")
    }

    /// Where the link with that id leads.
    #[track_caller]
    #[must_use]
    pub fn link(&self, id: &str) -> String {
        let text = self.text();
        let (_, rest) =
            text.split_once(&format!("id=\"{id}\" href=\"")).unwrap_or_else(|| panic!("no {id}: {text}"));
        rest.split('"').next().unwrap().replace("&#38;", "&")
    }
}
