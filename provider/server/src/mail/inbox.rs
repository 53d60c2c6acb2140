//! Mail that stays in memory, to be looked at: of `credenza dev`, and of tests.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

use async_trait::async_trait;
use lettre::Message;

use super::transport::{Transport, Undelivered};
use super::written::Written;

/// How many mails are kept; the oldest go.
const CAPACITY: usize = 100;

/// The inbox of everybody.
#[derive(Default)]
pub struct Inbox(Mutex<VecDeque<Written>>);

impl Inbox {
    /// What is kept, the newest first.
    #[must_use]
    pub fn newest_first(&self) -> Vec<Written> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).iter().rev().cloned().collect()
    }
}

#[async_trait]
impl Transport for Inbox {
    async fn send(&self, written: &Written, _: Message) -> Result<(), Undelivered> {
        let mut mails = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        mails.push_back(written.clone());
        if mails.len() > CAPACITY {
            mails.pop_front();
        }
        Ok(())
    }
}
