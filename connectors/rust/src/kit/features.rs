//! What a plan has in it: features that are on or off, and limits in numbers. A service of one's own tells; here it is
//! kept for a while.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde_json::{Map, Value};

use super::Problem;
use super::plans::upgrade;
use crate::clock::system_ms;
use crate::flight::Flights;
use crate::web::Web;
use crate::{Caller, SettingsError};

/// For how long policies are kept, in milliseconds.
const KEPT_MS: i64 = 300_000;
/// For how long old ones serve before the service is asked again, while it fails, in milliseconds.
const AGAIN_MS: i64 = 5_000;
/// How many plans are remembered.
const PLANS: usize = 1_000;

type Policies = Arc<Map<String, Value>>;

/// The features of plans. Clones are the same.
#[derive(Clone)]
pub struct Features(Arc<Inner>);

struct Inner {
    url: url::Url,
    upgrade_url: String,
    web: Web,
    kept: Mutex<Kept>,
    asking: Flights<Option<Policies>>,
}

#[derive(Default)]
struct Kept {
    plans: HashMap<String, (Policies, i64)>,
    /// Counts what was dropped: an answer that was asked for before is not kept after.
    drops: u64,
}

impl Features {
    /// From the service at this URL, which is asked for `?plan=`; and where to upgrade.
    ///
    /// # Errors
    /// [`SettingsError`] names `features_url` when it is none.
    pub fn new(url: &str, upgrade_url: impl Into<String>) -> Result<Self, SettingsError> {
        let wrong = |error: url::ParseError| SettingsError {
            setting: "features_url".into(),
            reason: error.to_string(),
        };
        Ok(Self(Arc::new(Inner {
            url: url::Url::parse(url).map_err(wrong)?,
            upgrade_url: upgrade_url.into(),
            web: Web::new(Duration::from_secs(3))?,
            kept: Mutex::default(),
            asking: Flights::default(),
        })))
    }

    /// Refuses a caller whose plan does not have a feature.
    ///
    /// # Errors
    /// The problems `feature_missing` and `features_unavailable`.
    pub async fn require(&self, caller: &Caller, feature: &str) -> Result<(), Problem> {
        let policies = self.of(caller).await?;
        if policies.get(feature) == Some(&Value::Bool(true)) {
            return Ok(());
        }
        Err(upgrade(Problem::new(403, "feature_missing").with("feature", feature), &self.0.upgrade_url))
    }

    /// Refuses a caller who has used all that the plan allows. A plan without that limit allows nothing.
    ///
    /// # Errors
    /// The problems `limit_reached`, with `limit` and `used`, and `features_unavailable`.
    pub async fn limit(&self, caller: &Caller, feature: &str, used: u64) -> Result<(), Problem> {
        let policies = self.of(caller).await?;
        let limit = policies.get(feature).and_then(Value::as_u64).unwrap_or(0);
        if used < limit {
            return Ok(());
        }
        let problem = Problem::new(403, "limit_reached").with("feature", feature);
        Err(upgrade(problem.with("limit", limit).with("used", used), &self.0.upgrade_url))
    }

    /// Forgets the policies of a plan, as after the event `features.changed`; of all plans without one.
    pub fn drop_plan(&self, plan: Option<&str>) {
        let mut kept = self.0.kept();
        kept.drops = kept.drops.wrapping_add(1);
        match plan {
            Some(plan) => drop(kept.plans.remove(plan)),
            None => kept.plans.clear(),
        }
    }

    async fn of(&self, caller: &Caller) -> Result<Policies, Problem> {
        let plan = caller.plan().unwrap_or_default();
        let (known, drops) = {
            let kept = self.0.kept();
            (kept.plans.get(plan).cloned(), kept.drops)
        };
        if let Some((policies, until)) = &known
            && *until > system_ms()
        {
            return Ok(Arc::clone(policies));
        }
        let (inner, own) = (Arc::clone(&self.0), plan.to_owned());
        // What is under way since before a drop is not what is wanted now.
        let key = format!("{drops} {plan}");
        let asked = self.0.asking.join(&key, async move { inner.ask(&own, drops).await }).await.flatten();
        asked
            .or(known.map(|(policies, _)| policies))
            .ok_or_else(|| Problem::new(503, "features_unavailable").field("retry-after", "5"))
    }
}

impl Inner {
    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn ask(&self, plan: &str, drops: u64) -> Option<Policies> {
        let policies = self.fetch(plan).await;
        let mut kept = self.kept();
        if kept.drops != drops {
            return policies.ok().map(Arc::new);
        }
        match policies {
            Ok(policies) => {
                let policies = Arc::new(policies);
                if kept.plans.len() >= PLANS {
                    kept.plans.clear();
                }
                let until = system_ms().saturating_add(KEPT_MS);
                kept.plans.insert(plan.to_owned(), (Arc::clone(&policies), until));
                Some(policies)
            }
            Err(reason) => {
                tracing::warn!(target: "credenza", reason, "the features of a plan cannot be asked for");
                let until = system_ms().saturating_add(AGAIN_MS);
                kept.plans.get_mut(plan).map(|(policies, kept_until)| {
                    *kept_until = until;
                    Arc::clone(policies)
                })
            }
        }
    }

    async fn fetch(&self, plan: &str) -> Result<Map<String, Value>, String> {
        let mut url = self.url.clone();
        url.query_pairs_mut().append_pair("plan", plan);
        let request = http::Request::get(url.as_str()).header("accept", "application/json").body(Vec::new());
        let answer = self.web.ask(request.map_err(|error| error.to_string())?).await;
        let answer = answer.map_err(|error| error.to_string())?;
        if !answer.status().is_success() {
            return Err(format!("answered with status {}", answer.status().as_u16()));
        }
        serde_json::from_slice(answer.body()).map_err(|error| error.to_string())
    }
}
