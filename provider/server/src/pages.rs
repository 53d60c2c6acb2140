//! The hosted pages: values in, HTML out.
//!
//! A page is a struct of borrowed values; [`Page::html`] renders it. Nothing here reads a request, a store,
//! a clock or a setting. Three rules hold for each page:
//! - It works without JavaScript. The scripts only press a button ([`assets::form_post_path`]) or follow a link
//!   ([`assets::signed_out_path`]) that is there without them. The one page that is nothing but a script,
//!   [`CheckSession`], is for scripts.
//! - It runs under the strict policy of [`csp()`]: no inline script or style, nothing from another origin.
//! - Values are escaped by the templates, and names that a client or a person chose pass [`display_name`], so
//!   that they cannot pose as text of the page.
//!
//! Password managers and test tools rely on the names of inputs and the ids of buttons. How to add a page or a
//! language is told in `pages/README.md`.

pub mod assets;

mod account;
mod account_nav;
mod applicant;
mod applications;
mod asset;
mod authenticator_app;
mod change_password;
mod check_session;
mod consent;
mod csp;
mod deletion;
#[cfg(feature = "demo")]
mod demo;
mod devices;
mod display;
mod email;
mod error;
mod factor_letter;
mod finished;
mod form_post;
mod home;
mod letter;
mod login;
mod logout;
mod look;
mod mailed_code;
mod moment;
mod new_password;
mod own_data;
mod passkeys;
mod password_reset;
mod phrase;
mod profile;
mod profile_fields;
mod qr;
mod recovery_codes;
pub mod reference;
mod required_password;
mod robot_check;
mod second_factor;
mod security;
mod select_account;
mod sign_in_by_mail;
mod sign_in_letter;
mod sign_up;
mod terms;
#[cfg(test)]
mod tests;
mod text;
mod theme;
mod way_on;

pub use account::{Account, SessionLine};
pub use account_nav::{AccountNav, AccountPlace};
pub use applicant::Applicant;
pub use applications::{ApplicationLine, Applications};
pub use authenticator_app::{AuthenticatorApp, AuthenticatorAppError};
pub use change_password::{ChangePassword, ChangePasswordError};
pub use check_session::CheckSession;
pub use consent::{Consent, ScopeLine};
#[cfg(feature = "demo")]
pub use csp::MODULE_CSP;
pub use csp::{FRAMEABLE_CSP, Scripts, csp, csp_with_frames, form_action_source};
pub use deletion::{AccountKept, DeleteAccount, DeleteAccountError, DeletionAsked, KeepAccount};
#[cfg(feature = "demo")]
pub use demo::{DemoCheck, DemoHome, DemoInbox, DemoMail, DemoResult, DemoSpa};
pub use devices::{DeviceLine, Devices};
pub use display::display_name;
pub use email::{Email, EmailCode, EmailError, EmailLink, EmailRestored};
pub use error::ErrorPage;
pub use factor_letter::FactorChange;
pub use finished::Finished;
pub use form_post::FormPost;
pub use home::Home;
pub use letter::Letter;
pub use login::{Login, LoginError};
pub use logout::{LogoutConfirm, LogoutRefusal, SignedOut};
pub use look::Look;
pub use mailed_code::{CodeError, CodeOf, MailedCode};
pub use own_data::OwnData;
pub use passkeys::{AddPasskey, AddPasskeyError, PasskeyForm};
pub use password_reset::{ForgotError, ForgotPassword, MailSent, PasswordChanged, ResetPassword};
pub use profile::{Profile, ProfileError};
pub use profile_fields::{ProfileField, ProfileFields, ProfileName, ProfileValue};
pub use recovery_codes::{RecoveryCodes, RecoveryCodesForm};
pub use required_password::{RequiredPassword, RequiredPasswordError};
pub use robot_check::{RobotCheck, RobotCheckBy};
pub use second_factor::{SecondFactor, SecondFactorError};
pub use security::{AuthenticatorLine, Security};
pub use select_account::SelectAccount;
pub use sign_in_by_mail::{SignInElsewhere, SignInLink};
pub use sign_in_letter::SignInSeen;
pub use sign_up::{AccountReady, CompleteError, CompleteSignUp, Proof, SignUp, SignUpError};
pub use terms::{AcceptTerms, Terms};
pub use text::Lang;
pub use way_on::{Destination, WayOn};

use std::borrow::Cow;
use text::Texts;
use theme::Theme;

/// What every page shows around its content.
#[derive(Clone, Copy, Debug, Default)]
pub struct Frame<'a> {
    /// The language of the page.
    pub lang: Lang,
    /// The tenant's display name.
    pub brand: &'a str,
    /// The path of the tenant, put before the paths of assets: empty for the default tenant, else
    /// `/t/{name}`.
    pub base: &'a str,
    /// How it looks.
    pub look: Look<'a>,
    /// The address of the page on this host, to come back to in another language; a page that answers a form has none.
    pub here: Option<&'a str>,
}

impl Frame<'_> {
    pub(crate) fn texts(&self) -> &'static Texts {
        self.lang.texts()
    }

    pub(crate) fn brand_name(&self) -> Cow<'_, str> {
        display_name(self.brand)
    }

    pub(crate) fn languages(&self) -> &'static [Lang] {
        Lang::all()
    }

    pub(crate) fn is_in(&self, lang: &Lang) -> bool {
        self.lang == *lang
    }

    pub(crate) fn stylesheet(&self) -> String {
        match self.look.theme() {
            theme if theme == Theme::default() => self.asset(assets::stylesheet_path()),
            theme => self.asset(&theme.stylesheet().path),
        }
    }

    pub(crate) fn asset(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }
}

/// A page that can be rendered.
pub trait Page {
    /// The whole page as HTML, to be sent as `text/html; charset=utf-8`.
    fn html(&self) -> String;
}

impl<T: askama::Template> Page for T {
    fn html(&self) -> String {
        // Writing to a string fails only if the `Display` of a value does, and none here does. Should one ever
        // fail, a plain sentence is better than half a form.
        self.render().unwrap_or_else(|_| UNRENDERED.to_owned())
    }
}

const UNRENDERED: &str = "<!doctype html><html lang=\"en\"><title>Request not accepted</title>\
    <p>Request not accepted: this page could not be shown.</p></html>";
