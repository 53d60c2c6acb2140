//! What is shown around the content of a page by the brand of its tenant, or of the client that somebody signs in to.

use std::borrow::Cow;

use credenza_protocol::brand::{Brand, BrandTexts};

use super::Frame;
use super::asset::version;
use super::display::{is_web_link, visible};
use super::theme::Theme;

/// The brands of a page, the nearer one first. What it leaves open is as the other one has it.
#[derive(Clone, Copy, Debug, Default)]
pub struct Look<'a> {
    /// The brand of the client, with its id.
    pub client: Option<(&'a str, &'a Brand)>,
    /// The brand of the tenant.
    pub tenant: Option<&'a Brand>,
}

/// The paths of a logo.
pub(crate) struct Logo {
    pub(crate) light: String,
    /// Where dark pages have another one.
    pub(crate) dark: Option<String>,
}

/// A text of one's own, in the language that it is in.
pub(crate) struct OwnText<'a> {
    pub(crate) lang: &'a str,
    pub(crate) text: Cow<'a, str>,
}

/// The texts around the content of every page.
pub(crate) struct FrameTexts {
    /// The name of the choice of languages, for those who cannot see it.
    pub(crate) languages: &'static str,
    /// The link to help.
    pub(crate) support: &'static str,
    /// The link to what tells who runs the service.
    pub(crate) imprint: &'static str,
}

impl<'a> Look<'a> {
    fn said<T>(self, of: impl Fn(&'a Brand) -> Option<T>) -> Option<T> {
        let client = self.client.and_then(|(_, brand)| of(brand));
        client.or_else(|| self.tenant.and_then(of))
    }

    pub(super) fn theme(self) -> Theme {
        let pair =
            |light: Option<_>, dark: Option<_>| (light.is_some() || dark.is_some()).then_some([light, dark]);
        let accent = self.said(|brand| pair(brand.accent_color, brand.accent_color_dark));
        let background = self.said(|brand| pair(brand.background_color, brand.background_color_dark));
        Theme {
            accent: accent.unwrap_or_default(),
            background: background.unwrap_or_default(),
            color_scheme: self.said(|brand| brand.color_scheme).unwrap_or_default(),
            corners: self.said(|brand| brand.corners).unwrap_or_default(),
            font: self.said(|brand| brand.font).unwrap_or_default(),
        }
    }

    /// The path of the logo and of the one on dark pages, without the tenant's base. A hash of the address makes it another
    /// path when the logo is another one.
    fn logo(self) -> Option<[Option<String>; 2]> {
        let of_client = self.client.filter(|(_, brand)| brand.logo_uri.is_some());
        let (owner, brand) = match of_client {
            Some((id, brand)) => (format!("/{id}"), brand),
            None => (String::new(), self.tenant?),
        };
        let path = |kind: &str, uri: &Option<String>| {
            uri.as_ref().map(|uri| format!("/brand/{kind}{owner}?v={}", version(uri.as_bytes())))
        };
        brand.logo_uri.as_ref()?;
        Some([path("logo", &brand.logo_uri), path("logo-dark", &brand.logo_uri_dark)])
    }
}

impl<'a> Frame<'a> {
    /// The logo in place of the name.
    pub(crate) fn logo(&self) -> Option<Logo> {
        use credenza_protocol::brand::ColorScheme::{Dark, Light};
        let [light, dark] = self.look.logo()?.map(|path| path.map(|path| self.asset(&path)));
        let light = light?;
        Some(match self.look.theme().color_scheme {
            Light => Logo { light, dark: None },
            Dark => Logo { light: dark.unwrap_or(light), dark: None },
            _ => Logo { light, dark },
        })
    }

    /// The value of the meta tag `color-scheme`, which browsers know before they have the stylesheet.
    pub(crate) fn color_scheme(&self) -> &'static str {
        use credenza_protocol::brand::ColorScheme::{Auto, Dark, Light};
        match self.look.theme().color_scheme {
            Auto => "light dark",
            Light => "light",
            Dark => "dark",
        }
    }

    /// The brand's links below the page.
    pub(crate) fn links(&self) -> Vec<(&'static str, &'a str)> {
        let (texts, look) = (self.texts(), self.look);
        let links = [
            (texts.applicant.terms_of_service, look.said(|brand| brand.tos_uri.as_deref())),
            (texts.applicant.privacy_policy, look.said(|brand| brand.policy_uri.as_deref())),
            (texts.frame.support, look.said(|brand| brand.support_uri.as_deref())),
            (texts.frame.imprint, look.said(|brand| brand.imprint_uri.as_deref())),
        ];
        let link = |(label, uri): (_, Option<&'a str>)| Some((label, uri.filter(|uri| is_web_link(uri))?));
        links.into_iter().filter_map(link).collect()
    }

    pub(crate) fn sign_in_text(&self) -> Option<OwnText<'a>> {
        self.own(|texts| texts.sign_in.as_deref())
    }

    pub(crate) fn sign_up_text(&self) -> Option<OwnText<'a>> {
        self.own(|texts| texts.sign_up.as_deref())
    }

    pub(crate) fn error_text(&self) -> Option<OwnText<'a>> {
        self.own(|texts| texts.error.as_deref())
    }

    pub(crate) fn footer_text(&self) -> Option<OwnText<'a>> {
        self.own(|texts| texts.footer.as_deref())
    }

    fn own(&self, slot: impl Fn(&'a BrandTexts) -> Option<&'a str>) -> Option<OwnText<'a>> {
        self.look.said(|brand| {
            let texts = brand.texts_for(self.lang.tag())?;
            Some(OwnText { lang: &texts.language, text: visible(slot(texts)?) })
        })
    }
}
