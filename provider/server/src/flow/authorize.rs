//! The authorization endpoint (RFC 6749 4.1.1, OpenID Connect Core 3.1.2).

use credenza_protocol::authorize::interaction::Next;
use credenza_protocol::authorize::{AuthorizationRequest, Error, Fault, Hinted, Return, client_id};
use credenza_protocol::client::Client;
use credenza_protocol::id_token;
use credenza_protocol::params::Params;
use credenza_protocol::redirect_uri::nearest;

use super::interaction::{Authorization, Pending, Purpose};
use super::next::{next, page};
use super::outcome::{Browser, Outcome};
use super::{Halt, answer, request_object, session, sign_up};
use crate::context::Context;
use crate::telemetry;

/// Reads the request; answers at once if the person has nothing to do, else stores a pending interaction. With a live
/// session and consent on record there is one write: the code.
///
/// # Errors
/// [`Error`], which knows whether it may go to the client.
pub async fn authorize(
    context: &Context,
    params: &Params,
    browser: &Browser,
) -> Result<Outcome, Halt<Error>> {
    let client_id = client_id(params)?;
    telemetry::of_client(client_id.as_str());
    let client = context.client(&client_id).await?.ok_or(Error::Page(Fault::ClientUnknown))?;
    let params = &*request_object::resolve(context, &client, params).await?;
    let to = Return::read(params, &client.client)
        .inspect_err(|error| refused_uri(error, params, &client.client))?;
    let hinted = hinted(context, &client.client, params);
    let settings = &context.realm.tenant.settings;
    let request = AuthorizationRequest::read(params, &client.client, settings, to, hinted)?;
    if request.prompt.create && !sign_up::is_open(context) {
        return Err(request.to.refuse(Fault::Prompt).into());
    }
    let session = session::find(context, browser.session.as_ref()).await?;
    let authorization = Authorization::new(client, request);
    let refused = |halt: Halt<Fault>| halt.map(|fault| authorization.request.to.clone().refuse(fault));
    match (next(context, &authorization, session.as_ref()).await.map_err(refused)?, session) {
        (Next::Answer, Some(session)) => {
            let Authorization { client, request, .. } = &authorization;
            answer::answer(context, client, request, &session.session).await.map_err(refused)
        }
        (next, _) => {
            let purpose = Purpose::Authorize(authorization);
            Ok(Pending::begin(context, purpose, browser).await?.step(page(&next, None)))
        }
    }
}

/// Tells the log which redirect URI was sent, and which one may have been meant.
fn refused_uri(error: &Error, params: &Params, client: &Client) {
    if let (Error::Page(Fault::RedirectUri(_)), Some(sent)) = (error, params.get("redirect_uri")) {
        let registered = &client.redirect_uris;
        telemetry::redirect_uri_not_registered(sent, nearest(registered, sent), registered.len());
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
