//! The authorization endpoint (RFC 6749 4.1.1, OpenID Connect Core 3.1.2).

use std::sync::Arc;

use credenza_protocol::authorize::interaction::{Next, Progress};
use credenza_protocol::authorize::{AuthorizationRequest, Delivery, Error, Fault, Hinted, Return, client_id};
use credenza_protocol::client::Client;
use credenza_protocol::id_token;
use credenza_protocol::params::Params;
use credenza_protocol::secret::Secret;

use super::interaction::{self, Pending};
use super::{Halt, answer, request_object};
use crate::realm::Context;

/// What the browser carries.
#[derive(Debug, Default)]
pub struct Browser {
    /// The handle of its session.
    pub session: Option<Secret>,
    /// What ties requests under way to this browser.
    pub binding: Option<Secret>,
}

/// What follows from a request.
#[derive(Debug)]
pub enum Outcome {
    /// The client gets its answer.
    Answer(Delivery),
    /// The client learns who is signed in, and the browser keeps what it knows the sign-in by.
    SignedIn {
        /// The answer.
        delivery: Delivery,
        /// What the check-session iframe reads.
        browser_state: String,
    },
    /// The person has something to do.
    Step {
        /// What.
        next: Next,
        /// The handle of the request, for the page.
        request: Secret,
        /// What the browser must carry from now on, if it is new.
        binding: Option<Secret>,
    },
}

/// Reads the request; answers at once if the person has nothing to do, else puts it down. With a live
/// session and consent on record there is one write: the code.
///
/// # Errors
/// [`Error`], which knows whether it may go to the client.
pub async fn authorize(
    context: &Context,
    params: &Params,
    browser: &Browser,
) -> Result<Outcome, Halt<Error>> {
    let record = context.client(&client_id(params)?).await?.ok_or(Error::Page(Fault::ClientUnknown))?;
    let params = &*request_object::resolve(context, &record, params).await?;
    let to = Return::read(params, &record.client)?;
    let hinted = hinted(context, &record.client, params);
    let settings = &context.realm.tenant.settings;
    let request = AuthorizationRequest::read(params, &record.client, settings, to, hinted)?;
    let session = interaction::session(context, browser.session.as_ref()).await?;
    let progress = Progress::default();
    let next = interaction::next(context, &record.client, &request, session.as_ref(), &progress).await?;
    match (next, session) {
        (Next::Answer, Some(session)) => {
            answer::answer(context, &record.client, &request, &session.session).await
        }
        (next, _) => {
            let pending = Pending::new(context, Arc::clone(&record), request, browser.binding.clone());
            pending.begin(context).await?;
            Ok(pending.step(next))
        }
    }
}

/// The person that `id_token_hint` means: one whom this issuer named to this very client.
fn hinted(context: &Context, client: &Client, params: &Params) -> Hinted {
    let realm = &context.realm;
    let Some(text) = params.get("id_token_hint") else {
        return Hinted::Absent;
    };
    match id_token::hint(text, realm.keys.public(), &realm.issuer) {
        Some(hint) if hint.client_id == client.client_id => Hinted::Subject(hint.sub),
        _ => Hinted::Invalid,
    }
}
