//! The page of the devices on which a person has native applications.

use std::borrow::Cow;

use askama::Template;
use credenza_protocol::device::Platform;
use credenza_protocol::time::Time;

use super::assets::local_times_path;
use super::moment::Moment;
use super::phrase::Named;
use super::{AccountNav, Frame, display_name};

/// The list. It posts `csrf` and `device_id`, which is removed.
#[derive(Template)]
#[template(path = "devices.html")]
pub struct Devices<'a> {
    /// What stands around the content.
    pub frame: Frame<'a>,
    /// The devices.
    pub devices: Vec<DeviceLine<'a>>,
    /// Where the form is sent.
    pub action: &'a str,
    /// The CSRF token.
    pub csrf: &'a str,
    /// The other pages.
    pub nav: AccountNav<'a>,
}

/// One device.
#[derive(Clone, Debug)]
pub struct DeviceLine<'a> {
    /// Its id.
    pub device_id: &'a str,
    /// What the person calls it.
    pub name: &'a str,
    /// What it runs.
    pub platform: Platform,
    /// The application on it.
    pub application: &'a str,
    /// The version of the application, if it is known.
    pub app_version: Option<&'a str>,
    /// When it was added.
    pub added: Time,
    /// When it was last seen.
    pub last_seen: Time,
}

/// Its texts.
pub(crate) struct DevicesTexts {
    /// The heading, and the link to the page.
    pub(crate) title: &'static str,
    /// What is shown when the list is empty.
    pub(crate) none: &'static str,
    /// What the list is, and what happens to a device that is removed.
    pub(crate) explanation: &'static str,
    /// The application on a device, by its name.
    pub(crate) application: Named,
    /// What a device runs, by its name.
    pub(crate) platform: Named,
    /// The name of that where it is a browser.
    pub(crate) browser: &'static str,
    /// When a device was added, with date and time.
    pub(crate) added: Named,
    /// When it was last seen, with date and time.
    pub(crate) last_seen: Named,
    /// The button.
    pub(crate) remove: &'static str,
}

impl Devices<'_> {
    fn text(&self) -> &'static DevicesTexts {
        &self.frame.texts().devices
    }

    fn title(&self) -> &'static str {
        self.text().title
    }

    fn shown<'s>(&self, name: &'s str) -> Cow<'s, str> {
        display_name(name)
    }

    /// The application with its version.
    fn application(&self, device: &DeviceLine<'_>) -> String {
        let name = display_name(device.application);
        let version = device.app_version.map(|version| format!(" {}", display_name(version)));
        (self.text().application)(&format!("{name}{}", version.unwrap_or_default()))
    }

    fn platform(&self, device: &DeviceLine<'_>) -> String {
        (self.text().platform)(match device.platform {
            Platform::Ios => "iOS",
            Platform::Android => "Android",
            Platform::Macos => "macOS",
            Platform::Windows => "Windows",
            Platform::Linux => "Linux",
            Platform::Web => self.text().browser,
        })
    }

    /// When it was added, and when it was last seen.
    fn moments(&self, device: &DeviceLine<'_>) -> [Moment; 2] {
        let text = self.text();
        [(text.added, device.added), (text.last_seen, device.last_seen)]
            .map(|(text, time)| Moment::new(self.frame, text, time))
    }

    fn local_times(&self) -> String {
        self.frame.asset(local_times_path())
    }
}
