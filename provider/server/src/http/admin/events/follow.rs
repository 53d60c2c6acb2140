//! Following events: each request brings what came after the one before it, and may wait for that. A request that waits
//! (a long poll) passes every proxy, needs no client of its own, and ends when the rights of whoever asks do.

use std::time::Duration;

use credenza_protocol::scope::Scope;
use credenza_storage::Batch;
use schemars::JsonSchema;
use serde::Serialize;

use super::{EventBody, SCOPE, asked};
use crate::admin::events::{self, Follower};
use crate::http::admin::call::Call;
use crate::http::admin::operation::{Form, Parameter};
use crate::http::admin::page;
use crate::http::admin::problem::Problem;
use crate::http::admin::reply::Reply;
use crate::http::admin::still::may_still;

pub(super) const AFTER: Parameter = Parameter {
    name: "after",
    description: "cursor of the answer before, asked for by the same caller with the same filters.",
    form: Form::Text,
};
pub(super) const START: Parameter = Parameter {
    name: "start",
    description: "Where to begin without after: `oldest`, as without it, for everything that is kept, or `latest` for what \
                  happens from now on.",
    form: Form::Word(&["oldest", "latest"]),
};
pub(super) const WAIT: Parameter = Parameter {
    name: "wait",
    description: "For how many seconds to wait for the first event: 0, as without it, to 20. The answer may come sooner, \
                  without one.",
    form: Form::Between(0, 20),
};

/// What came since.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "EventBatch")]
pub(super) struct BatchBody {
    /// The events; none where nothing came.
    items: Vec<EventBody>,
    /// `after` of the next request.
    cursor: String,
}

pub(super) async fn follow(call: Call) -> Result<Reply, Problem> {
    let asked = asked(&call)?;
    let (limit, wait) = (page::limit(&call)?, wait(&call)?);
    let following = &call.context.state.following;
    let after = start(&call).await?;
    let follower = Follower { asked: &asked, after, limit, wait: wait.min(following.longest()) };
    let _place = match wait.is_zero() {
        true => None,
        false => Some(following.join(call.tenant()).map_err(|_| Problem::TooManyFollowers)?),
    };
    let asking = &call;
    let turn = || async move {
        following.turn().await;
        may_still(asking, &Scope::stored(SCOPE), None).await?;
        Ok::<_, Problem>(!following.is_closed())
    };
    let Batch { events, position } = events::follow(&call.admin(), call.tenant(), follower, turn).await?;
    let items = events.into_iter().map(EventBody::new).collect::<Result<_, _>>()?;
    Reply::of(&BatchBody { items, cursor: page::seal(&call, &position.to_string())? })
}

/// The number after which to begin.
async fn start(call: &Call) -> Result<i64, Problem> {
    let wrong = |name: &str, why| Problem::Parameter(name.to_owned(), why);
    match (call.query.get(AFTER.name), call.query.get(START.name)) {
        (Some(cursor), None) => {
            let opened = page::open(call, AFTER.name, cursor)?;
            opened.parse().map_err(|_| wrong(AFTER.name, "is of another version"))
        }
        (Some(_), Some(_)) => Err(wrong(START.name, "says where to begin, as after does: send one of them")),
        (None, None | Some("oldest")) => Ok(0),
        (None, Some("latest")) => Ok(events::last(&call.admin(), call.tenant()).await?),
        (None, Some(_)) => Err(wrong(START.name, "must be oldest or latest")),
    }
}

fn wait(call: &Call) -> Result<Duration, Problem> {
    let Some(text) = call.query.get(WAIT.name) else { return Ok(Duration::ZERO) };
    let seconds = text.parse().ok().filter(|seconds| (0..=20).contains(seconds));
    let seconds = seconds.ok_or_else(|| Problem::Parameter(WAIT.name.to_owned(), "must be 0 to 20"))?;
    Ok(Duration::from_secs(seconds))
}
