//! An application that shows codes, as somebody sets it up by the page.

use credenza::accounts::totp::TotpSecret;

use crate::browser::{Browser, Page};
use crate::provider::Provider;

const BASE32: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// An application, and the secret in it.
#[derive(Debug)]
pub struct AuthenticatorApp(TotpSecret);

impl AuthenticatorApp {
    /// The one that is set up by the secret on that page.
    #[track_caller]
    pub fn scan(page: &Page) -> Self {
        let text = page.text();
        let shown = text.split_once("id=\"secret\">").unwrap_or_else(|| panic!("no secret: {text}")).1;
        let letters = shown.split_once('<').unwrap().0.chars().filter(|letter| *letter != ' ');
        let values = letters.map(|letter| BASE32.find(letter).unwrap());
        let bits: Vec<bool> =
            values.flat_map(|value| (0..5).rev().map(move |place| value >> place & 1 == 1)).collect();
        let bytes =
            bits.chunks_exact(8).map(|bits| bits.iter().fold(0, |byte, bit| byte << 1 | u8::from(*bit)));
        Self(TotpSecret::from_slice(&bytes.collect::<Vec<_>>()).unwrap())
    }

    /// What it shows now.
    #[must_use]
    pub fn code(&self, op: &Provider) -> String {
        self.code_after(op, 0)
    }

    /// What it shows so many periods later.
    #[must_use]
    pub fn code_after(&self, op: &Provider, periods: i64) -> String {
        self.0.code(op.now() / 30 + periods)
    }

    /// Set up on the account of whoever is signed in with that browser; and the recovery codes that came with it, if any did.
    pub async fn added(op: &Provider, browser: &mut Browser) -> (Self, Vec<String>) {
        let page = browser.open(op, &format!("{}/account/security/app", op.issuer)).await;
        let app = Self::scan(&page);
        let done = browser.submit(op, &page, &[("code", &app.code(op)), ("name", "Phone")]).await;
        assert_eq!(done.response.status, 200, "{}", done.text());
        (app, recovery_codes(&done))
    }
}

/// The recovery codes that a page shows.
#[must_use]
pub fn recovery_codes(page: &Page) -> Vec<String> {
    let text = page.text();
    let Some((_, list)) = text.split_once("id=\"recovery-codes\">") else { return vec![] };
    let list = list.split_once("</ol>").unwrap().0;
    list.split("<code>").skip(1).map(|code| code.split_once('<').unwrap().0.to_owned()).collect()
}
