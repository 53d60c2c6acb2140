//! `credenza user import` and `user export`: people, a line of JSON each.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read as _};
use std::path::Path;

use schemars::JsonSchema;
use serde::Serialize;

use crate::admin::users::UserLine;
use crate::cli::Failure;
use crate::cli::door::{Became, Site};
use crate::cli::output::Answer;

/// The longest line, in bytes.
const LONGEST_LINE: u64 = 1 << 20;

/// What became of every line.
#[derive(Debug, Default, Serialize, JsonSchema)]
struct ImportBody {
    created: u64,
    /// Who were here, and are in groups now that their lines name.
    updated: u64,
    unchanged: u64,
    refused: u64,
    /// Whether it was only tried: then nothing was stored.
    dry_run: bool,
    lines: Vec<LineBody>,
}

/// What became of a line.
#[derive(Debug, Serialize, JsonSchema)]
struct LineBody {
    /// Its number, from 1.
    line: u64,
    /// `created`, `updated`, `unchanged` or `refused`.
    outcome: &'static str,
    /// The id of the user who is here now.
    #[serde(skip_serializing_if = "Option::is_none")]
    user_id: Option<String>,
    /// Why nothing was stored.
    #[serde(skip_serializing_if = "Option::is_none")]
    why: Option<String>,
}

/// Every user of a tenant, as they can be imported.
#[derive(Debug, Serialize, JsonSchema)]
struct ExportBody {
    users: Vec<UserLine>,
}

/// Imports the users in the file, or from standard input if it is `-`.
pub(super) async fn import(site: &Site<'_>, file: &Path, is_dry_run: bool) -> Result<Answer, Failure> {
    let mut input: Box<dyn BufRead> = if file == Path::new("-") {
        Box::new(BufReader::new(io::stdin()))
    } else {
        let opened = File::open(file).map_err(|error| unreadable(file, &error))?;
        Box::new(BufReader::new(opened))
    };
    let mut body = ImportBody { dry_run: is_dry_run, ..ImportBody::default() };
    let mut number = 0;
    let next = |most: usize| {
        let (mut numbers, mut texts) = (vec![], vec![]);
        while texts.len() < most {
            let Some(text) = next_line(&mut input).map_err(|error| unreadable(file, &error))? else { break };
            number += 1;
            if !text.trim().is_empty() {
                numbers.push(number);
                texts.push(text);
            }
        }
        Ok((numbers, texts))
    };
    site.import_users(is_dry_run, next, |line, became| body.add(line, became)).await?;
    let has_failed = body.refused > 0;
    let answer = Answer::done(&body, &body.text())?;
    Ok(if has_failed { answer.failing() } else { answer })
}

/// A line without its end; one that is too long, or no UTF-8, is an error, since nothing after it could be trusted.
fn next_line(input: &mut impl BufRead) -> io::Result<Option<String>> {
    let mut line = String::new();
    let read = input.by_ref().take(LONGEST_LINE).read_line(&mut line)?;
    if read as u64 == LONGEST_LINE && !line.ends_with('\n') {
        return Err(io::Error::other(format!("a line has more than {LONGEST_LINE} bytes")));
    }
    Ok((read > 0).then_some(line))
}

fn unreadable(file: &Path, error: &io::Error) -> Failure {
    Failure::new(format!("{}: {error}", file.display()))
}

impl ImportBody {
    fn add(&mut self, line: u64, became: Became) {
        let Became { outcome, user_id, why } = became;
        *match outcome {
            "created" => &mut self.created,
            "updated" => &mut self.updated,
            "unchanged" => &mut self.unchanged,
            _ => &mut self.refused,
        } += 1;
        // In a dry run an id that is made is made for nothing.
        let user_id = user_id.filter(|_| !(self.dry_run && outcome == "created"));
        self.lines.push(LineBody { line, outcome, user_id, why });
    }

    /// For people: what was refused, and the numbers.
    fn text(&self) -> String {
        let mut text = String::new();
        for LineBody { line, outcome, why, .. } in &self.lines {
            match why {
                Some(why) => text.push_str(&format!("line {line}: {outcome}: {why}\n")),
                None if self.dry_run => text.push_str(&format!("line {line}: {outcome}\n")),
                None => {}
            }
        }
        let Self { created, updated, unchanged, refused, .. } = self;
        let tried = if self.dry_run { "; nothing was stored, since this was a dry run" } else { "" };
        text.push_str(&format!(
            "{created} created, {updated} updated, {unchanged} unchanged, {refused} refused{tried}"
        ));
        text
    }
}

/// Writes every user, a line each.
pub(super) async fn export(site: &Site<'_>, with_hashes: bool) -> Result<Answer, Failure> {
    let body = ExportBody { users: site.export_users(with_hashes).await? };
    let lines: Result<Vec<_>, _> = body.users.iter().map(serde_json::to_string).collect();
    let lines = lines.map_err(|error| Failure::new(error.to_string()))?;
    Answer::lines(&body, lines)
}
