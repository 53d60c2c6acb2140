//! NATS JetStream.

use std::time::{Duration, Instant};

use async_nats::ConnectOptions;
use async_nats::jetstream::context::Context;
use async_nats::jetstream::message::PublishMessage;
use async_nats::jetstream::stream;
use async_trait::async_trait;
use credenza_protocol::event;
use credenza_storage::{Sink, Waiting};
use url::{Url, form_urlencoded};

use super::{Delivered, Target};
use crate::config::NatsEvents;

/// How long connecting and each acknowledgement may take.
const TIMEOUT: Duration = Duration::from_secs(5);
/// The prefix of every subject.
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
        let options = signing_in(&self.settings.url).name("credenza").connection_timeout(TIMEOUT);
        let options = options.request_timeout(Some(TIMEOUT));
        let client = options.connect(self.settings.url.as_str()).await.map_err(|error| error.to_string())?;
        let mut context = async_nats::jetstream::new(client);
        context.set_timeout(TIMEOUT);
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

    /// Publishes one event, and waits for the acknowledgement of the stream.
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

/// The client ignores credentials in the URL, so they are read here: user and password, or a token alone.
fn signing_in(url: &str) -> ConnectOptions {
    let Ok(url) = Url::parse(url) else { return ConnectOptions::new() };
    match (url.username(), url.password()) {
        ("", None) => ConnectOptions::new(),
        (token, None) => ConnectOptions::with_token(decoded(token)),
        (user, Some(password)) => ConnectOptions::with_user_and_password(decoded(user), decoded(password)),
    }
}

/// Percent-decodes a part of a URL, where a plus is a plus, unlike in a form.
fn decoded(text: &str) -> String {
    let form = text.replace('+', "%2B").replace('&', "%26").replace('=', "%3D");
    form_urlencoded::parse(form.as_bytes()).next().map(|(name, _)| name.into_owned()).unwrap_or_default()
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
                // Messages that it has buffered must not be sent later.
                self.context = None;
                return Delivered { count, fault: Some(fault) };
            }
        }
        Delivered { count: waiting.len(), fault: None }
    }
}

/// A token of a subject: no dots, wildcards or spaces.
fn token(text: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    text.chars().map(|c| if plain(c) { c } else { '_' }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_of_a_url_are_decoded_whole() {
        for (encoded, text) in [("plain", "plain"), ("a%40b%2Fc", "a@b/c"), ("a+b=c&d%25", "a+b=c&d%")] {
            assert_eq!(decoded(encoded), text);
        }
    }

    #[test]
    fn a_token_of_a_subject_is_one_word() {
        assert_eq!(token("91d0-a_b"), "91d0-a_b");
        assert_eq!(token("a.b *>"), "a_b___");
    }
}
