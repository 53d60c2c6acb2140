//! The pages of the demo relying party that the `dev` command serves.

use askama::Template;

use super::Frame;

/// The start of the demo: whom to sign in as, and the way to it.
#[derive(Template)]
#[template(path = "demo_home.html")]
pub struct DemoHome<'a> {
    /// What stands around the content.
    pub frame: Frame<'a>,
    /// The issuer the demo relies on.
    pub issuer: &'a str,
    /// The demo user.
    pub username: &'a str,
    /// The demo user's password, if it is known.
    pub password: Option<&'a str>,
    /// Where the sign-in begins.
    pub login_path: &'a str,
}

impl DemoHome<'_> {
    fn title(&self) -> &'static str {
        self.frame.text().demo
    }

    fn intro(&self) -> String {
        (self.frame.text().demo_intro)(self.issuer)
    }
}

/// The end of the demo: what came back, decoded.
#[derive(Template)]
#[template(path = "demo_result.html")]
pub struct DemoResult<'a> {
    /// What stands around the content.
    pub frame: Frame<'a>,
    /// What was checked, and whether it held.
    pub checks: Vec<(String, bool)>,
    /// The ID token's header as JSON.
    pub id_token_header: String,
    /// The ID token's claims as JSON.
    pub id_token_claims: String,
    /// The access token's header as JSON.
    pub access_token_header: String,
    /// The access token's claims as JSON.
    pub access_token_claims: String,
    /// The answer of the userinfo endpoint as JSON.
    pub userinfo: String,
    /// Where the sign-out begins.
    pub logout_path: &'a str,
    /// Whether a refresh token came too.
    pub raw_refresh_present: bool,
}

impl DemoResult<'_> {
    fn title(&self) -> &'static str {
        let text = self.frame.text();
        if self.checks.iter().all(|(_, holds)| *holds) { text.demo_signed_in } else { text.demo_failed }
    }

    /// The decoded parts: a heading, and blocks of JSON with their names.
    fn parts(&self) -> [(&'static str, Vec<(&'static str, &str)>); 3] {
        let text = self.frame.text();
        let token = |header, claims| vec![(text.token_header, header), (text.token_claims, claims)];
        [
            (text.id_token, token(self.id_token_header.as_str(), self.id_token_claims.as_str())),
            (text.access_token, token(self.access_token_header.as_str(), self.access_token_claims.as_str())),
            (text.userinfo, vec![(text.token_claims, self.userinfo.as_str())]),
        ]
    }
}
