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
//! encrypted under it, and refresh tokens and forms are bound to it: without it a copy of the database opens
//! nothing, and with another one the server does not start.
//!
//! # Behind a proxy
//! The proxy ends TLS and passes requests on. List its network in `trusted_proxies`, or failed sign-ins
//! of everybody count for the proxy's one address. Nothing else is taken from forwarded headers; the issuer is
//! a setting, so `Host` does not matter. Or let Credenza end TLS itself: `tls_cert` and `tls_key`.
//!
//! # The database
//! One SQLite file in WAL mode, written by one thread that groups commits, each synced to the disk before
//! anything that depends on it is answered. Back it up with SQLite's own means (`sqlite3 FILE ".backup COPY"`);
//! copying the file alone may miss what stands in the WAL. The CLI works on the same file while the server
//! runs, and the server sees each change with its next request.
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
