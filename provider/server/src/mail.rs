//! Mail to people. A letter is written in the person's language ([`crate::pages::Letter`]), encrypted and queued in the
//! database with whatever it belongs to; a task of its own sends it, on whichever node, and tries again where that fails. No
//! request waits for a mail server.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use credenza_protocol::ids::TenantId;
use credenza_protocol::tenant::Tenant;
use credenza_protocol::time::{Seconds, Time};
use credenza_storage::NewMail;
use lettre::message::Mailbox;
use tokio::sync::{Notify, Semaphore};

use crate::config::{MailConfig, MailWay};
use crate::keys::root::Root;
use crate::keys::sealed_handle::SealedHandles;
use crate::pages::Letter;
use crate::rng::Rng;

mod delivery;
mod directory;
mod inbox;
mod message;
mod smtp;
mod transport;
mod written;

pub use delivery::run;
pub use inbox::Inbox;
pub use message::message;
pub use transport::{Transport, Undelivered, hand_over};
pub use written::{Kind, Written};

/// How many wishes for mail are seen to at once, after their answers.
pub(crate) const ASKED: usize = 64;

/// How a server sends mail.
pub struct Mailer {
    from: Mailbox,
    transport: Arc<dyn Transport>,
    seals: SealedHandles,
    /// Wakes the task that sends.
    pub queued: Notify,
    /// Places for wishes for mail that are seen to after their answers.
    pub asked: Arc<Semaphore>,
    is_failing: AtomicBool,
    inbox: Option<Arc<Inbox>>,
}

impl Mailer {
    /// Makes it by the configuration; nothing is connected yet.
    ///
    /// # Errors
    /// A sentence that begins with the setting that cannot be used.
    pub fn new(config: &MailConfig, root: &Root) -> Result<Self, String> {
        let inbox = matches!(config.way, MailWay::Inbox).then(|| Arc::new(Inbox::default()));
        let kept = inbox.clone().map(|inbox| inbox as Arc<dyn Transport>);
        let transport = kept.map_or_else(|| transport(&config.way), Ok)?;
        Ok(Self {
            from: config.from.clone(),
            transport,
            seals: SealedHandles::new(&root.derive("mail")),
            queued: Notify::new(),
            asked: Arc::new(Semaphore::new(ASKED)),
            is_failing: AtomicBool::new(false),
            inbox,
        })
    }

    /// A mail as it is queued, of use for so long. `None` for more than can be encrypted, which is gigabytes.
    #[must_use]
    pub fn seal(
        &self,
        rng: &dyn Rng,
        tenant: &TenantId,
        (kind, written): (Kind, &Written),
        (lasts, now): (Seconds, Time),
    ) -> Option<NewMail> {
        let plain = serde_json::to_vec(written).ok()?;
        let sealed = self.seals.seal(rng, tenant.as_str().as_bytes(), &plain)?;
        let sealed = sealed.handle.reveal().as_bytes().to_vec();
        Some(NewMail { kind: kind.as_str().to_owned(), sealed, expires_at: now + lasts })
    }

    /// A letter to that address, as it is queued.
    #[must_use]
    pub fn letter(
        &self,
        rng: &dyn Rng,
        tenant: &Tenant,
        (kind, letter, to): (Kind, &Letter<'_>, &str),
        lasts: (Seconds, Time),
    ) -> Option<NewMail> {
        let written = Written::of(letter, to, tenant.settings.brand.accent_color);
        self.seal(rng, &tenant.tenant_id, (kind, &written), lasts)
    }

    /// What was queued; `None` if it was not sealed here.
    fn open(&self, tenant: &TenantId, sealed: &[u8]) -> Option<Written> {
        let handle = std::str::from_utf8(sealed).ok()?;
        let opened = self.seals.open(handle, tenant.as_str().as_bytes())?;
        serde_json::from_slice(&opened.plain).ok()
    }

    /// Whether the last attempt of this node failed for a reason that concerns every mail.
    #[must_use]
    pub fn is_failing(&self) -> bool {
        self.is_failing.load(Ordering::Relaxed)
    }

    /// The mails that were kept in memory, if that is where they go.
    #[must_use]
    pub fn inbox(&self) -> Option<&Inbox> {
        self.inbox.as_deref()
    }
}

/// The way out that is configured.
///
/// # Errors
/// A sentence that begins with the setting that cannot be used.
pub fn transport(way: &MailWay) -> Result<Arc<dyn Transport>, String> {
    Ok(match way {
        MailWay::Smtp { url, ca } => Arc::new(smtp::Smtp::new(url, ca)?),
        MailWay::Directory(directory) => Arc::new(directory::Directory::new(directory)?),
        MailWay::Inbox => Arc::new(Inbox::default()),
    })
}
