//! Decisions: where the specs leave a choice, what was chosen and why.
//!
//! **Codes.** A code is spent before the request is checked against it. A wrong `code_verifier`,
//! `redirect_uri` or `resource` therefore burns the code: nobody gets a second try. Only the client the
//! code was issued to can spend it, so that no other client can burn it. A code that comes again revokes
//! its grant, with every token of it (RFC 6749 4.1.2).
//!
//! **Codes and refresh tokens are columns of their grant**, and begin with its id: issuing is one insert,
//! spending and rotating one update by the primary key. Client and user have an epoch, of which the grant
//! keeps a copy: disabling moves it, which ends a million grants in one short write.
//!
//! **Refresh tokens** rotate at each use. A token names its grant and carries a mark that only the provider
//! can make; the grant knows the live token and the one before it: any other with a good mark was spent before,
//! and revokes the grant. What has no such mark is refused and does nothing. A client whose reply was lost may repeat its request for ten seconds and gets the very same child, which is
//! derived from the parent under a key of the provider's; there are never two children. A client that is
//! registered for `refresh_token` gets one with each grant; without `offline_access` it dies with the session.
//!
//! **PKCE** takes S256 only. Public clients always need it; confidential ones do where they are registered
//! with `require_pkce`, since standard relying parties exist that send none.
//!
//! **`aud` of a client assertion** may be the issuer or the token endpoint (OpenID Connect Core 9 asks for
//! the latter), as the only audience. A list of several is refused: it could name another server too.
//!
//! **Request objects** (OpenID Connect Core 6, RFC 9101) are signed by the client's keys, or by the secret of a client
//! of `client_secret_jwt`, since of other clients only the hash of the secret is kept. Without a signature they are taken
//! where the tenant's `unsigned_request_objects` says so, and never of a client with `require_signed_request_object`.
//! What stands inside comes first, and what is missing there is taken from outside, as OpenID Connect says; of a
//! client that must sign only what is signed counts, as RFC 9101 says, and its objects must name `iss`, `aud` and an
//! `exp` within the hour. An encrypted object must hold a signed one. A `request_uri` must be registered, is compared with its fragment, fetched
//! without it for each request anew, and its fragment is not taken for a hash. An object with `sub` of the client is
//! refused, since that is what a client assertion looks like (RFC 9101 10.8).
//!
//! **An error of a request object** goes to the client only where the request outside of it names a registered
//! `redirect_uri`. None is read from an object that was not verified, and none is chosen for it.
//!
//! **Keys by `jwks_uri`** are kept for as long as the host says, five minutes at least and a day at most, or for an hour.
//! A signature by no known key has them fetched again at once, every thirty seconds at most for one URL. While the
//! host does not answer the last keys are good for a day more.
//!
//! **Audience of access tokens.** Without `resource` a token is for the provider itself alone: `userinfo`.
//! With it, it is for those resources, and for the provider as well if `openid` was granted. No token is good
//! everywhere.
//!
//! **Scope words** that mean nothing here, or that the client is not registered for, are left out of an
//! authorization request (OpenID Connect Core 3.1.2.1); where nothing is left it is `invalid_scope`. In
//! `client_credentials` a word too many is `invalid_scope` at once.
//!
//! **Consent** is remembered per user, client and scope words. A claim asked for by name that no granted
//! scope brings is asked for like a scope, as `claim:NAME`. What is on record does not count for a public
//! native client that is not reached over https, since another program on the same device can imitate it
//! (RFC 8252 8.6).
//!
//! **`acr`** is `urn:credenza:acr:password`, since that is what happens. Other `acr_values` are wishes and
//! change nothing; an essential `acr` that is not offered is refused.
//!
//! **Pairwise subjects** (OpenID Connect Core 8.1) are an HMAC of sector and person under a secret of the tenant, so
//! nothing is stored and nothing can be turned back. The person goes by that name in all that the client gets: ID
//! tokens, userinfo, the access token and what introspection says of it, to whomever. A resource server therefore
//! knows people by the name that the calling client has for them, and can no more link two sectors than the clients
//! can. A client whose redirect URIs lose their one host, with no `sector_identifier_uri`, becomes a sector of its own.
//!
//! **Encryption** (OpenID Connect Core 10.2) is by RSA-OAEP-256 or ECDH-ES, with AES-GCM or AES-CBC with HMAC. RSA1_5 and
//! RSA-OAEP with SHA-1 are not offered, nor key wrapping, nor compression. ID tokens are signed first. Where a client
//! asked for encryption and has no key that fits, it gets `server_error`, never the clear text. An encrypted ID token
//! cannot be read here, so it is no `id_token_hint`; the client sends the token inside.
//!
//! **Signed userinfo answers** have `iss` and `aud`, and no `exp`: so they pass for no ID token here.
//!
//! **Unsigned ID tokens** take the tenant's `unsigned_id_tokens` and the client's registration, come from the token
//! endpoint alone, without `at_hash`, and are taken back from nobody. **HS256** ID tokens are not made: whoever could
//! check one could make one.
//!
//! **Cookies** are `SameSite=Lax`. A browser that another site sends to `/authorize` by POST leaves its
//! session at home; it is sent on once by GET, where it brings it.
//!
//! **`form-action`** of the sign-in pages allows any https target: browsers hold every redirect after a form
//! to that policy, and relying parties redirect further than we can know.
//!
//! **`Host`** is never used: links and the issuer come from the settings alone.
//!
//! **Throttling** counts failures per account (20 in a quarter of an hour) and per address (100), an IPv6
//! network of /64 counting as one address. The counts are of one process.
//!
//! **Disabling.** Disabling a client or a user revokes their grants for good; enabling them again brings none back.
//! A JWT that a client got in its own name has no grant; it is dead as well if it was made before.
//!
//! **Revocations are told by a feed of grants**, `/revocations`, and not by a Token Status List. A list has a place for each
//! token: each token would have to be given one, which is a write for each, while a JWT of `client_credentials` writes
//! nothing and a refresh one row that it must write anyway; nodes would have to share out the places; and the list grows
//! with the tokens that live, where the feed grows with those that were revoked, which are few. All tokens of a grant die
//! with it, and say its name (`gid`) already: one short entry stands for all, and revoking writes nothing more than it
//! did. A status list hides who is revoked among who is not; the feed shows everybody how many grants were revoked, by ids
//! that open nothing and that only their own client and its resource servers can tell anything from. No standard describes
//! such a feed. Users are not told by `sub`, since a new sign-in within the same second would be dead with the old ones, and
//! pairwise clients know them by many names.
//!
//! **A deleted user** leaves the ids of their grants behind, emptied of all else, until the last access token of them has
//! expired: else the feed could not tell of those.
//!
//! **A change by another process**, such as a command, is seen by a server within a millisecond: requests that come
//! together share one look at the store's revision.
//!
//! **oxide-auth** is not part of the server: its authorization flow knows one response type and none of
//! OpenID Connect's errors, its token flow decides by side channels, and its scope type does not keep its
//! order. The rules are our own, as pure functions. **openidconnect** is the demo relying party and a client
//! of the interop suite; signing by it would cost three to seven times as much, so signatures are the
//! validator's alone.
//!
//! **The validator does no I/O.** It says what to fetch, and the host fetches: so one set of rules for keys, introspection
//! and revocations serves every language, each with the HTTP client that its users configure, and every case of it can be
//! written down as data (`tests/vectors/validator`).
//!
//! **Its cache holds verified tokens by the SHA-256 of the token alone**, not by requirement too: what is kept is what the
//! signature covers, and time, audience, binding, revocation and requirement are checked at each use, so that no entry can
//! outlive any of them. Another key set empties it.
//!
//! **Its signatures are checked by aws-lc-rs where that is built in**, as in every binding: tokens may be encrypted, for
//! which ring has no means, and RSA and Ed25519 are quicker by it. Without the feature `aws-lc-rs` ring alone does all but
//! encryption. ES512 is left out: neither ring nor the `openidconnect` crate knows it, and nobody asked.
