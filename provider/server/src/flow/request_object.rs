//! Request objects (OpenID Connect Core 6, RFC 9101 6): fetched when the request names one by URL, decrypted with the
//! tenant's keys, verified with the client's, and turned into the parameters that count.

use std::borrow::Cow;

use super::Halt;
use super::client::open_secrets;
use crate::context::Context;
use crate::failure::Failure;
use crate::loaded_client::LoadedClient;
use crate::remote_keys::KeysFault;
use crate::request_objects::Wanted;
use credenza_protocol::authorize::{Error, Fault, Return};
use credenza_protocol::client::Client;
use credenza_protocol::params::Params;
use credenza_protocol::request_object::{
    Claims, InvalidRequestObject, Key, Proof, RequestObject, Source, is_encrypted,
};

/// The parameters of the request: as they came, or those of the request object with what is allowed beside it.
///
/// # Errors
/// [`Error`]. It goes to the client only where the request itself, outside the object, names a redirect URI that is
/// the client's.
pub async fn resolve<'p>(
    context: &Context,
    record: &LoadedClient,
    params: &'p Params,
) -> Result<Cow<'p, Params>, Halt<Error>> {
    match inside(context, record, params).await {
        Ok(None) => Ok(Cow::Borrowed(params)),
        Ok(Some(merged)) => Ok(Cow::Owned(merged)),
        Err(Halt::Refused(invalid)) => {
            Err(Halt::Refused(refused(params, &record.client, Fault::RequestObject(invalid))))
        }
        Err(Halt::Failed(failure)) => Err(Halt::Failed(failure)),
    }
}

/// The parameters of the request object, if there is one.
async fn inside(
    context: &Context,
    record: &LoadedClient,
    params: &Params,
) -> Result<Option<Params>, Halt<InvalidRequestObject>> {
    let client = &record.client;
    let token = match Source::of(params, client)? {
        Source::Absent => return Ok(None),
        Source::Value(token) => Cow::Borrowed(token),
        Source::Reference(uri) => Cow::Owned(fetched(context, record, uri).await?),
    };
    let token = decrypted(context, token).await?;
    let unsigned_is_allowed = context.realm.tenant.settings.unsigned_request_objects;
    let object = RequestObject::read(&token, client, unsigned_is_allowed)?;
    let claims = verified(context, record, &object).await?;
    claims.check(client, &context.realm.issuer, context.now)?;
    Ok(Some(claims.merged(params, client)?))
}

/// The object at a URL that the client registered.
async fn fetched(
    context: &Context,
    record: &LoadedClient,
    uri: &str,
) -> Result<String, InvalidRequestObject> {
    let wanted = Wanted { tenant: &context.realm.tenant.tenant_id, client: record, uri };
    let objects = &context.state.request_objects;
    Ok(objects.get(&context.state.egress, wanted, context.now).await?.to_string())
}

/// The signed object inside of an encrypted one (RFC 9101 6.1).
async fn decrypted<'t>(
    context: &Context,
    token: Cow<'t, str>,
) -> Result<Cow<'t, str>, Halt<InvalidRequestObject>> {
    if !is_encrypted(&token) {
        return Ok(token);
    }
    let opened = context.decrypt(&token).await?.ok_or(InvalidRequestObject::Encryption)?;
    let text = std::str::from_utf8(&opened.content).map_err(|_| InvalidRequestObject::Encryption)?;
    Ok(Cow::Owned(text.to_owned()))
}

async fn verified(
    context: &Context,
    record: &LoadedClient,
    object: &RequestObject<'_>,
) -> Result<Claims, Halt<InvalidRequestObject>> {
    let opened = match object.proof() {
        Proof::Nothing => object.open(Key::Nothing),
        Proof::Secret => {
            let secrets = open_secrets(context, record);
            let opened = secrets.iter().map(|secret| object.open(Key::Secret(secret)));
            // Whichever of them it was signed with says what is wrong with it.
            let other = |first, next| match first {
                Err(InvalidRequestObject::Signature) => next,
                _ => first,
            };
            opened.reduce(other).unwrap_or(Err(InvalidRequestObject::NoSecret))
        }
        Proof::Keys => {
            let by_keys = |keys: &_| object.open(Key::Public(keys));
            let by_other_key = |invalid: &_| *invalid == InvalidRequestObject::Signature;
            match context.client_keys().check(record, by_keys, by_other_key).await {
                Ok(opened) => opened,
                Err(KeysFault::Busy) => return Err(Failure::Busy.into()),
                Err(_) => Err(InvalidRequestObject::NoKeys),
            }
        }
    };
    Ok(opened?)
}

/// Where the error goes. Only the redirect URI of the request itself counts: an object that could not be read names none.
fn refused(params: &Params, client: &Client, fault: Fault) -> Error {
    if params.get("redirect_uri").is_none() {
        return Error::Page(fault);
    }
    match Return::read(params, client) {
        Ok(to) => to.refuse(fault),
        Err(Error::Redirect(to, _)) => to.refuse(fault),
        Err(Error::Page(_)) => Error::Page(fault),
    }
}
