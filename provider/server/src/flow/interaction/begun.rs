//! An interaction that nobody has proven anything in yet: it is stored nowhere but in its own handle.
//!
//! Whoever sends a request to the authorization endpoint has not shown who they are, so it must cost the database
//! nothing. The handle carries the request, encrypted, compressed and bound to the browser by its cookie. What does not
//! fit into an address is stored after all, in a number that is limited for each network and in total; its handle tells
//! whose it was, so that the person can be led on when it is over.

use std::io::{Read as _, Write as _};
use std::net::IpAddr;

use credenza_protocol::secret::{Secret, SecretHash};
use credenza_protocol::time::{Seconds, Time};
use credenza_storage::{RequestRecord, Take};
use flate2::Compression;
use flate2::read::DeflateDecoder;
use flate2::write::DeflateEncoder;

use super::Place;
use crate::context::Context;
use crate::failure::Failure;
use crate::keys::sealed_handle::SealedHandle;

/// The longest handle, in characters. Proxies often take 4 KiB for all the header fields of a response, and the handle
/// stands in `Location`.
const LONGEST_HANDLE: usize = 2048;
/// Interactions that did not fit into their handle: how many one network may begin in the time that they live.
pub(crate) const STORED_OF_ADDRESS: u32 = 20;
/// And how many everybody together, for each tenant.
pub(crate) const STORED_OF_TENANT: u32 = 500;
/// Bytes of the time that stand before the state in a handle.
const TIME: usize = 8;

/// An interaction that begins.
pub(super) struct New {
    /// Its state.
    pub(super) state: String,
    /// What its handle tells of it if the state is stored, for when it is over.
    pub(super) told: String,
}

/// Begins an interaction.
///
/// # Errors
/// [`Failure::Busy`] when it would have to be stored and too many are.
pub(super) async fn begin(
    context: &Context,
    binding: &Secret,
    address: Option<IpAddr>,
    New { state, told }: New,
) -> Result<(Secret, Place), Failure> {
    let lifetime = context.realm.tenant.settings.login_lifetime;
    let expires_at = context.now + lifetime;
    let sealed = seal(context, binding, expires_at, &state)?;
    if sealed.handle.reveal().len() <= LONGEST_HANDLE {
        return Ok((sealed.handle, Place { id: sealed.id, expires_at, state, is_stored: false }));
    }
    admit(context, address, lifetime).await?;
    let SealedHandle { handle, id } = seal(context, binding, expires_at, &told)?;
    let place = Place { id, expires_at, state, is_stored: true };
    store(context, binding, &place).await?;
    Ok((handle, place))
}

/// Opens a handle, even one that has expired; `None` for one that is not sealed or belongs to another browser.
pub(super) fn open(context: &Context, handle: &str, binding: &Secret) -> Option<Place> {
    let opened = context.realm.handles.open(handle, binding.hash().as_bytes())?;
    let (time, packed) = opened.plain.split_first_chunk::<TIME>()?;
    let expires_at = Time::from_seconds(i64::from_be_bytes(*time));
    let mut state = String::new();
    DeflateDecoder::new(packed).read_to_string(&mut state).ok()?;
    Some(Place { id: opened.id, expires_at, state, is_stored: false })
}

fn seal(context: &Context, binding: &Secret, expires_at: Time, state: &str) -> Result<SealedHandle, Failure> {
    let packed = || {
        let time = expires_at.seconds().to_be_bytes().to_vec();
        let mut packed = DeflateEncoder::new(time, Compression::fast());
        packed.write_all(state.as_bytes()).ok()?;
        packed.finish().ok()
    };
    let (rng, bound_to) = (context.state.rng.as_ref(), binding.hash());
    packed()
        .and_then(|plain| context.realm.handles.seal(rng, bound_to.as_bytes(), &plain))
        .ok_or(Failure::Internal("encryption failed"))
}

async fn store(context: &Context, binding: &Secret, place: &Place) -> Result<(), Failure> {
    let Place { id, expires_at, state, .. } = place;
    let state = Some(state.clone());
    let record = RequestRecord { handle: *id, browser: binding.hash(), state, expires_at: *expires_at };
    let tenant = &context.realm.tenant.tenant_id;
    match context.state.store.requests.begin(tenant, record, context.now).await? {
        true => Ok(()),
        false => Err(Failure::Internal("two handles of 256 bits are the same")),
    }
}

/// Counts one more that is stored. The total comes first: an address that is refused leaves nothing behind.
async fn admit(context: &Context, address: Option<IpAddr>, window: Seconds) -> Result<(), Failure> {
    let (tenant, limits) = (&context.realm.tenant.tenant_id, &context.state.store.rate_limits);
    let all = SecretHash::of(b"stored interactions");
    let take = async |key, limit| limits.take(tenant, key, limit, window, context.now).await;
    if matches!(take(all, STORED_OF_TENANT).await?, Take::Refused { .. }) {
        return Err(Failure::Busy);
    }
    let Some(address) = address else { return Ok(()) };
    let own = SecretHash::of(format!("stored interactions\0{address}").as_bytes());
    if matches!(take(own, STORED_OF_ADDRESS).await?, Take::Refused { .. }) {
        limits.give_back(tenant, all, context.now).await?;
        return Err(Failure::Busy);
    }
    Ok(())
}
