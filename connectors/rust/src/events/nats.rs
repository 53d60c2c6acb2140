//! Events from NATS JetStream, by a durable consumer: at least once. The server remembers what was handled, and delivers
//! again what was not.

use std::convert::Infallible;
use std::fmt::Display;
use std::time::Duration;

use async_nats::jetstream::consumer::{AckPolicy, Consumer, DeliverPolicy, pull};
use async_nats::jetstream::{AckKind, Context, Message};
use async_nats::{Client, Error, HeaderMap};
use futures_util::StreamExt;
use serde_json::Value;

use super::stream::{PAUSE, StreamEvent, TRIES, back_off};

/// How long a read waits for an event.
const READ: Duration = Duration::from_secs(2);
/// How long an answer of the server may take.
const PATIENCE: Duration = Duration::from_secs(5);
/// What the provider's subjects begin with: a tenant and a type follow.
const PREFIX: &str = "credenza.events.";

/// A reader of a stream, one of those that share a durable consumer.
pub struct NatsStream {
    client: Client,
    stream: String,
    durable: String,
    subject: String,
    ack_wait: Duration,
    dead: Option<String>,
}

impl NatsStream {
    /// A stream, such as `CREDENZA`, and the name of the durable consumer, which instances of one application share. The
    /// consumer is made unless it is there, and begins with the first event of the stream; one that is there keeps its
    /// settings.
    ///
    /// The connection should be made with `retry_on_initial_connect`, so that the application starts without NATS.
    #[must_use]
    pub fn new(client: Client, stream: impl Into<String>, durable: impl Into<String>) -> Self {
        Self {
            client,
            stream: stream.into(),
            durable: durable.into(),
            subject: format!("{PREFIX}>"),
            ack_wait: Duration::from_secs(30),
            dead: None,
        }
    }

    /// The subjects that are read: `credenza.events.>` by default, which are all events.
    #[must_use]
    pub fn subject(self, subject: impl Into<String>) -> Self {
        Self { subject: subject.into(), ..self }
    }

    /// After which time an event is delivered to another instance, when the one that has it does not tell of itself: half
    /// a minute by default. Handlers may take longer.
    #[must_use]
    pub fn ack_wait(self, ack_wait: Duration) -> Self {
        Self { ack_wait: ack_wait.max(Duration::from_millis(50)), ..self }
    }

    /// The subject at which events that are given up are published, with the fields `Credenza-Subject` and
    /// `Credenza-Error`. A stream has to keep it. Without one, they are in the log alone, and in the stream as long as it
    /// keeps them.
    #[must_use]
    pub fn dead(self, subject: impl Into<String>) -> Self {
        Self { dead: Some(subject.into()), ..self }
    }

    /// Reads for ever. Events are handled one after the other; one whose handler fails is delivered again after a while, ten
    /// times in all, while others go on, and is then given up. While NATS is lost, it is asked again every second.
    ///
    /// Dropped at any moment, as when the program stops, it loses nothing: what was not acknowledged is delivered again.
    pub async fn run<E: Display>(self, handler: impl AsyncFn(StreamEvent) -> Result<(), E>) {
        let mut server = async_nats::jetstream::new(self.client.clone());
        server.set_timeout(PATIENCE);
        loop {
            if let Err(error) = self.read(&server, &handler).await {
                tracing::warn!(target: "credenza", reason = %error, "events cannot be read");
            }
            tokio::time::sleep(PAUSE).await;
        }
    }

    async fn read<E: Display>(
        &self,
        server: &Context,
        handler: &impl AsyncFn(StreamEvent) -> Result<(), E>,
    ) -> Result<(), Error> {
        let consumer = self.consumer(server).await?;
        let every = consumer.cached_info().config.ack_wait.max(Duration::from_millis(50)) / 3;
        loop {
            // One at a time: further ones would wait here while another instance could handle them.
            let mut messages = consumer.batch().max_messages(1).expires(READ).messages().await?;
            while let Some(message) = messages.next().await {
                let message = message?;
                tokio::select! {
                    settled = self.settle(server, &message, handler) => settled?,
                    never = keep(&message, every) => match never {},
                }
            }
        }
    }

    async fn consumer(&self, server: &Context) -> Result<Consumer<pull::Config>, Error> {
        let config = pull::Config {
            durable_name: Some(self.durable.clone()),
            deliver_policy: DeliverPolicy::All,
            ack_policy: AckPolicy::Explicit,
            ack_wait: self.ack_wait,
            filter_subject: self.subject.clone(),
            ..pull::Config::default()
        };
        let stream = server.get_stream_no_info(&self.stream).await?;
        Ok(stream.get_or_create_consumer(&self.durable, config).await?)
    }

    /// Handles an event, and tells the server how that went. The error is the server's.
    async fn settle<E: Display>(
        &self,
        server: &Context,
        message: &Message,
        handler: &impl AsyncFn(StreamEvent) -> Result<(), E>,
    ) -> Result<(), Error> {
        let info = message.info()?;
        let (sequence, tries) = (info.stream_sequence, u32::try_from(info.delivered).unwrap_or(u32::MAX));
        let outcome = match event(message, sequence) {
            // One that ends every process that handles it must not do so for ever.
            _ if tries > TRIES => Err(Some("it was delivered too often".to_owned())),
            Some(event) => handler(event).await.map_err(|error| Some(error.to_string())),
            None => Err(None),
        };
        match outcome {
            Ok(()) => message.double_ack().await,
            Err(Some(reason)) if tries < TRIES => {
                tracing::warn!(target: "credenza", sequence, tries, reason, "an event is not handled yet");
                message.ack_with(AckKind::Nak(Some(back_off(tries)))).await
            }
            Err(reason) => {
                let reason = reason.unwrap_or_else(|| "it has no JSON as body".to_owned());
                tracing::error!(target: "credenza", sequence, reason, "an event is given up");
                self.publish_dead(server, message, &reason).await?;
                message.double_ack_with(AckKind::Term).await
            }
        }
    }

    async fn publish_dead(&self, server: &Context, message: &Message, reason: &str) -> Result<(), Error> {
        let Some(dead) = &self.dead else { return Ok(()) };
        let mut headers = HeaderMap::new();
        headers.insert("Credenza-Subject", message.subject.as_str());
        // A field is one line.
        headers.insert("Credenza-Error", reason.replace(char::is_control, " ").as_str());
        let published = server.publish_with_headers(dead.clone(), headers, message.payload.clone());
        published.await?.await?;
        Ok(())
    }
}

/// Tells the server that an event is being handled, for as long as that takes.
async fn keep(message: &Message, every: Duration) -> Infallible {
    loop {
        tokio::time::sleep(every).await;
        // What fails here is no reason to stop a handler. It fails again when the event is acknowledged.
        drop(message.ack_with(AckKind::Progress).await);
    }
}

/// The event of a message, in either envelope.
fn event(message: &Message, sequence: u64) -> Option<StreamEvent> {
    let body: Value = serde_json::from_slice(&message.payload).ok()?;
    let member = |name: &str| body.get(name).and_then(Value::as_str).map(str::to_owned);
    let header = message.headers.as_ref().and_then(|headers| headers.get("Nats-Msg-Id"));
    let subject = message.subject.strip_prefix(PREFIX).and_then(|rest| rest.split_once('.'));
    let (tenant, kind) = subject.unwrap_or_default();
    Some(StreamEvent {
        id: header
            .map(|id| id.as_str().to_owned())
            .or_else(|| member("id"))
            .unwrap_or_else(|| sequence.to_string()),
        kind: member("type").unwrap_or_else(|| kind.to_owned()),
        // In the subject, what is special there is replaced.
        tenant: member("tenantid").or_else(|| member("tenant_id")).unwrap_or_else(|| tenant.to_owned()),
        body,
    })
}
