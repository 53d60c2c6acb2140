//! The room on the disk of the database, and who may use the last of it.
//!
//! SQLite writes to its log before it deletes, so a full disk would stay full. Therefore what grows is refused while
//! there is still some room, and a [`Reserve`] is there for what frees when somebody else has filled the disk.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use super::need::{LOW, Need};
use super::reserve::{Reserve, SIZE};
use super::{Place, connection};
use crate::conn::Conn;
use crate::{OpenError, Room, StoreError};

/// There is room again from here on: more than where it ran out, so that the answer does not change with every write.
const AGAIN: u64 = 2 * LOW;
/// What a batch of writes that free may need at once.
const STEP: u64 = LOW / 2;

/// The disk under a database.
#[derive(Debug)]
pub(super) struct Disk {
    folder: PathBuf,
    reserve: Reserve,
    full: AtomicBool,
    /// A write failed for lack of room where the system says that there is some: a quota.
    hidden: AtomicBool,
}

/// What is left for one batch of writes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Left {
    /// Bytes that the database may use, the reserve among them.
    bytes: u64,
    room: Room,
    /// Whether the log must not grow.
    pub(super) is_tight: bool,
}

impl Left {
    /// More than will ever be asked for.
    pub(super) const PLENTY: Self = Self { bytes: u64::MAX, room: Room::Enough, is_tight: false };

    /// Whether a write may be done.
    pub(super) fn admits(self, need: Need) -> bool {
        match need {
            Need::Grows => self.room == Room::Enough,
            other => self.room == Room::Enough || self.bytes >= other.floor(),
        }
    }
}

impl Disk {
    /// That under a file; memory has none.
    pub(super) fn under(place: &Place) -> Result<Option<Self>, OpenError> {
        let Place::File(_) = place else { return Ok(None) };
        let file = PathBuf::from(place.name()?);
        Ok(Some(Self {
            folder: file.parent().unwrap_or(Path::new("/")).to_owned(),
            reserve: Reserve::of(&file),
            full: AtomicBool::default(),
            hidden: AtomicBool::default(),
        }))
    }

    /// What was known when something was last written.
    pub(super) fn room(&self) -> Room {
        if self.full.load(Ordering::Relaxed) { Room::Full } else { Room::Enough }
    }

    /// Makes room for opening the database, which writes a little.
    pub(super) fn make_way(&self) {
        let free = self.free();
        if free < STEP {
            self.reserve.give_up(STEP - free);
        }
    }

    /// Looks before a batch of writes, and gives up as much of the reserve as it may need.
    pub(super) fn look(&self, conn: &mut Conn) -> Left {
        let free = self.free();
        if free >= AGAIN {
            self.say(Room::Enough);
            return Left::PLENTY;
        }
        // What is unused inside the file is room, too, as long as the log does not grow.
        let room = free.saturating_add(connection::unused(conn).unwrap_or_default());
        let bound = if self.room() == Room::Full { AGAIN } else { LOW };
        self.say(if room < bound { Room::Full } else { Room::Enough });
        let bytes = room.saturating_add(self.reserve.size());
        self.make_way();
        Left { bytes, room: self.room(), is_tight: free < LOW }
    }

    /// After a batch on a disk that is nearly full: the log is copied, so that it need not grow.
    pub(super) fn tidy(&self, conn: &mut Conn) {
        if let Err(StoreError::Full(_)) = connection::checkpoint(conn) {
            self.reserve.give_up(STEP);
            let _ = connection::checkpoint(conn); // the next batch tries again
        }
    }

    /// A write failed. If that was for lack of room, and lasts, the next batch finds more.
    pub(super) fn note(&self, error: &StoreError) {
        let is_told = match error {
            StoreError::Full(_) => true,
            // SQLite calls an exceeded quota so, and other things.
            StoreError::Failed(reason) if reason.contains("disk I/O error") => false,
            StoreError::Failed(_) | StoreError::Nul => return,
        };
        if self.free() >= AGAIN {
            if !self.reserve.is_refused(LOW) {
                return;
            }
            self.hidden.store(true, Ordering::Relaxed);
        } else if !is_told {
            return;
        }
        self.say(Room::Full);
        self.reserve.give_up(STEP);
    }

    /// Fills the reserve where there is room for it. Takes a while.
    pub(super) fn keep(&self) {
        if self.hidden.load(Ordering::Relaxed) {
            // The system does not tell, so the room is tried.
            let fits = self.reserve.fill(AGAIN).is_ok();
            self.hidden.store(!fits, Ordering::Relaxed);
        } else {
            let missing = SIZE.saturating_sub(self.reserve.size());
            if missing > 0
                && self.free() >= missing + AGAIN
                && let Err(error) = self.reserve.fill(0)
            {
                tracing::warn!(%error, "the reserve could not be filled");
            }
        }
    }

    /// How many bytes the system says are free; without an answer, there is room until a write fails.
    fn free(&self) -> u64 {
        if self.hidden.load(Ordering::Relaxed) { 0 } else { available(&self.folder).unwrap_or(u64::MAX) }
    }

    fn say(&self, room: Room) {
        let full = room == Room::Full;
        if self.full.swap(full, Ordering::Relaxed) != full {
            match room {
                Room::Full => {
                    tracing::error!("the disk is full: only what frees or revokes something is written")
                }
                Room::Enough => tracing::warn!("there is room on the disk again"),
            }
        }
    }
}

/// Free bytes of a file system; `None` where it does not count them.
#[cfg(unix)]
fn available(folder: &Path) -> Option<u64> {
    let system = rustix::fs::statvfs(folder).ok().filter(|system| system.f_blocks > 0)?;
    Some(system.f_bavail.saturating_mul(system.f_frsize))
}

#[cfg(not(unix))]
fn available(_folder: &Path) -> Option<u64> {
    None
}
