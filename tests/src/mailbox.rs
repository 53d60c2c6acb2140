//! Mail that a provider has sent.

use std::time::Duration;

use credenza::mail::Written;
use tokio::time::{sleep, timeout};

use crate::Provider;

/// Longer than any mail takes into memory.
const PATIENCE: Duration = Duration::from_secs(20);
/// Long enough for what should not come.
const QUIET: Duration = Duration::from_millis(300);

impl Provider {
    /// The mails that were sent, the oldest first, once there are so many and nothing more comes.
    ///
    /// # Panics
    /// When there are fewer after a while, or more.
    pub async fn mails(&self, count: usize) -> Vec<Written> {
        let inbox = || self.state.mail.as_ref().unwrap().inbox().unwrap().newest_first();
        let enough = async {
            while inbox().len() < count {
                sleep(Duration::from_millis(10)).await;
            }
        };
        timeout(PATIENCE, enough).await.unwrap_or_else(|_| panic!("{count} mails, not {:?}", inbox()));
        sleep(QUIET).await;
        let mails: Vec<_> = inbox().into_iter().rev().collect();
        assert_eq!(mails.len(), count, "{mails:?}");
        mails
    }
}

/// The link in a mail.
#[must_use]
pub fn link_in(mail: &Written) -> String {
    let mut words = mail.text.split_whitespace();
    words.rfind(|word| word.starts_with("http")).unwrap_or_default().to_owned()
}

/// The code in a mail: the one word of six digits.
#[must_use]
pub fn code_in(mail: &Written) -> String {
    let is_code = |word: &&str| word.len() == 6 && word.bytes().all(|byte| byte.is_ascii_digit());
    mail.text.split_whitespace().find(is_code).unwrap_or_default().to_owned()
}
