//! Many users at once, here and there.

use serde::Deserialize;

use super::Site;
use crate::admin::users::{self, Import, Imported, Mode, UserLine};
use crate::cli::Failure;
use crate::cli::remote::{Api, Asked};

/// Lines that are taken together here, so that their writes share commits.
const HERE: usize = 256;
/// Lines of one request.
const THERE: usize = 4096;

/// What became of a line.
pub(in crate::cli) struct Became {
    /// `created`, `updated`, `unchanged` or `refused`.
    pub(in crate::cli) outcome: &'static str,
    /// The id of the user who is here now.
    pub(in crate::cli) user_id: Option<String>,
    /// Why nothing was stored.
    pub(in crate::cli) why: Option<String>,
}

/// A line of the answer: of one that was sent, or of all of them.
#[derive(Deserialize)]
#[serde(untagged)]
enum Told {
    Line {
        outcome: String,
        user_id: Option<String>,
        #[serde(default)]
        errors: Vec<At>,
    },
    All {
        next_line: Option<usize>,
    },
}

#[derive(Deserialize)]
struct At {
    pointer: String,
    detail: String,
}

impl Site<'_> {
    /// Imports lines, as many at a time as `next` is asked for, each with its number, until there are none.
    pub(in crate::cli) async fn import_users(
        &self,
        is_dry_run: bool,
        mut next: impl FnMut(usize) -> Result<(Vec<u64>, Vec<String>), Failure>,
        mut told: impl FnMut(u64, Became),
    ) -> Result<(), Failure> {
        match self {
            Self::Here(installation, tenant) => {
                let admin = installation.admin();
                let mut import = Import::new(&admin, &tenant.tenant_id, Mode { is_dry_run, updates: false });
                loop {
                    let (numbers, texts) = next(HERE)?;
                    if texts.is_empty() {
                        return Ok(());
                    }
                    let became = import.lines(&texts).await?;
                    numbers.into_iter().zip(became).for_each(|(number, one)| told(number, one.into()));
                }
            }
            Self::There(api) => loop {
                let (numbers, texts) = next(THERE)?;
                if texts.is_empty() {
                    return Ok(());
                }
                let became = import_there(api, &texts, is_dry_run).await?;
                numbers.into_iter().zip(became).for_each(|(number, one)| told(number, one));
            },
        }
    }

    /// Every user, as they can be imported.
    pub(in crate::cli) async fn export_users(&self, with_hashes: bool) -> Result<Vec<UserLine>, Failure> {
        match self {
            Self::Here(installation, tenant) => {
                let (admin, tenant) = (installation.admin(), &tenant.tenant_id);
                let mut lines = vec![];
                for user in users::all(&admin, tenant).await? {
                    lines.push(users::exported(&admin, tenant, user, with_hashes).await?);
                }
                Ok(lines)
            }
            Self::There(api) => {
                let operation = if with_hashes { "exportUsersWithPasswordHashes" } else { "exportUsers" };
                api.read_lines(Asked::of(operation)).await
            }
        }
    }
}

/// Sends lines, and goes on where the server had no time for all of them.
async fn import_there(api: &Api<'_>, texts: &[String], is_dry_run: bool) -> Result<Vec<Became>, Failure> {
    let mut all = vec![];
    while let Some(rest) = texts.get(all.len()..).filter(|rest| !rest.is_empty()) {
        let asked = Asked::of("importUsers").query("dry_run", is_dry_run).lines(rest);
        let mut goes_on = false;
        let before = all.len();
        for one in api.read_lines::<Told>(asked).await? {
            match one {
                Told::Line { outcome, user_id, errors } => all.push(became(&outcome, user_id, &errors)),
                Told::All { next_line } => goes_on = next_line.is_some(),
            }
        }
        let is_whole = all.len() == texts.len();
        if all.len() == before || (!goes_on && !is_whole) {
            return Err(Failure::new(format!(
                "{} did not take every line: import the file again",
                api.issuer()
            )));
        }
    }
    Ok(all)
}

fn became(outcome: &str, user_id: Option<String>, errors: &[At]) -> Became {
    let outcome = ["created", "updated", "unchanged"].into_iter().find(|known| *known == outcome);
    let sentence = |At { pointer, detail }: &At| {
        let path = pointer.trim_start_matches('/');
        let path = path.strip_prefix("claims/").unwrap_or(path).replace('/', ".");
        if path.is_empty() { detail.clone() } else { format!("{path}: {detail}") }
    };
    let why = errors.iter().map(sentence).collect::<Vec<_>>().join("; ");
    Became { outcome: outcome.unwrap_or("refused"), user_id, why: Some(why).filter(|why| !why.is_empty()) }
}

impl From<Imported> for Became {
    fn from(imported: Imported) -> Self {
        let of = |outcome, id: credenza_protocol::ids::UserId| Self {
            outcome,
            user_id: Some(id.to_string()),
            why: None,
        };
        match imported {
            Imported::Created(id) => of("created", id),
            Imported::Updated(id) => of("updated", id),
            Imported::Unchanged(id) => of("unchanged", id),
            Imported::Refused(fields) => {
                let why: Vec<_> = fields.iter().map(ToString::to_string).collect();
                Self { outcome: "refused", user_id: None, why: Some(why.join("; ")) }
            }
        }
    }
}
