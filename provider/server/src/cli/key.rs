//! `credenza key`: the keys that sign tokens. Private keys are sealed, and never printed.

use clap::{Args, Subcommand};
use credenza_protocol::ids::{KeyId, TenantId};
use credenza_protocol::time::{Seconds, Time};
use credenza_storage::KeyRecord;
use credenza_validator::Algorithm;
use schemars::JsonSchema;
use serde::Serialize;

use super::office::Office;
use super::output::Answer;
use super::{Common, Failure, values};
use crate::keys::{self, Birth, FIRST_ALGORITHMS, schedule};

mod import;
pub(super) mod reseal;
mod rotate;

const EXAMPLES: &str = "\
Examples:
  credenza key list
      Every key, the newest first
  credenza key create --algorithm ES256
      The next key: published at once, signing in an hour, when clients have fetched it
  credenza key update KID --active-now
      Do not wait
  credenza key rotate
      The next key of each algorithm; the one that signs stays published until what it signed is dead
  credenza key import --algorithm RS256 --file key.pem
      A private key that was made elsewhere
  credenza key reseal
      After the master key was changed: everything sealed anew under the current one
  credenza key disable KID
      Neither signs nor is published: what it has signed is worth nothing any more";

/// How long a key is published before it signs, if there is one to sign until then: clients keep a
/// copy of the keys for so long.
const AHEAD: Seconds = Seconds(3600);

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
    /// Make a key
    #[command(after_help = EXAMPLES)]
    Create {
        /// The one algorithm that it is for
        #[arg(long, value_name = "ALG", value_parser = values::algorithm())]
        algorithm: Algorithm,
        /// Sign after so many seconds [default: 3600, or 0 for the first key of its algorithm]
        #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(i64).range(0..))]
        active_in: Option<i64>,
    },
    /// Make the next key of each algorithm before its time
    Rotate {
        /// Of this algorithm alone
        #[arg(long, value_name = "ALG", value_parser = values::algorithm())]
        algorithm: Option<Algorithm>,
        /// Sign with it as soon as no copy of the published keys can be without it, in two minutes [default:
        /// after keys.publish_before]
        #[arg(long)]
        now: bool,
    },
    /// Take a private key that was made elsewhere
    Import(import::Import),
    /// Seal everything in the database, of every tenant, under the current master key
    Reseal {
        /// Only look what is to be done
        #[arg(long)]
        check: bool,
    },
    /// List the keys
    List,
    /// Show a key
    Show(Which),
    /// Change when a key begins to sign
    Update {
        #[command(flatten)]
        which: Which,
        #[command(flatten)]
        when: When,
    },
    /// Disable a key: it neither signs nor is published
    Disable {
        #[command(flatten)]
        which: Which,
        /// Even if nothing is left to sign with
        #[arg(long)]
        force: bool,
    },
    /// Enable a key again
    Enable(Which),
    /// Delete a key
    Delete {
        #[command(flatten)]
        which: Which,
        /// Even if nothing is left to sign with
        #[arg(long)]
        force: bool,
    },
}

/// Which key.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
struct Which {
    /// Its kid
    #[arg(allow_hyphen_values = true)]
    kid: Option<String>,
    /// Its kid
    #[arg(long = "kid", value_name = "KID", allow_hyphen_values = true)]
    named: Option<String>,
}

#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
struct When {
    /// Sign from now on
    #[arg(long)]
    active_now: bool,
    /// Sign after so many seconds
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(i64).range(0..))]
    active_in: Option<i64>,
}

impl Which {
    fn id(self) -> KeyId {
        KeyId::new(self.kid.or(self.named).unwrap_or_default())
    }
}

/// A key as it is printed: nothing of the private key.
#[derive(Debug, Serialize, JsonSchema)]
struct KeyBody {
    kid: KeyId,
    algorithm: Algorithm,
    /// What it does: `signing`, `published` (another signs), or `disabled`.
    status: &'static str,
    created_at: Time,
    active_at: Time,
    disabled_at: Option<Time>,
    /// When it is deleted, since another signs in its place.
    retire_at: Option<Time>,
}

/// Every key of a tenant.
#[derive(Debug, Serialize, JsonSchema)]
struct KeysBody {
    keys: Vec<KeyBody>,
}

/// A key that is no more.
#[derive(Debug, Serialize, JsonSchema)]
struct DeletedBody {
    deleted: KeyId,
}

/// The keys of a tenant, at one moment.
struct Ring {
    records: Vec<KeyRecord>,
    now: Time,
}

impl Ring {
    async fn load(office: &Office, tenant: &TenantId) -> Result<Self, Failure> {
        Ok(Self { records: office.store.keys.list(tenant).await?, now: office.now() })
    }

    /// The key that signs.
    fn signer(&self, algorithm: Algorithm) -> Option<&KeyRecord> {
        schedule::signer(&self.records, algorithm, self.now)
    }

    fn body(&self, record: &KeyRecord) -> KeyBody {
        let signs = self.signer(record.algorithm).is_some_and(|signer| signer.kid == record.kid);
        let status = match record.disabled_at {
            Some(_) => "disabled",
            None if signs => "signing",
            None => "published",
        };
        KeyBody {
            kid: record.kid.clone(),
            algorithm: record.algorithm,
            status,
            created_at: record.created_at,
            active_at: record.active_at,
            disabled_at: record.disabled_at,
            retire_at: record.retire_at,
        }
    }

    /// The keys that are wanted, as a list.
    fn list(&self, is_wanted: impl Fn(&KeyId) -> bool) -> Result<Answer, Failure> {
        let wanted = self.records.iter().filter(|record| is_wanted(&record.kid));
        let keys = wanted.map(|record| self.body(record)).collect();
        Answer::list(
            &KeysBody { keys },
            &["kid", "algorithm", "status", "created_at", "active_at", "retire_at"],
        )
    }

    fn show(&self, kid: &KeyId) -> Result<Answer, Failure> {
        Answer::record(&self.body(self.find(kid)?))
    }

    fn find(&self, kid: &KeyId) -> Result<&KeyRecord, Failure> {
        self.records.iter().find(|record| record.kid == *kid).ok_or_else(|| absent(kid))
    }

    /// Refuses to take away the only key that can sign for its algorithm.
    fn spare(&self, kid: &KeyId, force: bool) -> Result<(), Failure> {
        let record = self.find(kid)?;
        let others = self.records.iter().any(|other| {
            other.kid != *kid
                && other.algorithm == record.algorithm
                && other.disabled_at.is_none()
                && other.active_at <= self.now
        });
        if others || force || record.disabled_at.is_some() || record.active_at > self.now {
            return Ok(());
        }
        Err(Failure::new(format!(
            "nothing would be left to sign {} with: make another key first (--active-in 0), or say --force",
            record.algorithm
        )))
    }
}

impl Keys {
    pub(super) async fn run(self, office: &Office) -> Result<Answer, Failure> {
        let tenant = office.tenant(&self.common.tenant).await?.tenant_id;
        match self.verb {
            Verb::Create { algorithm, active_in } => create(office, &tenant, algorithm, active_in).await,
            Verb::Rotate { algorithm, now } => rotate::rotate(office, &tenant, algorithm, now).await,
            Verb::Import(import) => import.run(office, &tenant).await,
            Verb::Reseal { check } => reseal::run(office, check).await,
            Verb::List => Ring::load(office, &tenant).await?.list(|_| true),
            Verb::Show(which) => Ring::load(office, &tenant).await?.show(&which.id()),
            Verb::Update { which, when } => {
                let kid = which.id();
                let active_at =
                    office.now() + Seconds(when.active_in.filter(|_| !when.active_now).unwrap_or(0));
                let found = office.store.keys.set_active_at(&tenant, &kid, active_at).await?;
                shown(office, &tenant, &kid, found).await
            }
            Verb::Disable { which, force } => {
                let kid = which.id();
                Ring::load(office, &tenant).await?.spare(&kid, force)?;
                let found = office.store.keys.set_disabled(&tenant, &kid, Some(office.now())).await?;
                shown(office, &tenant, &kid, found).await
            }
            Verb::Enable(which) => {
                let kid = which.id();
                let found = office.store.keys.set_disabled(&tenant, &kid, None).await?;
                shown(office, &tenant, &kid, found).await
            }
            Verb::Delete { which, force } => delete(office, &tenant, which.id(), force).await,
        }
    }
}

async fn create(
    office: &Office,
    tenant: &TenantId,
    algorithm: Algorithm,
    active_in: Option<i64>,
) -> Result<Answer, Failure> {
    let now = office.now();
    let mut ring = Ring::load(office, tenant).await?;
    if ring.records.is_empty() {
        // A server makes a tenant's first keys only where there are none; so make all of them here too.
        let first = FIRST_ALGORITHMS
            .into_iter()
            .map(|algorithm| make(office, tenant, algorithm, Birth { now, active_at: now }));
        office.store.keys.create_first(tenant, first.collect::<Result<_, _>>()?).await?;
        ring = Ring::load(office, tenant).await?;
    }
    let ahead = if ring.signer(algorithm).is_some() { AHEAD } else { Seconds(0) };
    let active_at = now + active_in.map_or(ahead, Seconds);
    let record = make(office, tenant, algorithm, Birth { now, active_at })?;
    if !office.store.keys.create(tenant, record.clone()).await? {
        return Err(Failure::new("that kid is taken"));
    }
    Ring::load(office, tenant).await?.show(&record.kid)
}

/// A new key, not yet stored.
fn make(
    office: &Office,
    tenant: &TenantId,
    algorithm: Algorithm,
    birth: Birth,
) -> Result<KeyRecord, Failure> {
    let master_keys = office.need_master_key("a key")?;
    keys::create(tenant, algorithm, birth, master_keys, &office.rng)
        .map_err(|error| Failure::new(error.to_string()))
}

async fn delete(office: &Office, tenant: &TenantId, kid: KeyId, force: bool) -> Result<Answer, Failure> {
    Ring::load(office, tenant).await?.spare(&kid, force)?;
    if !office.store.keys.delete(tenant, &kid).await? {
        return Err(absent(&kid));
    }
    let text = format!("deleted key {kid}");
    Answer::done(&DeletedBody { deleted: kid }, &text)
}

async fn shown(office: &Office, tenant: &TenantId, kid: &KeyId, found: bool) -> Result<Answer, Failure> {
    if found { Ring::load(office, tenant).await?.show(kid) } else { Err(absent(kid)) }
}

fn absent(kid: &KeyId) -> Failure {
    Failure::new(format!("there is no key {:?} in this tenant", kid.as_str()))
}
