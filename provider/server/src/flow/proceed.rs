//! A pending interaction goes on: to its next step, or to its end.

use std::ops::ControlFlow;

use credenza_protocol::authorize::interaction::Next;
use credenza_protocol::authorize::{Answer, Fault, Return};
use credenza_storage::SessionRecord;

use super::account_page::AccountPage;
use super::interaction::{AccountVisit, Authorization, Lost, Pending, Purpose};
use super::next::{next, page};
use super::outcome::Outcome;
use super::{Halt, answer, resource, sign_in_steps};
use crate::context::Context;

/// Sends the person to the next step, or answers the request, which happens once. A rule that cannot be met is told to
/// the client.
///
/// # Errors
/// [`Lost::Finished`] when the request was answered already.
pub async fn proceed(
    context: &Context,
    pending: Pending,
    session: Option<&SessionRecord>,
) -> Result<Outcome, Halt<Lost>> {
    let authorization = match &pending.purpose {
        Purpose::Authorize(authorization) => authorization,
        Purpose::Account(_) => return own_account(context, pending, session).await,
    };
    match (next(context, authorization, session).await, session) {
        (Ok(Next::Answer), Some(session)) => finish(context, pending, session).await,
        (Ok(next), _) => {
            let page = page(&next, pending.sign_in.as_ref());
            Ok(pending.step(page))
        }
        (Err(Halt::Refused(fault)), _) => refuse(context, pending, session, &fault).await,
        (Err(Halt::Failed(failure)), _) => Err(failure.into()),
    }
}

/// Looks at an interaction before a page of it is shown: one whose request can no longer be allowed ends here, and the
/// client learns why.
///
/// # Errors
/// [`Lost::Finished`] when the request was answered already.
pub async fn before_page(
    context: &Context,
    pending: Pending,
) -> Result<ControlFlow<Outcome, Pending>, Halt<Lost>> {
    let Purpose::Authorize(authorization) = &pending.purpose else {
        return Ok(ControlFlow::Continue(pending));
    };
    match resource::all_open(context, &authorization.request.resource).await {
        Ok(()) => Ok(ControlFlow::Continue(pending)),
        Err(Halt::Refused(fault)) => refuse(context, pending, None, &fault).await.map(ControlFlow::Break),
        Err(Halt::Failed(failure)) => Err(failure.into()),
    }
}

/// Ends the interaction with an error for the client. Where nobody is signed in, that is not stored: the person may go
/// back and sign in after all.
///
/// # Errors
/// [`Lost::Finished`] when the request was answered already.
pub async fn refuse(
    context: &Context,
    pending: Pending,
    session: Option<&SessionRecord>,
    fault: &Fault,
) -> Result<Outcome, Halt<Lost>> {
    let purpose = match session {
        Some(_) => pending.finish(context).await?,
        None => pending.give_up(context).await?,
    };
    Ok(match purpose {
        Purpose::Authorize(authorization) => refusal(context, authorization.request.to, fault),
        // Not the page that asked for a sign-in: it would ask again.
        Purpose::Account(_) => Outcome::Account(AccountPage::Overview),
    })
}

/// Leads whoever is signed in to their account, and everybody else to the sign-in.
async fn own_account(
    context: &Context,
    pending: Pending,
    session: Option<&SessionRecord>,
) -> Result<Outcome, Halt<Lost>> {
    if session.is_none() {
        let page = sign_in_steps::page(pending.sign_in.as_ref());
        return Ok(pending.step(page));
    }
    let purpose = pending.finish(context).await?;
    if let Purpose::Account(AccountVisit { client_id: Some(client_id), .. }) = &purpose
        && let Some(client) = context.client(client_id).await?
    {
        return Ok(Outcome::Application(client));
    }
    // A client that is gone by now leads nowhere.
    Ok(Outcome::Account(purpose.page()))
}

async fn finish(context: &Context, pending: Pending, session: &SessionRecord) -> Result<Outcome, Halt<Lost>> {
    let Purpose::Authorize(Authorization { client, request, .. }) = pending.finish(context).await? else {
        return Ok(Outcome::Account(AccountPage::Overview));
    };
    match answer::answer(context, &client, &request, &session.session).await {
        Ok(outcome) => Ok(outcome),
        Err(Halt::Refused(fault)) => Ok(refusal(context, request.to, &fault)),
        Err(Halt::Failed(failure)) => Err(failure.into()),
    }
}

fn refusal(context: &Context, to: Return, fault: &Fault) -> Outcome {
    Outcome::Answer(Answer::error(to, &context.realm.issuer, fault).deliver())
}
