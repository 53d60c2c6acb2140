//! A Redis Stream that events are appended to.

use bb8_redis::bb8::ManageConnection as _;
use bb8_redis::redis::pipe;
use credenza_protocol::event;

use super::RedisOptions;
use super::manager::{Link, Manager};
use crate::{Result, StoreError, Waiting};

/// A stream, and a connection to it while there is one.
pub struct RedisStream {
    manager: Manager,
    link: Option<Link>,
    key: String,
    max_len: u64,
}

impl RedisStream {
    /// The stream of that name, below the prefix of all keys, which keeps about the last `max_len` entries. Does not
    /// connect yet.
    ///
    /// # Errors
    /// What is wrong with the URL or the certificates.
    pub fn new(options: &RedisOptions, name: &str, max_len: u64) -> Result<Self> {
        let manager = Manager::new(options).map_err(StoreError::new)?;
        Ok(Self { manager, link: None, key: format!("{}{name}", options.prefix), max_len })
    }

    /// Appends these events, in this order, all or none.
    ///
    /// # Errors
    /// Redis does not confirm that it has them. It may have them all the same.
    pub async fn append(&mut self, events: &[Waiting]) -> Result<()> {
        let mut link = match self.link.take() {
            Some(link) => link,
            None => self.manager.connect().await.map_err(StoreError::new)?,
        };
        // In a transaction, so that all are appended or none.
        let mut pipe = pipe();
        pipe.atomic();
        for one in events {
            pipe.cmd("XADD").arg(&self.key).arg("MAXLEN").arg("~").arg(self.max_len).arg("*");
            pipe.arg("id").arg(&one.event_id);
            pipe.arg("type").arg(event::type_of(&one.body).unwrap_or_default());
            pipe.arg("tenant").arg(one.tenant_id.as_str());
            pipe.arg("body").arg(&one.body);
        }
        let added: Vec<String> = pipe.query_async(&mut link.connection).await.map_err(StoreError::new)?;
        if added.len() != events.len() {
            return Err(StoreError::new("Redis: not every event was appended"));
        }
        self.link = Some(link);
        Ok(())
    }
}
