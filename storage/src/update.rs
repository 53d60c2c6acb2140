//! What becomes of an edit.

use credenza_protocol::version::Version;

use crate::Clash;

/// Which version of a record may be changed.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum Expected {
    /// Whichever it has.
    #[default]
    Any,
    /// This one alone: what whoever changes it has read.
    Version(Version),
}

/// What became of an edit of a record whose version the editor names.
#[derive(Clone, Debug, Eq, PartialEq)]
#[must_use]
pub enum Update {
    /// It is stored, and the record has the next version.
    Updated,
    /// Somebody else changed the record since that version was read. Nothing was done.
    Stale,
    /// There is no such record.
    Absent,
    /// Another user of the tenant has that username, as usernames are compared. Users alone have this.
    UsernameTaken,
    /// Another group of the tenant has that name, compared without regard to case. Groups alone have this.
    NameTaken,
    /// The user could be taken for another one. Users alone have this.
    Clash(Clash),
}
