//! The consent page (OpenID Connect Core section 3.1.2.4).

use std::borrow::Cow;

use askama::Template;
use credenza_protocol::account::ACCOUNT;
use credenza_protocol::group::GROUPS;
use credenza_protocol::role::ROLES;

use super::display::display_name;
use super::phrase::Named;
use super::{Applicant, Frame};

/// Asks the person to allow a client's request. It posts `request`, `csrf`, `session` and `decision`
/// (`allow` or `deny`).
#[derive(Template)]
#[template(path = "consent.html")]
pub struct Consent<'a> {
    /// What stands around the content.
    pub frame: Frame<'a>,
    /// The client that asks.
    pub applicant: Applicant<'a>,
    /// Who is signed in.
    pub username: &'a str,
    /// What the client asks for.
    pub scopes: Vec<ScopeLine<'a>>,
    /// Where the form is sent.
    pub action: &'a str,
    /// The handle of the pending authorization request.
    pub request: &'a str,
    /// The CSRF token.
    pub csrf: &'a str,
    /// The public id of the session of the person who is asked.
    pub session: &'a str,
}

/// One scope on the consent page.
#[derive(Clone, Copy, Debug)]
pub struct ScopeLine<'a> {
    /// The scope's name. Those of OpenID Connect Core sections 5.4 and 11, groups and roles, and single claims
    /// (`claim:NAME`), are shown as sentences, others as they are unless they are described.
    pub name: &'a str,
    /// What it means at the resources of the request, if an operator has said it.
    pub description: Option<&'a str>,
}

impl<'a> ScopeLine<'a> {
    /// One that nobody has described.
    #[must_use]
    pub const fn plain(name: &'a str) -> Self {
        Self { name, description: None }
    }
}

/// The texts of the consent page.
pub(crate) struct ConsentTexts {
    /// The heading, with the client's name.
    pub(crate) title: Named,
    /// What introduces the list of scopes.
    pub(crate) would_like_to: &'static str,
    /// The scopes.
    pub(crate) scopes: ScopeTexts,
    /// A word of caution.
    pub(crate) only_if_trusted: &'static str,
    /// The button that allows.
    pub(crate) allow: &'static str,
    /// The button that refuses.
    pub(crate) deny: &'static str,
}

/// The scopes of OpenID Connect Core sections 5.4 and 11, groups and roles, each as what the client would like to do.
pub(crate) struct ScopeTexts {
    pub(crate) openid: &'static str,
    pub(crate) profile: &'static str,
    pub(crate) email: &'static str,
    pub(crate) address: &'static str,
    pub(crate) phone: &'static str,
    pub(crate) offline_access: &'static str,
    /// The account API.
    pub(crate) account: &'static str,
    /// The groups of the person.
    pub(crate) groups: &'static str,
    /// Their roles at the application, or at the services that it asks for.
    pub(crate) roles: &'static str,
    /// A single claim, with its name.
    pub(crate) claim: Named,
}

impl Consent<'_> {
    fn text(&self) -> &'static ConsentTexts {
        &self.frame.texts().consent
    }

    fn title(&self) -> String {
        (self.text().title)(&self.applicant.display_name())
    }

    fn signed_in_as(&self) -> String {
        (self.frame.texts().shared.signed_in_as)(&display_name(self.username))
    }

    fn sentence<'s>(&self, scope: &ScopeLine<'s>) -> Cow<'s, str> {
        sentence(self.frame, scope)
    }
}

/// A scope in words.
pub(super) fn sentence<'s>(frame: Frame<'_>, scope: &ScopeLine<'s>) -> Cow<'s, str> {
    let text = &frame.texts().consent.scopes;
    Cow::Borrowed(match scope.name {
        "openid" => text.openid,
        "profile" => text.profile,
        "email" => text.email,
        "address" => text.address,
        "phone" => text.phone,
        "offline_access" => text.offline_access,
        ACCOUNT => text.account,
        GROUPS => text.groups,
        ROLES => text.roles,
        other => {
            return match other.strip_prefix("claim:") {
                Some(claim) => Cow::Owned((text.claim)(&display_name(&claim.replace('_', " ")))),
                None => display_name(scope.description.unwrap_or(other)),
            };
        }
    })
}
