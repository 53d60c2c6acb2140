//! Revocations: how services that check tokens themselves hear of what was revoked.
//!
//! # Which way
//! An access token in the form of a JWT is good by its signature until it expires, ten minutes after it was made
//! (`access_token_lifetime` of the tenant). What a service should do about one that was revoked before depends on what
//! an answer within those minutes could cost:
//!
//! | way | a revoked token dies | costs |
//! |---|---|---|
//! | neither | when it expires | nothing |
//! | the feed | within seconds | one small request every few seconds and process, however many tokens it checks |
//! | introspection (RFC 7662) | at once | a request, with client credentials, for each token that is checked |
//!
//! The feed is right for most services. Introspection is for opaque tokens, which say nothing by themselves, and for
//! where not one call may come through. Neither is right where tokens live for a minute.
//!
//! # The feed
//! `GET {issuer}/revocations`, for everybody, as `/jwks` is. The metadata do not name it: no specification knows such a
//! member, and the certification suite warns of those. It is a JWT
//! (`application/revocations+jwt`) of `typ` `revocations+jwt`, signed by the tenant's ES256 key, with `iss`, `iat`,
//! `exp` a minute later, and `revoked`, a list:
//!
//! ```json
//! {"iss":"https://id.example","iat":1800000000,"exp":1800000060,
//!  "revoked":[{"gid":"0f3a…"},{"jti":"77b1…"},{"client_id":"shop","before":1799999990}]}
//! ```
//!
//! An entry names one claim. Every token of this issuer that has the same value in it is dead; with `before`, every one
//! whose `iat` is not later. The claims are `gid`, the grant of a token; `jti`, the token; `client_id`; and `sub`. Whoever
//! checks the feed must check its signature, `typ`, `iss` and `exp` before anything that it says; one that does not come,
//! or not in order, is no empty one: go on with the last, and stop taking tokens when that is too old for you.
//!
//! In it is whatever introspection would call inactive before its time: a grant that was revoked at `/revoke`, by a code
//! or a refresh token that came twice, by a consent that was withdrawn, by the end of its session, by a new password, by a
//! user who was disabled or deleted; a single access token that was revoked; a client that was disabled or deleted, with
//! all tokens of its users and its own (without `before` until it is enabled again). An entry stays until the last token
//! that it could concern has expired, and five minutes more for validators that take them so much longer. Lowering
//! `access_token_lifetime` takes none away early. Opaque tokens are not in it.
//!
//! # What delays add up
//! - The provider makes the feed anew once a second and node, when it is asked: a second at most.
//! - `Cache-Control: max-age=1`, for a cache between: another second. One that keeps it longer than it says does harm.
//! - How often the service asks: its own setting, some seconds.
//! - The fetch itself.
//!
//! So with an interval of five seconds a revoked token is dead everywhere after about six. Times are compared by the
//! second, by the clock of the node that wrote them: keep nodes on one time. A client that is enabled again in the very
//! second in which it was disabled has tokens of that second that are dead.
//!
//! # How large it gets
//! Entries are some forty bytes. One for each grant and for each single token, up to 10,000 of each: at most about a
//! megabyte and a half in transit. Where more grants are revoked within the lifetime of a token, the feed names instead
//! the people who gave them, by `sub` and `before`; and where those are more than 10,000, their clients, by `client_id` and
//! `before`. Single tokens become their client in the same way. Then more is dead than was revoked: other tokens of those
//! people, or of that client, that were made before the last revocation. Who has a refresh token gets a new one with the
//! next refresh, and that lives. Never is less dead than was revoked. Entries of clients themselves are not bounded: an
//! operator makes them, or a client that deletes itself.
//!
//! # What it costs here
//! Nothing is written where a grant is revoked that was not written before: the grant is looked at. A thousand services
//! that ask every second cost each node one look at the database, of four short index scans, and one signature.
