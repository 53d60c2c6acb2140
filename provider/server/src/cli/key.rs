//! `credenza key`: the keys that sign tokens. Private keys are encrypted at rest, and never printed.

use clap::{Args, Subcommand};
use credenza_protocol::ids::KeyId;
use credenza_protocol::time::{Seconds, Time};
use credenza_validator::Algorithm;
use schemars::JsonSchema;
use serde::Serialize;

use super::door::{Door, Site};
use super::outcome::Subject;
use super::output::Answer;
use super::which::WhichKey;
use super::{Common, Failure, values};
use crate::admin::Outcome;
use crate::admin::keys::{Key, Rotation, Start};
use crate::clock::{Clock as _, SystemClock};

mod import;
pub(super) mod reseal;

const EXAMPLES: &str = "\
Examples:
  credenza key list
      Every key, the newest first
  credenza key create --algorithm ES256
      The next key: published at once, signing in an hour, when clients have fetched it
  credenza key update KID --active-now
      Do not wait
  credenza key rotate
      The next key of each algorithm; the one that signs stays published until what it signed has expired
  credenza key import --algorithm RS256 --file key.pem
      A private key that was generated elsewhere
  credenza key reseal
      After the master key was changed: everything is encrypted anew under the current one
  credenza key disable KID
      It neither signs nor is published: what it has signed is no longer accepted";

/// What people see of keys.
const COLUMNS: &[&str] = &["kid", "algorithm", "status", "created_at", "active_at", "retire_at"];
/// Said when a rotation is repeated.
const WAITING: &str = "nothing was changed: the next keys are waiting already, and sign from their active_at on; \
                       `credenza key rotate --now` shortens the wait, `credenza key create --algorithm ALG` makes another";

/// Why no private key is imported from afar.
const NOT_SENT: &str =
    "a private key is not sent over a network, and whoever may change keys may not know one";
/// Why nothing is sealed anew from afar.
const MASTER_KEYS: &str = "it takes the master keys, which the machine of the server alone has";

/// `credenza key …`
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Keys {
    #[command(flatten)]
    pub(super) common: Common,
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Create a key
    #[command(after_help = EXAMPLES)]
    Create {
        /// The only algorithm that it is for
        #[arg(long, value_name = "ALG", value_parser = values::algorithm())]
        algorithm: Algorithm,
        /// Sign after this many seconds [default: 3600, or 0 for the first key of its algorithm]
        #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(i64).range(0..))]
        active_in: Option<i64>,
    },
    /// Create the next key of each algorithm ahead of schedule; exit code 3 if all of them are waiting already
    Rotate {
        /// Of this algorithm only
        #[arg(long, value_name = "ALG", value_parser = values::algorithm())]
        algorithm: Option<Algorithm>,
        /// Sign with it as soon as every copy of the published keys must contain it, in two minutes [default:
        /// after keys.publish_before]
        #[arg(long)]
        now: bool,
    },
    /// Import a private key that was generated elsewhere
    Import(import::Import),
    /// Encrypt every secret in the database, of every tenant, anew under the current master key
    Reseal {
        /// Only report what would be done
        #[arg(long)]
        check: bool,
    },
    /// List the keys
    List,
    /// Show a key
    Show(WhichKey),
    /// Change when a key begins to sign
    Update {
        #[command(flatten)]
        which: WhichKey,
        #[command(flatten)]
        when: When,
    },
    /// Disable a key: it neither signs nor is published
    Disable {
        #[command(flatten)]
        which: WhichKey,
        /// Even if no key is left to sign with
        #[arg(long)]
        force: bool,
    },
    /// Enable a key again
    Enable(WhichKey),
    /// Delete a key
    Delete {
        #[command(flatten)]
        which: WhichKey,
        /// Even if no key is left to sign with
        #[arg(long)]
        force: bool,
    },
}

#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
struct When {
    /// Sign from now on
    #[arg(long)]
    active_now: bool,
    /// Sign after this many seconds
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(i64).range(0..))]
    active_in: Option<i64>,
}

/// Every key of a tenant.
#[derive(Debug, Serialize, JsonSchema)]
struct KeysBody {
    keys: Vec<Key>,
}

/// The next keys of a tenant.
#[derive(Debug, Serialize, JsonSchema)]
struct RotatedBody {
    keys: Vec<Key>,
    /// Whether anything was done; false when all of them were waiting already.
    changed: bool,
}

/// A key that was deleted.
#[derive(Debug, Serialize, JsonSchema)]
struct DeletedBody {
    deleted: KeyId,
}

impl When {
    fn from(self, now: Time) -> Time {
        now + Seconds(self.active_in.filter(|_| !self.active_now).unwrap_or(0))
    }
}

impl Keys {
    pub(super) async fn run(self, door: Door<'_>) -> Result<Answer, Failure> {
        let site = door.at(&self.common.tenant).await?;
        match self.verb {
            Verb::Create { algorithm, active_in } => {
                let active_at = active_in.map(|seconds| SystemClock.now() + Seconds(seconds));
                let created = site.create_key(algorithm, active_at).await?;
                Answer::record(&Subject::key("").accept(created)?)
            }
            Verb::Rotate { algorithm, now } => rotate(&site, algorithm, now).await,
            Verb::Import(import) => {
                let (installation, tenant) = site.only_here("key import", NOT_SENT)?;
                import.run(installation, &tenant.tenant_id).await
            }
            Verb::Reseal { check } => reseal::run(site.only_here("key reseal", MASTER_KEYS)?.0, check).await,
            Verb::List => list(site.keys().await?),
            Verb::Show(which) => {
                let kid = which.id();
                record(&kid, Outcome::found(site.key(&kid).await?))
            }
            Verb::Update { which, when } => {
                let kid = which.id();
                let active_at = when.from(SystemClock.now());
                record(&kid, site.activate_key(&kid, active_at).await?)
            }
            Verb::Disable { which, force } => {
                let kid = which.id();
                record(&kid, site.disable_key(&kid, force).await?)
            }
            Verb::Enable(which) => {
                let kid = which.id();
                record(&kid, site.enable_key(&kid).await?)
            }
            Verb::Delete { which, force } => delete(&site, which.id(), force).await,
        }
    }
}

async fn rotate(site: &Site<'_>, algorithm: Option<Algorithm>, now: bool) -> Result<Answer, Failure> {
    let start = if now { Start::Soonest } else { Start::Scheduled };
    match site.rotate_keys(algorithm, start).await? {
        Outcome::Stale => Err(Failure::new(
            "the keys were changed at the same time by somebody else: look at `credenza key list`",
        )),
        rotated => {
            let Rotation { keys, changed } = Subject::key("").accept(rotated)?;
            let answer = Answer::list(&RotatedBody { keys, changed }, COLUMNS)?;
            Ok(if changed { answer } else { answer.remarkable(WAITING) })
        }
    }
}

async fn delete(site: &Site<'_>, kid: KeyId, force: bool) -> Result<Answer, Failure> {
    Subject::key(kid.as_str()).accept(site.delete_key(&kid, force).await?)?;
    let text = format!("deleted key {kid}");
    Answer::done(&DeletedBody { deleted: kid }, &text)
}

fn list(keys: Vec<Key>) -> Result<Answer, Failure> {
    Answer::list(&KeysBody { keys }, COLUMNS)
}

fn record(kid: &KeyId, outcome: Outcome<Key>) -> Result<Answer, Failure> {
    Answer::record(&Subject::key(kid.as_str()).accept(outcome)?)
}
