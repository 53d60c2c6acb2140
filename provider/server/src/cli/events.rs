//! `credenza events`: what has happened, listed and followed.

use std::io::{self, ErrorKind, Write as _};
use std::time::Duration;

use clap::{Args, Subcommand};
use credenza_protocol::event::index::Kinds;
use credenza_protocol::tenant::Tenant;
use credenza_protocol::time::Time;
use credenza_storage::{EventOrder, EventsAsked, KeptEvent};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use super::installation::Installation;
use super::output::{Answer, plain};
use super::values::time;
use super::{Common, Failure};
use crate::admin::events::{self, Follower};

const EXAMPLES: &str = "\
Examples:
  credenza events list --type user. --from 2030-01-31T00:00:00Z
      What happened to accounts since then, the newest first
  credenza events list --user 248289761001 --json
      Everything that names one user, as CloudEvents
  credenza events follow --json
      What happens from now on, one JSON object a line
  credenza events follow --start oldest --wait 0 --json
      Everything that is kept, in the order in which it can be followed";

/// Events that are listed at most.
const MOST: u32 = 10_000;
/// Events that are read at a time.
const PAGE: u32 = 200;
/// How often a follower looks.
const TURN: Duration = Duration::from_millis(500);
/// What is shown of an event to people.
const COLUMNS: [&str; 5] = ["time", "type", "subject", "actor", "id"];

/// `credenza events …`
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Events {
    #[command(flatten)]
    pub(super) common: Common,
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// List what has happened, the newest first
    List(List),
    /// Show one event
    Show {
        /// Its id
        id: String,
    },
    /// Print what happens, until it is interrupted
    Follow(Follow),
}

#[derive(Debug, Args)]
struct Which {
    /// Of this type, such as user.created, or of several, such as `user.`
    #[arg(long = "type", value_name = "TYPE", value_parser = kinds)]
    kinds: Option<Kinds>,
    /// About this subject, by its id
    #[arg(long, value_name = "ID")]
    subject: Option<String>,
    /// Done by this actor: `user:` and a sub, `client:` and a `client_id`, or admin-key
    #[arg(long, value_name = "ACTOR")]
    actor: Option<String>,
    /// That name this user, by their id, the sub of tokens
    #[arg(long, value_name = "ID")]
    user: Option<String>,
    /// That name this client
    #[arg(long, value_name = "CLIENT_ID")]
    client: Option<String>,
}

#[derive(Debug, Args)]
struct List {
    #[command(flatten)]
    which: Which,
    /// Not before that time: RFC 3339, or seconds since 1970
    #[arg(long, value_name = "TIME", value_parser = time)]
    from: Option<Time>,
    /// Before that time
    #[arg(long, value_name = "TIME", value_parser = time)]
    to: Option<Time>,
    /// The oldest first
    #[arg(long)]
    oldest_first: bool,
    /// As many at most
    #[arg(long, value_name = "NUMBER", default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=i64::from(MOST)))]
    limit: u32,
}

#[derive(Debug, Args)]
struct Follow {
    #[command(flatten)]
    which: Which,
    /// Begin with the oldest that is kept, instead of what happens from now on
    #[arg(long, value_name = "WHERE", value_parser = ["oldest", "latest"], default_value = "latest")]
    start: String,
    /// End when nothing has come for so many seconds
    #[arg(long, value_name = "SECONDS")]
    wait: Option<u64>,
}

/// Events.
#[derive(Debug, Serialize, JsonSchema)]
struct EventsBody {
    events: Vec<Value>,
}

impl Events {
    pub(super) async fn run(self, installation: &Installation) -> Result<Answer, Failure> {
        let tenant = installation.tenant(&self.common.tenant).await?;
        match self.verb {
            Verb::List(list) => list.run(installation, &tenant).await,
            Verb::Show { id } => {
                let found = events::find(&installation.admin(), &tenant.tenant_id, &id).await?;
                let absent = || {
                    Failure::new(format!(
                        "no event {id:?} is kept in this tenant: `credenza events list` shows those that are"
                    ))
                };
                Answer::document(&value(&found.ok_or_else(absent)?)?)
            }
            Verb::Follow(follow) => follow.run(installation, &tenant, self.common.json).await,
        }
    }
}

impl Which {
    fn asked(self) -> EventsAsked {
        let Self { kinds, subject, actor, user, client } = self;
        let asked =
            EventsAsked { subject, actor, user_id: user, client_id: client, ..EventsAsked::default() };
        events::of_kinds(asked, kinds)
    }
}

impl List {
    async fn run(self, installation: &Installation, tenant: &Tenant) -> Result<Answer, Failure> {
        let asked = EventsAsked { from: self.from, to: self.to, ..self.which.asked() };
        let order = if self.oldest_first { EventOrder::Oldest } else { EventOrder::Newest };
        let admin = installation.admin();
        let mut found: Vec<KeptEvent> = vec![];
        loop {
            let left = self.limit.saturating_sub(u32::try_from(found.len()).unwrap_or(u32::MAX)).min(PAGE);
            let after = found.last().map(|event| event.place);
            let more = events::list(&admin, &tenant.tenant_id, &asked, order, after, left).await?;
            let is_last = more.len() < usize::try_from(left).unwrap_or(usize::MAX) || left < PAGE;
            found.extend(more);
            if is_last {
                break;
            }
        }
        let events = found.iter().map(value).collect::<Result<_, _>>()?;
        let answer = Answer::list(&EventsBody { events }, &COLUMNS)?;
        Ok(match installation.store.event_log.keep() {
            Some(_) => answer,
            None => answer.noting("no events are kept: the setting events.keep_days is 0"),
        })
    }
}

impl Follow {
    /// Prints each event when it comes. It is interrupted, or its reader goes away: neither is a failure.
    async fn run(self, installation: &Installation, tenant: &Tenant, json: bool) -> Result<Answer, Failure> {
        let Self { which, start, wait } = self;
        let admin = installation.admin();
        let mut after = match start.as_str() {
            "oldest" => 0,
            _ => events::last(&admin, &tenant.tenant_id).await?,
        };
        let asked = which.asked();
        let wait = wait.map_or(Duration::MAX, Duration::from_secs);
        let turn = || async {
            tokio::time::sleep(TURN).await;
            Ok::<_, Failure>(true)
        };
        loop {
            let follower = Follower { asked: &asked, after, limit: PAGE, wait };
            let batch = tokio::select! {
                batch = events::follow(&admin, &tenant.tenant_id, follower, turn) => batch?,
                _ = tokio::signal::ctrl_c() => return Ok(Answer::nothing()),
            };
            after = batch.position;
            if batch.events.is_empty() {
                return Ok(Answer::nothing());
            }
            for event in &batch.events {
                if !print(&line(event, json)?)? {
                    return Ok(Answer::nothing());
                }
            }
        }
    }
}

/// Prints a line; `false` when nobody reads any more.
fn print(line: &str) -> Result<bool, Failure> {
    let mut out = io::stdout();
    match writeln!(out, "{line}").and_then(|()| out.flush()) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(false),
        Err(error) => Err(Failure::new(format!("standard output cannot be written to: {error}"))),
    }
}

/// An event as a line: JSON, or the columns of the table.
fn line(event: &KeptEvent, json: bool) -> Result<String, Failure> {
    if json {
        return Ok(event.body.clone());
    }
    let value = value(event)?;
    let cells = COLUMNS.map(|name| plain(name, value.get(name).unwrap_or(&Value::Null)));
    Ok(cells.join("  "))
}

fn value(event: &KeptEvent) -> Result<Value, Failure> {
    serde_json::from_str(&event.body)
        .map_err(|error| Failure::with_step(error, "report this: it should never happen"))
}

fn kinds(text: &str) -> Result<Kinds, String> {
    Kinds::parse(text).ok_or_else(|| {
        "is no type of events, such as user.created, or the first word of one with its dot".to_owned()
    })
}
