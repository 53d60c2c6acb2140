//! Clients: the applications under test.

use credenza::keys::seal;
use credenza::rng;
use credenza_protocol::client::{Client, DEFAULT_SCOPE, GrantType, SigningAlg};
use credenza_protocol::client_auth::AuthMethod;
use credenza_protocol::ids::ClientId;
use credenza_protocol::registration::{self, Policy};
use credenza_protocol::secret::Secret;
use credenza_protocol::tenant::DEFAULT_TENANT;
use credenza_storage::ClientRecord;
use credenza_validator::Algorithm;
use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::provider::World;
use crate::{Error, Provider, keys};

/// A client that was made: its metadata, and its secret if it has one.
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
    /// Makes a client from its metadata, by the names of RFC 7591 and OpenID Connect Registration, and those of this
    /// provider: `consent`, `resources`, `serves`, `access_token_format`, `access_token_signed_response_alg`,
    /// `require_pkce`. `client_id` and `client_secret` may be given; else they are made up.
    ///
    /// What is not said: with redirect URIs it may use codes and refresh tokens and ask for the standard scopes, without
    /// it acts in its own name (`client_credentials`); it has a secret, which it sends by HTTP Basic; its tokens are
    /// signed by ES256, whose keys need not be waited for.
    ///
    /// # Errors
    /// [`Error::Invalid`] for a name that is unknown, or a client that an operator could not make either.
    pub async fn add_client(&self, metadata: &Value) -> Result<NewClient, Error> {
        let Value::Object(given) = metadata else {
            return Err(Error::Invalid("client metadata are a JSON object".to_owned()));
        };
        let world = self.world();
        let (client, secret) = read(given, &world)?;
        let tenants = &world.state.store.tenants;
        let tenant =
            tenants.find(DEFAULT_TENANT).await?.ok_or_else(|| Error::failed("the tenant is gone"))?;
        let fault = registration::check(&client, &Policy::of_operator(&tenant.settings));
        fault.map_err(|fault| Error::Invalid(format!("{} {}", fault.field(), fault.why())))?;
        for algorithm in algorithms(&client) {
            keys::ensure(&world.state, &world.tenant, algorithm).await?;
        }
        let record = world.record(client.clone(), secret.as_deref());
        if !world.state.store.clients.create(&world.tenant, record).await? {
            return Err(Error::Invalid(format!("there is a client {:?} already", client.client_id.as_str())));
        }
        Ok(NewClient { client, client_secret: secret })
    }

    /// Disables a client, with what people have granted it; or enables it again.
    ///
    /// # Errors
    /// [`Error::Absent`].
    pub async fn set_client_enabled(&self, client_id: &str, enabled: bool) -> Result<(), Error> {
        let world = self.world();
        let disabled_at = (!enabled).then(|| world.state.clock.now());
        let (clients, id) = (&world.state.store.clients, ClientId::new(client_id));
        match clients.set_disabled(&world.tenant, &id, disabled_at).await? {
            true => Ok(()),
            false => Err(Error::absent("client", client_id)),
        }
    }
}

impl World {
    fn record(&self, client: Client, secret: Option<&str>) -> ClientRecord {
        let now = self.state.clock.now();
        let is_kept_whole = client.token_endpoint_auth_method == AuthMethod::ClientSecretJwt;
        let context = seal::of_client_secret(&self.tenant, &client.client_id);
        let seal =
            |secret: &str| self.state.master.seal(self.state.rng.as_ref(), &context, secret.as_bytes());
        ClientRecord {
            secret_hash: secret.map(|secret| Secret::presented(secret).hash()),
            secret_sealed: secret.filter(|_| is_kept_whole).map(seal),
            client,
            created_at: now,
            updated_at: now,
            disabled_at: None,
            registered: None,
        }
    }
}

/// The client that is meant, and its secret.
fn read(given: &Map<String, Value>, world: &World) -> Result<(Client, Option<String>), Error> {
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
    members.insert("id_token_signed_response_alg".to_owned(), "ES256".into());
    members.extend(given.clone());
    let secret = members.remove("client_secret");
    let names_types = members.contains_key("response_types");
    let mut client: Client = serde_json::from_value(Value::Object(members)).map_err(Error::invalid)?;
    if !names_types && !client.may(GrantType::AuthorizationCode) {
        client.response_types.clear();
    }
    let secret = match (secret, client.token_endpoint_auth_method.has_secret()) {
        (None, false) => None,
        // As long as any HMAC that is made with it.
        (None, true) => Some(rng::mac_secret(rng).reveal().to_owned()),
        (Some(Value::String(secret)), true) if !secret.is_empty() => Some(secret),
        (Some(_), true) => {
            return Err(Error::Invalid("client_secret is a text that is not empty".to_owned()));
        }
        (Some(_), false) => {
            return Err(Error::Invalid("a client of that authentication method has no secret".to_owned()));
        }
    };
    Ok((client, secret))
}

/// What the provider signs by for this client.
fn algorithms(client: &Client) -> impl Iterator<Item = Algorithm> {
    let signed = [Some(client.id_token_signed_response_alg), client.userinfo_signed_response_alg];
    let signed = signed.into_iter().flatten().filter_map(SigningAlg::algorithm);
    signed.chain([client.access_token_signed_response_alg])
}
