//! NATS JetStream.

use std::time::{Duration, Instant};

use async_nats::ConnectOptions;
use async_nats::jetstream::context::Context;
use async_nats::jetstream::message::PublishMessage;
use async_nats::jetstream::stream;
use async_trait::async_trait;
use credenza_protocol::event;
use credenza_storage::{Sink, Waiting};

use super::{Delivered, Target};
use crate::config::NatsEvents;

/// How long connecting, and each acknowledgement, may take.
const PATIENCE: Duration = Duration::from_secs(5);
/// What every subject begins with.
const PREFIX: &str = "credenza.events";

/// The stream of events, and the connection to it while there is one.
pub(super) struct Nats {
    settings: NatsEvents,
    context: Option<Context>,
}

impl Nats {
    pub(super) fn new(settings: NatsEvents) -> Self {
        Self { settings, context: None }
    }

    async fn context(&mut self) -> Result<Context, String> {
        if let Some(context) = &self.context {
            return Ok(context.clone());
        }
        let options = ConnectOptions::new().name("credenza").connection_timeout(PATIENCE);
        let options = options.request_timeout(Some(PATIENCE));
        let client = options.connect(self.settings.url.as_str()).await.map_err(|error| error.to_string())?;
        let mut context = async_nats::jetstream::new(client);
        context.set_timeout(PATIENCE);
        if self.settings.create_stream {
            let stream = stream::Config {
                name: self.settings.stream.clone(),
                subjects: vec![format!("{PREFIX}.>")],
                ..stream::Config::default()
            };
            context.get_or_create_stream(stream).await.map_err(|error| error.to_string())?;
        }
        self.context = Some(context.clone());
        Ok(context)
    }

    /// Publishes one, and waits until the stream has it.
    async fn publish(&mut self, one: &Waiting) -> Result<(), String> {
        let context = self.context().await?;
        let kind = event::type_of(&one.body).ok_or("an event has no type")?;
        let subject = format!("{PREFIX}.{}.{kind}", token(one.tenant_id.as_str()));
        let message = PublishMessage::build()
            .payload(one.body.clone().into())
            .message_id(&one.event_id)
            .expected_stream(&self.settings.stream);
        let sent = context.send_publish(subject, message).await.map_err(|error| error.to_string())?;
        sent.await.map_err(|error| error.to_string())?;
        Ok(())
    }
}

#[async_trait]
impl Target for Nats {
    fn sink(&self) -> Sink {
        Sink::Nats
    }

    async fn deliver(&mut self, waiting: &[Waiting], deadline: Instant) -> Delivered {
        for (count, one) in waiting.iter().enumerate() {
            if Instant::now() >= deadline {
                return Delivered { count, fault: None };
            }
            if let Err(fault) = self.publish(one).await {
                // What it still holds back must not come out later.
                self.context = None;
                return Delivered { count, fault: Some(fault) };
            }
        }
        Delivered { count: waiting.len(), fault: None }
    }
}

/// A part of a subject, which has no dots, wildcards or blanks.
fn token(text: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    text.chars().map(|c| if plain(c) { c } else { '_' }).collect()
}
