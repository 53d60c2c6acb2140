//! A whole set-up at once, as `credenza apply` carries it out.

use super::call::Call;
use super::kinds;
use super::operation::{Answer, Body, Form, Guard, Media, Method, Operation, Parameter, Place};
use super::problem::{At, Problem};
use super::reply::Reply;
use crate::apply::{self, Failed, Fault, Halt, Mode, Report, SetUp};

const TAG: &str = "Apply";
const DRY_RUN: Parameter = Parameter {
    name: "dry_run",
    description: "Whether it is only compared with what there is, and nothing is written.",
    form: Form::Truth,
};

pub(super) static OPERATIONS: &[Operation] = &[Operation {
    id: "applySetUp",
    method: Method::Post,
    path: "/apply",
    place: Place::Installation,
    tag: TAG,
    summary: "Make tenants, clients, users, groups and roles as a document says; what it does not name stays",
    scope: "admin:set_up:write",
    is_sensitive: true,
    guard: Guard::None,
    query: &[DRY_RUN],
    request: Some(Body {
        name: "SetUp",
        media: Media::Json,
        schema: |_| apply::schema_from_afar(),
        example: r#"{"clients": [{"client_id": "shop", "client_name": "Shop", "token_endpoint_auth_method": "none", "redirect_uris": ["https://shop.example.com/callback"]}]}"#,
    }),
    response: Answer {
        status: 200,
        description: "What was done, entry by entry, or would be.",
        schema: Some(|generator| generator.subschema_for::<Report>()),
        has_etag: false,
        example: r#"{"changed": true, "steps": [{"action": "create", "noun": "client", "tenant": "default", "name": "shop", "changes": [{"member": "client_name", "to": "Shop"}]}]}"#,
    },
    problems: &[&kinds::HALFWAY, &kinds::STALE],
    run: |call| Box::pin(run(call)),
}];

async fn run(call: Call) -> Result<Reply, Problem> {
    let mode = if call.flag(DRY_RUN.name)? { Mode::Compare } else { Mode::Apply };
    let set_up = SetUp::from_members(call.body.clone()).map_err(refused)?;
    match apply::run(&call.admin(), &set_up, mode).await {
        Ok(report) => Reply::of(&report),
        Err(Failed::Faults(faults)) => Err(refused(faults)),
        // Nothing was done yet.
        Err(Failed::Halfway(report, halt)) if !report.changed => Err(match halt {
            Halt::Refused(faults) => refused(faults),
            Halt::Overtaken(_) => Problem::Stale,
            Halt::Error(error) => error.into(),
        }),
        Err(failed @ Failed::Halfway(..)) => {
            tracing::warn!(%failed, "a set-up was carried out in part");
            Err(Problem::Halfway(failed.to_string()))
        }
    }
}

fn refused(faults: Vec<Fault>) -> Problem {
    let at = |fault: Fault| At { pointer: fault.pointer(), detail: fault.why };
    Problem::Invalid(faults.into_iter().map(at).collect())
}
