//! Events, here and there.

use std::time::{Duration, Instant};

use credenza_protocol::event::index::Kinds;
use credenza_protocol::tenant::Tenant;
use credenza_protocol::time::Time;
use credenza_storage::{EventOrder, EventsAsked, KeptEvent};
use serde::Deserialize;
use serde_json::Value;

use super::Site;
use crate::admin::events::{self, Follower};
use crate::cli::Failure;
use crate::cli::installation::Installation;
use crate::cli::remote::{Api, Asked};

/// Events that are read at a time.
const PAGE: u32 = 200;
/// How often a follower looks here, or asks there where nothing was waited for.
const TURN: Duration = Duration::from_millis(500);
/// How long a server waits for an event before it answers without one.
const LONGEST_WAIT: Duration = Duration::from_secs(20);

/// Which events are meant.
#[derive(Clone, Debug, Default)]
pub(in crate::cli) struct EventsWanted {
    pub(in crate::cli) kinds: Option<Kinds>,
    pub(in crate::cli) subject: Option<String>,
    pub(in crate::cli) actor: Option<String>,
    pub(in crate::cli) user: Option<String>,
    pub(in crate::cli) client: Option<String>,
    pub(in crate::cli) from: Option<Time>,
    pub(in crate::cli) to: Option<Time>,
}

/// Events that are followed.
pub(in crate::cli) enum Following<'a> {
    /// In the database, after the event of that number.
    Here(&'a Installation, &'a Tenant, EventsAsked, i64),
    /// At a server, after its cursor; without one, it begins with the oldest, or with what happens from now on.
    There { api: &'a Api<'a>, wanted: EventsWanted, from_oldest: bool, cursor: Option<String> },
}

/// What came since.
#[derive(Deserialize)]
struct Batch {
    items: Vec<Value>,
    cursor: String,
}

impl EventsWanted {
    fn asked(self) -> EventsAsked {
        let Self { kinds, subject, actor, user, client, from, to } = self;
        let asked = EventsAsked {
            subject,
            actor,
            user_id: user,
            client_id: client,
            from,
            to,
            ..EventsAsked::default()
        };
        events::of_kinds(asked, kinds)
    }

    fn ask(&self, mut asked: Asked) -> Asked {
        let kinds = self.kinds.as_ref().map(|kinds| match kinds {
            Kinds::One(kind) => kind.clone(),
            Kinds::Of(noun) => format!("{noun}."),
        });
        let seconds = |time: Option<Time>| time.map(|time| time.seconds().to_string());
        for (name, value) in [
            ("type", kinds),
            ("subject", self.subject.clone()),
            ("actor", self.actor.clone()),
            ("user_id", self.user.clone()),
            ("client_id", self.client.clone()),
            ("from", seconds(self.from)),
            ("to", seconds(self.to)),
        ] {
            if let Some(value) = value {
                asked = asked.query(name, value);
            }
        }
        asked
    }
}

impl Site<'_> {
    /// Events in that order, at most so many.
    pub(in crate::cli) async fn events(
        &self,
        wanted: EventsWanted,
        order: EventOrder,
        limit: u32,
    ) -> Result<Vec<Value>, Failure> {
        match self {
            Self::Here(installation, tenant) => {
                let found = list(installation, tenant, &wanted.asked(), order, limit).await?;
                found.iter().map(value).collect()
            }
            Self::There(api) => {
                let order = match order {
                    EventOrder::Newest => "newest",
                    EventOrder::Oldest => "oldest",
                };
                let asked = wanted.ask(Asked::of("listEvents")).query("order", order);
                api.present(api.first(asked, usize::try_from(limit).unwrap_or(usize::MAX)).await?)
            }
        }
    }

    /// Whether events are kept, where that is known.
    pub(in crate::cli) fn keeps_events(&self) -> Option<bool> {
        match self {
            Self::Here(installation, _) => Some(installation.store.event_log.keep().is_some()),
            Self::There(_) => None,
        }
    }

    /// The event of that id.
    pub(in crate::cli) async fn event(&self, id: &str) -> Result<Option<Value>, Failure> {
        match self {
            Self::Here(installation, tenant) => {
                let found = events::find(&installation.admin(), &tenant.tenant_id, id).await?;
                found.as_ref().map(value).transpose()
            }
            Self::There(api) => api.find(Asked::of("getEvent").path("event_id", id)).await,
        }
    }

    /// Follows events: everything that is kept, or what happens from now on.
    pub(in crate::cli) async fn follow_events(
        &self,
        wanted: EventsWanted,
        from_oldest: bool,
    ) -> Result<Following<'_>, Failure> {
        Ok(match self {
            Self::Here(installation, tenant) => {
                let last = match from_oldest {
                    true => 0,
                    false => events::last(&installation.admin(), &tenant.tenant_id).await?,
                };
                Following::Here(installation, tenant, wanted.asked(), last)
            }
            Self::There(api) => Following::There { api, wanted, from_oldest, cursor: None },
        })
    }
}

impl Following<'_> {
    /// What came next; nothing if nothing came for so long.
    pub(in crate::cli) async fn next(&mut self, wait: Duration) -> Result<Vec<Value>, Failure> {
        match self {
            Self::Here(installation, tenant, asked, after) => {
                let follower = Follower { asked, after: *after, limit: PAGE, wait };
                let turn = || async {
                    tokio::time::sleep(TURN).await;
                    Ok::<_, Failure>(true)
                };
                let batch = events::follow(&installation.admin(), &tenant.tenant_id, follower, turn).await?;
                *after = batch.position;
                batch.events.iter().map(value).collect()
            }
            Self::There { api, wanted, from_oldest, cursor } => {
                let began = Instant::now();
                loop {
                    let left = wait.saturating_sub(began.elapsed());
                    let asked = wanted.ask(Asked::of("followEvents")).query("limit", PAGE);
                    let asked = asked.query("wait", left.min(LONGEST_WAIT).as_secs());
                    let asked = match cursor.take() {
                        Some(cursor) => asked.query("after", cursor),
                        None => asked.query("start", if *from_oldest { "oldest" } else { "latest" }),
                    };
                    let batch: Batch = api.present(api.call(asked).await?)?;
                    *cursor = Some(batch.cursor);
                    if !batch.items.is_empty() || began.elapsed() >= wait {
                        return Ok(batch.items);
                    }
                    // A server that is about to stop does not wait.
                    tokio::time::sleep(TURN.min(wait.saturating_sub(began.elapsed()))).await;
                }
            }
        }
    }
}

/// Events of the database, page by page.
async fn list(
    installation: &Installation,
    tenant: &Tenant,
    asked: &EventsAsked,
    order: EventOrder,
    limit: u32,
) -> Result<Vec<KeptEvent>, Failure> {
    let admin = installation.admin();
    let mut found: Vec<KeptEvent> = vec![];
    loop {
        let left = limit.saturating_sub(u32::try_from(found.len()).unwrap_or(u32::MAX)).min(PAGE);
        let after = found.last().map(|event| event.place);
        let more = events::list(&admin, &tenant.tenant_id, asked, order, after, left).await?;
        let is_last = more.len() < usize::try_from(left).unwrap_or(usize::MAX) || left < PAGE;
        found.extend(more);
        if is_last {
            return Ok(found);
        }
    }
}

fn value(event: &KeptEvent) -> Result<Value, Failure> {
    serde_json::from_str(&event.body)
        .map_err(|error| Failure::with_step(error, "report this: it should never happen"))
}
