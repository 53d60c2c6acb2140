//! What an invitation gives, as it is stored.

use credenza_protocol::ids::{ClientId, GroupId};
use credenza_protocol::invitation::{ClientRole, Gives};
use serde::{Deserialize, Serialize};

use super::{Claims, Stored};

/// What is in `invitations.details`. It is written once.
#[derive(Serialize, Deserialize)]
pub(crate) struct InvitationDetails {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    username: Option<String>,
    claims: Claims,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    groups: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    roles: Vec<Role>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    client_id: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    locale: Option<String>,
}

/// A role at a client.
#[derive(Serialize, Deserialize)]
struct Role {
    client_id: String,
    role: String,
}

impl Stored for InvitationDetails {
    type Value = Gives;

    fn of(value: Gives) -> Self {
        let role =
            |ClientRole { client_id, role }: ClientRole| Role { client_id: client_id.to_string(), role };
        Self {
            username: value.username,
            claims: Claims::of(value.claims),
            groups: value.groups.into_iter().map(|group| group.to_string()).collect(),
            roles: value.roles.into_iter().map(role).collect(),
            client_id: value.client_id.map(|client| client.to_string()),
            locale: value.locale,
        }
    }

    fn value(self) -> Gives {
        let role = |Role { client_id, role }: Role| ClientRole { client_id: ClientId::new(client_id), role };
        Gives {
            username: self.username,
            claims: self.claims.value(),
            groups: self.groups.into_iter().map(GroupId::new).collect(),
            roles: self.roles.into_iter().map(role).collect(),
            client_id: self.client_id.map(ClientId::new),
            locale: self.locale,
        }
    }
}
