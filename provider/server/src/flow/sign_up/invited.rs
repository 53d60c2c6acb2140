//! Somebody was invited: whoever opens the link has proven the address. They choose a password, and a username where people have
//! one, and the account has what the operator said.
//!
//! A browser that has shown the page is signed in by its form, since the page names the address and the form is bound to the
//! browser. A form from elsewhere makes the account, which the link alone is enough for, and signs nobody in.

use credenza_protocol::invitation::Invitation;
use credenza_protocol::sign_up::SignUpIdentifier;
use credenza_storage::{Created, SignedUp};
use url::Url;

use super::choice::{Answers, Choice, Flaw};
use super::hash_of;
use crate::context::Context;
use crate::failure::Failure;
use crate::flow::Halt;
use crate::flow::interaction::{AccountVisit, Lost, Pending, Purpose};
use crate::flow::outcome::{Browser, Outcome};
use crate::flow::sign_in::{Taken, new_account};

/// What the person chose.
pub struct Acceptance<'a> {
    /// The secret of the link.
    pub token: &'a str,
    /// A username, where one is asked for.
    pub username: &'a str,
    /// The password.
    pub password: String,
    /// What they were asked for besides.
    pub answers: Answers<'a>,
    /// How the browser names itself.
    pub user_agent: &'a str,
}

/// What became of it.
pub enum Accepted {
    /// The account is there, and the person is signed in.
    SignedIn(Taken),
    /// The account is there, and the person signs in where they want to.
    Ready,
    /// What they chose will not do.
    Flawed(Box<Invitation>, Flaw),
    /// There is an account with that address.
    AddressTaken,
    /// The link is not good any more.
    Dead,
}

/// The invitation of that token, if it stands. Looking spends nothing.
///
/// # Errors
/// [`Failure`].
pub async fn look(context: &Context, token: &str) -> Result<Option<Invitation>, Failure> {
    let (tenant, invitations) = (&context.realm.tenant.tenant_id, &context.state.store.invitations);
    Ok(invitations.find_standing(tenant, hash_of(token), context.now).await?)
}

/// Whether the person is asked for a username: where people have one, or where the operator has proposed one.
#[must_use]
pub fn asks_for_username(context: &Context, invitation: &Invitation) -> bool {
    let identifier = context.realm.tenant.settings.sign_up_identifier;
    identifier == SignUpIdentifier::Username || invitation.gives.username.is_some()
}

/// Begins the interaction to which the form is bound. It is stored nowhere but in its handle.
///
/// # Errors
/// [`Failure`].
pub async fn begin(context: &Context, browser: &Browser) -> Result<Pending, Failure> {
    Pending::begin(context, Purpose::Account(AccountVisit::default()), browser).await
}

/// The address at which the sign-in of the application begins that the person goes on to (OpenID Connect Core 4), if it is
/// enabled and has one.
///
/// # Errors
/// [`Failure`].
pub async fn onward(context: &Context, invitation: &Invitation) -> Result<Option<String>, Failure> {
    let Some(client_id) = &invitation.gives.client_id else { return Ok(None) };
    let Some(client) = context.client(client_id).await? else { return Ok(None) };
    let initiate = client.client.initiate_login_uri.as_deref().and_then(|uri| Url::parse(uri).ok());
    Ok(initiate.map(|mut uri| {
        uri.query_pairs_mut()
            .append_pair("iss", &context.realm.issuer)
            .append_pair("login_hint", &invitation.email);
        uri.into()
    }))
}

/// Makes the account, and signs the person in, in the interaction that the form is bound to.
///
/// # Errors
/// [`Failure::Busy`] when no password can be hashed now; [`Lost`] when the interaction ended at this very moment, with the
/// account made.
pub async fn accept(
    context: &Context,
    form: Acceptance<'_>,
    pending: Option<Pending>,
    browser: &Browser,
) -> Result<Accepted, Halt<Lost>> {
    let Acceptance { token, username, password, answers, user_agent } = form;
    let Some(invitation) = look(context, token).await? else { return Ok(Accepted::Dead) };
    let asks = asks_for_username(context, &invitation);
    let choice = Choice {
        address: &invitation.email,
        username: asks.then_some(username),
        password,
        claims: invitation.gives.claims.clone(),
        answers,
    };
    let (user, hash) = match choice.check(context).await? {
        Ok(chosen) => chosen,
        Err(flaw) => return Ok(Accepted::Flawed(Box::new(invitation), flaw)),
    };
    let user_id = user.user_id.clone();
    let (tenant, store) = (&context.realm.tenant.tenant_id, &context.state.store);
    let accepted = store.invitations.accept(tenant, hash_of(token), user, hash, context.now).await;
    match accepted.map_err(Failure::from)? {
        SignedUp::Done => {}
        SignedUp::Dead => return Ok(Accepted::Dead),
        SignedUp::AddressTaken => return Ok(Accepted::AddressTaken),
        SignedUp::Refused(Created::Clash(_) | Created::UsernameTaken | Created::Yes) => {
            return Ok(match asks {
                false => Accepted::AddressTaken,
                true => Accepted::Flawed(Box::new(invitation), Flaw::UsernameTaken),
            });
        }
    }
    tracing::info!(user_id = %user_id, "somebody accepted an invitation");
    let found = store.users.find(tenant, &user_id).await.map_err(Failure::from)?;
    let (Some(pending), Some(user)) = (pending, found) else { return Ok(Accepted::Ready) };
    let mut taken = new_account::sign_in(context, pending, user, (browser, user_agent)).await?;
    if let (Outcome::Account(_), Some(uri)) = (&taken.outcome, onward(context, &invitation).await?) {
        taken.outcome = Outcome::SignInAt(uri);
    }
    Ok(Accepted::SignedIn(taken))
}
