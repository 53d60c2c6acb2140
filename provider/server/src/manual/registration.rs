//! Registration: clients that say for themselves what they are (RFC 7591, RFC 7592, OpenID Connect Dynamic Client
//! Registration).
//!
//! # Who may
//! A setting of the tenant, `credenza tenant update NAME --set registration=…`:
//!
//! | `registration` | who registers at `/register` |
//! |---|---|
//! | `closed` | nobody: 403 `access_denied`, and the metadata do not name the endpoint. So a tenant begins |
//! | `token` | who brings an initial access token: `credenza registration-token create [--uses N] [--expires-in SECONDS]` |
//! | `open` | everybody, `registration_limit` clients an hour from one address (300; an IPv6 /64 is one), and twenty times as many from all; further ones get 429. Who brings an initial access token is not counted |
//!
//! An initial access token is shown once and kept as a hash. A use is spent in the write that makes the client: of
//! many who bring the last one, one registers, and a registration that is refused costs none.
//!
//! # What a client may be
//! What the other settings allow: `front_channel_tokens` (response types beside `code`, the grant `implicit`),
//! `unsigned_request_objects`, `unsigned_id_tokens`, and `registration_scope`, the scopes that a registered client may
//! have: of others that it names nothing is kept. It always gets a person's consent, never acts in its own name
//! (`client_credentials`), and serves no resource. Redirect URIs are https; http on loopback and private schemes are
//! for `application_type` `native`. Everything else that is fetched, framed or linked to is https.
//!
//! Metadata are checked as a whole: an algorithm that does not work here, a response type without its grant, `jwks`
//! beside `jwks_uri`, private keys, `…_enc` without `…_alg`, a `frontchannel_logout_uri` on another origin than every
//! redirect URI are `invalid_client_metadata`. The document at `sector_identifier_uri` is fetched at registration and
//! at each update, and must name each redirect URI. Names that are unknown are neither refused nor kept; so are those
//! with a language tag (`client_name#de`). A client without `client_name` is shown as the host of its first redirect
//! URI. The same rules hold for `credenza client create`, where an operator vouches for more: http on loopback,
//! `client_credentials`, other scopes.
//!
//! # Its own registration
//! The answer holds a `registration_access_token`, by which the client reads (GET), replaces (PUT) and ends (DELETE)
//! its registration at `registration_client_uri`, whatever `registration` says by then. A wrong token, one of another
//! client, and a client that is unknown, deleted or disabled get the same 401. An update says everything anew: what is
//! left out has its default again, what an operator added is gone. Secret and token stay; a new secret is made only
//! for a method of authentication that needs another. Ending a client revokes all that it was granted.
//!
//! # Software statements
//! Metadata that somebody vouches for, as a signed JWT in `software_statement`: they take precedence over what the
//! client says. Whose are taken is a setting: `credenza tenant update NAME --software-statement-issuers FILE`, a JSON
//! list of `{"iss": "…", "jwks": {"keys": […]}}`. Anybody else's are `unapproved_software_statement`; what is not
//! signed by its issuer, has expired, or names another `aud` is `invalid_software_statement`. The statement comes back
//! as it was sent. An update must bring it again to keep what it vouches for.
//!
//! # Clients that nobody uses
//! A client that registered itself and was never used within `unused_client_lifetime` (30 days; `0` is for ever) goes,
//! by the setting of the time at which it registered. It is used when it proves itself to the token, introspection or
//! revocation endpoint, or gets an answer for a person. The first use is written down, later ones write nothing.
