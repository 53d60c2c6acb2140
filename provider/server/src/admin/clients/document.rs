//! A client as a document: what is said of it, over what it is otherwise.

use credenza_protocol::client::Client;
use credenza_protocol::ids::ClientId;
use credenza_protocol::merge_patch;
use serde_json::{Map, Value};

use super::{default_application_type, default_scope, defaults};
use crate::admin::document::{self, Invalid};

/// A new client of which these members are given; the others have the defaults of [`defaults`], [`default_scope`] and
/// [`default_application_type`]. `client_id` is one of the members, or else `new_id`.
///
/// # Errors
/// [`Invalid`]: a member that is unknown, or has a value of another type.
pub fn from_members(new_id: ClientId, members: Map<String, Value>) -> Result<Client, Invalid> {
    let is_given = |name: &str| members.get(name).is_some_and(|value| !value.is_null());
    let (has_scope, has_type) = (is_given("scope"), is_given("application_type"));
    let mut client: Client = patched(&defaults(new_id), members)?;
    if !has_scope {
        client.scope = default_scope(&client);
    }
    if !has_type {
        client.application_type = default_application_type(&client);
    }
    Ok(client)
}

/// The client with changes (RFC 7396). Its id stays.
///
/// # Errors
/// [`Invalid`]: as [`from_members`], or another `client_id`.
pub fn with_changes(client: &Client, changes: Map<String, Value>) -> Result<Client, Invalid> {
    let changed: Client = patched(client, changes)?;
    if changed.client_id != client.client_id {
        return Err(Invalid::new("client_id", "cannot be changed"));
    }
    Ok(changed)
}

fn patched(client: &Client, changes: Map<String, Value>) -> Result<Client, Invalid> {
    document::read(Value::Object(merge_patch::apply(document::members(client)?, changes)))
}
