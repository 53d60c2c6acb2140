//! `credenza events`: what has happened, listed and followed.

use std::io::{self, ErrorKind, Write as _};
use std::time::Duration;

use clap::{Args, Subcommand};
use credenza_protocol::event::index::Kinds;
use credenza_protocol::time::Time;
use credenza_storage::EventOrder;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use super::door::{Door, EventsWanted, Site};
use super::output::{Answer, plain};
use super::values::time;
use super::{Common, Failure};

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
    /// Done by this actor: `user:` and a sub, `client:` and a `client_id`, `shared_key:` and a name, or admin-key
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
    pub(super) async fn run(self, door: Door<'_>) -> Result<Answer, Failure> {
        let site = &door.at(&self.common.tenant).await?;
        match self.verb {
            Verb::List(list) => list.run(site).await,
            Verb::Show { id } => {
                let absent = || {
                    Failure::new(format!(
                        "no event {id:?} is kept in this tenant: `credenza events list` shows those that are"
                    ))
                };
                Answer::document(&site.event(&id).await?.ok_or_else(absent)?)
            }
            Verb::Follow(follow) => follow.run(site, self.common.json).await,
        }
    }
}

impl Which {
    fn wanted(self) -> EventsWanted {
        let Self { kinds, subject, actor, user, client } = self;
        EventsWanted { kinds, subject, actor, user, client, ..EventsWanted::default() }
    }
}

impl List {
    async fn run(self, site: &Site<'_>) -> Result<Answer, Failure> {
        let wanted = EventsWanted { from: self.from, to: self.to, ..self.which.wanted() };
        let order = if self.oldest_first { EventOrder::Oldest } else { EventOrder::Newest };
        let events = site.events(wanted, order, self.limit).await?;
        let answer = Answer::list(&EventsBody { events }, &COLUMNS)?;
        Ok(match site.keeps_events() {
            Some(false) => answer.noting("no events are kept: the setting events.keep_days is 0"),
            _ => answer,
        })
    }
}

impl Follow {
    /// Prints each event when it comes. It is interrupted, or its reader goes away: neither is a failure.
    async fn run(self, site: &Site<'_>, json: bool) -> Result<Answer, Failure> {
        let Self { which, start, wait } = self;
        let wait = wait.map_or(Duration::MAX, Duration::from_secs);
        let mut following = site.follow_events(which.wanted(), start == "oldest").await?;
        loop {
            let batch = tokio::select! {
                batch = following.next(wait) => batch?,
                _ = tokio::signal::ctrl_c() => return Ok(Answer::nothing()),
            };
            if batch.is_empty() {
                return Ok(Answer::nothing());
            }
            for event in &batch {
                if !print(&line(event, json))? {
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
fn line(event: &Value, json: bool) -> String {
    if json {
        return event.to_string();
    }
    COLUMNS.map(|name| plain(name, event.get(name).unwrap_or(&Value::Null))).join("  ")
}

fn kinds(text: &str) -> Result<Kinds, String> {
    Kinds::parse(text).ok_or_else(|| {
        "is no type of events, such as user.created, or the first word of one with its dot".to_owned()
    })
}
