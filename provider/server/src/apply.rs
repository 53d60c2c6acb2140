//! A whole set-up from one file: what is in it is compared with what there is, and made so.
//!
//! Everything goes through the use cases of [`crate::admin`], each of which reads, checks and writes one record with the
//! version that it was read at. The file is checked as a whole before anything is written. Afterwards each entry is settled
//! by itself: one that somebody else changes meanwhile is read again, and one that fails ends the run, which says what was
//! done until then; repeating it goes on from there.
//!
//! | file | holds |
//! |---|---|
//! | `document` | what stands in the file |
//! | `read` | its text, and the secrets that it names |
//! | `afar` | the same on its way to a server elsewhere, with the secrets in it |
//! | `entry` | its entries, in the order in which they are settled |
//! | `tenants`, `clients`, `users`, `groups`, `roles`, `webhooks` | read, compare, call the use case: one file per noun |
//! | `future` | what an entry names, as it will be when the entries before it are settled |
//! | `holders` | who is in a group or has a role, and who is to |
//! | `step` | what becomes of each entry |
//! | `start` | a file that is applied when a server starts |

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::admin::{Administration, Error};

mod afar;
mod clients;
mod document;
mod entry;
mod future;
mod groups;
mod holders;
mod read;
mod roles;
mod start;
mod step;
mod tenants;
mod users;
mod webhooks;

pub use afar::schema as schema_from_afar;
pub use document::schema;
pub use read::{Fault, Format, SetUp, Surroundings};
pub use start::{StartError, at_start, read};
pub use step::{Action, Change, Mode, Step};

use entry::{Entry, Placed};
use step::Settled;

/// How often an entry is read again that others keep changing.
const ROUNDS: usize = 10;

/// What was done, or would be: an entry each, in the order of the file.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "SetUpReport")]
pub struct Report {
    /// Whether anything differs, or did.
    pub changed: bool,
    /// The entries.
    pub steps: Vec<Step>,
}

impl Report {
    fn add(&mut self, step: Step) {
        self.changed |= step.action != Action::Unchanged;
        self.steps.push(step);
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.steps.iter().try_for_each(|step| writeln!(f, "{step}"))
    }
}

/// Why a set-up was not carried out.
#[derive(Debug)]
pub enum Failed {
    /// The file cannot be what there is to be; nothing was written.
    Faults(Vec<Fault>),
    /// Something failed in the middle. What is in the report was done before.
    Halfway(Report, Halt),
}

/// What failed in the middle.
#[derive(Debug)]
pub enum Halt {
    /// An entry was refused, as others had changed what it depends on.
    Refused(Vec<Fault>),
    /// An entry was changed by others each time that it was read.
    Overtaken(String),
    /// The store, or something else.
    Error(Error),
}

impl fmt::Display for Failed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Faults(faults) => lines(f, faults),
            Self::Halfway(report, halt) => {
                write!(f, "{halt}")?;
                let mut done = report.steps.iter().filter(|step| step.action != Action::Unchanged).peekable();
                if done.peek().is_some() {
                    write!(f, "\nDone before; the next run goes on from there:")?;
                }
                done.try_for_each(|step| write!(f, "\n{step}"))
            }
        }
    }
}

impl fmt::Display for Halt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused(faults) => lines(f, faults),
            Self::Overtaken(at) => write!(f, "{at}: somebody else keeps changing it"),
            Self::Error(error) => write!(f, "{error}; {}", error.next_step()),
        }
    }
}

fn lines(f: &mut fmt::Formatter<'_>, faults: &[Fault]) -> fmt::Result {
    let lines: Vec<_> = faults.iter().map(ToString::to_string).collect();
    f.write_str(&lines.join("\n"))
}

/// Carries the set-up out, or compares it with what there is.
///
/// # Errors
/// [`Failed`].
pub async fn run(admin: &Administration<'_>, set_up: &SetUp, mode: Mode) -> Result<Report, Failed> {
    let halted = |error: Error| Failed::Halfway(Report::default(), Halt::Error(error));
    let planned = plan(admin, set_up).await.map_err(halted)?.map_err(Failed::Faults)?;
    if mode == Mode::Compare {
        return Ok(planned);
    }
    let mut report = Report::default();
    for placed in entry::all(set_up) {
        match carry_out(admin, &placed).await {
            Ok(step) => report.add(step),
            Err(halt) => return Err(Failed::Halfway(report, halt)),
        }
    }
    Ok(report)
}

/// What would be done, or everything that stands in the way.
async fn plan(admin: &Administration<'_>, set_up: &SetUp) -> Result<Result<Report, Vec<Fault>>, Error> {
    let (mut report, mut faults) = (Report::default(), vec![]);
    for Placed { at, entry } in entry::all(set_up) {
        let settled = match entry {
            Entry::Tenant(entry) => tenants::settle(admin, entry, Mode::Compare).await?,
            Entry::Member(member) => match tenants::future(admin, set_up, member.tenant()).await? {
                Some(tenant) => member.settle(admin, &tenant, Mode::Compare).await?,
                None => no_tenant(member.tenant()),
            },
        };
        match settled {
            Settled::Done(step) => report.add(step),
            Settled::Refused(refused) => faults.extend(faults_at(&at, refused)),
            // Nothing is written, so nobody is overtaken.
            Settled::Overtaken => {}
        }
    }
    Ok(if faults.is_empty() { Ok(report) } else { Err(faults) })
}

/// Settles one entry for good.
async fn carry_out(admin: &Administration<'_>, placed: &Placed<'_>) -> Result<Step, Halt> {
    let Placed { at, entry } = placed;
    for _ in 0..ROUNDS {
        let settled = match entry {
            Entry::Tenant(entry) => tenants::settle(admin, entry, Mode::Apply).await,
            Entry::Member(member) => match tenants::present(admin, member.tenant()).await {
                Ok(Some(tenant)) => member.settle(admin, &tenant, Mode::Apply).await,
                Ok(None) => Ok(no_tenant(member.tenant())),
                Err(error) => Err(error),
            },
        };
        match settled.map_err(Halt::Error)? {
            Settled::Done(step) => return Ok(step),
            Settled::Refused(refused) => return Err(Halt::Refused(faults_at(at, refused))),
            Settled::Overtaken => {}
        }
    }
    Err(Halt::Overtaken(at.clone()))
}

fn no_tenant(name: &str) -> Settled {
    let why = format!("there is no tenant {name:?}: add it under tenants, or correct the name");
    Settled::refused("tenant", why)
}

fn faults_at(at: &str, refused: Vec<(String, String)>) -> Vec<Fault> {
    let place = |member: &str| if member.is_empty() { at.to_owned() } else { format!("{at}.{member}") };
    refused.into_iter().map(|(member, why)| Fault::new(place(&member), why)).collect()
}

#[cfg(test)]
mod tests;
