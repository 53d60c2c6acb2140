//! Clients: the applications under test.

use credenza::admin;
use credenza::admin::clients::{self, Issued, NewSecret};
use credenza::rng;
use credenza_protocol::client::{Client, DEFAULT_SCOPE, GrantType, SigningAlg};
use credenza_protocol::ids::ClientId;
use credenza_protocol::secret::Secret;
use credenza_storage::Expected;
use credenza_validator::Algorithm;
use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::error::accept;
use crate::provider::World;
use crate::{Error, Provider, keys};

/// A new client: its metadata, and its secret if it has one.
#[derive(Clone, Debug, Serialize)]
pub struct NewClient {
    /// The metadata.
    #[serde(flatten)]
    pub client: Client,
    /// `client_secret`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_secret: Option<String>,
}

impl Provider {
    /// Creates a client from its metadata, with the names of RFC 7591 and OpenID Connect Registration, and those of this
    /// provider: `consent`, `resources`, `serves`, `access_token_format`, `access_token_signed_response_alg`,
    /// `require_pkce`. `client_id` and `client_secret` may be given; otherwise they are generated.
    ///
    /// The defaults: with redirect URIs it may use codes and refresh tokens and request the standard scopes, without
    /// them it acts in its own name (`client_credentials`); it has a secret, which it sends by HTTP Basic or in the form,
    /// unless `token_endpoint_auth_method` names one way; its tokens are signed with ES256, whose keys take no time to
    /// generate.
    ///
    /// # Errors
    /// [`Error::Invalid`] for an unknown member, or metadata that an operator could not register either.
    pub async fn add_client(&self, metadata: &Value) -> Result<NewClient, Error> {
        let Value::Object(given) = metadata else {
            return Err(Error::Invalid("client metadata must be a JSON object".to_owned()));
        };
        let world = self.world();
        let new = read(given, &world)?;
        for algorithm in algorithms(&new.client) {
            keys::ensure(&world.admin(), &world.tenant, algorithm).await?;
        }
        let client_id = new.client.client_id.clone();
        let created = clients::create(&world.admin(), &world.tenant_record().await?, new).await?;
        let Issued { record, secret } = accept(created, "client", client_id.as_str())?;
        let client_secret = secret.map(|secret| secret.reveal().to_owned());
        Ok(NewClient { client: record.client, client_secret })
    }

    /// Disables a client and its grants, or enables it again.
    ///
    /// # Errors
    /// [`Error::Absent`].
    pub async fn set_client_enabled(&self, client_id: &str, enabled: bool) -> Result<(), Error> {
        let world = self.world();
        let id = ClientId::new(client_id);
        let updated =
            clients::set_disabled(&world.admin(), &world.tenant, &id, Expected::Any, !enabled).await?;
        accept(updated, "client", client_id).map(drop)
    }
}

/// The client that is meant, and its secret if one is given.
fn read(given: &Map<String, Value>, world: &World) -> Result<admin::clients::NewClient, Error> {
    let rng = world.state.rng.as_ref();
    let has_redirect =
        given.get("redirect_uris").and_then(Value::as_array).is_some_and(|list| !list.is_empty());
    let (grants, scope) = match has_redirect {
        true => (json!(["authorization_code", "refresh_token"]), DEFAULT_SCOPE),
        false => (json!(["client_credentials"]), ""),
    };
    let mut members = Map::new();
    members.insert("client_id".to_owned(), rng::id(rng).into());
    members.insert("client_name".to_owned(), "The application under test".into());
    members.insert("grant_types".to_owned(), grants);
    members.insert("scope".to_owned(), scope.into());
    members.insert("token_endpoint_auth_method".to_owned(), "client_secret_basic".into());
    let is_pinned = given.contains_key("token_endpoint_auth_method");
    members.insert("token_endpoint_auth_method_pinned".to_owned(), is_pinned.into());
    members.insert("id_token_signed_response_alg".to_owned(), "ES256".into());
    members.extend(given.clone());
    let secret = members.remove("client_secret");
    let names_types = members.contains_key("response_types");
    let mut client: Client = serde_json::from_value(Value::Object(members)).map_err(Error::invalid)?;
    if !names_types && !client.may(GrantType::AuthorizationCode) {
        client.response_types.clear();
    }
    let secret = match secret {
        None => NewSecret::Generated,
        Some(Value::String(secret)) => NewSecret::Given(Secret::presented(secret)),
        Some(_) => return Err(Error::Invalid("client_secret must be a string".to_owned())),
    };
    Ok(admin::clients::NewClient { client, secret })
}

/// The algorithms by which the provider signs for this client.
fn algorithms(client: &Client) -> impl Iterator<Item = Algorithm> {
    let signed = [Some(client.id_token_signed_response_alg), client.userinfo_signed_response_alg];
    let signed = signed.into_iter().flatten().filter_map(SigningAlg::algorithm);
    signed.chain([client.access_token_signed_response_alg])
}
