//! Resources at the authorization endpoint (RFC 8707 2.1).

use credenza_protocol::authorize::Fault;
use credenza_protocol::resource;

use super::Halt;
use crate::context::Context;

/// Refuses a request for a resource that is closed.
///
/// # Errors
/// [`Fault::Target`].
pub async fn all_open(context: &Context, requested: &[String]) -> Result<(), Halt<Fault>> {
    let closed = context.closed_resources(requested).await?;
    Ok(resource::all_open(requested, closed).map_err(Fault::from)?)
}
