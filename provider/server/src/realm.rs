//! A realm: a tenant with its issuer and its keys, opened for requests.

use std::collections::BTreeSet;

use axum::body::Bytes;
use credenza_protocol::discovery;
use credenza_protocol::role::ResourceServer;
use credenza_protocol::session::Session;
use credenza_protocol::sign_up::SignUpPolicy;
use credenza_protocol::subject::Subjects;
use credenza_protocol::tenant::{DEFAULT_TENANT, SignInByMail, Tenant, TenantSettings};
use credenza_protocol::time::Time;
use credenza_protocol::token::refresh_token::Chain;
use credenza_storage::{Store, StoreError};
use credenza_validator::base64url;
use credenza_validator::jwe::Jwe;
use ring::hmac;
use tokio::sync::OnceCell;

use crate::accounts::known_device::KnownDevices;
use crate::accounts::passkey::Passkeys;
use crate::config::path_of;
use crate::failure::Failure;
use crate::keys::encryption::{Decrypted, EncryptionKeys};
use crate::keys::resource_secrets::ResourceSecrets;
use crate::keys::root::Root;
use crate::keys::sealed_handle::SealedHandles;
use crate::keys::{KeyMaking, KeyRing, rotation};
use crate::pages::Lang;

mod feed_cache;
mod webfinger_hosts;

pub use feed_cache::FeedCache;
pub use webfinger_hosts::WebFingerHosts;

/// What it takes to open a realm.
#[derive(Clone, Copy)]
pub struct Opening<'a> {
    /// Finds the tenant's keys, and makes the first ones.
    pub keys: KeyMaking<'a>,
    /// What the tenant's symmetric keys are derived from.
    pub root: &'a Root,
    /// The issuer of the default tenant.
    pub issuer: &'a str,
    /// Whether there is mail.
    pub has_mail: bool,
}

/// A tenant with all that its endpoints need. Made once for each revision of the tenant.
pub struct Realm {
    /// The tenant.
    pub tenant: Tenant,
    /// Its issuer, which never changes.
    pub issuer: String,
    /// The path of its issuer: empty for the default tenant, unless that has one.
    pub base: String,
    /// Its signing keys.
    pub keys: KeyRing,
    /// Makes its refresh tokens.
    pub chain: Chain,
    /// When a backup of the store was last restored.
    pub restored_at: Option<Time>,
    /// Binds forms to the browser they were shown in.
    pub csrf: hmac::Key,
    /// Makes the handles of what people have begun and not proven anything for.
    pub handles: SealedHandles,
    /// Makes the cursors of the admin API, and seals the answers that it keeps.
    pub admin: SealedHandles,
    /// Encrypts what push messages to devices are addressed to.
    pub push_tokens: SealedHandles,
    /// Encrypts the secrets of applications that show codes.
    pub authenticators: SealedHandles,
    /// Marks the devices that an account has signed in from.
    pub devices: KnownDevices,
    /// Makes the `sub` by which a client knows a person.
    pub subjects: Subjects,
    /// Makes the value by which the check-session iframe recognizes a sign-in.
    pub browser_state: hmac::Key,
    /// Who may make an account for themselves: nobody where there is no mail.
    pub sign_up: SignUpPolicy,
    /// Each `acr` that a sign-in can reach here (OpenID Connect Core 2).
    pub acrs: Vec<&'static str>,
    /// Whether people may have passkeys: not where the host of the issuer is an address (Web Authentication 5.1.2).
    passkeys: Option<Passkeys>,
    /// Whether people may sign in by what is mailed to them: not where there is no mail.
    pub sign_in_by_mail: bool,
    /// The provider metadata as a document.
    pub metadata: Bytes,
    /// The revocation feed, as it was made last.
    pub feed: FeedCache,
    /// Which tenant has which host; the default tenant's is asked for all.
    pub webfinger_hosts: WebFingerHosts,
    /// Opened when they are first needed.
    encryption: OnceCell<Encryption>,
    /// Read when a resource is first asked for.
    closed: OnceCell<BTreeSet<String>>,
    /// Opened when they are first needed.
    resource_secrets: OnceCell<ResourceSecrets>,
    /// Read when a token tells of roles at a resource.
    servers: OnceCell<Vec<ResourceServer>>,
}

/// The keys that others encrypt to.
struct Encryption {
    keys: EncryptionKeys,
    /// All public keys of the tenant as a document: those that sign, and those to encrypt to.
    jwks: Bytes,
}

impl Realm {
    /// Opens the realm of a tenant; makes the tenant's first signing keys if it has none.
    ///
    /// # Errors
    /// [`Failure`] when the store or the keys fail.
    pub async fn open(opening: Opening<'_>, tenant: Tenant, now: Time) -> Result<Self, Failure> {
        let keys = Self::keys(opening.keys, &tenant, now).await?;
        let issuer = match tenant.name.as_str() {
            DEFAULT_TENANT => opening.issuer.to_owned(),
            name => format!("{}/t/{name}", opening.issuer),
        };
        let derive = |purpose: &str| opening.root.derive(&format!("{purpose}/{}", tenant.tenant_id));
        let languages: Vec<_> = Lang::all().iter().map(|lang| lang.tag()).collect();
        let sign_up = if opening.has_mail { tenant.settings.sign_up } else { SignUpPolicy::Closed };
        let by_mail = opening.has_mail && tenant.settings.sign_in_by_mail == SignInByMail::On;
        let sign_in_by_mail = if by_mail { SignInByMail::On } else { SignInByMail::Off };
        let passkeys = Passkeys::of(&issuer, &tenant.settings.display_name);
        let passkeys = passkeys.filter(|_| tenant.settings.passkeys);
        let has_passkeys = passkeys.is_some();
        let offered =
            TenantSettings { sign_up, sign_in_by_mail, passkeys: has_passkeys, ..tenant.settings.clone() };
        let metadata = serde_json::to_string(&discovery::metadata(&issuer, &offered, &languages))
            .map_err(|_| Failure::Internal("the provider metadata cannot be serialized"))?;
        Ok(Self {
            sign_up,
            acrs: discovery::acrs(&offered),
            passkeys,
            sign_in_by_mail: by_mail,
            metadata: metadata.into(),
            restored_at: opening.keys.store.maintenance.restored_at().await?,
            chain: Chain::new(&derive("refresh-token")),
            subjects: Subjects::new(&derive("pairwise")),
            encryption: OnceCell::new(),
            closed: OnceCell::new(),
            resource_secrets: OnceCell::new(),
            servers: OnceCell::new(),
            feed: FeedCache::default(),
            webfinger_hosts: WebFingerHosts::default(),
            handles: SealedHandles::new(&derive("handle")),
            admin: SealedHandles::new(&derive("admin")),
            push_tokens: SealedHandles::new(&derive("push-token")),
            authenticators: SealedHandles::new(&derive("authenticator")),
            devices: KnownDevices::new(&derive("device")),
            csrf: hmac::Key::new(hmac::HMAC_SHA256, &derive("csrf")),
            browser_state: hmac::Key::new(hmac::HMAC_SHA256, &derive("browser-state")),
            tenant,
            base: path_of(&issuer).to_owned(),
            issuer,
            keys,
        })
    }

    /// Whether people may add passkeys and sign in with them.
    #[must_use]
    pub const fn has_passkeys(&self) -> bool {
        self.passkeys.is_some()
    }

    /// The ceremonies of passkeys, where people may have them.
    #[must_use]
    pub const fn passkeys(&self) -> Option<&Passkeys> {
        self.passkeys.as_ref()
    }

    async fn keys(making: KeyMaking<'_>, tenant: &Tenant, now: Time) -> Result<KeyRing, Failure> {
        let id = &tenant.tenant_id;
        let mut records = making.store.keys.list(id).await?;
        if records.is_empty() {
            records = rotation::first_keys(making, id).await?;
        }
        Ok(KeyRing::open(id, records, making.master, now)?)
    }

    /// The value by which a browser recognizes this sign-in: it is not the session's handle, and it changes with each
    /// sign-in (OpenID Connect Session Management 2).
    #[must_use]
    pub fn browser_state(&self, session: &Session) -> String {
        let signed_in = format!("{}\0{}", session.sid, session.auth_time.seconds());
        base64url::encode(hmac::sign(&self.browser_state, signed_in.as_bytes()))
    }

    /// The resources that are closed (RFC 8707): an operator says so, or every client that serves one of them is disabled.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn closed_resources(&self, store: &Store) -> Result<&BTreeSet<String>, StoreError> {
        let load = async || {
            let mut closed = store.clients.closed_resources(&self.tenant.tenant_id).await?;
            let defined = self.tenant.settings.resources.iter().filter(|defined| defined.disabled);
            closed.extend(defined.map(|defined| defined.resource.clone()));
            Ok(closed)
        };
        self.closed.get_or_try_init(load).await
    }

    /// The secrets that sign access tokens for services that cannot read public keys; none where the tenant does not allow
    /// them.
    ///
    /// # Errors
    /// [`Failure`] when the store fails, or one cannot be opened.
    pub async fn resource_secrets(&self, making: KeyMaking<'_>) -> Result<&ResourceSecrets, Failure> {
        let load = async || match self.tenant.settings.symmetric_access_tokens {
            true => ResourceSecrets::load(making, &self.tenant.tenant_id).await,
            false => Ok(ResourceSecrets::default()),
        };
        self.resource_secrets.get_or_try_init(load).await
    }

    /// The enabled clients that serve resources and declare roles.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn resource_servers(&self, store: &Store) -> Result<&[ResourceServer], StoreError> {
        let load = || store.clients.resource_servers(&self.tenant.tenant_id);
        Ok(self.servers.get_or_try_init(load).await?)
    }

    /// The tenant's public keys as a document: those that sign, and those to encrypt to.
    ///
    /// # Errors
    /// [`Failure`] when the store or the keys fail.
    pub async fn jwks(&self, making: KeyMaking<'_>) -> Result<Bytes, Failure> {
        Ok(self.encryption(making).await?.jwks.clone())
    }

    /// Decrypts what was encrypted to the tenant; `None` for whatever cannot be decrypted.
    ///
    /// # Errors
    /// [`Failure`] when the store or the keys fail.
    pub async fn decrypt(&self, making: KeyMaking<'_>, jwe: &str) -> Result<Option<Decrypted>, Failure> {
        let encryption = self.encryption(making).await?;
        let kid = Jwe::parse(jwe).ok().and_then(|jwe| jwe.header().kid.clone());
        if encryption.keys.has(kid.as_deref()) {
            return Ok(encryption.keys.decrypt(jwe).await);
        }
        // Another server may have published that key since.
        let keys = EncryptionKeys::load(making, &self.tenant.tenant_id).await?;
        Ok(keys.decrypt(jwe).await)
    }

    async fn encryption(&self, making: KeyMaking<'_>) -> Result<&Encryption, Failure> {
        let load = async || {
            let keys = EncryptionKeys::load(making, &self.tenant.tenant_id).await?;
            let mut public = self.keys.public().clone();
            public.keys.extend(keys.public());
            let jwks = serde_json::to_string(&public)
                .map_err(|_| Failure::Internal("the key set cannot be serialized"))?;
            Ok(Encryption { keys, jwks: jwks.into() })
        };
        self.encryption.get_or_try_init(load).await
    }
}
