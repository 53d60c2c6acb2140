//! A file beside the database that holds nothing but room. It is given up piece by piece when the disk is full, since
//! SQLite has to write in order to delete, and filled again when there is room.

use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

/// Its size: the write-ahead log before a checkpoint, whose pages may all be new to the database, and a batch of writes.
pub(super) const SIZE: u64 = 24 << 20;
/// What is written at once: longer than what any file system compresses together.
const PIECE: usize = 1 << 20;

/// The file. Several processes may have the same.
#[derive(Debug)]
pub(super) struct Reserve {
    path: PathBuf,
    turn: Mutex<()>,
}

impl Reserve {
    /// That of the database in this file.
    pub(super) fn of(database: &Path) -> Self {
        let mut path = database.as_os_str().to_owned();
        path.push("-reserve");
        Self { path: path.into(), turn: Mutex::default() }
    }

    /// How much it holds, in bytes.
    pub(super) fn size(&self) -> u64 {
        fs::metadata(&self.path).map_or(0, |file| file.len())
    }

    fn open(&self) -> io::Result<File> {
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(false);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        options.open(&self.path)
    }

    /// Gives up so many bytes, or what there is.
    pub(super) fn give_up(&self, bytes: u64) {
        let _turn = self.turn.lock().unwrap_or_else(PoisonError::into_inner);
        let size = self.size();
        if size == 0 {
            return;
        }
        let shorter = size.saturating_sub(bytes);
        match OpenOptions::new().write(true).open(&self.path).and_then(|file| file.set_len(shorter)) {
            Ok(()) => tracing::warn!(left = shorter, "a part of the reserve was given up"),
            Err(error) => tracing::error!(%error, "the reserve could not be given up"),
        }
    }

    /// Fills it, if so many bytes more fit on the disk, which are given back. An error leaves it as it was.
    pub(super) fn fill(&self, beyond: u64) -> io::Result<()> {
        let _turn = self.turn.lock().unwrap_or_else(PoisonError::into_inner);
        let mut file = self.open()?;
        let before = file.metadata()?.len();
        let written = extend(&mut file, before, SIZE + beyond);
        file.set_len(if written.is_ok() { SIZE } else { before })?;
        written
    }

    /// Whether the system refuses to write so many bytes more, though it may say that they are free: a quota.
    pub(super) fn is_refused(&self, bytes: u64) -> bool {
        let _turn = self.turn.lock().unwrap_or_else(PoisonError::into_inner);
        let tried = self.open().and_then(|mut file| {
            let before = file.metadata()?.len();
            let written = extend(&mut file, before, before + bytes);
            file.set_len(before)?;
            written
        });
        let no_room = [ErrorKind::StorageFull, ErrorKind::QuotaExceeded, ErrorKind::FileTooLarge];
        tried.is_err_and(|error| no_room.contains(&error.kind()))
    }
}

/// Makes the file longer by bytes that no file system can leave out or compress.
fn extend(file: &mut File, from: u64, to: u64) -> io::Result<()> {
    let (mut at, mut state) = (file.seek(SeekFrom::Start(from))?, 1_u64);
    let mut piece = vec![0; PIECE];
    for word in piece.as_chunks_mut().0 {
        // Marsaglia's xorshift.
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        *word = state.to_ne_bytes();
    }
    while at < to {
        let length = usize::try_from(to - at).map_or(PIECE, |left| left.min(PIECE));
        file.write_all(piece.get(..length).unwrap_or(&piece))?;
        at += length as u64;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_given_up_piece_by_piece_and_filled_again() {
        let name = format!("credenza-reserve-{}.db", std::process::id());
        let reserve = Reserve::of(&std::env::temp_dir().join(name));
        assert_eq!(reserve.size(), 0);
        reserve.give_up(1);
        assert!(!reserve.path.exists(), "there was nothing to give up");
        reserve.fill(1 << 20).unwrap();
        assert_eq!(reserve.size(), SIZE, "what was only tried is given back");
        #[cfg(unix)]
        {
            let file = fs::metadata(&reserve.path).unwrap();
            let blocks = std::os::unix::fs::MetadataExt::blocks(&file);
            assert!(blocks * 512 >= SIZE, "it takes the room that it stands for: {blocks} blocks");
            let mode = std::os::unix::fs::PermissionsExt::mode(&file.permissions());
            assert_eq!(mode & 0o777, 0o600);
        }
        reserve.give_up(1 << 20);
        assert_eq!(reserve.size(), SIZE - (1 << 20));
        assert!(!reserve.is_refused(1 << 20), "this disk is not full");
        assert_eq!(reserve.size(), SIZE - (1 << 20));
        reserve.give_up(u64::MAX);
        assert_eq!(reserve.size(), 0);
        reserve.fill(0).unwrap();
        assert_eq!(reserve.size(), SIZE);
        fs::remove_file(&reserve.path).unwrap();
    }
}
