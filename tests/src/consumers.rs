//! Consumers of events: the Rust clients of Redis and NATS.

use std::collections::HashMap;

use async_nats::jetstream;
use serde_json::Value;

/// An event as it arrived.
#[derive(Clone, Debug, PartialEq)]
pub struct Arrived {
    /// The id beside the envelope.
    pub id: String,
    /// The type beside the envelope.
    pub kind: String,
    /// The envelope.
    pub body: Value,
}

/// Everything that is in the stream of Redis, the oldest first; `None` while it does not answer.
pub async fn in_redis(url: &str) -> Option<Vec<Arrived>> {
    let client = redis::Client::open(url).unwrap();
    let mut link = client.get_multiplexed_async_connection().await.ok()?;
    let range = redis::cmd("XRANGE").arg("credenza:events").arg("-").arg("+").to_owned();
    let entries: Vec<(String, HashMap<String, String>)> = range.query_async(&mut link).await.ok()?;
    let arrived = |mut fields: HashMap<String, String>| Arrived {
        id: fields.remove("id").unwrap(),
        kind: fields.remove("type").unwrap(),
        body: serde_json::from_str(&fields["body"]).unwrap(),
    };
    Some(entries.into_iter().map(|(_, fields)| arrived(fields)).collect())
}

/// Everything that is in the stream of NATS, the oldest first; `None` while there is none.
pub async fn in_nats(url: &str) -> Option<Vec<Arrived>> {
    let parsed = url::Url::parse(url).unwrap();
    let (user, password) = (parsed.username().to_owned(), parsed.password().unwrap().to_owned());
    let options = async_nats::ConnectOptions::with_user_and_password(user, password);
    let client = options.connect(url).await.ok()?;
    let stream = jetstream::new(client).get_stream("CREDENZA").await.ok()?;
    let mut all = Vec::new();
    for number in 1..=stream.cached_info().state.messages {
        let message = stream.get_raw_message(number).await.ok()?;
        let kind = message.subject.splitn(4, '.').last().unwrap().to_owned();
        let id = message.headers.get("Nats-Msg-Id").unwrap().to_string();
        all.push(Arrived { id, kind, body: serde_json::from_slice(&message.payload).unwrap() });
    }
    Some(all)
}
