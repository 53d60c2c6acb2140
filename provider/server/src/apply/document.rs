//! What stands in a file of `credenza apply`.

use std::path::PathBuf;

use credenza_protocol::attribute::Attributes;
use credenza_protocol::claims::StandardClaims;
use credenza_protocol::client::Client;
use credenza_protocol::ids::{ClientId, UserId, WebhookId};
use credenza_protocol::tenant::{DEFAULT_TENANT, TenantSettings};
use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, Schema};
use serde::Deserialize;
use serde_json::{Map, Value};

/// Members by their names.
pub(super) type Members = Map<String, Value>;

/// A set-up. What it does not name stays as it is, and nothing is deleted but what it calls absent.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Document {
    /// Issuers of their own.
    pub(super) tenants: Vec<TenantEntry>,
    /// Applications that people sign in to, and services.
    #[schemars(with = "Vec<ClientMembers>")]
    pub(super) clients: Vec<ClientEntry>,
    /// People.
    pub(super) users: Vec<UserEntry>,
    /// Groups of people.
    pub(super) groups: Vec<GroupEntry>,
    /// Who has which role at a client; the client declares its `roles`.
    pub(super) roles: Vec<RoleEntry>,
    /// Where events are sent.
    pub(super) webhooks: Vec<WebhookEntry>,
}

/// A tenant.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct TenantEntry {
    /// Its name in URLs; `default` is the one at the root.
    pub(super) name: String,
    /// Deletes it, with everything in it.
    #[serde(default)]
    pub(super) absent: bool,
    /// Whether it is disabled: then none of its endpoints answer.
    pub(super) disabled: Option<bool>,
    /// Its settings, by their names in `credenza tenant show`.
    #[serde(default)]
    #[schemars(with = "TenantSettings")]
    pub(super) settings: Members,
}

/// A client: its metadata by their names in `credenza client show`, and what this file alone says.
#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "Members")]
pub(super) struct ClientEntry {
    pub(super) own: ClientMembers,
    pub(super) metadata: Members,
}

/// A client.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(transform = with_metadata)]
pub(super) struct ClientMembers {
    /// The tenant that it belongs to.
    #[serde(default = "default_tenant")]
    pub(super) tenant: String,
    /// Its id.
    pub(super) client_id: ClientId,
    /// Deletes it, with everything that was granted to it.
    #[serde(default)]
    pub(super) absent: bool,
    /// Whether it is disabled: then it can do nothing.
    pub(super) disabled: Option<bool>,
    /// A file with its secret, beside this one unless the path is absolute.
    pub(super) client_secret_file: Option<PathBuf>,
    /// A variable of the environment with its secret.
    pub(super) client_secret_env: Option<String>,
}

/// The members of a client that are not its metadata.
const OWN: [&str; 6] =
    ["tenant", "client_id", "absent", "disabled", "client_secret_file", "client_secret_env"];

impl TryFrom<Members> for ClientEntry {
    type Error = String;

    fn try_from(members: Members) -> Result<Self, String> {
        let (own, metadata): (Members, Members) =
            members.into_iter().partition(|(member, _)| OWN.contains(&member.as_str()));
        let own = serde_path_to_error::deserialize(Value::Object(own)).map_err(|error| error.to_string())?;
        Ok(Self { own, metadata })
    }
}

/// A person.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct UserEntry {
    /// The tenant that they belong to.
    #[serde(default = "default_tenant")]
    pub(super) tenant: String,
    /// What they type to sign in.
    pub(super) username: String,
    /// Their id, the `sub` of tokens; made once without it. A user of that id is given the username.
    pub(super) user_id: Option<UserId>,
    /// Deletes them, with everything of theirs.
    #[serde(default)]
    pub(super) absent: bool,
    /// Whether they are disabled: then they cannot sign in.
    pub(super) disabled: Option<bool>,
    /// What is known about them, by the names of OpenID Connect Core 5.1.
    #[serde(default)]
    #[schemars(with = "StandardClaims")]
    pub(super) claims: Members,
    /// What the tenant's setting `attributes` defines beyond these, by name.
    #[serde(default)]
    #[schemars(with = "Attributes")]
    pub(super) attributes: Members,
    /// A file with their password, beside this one unless the path is absolute. Another one than they have ends their
    /// sessions.
    pub(super) password_file: Option<PathBuf>,
    /// A variable of the environment with their password.
    pub(super) password_env: Option<String>,
    /// A file with the hash of their password that another provider has made. Whoever has a password keeps theirs.
    pub(super) password_hash_file: Option<PathBuf>,
    /// A variable of the environment with the hash.
    pub(super) password_hash_env: Option<String>,
}

/// A group of people.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct GroupEntry {
    /// The tenant that it belongs to.
    #[serde(default = "default_tenant")]
    pub(super) tenant: String,
    /// Its name, by which tokens name it; unique in the tenant without regard to case.
    pub(super) name: String,
    /// Deletes it, with the roles that it has; its users stay.
    #[serde(default)]
    pub(super) absent: bool,
    /// What it is for.
    pub(super) description: Option<String>,
    /// Who is in it, by username. The list is the whole membership: whoever is not in it is taken out of the group. Without
    /// the list, who is in the group stays as it is.
    pub(super) members: Option<Vec<String>>,
}

/// Who has a role at a client.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RoleEntry {
    /// The tenant that the client belongs to.
    #[serde(default = "default_tenant")]
    pub(super) tenant: String,
    /// The client.
    pub(super) client_id: ClientId,
    /// The role, as the client declares it in its `roles`.
    pub(super) role: String,
    /// Takes it from everybody who has it.
    #[serde(default)]
    pub(super) absent: bool,
    /// The users who have it by themselves, by username. The list is the whole of them: it is taken from any other user.
    /// Without the list, none loses it.
    pub(super) users: Option<Vec<String>>,
    /// The groups that have it, by name. The list is the whole of them: it is taken from any other group. Without the list,
    /// none loses it.
    pub(super) groups: Option<Vec<String>>,
}

/// A webhook.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct WebhookEntry {
    /// The tenant that it belongs to.
    #[serde(default = "default_tenant")]
    pub(super) tenant: String,
    /// Its id: 1 to 64 letters, digits, `-` or `_`.
    pub(super) webhook_id: WebhookId,
    /// Deletes it, with everything that waits for it.
    #[serde(default)]
    pub(super) absent: bool,
    /// Where the messages are posted: https, to a public host.
    #[serde(default)]
    pub(super) url: String,
    /// What it is for.
    pub(super) description: Option<String>,
    /// The types of events that it gets: exact ones, `user.*` for all that begin so, `*` for all.
    #[serde(default)]
    pub(super) events: Vec<String>,
    /// Whether it is paused: then messages wait. Without it, whether it is stays as it is.
    pub(super) paused: Option<bool>,
    /// A file with its secret (`whsec_…`), beside this one unless the path is absolute. Another one than it has is added, and
    /// those that it has sign for one more day.
    pub(super) secret_file: Option<PathBuf>,
    /// A variable of the environment with its secret.
    pub(super) secret_env: Option<String>,
}

fn default_tenant() -> String {
    DEFAULT_TENANT.to_owned()
}

/// The JSON schema of the file.
#[must_use]
pub fn schema() -> Schema {
    schema_of::<Document>()
}

/// A schema without references, which is simple to walk.
fn schema_of<T: JsonSchema>() -> Schema {
    let settings = SchemaSettings::draft2020_12().with(|settings| settings.inline_subschemas = true);
    settings.into_generator().into_root_schema_for::<T>()
}

/// Adds the metadata of clients to what this file alone says about one.
fn with_metadata(schema: &mut Schema) {
    let of_client = schema_of::<Client>();
    let metadata = of_client.get("properties").and_then(Value::as_object);
    if let Some(Value::Object(members)) = schema.get_mut("properties") {
        for (name, property) in metadata.into_iter().flatten() {
            members.entry(name).or_insert_with(|| property.clone());
        }
    }
}
