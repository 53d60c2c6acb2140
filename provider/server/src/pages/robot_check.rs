//! The part of a form with which somebody shows that they are no robot.

use super::Frame;
use super::assets::work_path;
use super::phrase::Counted;

/// It posts `check`, and `work` or what a CAPTCHA's script adds.
#[derive(Clone, Copy, Debug)]
pub struct RobotCheck<'a> {
    /// What the page carries.
    pub ticket: &'a str,
    /// What is asked.
    pub by: RobotCheckBy<'a>,
    /// How many seconds whoever has no JavaScript waits.
    pub wait: u64,
}

/// How it is shown.
#[derive(Clone, Copy, Debug)]
pub enum RobotCheckBy<'a> {
    /// By work of the browser, whose result begins with so many zero bits.
    Work {
        /// How many.
        bits: u32,
    },
    /// By a CAPTCHA.
    Captcha {
        /// The class of the element that its script looks for.
        class: &'static str,
        /// Its key for pages.
        site_key: &'a str,
        /// Its script.
        script: &'static str,
        /// Where it loads from.
        sources: &'static str,
    },
}

/// Its texts.
pub(crate) struct RobotCheckTexts {
    /// That nothing was shown.
    pub(crate) missing: &'static str,
    /// While the browser works.
    pub(crate) working: &'static str,
    /// What whoever has no JavaScript does, with seconds.
    pub(crate) wait: Counted,
}

impl RobotCheck<'_> {
    pub(super) fn script(&self, frame: &Frame<'_>) -> String {
        match self.by {
            RobotCheckBy::Work { .. } => frame.asset(work_path()),
            RobotCheckBy::Captcha { script, .. } => script.to_owned(),
        }
    }

    pub(super) fn wait(&self, frame: &Frame<'_>) -> String {
        (frame.texts().robot_check.wait)(self.wait)
    }
}
