//! Fixtures: values with good defaults, and a tenant with a client and a user.

use std::sync::atomic::{AtomicU64, Ordering};

use credenza_protocol::attribute::Attributes;
use credenza_protocol::claims::{ClaimsRequest, StandardClaims};
use credenza_protocol::client::{Client, GrantType};
use credenza_protocol::client_secret::ClientSecret;
use credenza_protocol::event::Stamp;
use credenza_protocol::grant::Grant;
use credenza_protocol::group::Group;
use credenza_protocol::ids::{
    ClientId, ClientSecretId, GrantId, GroupId, KeyId, SessionId, TenantId, UserId, WebhookId,
};
use credenza_protocol::scope::Scope;
use credenza_protocol::secret::{Secret, SecretHash};
use credenza_protocol::session::Session;
use credenza_protocol::tenant::{Tenant, TenantSettings};
use credenza_protocol::time::{Seconds, Time};
use credenza_protocol::user::User;
use credenza_protocol::version::Version;
use credenza_protocol::webhook::{Status, Webhook};
use credenza_validator::algorithm::Algorithm;

use crate::{
    AccessTokenRecord, ClientRecord, CodeRecord, Created, Events, Jwt, KeyRecord, Login, NewCode,
    NewDelivery, NewRefreshToken, Options, RequestRecord, ResourceSecretRecord, RevokedToken, Sink, Store,
    WebhookSecretRecord,
};

mod authenticator;
mod device;
mod mail;

pub use authenticator::{passkey, totp, trusted_browser};
pub use device::device;
pub use mail::{email_challenge, email_change, email_undo, invitation, mail, reset, sign_in_link, sign_up};

/// How the store of the test of that name is opened: with events for both sinks where these are tested.
///
/// Ids count from 1, and the clock of events does not advance.
#[must_use]
pub fn options(name: &str) -> Options {
    if name.starts_with("event_log-") {
        return Options { events: kept_events(), ..Options::default() };
    }
    if !name.starts_with("outbox-") {
        return Options::default();
    }
    let last = AtomicU64::new(0);
    let stamp = move || Stamp { id: (last.fetch_add(1, Ordering::Relaxed) + 1).to_string(), at: at(0) };
    Options { events: Events::new(vec![Sink::Redis, Sink::Nats], stamp), ..Options::default() }
}

/// Events that are kept for [`KEPT`] and sent nowhere: ids count from 1, and two of them happen in each second.
#[must_use]
pub fn kept_events() -> Events {
    let last = AtomicU64::new(0);
    let stamp = move || {
        let number = last.fetch_add(1, Ordering::Relaxed) + 1;
        Stamp { id: number.to_string(), at: at(i64::try_from(number / 2).unwrap()) }
    };
    Events::kept(vec![], Some(KEPT), stamp)
}

/// How long events are kept in tests.
pub const KEPT: Seconds = Seconds(30 * 86_400);

/// So many seconds after the beginning of every test.
#[must_use]
pub fn at(seconds: i64) -> Time {
    Time::from_seconds(1_700_000_000) + Seconds(seconds)
}

/// Late enough that what is issued then cannot have been claimed before the data of any store begin.
#[must_use]
pub fn lately() -> Time {
    at(1_000_000_000)
}

/// A hash of a secret of that name.
#[must_use]
pub fn hash(name: &str) -> SecretHash {
    SecretHash::of(name.as_bytes())
}

/// The id of the grant of that name.
#[must_use]
pub fn id(name: &str) -> GrantId {
    GrantId::new(name)
}

/// A scope.
#[must_use]
pub fn scope(words: &str) -> Scope {
    Scope::parse(words).unwrap()
}

/// A tenant whose id is its name.
#[must_use]
pub fn tenant(name: &str) -> Tenant {
    Tenant {
        tenant_id: TenantId::new(name),
        name: name.to_owned(),
        settings: TenantSettings::default(),
        created_at: at(0),
        disabled_at: None,
        version: Version::FIRST,
    }
}

/// A confidential client.
#[must_use]
pub fn client(client_id: &str) -> ClientRecord {
    let client = Client {
        client_name: "A client".to_owned(),
        redirect_uris: vec!["https://rp.example/callback".to_owned()],
        grant_types: vec![GrantType::AuthorizationCode, GrantType::RefreshToken],
        scope: scope("openid profile email offline_access"),
        ..Client::new(ClientId::new(client_id))
    };
    ClientRecord {
        client,
        secrets: vec![client_secret(client_id)],
        created_at: at(0),
        updated_at: at(0),
        disabled_at: None,
        version: Version::FIRST,
        registered: None,
    }
}

/// A secret of a client, whose id it also is; it does not expire.
#[must_use]
pub fn client_secret(text: &str) -> ClientSecret {
    ClientSecret::new(ClientSecretId::new(text), &Secret::presented(text), at(0))
}

/// A user whose name is the id.
#[must_use]
pub fn user(user_id: &str) -> User {
    User {
        user_id: UserId::new(user_id),
        username: user_id.to_owned(),
        claims: StandardClaims { email: Some(format!("{user_id}@example.com")), ..StandardClaims::default() },
        attributes: Attributes::new(),
        created_at: at(0),
        updated_at: at(0),
        disabled_at: None,
        version: Version::FIRST,
        password_change_required: false,
        terms: None,
    }
}

/// A group whose name is the id.
#[must_use]
pub fn group(group_id: &str) -> Group {
    Group {
        group_id: GroupId::new(group_id),
        name: group_id.to_owned(),
        description: String::new(),
        created_at: at(0),
        updated_at: at(0),
        version: Version::FIRST,
    }
}

/// What is typed to sign in, as a name or an address.
#[must_use]
pub fn login(typed: &str) -> Login {
    Login { typed: typed.to_owned(), by_email: true }
}

/// A user with a verified email address.
#[must_use]
pub fn user_at(user_id: &str, email: &str) -> User {
    let mut user = user(user_id);
    user.claims.email = Some(email.to_owned());
    user.claims.email_verified = Some(true);
    user
}

/// A key.
#[must_use]
pub fn key(kid: &str) -> KeyRecord {
    KeyRecord {
        kid: KeyId::new(kid),
        algorithm: Algorithm::ES256,
        sealed: vec![0, 1, 255],
        created_at: at(0),
        active_at: at(0),
        disabled_at: None,
        retire_at: None,
    }
}

/// A secret of that client, which signs from the beginning and does not expire.
#[must_use]
pub fn resource_secret(kid: &str, client_id: &ClientId) -> ResourceSecretRecord {
    ResourceSecretRecord {
        kid: KeyId::new(kid),
        client_id: client_id.clone(),
        resource: "https://api.test/".to_owned(),
        sealed: vec![0, 1, 255],
        created_at: at(0),
        active_at: at(0),
        expires_at: None,
    }
}

/// A webhook that gets every event.
#[must_use]
pub fn webhook(webhook_id: &str) -> Webhook {
    Webhook {
        webhook_id: WebhookId::new(webhook_id),
        url: "https://hooks.test/".to_owned(),
        description: String::new(),
        events: vec!["*".to_owned()],
        status: Status::Enabled,
        paused: None,
        failing_since: None,
        created_at: at(0),
        updated_at: at(0),
        version: Version::FIRST,
    }
}

/// A secret of a webhook.
#[must_use]
pub fn webhook_secret(secret_id: &str) -> WebhookSecretRecord {
    WebhookSecretRecord {
        secret_id: secret_id.to_owned(),
        sealed: vec![0, 1, 255],
        created_at: at(0),
        expires_at: None,
    }
}

/// A message to a webhook, about that subject.
#[must_use]
pub fn message(tenant: &TenantId, webhook_id: &str, event_id: &str, subject: &str) -> NewDelivery {
    NewDelivery {
        tenant_id: tenant.clone(),
        webhook_id: WebhookId::new(webhook_id),
        event_id: event_id.to_owned(),
        kind: "user.updated".to_owned(),
        subject: subject.to_owned(),
        at: at(0),
        body: "{}".to_owned(),
    }
}

/// A session of a thousand seconds.
#[must_use]
pub fn session(sid: &str) -> Session {
    Session {
        sid: SessionId::new(sid),
        user_id: UserId::new("user"),
        auth_time: at(0),
        amr: vec!["pwd".to_owned()],
        acr: None,
        expires_at: at(1000),
        last_seen_at: at(0),
        user_agent: "A browser".to_owned(),
        place: None,
    }
}

/// A request of a hundred seconds.
#[must_use]
pub fn request(handle: &str) -> RequestRecord {
    RequestRecord {
        handle: hash(handle),
        browser: hash("browser"),
        state: Some("{}".to_owned()),
        expires_at: at(100),
    }
}

/// A grant of a thousand seconds, bound to the session `sid`.
#[must_use]
pub fn grant(grant_id: &str) -> Grant {
    Grant {
        grant_id: GrantId::new(grant_id),
        client_id: ClientId::new("client"),
        user_id: UserId::new("user"),
        sid: SessionId::new("sid"),
        offline: false,
        scope: scope("openid email"),
        resource: Vec::new(),
        claims: ClaimsRequest::default(),
        auth_time: at(0),
        wants_auth_time: false,
        amr: vec!["pwd".to_owned()],
        acr: None,
        created_at: at(0),
        expires_at: at(1000),
    }
}

/// A code of a minute, with the grant of the same name and a refresh token of 500 seconds. The hashes
/// are those of `name` and `name token`.
#[must_use]
pub fn code(name: &str) -> NewCode {
    NewCode {
        hash: hash(name),
        code: CodeRecord {
            client_id: ClientId::new("client"),
            redirect_uri: Some("https://rp.example/callback".to_owned()),
            code_challenge: None,
            nonce: Some("nonce".to_owned()),
            expires_at: at(60),
        },
        grant: grant(name),
        refresh_token: Some(refresh_token(name, "token", 500)),
        lasts_until: None,
    }
}

/// A refresh token of the grant of that name.
#[must_use]
pub fn refresh_token(grant: &str, token: &str, expires_at: i64) -> NewRefreshToken {
    NewRefreshToken { token: hash(&format!("{grant} {token}")), expires_at: at(expires_at) }
}

/// An opaque access token of a hundred seconds, of the grant of that name.
#[must_use]
pub fn access_token(name: &str, grant: Option<&str>) -> AccessTokenRecord {
    AccessTokenRecord {
        hash: hash(name),
        jti: format!("{name} jti"),
        grant_id: grant.map(GrantId::new),
        client_id: ClientId::new("client"),
        user_id: grant.map(|_| UserId::new("user")),
        scope: scope("openid"),
        audience: vec!["https://api.example".to_owned()],
        issued_at: at(0),
        expires_at: at(100),
    }
}

/// A JWT of the client, issued at the beginning, by its `jti` and its grant.
#[must_use]
pub fn jwt<'a>(jti: &str, client_id: &'a ClientId, grant_id: Option<&'a GrantId>) -> Jwt<'a> {
    Jwt { jti: hash(jti), client_id, grant_id, issued_at: at(0) }
}

/// The access token of that hash, as one of a hundred seconds that is revoked.
#[must_use]
pub fn revoked_token(hash: SecretHash) -> RevokedToken {
    RevokedToken { hash, jti: None, client_id: ClientId::new("client"), expires_at: at(100) }
}

/// A tenant with one client, `client`, and one user, `user`, whose password hash is `phc`.
pub struct World {
    /// The store.
    pub store: Store,
    /// The tenant.
    pub tenant: TenantId,
    /// The client.
    pub client: ClientId,
    /// The user.
    pub user: UserId,
}

impl World {
    /// Creates the tenant of that name, its client and its user.
    pub async fn new(store: &Store, name: &str) -> Self {
        let world = Self {
            store: store.clone(),
            tenant: TenantId::new(name),
            client: ClientId::new("client"),
            user: UserId::new("user"),
        };
        assert!(store.tenants.create(tenant(name)).await.unwrap());
        assert!(store.clients.create(&world.tenant, client("client")).await.unwrap());
        let made = store.users.create(&world.tenant, user("user"), Some("phc".to_owned())).await.unwrap();
        assert_eq!(made, Created::Yes);
        world
    }

    /// Issues the code and spends it: its grant and its tokens are live.
    pub async fn grant(&self, new: NewCode) -> GrantId {
        let (grant_id, hash) = (new.grant.grant_id.clone(), new.hash);
        self.store.codes.issue(&self.tenant, new, at(0)).await.unwrap();
        let spent = self.store.codes.spend(&self.tenant, &self.client, &grant_id, hash, at(0)).await.unwrap();
        assert!(matches!(spent, crate::Spend::First(..)), "{spent:?}");
        grant_id
    }

    /// Whether the grant of that name is live; every way to ask must agree.
    pub async fn lives(&self, name: &str, now: Time) -> bool {
        let (store, id) = (&self.store, GrantId::new(name));
        let found = store.grants.find_live(&self.tenant, &id, hash("no jti"), now).await.unwrap().is_some();
        let live = store.access_tokens.is_live(&self.tenant, jwt("no jti", &self.client, Some(&id)), now);
        assert_eq!(live.await.unwrap(), found, "is_live and find_live disagree on {name}");
        if let Some(record) = store.refresh_tokens.find(&self.tenant, &id, now).await.unwrap() {
            assert_eq!(record.live, found, "the refresh token and find_live disagree on {name}");
        }
        let listed = store.grants.list(&self.tenant, &self.user, now).await.unwrap();
        assert_eq!(listed.iter().any(|grant| grant.grant_id == id), found, "list disagrees on {name}");
        found
    }
}
