//! The consent page (OpenID Connect Core section 3.1.2.4).

use askama::Template;
use std::borrow::Cow;

use super::display::display_name;
use super::{Applicant, Frame};

/// Asks the person to allow a client's request. It posts `request`, `csrf`, `session` and `decision`
/// (`allow` or `deny`).
#[derive(Template)]
#[template(path = "consent.html")]
pub struct Consent<'a> {
    /// What stands around the content.
    pub frame: Frame<'a>,
    /// Who asks.
    pub applicant: Applicant<'a>,
    /// Who is signed in.
    pub username: &'a str,
    /// What the client asks for.
    pub scopes: Vec<ScopeLine<'a>>,
    /// Where the form is sent.
    pub action: &'a str,
    /// The handle of the authorization request under way.
    pub request: &'a str,
    /// The CSRF token.
    pub csrf: &'a str,
    /// The public name of the session of the person who is asked.
    pub session: &'a str,
}

/// One scope on the consent page.
#[derive(Clone, Copy, Debug)]
pub struct ScopeLine<'a> {
    /// The scope's name. Those of OpenID Connect Core sections 5.4 and 11, and single claims (`claim:NAME`), are
    /// shown as sentences, others as they are.
    pub name: &'a str,
}

impl Consent<'_> {
    fn title(&self) -> String {
        (self.frame.text().asks_for_access)(&self.applicant.display_name())
    }

    fn signed_in_as(&self) -> String {
        (self.frame.text().signed_in_as)(&display_name(self.username))
    }

    fn sentence<'s>(&self, scope: &ScopeLine<'s>) -> Cow<'s, str> {
        let text = self.frame.text();
        Cow::Borrowed(match scope.name {
            "openid" => text.scope_openid,
            "profile" => text.scope_profile,
            "email" => text.scope_email,
            "address" => text.scope_address,
            "phone" => text.scope_phone,
            "offline_access" => text.scope_offline_access,
            other => {
                return match other.strip_prefix("claim:") {
                    Some(claim) => Cow::Owned((text.claim)(&display_name(&claim.replace('_', " ")))),
                    None => display_name(other),
                };
            }
        })
    }
}
