//! What all have in common who are mailed a link: it is queued after the answer, counted, and leads back to where they were.

use credenza_protocol::secret::{Secret, SecretHash};
use credenza_protocol::time::Seconds;
use credenza_protocol::user::User;
use credenza_protocol::username::LONGEST;
use credenza_storage::{Login, NewMail, StoreError, Take};
use tokio::sync::OwnedSemaphorePermit;

use super::outcome::Browser;
use crate::accounts::known_device::Slot;
use crate::context::Context;
use crate::failure::Failure;
use crate::mail::{Kind, Mailer};
use crate::pages::Letter;

pub(crate) mod code;
pub(crate) mod ticket;

/// How many links an account or an address of mail may get.
pub(crate) const OF_ACCOUNT: u32 = 5;
/// How often one network address may ask.
pub(crate) const OF_ADDRESS: u32 = 20;
/// Within this time.
pub(crate) const WINDOW: Seconds = Seconds(3600);

/// What became of the wish for a link.
pub enum Asked<T> {
    /// It is seen to.
    Taken(T),
    /// There were too many from there; the next may come after so many seconds.
    TooMany(Seconds),
}

/// What a link is for. It stands in counts, and in what encryption is bound to.
#[derive(Clone, Copy)]
pub(crate) enum Purpose {
    /// A new password.
    PasswordReset,
    /// A new account.
    SignUp,
    /// A sign-in without a password.
    SignIn,
    /// Another address of mail.
    EmailChange,
}

impl Purpose {
    const fn as_str(self) -> &'static str {
        match self {
            Self::PasswordReset => "password reset",
            Self::SignUp => "sign up",
            Self::SignIn => "sign in",
            Self::EmailChange => "email change",
        }
    }

    /// How long a link is good.
    pub(crate) const fn lasts(self) -> Seconds {
        match self {
            Self::PasswordReset | Self::SignUp | Self::EmailChange => Seconds(1800),
            Self::SignIn => Seconds(600),
        }
    }

    /// The same, as letters say it.
    pub(crate) const fn minutes(self) -> u64 {
        self.lasts().0.unsigned_abs() / 60
    }

    /// What is bound to this purpose, and to that.
    pub(crate) fn bound_to(self, what: &[u8]) -> Vec<u8> {
        [self.as_str().as_bytes(), b"\0", what].concat()
    }

    /// Counts a wish of a network address. It does not say for whom.
    pub(crate) async fn of_address(self, context: &Context, browser: &Browser) -> Result<Take, Failure> {
        let Some(address) = browser.address else { return Ok(Take::Allowed) };
        let key = SecretHash::of(&self.bound_to(address.to_string().as_bytes()));
        take(context, key, OF_ADDRESS, WINDOW).await
    }

    /// Counts a link to an account, or to an address of mail. A device that the account has signed in from has a count of its
    /// own, which nobody else can use up.
    pub(crate) async fn of_account(
        self,
        context: &Context,
        account: &str,
        device: Option<Slot>,
    ) -> Result<Take, Failure> {
        let key = match device {
            None => format!("of\0{account}"),
            Some(slot) => format!("of\0{}\0{account}", slot.number()),
        };
        take(context, SecretHash::of(&self.bound_to(key.as_bytes())), OF_ACCOUNT, WINDOW).await
    }

    /// The handle of the interaction that the person was in, as it is stored: with a copy of the database nobody goes on with
    /// it.
    pub(crate) fn seal_request(self, context: &Context, secret: &Secret, request: &str) -> Option<String> {
        let (handles, rng) = (&context.realm.handles, context.state.rng.as_ref());
        let sealed = handles.seal(rng, &self.bound_to(secret.hash().as_bytes()), request.as_bytes());
        sealed.map(|sealed| sealed.handle.reveal().to_owned())
    }

    /// The handle again.
    pub(crate) fn open_request(self, context: &Context, secret: SecretHash, sealed: &str) -> Option<String> {
        let opened = context.realm.handles.open(sealed, &self.bound_to(secret.as_bytes()))?;
        String::from_utf8(opened.plain).ok()
    }
}

/// Counts.
pub(crate) async fn take(
    context: &Context,
    key: SecretHash,
    limit: u32,
    window: Seconds,
) -> Result<Take, Failure> {
    let (tenant, limits) = (&context.realm.tenant.tenant_id, &context.state.store.rate_limits);
    Ok(limits.take(tenant, key, limit, window, context.now).await?)
}

/// Who is meant by a name, or by an address that is proven, enabled or not.
pub(crate) async fn named(context: &Context, typed: &str) -> Result<Option<User>, StoreError> {
    if typed.chars().count() > LONGEST {
        return Ok(None);
    }
    let login = Login { typed: typed.to_owned(), by_email: true };
    context.state.store.users.find_by_login(&context.realm.tenant.tenant_id, login).await
}

/// A place among those who are seen to after their answers.
///
/// # Errors
/// [`Failure::Busy`] when there is none.
pub(crate) fn place(mailer: &Mailer) -> Result<OwnedSemaphorePermit, Failure> {
    mailer.asked.clone().try_acquire_owned().map_err(|_| Failure::Busy)
}

/// Sees to a wish after its answer. `what` it could not do stands in the log where that fails.
pub(crate) fn later(
    permit: OwnedSemaphorePermit,
    what: &'static str,
    work: impl Future<Output = Result<(), Failure>> + Send + 'static,
) {
    tokio::spawn(async move {
        let done = work.await;
        drop(permit);
        if let Err(failure) = done {
            tracing::error!(error = %failure, "{what} could not be queued");
        }
    });
}

/// A letter, ready for the queue.
pub(crate) fn sealed(
    context: &Context,
    mailer: &Mailer,
    (kind, letter, address): (Kind, &Letter<'_>, &str),
    lasts: Seconds,
) -> Result<NewMail, Failure> {
    let (tenant, rng) = (&context.realm.tenant, context.state.rng.as_ref());
    let sealed = mailer.letter(rng, tenant, (kind, letter, address), (lasts, context.now));
    sealed.ok_or(Failure::Internal("a mail cannot be encrypted"))
}
