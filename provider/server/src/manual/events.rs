//! # Events
//! What other systems are told of changes: users, sessions, revoked grants, clients, keys, tenants. Each event is
//! written to the database in the transaction of what it tells, so that none is lost and none is told that did
//! not happen, whether a server or the command line did it. From there a server takes it to a Redis Stream, to
//! NATS JetStream, or to both. Without these settings nothing is written, and it costs nothing.
//!
//! ```toml
//! [events]
//! redis = true                                # a stream in the Redis of redis_url
//! redis_max_len = 1000000                     # the oldest entries beyond are dropped, roughly
//! nats_url = "tls://user:password@nats:4222"  # or CREDENZA_EVENTS__NATS_URL, or …_FILE
//! nats_stream = "CREDENZA"
//! nats_create_stream = false                  # true: the stream is made if there is none
//! ```
//!
//! # The envelope
//! That of CloudEvents 1.0, as JSON (`credenza_protocol::event`):
//!
//! | attribute | |
//! |---|---|
//! | `specversion` | `1.0` |
//! | `id` | random; the same in each delivery and at each sink |
//! | `source` | `credenza` |
//! | `type` | as below |
//! | `subject` | the id of what it is about |
//! | `time` | when it happened, by the clock of the node (RFC 3339, UTC, whole seconds) |
//! | `datacontenttype` | `application/json` |
//! | `tenantid` | the id of the tenant |
//! | `dataversion` | `1`; fields and types may be added without a new version, so take what you do not know for nothing |
//! | `data` | as below |
//!
//! ```json
//! {"specversion":"1.0","id":"4be1…","source":"credenza","subject":"2f9c…","time":"2026-01-31T09:30:00Z",
//!  "datacontenttype":"application/json","tenantid":"91d0…","dataversion":"1",
//!  "type":"user.signed_in","data":{"user_id":"2f9c…","sid":"77aa…","amr":["pwd"]}}
//! ```
//!
//! | type | data | when |
//! |---|---|---|
//! | `tenant.created`, `.updated`, `.disabled`, `.enabled`, `.deleted` | `tenant_id` | a deleted tenant takes everything of it along, untold |
//! | `user.created`, `.updated`, `.password_changed`, `.disabled`, `.enabled`, `.deleted` | `user_id` | |
//! | `user.signed_in` | `user_id`, `sid`, `amr` | each time a person proves who they are |
//! | `session.started` | `user_id`, `sid`, `amr` | |
//! | `session.ended` | `user_id`, `sid` | without `sid`: every session of the user. One that expires is not told |
//! | `grant.revoked` | some of `grant_id`, `client_id`, `user_id`, `sid`, `except_offline` | every grant that has all of these ids, but for those with `offline_access` if `except_offline` is true |
//! | `client.created`, `.updated`, `.disabled`, `.enabled`, `.deleted` | `client_id` | |
//! | `key.created` | `kid`, `algorithm`, `active_at` | also by the schedule |
//! | `key.scheduled` | `kid`, `active_at` or `retire_at` | in seconds since the epoch; with neither it stays |
//! | `key.disabled`, `.enabled`, `.retired`, `.deleted` | `kid` | `.retired` is by the schedule |
//!
//! What revokes many grants tells it once: a disabled, deleted or newly passworded user, a disabled or deleted
//! client, an ended session, a consent that is withdrawn. There is no secret in an event, and of a person nothing
//! but ids: who needs a name or an address asks for it by the id.
//!
//! # What is promised
//! - **At least once.** An event is crossed off when the sink has acknowledged it. Whoever dies between the
//!   two leaves it to be delivered again: remember the ids you have done, and do each once.
//! - **In order for each subject.** Not between subjects. A node that delivers holds a lease of ten seconds; if it
//!   hangs for longer and comes back, what it had in hand may arrive a second time, late. Who leaves out known
//!   ids sees the right order.
//! - **A sink that is away loses nothing.** Events wait in the database and are tried again, at least every ten
//!   seconds, in order. After seven days they are dropped, and the log says so. Sinks do not wait for each
//!   other, requests do not wait for sinks, and `/readyz` does not ask them.
//!
//! `/metrics` has `credenza_events_pending`, `credenza_events_published_total` and
//! `credenza_event_failures_total`, each by sink. The command line writes events if it has the same settings as
//! the servers: give it the same file.
//!
//! # Redis
//! Entries of the stream `{redis.prefix}events` have the fields `id`, `type`, `tenant` and `body`, the envelope. Read it
//! with a consumer group (`XREADGROUP`). Redis acknowledges what it has in memory: how much of that outlives
//! it is a matter of its `appendonly`, `appendfsync` and replicas.
//!
//! # NATS
//! The subject is `credenza.events.{tenant id}.{type}`: `credenza.events.*.grant.revoked` are all revocations. The
//! message is the envelope; `Nats-Msg-Id` is its id, so that JetStream drops what comes again within its window
//! (two minutes, unless set otherwise). A stream of your own must take `credenza.events.>`. `tls://` trusts the
//! system's certificates, or those that `SSL_CERT_FILE` names.
