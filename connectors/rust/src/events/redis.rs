//! The Redis Stream of events, by a consumer group: at least once. What a consumer that died leaves is taken over by
//! another; what fails is tried again, and put aside in the end.

use std::collections::HashMap;
use std::fmt::Display;
use std::time::Duration;

use redis::aio::MultiplexedConnection;
use redis::streams::{StreamAutoClaimReply, StreamId, StreamReadReply};
use redis::{AsyncConnectionConfig, Client, RedisError, RedisResult};
use tokio::time::Instant;

use super::stream::{PAUSE, StreamEvent, TRIES, back_off};
use crate::{SettingsError, random, redis_client};

/// How many entries are read at once.
const BATCH: usize = 32;

/// A consumer of the stream.
pub struct RedisStream {
    client: Client,
    stream: String,
    group: String,
    consumer: String,
    claim_after: Duration,
}

/// An entry that is not acknowledged yet.
struct Waiting {
    entry: StreamId,
    tries: u32,
    due: Instant,
}

/// What this consumer has not finished.
#[derive(Default)]
struct Unfinished {
    waiting: HashMap<String, Waiting>,
    /// Handled, but not acknowledged.
    handled: Vec<String>,
}

impl RedisStream {
    /// The stream at this address (`redis://…`), such as `credenza:events`, and the name of the group, which instances of
    /// one application share. The group begins with the first entry of the stream.
    ///
    /// # Errors
    /// [`SettingsError`] names `redis` when the address is none.
    pub fn new(
        url: &str,
        stream: impl Into<String>,
        group: impl Into<String>,
    ) -> Result<Self, SettingsError> {
        let no_name = |error: random::NoRandomness| SettingsError {
            setting: "redis".into(),
            reason: error.to_string(),
        };
        Ok(Self {
            client: redis_client::client(url)?,
            stream: stream.into(),
            group: group.into(),
            consumer: random::token().map_err(no_name)?,
            claim_after: Duration::from_secs(60),
        })
    }

    /// For how long an entry may be with a consumer that does not tell of itself, before another one takes it over: a
    /// minute by default. A handler that takes longer has its event handled twice.
    #[must_use]
    pub fn claim_after(self, claim_after: Duration) -> Self {
        Self { claim_after: claim_after.max(Duration::from_millis(50)), ..self }
    }

    /// Reads for ever. Events are handled one after the other; one whose handler fails is tried again after a while, ten
    /// times in all, while others go on, and is then added to the stream whose name ends in `:dead`. While Redis is lost,
    /// it is asked again every second.
    ///
    /// Dropped at any moment, as when the program stops, it loses nothing: what was not acknowledged is delivered again.
    pub async fn run<E: Display>(self, handler: impl AsyncFn(StreamEvent) -> Result<(), E>) {
        let mut unfinished = Unfinished::default();
        loop {
            if let Err(error) = self.read(&handler, &mut unfinished).await {
                tracing::warn!(target: "credenza", reason = %error, "events cannot be read");
                tokio::time::sleep(PAUSE).await;
            }
        }
    }

    async fn read<E: Display>(
        &self,
        handler: &impl AsyncFn(StreamEvent) -> Result<(), E>,
        unfinished: &mut Unfinished,
    ) -> RedisResult<()> {
        let patience = Duration::from_secs(5);
        let config = AsyncConnectionConfig::new()
            .set_connection_timeout(Some(patience))
            .set_response_timeout(Some(patience));
        let mut connection = self.client.get_multiplexed_async_connection_with_config(&config).await?;
        self.make_group(&mut connection).await?;
        let mut claimed_at: Option<Instant> = None;
        loop {
            self.acknowledge(&mut connection, unfinished).await?;
            if claimed_at.is_none_or(|at| at.elapsed() >= self.claim_after / 2) {
                self.keep(&mut connection, unfinished).await?;
                self.take_over(&mut connection, unfinished).await?;
                claimed_at = Some(Instant::now());
            }
            for entry in self.next(&mut connection, unfinished).await? {
                let waiting = Waiting { tries: 0, due: Instant::now(), entry };
                unfinished.waiting.insert(waiting.entry.id.clone(), waiting);
            }
            self.handle(&mut connection, handler, unfinished).await?;
        }
    }

    async fn make_group(&self, connection: &mut MultiplexedConnection) -> RedisResult<()> {
        let mut command = redis::cmd("XGROUP");
        command.arg("CREATE").arg(&self.stream).arg(&self.group).arg("0").arg("MKSTREAM");
        match command.query_async::<()>(connection).await {
            Err(error) if error.code() != Some("BUSYGROUP") => Err(error),
            _ => Ok(()),
        }
    }

    /// New entries, waiting for them no longer than until something else is due.
    async fn next(
        &self,
        connection: &mut MultiplexedConnection,
        unfinished: &Unfinished,
    ) -> RedisResult<Vec<StreamId>> {
        let due = unfinished.waiting.values().map(|waiting| waiting.due).min();
        let until_due = due.map_or(PAUSE, |due| due.saturating_duration_since(Instant::now()));
        // Nought would be for ever.
        let block = until_due.min(PAUSE).min(self.claim_after / 2).as_millis().max(1);
        let mut command = redis::cmd("XREADGROUP");
        command.arg("GROUP").arg(&self.group).arg(&self.consumer).arg("COUNT").arg(BATCH);
        command.arg("BLOCK").arg(u64::try_from(block).unwrap_or(1)).arg("STREAMS").arg(&self.stream).arg(">");
        let reply: Option<StreamReadReply> = command.query_async(connection).await?;
        Ok(reply.into_iter().flat_map(|reply| reply.keys).flat_map(|key| key.ids).collect())
    }

    /// Tells the group that what waits here is not left.
    async fn keep(&self, connection: &mut MultiplexedConnection, unfinished: &Unfinished) -> RedisResult<()> {
        let ids: Vec<&String> = unfinished.waiting.keys().collect();
        if ids.is_empty() {
            return Ok(());
        }
        let mut command = redis::cmd("XCLAIM");
        command.arg(&self.stream).arg(&self.group).arg(&self.consumer).arg(0).arg(&ids).arg("JUSTID");
        command.query_async::<Vec<String>>(connection).await.map(drop)
    }

    /// Takes what others have left.
    async fn take_over(
        &self,
        connection: &mut MultiplexedConnection,
        unfinished: &mut Unfinished,
    ) -> RedisResult<()> {
        let idle = u64::try_from(self.claim_after.as_millis()).unwrap_or(u64::MAX);
        let mut from = "0-0".to_owned();
        loop {
            let mut command = redis::cmd("XAUTOCLAIM");
            command.arg(&self.stream).arg(&self.group).arg(&self.consumer).arg(idle).arg(&from);
            let reply: StreamAutoClaimReply = command.arg("COUNT").arg(BATCH).query_async(connection).await?;
            for entry in reply.claimed {
                if unfinished.waiting.contains_key(&entry.id) || unfinished.handled.contains(&entry.id) {
                    continue;
                }
                let tries = self.deliveries(connection, &entry.id).await?.saturating_sub(1);
                let waiting = Waiting { tries, due: Instant::now(), entry };
                unfinished.waiting.insert(waiting.entry.id.clone(), waiting);
            }
            if reply.next_stream_id == "0-0" {
                return Ok(());
            }
            from = reply.next_stream_id;
        }
    }

    /// How often an entry was delivered: one that ends every process that handles it must not do so for ever.
    async fn deliveries(&self, connection: &mut MultiplexedConnection, id: &str) -> RedisResult<u32> {
        let mut command = redis::cmd("XPENDING");
        command.arg(&self.stream).arg(&self.group).arg(id).arg(id).arg(1);
        let pending: Vec<(String, String, u64, u32)> = command.query_async(connection).await?;
        Ok(pending.first().map_or(1, |(_, _, _, deliveries)| *deliveries))
    }

    async fn handle<E: Display>(
        &self,
        connection: &mut MultiplexedConnection,
        handler: &impl AsyncFn(StreamEvent) -> Result<(), E>,
        unfinished: &mut Unfinished,
    ) -> RedisResult<()> {
        let now = Instant::now();
        let due = unfinished.waiting.iter().filter(|(_, waiting)| waiting.due <= now);
        let mut due: Vec<(u64, u64, String)> = due.map(|(id, _)| order(id)).collect();
        due.sort_unstable();
        for (_, _, id) in due {
            let Some(waiting) = unfinished.waiting.get_mut(&id) else { continue };
            let outcome = match event(&waiting.entry) {
                _ if waiting.tries >= TRIES => Err(Some("it was delivered too often".to_owned())),
                Some(event) => handler(event).await.map_err(|error| Some(error.to_string())),
                None => Err(None),
            };
            waiting.tries = waiting.tries.saturating_add(1);
            let reason = match outcome {
                Ok(()) => None,
                Err(Some(reason)) if waiting.tries < TRIES => {
                    tracing::warn!(target: "credenza", id, tries = waiting.tries, reason, "an event is not handled yet");
                    waiting.due = Instant::now() + back_off(waiting.tries);
                    continue;
                }
                Err(reason) => Some(reason.unwrap_or_else(|| "it has no JSON as body".to_owned())),
            };
            if let Some(reason) = reason {
                tracing::error!(target: "credenza", id, reason, "an event is put aside");
                self.put_aside(connection, &waiting.entry).await?;
            }
            unfinished.waiting.remove(&id);
            unfinished.handled.push(id);
        }
        Ok(())
    }

    async fn put_aside(&self, connection: &mut MultiplexedConnection, entry: &StreamId) -> RedisResult<()> {
        let mut command = redis::cmd("XADD");
        command.arg(format!("{}:dead", self.stream)).arg("*");
        for (name, value) in &entry.map {
            let value: Vec<u8> = redis::from_redis_value_ref(value).map_err(RedisError::from)?;
            command.arg(name).arg(value);
        }
        if entry.map.is_empty() {
            // An entry has to have a field; this one was deleted from the stream meanwhile.
            command.arg("entry").arg(&entry.id);
        }
        command.query_async::<String>(connection).await.map(drop)
    }

    async fn acknowledge(
        &self,
        connection: &mut MultiplexedConnection,
        unfinished: &mut Unfinished,
    ) -> RedisResult<()> {
        if unfinished.handled.is_empty() {
            return Ok(());
        }
        let mut command = redis::cmd("XACK");
        command.arg(&self.stream).arg(&self.group).arg(&unfinished.handled);
        command.query_async::<u64>(connection).await?;
        unfinished.handled.clear();
        Ok(())
    }
}

fn event(entry: &StreamId) -> Option<StreamEvent> {
    let text = |name: &str| entry.get::<String>(name);
    let body = serde_json::from_str(&text("body")?).ok()?;
    Some(StreamEvent {
        id: text("id").unwrap_or_else(|| entry.id.clone()),
        kind: text("type").unwrap_or_default(),
        tenant: text("tenant").unwrap_or_default(),
        body,
    })
}

/// The order of entries: their ids are two numbers.
fn order(id: &str) -> (u64, u64, String) {
    let (time, number) = id.split_once('-').unwrap_or((id, "0"));
    (time.parse().unwrap_or(0), number.parse().unwrap_or(0), id.to_owned())
}
