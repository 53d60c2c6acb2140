//! The pages of the demo application that the `dev` command serves.

use askama::Template;

use super::Frame;
use super::phrase::Named;

/// The start of the demo: who can sign in, and the way there.
#[derive(Template)]
#[template(path = "demo_home.html")]
pub struct DemoHome<'a> {
    /// What stands around the content.
    pub frame: Frame<'a>,
    /// The issuer the demo relies on.
    pub issuer: &'a str,
    /// The demo user.
    pub username: &'a str,
    /// The demo user's password.
    pub password: &'a str,
    /// Where the sign-in begins.
    pub login_path: &'a str,
    /// Where the application in the browser is.
    pub spa_path: &'a str,
    /// Where mail is read that the provider sends, if it stays here.
    pub inbox_path: Option<&'a str>,
}

/// Something that the demo checks when it is answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DemoCheck {
    /// `state` is that of the request (RFC 6749 section 10.12).
    State,
    /// `iss` is the issuer (RFC 9207).
    Issuer,
    /// The ID token is valid (OpenID Connect Core section 3.1.3.7).
    IdToken,
    /// `at_hash` is that of the access token (OpenID Connect Core section 3.1.3.8).
    AccessTokenHash,
    /// The userinfo response has the same `sub` (OpenID Connect Core section 5.3.2).
    Userinfo,
}

/// The end of the demo: what came back, decoded.
#[derive(Template)]
#[template(path = "demo_result.html")]
pub struct DemoResult<'a> {
    /// What stands around the content.
    pub frame: Frame<'a>,
    /// What was checked, and whether it held.
    pub checks: Vec<(DemoCheck, bool)>,
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

/// The mails that were sent, in the memory of this process.
#[derive(Template)]
#[template(path = "demo_inbox.html")]
pub struct DemoInbox<'a> {
    /// What stands around the content.
    pub frame: Frame<'a>,
    /// The mails, the newest first.
    pub mails: Vec<DemoMail<'a>>,
}

/// A mail in the inbox of the demo.
#[derive(Clone, Copy, Debug)]
pub struct DemoMail<'a> {
    /// The address of the person.
    pub to: &'a str,
    /// The language of the mail.
    pub lang: &'a str,
    /// The subject.
    pub subject: &'a str,
    /// The text.
    pub text: &'a str,
}

impl DemoInbox<'_> {
    fn text(&self) -> &'static InboxTexts {
        &self.frame.texts().demo.inbox
    }

    fn title(&self) -> &'static str {
        self.text().title
    }
}

impl DemoMail<'_> {
    /// The first link in it.
    fn link(&self) -> Option<&str> {
        self.text.split_whitespace().find(|word| word.starts_with("http://") || word.starts_with("https://"))
    }
}

/// The demo of the module for applications in the browser.
#[derive(Template)]
#[template(path = "demo_spa.html")]
pub struct DemoSpa<'a> {
    /// What stands around the content.
    pub frame: Frame<'a>,
    /// The issuer the demo relies on.
    pub issuer: &'a str,
    /// Its client.
    pub client_id: &'a str,
    /// Its script.
    pub script_path: &'a str,
    /// Where the demo begins.
    pub home_path: &'a str,
}

impl DemoSpa<'_> {
    fn text(&self) -> &'static SpaTexts {
        &self.frame.texts().demo.spa
    }

    fn title(&self) -> &'static str {
        self.text().title
    }
}

/// The texts of that page.
pub(crate) struct SpaTexts {
    /// The heading, and the link to it.
    pub(crate) title: &'static str,
    /// What it shows.
    pub(crate) intro: &'static str,
    /// Nobody is signed in.
    pub(crate) nobody: &'static str,
    /// What stands before the name of who is.
    pub(crate) signed_in: &'static str,
    /// The button that has the token renewed.
    pub(crate) renew: &'static str,
    /// What stands before the number of access tokens that this tab has had.
    pub(crate) tokens: &'static str,
    /// Without scripts, it cannot work.
    pub(crate) needs_scripts: &'static str,
}

/// The texts of the pages, and of what may go wrong between them.
pub(crate) struct DemoTexts {
    /// The heading of the start.
    pub(crate) title: &'static str,
    /// Those of the inbox.
    pub(crate) inbox: InboxTexts,
    /// Those of the application in the browser.
    pub(crate) spa: SpaTexts,
    /// That this is a demo.
    pub(crate) warning: &'static str,
    /// What it shows, with the issuer.
    pub(crate) intro: Named,
    /// The heading when each check holds.
    pub(crate) succeeded: &'static str,
    /// The heading when one does not.
    pub(crate) check_failed: &'static str,
    /// The heading of the checks.
    pub(crate) checks: &'static str,
    /// The checks.
    pub(crate) check: CheckTexts,
    /// Marks a check that holds.
    pub(crate) passed: &'static str,
    /// Marks one that does not.
    pub(crate) failed: &'static str,
    /// A heading.
    pub(crate) id_token: &'static str,
    /// A heading.
    pub(crate) access_token: &'static str,
    /// The header of a token.
    pub(crate) header: &'static str,
    /// The claims of a token or of userinfo.
    pub(crate) claims: &'static str,
    /// A heading.
    pub(crate) userinfo: &'static str,
    /// A heading.
    pub(crate) refresh_token: &'static str,
    /// A refresh token came too.
    pub(crate) refresh_received: &'static str,
    /// None came.
    pub(crate) refresh_absent: &'static str,
    /// On the error page: the provider could not be discovered.
    pub(crate) not_begun: &'static str,
    /// On the error page: the answer was an error or not valid.
    pub(crate) not_finished: &'static str,
}

/// The texts of the inbox.
pub(crate) struct InboxTexts {
    /// The heading, and the link to it.
    pub(crate) title: &'static str,
    /// Nothing is in it.
    pub(crate) is_empty: &'static str,
    /// The link in a mail.
    pub(crate) open_link: &'static str,
}

/// Each [`DemoCheck`] as a sentence without a full stop.
pub(crate) struct CheckTexts {
    pub(crate) state: &'static str,
    pub(crate) issuer: &'static str,
    pub(crate) id_token: &'static str,
    pub(crate) access_token_hash: &'static str,
    pub(crate) userinfo: &'static str,
}

impl DemoHome<'_> {
    fn text(&self) -> &'static DemoTexts {
        &self.frame.texts().demo
    }

    fn title(&self) -> &'static str {
        self.text().title
    }

    fn intro(&self) -> String {
        (self.text().intro)(self.issuer)
    }
}

impl DemoResult<'_> {
    fn text(&self) -> &'static DemoTexts {
        &self.frame.texts().demo
    }

    fn title(&self) -> &'static str {
        let text = self.text();
        if self.checks.iter().all(|(_, holds)| *holds) { text.succeeded } else { text.check_failed }
    }

    /// Each check as a sentence, and whether it held.
    fn check_lines(&self) -> Vec<(&'static str, bool)> {
        let text = &self.text().check;
        let line = |check: &DemoCheck| match check {
            DemoCheck::State => text.state,
            DemoCheck::Issuer => text.issuer,
            DemoCheck::IdToken => text.id_token,
            DemoCheck::AccessTokenHash => text.access_token_hash,
            DemoCheck::Userinfo => text.userinfo,
        };
        self.checks.iter().map(|(check, holds)| (line(check), *holds)).collect()
    }

    /// The decoded parts: a heading, and blocks of JSON with their names.
    fn parts(&self) -> [(&'static str, Vec<(&'static str, &str)>); 3] {
        let text = self.text();
        let token = |header, claims| vec![(text.header, header), (text.claims, claims)];
        [
            (text.id_token, token(self.id_token_header.as_str(), self.id_token_claims.as_str())),
            (text.access_token, token(self.access_token_header.as_str(), self.access_token_claims.as_str())),
            (text.userinfo, vec![(text.claims, self.userinfo.as_str())]),
        ]
    }
}
