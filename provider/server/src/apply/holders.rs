//! Who is in a group or has a role, and who is to: lists that are the whole of it.

use std::collections::BTreeMap;

use super::step::Change;

/// A user or a group, by the name that it will have. One that the file makes has no id before it is made.
#[derive(Clone, Debug)]
pub(super) struct Named<Id> {
    pub(super) name: String,
    pub(super) id: Option<Id>,
}

/// Several of them, each under the key by which its name is looked up.
pub(super) type Names<Id> = BTreeMap<String, Named<Id>>;

/// Who has something, and who is to have it.
#[derive(Debug)]
pub(super) struct Holders<Id> {
    pub(super) held: Names<Id>,
    pub(super) wanted: Names<Id>,
}

impl<Id> Holders<Id> {
    /// How the two differ, by name.
    pub(super) fn change(&self, member: &str) -> Option<Change> {
        let names = |names: &Names<Id>| names.values().map(|named| named.name.clone()).collect();
        let differs = !self.held.keys().eq(self.wanted.keys());
        differs.then(|| Change {
            member: member.to_owned(),
            from: Some(names(&self.held)),
            to: Some(names(&self.wanted)),
        })
    }

    /// Those who are to have it, and do not.
    pub(super) fn added(&self) -> impl Iterator<Item = &Named<Id>> {
        self.wanted.iter().filter(|(key, _)| !self.held.contains_key(*key)).map(|(_, named)| named)
    }

    /// The ids of those who have it, and are not to.
    pub(super) fn removed(&self) -> impl Iterator<Item = &Id> {
        let removed = self.held.iter().filter(|(key, _)| !self.wanted.contains_key(*key));
        removed.filter_map(|(_, named)| named.id.as_ref())
    }
}
