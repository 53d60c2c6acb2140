//! What becomes of each entry of the file, and how that is told.

use std::borrow::Cow;
use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::document::Members;
use crate::admin::document::Invalid;
use crate::admin::{InvalidField, Outcome};

/// Whether anything is written.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Mode {
    /// The file is carried out.
    Apply,
    /// It is only compared with what there is.
    Compare,
}

/// What is done about an entry.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "SetUpAction")]
pub enum Action {
    /// It is made.
    Create,
    /// It is changed.
    Update,
    /// It is deleted.
    Delete,
    /// It is as the file says.
    Unchanged,
}

impl Action {
    /// Its name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Update => "update",
            Self::Delete => "delete",
            Self::Unchanged => "unchanged",
        }
    }
}

/// A member that is changed. Of a secret only the name is told.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "SetUpChange")]
pub struct Change {
    /// The member, such as `redirect_uris` or `settings.code_lifetime`.
    pub member: String,
    /// Its value before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<Value>,
    /// Its value as the file has it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to: Option<Value>,
}

impl Change {
    /// That a secret is set.
    pub(super) fn secret(member: &str) -> Self {
        Self { member: member.to_owned(), from: None, to: None }
    }

    /// A text that has become another one.
    pub(super) fn text(member: &str, from: &str, to: &str) -> Self {
        Self { member: member.to_owned(), from: Some(from.into()), to: Some(to.into()) }
    }

    const fn is_secret(&self) -> bool {
        self.from.is_none() && self.to.is_none()
    }
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.member)?;
        match (&self.from, &self.to) {
            (None, None) => f.write_str(" set"),
            (None, Some(to)) => write!(f, " = {to}"),
            (Some(from), None) => write!(f, ": {from} removed"),
            (Some(from), Some(to)) => write!(f, ": {from} -> {to}"),
        }
    }
}

/// One entry of the file, and what is done about it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "SetUpStep")]
pub struct Step {
    /// What is done.
    pub action: Action,
    /// What it is: `tenant`, `client`, `user`, `group` or `role`.
    pub noun: Cow<'static, str>,
    /// The tenant that it belongs to; a tenant's own name.
    pub tenant: String,
    /// Its name or id; of a role, that of the client and its own: `shop/editor`.
    pub name: String,
    /// What is changed, member by member.
    pub changes: Vec<Change>,
}

impl Step {
    /// Of what, before it is known what is to be done.
    pub(super) fn about(noun: &'static str, tenant: &str, name: &str) -> Self {
        let (tenant, name, noun) = (tenant.to_owned(), name.to_owned(), Cow::Borrowed(noun));
        Self { action: Action::Unchanged, noun, tenant, name, changes: vec![] }
    }

    /// The deletion of what the file calls absent.
    pub(super) fn removal(self, exists: bool) -> Self {
        Self { action: if exists { Action::Delete } else { Action::Unchanged }, ..self }
    }

    /// Whether nothing is to be written for it.
    pub(super) fn is_settled(&self, mode: Mode) -> bool {
        mode == Mode::Compare || self.action == Action::Unchanged
    }
}

/// What is to be done about an entry that is not absent.
pub(super) struct Plan {
    pub(super) step: Step,
    /// Whether the record itself is edited.
    pub(super) is_edited: bool,
    /// Whether it is to be disabled or enabled, which is a step of its own.
    pub(super) disabled: Option<bool>,
}

impl Plan {
    /// From the difference of the records. `found` says whether the present one is disabled, if there is one.
    pub(super) fn new(
        step: Step,
        found: Option<bool>,
        asked: Option<bool>,
        mut changes: Vec<Change>,
    ) -> Self {
        let is_edited = !changes.is_empty();
        let was_disabled = found.unwrap_or_default();
        let disabled = asked.filter(|asked| *asked != was_disabled);
        changes.extend(disabled.map(|disabled| Change {
            member: "disabled".to_owned(),
            from: Some(was_disabled.into()),
            to: Some(disabled.into()),
        }));
        let action = match found {
            None => Action::Create,
            Some(_) if changes.is_empty() => Action::Unchanged,
            Some(_) => Action::Update,
        };
        if action == Action::Create {
            // There was nothing before: what would be without the file interests nobody.
            changes.retain(|change| change.is_secret() || change.to.is_some());
            changes.iter_mut().for_each(|change| change.from = None);
        }
        Self { step: Step { action, changes, ..step }, is_edited, disabled }
    }
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { action, noun, tenant, name, changes } = self;
        write!(f, "{:9}  {noun:6}  ", action.as_str())?;
        if noun == TENANT {
            f.write_str(name)?
        } else {
            write!(f, "{tenant}/{name}")?
        }
        for change in changes {
            write!(f, "\n             {change}")?;
        }
        Ok(())
    }
}

/// The noun of tenants, which belong to none.
pub(super) const TENANT: &str = "tenant";

/// What became of an entry.
#[derive(Clone, Debug)]
pub(super) enum Settled {
    /// It is as the file says, or would be.
    Done(Step),
    /// Somebody else has changed it since it was read.
    Overtaken,
    /// It cannot be as the file says: each member, and why.
    Refused(Vec<(String, String)>),
}

impl Settled {
    /// What a use case made of it.
    pub(super) fn of<T>(outcome: Outcome<T>, step: Step) -> Self {
        match outcome {
            Outcome::Done(_) => Self::Done(step),
            Outcome::Taken | Outcome::Stale | Outcome::Absent => Self::Overtaken,
            Outcome::Invalid(fields) => Self::invalid(fields),
            Outcome::Refused(refusal) => Self::refused("", refusal.to_string()),
        }
    }

    pub(super) fn refused(member: impl Into<String>, why: impl Into<String>) -> Self {
        Self::Refused(vec![(member.into(), why.into())])
    }

    pub(super) fn invalid(fields: impl IntoIterator<Item = InvalidField>) -> Self {
        let refusal = |field: InvalidField| match field.value {
            Some(value) => (field.field.to_owned(), format!("{value:?} {}", field.why)),
            None => (field.field.to_owned(), field.why),
        };
        Self::Refused(fields.into_iter().map(refusal).collect())
    }

    pub(super) fn misspelt(section: &str, invalid: Invalid) -> Self {
        Self::refused(format!("{section}{}", invalid.member()), invalid.why)
    }
}

/// How one record differs from another, member by member.
pub(super) fn differences(section: &str, old: &impl Serialize, new: &impl Serialize) -> Vec<Change> {
    let members = |record: Result<Value, _>| match record {
        Ok::<_, serde_json::Error>(Value::Object(members)) => members,
        _ => Members::new(),
    };
    let (mut old, new) = (members(serde_json::to_value(old)), members(serde_json::to_value(new)));
    let mut found = vec![];
    for (member, to) in new {
        let from = old.remove(&member);
        if from.as_ref() != Some(&to) {
            found.push(Change { member: format!("{section}{member}"), from, to: Some(to) });
        }
    }
    let gone = old.into_iter();
    found.extend(gone.map(|(member, from)| Change {
        member: format!("{section}{member}"),
        from: Some(from),
        to: None,
    }));
    found
}
