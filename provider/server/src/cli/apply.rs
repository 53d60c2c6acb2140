//! `credenza apply`: a whole set-up from one file.

use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};

use super::Failure;
use super::door::{Door, Refused};
use super::output::Answer;
use crate::apply::{self, Fault, Mode, Report, SetUp, Surroundings};

const EXAMPLES: &str = "\
Examples:
  credenza apply --dry-run set-up.toml
      What would be changed; exit code 3 if anything, 0 if nothing
  credenza apply set-up.toml
      Make it so; a second time, nothing is changed
  generate-set-up | credenza apply --format json -
      From standard input
  credenza apply --schema > set-up.schema.json
      What may stand in the file, for editors

The file names tenants, clients, users, groups and roles. What it does not name stays as it is. Nothing is deleted but
what it calls absent; a list of people, such as the members of a group, is the whole of them. With the setting `apply`,
or CREDENZA_APPLY, a server applies a file when it starts.";

/// `credenza apply`
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Apply {
    /// The file, TOML or JSON; - is standard input
    #[arg(value_name = "FILE", required_unless_present = "schema")]
    file: Option<PathBuf>,
    /// How it is written [default: json if its name ends in .json, toml otherwise]
    #[arg(long, value_name = "FORMAT")]
    format: Option<Format>,
    /// Only tell what would be changed; exit code 3 if anything
    #[arg(long)]
    dry_run: bool,
    /// Print the JSON schema of the file instead
    #[arg(long, conflicts_with_all = ["file", "dry_run", "format"])]
    schema: bool,
    /// Print one JSON object, for scripts
    #[arg(long)]
    pub(super) json: bool,
}

/// How a file is written.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Format {
    Toml,
    Json,
}

impl From<Format> for apply::Format {
    fn from(format: Format) -> Self {
        match format {
            Format::Toml => Self::Toml,
            Format::Json => Self::Json,
        }
    }
}

impl Apply {
    /// The schema, if that is what was asked for.
    pub(super) fn schema(&self) -> Option<Result<Answer, Failure>> {
        self.schema.then(|| Answer::document(&apply::schema()))
    }

    /// The file, read and checked as far as it can be without the database.
    pub(super) fn read(&self) -> Result<SetUp, Failure> {
        let variable = |name: &str| std::env::var_os(name);
        let file = self.file();
        let format = self.format.map_or_else(|| apply::Format::of(file), apply::Format::from);
        let read = if file == Path::new("-") {
            let mut text = String::new();
            let read = io::stdin().read_to_string(&mut text);
            read.map_err(|error| super::files::unreadable("apply", file, &error))?;
            SetUp::read(&text, format, &Surroundings { folder: PathBuf::new(), variable: &variable })
        } else {
            SetUp::read_file(file, format, &variable)
        };
        read.map_err(|faults| self.refused(faults))
    }

    /// Carries it out, or compares it with what there is.
    pub(super) async fn run(&self, set_up: SetUp, door: Door<'_>) -> Result<Answer, Failure> {
        let mode = if self.dry_run { Mode::Compare } else { Mode::Apply };
        match door.apply(set_up, mode).await? {
            Ok(report) => self.answer(&report),
            Err(Refused::Faults(faults)) => Err(self.refused(faults)),
            Err(Refused::Halfway(why)) => Err(Failure::new(why)),
        }
    }

    fn file(&self) -> &Path {
        self.file.as_deref().unwrap_or(Path::new("-"))
    }

    fn refused(&self, faults: Vec<Fault>) -> Failure {
        Failure::Document(self.file().display().to_string(), faults)
    }

    fn answer(&self, report: &Report) -> Result<Answer, Failure> {
        // What somebody chose as a name cannot act on the terminal.
        let harmless = |character: char| match character {
            '\n' => '\n',
            character if character.is_control() => '\u{fffd}',
            character => character,
        };
        let text: String = report.to_string().chars().map(harmless).collect();
        let answer = Answer::done(report, text.trim_end())?;
        Ok(match (self.dry_run, report.changed) {
            (true, true) => answer.remarkable("nothing was changed: this is what `credenza apply` would do"),
            (_, false) => answer.noting("nothing to do: everything is as the file says"),
            (false, true) => answer,
        })
    }
}
