//! Bulk import of users: a line for each in, and out what became of it.
//!
//! The body is read as it comes, and never whole. What became of the lines is answered at the end: a client that sends all
//! before it reads anything would otherwise wait for a provider that waits for it. Where there is no time for the whole
//! body, the last line of the answer says where to go on. Whoever is disabled meanwhile, or loses what they may, is told so in
//! its place, and nothing more is stored.

use axum::body::Body;
use credenza_protocol::time::Seconds;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use super::call::Call;
use super::kinds;
use super::lines::{self, Line, Lines, Next};
use super::operation::{
    Answer, Body as RequestBody, Form, Guard, Media, Method, Operation, Parameter, Place,
};
use super::problem::{At, Problem};
use super::reply::Reply;
use super::still::may_still;
use super::users::place;
use crate::admin::document;
use crate::admin::users::{Import, Imported, Mode, UserLine};

/// Lines that are taken together.
const TOGETHER: usize = 256;
/// Lines of one request.
const MOST_LINES: u64 = 200_000;
/// When whoever was turned away may try again.
pub(super) const AGAIN: Seconds = Seconds(5);

/// What became of a line; or, in the last one, of all of them.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "ImportResult")]
#[serde(untagged)]
pub(crate) enum ResultBody {
    /// Of a line.
    Line(LineBody),
    /// Of all: the last line.
    All(SummaryBody),
}

/// What became of a line.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "ImportedLine")]
pub(crate) struct LineBody {
    /// Its number, from 1.
    line: u64,
    /// `created`, `updated`, `unchanged` or `refused`.
    outcome: &'static str,
    /// The id of the user who is here now.
    #[serde(skip_serializing_if = "Option::is_none")]
    user_id: Option<String>,
    /// Why nothing was stored of it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<At>,
}

/// What became of all lines.
#[derive(Debug, Default, Serialize, JsonSchema)]
#[schemars(rename = "ImportSummary")]
pub(crate) struct SummaryBody {
    /// Users who were created; in a dry run, would be.
    created: u64,
    /// Users who were here and are now as their lines have them.
    updated: u64,
    /// Users who were here as their lines have them.
    unchanged: u64,
    /// Lines of which nothing was stored.
    refused: u64,
    /// Whether every line was taken.
    complete: bool,
    /// `from_line` of the request that goes on, if not every line was taken.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_line: Option<u64>,
    /// Whether it was only tried: then nothing was stored.
    dry_run: bool,
}

pub(super) static OPERATIONS: &[Operation] = &[Operation {
    id: "importUsers",
    method: Method::Post,
    path: "/users/import",
    place: Place::Tenant,
    tag: "Users",
    summary: "Import users, a JSON object in each line; the answer has a line for each, and a last one for all of them. A line \
              that is refused stops no other, and the same lines can be sent again",
    scope: "admin:users:import",
    is_sensitive: false,
    guard: Guard::None,
    query: &[
        Parameter { name: "dry_run", description: "Check every line, and store nothing.", form: Form::Truth },
        Parameter {
            name: "update",
            description: "Make users who are here already what their lines have. Otherwise their lines are refused where \
                          they have anything else; passwords stay in any case, and groups are added in any case.",
            form: Form::Truth,
        },
        Parameter {
            name: "from_line",
            description: "The first line that is taken: next_line of an answer that was not complete.",
            form: Form::Count,
        },
    ],
    request: Some(RequestBody {
        name: "NewUserLine",
        media: Media::Lines,
        schema: |generator| generator.root_schema_for::<UserLine>(),
        example: r#"{"user_id": "248289761001", "username": "ada", "claims": {"email": "ada@example.com", "email_verified": true}, "password_hash": "$2b$10$abcdefghijklmnopqrstuuKb1vpQvZ6vZ2o5k0M7w0m0m0m0m0m0m", "groups": ["Staff"]}"#,
    }),
    response: Answer {
        status: 200,
        description: "What became of each line, a JSON object in each line.",
        schema: Some(lines::of::<ResultBody>),
        has_etag: false,
        example: r#"{"line": 1, "outcome": "created", "user_id": "248289761001"}"#,
    },
    problems: &[&kinds::TOO_LARGE, &kinds::TOO_MANY_AT_ONCE],
    run: |call| Box::pin(import(call)),
}];

/// What an answer is made of.
#[derive(Default)]
struct Told {
    text: String,
    summary: SummaryBody,
}

async fn import(call: Call) -> Result<Reply, Problem> {
    let _turn = call.context.state.bulk.try_acquire().map_err(|_| Problem::Busy(AGAIN))?;
    let mode = Mode { is_dry_run: call.flag("dry_run")?, updates: call.flag("update")? };
    let from = match call.query.get("from_line") {
        None => 1,
        Some(text) => text.parse::<u64>().ok().filter(|line| *line > 0).ok_or_else(|| {
            Problem::Parameter("from_line".to_owned(), "must be the number of a line, from 1")
        })?,
    };
    let (body, until) = call.unread.take().ok_or(Problem::MalformedBody("there is no body"))?;
    let (admin, tenant) = (call.admin(), call.tenant());
    let mut import = Import::new(&admin, tenant, mode);
    let mut lines = Lines::new(body, from, until);
    let mut told = Told::default();
    told.summary.dry_run = mode.is_dry_run;
    told.summary.complete = loop {
        let (batch, next) = gather(&mut lines).await;
        // Lines may come for a while: whoever was let in for the first of them may be nobody by now.
        if let Err(ended) = may_still(&call, &call.caller.scope, Some(call.context.now)).await {
            lines.discard().await;
            return Err(ended);
        }
        take(&mut import, batch, &mut told).await?;
        match next {
            Some(Ok(Next::End)) => break true,
            Some(Ok(_)) => break false,
            Some(Err(problem)) => return Err(problem),
            None if lines.number() >= from.saturating_add(MOST_LINES) => break false,
            None => {}
        }
    };
    if !told.summary.complete {
        told.summary.next_line = Some(lines.number() + 1);
        lines.discard().await;
    }
    let summary = ResultBody::All(std::mem::take(&mut told.summary));
    told.write(&summary);
    Ok(Reply::lines(Body::from(told.text)))
}

/// The next lines, as many as are taken together; and what came instead of another one, if something did.
async fn gather(lines: &mut Lines) -> (Vec<Line>, Option<Result<Next, Problem>>) {
    let mut batch = vec![];
    while batch.len() < TOGETHER {
        match lines.next().await {
            Ok(Next::Line(line)) => batch.push(line),
            other => return (batch, Some(other)),
        }
    }
    (batch, None)
}

/// Takes these lines, and tells what became of each.
async fn take(import: &mut Import<'_>, batch: Vec<Line>, told: &mut Told) -> Result<(), Problem> {
    let (mut people, mut read) = (vec![], vec![]);
    for Line { number, object } in batch {
        let object = object.map_err(|detail| At { pointer: String::new(), detail });
        let person = object.and_then(|members| {
            let read = document::read::<UserLine>(Value::Object(members));
            read.map_err(|fault| At { pointer: fault.pointer(), detail: fault.why })
        });
        match person {
            Ok(person) => {
                people.push(person);
                read.push((number, None));
            }
            Err(fault) => read.push((number, Some(fault))),
        }
    }
    let mut became = import.people(people).await?.into_iter();
    for (line, fault) in read {
        match fault {
            Some(fault) => told.line(line, "refused", None, vec![fault]),
            None => became.next().into_iter().for_each(|imported| told.imported(line, imported)),
        }
    }
    Ok(())
}

impl Told {
    fn imported(&mut self, line: u64, imported: Imported) {
        // In a dry run an id that is made is made for nothing.
        let is_dry_run = self.summary.dry_run;
        match imported {
            Imported::Created(id) => {
                self.line(line, "created", (!is_dry_run).then(|| id.to_string()), vec![]);
            }
            Imported::Updated(id) => self.line(line, "updated", Some(id.to_string()), vec![]),
            Imported::Unchanged(id) => self.line(line, "unchanged", Some(id.to_string()), vec![]),
            Imported::Refused(fields) => {
                self.line(
                    line,
                    "refused",
                    None,
                    fields.into_iter().map(|field| At::of(place, field)).collect(),
                );
            }
        }
    }

    fn line(&mut self, line: u64, outcome: &'static str, user_id: Option<String>, errors: Vec<At>) {
        let count = match outcome {
            "created" => &mut self.summary.created,
            "updated" => &mut self.summary.updated,
            "unchanged" => &mut self.summary.unchanged,
            _ => &mut self.summary.refused,
        };
        *count += 1;
        self.write(&ResultBody::Line(LineBody { line, outcome, user_id, errors }));
    }

    fn write(&mut self, result: &ResultBody) {
        self.text.push_str(&serde_json::to_string(result).unwrap_or_default());
        self.text.push('\n');
    }
}
