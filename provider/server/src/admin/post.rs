//! How operators write to people: a letter is queued with what it is about, and sent by whichever server is first.

use credenza_protocol::tenant::Tenant;
use credenza_protocol::time::Seconds;
use credenza_storage::NewMail;

use super::{Administration, Error};
use crate::failure::Failure;
use crate::mail::{Kind, Mailer};
use crate::pages::Letter;

/// How mail is written for a tenant.
#[derive(Clone, Copy)]
pub struct Post<'a> {
    /// Encrypts it, and knows the way out.
    pub mailer: &'a Mailer,
    /// The issuer, of which the links are.
    pub issuer: &'a str,
}

impl Post<'_> {
    /// A letter, ready for the queue, of use for so long.
    ///
    /// # Errors
    /// [`Error::Failed`] for more than can be encrypted, which is gigabytes.
    pub(super) fn sealed(
        &self,
        admin: &Administration<'_>,
        tenant: &Tenant,
        (kind, letter, address): (Kind, &Letter<'_>, &str),
        lasts: Seconds,
    ) -> Result<NewMail, Error> {
        let sealed = self.mailer.letter(admin.rng, tenant, (kind, letter, address), (lasts, admin.now));
        sealed.ok_or(Error::Failed(Failure::Internal("a mail cannot be encrypted")))
    }

    /// Wakes what sends, if it runs here.
    pub(super) fn wake(&self) {
        self.mailer.queued.notify_one();
    }
}
