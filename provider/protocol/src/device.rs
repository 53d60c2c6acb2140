//! Devices: where native applications of people are installed, so that they can be told of things by push messages.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::ids::{ClientId, DeviceId, GrantId, SessionId, UserId};
use crate::time::Time;
use crate::version::Version;

/// How many devices a person may have of one application.
pub const MOST: u32 = 20;
/// The longest name, in characters.
pub const LONGEST_NAME: usize = 100;
/// The longest version of an application, in characters.
pub const LONGEST_VERSION: usize = 50;
/// The longest push token, in bytes. Those of browsers are addresses with keys.
pub const LONGEST_PUSH_TOKEN: usize = 4096;

/// What a device runs.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "DevicePlatform")]
pub enum Platform {
    /// iOS and iPadOS.
    Ios,
    /// Android.
    Android,
    /// macOS.
    Macos,
    /// Windows.
    Windows,
    /// Linux.
    Linux,
    /// A browser.
    Web,
}

/// A device. It is there as long as the grant by which its application was let in: whatever ends that, such as the end of the
/// session in which it was given, ends the device.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "UserDevice")]
pub struct Device {
    /// Its id.
    pub device_id: DeviceId,
    /// Whose it is.
    pub user_id: UserId,
    /// The application on it.
    pub client_id: ClientId,
    /// What the person gave the application there.
    pub grant_id: GrantId,
    /// The session in which they did.
    pub sid: SessionId,
    /// What the person calls it.
    pub name: String,
    /// What it runs.
    pub platform: Platform,
    /// The version of the application.
    pub app_version: Option<String>,
    /// When it was registered.
    pub created_at: Time,
    /// When it last changed.
    pub updated_at: Time,
    /// How often it was changed.
    pub version: Version,
}

impl Platform {
    /// Every platform.
    pub const ALL: [Self; 6] = [Self::Ios, Self::Android, Self::Macos, Self::Windows, Self::Linux, Self::Web];

    /// Its name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ios => "ios",
            Self::Android => "android",
            Self::Macos => "macos",
            Self::Windows => "windows",
            Self::Linux => "linux",
            Self::Web => "web",
        }
    }

    /// The platform of that name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|platform| platform.as_str() == name)
    }
}

/// What is wrong with a name or a version of so many characters at most; nothing, if it is one line of text.
#[must_use]
pub fn fault(text: &str, longest: usize) -> Option<String> {
    let is_line = !text.trim().is_empty() && !text.chars().any(char::is_control);
    let fits = is_line && text.chars().count() <= longest;
    (!fits).then(|| format!("must be a text of 1 to {longest} characters, without control characters"))
}

/// What is wrong with a push token; nothing, if it is one word of visible ASCII characters.
#[must_use]
pub fn push_token_fault(token: &str) -> Option<String> {
    let fits =
        (1..=LONGEST_PUSH_TOKEN).contains(&token.len()) && token.bytes().all(|byte| byte.is_ascii_graphic());
    (!fits).then(|| format!("must be 1 to {LONGEST_PUSH_TOKEN} visible ASCII characters"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn platforms_have_the_names_that_they_have_in_json() {
        for platform in Platform::ALL {
            assert_eq!(Platform::parse(platform.as_str()), Some(platform));
            let json = serde_json::to_value(platform).unwrap();
            assert_eq!(json.as_str(), Some(platform.as_str()));
        }
        assert_eq!(Platform::parse("beos"), None);
    }

    #[test]
    fn names_are_one_line_and_push_tokens_one_word() {
        for good in ["Ada's phone", "Дом", &"x".repeat(LONGEST_NAME)] {
            assert_eq!(fault(good, LONGEST_NAME), None, "{good}");
        }
        for bad in ["", "  ", "a\nb", "a\u{0}", &"x".repeat(LONGEST_NAME + 1)] {
            assert!(fault(bad, LONGEST_NAME).is_some(), "{bad:?}");
        }
        for good in ["a", "fcm:APA91b-_", &"x".repeat(LONGEST_PUSH_TOKEN)] {
            assert_eq!(push_token_fault(good), None, "{good}");
        }
        for bad in ["", "a b", "ä", "a\u{0}", &"x".repeat(LONGEST_PUSH_TOKEN + 1)] {
            assert!(push_token_fault(bad).is_some(), "{bad:?}");
        }
    }
}
