//! The link of a mail, or one that an operator has made, is opened. To look spends nothing: programs that scan mail open links
//! too. Then the person presses a button.

use credenza_protocol::secret::Secret;
use credenza_protocol::time::Time;
use credenza_protocol::user::User;
use credenza_storage::{SignInLink, SignInLinkKind};
use serde::{Deserialize, Serialize};

use super::{Proven, Taken, take};
use crate::context::Context;
use crate::failure::Failure;
use crate::flow::Halt;
use crate::flow::interaction::{AccountVisit, Lost, Pending, Purpose};
use crate::flow::mailed::{self, code};
use crate::flow::outcome::Browser;
use crate::flow::sign_in_steps::{LINK_PAGE, MAIL};

const PURPOSE: mailed::Purpose = mailed::Purpose::SignIn;

/// Where a mail was asked for. It is stored encrypted, with a key that is in the link.
#[derive(Deserialize, Serialize)]
pub struct Origin {
    /// The handle of the interaction.
    pub request: String,
    /// The name of the browser; empty if it did not say.
    pub device: String,
    /// When.
    pub asked_at: Time,
}

/// What a link stands for in this browser.
pub enum Opened {
    /// It was asked for here, in this interaction: its person may sign in.
    Here(Box<SignInLink>, Box<Pending>),
    /// It was asked for in another browser, where this code may be typed. Nobody signs in here.
    Elsewhere(Box<SignInLink>, Origin, String),
    /// An operator made it: its person may sign in here, in an interaction that begins with it.
    Given(Box<SignInLink>, Box<Pending>),
    /// It is not good any more.
    Dead,
}

/// What came of the button.
pub enum ByLink {
    /// The person is who they say.
    Taken(Taken),
    /// They are, by an earlier press of it: on with what is next.
    Again(Box<Pending>),
    /// The link is not good any more.
    Dead,
}

impl Origin {
    pub(super) fn seal(&self, context: &Context, secret: &Secret) -> Option<String> {
        PURPOSE.seal_request(context, secret, &serde_json::to_string(self).ok()?)
    }

    fn open(context: &Context, secret: &Secret, sealed: Option<&str>) -> Option<Self> {
        serde_json::from_str(&PURPOSE.open_request(context, secret.hash(), sealed?)?).ok()
    }
}

/// The address of a link.
#[must_use]
pub fn url(issuer: &str, secret: &Secret) -> String {
    format!("{issuer}/{LINK_PAGE}?token={}", secret.reveal())
}

/// Looks at a link. Looking spends nothing.
///
/// # Errors
/// [`Lost`] when it was asked for in this browser, in an interaction that is over.
pub async fn open(context: &Context, token: &str, browser: &Browser) -> Result<Opened, Halt<Lost>> {
    let secret = Secret::presented(token);
    let Some(link) = find(context, &secret).await? else { return Ok(Opened::Dead) };
    let link = Box::new(link);
    if link.kind == SignInLinkKind::Given {
        let visit = AccountVisit { client_id: link.client_id.clone(), ..AccountVisit::default() };
        let pending = Pending::begin(context, Purpose::Account(visit), browser).await?;
        return Ok(Opened::Given(link, Box::new(pending)));
    }
    let Some(origin) = Origin::open(context, &secret, link.request.as_deref()) else {
        return Ok(Opened::Dead);
    };
    match Pending::find(context, &origin.request, browser.binding.as_ref()).await {
        Ok(pending) => Ok(Opened::Here(link, Box::new(pending))),
        Err(Halt::Refused(Lost::NoCookie | Lost::Unknown)) => {
            Ok(Opened::Elsewhere(link, origin, code::of(PURPOSE, &secret)))
        }
        Err(halt) => Err(halt),
    }
}

/// Spends a link, and goes on with the interaction: that in which it was asked for, or any of this browser if an operator made
/// it. Its person presses a button twice at times, and is signed in once.
///
/// # Errors
/// [`Lost`] when the interaction is over.
pub async fn sign_in(
    context: &Context,
    pending: Pending,
    token: &str,
    (browser, user_agent): (&Browser, &str),
) -> Result<ByLink, Halt<Lost>> {
    let secret = Secret::presented(token);
    let (tenant, links) = (&context.realm.tenant.tenant_id, &context.state.store.sign_in_links);
    let may = find(context, &secret).await?.is_some_and(|link| match link.kind {
        SignInLinkKind::Given => matches!(pending.purpose, Purpose::Account(_)),
        SignInLinkKind::Asked => Origin::open(context, &secret, link.request.as_deref())
            .is_some_and(|origin| origin.request == pending.handle.reveal()),
    });
    let user = match may {
        true => links.spend(tenant, secret.hash(), context.now).await.map_err(Failure::from)?,
        false => None,
    };
    let Some(user) = user else {
        let pending = Pending::find(context, pending.handle.reveal(), Some(&pending.binding)).await?;
        return Ok(match pending.purpose.has_signed_in() {
            true => ByLink::Again(Box::new(pending)),
            false => ByLink::Dead,
        });
    };
    let proven = proven(context, user).await?;
    take(context, pending, &MAIL, proven, browser, user_agent).await.map(ByLink::Taken)
}

/// What such a mail proves. It could have been one for a new password as well: whoever has to change theirs need not type the
/// old one.
pub(super) async fn proven(context: &Context, user: User) -> Result<Proven, Failure> {
    if !user.password_change_required {
        return Ok(Proven::by(&MAIL, user, context.now));
    }
    let (tenant, credentials) = (&context.realm.tenant.tenant_id, &context.state.store.credentials);
    Ok(match credentials.password(tenant, &user.user_id).await? {
        Some(hash) => Proven::by(&MAIL, user, context.now).knowing(&hash),
        None => Proven::by(&MAIL, User { password_change_required: false, ..user }, context.now),
    })
}

async fn find(context: &Context, secret: &Secret) -> Result<Option<SignInLink>, Failure> {
    let (tenant, links) = (&context.realm.tenant.tenant_id, &context.state.store.sign_in_links);
    Ok(links.find(tenant, secret.hash(), context.now).await?)
}
