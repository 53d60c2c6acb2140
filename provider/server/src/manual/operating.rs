//! Operating.
//!
//! # Starting
//! `credenza dev` needs no settings and is for trying things out. `credenza serve` is for people: it wants a
//! master key and an https issuer, and says exactly which setting is wrong. `credenza check-config` shows what
//! is in force.
//!
//! # The master key
//! 32 random bytes in base64, as `CREDENZA_MASTER_KEY` or in a file named by `CREDENZA_MASTER_KEY_FILE`
//! (`openssl rand -base64 32` makes one). Private keys and the secrets of `client_secret_jwt` clients are
//! encrypted under it, and so is the root secret that refresh tokens and forms are bound to: without it a copy
//! of the database opens nothing, and with another one the server does not start.
//!
//! To change it, with nothing interrupted:
//! 1. Make the new key. Where several servers run, restart each with the new key in `master_keys_previous`
//!    (a list; `CREDENZA_MASTER_KEYS_PREVIOUS`, comma-separated, or `…_FILE`), so that all can open what one of
//!    them will seal under it. With one server, leave this step out.
//! 2. Restart each with the new key as `master_key` and the old one in `master_keys_previous`. New things are
//!    sealed under the new key, old ones still open; the log of each start says how many wait.
//! 3. `credenza key reseal` seals them anew, while servers run. It may be interrupted and said again; run it until
//!    it says that none is left (`--check` only looks).
//! 4. Restart without `master_keys_previous`, and destroy the old key. `credenza check-config --database` says
//!    before whether everything opens. Where something is left, what it is stands in the log; the server does not
//!    start while the root secret or a key of the default tenant does not open.
//!
//! Backups from before stay under the old key: keep it for as long as you keep them. If the master key is lost,
//! what is sealed is lost: people, clients and their grants are still there, but not the signing keys, nor any
//! refresh token. Keep a copy of it apart from the database's.
//!
//! # Signing keys
//! Each tenant has a key for each algorithm, made at its first use. They are changed by a schedule: after
//! `keys.rotate_every` (90 days; `0` is never) another signs, which has been published at `/jwks` since
//! `keys.publish_before` (a day). Its predecessor stays published until all that it signed is dead (the longest
//! lifetime of a token and two minutes more, a day at least) and is then deleted. Every server does this by
//! itself, once a minute; of several one makes each key, and all see it with their next request. `credenza key
//! list` shows it. Making a key holds up no request.
//!
//! Whoever checks tokens must fetch `/jwks` again when its copy is older than it says (a minute) or a `kid` is
//! unknown. An ID token that is older than its key is no `id_token_hint` any more; the person is then asked.
//!
//! `credenza key rotate` makes the next keys before their time, with the same notice, and `--now` with two minutes'
//! notice: the minute for which copies of the key set are kept, and one for clocks that differ. If a private key
//! has got out, `credenza key disable` is what helps: what it signed is worth nothing at once, here, and elsewhere
//! when copies of the key set are renewed. A disabled key stays as it is until somebody enables or deletes it.
//!
//! `credenza key import --algorithm ES256 --file key.pem` takes a key that was made elsewhere (PEM: PKCS#8, PKCS#1 or
//! SEC1, not encrypted; `-` is standard input). It signs in an hour, or from `--active-at` on; with a time that lies
//! before that of the present key it only verifies, and goes as predecessors do.
//!
//! # Encryption keys
//! Each tenant also has a key for each way in which others may encrypt to it (`use: enc` at `/jwks`), made when the key set
//! is first asked for. They lie sealed under the master key like the others, and sign nothing. The schedule leaves them
//! alone; `credenza key rotate` without an algorithm puts new ones in their place at once, and the old ones decrypt until
//! the next time.
//!
//! # Behind a proxy
//! The proxy ends TLS and passes requests on. List its network in `trusted_proxies`, or failed sign-ins
//! of everybody count for the proxy's one address. Nothing else is taken from forwarded headers; the issuer is
//! a setting, so `Host` does not matter. Or let Credenza end TLS itself: `tls_cert` and `tls_key`.
//!
//! # Fetches
//! Some of what clients register is a URL that the provider itself fetches: `jwks_uri`, `request_uris`, and more. It
//! fetches over https alone, from public addresses alone, follows no redirect, and gives up after
//! `egress.timeout_seconds` (5). What is private is not reached, whatever name leads there, unless
//! `egress.allow` lists it: host names (exactly these, whichever their addresses), addresses, networks. For
//! clients in a network of your own, list as little as they need. `egress.ca_file` names a PEM file of authorities that
//! are believed besides the web's. There is no proxy for these fetches. How they end is counted by
//! `credenza_egress_fetches_total`; why one failed stands in the log, and is never told to the client.
//!
//! # The database
//! `database_url` names it: `sqlite:FILE`, `postgres://USER:PASSWORD@HOST:PORT/NAME` or `mysql://…` (MySQL and
//! MariaDB). The tables are made and brought up to date at each start, by one starter at a time, or by `credenza
//! migrate`. All three keep one contract, which the same tests try on each.
//!
//! **SQLite** is one file in WAL mode, written by one thread that groups commits, each synced to the disk before
//! anything that depends on it is answered. Back it up with SQLite's own means (`sqlite3 FILE ".backup COPY"`);
//! copying the file alone may miss what stands in the WAL. The CLI works on the same file while the server
//! runs, and the server sees each change with its next request. One file is for one machine.
//!
//! **PostgreSQL** (15 is tested) and **MySQL/MariaDB** (MariaDB 10.11 is tested) are for several nodes. The user needs
//! to own the database's tables. TLS is checked against the web's authorities or those of `?sslrootcert=FILE`, and
//! used with every host but this machine's own, unless the URL says `?sslmode=disable`; modes that encrypt without
//! looking who answers are refused. PostgreSQL connects to a server that takes writes only, never to a replica: what
//! is read and spent must be the truth. Every connection is set to READ COMMITTED, on which the queries count.
//! `database.pool_size` (16) connections a node at most; who waits longer than `database.wait_timeout_seconds` (5) for one
//! is told 503. Connections that the server ended are made anew, each after at most one failed request. Leave the
//! server's own durability on (`synchronous_commit`, `innodb_flush_log_at_trx_commit = 1`): what was answered is kept as
//! safely as the server keeps it.
//!
//! # Several nodes
//! Any number of nodes on one PostgreSQL or MySQL, with the same issuer, master key and (if any) Redis, behind any
//! proxy that passes requests on; no stickiness, since nothing that matters stands in a process. What a node knows by
//! heart - tenants, clients, keys - it asks the database about by a number that each change moves: its own changes
//! count at once, those of others after five milliseconds. Grants are looked at in the database each time.
//! Stop a node with SIGTERM: it answers what it has begun.
//!
//! # Redis
//! Optional, named by `redis_url` (`redis://` or, with TLS, `rediss://`; `redis.ca_file` names the certificates to
//! trust instead of the web's). It takes what lives shortly off the database: pending requests, codes until they
//! are redeemed, used assertions, the counts of failed sign-ins, and for two seconds each session that was just
//! read. All nodes, and the command line, must name the same Redis, or none. Every key begins with
//! `redis.prefix` (`credenza:`) and ends by itself.
//!
//! One server, or one with replicas that take over at the same address; not a cluster. Its `maxmemory-policy`
//! must be `noeviction` if it has a `maxmemory`: a Redis that forgets at will is refused. Persistence is not
//! needed. Its clock must agree with the nodes' to half a minute. In it are hashes of secrets, never a
//! secret; but also, for two seconds, sessions with the claims of their people, and in requests what clients asked
//! for, all in the clear: guard it as you guard the database.
//!
//! Redis gone, or slow beyond `redis.command_timeout_ms` (500; `redis.connect_timeout_ms` is 1000), the provider
//! goes on or refuses, never guesses. It is ready without it: `/readyz` says `redis: down`, the gauge
//! `credenza_redis_up` is 0, and one line of the log tells when it went and one when it came back. It is looked for
//! every second.
//!
//! | | Redis does not answer | Redis is back | its memory is new, old or flushed |
//! |---|---|---|---|
//! | requests under way | new ones begin in the database; what is in neither is 503, never "gone" | each goes on where it is | lost ones begin again; one from old data can be answered once more by the same browser |
//! | codes | new ones are the database's; what is unknown there is 503; reuse of spent ones is seen | those that waited and live are good | those that waited are refused; none is good twice, and no grant is lost |
//! | assertions (`private_key_jwt`, `client_secret_jwt`) | 503; clients with other methods go on | as before | those issued before the new memory, or within its first minute, are 503, since they may have been used |
//! | failed sign-ins | counted in the database | counted in Redis again; each keeps its own count | counted from none |
//! | sessions | read in the database | kept again | nothing kept before counts |
//! | ending a session, changing or disabling a user, a new password | the answer waits three seconds, as long as another node might believe what it kept | at once | at once |
//!
//! What was being asked at the very moment when Redis went is 503 where it may or may not have been done. A
//! full Redis, or one that became a replica, is like one that does not answer. While a node cannot reach Redis and
//! others can, a code that waits there is not told of the end of its session; it lives for a minute at most.
//! When a replica takes over, for two seconds a node may still believe a session that another one has ended.
//!
//! # Health
//! `/livez` answers while the process does; `/readyz` if the store can be written. `/metrics` stands on a
//! listener of its own (`metrics_listen`). On SIGTERM the server takes no more connections, finishes what is
//! under way, and closes the store.
//!
//! # Logs
//! JSON lines on standard error, with the id of the request in each, the same as `x-request-id` and the
//! support code of the error pages. A refusal is logged with the section of the spec that was broken. Secrets
//! have no printed form, and queries are not logged.
