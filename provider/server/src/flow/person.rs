//! What tokens and the userinfo endpoint tell of a person beyond the standard claims. It is read anew for each answer, so
//! that who has left a group loses it with the next one; and not at all where the client is told nothing of it.

use credenza_protocol::claim_mapping::Place;
use credenza_protocol::client::Client;
use credenza_protocol::ids::{ClientId, UserId};
use credenza_protocol::person_claims::{Needs, Person, Telling};
use credenza_protocol::role;
use credenza_protocol::scope::Scope;
use credenza_protocol::user::User;
use credenza_storage::{Asked, Standing, StoreError};
use serde_json::{Map, Value};

use crate::context::Context;

/// Where claims go, for which client, and what it may see.
#[derive(Clone, Copy, Debug)]
pub struct Audience<'a> {
    /// The client.
    pub client: &'a Client,
    /// The scope whose claims go there.
    pub scope: &'a Scope,
    /// The resources that the access token is for (RFC 8707).
    pub resource: &'a [String],
    /// Where.
    pub place: Place,
}

impl<'a> Audience<'a> {
    fn telling(self, context: &'a Context) -> Telling<'a> {
        let attributes = &context.realm.tenant.settings.attributes;
        Telling { client: self.client, attributes, scope: self.scope, place: self.place }
    }

    /// The resources whose servers say which roles count: an access token speaks of what is at its resources, everything
    /// else of what is at the client.
    const fn roles_of(self) -> &'a [String] {
        match self.place {
            Place::AccessToken => self.resource,
            Place::IdToken | Place::Userinfo => &[],
        }
    }
}

/// Whether the person's record is read.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Record {
    /// The caller has it already.
    AtHand,
    /// If something of it is told.
    IfTold,
    /// In any case.
    Wanted,
}

/// Whether anything is told there beyond the standard claims.
#[must_use]
pub fn is_told(context: &Context, audience: Audience<'_>) -> bool {
    !audience.telling(context).is_silent()
}

/// Reads what these are told of the person: one read at most. What is cached of the clients that serve resources is read
/// once for each revision of the tenant.
///
/// # Errors
/// [`StoreError`].
pub async fn read(
    context: &Context,
    user_id: &UserId,
    audiences: &[Audience<'_>],
    record: Record,
) -> Result<Standing, StoreError> {
    let mut needs = Needs { user: record == Record::Wanted, ..Needs::default() };
    let mut roles_at: Vec<ClientId> = vec![];
    for audience in audiences {
        let needed = audience.telling(context).needs();
        needs = needs.and(needed);
        if needed.roles {
            roles_at.extend(declaring(context, audience).await?);
        }
    }
    roles_at.sort();
    roles_at.dedup();
    let asked = Asked { user: needs.user && record != Record::AtHand, groups: needs.groups, roles_at };
    if asked == Asked::default() {
        return Ok(Standing::default());
    }
    context.state.store.roles.standing(&context.realm.tenant.tenant_id, user_id, asked).await
}

/// The clients that declare the roles which count there.
async fn declaring(context: &Context, audience: &Audience<'_>) -> Result<Vec<ClientId>, StoreError> {
    let client = audience.client;
    let resources = audience.roles_of();
    if resources.is_empty() {
        return Ok(if client.roles.is_empty() { vec![] } else { vec![client.client_id.clone()] });
    }
    let servers = context.realm.resource_servers(&context.state.store).await?.iter();
    let serving = servers.filter(|server| server.serves.iter().any(|served| resources.contains(served)));
    Ok(serving.map(|server| server.client_id.clone()).collect())
}

/// The claims that go there, of what was read of the person.
///
/// # Errors
/// [`StoreError`].
pub async fn claims(
    context: &Context,
    audience: Audience<'_>,
    user: Option<&User>,
    known: &Standing,
) -> Result<Map<String, Value>, StoreError> {
    let telling = audience.telling(context);
    if telling.is_silent() {
        return Ok(Map::new());
    }
    let client = audience.client;
    let roles = match audience.roles_of() {
        _ if !telling.needs().roles => vec![],
        [] => role::at_client(&client.client_id, &client.roles, &known.roles),
        resources => {
            let servers = context.realm.resource_servers(&context.state.store).await?;
            role::at_resources(resources, servers, &known.roles)
        }
    };
    let told = telling.claims(&Person { user, groups: &known.groups, roles: &roles });
    if told.groups_left_out {
        tracing::warn!(
            client_id = %client.client_id,
            groups = known.groups.len(),
            "a token names no groups: the person is in too many; the userinfo endpoint has them"
        );
    }
    Ok(told.claims)
}
