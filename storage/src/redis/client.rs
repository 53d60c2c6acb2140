//! The way to Redis: one place that knows whether it is there.
//!
//! A command that meets a dead connection says so to everybody: from then on nobody waits for Redis, until
//! the watch, which looks every second, finds it again. Connections are the pool's; a command works on a
//! clone of one, so that nobody waits for another's answer.

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
use crate::{OpenError, RedisOptions, StoreError};

/// Connections at most. Each carries any number of commands at once; the second is there when one dies.
const LINKS: u32 = 2;
/// How often the watch looks.
const WATCH: Duration = Duration::from_secs(1);
/// After this a connection is made anew, and the server behind it looked at again.
const LINK_LIFE: Duration = Duration::from_secs(300);

/// Why Redis gave no answer.
#[derive(Debug)]
pub(super) enum Fault {
    /// Nothing was asked, or Redis said that it did not do it.
    Away(StoreError),
    /// It was asked and did not answer: it may have done it or not.
    Lost(StoreError),
}

impl From<Fault> for StoreError {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::Away(error) | Fault::Lost(error) => error,
        }
    }
}

/// Whether Redis answers, for whoever runs the server.
#[derive(Clone, Debug)]
pub struct RedisStatus(Arc<AtomicBool>);

impl RedisStatus {
    /// Whether it answered when it was last asked, which is at most a second ago.
    #[must_use]
    pub fn is_up(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// Redis, as the nouns use it.
pub(super) struct Redis {
    pool: Pool<Manager>,
    prefix: String,
    up: RedisStatus,
    /// It was said that the server is unfit, since Redis went away.
    unfit: Arc<AtomicBool>,
    look: Arc<Notify>,
}

impl Redis {
    /// Connects, and begins to watch. Where nothing answers, the nouns do without until something does.
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
        // Asked apart from the pool, which keeps to itself why it has no connection.
        match Manager::new(options).map_err(NoLink::from) {
            Ok(manager) => match bb8_redis::bb8::ManageConnection::connect(&manager).await {
                Ok(link) => drop(since::touch(&redis, link).await),
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

    /// The key of a thing of that tenant. The length keeps `a` with `b:c` apart from `a:b` with `c`.
    pub(super) fn key(&self, noun: &str, tenant: &TenantId, rest: &str) -> String {
        let tenant = tenant.as_str();
        format!("{}v1:{noun}:{}:{tenant}:{rest}", self.prefix, tenant.len())
    }

    /// The key of a thing that belongs to no tenant.
    pub(super) fn common_key(&self, name: &str) -> String {
        format!("{}v1:{name}", self.prefix)
    }

    /// Runs a command.
    pub(super) async fn command<T: FromRedisValue>(&self, command: &Cmd) -> Result<T, Fault> {
        let mut link = self.link().await?;
        let answer = command.query_async(&mut link.connection).await;
        self.judge(&link, answer)
    }

    /// Runs a script by its hash, and hands it over where Redis does not have it yet.
    pub(super) async fn script<T: FromRedisValue>(
        &self,
        script: &Script,
        keys: &[String],
        args: impl FnOnce(&mut ScriptInvocation<'_>, &Link),
    ) -> Result<T, Fault> {
        let link = self.link().await?;
        self.script_on(link, script, keys, args).await
    }

    /// As [`Redis::script`], on this connection.
    pub(super) async fn script_on<T: FromRedisValue>(
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

    /// A connection, unless Redis is known to be away.
    async fn link(&self) -> Result<Link, Fault> {
        if !self.up.is_up() {
            return Err(away("it is away"));
        }
        self.take().await.inspect_err(|fault| {
            let (Fault::Away(error) | Fault::Lost(error)) = fault;
            self.went(error);
        })
    }

    /// A clone of a connection of the pool. A broken one is left behind with its guard, and the pool makes
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

    /// Redis does not answer: said once, however many notice. The watch looks at once, since it may be one
    /// connection only that died.
    fn went(&self, error: &dyn std::fmt::Display) {
        if self.up.0.swap(false, Ordering::Relaxed) {
            tracing::warn!(%error, "Redis is away: going on without it");
        }
        self.look.notify_one();
    }

    /// Looks at every connection; Redis is there if they all answer.
    async fn check(&self) {
        for _ in 0..LINKS {
            let looked = match self.take().await {
                Ok(link) => since::touch(self, link).await,
                Err(fault) => Err(fault),
            };
            if let Err(Fault::Away(error) | Fault::Lost(error)) = looked {
                if self.up.0.swap(false, Ordering::Relaxed) {
                    tracing::warn!(%error, "Redis is away: going on without it");
                }
                return;
            }
        }
        if !self.up.0.swap(true, Ordering::Relaxed) {
            self.unfit.store(false, Ordering::Relaxed);
            tracing::info!("Redis is back");
        }
    }
}

/// Looks every second, and at once when a command failed, for as long as anybody uses the client.
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

/// Hears why the pool has no connection. An unfit server is told loudly, and once, since it stays so.
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
