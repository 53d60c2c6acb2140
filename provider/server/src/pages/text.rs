//! The languages of the pages.

mod de;
mod en;
mod negotiate;

/// A language the pages are written in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Lang {
    /// English.
    #[default]
    En,
    /// German.
    De,
}

impl Lang {
    /// Every language, the default one first.
    #[must_use]
    pub fn all() -> &'static [Self] {
        &[Self::En, Self::De]
    }

    /// The BCP 47 tag: the value of `lang` in HTML and of `ui_locales_supported` in discovery.
    #[must_use]
    pub fn tag(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::De => "de",
        }
    }

    /// What is said of a request that cannot go on.
    #[must_use]
    pub fn request_gone(self) -> &'static str {
        self.text().request_gone
    }

    /// What is said of a form that another page made.
    #[must_use]
    pub fn form_forged(self) -> &'static str {
        self.text().form_forged
    }

    /// What is said when something of ours failed.
    #[must_use]
    pub fn unavailable(self) -> &'static str {
        self.text().unavailable
    }

    pub(crate) fn text(self) -> &'static Text {
        match self {
            Self::En => &en::TEXT,
            Self::De => &de::TEXT,
        }
    }
}

/// Every text of the pages. A language is one value of this struct, so that one with a text missing does not
/// compile.
///
/// Functions take names that are already fit for display.
pub(crate) struct Text {
    // Several pages.
    pub(crate) signed_in_as: fn(&str) -> String,
    pub(crate) returns_to: &'static str,
    pub(crate) about_client: &'static str,
    pub(crate) privacy_policy: &'static str,
    pub(crate) terms_of_service: &'static str,
    pub(crate) username: &'static str,
    pub(crate) password: &'static str,
    pub(crate) sign_in: &'static str,
    pub(crate) sign_out: &'static str,

    // Login.
    pub(crate) sign_in_to: fn(&str) -> String,
    pub(crate) cancel: &'static str,
    pub(crate) wrong: &'static str,
    pub(crate) throttled: fn(u64) -> String,
    pub(crate) expired: &'static str,

    // Consent.
    pub(crate) asks_for_access: fn(&str) -> String,
    pub(crate) would_like_to: &'static str,
    pub(crate) scope_openid: &'static str,
    pub(crate) scope_profile: &'static str,
    pub(crate) scope_email: &'static str,
    pub(crate) scope_address: &'static str,
    pub(crate) scope_phone: &'static str,
    pub(crate) scope_offline_access: &'static str,
    pub(crate) claim: fn(&str) -> String,
    pub(crate) only_if_trusted: &'static str,
    pub(crate) allow: &'static str,
    pub(crate) deny: &'static str,

    // Account selection.
    pub(crate) choose_account: fn(&str) -> String,
    pub(crate) continue_as: fn(&str) -> String,
    pub(crate) other_account: &'static str,

    // Logout.
    pub(crate) want_to_sign_out: &'static str,
    pub(crate) asks_to_sign_out: fn(&str) -> String,
    pub(crate) stay_signed_in: &'static str,
    pub(crate) signed_out: &'static str,
    pub(crate) may_close: &'static str,
    pub(crate) may_go_back_to: fn(&str) -> String,

    // Error.
    pub(crate) not_accepted: &'static str,
    pub(crate) support_code: &'static str,
    pub(crate) support_hint: &'static str,
    pub(crate) rule: &'static str,
    pub(crate) request_gone: &'static str,
    pub(crate) form_forged: &'static str,
    pub(crate) unavailable: &'static str,

    // Form post.
    pub(crate) returning: &'static str,
    pub(crate) press_to_return: &'static str,
    pub(crate) continue_: &'static str,

    // Account.
    pub(crate) your_account: &'static str,
    pub(crate) where_signed_in: &'static str,
    pub(crate) no_sessions: &'static str,
    pub(crate) this_device: &'static str,
    pub(crate) signed_in_at: fn(&str) -> String,
    pub(crate) last_seen_at: fn(&str) -> String,
    pub(crate) end: &'static str,
    pub(crate) sign_out_everywhere: &'static str,

    // Demo.
    pub(crate) demo: &'static str,
    pub(crate) demo_warning: &'static str,
    pub(crate) demo_intro: fn(&str) -> String,
    pub(crate) demo_password_known: &'static str,
    pub(crate) demo_failed: &'static str,
    pub(crate) demo_signed_in: &'static str,
    pub(crate) checks: &'static str,
    pub(crate) passed: &'static str,
    pub(crate) failed: &'static str,
    pub(crate) id_token: &'static str,
    pub(crate) access_token: &'static str,
    pub(crate) token_header: &'static str,
    pub(crate) token_claims: &'static str,
    pub(crate) userinfo: &'static str,
    pub(crate) refresh_token: &'static str,
    pub(crate) refresh_present: &'static str,
    pub(crate) refresh_absent: &'static str,
}
