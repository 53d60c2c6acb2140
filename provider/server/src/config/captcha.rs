//! `[captcha]`: the service that tells people and robots apart.

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize};
use url::Url;

use super::fault::Faults;
use super::values::{Concealed, parsed};

/// A service that tells people and robots apart.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum CaptchaProvider {
    /// Cloudflare Turnstile.
    Turnstile,
    /// hCaptcha.
    Hcaptcha,
    /// Google reCAPTCHA v2.
    Recaptcha,
}

impl CaptchaProvider {
    /// Where an answer is verified.
    const fn verify_url(self) -> &'static str {
        match self {
            Self::Turnstile => "https://challenges.cloudflare.com/turnstile/v0/siteverify",
            Self::Hcaptcha => "https://api.hcaptcha.com/siteverify",
            Self::Recaptcha => "https://www.google.com/recaptcha/api/siteverify",
        }
    }

    /// Its script.
    #[must_use]
    pub const fn script(self) -> &'static str {
        match self {
            Self::Turnstile => "https://challenges.cloudflare.com/turnstile/v0/api.js",
            Self::Hcaptcha => "https://js.hcaptcha.com/1/api.js",
            Self::Recaptcha => "https://www.google.com/recaptcha/api.js",
        }
    }

    /// Where its script, its frame and what they load come from (sources of CSP).
    #[must_use]
    pub const fn sources(self) -> &'static str {
        match self {
            Self::Turnstile => "https://challenges.cloudflare.com",
            Self::Hcaptcha => "https://hcaptcha.com https://*.hcaptcha.com",
            Self::Recaptcha => "https://www.google.com/recaptcha/ https://www.gstatic.com/recaptcha/",
        }
    }

    /// The class by which the script finds its place on the page.
    #[must_use]
    pub const fn class(self) -> &'static str {
        match self {
            Self::Turnstile => "cf-turnstile",
            Self::Hcaptcha => "h-captcha",
            Self::Recaptcha => "g-recaptcha",
        }
    }

    /// The name of the field in which it puts its answer.
    #[must_use]
    pub const fn field(self) -> &'static str {
        match self {
            Self::Turnstile => "cf-turnstile-response",
            Self::Hcaptcha => "h-captcha-response",
            Self::Recaptcha => "g-recaptcha-response",
        }
    }
}

/// The service, and the keys for it.
#[derive(Clone, Debug)]
pub struct CaptchaConfig {
    /// Which.
    pub provider: CaptchaProvider,
    /// The key that pages show.
    pub site_key: String,
    /// The key with which answers are verified.
    pub secret: Concealed,
    /// Where they are verified.
    pub verify_url: String,
}

/// The service that tells people and robots apart, for tenants whose `robot_check` is `captcha`.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct CaptchaSection {
    /// Service: `turnstile` (Cloudflare), `hcaptcha`, or `recaptcha` (Google, version 2).
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "CaptchaProvider")]
    pub provider: Option<CaptchaProvider>,
    /// Key of the service for pages.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    pub site_key: Option<String>,
    /// Key of the service with which answers are verified.
    #[serde(deserialize_with = "secret", skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String", extend("writeOnly" = true))]
    pub secret: Option<Concealed>,
    /// Address at which answers are verified, if it is not the usual one of the service.
    #[serde(deserialize_with = "address", skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    pub verify_url: Option<String>,
}

impl CaptchaSection {
    pub(super) fn config(self, faults: &mut Faults) -> Option<CaptchaConfig> {
        let Self { provider, site_key, secret, verify_url } = self;
        match (provider, site_key, secret) {
            (Some(provider), Some(site_key), Some(secret)) => {
                let verify_url = verify_url.unwrap_or_else(|| provider.verify_url().to_owned());
                Some(CaptchaConfig { provider, site_key, secret, verify_url })
            }
            (None, None, None) => None,
            (None, ..) => {
                faults.add_between("captcha.provider", "is missing beside the other settings of captcha");
                None
            }
            (_, None, _) => {
                faults.add_between("captcha.site_key", "is missing beside captcha.provider");
                None
            }
            (.., None) => {
                faults.add_between("captcha.secret", "is missing beside captcha.provider");
                None
            }
        }
    }
}

fn secret<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Concealed>, D::Error> {
    parsed(deserializer, |text| match text.trim() {
        "" => Err("must not be empty"),
        text => Ok(Some(Concealed::new(text))),
    })
}

fn address<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    parsed(deserializer, |text| match Url::parse(text) {
        Ok(url) if url.scheme() == "https" => Ok(Some(text.to_owned())),
        _ => Err("must be an https URL"),
    })
}
