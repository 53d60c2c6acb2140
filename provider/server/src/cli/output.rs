//! What commands print: JSON or YAML for scripts, lines and tables for people.

use std::io::{self, ErrorKind, Write as _};
use std::process::ExitCode;

use chrono::{DateTime, SecondsFormat};
use clap::ValueEnum;
use credenza_protocol::text::{is_unseen, shapes};
use credenza_protocol::time::Time;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value};

use super::Failure;
use crate::telemetry;

/// How answers are written.
#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
pub(super) enum Form {
    /// Lines and tables, for people
    Table,
    /// One JSON object, on one line
    Json,
    /// The same as a YAML document
    Yaml,
}

/// What a command answers.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) body: Value,
    /// How people see it.
    shape: Shape,
    /// What is said on standard error beside it.
    remark: Option<String>,
    exit_code: u8,
}

/// The exit code of a command that answers, and yet was refused a part of what was asked for.
const FAILED: u8 = 1;
/// The exit code of a command that did not fail, and yet has something to say that a script may want to know: nothing was
/// left to do, or something would be.
const REMARKABLE: u8 = 3;

#[derive(Debug)]
enum Shape {
    Nothing,
    Record,
    Table(&'static [&'static str]),
    Text(String),
}

/// An error, with `--json`.
#[derive(Debug, Serialize, JsonSchema)]
struct ErrorBody {
    /// A sentence.
    error: String,
}

/// What `migrate` did.
#[derive(Debug, Serialize, JsonSchema)]
struct MigratedBody {
    /// The migrations that were run now.
    migrated: Vec<String>,
}

impl Answer {
    pub(super) fn nothing() -> Self {
        Self::new(Value::Null, Shape::Nothing)
    }

    /// One thing, with all its members.
    pub(super) fn record(body: &(impl Serialize + JsonSchema)) -> Result<Self, Failure> {
        Self::shaped(body, Shape::Record)
    }

    /// Several things; people see these columns.
    pub(super) fn list(
        body: &(impl Serialize + JsonSchema),
        columns: &'static [&'static str],
    ) -> Result<Self, Failure> {
        Self::shaped(body, Shape::Table(columns))
    }

    /// The configuration; people see TOML.
    pub(super) fn config(body: &(impl Serialize + JsonSchema)) -> Result<Self, Failure> {
        let text = toml::to_string(body)
            .map_err(|error| Failure::with_step(error, "report this: it should never happen"))?;
        Self::shaped(body, Shape::Text(text))
    }

    pub(super) fn migrated(done: Vec<String>) -> Result<Self, Failure> {
        let text = if done.is_empty() {
            "the database is up to date\n".to_owned()
        } else {
            done.iter().map(|name| format!("{name}\n")).collect()
        };
        Self::shaped(&MigratedBody { migrated: done }, Shape::Text(text))
    }

    /// A sentence that says what was done.
    pub(super) fn done(body: &(impl Serialize + JsonSchema), text: &str) -> Result<Self, Failure> {
        Self::shaped(body, Shape::Text(format!("{text}\n")))
    }

    /// A JSON document, for people too.
    pub(super) fn document(body: &impl Serialize) -> Result<Self, Failure> {
        let body = value(body)?;
        let text = format!("{body:#}\n");
        Ok(Self::new(body, Shape::Text(text)))
    }

    /// Lines for another program, which `body` holds as well.
    pub(super) fn lines(body: &(impl Serialize + JsonSchema), lines: Vec<String>) -> Result<Self, Failure> {
        Self::shaped(body, Shape::Text(lines.into_iter().map(|line| format!("{line}\n")).collect()))
    }

    /// The same answer, with a sentence on standard error.
    pub(super) fn noting(self, remark: impl Into<String>) -> Self {
        Self { remark: Some(remark.into()), ..self }
    }

    /// The same, with [`REMARKABLE`] as the exit code.
    pub(super) fn remarkable(self, remark: impl Into<String>) -> Self {
        Self { exit_code: REMARKABLE, ..self.noting(remark) }
    }

    /// The same answer, with [`FAILED`] as the exit code.
    pub(super) fn failing(self) -> Self {
        Self { exit_code: FAILED, ..self }
    }

    const fn new(body: Value, shape: Shape) -> Self {
        Self { body, shape, remark: None, exit_code: 0 }
    }

    fn shaped(body: &impl Serialize, shape: Shape) -> Result<Self, Failure> {
        Ok(Self::new(value(body)?, shape))
    }

    /// What the process ends with once the answer is printed.
    pub(super) const fn exit_code(&self) -> u8 {
        self.exit_code
    }

    fn text(&self) -> String {
        match &self.shape {
            Shape::Nothing => String::new(),
            Shape::Record => record(&self.body),
            Shape::Table(columns) => table(&self.body, columns),
            Shape::Text(text) => text.clone(),
        }
    }
}

/// Prints an answer. A reader that stops reading early, as `head` does, is no failure.
pub(super) fn print(answer: &Answer, form: Form) -> ExitCode {
    let text = match written(answer, form) {
        Ok(text) => text,
        Err(failure) => return complain(&failure, Form::Table),
    };
    let mut out = io::stdout();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            telemetry::say(format!("the answer could not be written to standard output: {error}\n"));
            ExitCode::FAILURE
        }
        _ => {
            if let Some(remark) = &answer.remark {
                telemetry::say(format!("{remark}\n"));
            }
            ExitCode::from(answer.exit_code())
        }
    }
}

/// Says why a command failed.
pub(super) fn complain(failure: &Failure, form: Form) -> ExitCode {
    let body = ErrorBody { error: failure.to_string() };
    if form != Form::Table
        && let Ok(text) = value(&body).and_then(|body| structured(&body, form))
    {
        let mut out = io::stdout();
        let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());
    }
    telemetry::say(format!("{failure}\n"));
    match failure {
        Failure::Config(_) | Failure::Document(..) => ExitCode::from(2),
        Failure::Other(_) => ExitCode::FAILURE,
    }
}

/// The text that an answer is printed as.
fn written(answer: &Answer, form: Form) -> Result<String, Failure> {
    match form {
        Form::Table => Ok(answer.text()),
        _ if matches!(answer.shape, Shape::Nothing) => Ok(String::new()),
        form => structured(&answer.body, form),
    }
}

/// A body for other programs: JSON, unless it is to be YAML.
fn structured(body: &Value, form: Form) -> Result<String, Failure> {
    if form != Form::Yaml {
        return Ok(format!("{body}\n"));
    }
    let mut text = serde_saphyr::to_string(body)
        .map_err(|error| Failure::with_step(error, "use --output json, and report this"))?;
    if !text.ends_with('\n') {
        text.push('\n');
    }
    Ok(text)
}

fn value(body: &impl Serialize) -> Result<Value, Failure> {
    serde_json::to_value(body)
        .map_err(|error| Failure::with_step(error, "report this: it should never happen"))
}

/// One line for each member that has a value; members of inner objects are named by their path, where those of a list have
/// numbers from 1 on.
fn record(body: &Value) -> String {
    let mut members = vec![];
    flatten("", body, &mut members);
    let width = members.iter().map(|(name, _)| name.len()).max().unwrap_or(0);
    members.iter().map(|(name, value)| format!("{name:width$}  {}\n", plain(name, value))).collect()
}

fn flatten<'a>(path: &str, value: &'a Value, members: &mut Vec<(String, &'a Value)>) {
    let inside = |name: &str| if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") };
    match value {
        Value::Null => {}
        Value::String(text) if text.is_empty() => {}
        Value::Array(items) if items.is_empty() => {}
        Value::Array(items) if items.iter().any(Value::is_object) => {
            for (index, item) in items.iter().enumerate() {
                flatten(&inside(&(index + 1).to_string()), item, members);
            }
        }
        Value::Object(object) => {
            for (name, value) in object {
                flatten(&inside(name), value, members);
            }
        }
        value => members.push((path.to_owned(), value)),
    }
}

/// The one array of the body as a table.
fn table(body: &Value, columns: &[&str]) -> String {
    let rows = body
        .as_object()
        .and_then(|body| body.values().find_map(Value::as_array))
        .map_or(&[][..], Vec::as_slice);
    let empty = Map::new();
    let mut lines: Vec<Vec<String>> = vec![columns.iter().map(|name| name.to_uppercase()).collect()];
    for row in rows {
        let row = row.as_object().unwrap_or(&empty);
        lines.push(columns.iter().map(|name| plain(name, row.get(*name).unwrap_or(&Value::Null))).collect());
    }
    let width = |index: usize| {
        lines.iter().filter_map(|line| line.get(index)).map(|cell| cell.chars().count()).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..columns.len()).map(width).collect();
    let padded = |line: &Vec<String>| {
        let cells = line.iter().zip(&widths).map(|(cell, width)| format!("{cell:width$}"));
        format!("{}\n", cells.collect::<Vec<_>>().join("  ").trim_end())
    };
    lines.iter().map(padded).collect()
}

/// A value as people read it. Characters that cannot be seen are replaced, so that a name that somebody chose can neither
/// act on the terminal nor reorder the table.
pub(super) fn plain(name: &str, value: &Value) -> String {
    let text = match value {
        Value::Null => "-".to_owned(),
        Value::String(text) => text.clone(),
        Value::Number(seconds) if name.ends_with("_at") => {
            seconds.as_i64().map_or_else(|| seconds.to_string(), |seconds| utc(Time::from_seconds(seconds)))
        }
        Value::Array(items) => items.iter().map(|item| plain("", item)).collect::<Vec<_>>().join(" "),
        other => other.to_string(),
    };
    let mut before = None;
    let seen = |character: char| {
        let is_kept = !is_unseen(character) || shapes(before, character);
        before = Some(character);
        if is_kept { character } else { '\u{fffd}' }
    };
    text.chars().map(seen).collect()
}

/// The date and time of day in UTC (RFC 3339); a time that no calendar reaches stays a number.
fn utc(time: Time) -> String {
    match DateTime::from_timestamp(time.seconds(), 0) {
        Some(time) => time.to_rfc3339_opts(SecondsFormat::Secs, true),
        None => time.seconds().to_string(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn times_are_dates_in_utc() {
        let cases = [
            (0, "1970-01-01T00:00:00Z"),
            (951_782_399, "2000-02-28T23:59:59Z"),
            (951_782_400, "2000-02-29T00:00:00Z"),
            (1_709_251_199, "2024-02-29T23:59:59Z"),
            (1_735_689_599, "2024-12-31T23:59:59Z"),
            (4_107_542_400, "2100-03-01T00:00:00Z"),
            (-1, "1969-12-31T23:59:59Z"),
            (i64::MAX, "9223372036854775807"),
        ];
        for (seconds, text) in cases {
            assert_eq!(utc(Time::from_seconds(seconds)), text);
        }
    }

    #[test]
    fn people_read_a_list_of_objects_line_by_line() {
        let body = json!({ "name": "reports", "scopes": [
            { "scope": "reports:read", "description": "Read your reports" }, { "scope": "reports:write" },
        ], "audiences": ["a", "b"] });
        let text = "audiences             a b\nname                  reports\nscopes.1.description  Read your reports\n\
                    scopes.1.scope        reports:read\nscopes.2.scope        reports:write\n";
        let sorted = |text: &str| text.lines().map(str::to_owned).collect::<std::collections::BTreeSet<_>>();
        assert_eq!(sorted(&record(&body)), sorted(text));
    }

    #[test]
    fn programs_read_one_object_in_either_form() {
        let answer = Answer::record(&json!({ "name": "no", "redirect_uris": ["https://a.example/cb"] }));
        let answer = answer.unwrap();
        let text = |form| written(&answer, form).unwrap();
        assert_eq!(text(Form::Json), "{\"name\":\"no\",\"redirect_uris\":[\"https://a.example/cb\"]}\n");
        let yaml = text(Form::Yaml);
        // Without quotation marks, `no` would be a truth value to many who read YAML.
        assert!(yaml.contains("name: \"no\"") || yaml.contains("name: 'no'"), "{yaml}");
        assert!(yaml.contains("redirect_uris:\n") && yaml.ends_with('\n'), "{yaml}");
        assert!(text(Form::Table).starts_with("name "));
        for form in [Form::Table, Form::Json, Form::Yaml] {
            assert_eq!(written(&Answer::nothing(), form).unwrap(), "");
        }
    }

    #[test]
    fn people_read_lines_and_tables() {
        let body = json!({
            "client_id": "a", "disabled_at": null, "redirect_uris": ["x", "y"], "created_at": 0,
            "scope": "", "serves": [], "claims": { "name": "A", "address": { "country": "B" } },
        });
        let lines = "\
claims.address.country  B
claims.name             A
client_id               a
created_at              1970-01-01T00:00:00Z
redirect_uris           x y
";
        assert_eq!(record(&body), lines);
        let body = json!({ "users": [{ "username": "ada" }, { "username": "a\u{1b}[31mb" }] });
        assert_eq!(
            table(&body, &["username", "email"]),
            "USERNAME  EMAIL\nada       -\na\u{fffd}[31mb   -\n"
        );
        for (name, shown) in [
            ("ecila\u{202e}", "ecila\u{fffd}"),
            ("\u{639}\u{644}\u{6cc}\u{200c}\u{631}", "\u{639}\u{644}\u{6cc}\u{200c}\u{631}"),
            ("a\u{200b}b", "a\u{fffd}b"),
        ] {
            assert_eq!(record(&json!({ "username": name })), format!("username  {shown}\n"));
        }
    }
}
