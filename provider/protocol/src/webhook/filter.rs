//! Which events an endpoint gets: exact types, prefixes such as `user.*`, or all of them.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use schemars::schema_for;
use serde_json::Value;

use super::{MOST_FILTERS, TEST_TYPE};
use crate::event::Event;

/// The filter that every event passes.
pub const EVERYTHING: &str = "*";

/// Every type that an event can have, read from the schema of events, so that no second list can fall behind.
static TYPES: LazyLock<BTreeSet<String>> = LazyLock::new(|| {
    let mut found = BTreeSet::new();
    collect(schema_for!(Event).as_value(), &mut found);
    found
});

/// Filters that are refused.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum UnknownEvents {
    /// There is none.
    #[error("must name a type of event at least, or * for all")]
    None,
    /// There are too many.
    #[error("must have at most {MOST_FILTERS} entries")]
    TooMany,
    /// No event has that type, and none begins so.
    #[error("{0:?} is neither a type of event, nor the beginning of one with .*, such as user.*")]
    Unknown(String),
}

/// Every type that an event can have.
#[must_use]
pub fn types() -> &'static BTreeSet<String> {
    &TYPES
}

/// The constants that stand as `type` in a schema.
fn collect(schema: &Value, found: &mut BTreeSet<String>) {
    let variants = schema.get("oneOf").or_else(|| schema.get("anyOf")).and_then(Value::as_array);
    for variant in variants.into_iter().flatten() {
        let constant = variant.pointer("/properties/type/const").and_then(Value::as_str);
        found.extend(constant.map(str::to_owned));
        collect(variant, found);
    }
}

/// Refuses filters that no event can pass.
///
/// # Errors
/// [`UnknownEvents`], the first reason.
pub fn check_filters(filters: &[String]) -> Result<(), UnknownEvents> {
    if filters.is_empty() {
        return Err(UnknownEvents::None);
    }
    if filters.len() > MOST_FILTERS {
        return Err(UnknownEvents::TooMany);
    }
    match filters.iter().find(|filter| !types().iter().any(|kind| passes(filter, kind))) {
        Some(unknown) => Err(UnknownEvents::Unknown(unknown.clone())),
        None => Ok(()),
    }
}

/// Whether an event of that type is sent to an endpoint with these filters. A test always is.
#[must_use]
pub fn matches(filters: &[String], kind: &str) -> bool {
    kind == TEST_TYPE || filters.iter().any(|filter| passes(filter, kind))
}

fn passes(filter: &str, kind: &str) -> bool {
    let prefix = filter.strip_suffix(".*");
    let below = |prefix: &str| kind.strip_prefix(prefix).is_some_and(|rest| rest.starts_with('.'));
    filter == EVERYTHING || filter == kind || prefix.is_some_and(below)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filters(words: &[&str]) -> Vec<String> {
        words.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn every_type_is_known() {
        assert!(types().len() > 35, "{:?}", types());
        for kind in ["tenant.created", "user.signed_in", "key.retired", "admin_key.used", "webhook.paused"] {
            assert!(types().contains(kind), "{kind}");
        }
    }

    #[test]
    fn exact_types_and_prefixes_pass() {
        for (filter, kind, passes) in [
            ("user.created", "user.created", true),
            ("user.created", "user.deleted", false),
            ("user.*", "user.created", true),
            ("user.*", "user", false),
            ("user.*", "users.created", false),
            ("*", "grant.revoked", true),
            ("user.cr*", "user.created", false),
            ("", "user.created", false),
        ] {
            assert_eq!(matches(&filters(&[filter]), kind), passes, "{filter} {kind}");
        }
        assert!(matches(&filters(&["user.*"]), TEST_TYPE));
        assert!(!matches(&[], "user.created"));
    }

    #[test]
    fn what_no_event_passes_is_refused() {
        for good in [&["*"][..], &["user.*", "client.created"], &["admin_role.*"]] {
            assert_eq!(check_filters(&filters(good)), Ok(()), "{good:?}");
        }
        for bad in ["usr.*", "user.creatd", "user", "user.", ".*", "**", "", "USER.*", "us*"] {
            let refused = check_filters(&filters(&["user.*", bad]));
            assert_eq!(refused, Err(UnknownEvents::Unknown(bad.to_owned())), "{bad}");
        }
        assert_eq!(check_filters(&[]), Err(UnknownEvents::None));
        assert_eq!(check_filters(&vec!["*".to_owned(); 51]), Err(UnknownEvents::TooMany));
    }
}
