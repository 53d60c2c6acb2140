//! A client as a document: what is said of it, over what it is otherwise.

use credenza_protocol::client::Client;
use credenza_protocol::ids::ClientId;
use credenza_protocol::merge_patch;
use serde_json::{Map, Value};

use super::{complete, defaults, edited};
use crate::admin::document::{self, Invalid};

/// A new client of which these members are given; the others have the values of [`defaults`] and [`complete`].
/// `client_id` is one of the members, or else `new_id`.
///
/// # Errors
/// [`Invalid`]: a member that is unknown, or has a value of another type.
pub fn from_members(new_id: ClientId, members: Map<String, Value>) -> Result<Client, Invalid> {
    let given: Vec<String> =
        members.iter().filter(|(_, value)| !value.is_null()).map(|(name, _)| name.clone()).collect();
    let mut client = patched(&defaults(new_id), members)?;
    complete(&mut client, |name| given.iter().any(|one| one == name));
    Ok(client)
}

/// The client with changes (RFC 7396). Its id stays.
///
/// # Errors
/// [`Invalid`]: as [`from_members`], or another `client_id`.
pub fn with_changes(client: &Client, changes: Map<String, Value>) -> Result<Client, Invalid> {
    let changed = patched(client, changes)?;
    if changed.client_id != client.client_id {
        return Err(Invalid::new("client_id", "cannot be changed"));
    }
    Ok(changed)
}

/// Members within members are merged here; what hangs together is edited together by [`edited`].
fn patched(client: &Client, changes: Map<String, Value>) -> Result<Client, Invalid> {
    let names: Vec<String> = changes.keys().cloned().collect();
    let mut merged = merge_patch::apply(document::members(client)?, changes);
    let named = names.into_iter().map(|name| {
        let value = merged.remove(&name).unwrap_or_default();
        (name, value)
    });
    edited(client, named.collect())
}
