//! A client that registers itself (RFC 7591, RFC 7592).

use credenza_protocol::tenant::Registration;
use credenza_storage::InitialAccessTokenRecord;
use serde_json::{Value, json};

use credenza::clock::Clock as _;
use credenza::rng;

use crate::http_client::{Request, Response};
use crate::provider::Provider;
use crate::relying_party::RelyingParty;

/// What the answer holds besides the metadata.
const CREDENTIALS: [&str; 5] = [
    "client_secret",
    "client_secret_expires_at",
    "client_id_issued_at",
    "registration_access_token",
    "registration_client_uri",
];

/// A client that has registered itself, and the answer it received.
#[derive(Clone, Debug)]
pub struct Registrant {
    /// The answer.
    pub answer: Value,
}

/// The least metadata of a web client.
#[must_use]
pub fn web_client() -> Value {
    json!({ "client_name": "My app", "redirect_uris": ["https://rp.test/callback"] })
}

impl Provider {
    /// A provider with open registration and every optional feature of clients allowed.
    pub async fn open_to_clients() -> Self {
        let op = Self::start().await;
        op.change_settings(|settings| {
            settings.registration = Registration::Open;
            settings.front_channel_tokens = true;
            settings.unsigned_request_objects = true;
            settings.unsigned_id_tokens = true;
        })
        .await;
        op
    }

    /// An initial access token of the default tenant.
    pub async fn initial_access_token(&self, remaining: Option<i64>) -> String {
        let (token, rng) = (rng::secret(self.state.rng.as_ref()), self.state.rng.as_ref());
        let record = InitialAccessTokenRecord {
            token_id: rng::id(rng),
            hash: token.hash(),
            name: "A test".to_owned(),
            remaining,
            created_at: self.clock.now(),
            expires_at: None,
        };
        let tenant = self.default_tenant().await;
        self.state.store.initial_access_tokens.create(&tenant, record).await.unwrap();
        token.reveal().to_owned()
    }

    /// A registration at the default tenant.
    pub fn registration(&self, metadata: &Value) -> Request {
        self.registration_at("", metadata)
    }

    /// A registration at the tenant of that path.
    pub fn registration_at(&self, base: &str, metadata: &Value) -> Request {
        Request::post(self.at(&format!("{base}/register")), "application/json", metadata.to_string())
    }

    /// How many clients the default tenant has.
    pub async fn clients(&self) -> usize {
        let tenant = self.default_tenant().await;
        self.state.store.clients.list(&tenant, None, 10_000).await.unwrap().len()
    }
}

impl Registrant {
    /// Registers [`web_client`] with these members beside or instead of its own; `null` takes one away.
    pub async fn with(op: &Provider, members: Value) -> Self {
        let response = op.registration(&merged(web_client(), members)).send().await;
        Self::of(&response)
    }

    /// Reads the answer.
    #[track_caller]
    pub fn of(response: &Response) -> Self {
        assert_eq!(response.status, 201, "{}", response.text());
        assert_eq!(response.header("content-type"), "application/json");
        assert_eq!(response.header("cache-control"), "no-store");
        Self { answer: response.json() }
    }

    /// A string member of the answer.
    #[track_caller]
    #[must_use]
    pub fn get(&self, name: &str) -> &str {
        self.answer[name].as_str().unwrap_or_else(|| panic!("{name} in {}", self.answer))
    }

    /// A request to its registration, by its token.
    pub fn manage(&self, op: &Provider, method: &str) -> Request {
        let url = op.reach(self.get("registration_client_uri"));
        Request::new(method, url).bearer(self.get("registration_access_token"))
    }

    /// Replaces the metadata.
    pub fn put(&self, op: &Provider, metadata: &Value) -> Request {
        self.manage(op, "PUT").header("content-type", "application/json").body(metadata.to_string())
    }

    /// What it registered, as a PUT may send it back, with these members instead; `null` takes one away.
    #[must_use]
    pub fn metadata(&self, members: Value) -> Value {
        let mut metadata = self.answer.clone();
        for name in CREDENTIALS {
            metadata.as_object_mut().unwrap().remove(name);
        }
        merged(metadata, members)
    }

    /// As a relying party of the default tenant.
    #[must_use]
    pub fn relying_party(&self) -> RelyingParty {
        let client = serde_json::from_value(self.metadata(json!({}))).unwrap();
        let secret = self.answer["client_secret"].as_str().map(str::to_owned);
        RelyingParty { client, secret, base: String::new() }
    }
}

/// The members of both; those of the second win, and `null` there removes a member.
#[must_use]
pub fn merged(mut metadata: Value, members: Value) -> Value {
    let object = metadata.as_object_mut().unwrap();
    for (name, value) in members.as_object().unwrap() {
        match value {
            Value::Null => object.remove(name),
            value => object.insert(name.clone(), value.clone()),
        };
    }
    metadata
}
