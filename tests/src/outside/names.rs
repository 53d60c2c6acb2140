//! The names that a provider in a test can resolve; there is no real DNS lookup.

use std::collections::HashMap;
use std::io;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::Mutex;

use async_trait::async_trait;
use credenza::egress::Resolve;

use super::HOSTS;

/// Names and their addresses, in this order from lookup to lookup; the last answer stays.
pub struct Names {
    answers: HashMap<String, Vec<Vec<IpAddr>>>,
    asked: Mutex<Vec<String>>,
}

impl Default for Names {
    fn default() -> Self {
        let loopback = || vec![vec![IpAddr::V4(Ipv4Addr::LOCALHOST)]];
        let answers = HOSTS.map(|host| (host.to_owned(), loopback())).into();
        Self { answers, asked: Mutex::default() }
    }
}

impl Names {
    /// The names of the hosts outside, and this one: an answer for each lookup.
    #[must_use]
    pub fn with(mut self, name: &str, answers: &[&[&str]]) -> Self {
        let addresses =
            |answer: &&[&str]| answer.iter().map(|text| text.parse().unwrap()).collect::<Vec<IpAddr>>();
        self.answers.insert(name.to_owned(), answers.iter().map(addresses).collect());
        self
    }

    /// The names looked up so far.
    #[must_use]
    pub fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }
}

#[async_trait]
impl Resolve for Names {
    async fn resolve(&self, host: &str) -> io::Result<Vec<IpAddr>> {
        let mut asked = self.asked.lock().unwrap();
        let before = asked.iter().filter(|name| *name == host).count();
        asked.push(host.to_owned());
        let answers = self.answers.get(host).ok_or(io::ErrorKind::NotFound)?;
        Ok(answers.get(before).or(answers.last()).cloned().unwrap_or_default())
    }
}
