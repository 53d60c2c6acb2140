//! Links by which somebody signs in without a password, which an operator makes for them. Whoever has such a link signs in by
//! it: it is made by those alone who could set the password too.

use credenza_protocol::ids::{ClientId, TenantId, UserId};
use credenza_protocol::secret::Secret;
use credenza_protocol::time::{Seconds, Time};
use credenza_protocol::user::User;
use credenza_storage::{NewMail, NewSignInLink, SignInLinkKind};

use super::{Administration, Error, InvalidField, Outcome, Refusal};
use crate::failure::Failure;
use crate::rng;

/// How long a link is good if nothing else is asked for.
pub const LASTS: Seconds = Seconds(600);
/// How long it may be good.
pub const LONGEST: Seconds = Seconds(86_400);

/// A link to be made.
#[derive(Clone, Debug, Default)]
pub struct NewLink {
    /// The client to which the person goes on; without one, to their account.
    pub client_id: Option<ClientId>,
    /// How long it is good: [`LASTS`] if nothing else is said, [`LONGEST`] at most.
    pub expires_in: Option<Seconds>,
}

/// A link, which is shown this once.
#[derive(Clone, Debug)]
pub struct Made {
    /// Who signs in by it.
    pub user_id: UserId,
    /// What makes it one.
    pub secret: Secret,
    /// Until when it is good.
    pub expires_at: Time,
}

/// Writes the mail of a link to that address: the secret, and how long it is good. `None` where there is no mail.
pub type Writer<'a> = &'a (dyn Fn(&str, &Secret, Seconds) -> Result<Option<NewMail>, Failure> + Sync);

/// Makes a link; with a `writer` it is mailed to the verified address of the user.
///
/// # Errors
/// [`Error`].
pub async fn create(
    admin: &Administration<'_>,
    tenant: &TenantId,
    user: &User,
    new: NewLink,
    writer: Option<Writer<'_>>,
) -> Result<Outcome<Made>, Error> {
    if !admin.may_act_on_user(tenant, &user.user_id).await? {
        return Ok(Outcome::Refused(Refusal::BeyondAuthority));
    }
    let faults = faults(admin, tenant, &new).await?;
    if !faults.is_empty() {
        return Ok(Outcome::Invalid(faults));
    }
    if user.disabled_at.is_some() {
        return Ok(Outcome::Refused(Refusal::UserDisabled));
    }
    let (secret, lasts) = (rng::secret(admin.rng), new.expires_in.unwrap_or(LASTS));
    let address = match writer {
        None => None,
        Some(_) => match user.claims.email.clone().filter(|_| user.claims.email_verified == Some(true)) {
            None => return Ok(Outcome::Refused(Refusal::NoVerifiedAddress)),
            address => address,
        },
    };
    let mail = match (writer, &address) {
        (Some(write), Some(address)) => match write(address, &secret, lasts)? {
            None => return Ok(Outcome::Refused(Refusal::NoMail)),
            mail => mail,
        },
        _ => None,
    };
    let is_mailed = mail.is_some();
    let link = NewSignInLink {
        user_id: user.user_id.clone(),
        kind: SignInLinkKind::Given,
        secret: secret.hash(),
        address,
        request: None,
        client_id: new.client_id,
        expires_at: admin.now + lasts,
    };
    let made = Made { user_id: user.user_id.clone(), secret, expires_at: link.expires_at };
    Ok(match admin.store.sign_in_links.begin(tenant, link, mail, admin.now).await? {
        true => Outcome::Done(made),
        false if is_mailed => Outcome::Refused(Refusal::MailWaits),
        // Somebody has disabled or deleted the user meanwhile.
        false => Outcome::Stale,
    })
}

async fn faults(
    admin: &Administration<'_>,
    tenant: &TenantId,
    new: &NewLink,
) -> Result<Vec<InvalidField>, Error> {
    let mut faults = vec![];
    if new.expires_in.is_some_and(|lasts| lasts < Seconds(1) || lasts > LONGEST) {
        faults.push(InvalidField::new("expires_in", format!("must be from 1 to {} seconds", LONGEST.0)));
    }
    if let Some(client_id) = &new.client_id {
        let found = admin.store.clients.find(tenant, client_id).await?;
        let why = match found.filter(|record| record.disabled_at.is_none()) {
            None => Some("there is no such client, or it is disabled"),
            Some(record)
                if record.client.initiate_login_uri.is_none() && record.client.client_uri.is_none() =>
            {
                Some("the client has neither initiate_login_uri nor client_uri to go on to")
            }
            Some(_) => None,
        };
        faults.extend(why.map(|why| InvalidField::new("client_id", why)));
    }
    Ok(faults)
}
