//! The one reading of a token that somebody presents: what it is, and whether it lives. Introspection, userinfo and
//! revocation go by it.

use std::sync::Arc;

use credenza_protocol::access_token::{self, AccessTokenClaims, symmetric};
use credenza_protocol::confirmation::Confirmation;
use credenza_protocol::ids::{ClientId, GrantId, UserId};
use credenza_protocol::lifetimes::Lifetimes;
use credenza_protocol::scope::Scope;
use credenza_protocol::secret::{Secret, SecretHash};
use credenza_protocol::time::{Seconds, Time};
use credenza_storage::{AccessTokenRecord, Changes, Jwt, LiveGrant, RefreshRecord, RevokedToken, StoreError};
use credenza_validator::Audience;

use crate::context::Context;
use crate::failure::Failure;
use crate::realm::Realm;

/// How long a token that a shared secret signs may live, if the tenant's tokens do not live for longer: the setting may
/// have been lowered since it was issued.
const LONGEST_SHARED: Seconds = Seconds(86_400);

/// The kinds of tokens. No text can be read as two of them.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Kind {
    /// A JWT (RFC 9068).
    JwtAccessToken,
    /// An access token that is stored.
    OpaqueAccessToken,
    /// A refresh token.
    RefreshToken,
}

/// A token that this issuer made. It may be dead: see [`Genuine::live`].
#[derive(Debug)]
pub struct Genuine {
    /// What it is.
    pub kind: Kind,
    /// The client that it was issued to.
    pub client_id: ClientId,
    /// The grant that it belongs to; none for a client's own token.
    pub grant_id: Option<GrantId>,
    /// What it allows.
    pub scope: Scope,
    /// Where it may be used; a refresh token has no audience.
    pub audience: Option<Audience>,
    /// When it was issued.
    pub issued_at: Time,
    /// When it expires.
    pub expires_at: Time,
    /// `jti` of an access token.
    pub jti: Option<String>,
    /// The key that its holder must prove to have (`cnf`).
    pub confirmation: Option<Confirmation>,
    subject: Subject,
    /// By which a revocation of this token alone is stored.
    hash: SecretHash,
    /// Whether it lives, where the store has been asked already.
    lives: Option<bool>,
}

/// A token that is neither expired nor revoked, and whose grant, client and person are neither.
#[derive(Debug)]
pub struct Live {
    /// The token.
    pub token: Genuine,
}

/// Whom a token is about.
#[derive(Debug)]
enum Subject {
    /// By the `sub` that its client knows.
    Known(String),
    /// A person.
    Person(UserId),
    /// The client itself.
    Client,
}

/// Reads a token. This costs nothing for a JWT, and one read of the store for any other token, which also says whether
/// it lives.
///
/// # Errors
/// [`StoreError`]; whatever else is wrong with it, it is not a token.
pub async fn read(context: &Context, token: &Secret) -> Result<Option<Genuine>, StoreError> {
    let realm = &context.realm;
    let (tenant, store) = (&realm.tenant.tenant_id, &context.state.store);
    if let Some(refresh_token) = realm.chain.read(token) {
        let found = store.refresh_tokens.find(tenant, refresh_token.grant_id(), context.now).await?;
        let Some(record) = found else { return Ok(None) };
        let client = context.client(&record.grant.client_id).await?;
        let settings = &realm.tenant.settings;
        let lifetimes =
            client.map_or_else(|| settings.into(), |client| Lifetimes::of(&client.client, settings));
        return Ok(Some(Genuine::refresh_token(context, record, &lifetimes, token.hash())));
    }
    if let Some(claims) = claims(context, token) {
        return Ok(Some(Genuine::jwt(&claims)));
    }
    if symmetric::is_claimed(token.reveal()) {
        return Ok(shared(context, token).await?.map(|claims| Genuine::jwt(&claims)));
    }
    let found = store.access_tokens.find(tenant, token.hash(), context.now).await?;
    Ok(found.map(Genuine::opaque))
}

/// The claims of a JWT of this issuer that has not expired; `None` for anything else.
///
/// Clients present a token many times, and checking its signature costs more than the rest of a request: once verified,
/// the claims are remembered by the hash of the whole token, for as long as the store's revision stays the same and so
/// no key has changed. The expiry is checked each time.
fn claims(context: &Context, token: &Secret) -> Option<Arc<AccessTokenClaims>> {
    let realm = &context.realm;
    let key = (realm.tenant.tenant_id.clone(), token.hash());
    let verified = &context.state.verified;
    if let Some(claims) = verified.get(&key, context.revision) {
        return (claims.exp > context.now).then_some(claims);
    }
    let claims = access_token::verify(token.reveal(), realm.keys.public(), &realm.issuer, context.now);
    let claims = claims.map(Arc::new)?;
    verified.put(&key, context.revision, Arc::clone(&claims));
    Some(claims)
}

/// The claims of a JWT that is signed with the secret of a resource. They are not remembered: checking costs little, and
/// the secret expires without a change of the revision.
async fn shared(context: &Context, token: &Secret) -> Result<Option<AccessTokenClaims>, StoreError> {
    let secrets = context.resource_secrets().await.map_err(|failure| match failure {
        Failure::Store(error) => error,
        other => StoreError::Failed(other.to_string().into()),
    })?;
    let Realm { issuer, tenant, .. } = context.realm.as_ref();
    let longest = Lifetimes::longest(&tenant.settings).access_token.max(LONGEST_SHARED);
    Ok(symmetric::verify(token.reveal(), |kid| secrets.find(kid), issuer, longest, context.now))
}

impl Genuine {
    fn jwt(claims: &AccessTokenClaims) -> Self {
        Self {
            kind: Kind::JwtAccessToken,
            client_id: claims.client_id.clone(),
            grant_id: claims.gid.clone(),
            scope: claims.scope.clone(),
            audience: Some(claims.aud.clone()),
            issued_at: claims.iat,
            expires_at: claims.exp,
            jti: Some(claims.jti.clone()),
            confirmation: claims.cnf.clone(),
            subject: Subject::Known(claims.sub.clone()),
            hash: SecretHash::of(claims.jti.as_bytes()),
            lives: None,
        }
    }

    fn opaque(record: AccessTokenRecord) -> Self {
        Self {
            kind: Kind::OpaqueAccessToken,
            client_id: record.client_id,
            grant_id: record.grant_id,
            scope: record.scope,
            audience: Audience::try_from(record.audience).ok(),
            issued_at: record.issued_at,
            expires_at: record.expires_at,
            jti: Some(record.jti),
            confirmation: None,
            subject: record.user_id.map_or(Subject::Client, Subject::Person),
            hash: record.hash,
            lives: Some(true),
        }
    }

    fn refresh_token(
        context: &Context,
        record: RefreshRecord,
        lifetimes: &Lifetimes,
        hash: SecretHash,
    ) -> Self {
        let expires_at = record.ends_at(lifetimes);
        let lives = record.live && record.current == hash && expires_at > context.now;
        Self {
            kind: Kind::RefreshToken,
            client_id: record.grant.client_id,
            grant_id: Some(record.grant.grant_id),
            scope: record.grant.scope,
            audience: None,
            issued_at: record.rotated_at.unwrap_or(record.grant.created_at),
            expires_at,
            jti: None,
            confirmation: None,
            subject: Subject::Person(record.grant.user_id),
            hash,
            lives: Some(lives),
        }
    }

    /// Whether it may be used at that resource.
    #[must_use]
    pub fn is_for(&self, resource: &str) -> bool {
        self.audience.as_ref().is_some_and(|audience| audience.contains(resource))
    }

    /// The token, if it lives. Costs one read for a JWT.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn live(self, context: &Context) -> Result<Option<Live>, StoreError> {
        let lives = match self.lives {
            Some(lives) => lives,
            None => {
                let (client_id, grant_id) = (&self.client_id, self.grant_id.as_ref());
                let jwt = Jwt { jti: self.hash, client_id, grant_id, issued_at: self.issued_at };
                let tokens = &context.state.store.access_tokens;
                tokens.is_live(&context.realm.tenant.tenant_id, jwt, context.now).await?
            }
        };
        Ok(lives.then_some(Live { token: self }))
    }

    /// The client whose own token this is, if it lives. A JWT that was seen alive within this second is not looked up again,
    /// unless since then the tenant, one of its clients or its keys changed, or any token was revoked by itself. That is all
    /// that can end a token without a grant. The second is for what nodes of a version before that count revoke.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn live_client(self, context: &Context) -> Result<Option<ClientId>, StoreError> {
        let changes = Changes { revision: context.revision, revoked: context.revoked };
        let key = (context.realm.tenant.tenant_id.clone(), self.hash);
        let living = &context.state.living;
        if self.grant_id.is_some() {
            return Ok(None);
        }
        if self.lives.is_none() && living.get(&key, changes).is_some_and(|seen| *seen == context.now) {
            return Ok(Some(self.client_id));
        }
        let is_jwt = self.kind == Kind::JwtAccessToken;
        let Some(live) = self.live(context).await? else { return Ok(None) };
        if is_jwt {
            living.put(&key, changes, Arc::new(context.now));
        }
        Ok(Some(live.token.client_id))
    }

    /// The token with the grant and the person behind it, if it lives and has such. Costs one read.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn live_grant(self, context: &Context) -> Result<Option<(Live, LiveGrant)>, StoreError> {
        let (Some(grant_id), true) = (&self.grant_id, self.lives.unwrap_or(true)) else {
            return Ok(None);
        };
        let grants = &context.state.store.grants;
        let found =
            grants.find_live(&context.realm.tenant.tenant_id, grant_id, self.hash, context.now).await?;
        Ok(found.map(|grant| (Live { token: self }, grant)))
    }

    /// The token and the person whom it is about, if it lives. Costs one read for a JWT; one without a person costs what
    /// [`Genuine::live`] does.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn live_person(self, context: &Context) -> Result<Option<(Live, Option<UserId>)>, StoreError> {
        if let Subject::Person(user_id) = &self.subject {
            let user_id = user_id.clone();
            return Ok(self.live(context).await?.map(|live| (live, Some(user_id))));
        }
        if self.grant_id.is_none() {
            return Ok(self.live(context).await?.map(|live| (live, None)));
        }
        // A JWT has the `sub` that its client knows, which need not be the person's id: their grant has that.
        let found = self.live_grant(context).await?;
        let found = found.filter(|(live, found)| found.grant.client_id == live.token.client_id);
        Ok(found.map(|(live, found)| (live, Some(found.grant.user_id))))
    }

    /// What revokes this access token alone.
    #[must_use]
    pub fn revoked(self) -> RevokedToken {
        let jti = self.jti.filter(|_| self.kind == Kind::JwtAccessToken);
        RevokedToken { hash: self.hash, jti, client_id: self.client_id, expires_at: self.expires_at }
    }
}

impl Live {
    /// Whom the token is about, by the `sub` that its client knows; `None` when that client is disabled.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn sub(&self, context: &Context) -> Result<Option<String>, StoreError> {
        let client_id = &self.token.client_id;
        Ok(match &self.token.subject {
            Subject::Known(sub) => Some(sub.clone()),
            Subject::Client => Some(client_id.to_string()),
            Subject::Person(user_id) => {
                let client = context.client(client_id).await?;
                client.map(|client| context.realm.subjects.of(&client.client, user_id))
            }
        })
    }
}
