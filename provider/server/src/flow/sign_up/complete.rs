//! The account is made: whoever has the secret of the mail chooses a password, and a username where people have one.

use credenza_protocol::claims::StandardClaims;
use credenza_protocol::ids::UserId;
use credenza_protocol::sign_up::SignUpIdentifier;
use credenza_storage::{Created, SignUp, SignedUp};

use super::choice::{Answers, Choice, Flaw};
use super::{PURPOSE, hash_of, is_open, usable};
use crate::context::Context;
use crate::failure::Failure;
use crate::flow::Halt;
use crate::flow::interaction::{Lost, Pending};
use crate::flow::outcome::Browser;
use crate::flow::sign_in::{Taken, new_account};

/// What the person chose.
pub struct Form<'a> {
    /// The secret of the mail.
    pub token: &'a str,
    /// A username, where people choose one.
    pub username: &'a str,
    /// The password.
    pub password: String,
    /// What they were asked for besides.
    pub answers: Answers<'a>,
    /// How the browser names itself.
    pub user_agent: &'a str,
}

/// What became of it.
pub enum Completed {
    /// The account is there, and the person is signed in: this is the browser that they began in.
    SignedIn(Taken),
    /// The account is there, and the person signs in where they want to.
    Ready,
    /// The account is there, and waits for an operator's decision.
    Waits,
    /// What they chose will not do.
    Flawed(SignUp, Flaw),
    /// There is an account with that address by now.
    AddressTaken,
    /// The link is not good any more, or nobody may sign up any more.
    Dead,
}

/// The sign-up of that token, if it stands and an account may still be made with its address. Looking spends nothing.
///
/// # Errors
/// [`Failure`].
pub async fn look(context: &Context, token: &str) -> Result<Option<SignUp>, Failure> {
    if !is_open(context) {
        return Ok(None);
    }
    let (tenant, sign_ups) = (&context.realm.tenant.tenant_id, &context.state.store.sign_ups);
    let found = sign_ups.find(tenant, hash_of(token), context.now).await?;
    Ok(found.filter(|sign_up| usable(context, &sign_up.address).is_ok()))
}

/// Makes the account, and signs the person in if this is the browser that they began in.
///
/// # Errors
/// [`Failure::Busy`] when no password can be hashed now; [`Lost`] when the interaction ended at this very moment, with the
/// account made.
pub async fn complete(context: &Context, form: Form<'_>, browser: &Browser) -> Result<Completed, Halt<Lost>> {
    let Form { token, username, password, answers, user_agent } = form;
    let Some(sign_up) = look(context, token).await? else { return Ok(Completed::Dead) };
    let identifier = context.realm.tenant.settings.sign_up_identifier;
    let choice = Choice {
        address: &sign_up.address,
        username: (identifier == SignUpIdentifier::Username).then_some(username),
        password,
        claims: StandardClaims::default(),
        answers,
    };
    let (mut user, hash) = match choice.check(context).await? {
        Ok(chosen) => chosen,
        Err(flaw) => return Ok(Completed::Flawed(sign_up, flaw)),
    };
    let waits = context.realm.tenant.settings.sign_up_approval;
    user.disabled_at = waits.then_some(context.now);
    let user_id = user.user_id.clone();
    let (tenant, sign_ups) = (&context.realm.tenant.tenant_id, &context.state.store.sign_ups);
    let secret = hash_of(token);
    match sign_ups.complete(tenant, secret, user, hash, context.now).await.map_err(Failure::from)? {
        SignedUp::Done => {}
        SignedUp::Dead => return Ok(Completed::Dead),
        SignedUp::AddressTaken => return Ok(Completed::AddressTaken),
        SignedUp::Refused(Created::Clash(_) | Created::UsernameTaken | Created::Yes) => {
            return Ok(match identifier {
                SignUpIdentifier::Email => Completed::AddressTaken,
                SignUpIdentifier::Username => Completed::Flawed(sign_up, Flaw::UsernameTaken),
            });
        }
    }
    tracing::info!(user_id = %user_id, waits, "somebody made an account");
    if waits {
        return Ok(Completed::Waits);
    }
    signed_in(context, (&sign_up, token), &user_id, (browser, user_agent)).await
}

/// The interaction that the person was in when they asked, if this is its browser.
pub async fn began_here(
    context: &Context,
    (sign_up, token): (&SignUp, &str),
    browser: &Browser,
) -> Option<Pending> {
    let sealed = sign_up.request.as_deref()?;
    let request = PURPOSE.open_request(context, hash_of(token), sealed)?;
    Pending::find(context, &request, browser.binding.as_ref()).await.ok()
}

/// Goes on with the interaction that the person was in, if this is its browser.
async fn signed_in(
    context: &Context,
    (sign_up, token): (&SignUp, &str),
    user_id: &UserId,
    (browser, user_agent): (&Browser, &str),
) -> Result<Completed, Halt<Lost>> {
    let Some(pending) = began_here(context, (sign_up, token), browser).await else {
        return Ok(Completed::Ready);
    };
    let tenant = &context.realm.tenant.tenant_id;
    let found = context.state.store.users.find(tenant, user_id).await.map_err(Failure::from)?;
    let Some(user) = found else { return Ok(Completed::Ready) };
    new_account::sign_in(context, pending, user, (browser, user_agent)).await.map(Completed::SignedIn)
}
