//! Lists, page by page. A cursor says after which item the next page begins; it is sealed, and bound to the tenant, the
//! caller and the query that it was made for.

use credenza_protocol::time::Time;
use schemars::JsonSchema;
use serde::Serialize;

use super::call::Call;
use super::problem::Problem;
use super::reply::Reply;
use crate::failure::Failure;

/// Items of a page for which nothing is said.
const DEFAULT_LIMIT: u32 = 50;
/// The most items of a page.
pub(crate) const MAX_LIMIT: u32 = 200;

/// What is between the parts of what a page begins after: no id or name has it.
const BETWEEN: &str = "\0";

/// What is wrong with a cursor of somebody else.
const WRONG: &str = "was not made for this caller and query";

/// One page of a list.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "{T}Page")]
pub(crate) struct Page<T> {
    /// The items.
    items: Vec<T>,
    /// The address of the next page; absent on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
    /// `cursor` of the next page; absent on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<String>,
}

/// Which page is asked for.
pub(super) struct Window {
    /// It begins after this item.
    pub(super) after: Option<String>,
    /// How many items it has at most.
    pub(super) limit: u32,
}

impl Window {
    /// Reads `limit` and `cursor`.
    pub(super) fn read(call: &Call) -> Result<Self, Problem> {
        let after = call.query.get("cursor").map(|cursor| open(call, "cursor", cursor));
        Ok(Self { after: after.transpose()?, limit: limit(call)? })
    }

    /// The parts of what it begins after, as [`key`] has joined them.
    pub(super) fn parts<const N: usize>(&self) -> Result<Option<[&str; N]>, Problem> {
        let parts = self.after.as_deref().map(|after| {
            let parts: Vec<&str> = after.split(BETWEEN).collect();
            parts.try_into().map_err(|_| wrong())
        });
        parts.transpose()
    }

    /// How many items to read: one more than the page has shows whether there is another page.
    pub(super) fn wanted(&self) -> u32 {
        self.limit.saturating_add(1)
    }

    /// A page of items that were chosen, at most as many as it may have; with the place where the next one begins, unless
    /// it is the last.
    pub(super) fn reply_from<T: Serialize>(
        &self,
        call: &Call,
        items: Vec<T>,
        next: Option<String>,
    ) -> Result<Reply, Problem> {
        let next_cursor = next.map(|place| seal(call, &place)).transpose()?;
        let next = next_cursor.as_deref().map(|cursor| self.url(call, cursor)).transpose()?;
        let reply = Reply::of(&Page { items, next: next.clone(), next_cursor })?;
        Ok(reply.next(next.as_deref()))
    }

    /// The page of what was read; `key` is what the next one begins after.
    pub(super) fn reply<T: Serialize>(
        &self,
        call: &Call,
        mut items: Vec<T>,
        key: impl Fn(&T) -> String,
    ) -> Result<Reply, Problem> {
        let limit = usize::try_from(self.limit).unwrap_or(usize::MAX);
        let has_more = items.len() > limit;
        items.truncate(limit);
        let next = items.last().filter(|_| has_more).map(key);
        self.reply_from(call, items, next)
    }

    fn url(&self, call: &Call, cursor: &str) -> Result<String, Problem> {
        let mut url = call.url()?;
        let filters = call.query.pairs().filter(|(name, _)| is_filter(name));
        let limit = self.limit.to_string();
        url.query_pairs_mut()
            .extend_pairs(filters)
            .extend_pairs([("limit", limit.as_str()), ("cursor", cursor)]);
        Ok(url.into())
    }
}

/// What the next page begins after, where one value does not tell it.
pub(super) fn key<const N: usize>(parts: [&str; N]) -> String {
    parts.join(BETWEEN)
}

/// The time of a part.
pub(super) fn time(part: &str) -> Result<Time, Problem> {
    part.parse().map(Time::from_seconds).map_err(|_| wrong())
}

/// The cursor is of another caller or query, or of a later version.
pub(super) fn wrong() -> Problem {
    Problem::Parameter("cursor".to_owned(), WRONG)
}

/// Reads `limit`.
pub(super) fn limit(call: &Call) -> Result<u32, Problem> {
    let Some(text) = call.query.get("limit") else { return Ok(DEFAULT_LIMIT) };
    let number = text.parse().ok().filter(|number| (1..=MAX_LIMIT).contains(number));
    number.ok_or_else(|| Problem::Parameter("limit".to_owned(), "must be 1 to 200"))
}

/// What a cursor says, which came as the parameter of that name.
pub(super) fn open(call: &Call, name: &str, cursor: &str) -> Result<String, Problem> {
    let opened = call.context.realm.admin.open(cursor, &bound_to(call));
    let after = opened.and_then(|opened| String::from_utf8(opened.plain).ok());
    after.ok_or_else(|| Problem::Parameter(name.to_owned(), WRONG))
}

/// A cursor that says this, for the same caller and query.
pub(super) fn seal(call: &Call, after: &str) -> Result<String, Problem> {
    let realm = &call.context.realm;
    let sealed = realm.admin.seal(call.context.state.rng.as_ref(), &bound_to(call), after.as_bytes());
    let sealed = sealed.ok_or(Failure::Internal("a cursor cannot be sealed"))?;
    Ok(sealed.handle.reveal().to_owned())
}

/// The key of the cursors is that of the tenant; this is the rest.
fn bound_to(call: &Call) -> Vec<u8> {
    let caller = call.caller_key();
    let mut filters: Vec<_> = call.query.pairs().filter(|(name, _)| is_filter(name)).collect();
    filters.sort_unstable();
    let path = call.path.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    let parts = path.chain(filters).flat_map(|(name, value)| [name, value]);
    let parts: Vec<_> = ["cursor", call.operation, caller.as_str()].into_iter().chain(parts).collect();
    parts.join("\0").into_bytes()
}

/// Whether a parameter says what is listed, and not which part of it or how to wait for it.
fn is_filter(name: &str) -> bool {
    !["cursor", "limit", "after", "start", "wait"].contains(&name)
}
