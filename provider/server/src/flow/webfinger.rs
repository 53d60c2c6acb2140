//! WebFinger (RFC 7033): the issuer of a host's people.

use credenza_protocol::params::Params;
use credenza_protocol::tenant::DEFAULT_TENANT;
use credenza_protocol::webfinger::{Descriptor, Error, Request};

use super::Halt;
use crate::context::Context;

/// Describes the resource. At the path of the default tenant the host decides which tenant it is, at that of another one
/// this tenant alone is meant. No account is looked at.
///
/// # Errors
/// [`Error`]; [`Error::Unknown`] for a host that is no tenant's.
pub async fn describe(context: &Context, params: &Params) -> Result<Descriptor, Halt<Error>> {
    let request = Request::read(params).map_err(Halt::Refused)?;
    if has(context, &request) {
        return Ok(request.describe(&context.realm.issuer));
    }
    match other(context, &request).await? {
        Some(other) if has(&other, &request) => Ok(request.describe(&other.realm.issuer)),
        _ => Err(Halt::Refused(Error::Unknown)),
    }
}

fn has(context: &Context, request: &Request) -> bool {
    context.realm.tenant.settings.webfinger_hosts.contains(&request.host)
}

/// The tenant that has the host, seen from the default one.
async fn other(context: &Context, request: &Request) -> Result<Option<Context>, Halt<Error>> {
    if context.realm.tenant.name != DEFAULT_TENANT {
        return Ok(None);
    }
    let (realm, state) = (&context.realm, &context.state);
    match realm.webfinger_hosts.tenant(&request.host, &state.store, context.now).await? {
        Some(name) => Ok(Context::load(state, &name, context.request_id).await?),
        None => Ok(None),
    }
}
