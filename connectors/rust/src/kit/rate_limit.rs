//! How many requests a caller, and a tenant, may make in a span of time (`RateLimit` fields, draft 10 of the IETF).

mod memory;
#[cfg(feature = "redis")]
mod redis;

use std::time::Duration;

use credenza_validator::{base64url, hash};

use self::memory::Memory;
use super::Problem;
use crate::Caller;

/// A limit: so many requests in so many seconds.
#[derive(Clone, Copy, Debug)]
struct Quota {
    requests: u64,
    window: Duration,
}

/// What is counted, and by which limit.
struct Counted {
    name: &'static str,
    key: String,
    quota: Quota,
}

/// What is left of a limit.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Left {
    requests: u64,
    /// Until when, in milliseconds from now.
    reset: u64,
}

/// The limits of a route.
pub struct RateLimits {
    caller: Option<Quota>,
    tenant: Option<Quota>,
    /// Limits of the same name share their counts.
    name: String,
    memory: Memory,
    #[cfg(feature = "redis")]
    redis: Option<self::redis::Shared>,
}

/// What an allowed request is told of its limits, as the fields `RateLimit-Policy` and `RateLimit`.
#[derive(Clone, Debug)]
pub struct Rates {
    policy: String,
    left: String,
}

impl Rates {
    /// The fields of the answer.
    #[must_use]
    pub fn fields(&self) -> [(&'static str, &str); 2] {
        [("ratelimit-policy", &self.policy), ("ratelimit", &self.left)]
    }
}

impl RateLimits {
    /// No limits yet. Where counts are shared, limits of one name are one.
    #[must_use]
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            caller: None,
            tenant: None,
            name: name.into(),
            memory: Memory::default(),
            #[cfg(feature = "redis")]
            redis: None,
        }
    }

    /// So many requests of one caller in a span of time: of a user, or of a client without one.
    #[must_use]
    pub fn caller(self, requests: u64, window: Duration) -> Self {
        Self { caller: Some(Quota { requests, window }), ..self }
    }

    /// So many requests of one tenant. Callers without a tenant have none of these limits.
    #[must_use]
    pub fn tenant(self, requests: u64, window: Duration) -> Self {
        Self { tenant: Some(Quota { requests, window }), ..self }
    }

    /// Counts in Redis, for all instances. While it is lost, each counts by itself. Inside a Tokio runtime.
    ///
    /// # Errors
    /// [`SettingsError`](crate::SettingsError) for what is no address.
    #[cfg(feature = "redis")]
    pub fn redis(self, url: &str) -> Result<Self, crate::SettingsError> {
        Ok(Self { redis: Some(self::redis::Shared::new(url)?), ..self })
    }

    /// Counts a request. One that is refused does not count.
    ///
    /// # Errors
    /// The problem `rate_limited`, with `Retry-After`.
    pub async fn count(&self, caller: &Caller) -> Result<Rates, Problem> {
        let counted = self.counted(caller);
        let (is_allowed, left) = self.take(&counted).await;
        let rates = rates(&counted, &left);
        if is_allowed {
            return Ok(rates);
        }
        let spent = left.iter().filter(|left| left.requests == 0).map(|left| left.reset).max();
        let retry_after = seconds(spent.unwrap_or(1000)).to_string();
        let [(policy, policy_value), (limit, limit_value)] = rates.fields();
        let problem = Problem::new(429, "rate_limited").field("retry-after", &retry_after);
        Err(problem.field(policy, policy_value).field(limit, limit_value))
    }

    async fn take(&self, counted: &[Counted]) -> (bool, Vec<Left>) {
        #[cfg(feature = "redis")]
        if let Some(redis) = &self.redis
            && let Some(taken) = redis.take(counted).await
        {
            return taken;
        }
        self.memory.take(counted)
    }

    fn counted(&self, caller: &Caller) -> Vec<Counted> {
        let text =
            |claim: &str| caller.claims().get(claim).and_then(|value| value.as_str()).unwrap_or_default();
        let issuer = text("iss");
        let mut counted = Vec::new();
        let key = |kind: &str, who: &str| {
            let hash = hash::sha256(format!("{issuer}\n{kind}\n{who}").as_bytes());
            format!("credenza:rate:{}:{}", self.name, base64url::encode(hash))
        };
        if let Some(quota) = self.caller {
            let who = match (caller.sub(), caller.client_id()) {
                (Some(sub), _) => format!("sub {sub}"),
                (None, client) => format!("client {}", client.unwrap_or_default()),
            };
            counted.push(Counted { name: "caller", key: key("caller", &who), quota });
        }
        if let (Some(quota), Some(tenant)) = (self.tenant, caller.tenant()) {
            counted.push(Counted { name: "tenant", key: key("tenant", tenant), quota });
        }
        counted
    }
}

fn rates(counted: &[Counted], left: &[Left]) -> Rates {
    let policies = counted
        .iter()
        .map(|one| format!("\"{}\";q={};w={}", one.name, one.quota.requests, one.quota.window.as_secs()));
    let left = counted
        .iter()
        .zip(left)
        .map(|(one, left)| format!("\"{}\";r={};t={}", one.name, left.requests, seconds(left.reset)));
    Rates { policy: policies.collect::<Vec<_>>().join(", "), left: left.collect::<Vec<_>>().join(", ") }
}

fn seconds(milliseconds: u64) -> u64 {
    milliseconds.div_ceil(1000).max(1)
}

fn milliseconds(window: Duration) -> u64 {
    u64::try_from(window.as_millis()).unwrap_or(u64::MAX)
}
