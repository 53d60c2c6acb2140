//! The languages of the pages, and their texts.
//!
//! Each page declares the texts it needs as a struct of its own, such as [`LoginTexts`]; a language is one value of
//! [`Texts`], which holds one of each. A text that a language lacks is a field that is missing: it does not compile.

use std::fmt;

use super::account::AccountTexts;
use super::account_nav::AccountNavTexts;
use super::applicant::ApplicantTexts;
use super::applications::ApplicationsTexts;
use super::authenticator_app::AuthenticatorAppTexts;
use super::change_password::ChangePasswordTexts;
use super::consent::ConsentTexts;
use super::deletion::DeletionTexts;
#[cfg(feature = "demo")]
use super::demo::DemoTexts;
use super::devices::DevicesTexts;
use super::email::EmailTexts;
use super::error::ErrorTexts;
use super::factor_letter::FactorLetterTexts;
use super::finished::FinishedTexts;
use super::form_post::FormPostTexts;
use super::home::HomeTexts;
use super::letter::LetterTexts;
use super::login::LoginTexts;
use super::logout::LogoutTexts;
use super::look::FrameTexts;
use super::mailed_code::MailedCodeTexts;
use super::new_password::NewPasswordTexts;
use super::own_data::OwnDataTexts;
use super::passkeys::PasskeyTexts;
use super::password_reset::PasswordResetTexts;
use super::phrase::{Dated, Named};
use super::profile::ProfileTexts;
use super::recovery_codes::RecoveryCodesTexts;
use super::required_password::RequiredPasswordTexts;
use super::robot_check::RobotCheckTexts;
use super::second_factor::SecondFactorTexts;
use super::security::SecurityTexts;
use super::select_account::SelectAccountTexts;
use super::sign_in_by_mail::SignInByMailTexts;
use super::sign_in_letter::SignInLetterTexts;
use super::sign_up::SignUpTexts;
use super::terms::TermsTexts;
use super::way_on::WayOnTexts;

mod ar;
mod de;
mod en;
mod negotiate;

/// Every language, the default one first. A new language is a file beside this one and a line here.
static LANGUAGES: &[Lang] = &[Lang(&en::TEXTS), Lang(&de::TEXTS), Lang(&ar::TEXTS)];

/// A language the pages are written in.
#[derive(Clone, Copy)]
pub struct Lang(&'static Texts);

impl Lang {
    /// Every language, the default one first.
    #[must_use]
    pub fn all() -> &'static [Self] {
        LANGUAGES
    }

    /// The language of exactly that tag.
    #[must_use]
    pub fn of(tag: &str) -> Option<Self> {
        Self::all().iter().copied().find(|lang| lang.tag() == tag)
    }

    /// The BCP 47 tag: the value of `lang` in HTML and of `ui_locales_supported` in discovery.
    #[must_use]
    pub fn tag(self) -> &'static str {
        self.0.tag
    }

    /// What the language calls itself.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.0.name
    }

    /// Whether it is written from right to left.
    #[must_use]
    pub fn is_right_to_left(self) -> bool {
        self.0.is_right_to_left
    }

    pub(crate) fn texts(self) -> &'static Texts {
        self.0
    }
}

impl Default for Lang {
    fn default() -> Self {
        Self(&en::TEXTS)
    }
}

impl PartialEq for Lang {
    fn eq(&self, other: &Self) -> bool {
        self.tag() == other.tag()
    }
}

impl Eq for Lang {}

impl fmt::Debug for Lang {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.tag())
    }
}

/// Every text of the pages, in one language.
pub(crate) struct Texts {
    /// The language's BCP 47 tag.
    pub(crate) tag: &'static str,
    /// What it calls itself.
    pub(crate) name: &'static str,
    /// Whether it is written from right to left.
    pub(crate) is_right_to_left: bool,
    pub(crate) frame: FrameTexts,
    pub(crate) shared: SharedTexts,
    pub(crate) applicant: ApplicantTexts,
    pub(crate) robot_check: RobotCheckTexts,
    pub(crate) login: LoginTexts,
    pub(crate) password_reset: PasswordResetTexts,
    pub(crate) new_password: NewPasswordTexts,
    pub(crate) change_password: ChangePasswordTexts,
    pub(crate) required_password: RequiredPasswordTexts,
    /// Of pages on which terms are accepted.
    pub(crate) terms: TermsTexts,
    pub(crate) second_factor: SecondFactorTexts,
    pub(crate) authenticator_app: AuthenticatorAppTexts,
    pub(crate) passkey: PasskeyTexts,
    pub(crate) recovery_codes: RecoveryCodesTexts,
    pub(crate) security: SecurityTexts,
    pub(crate) factor_letter: FactorLetterTexts,
    pub(crate) sign_in_letter: SignInLetterTexts,
    pub(crate) applications: ApplicationsTexts,
    pub(crate) devices: DevicesTexts,
    pub(crate) mailed_code: MailedCodeTexts,
    pub(crate) sign_up: SignUpTexts,
    pub(crate) sign_in_by_mail: SignInByMailTexts,
    pub(crate) letter: LetterTexts,
    pub(crate) consent: ConsentTexts,
    pub(crate) select_account: SelectAccountTexts,
    pub(crate) form_post: FormPostTexts,
    pub(crate) logout: LogoutTexts,
    pub(crate) account: AccountTexts,
    pub(crate) own_data: OwnDataTexts,
    pub(crate) deletion: DeletionTexts,
    pub(crate) account_nav: AccountNavTexts,
    pub(crate) profile: ProfileTexts,
    pub(crate) email: EmailTexts,
    pub(crate) error: ErrorTexts,
    pub(crate) finished: FinishedTexts,
    pub(crate) home: HomeTexts,
    pub(crate) way_on: WayOnTexts,
    #[cfg(feature = "demo")]
    pub(crate) demo: DemoTexts,
}

/// Texts of more than one page.
pub(crate) struct SharedTexts {
    /// Who is signed in, by username.
    pub(crate) signed_in_as: Named,
    /// The label of the username.
    pub(crate) username: &'static str,
    /// The label of the password.
    pub(crate) password: &'static str,
    /// A button: signs in.
    pub(crate) sign_in: &'static str,
    /// A button: signs out.
    pub(crate) sign_out: &'static str,
    /// A link: back to where the person came from.
    pub(crate) back: &'static str,
    /// A button or link: goes on to the application.
    pub(crate) continue_: &'static str,
    /// A point in time, in UTC.
    pub(crate) date_time: Dated,
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;

    use super::*;

    #[test]
    fn each_language_has_a_tag_of_its_own_and_the_default_comes_first() {
        let mut tags: Vec<_> = Lang::all().iter().map(|lang| lang.tag()).collect();
        assert_eq!(tags.first(), Some(&Lang::default().tag()));
        tags.sort_unstable();
        tags.dedup();
        assert_eq!(tags.len(), Lang::all().len());
        for tag in tags {
            assert_eq!(Lang::negotiate(Some(tag), None).tag(), tag, "the tag is found by itself");
        }
    }

    #[test]
    fn numbers_take_the_right_plural() {
        let cases = [
            ("en", 1, "in a second."),
            ("en", 15, "in 15 seconds."),
            ("en", 60, "in a minute."),
            ("en", 61, "in 2 minutes."),
            ("de", 1, "in einer Sekunde "),
            ("de", 59, "in 59 Sekunden "),
            ("de", 60, "in einer Minute "),
            ("de", 900, "in 15 Minuten "),
            ("ar", 1, "بعد ثانية واحدة."),
            ("ar", 2, "بعد ثانيتين."),
            ("ar", 3, "بعد 3 ثوانٍ."),
            ("ar", 11, "بعد 11 ثانية."),
            ("ar", 60, "بعد دقيقة واحدة."),
            ("ar", 120, "بعد دقيقتين."),
            ("ar", 600, "بعد 10 دقائق."),
            ("ar", 900, "بعد 15 دقيقة."),
            ("ar", 6000, "بعد 100 دقيقة."),
            ("ar", 6180, "بعد 103 دقائق."),
        ];
        for (tag, seconds, words) in cases {
            let text = (Lang::negotiate(Some(tag), None).texts().login.throttled)(seconds);
            assert!(text.contains(words), "{text}");
        }
    }

    #[test]
    fn dates_are_written_as_the_language_writes_them() {
        let time = DateTime::from_timestamp(1_709_251_199, 0).unwrap();
        for (tag, text) in [
            ("en", "29 February 2024, 23:59 UTC"),
            ("de", "29. Februar 2024, 23:59 Uhr UTC"),
            ("ar", "29 فبراير 2024، 11:59 م بالتوقيت العالمي المنسق"),
        ] {
            assert_eq!((Lang::negotiate(Some(tag), None).texts().shared.date_time)(time), text);
        }
    }
}
