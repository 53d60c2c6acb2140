//! Access to Redis: one place that knows whether it is available.
//!
//! A command that meets a dead connection marks Redis as unavailable for everybody: from then on nobody waits for
//! it, until the watch, which checks every second, finds it again. Connections belong to the pool; a command uses a
//! clone of one, so that nobody waits for another's reply.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Weak};
use std::time::Duration;

use bb8_redis::bb8::{ErrorSink, Pool};
use bb8_redis::redis::{
    Cmd, ErrorKind, FromRedisValue, RedisError, RedisResult, Script, ScriptInvocation, ServerErrorKind,
};
use credenza_protocol::ids::TenantId;
use tokio::sync::Notify;

use super::manager::{Link, Manager, NoLink};
use super::since;
use crate::{OpenError, RedisOptions, RedisStatus, StoreError};

/// The number of connections. Each carries any number of commands at once; the second takes over when one dies.
const LINKS: u32 = 2;
/// How often the watch checks.
const WATCH: Duration = Duration::from_secs(1);
/// After this a connection is replaced, and the server behind it checked again.
const LINK_LIFE: Duration = Duration::from_secs(300);

/// Why Redis gave no reply.
#[derive(Debug)]
pub(super) enum Fault {
    /// Nothing was sent, or Redis refused the command.
    Away(StoreError),
    /// The command was sent and not answered: it may have been executed or not.
    Lost(StoreError),
}

impl From<Fault> for StoreError {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::Away(error) | Fault::Lost(error) => error,
        }
    }
}

/// Redis, as the nouns use it.
pub(super) struct Redis {
    pool: Pool<Manager>,
    prefix: String,
    up: RedisStatus,
    /// Whether it was logged, since Redis became unavailable, that the server is unsuitable.
    unfit: Arc<AtomicBool>,
    look: Arc<Notify>,
}

impl Redis {
    /// Connects, and starts the watch. If nothing answers, the nouns do without it until something does.
    pub(super) async fn open(options: &RedisOptions) -> Result<Arc<Self>, OpenError> {
        let manager = Manager::new(options).map_err(|error| OpenError::Redis(error.to_string()))?;
        let unfit = Arc::new(AtomicBool::new(false));
        let builder = Pool::builder()
            .max_size(LINKS)
            .min_idle(LINKS)
            .max_lifetime(LINK_LIFE)
            .test_on_check_out(false)
            .connection_timeout(options.connect_timeout)
            .error_sink(Box::new(Sink(Arc::clone(&unfit))));
        let redis = Arc::new(Self {
            pool: builder.build_unchecked(manager),
            prefix: options.prefix.clone(),
            up: RedisStatus(Arc::new(AtomicBool::new(true))),
            unfit,
            look: Arc::default(),
        });
        // Tried apart from the pool, which does not tell why it has no connection.
        match Manager::new(options).map_err(NoLink::from) {
            Ok(manager) => match bb8_redis::bb8::ManageConnection::connect(&manager).await {
                Ok(link) => drop(redis.touch(link).await),
                Err(NoLink::Unfit(reason)) => return Err(OpenError::Redis(reason)),
                Err(NoLink::Away(error)) => redis.went(&error),
            },
            Err(error) => return Err(OpenError::Redis(error.to_string())),
        }
        tokio::spawn(watch(Arc::downgrade(&redis), Arc::clone(&redis.look)));
        Ok(redis)
    }

    /// Whether it answers.
    pub(super) fn status(&self) -> RedisStatus {
        self.up.clone()
    }

    /// The key of something of that tenant. The length keeps `a` with `b:c` apart from `a:b` with `c`.
    pub(super) fn key(&self, noun: &str, tenant: &TenantId, rest: &str) -> String {
        let tenant = tenant.as_str();
        format!("{}v1:{noun}:{}:{tenant}:{rest}", self.prefix, tenant.len())
    }

    /// The key of something that belongs to no tenant.
    pub(super) fn common_key(&self, name: &str) -> String {
        format!("{}v1:{name}", self.prefix)
    }

    /// The key that says since when Redis remembers.
    pub(super) fn since_key(&self) -> String {
        self.common_key(since::KEY)
    }

    /// Checks that connection, and records a new memory.
    async fn touch(&self, link: Link) -> Result<(), Fault> {
        let keys = [self.since_key()];
        let touched = self.script_on(link, &since::TOUCH, &keys, |call, link| {
            call.arg(&*link.memory).arg(since::LIFE_MS);
        });
        touched.await.map(|_: i64| ())
    }

    /// Runs a command.
    pub(super) async fn command<T: FromRedisValue>(&self, command: &Cmd) -> Result<T, Fault> {
        let mut link = self.link().await?;
        let answer = command.query_async(&mut link.connection).await;
        self.judge(&link, answer)
    }

    /// Runs a script by its hash, and loads it if Redis does not have it yet.
    pub(super) async fn script<T: FromRedisValue>(
        &self,
        script: &Script,
        keys: &[String],
        args: impl FnOnce(&mut ScriptInvocation<'_>, &Link),
    ) -> Result<T, Fault> {
        let link = self.link().await?;
        self.script_on(link, script, keys, args).await
    }

    /// Like [`Redis::script`], on this connection.
    async fn script_on<T: FromRedisValue>(
        &self,
        mut link: Link,
        script: &Script,
        keys: &[String],
        args: impl FnOnce(&mut ScriptInvocation<'_>, &Link),
    ) -> Result<T, Fault> {
        let mut call = script.prepare_invoke();
        for key in keys {
            call.key(key);
        }
        args(&mut call, &link);
        let answer = call.invoke_async(&mut link.connection).await;
        self.judge(&link, answer)
    }

    /// A connection, unless Redis is known to be unavailable.
    async fn link(&self) -> Result<Link, Fault> {
        if !self.up.is_up() {
            return Err(away("it is unavailable"));
        }
        self.take().await.inspect_err(|fault| {
            let (Fault::Away(error) | Fault::Lost(error)) = fault;
            self.went(error);
        })
    }

    /// A clone of a connection of the pool. A broken one is dropped with its guard, and the pool opens
    /// another in its place.
    async fn take(&self) -> Result<Link, Fault> {
        for _ in 0..=LINKS {
            let link = self.pool.get().await.map_err(|_| away("no connection"))?.clone();
            if !link.is_broken() {
                return Ok(link);
            }
        }
        Err(away("no connection"))
    }

    fn judge<T>(&self, link: &Link, answer: RedisResult<T>) -> Result<T, Fault> {
        answer.map_err(|error| match error.kind() {
            ErrorKind::Server(ServerErrorKind::ReadOnly | ServerErrorKind::BusyLoading) => {
                link.mark_broken();
                self.went(&error);
                Fault::Away(refused(&error))
            }
            ErrorKind::Server(_) | ErrorKind::Extension => Fault::Away(refused(&error)),
            _ => {
                link.mark_broken();
                self.went(&error);
                Fault::Lost(refused(&error))
            }
        })
    }

    /// Redis does not answer: logged once, however many notice. The watch checks at once, since only one connection
    /// may have died.
    fn went(&self, error: &dyn std::fmt::Display) {
        if self.up.0.swap(false, Ordering::Relaxed) {
            tracing::warn!(%error, "Redis is unavailable: continuing without it");
        }
        self.look.notify_one();
    }

    /// Checks every connection; Redis is available if they all answer.
    async fn check(&self) {
        for _ in 0..LINKS {
            let looked = match self.take().await {
                Ok(link) => self.touch(link).await,
                Err(fault) => Err(fault),
            };
            if let Err(Fault::Away(error) | Fault::Lost(error)) = looked {
                if self.up.0.swap(false, Ordering::Relaxed) {
                    tracing::warn!(%error, "Redis is unavailable: continuing without it");
                }
                return;
            }
        }
        if !self.up.0.swap(true, Ordering::Relaxed) {
            self.unfit.store(false, Ordering::Relaxed);
            tracing::info!("Redis is available again");
        }
    }
}

/// Checks every second, and at once when a command failed, for as long as the client is in use.
async fn watch(redis: Weak<Redis>, look: Arc<Notify>) {
    loop {
        let _ = tokio::time::timeout(WATCH, look.notified()).await;
        let Some(redis) = redis.upgrade() else { return };
        redis.check().await;
    }
}

fn away(reason: &str) -> Fault {
    Fault::Away(StoreError::new(format_args!("Redis: {reason}")))
}

fn refused(error: &RedisError) -> StoreError {
    StoreError::new(format_args!("Redis: {error}"))
}

/// Receives why the pool has no connection. An unsuitable server is logged as an error, once, since it stays so.
#[derive(Clone, Debug)]
struct Sink(Arc<AtomicBool>);

impl ErrorSink<NoLink> for Sink {
    fn sink(&self, error: NoLink) {
        match error {
            NoLink::Unfit(reason) if !self.0.swap(true, Ordering::Relaxed) => {
                tracing::error!(reason, "Redis cannot be used");
            }
            NoLink::Unfit(_) => {}
            NoLink::Away(error) => tracing::debug!(%error, "no connection to Redis"),
        }
    }

    fn boxed_clone(&self) -> Box<dyn ErrorSink<NoLink>> {
        Box::new(self.clone())
    }
}
