//! A small disk that can be filled.

use std::fs::{self, File};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, io};

use credenza_tests::node::Scratch;

/// A file system of its own in memory; it goes with the test.
pub(crate) struct Volume {
    // Last used by the unmounting, then deleted.
    folder: Scratch,
}

impl Volume {
    /// One of so many mebibytes; `None` where nothing may be mounted, which fails in CI.
    pub(crate) fn mount(mebibytes: u64) -> Option<Self> {
        let folder = Scratch::new();
        let options = format!("size={mebibytes}m,mode=0777");
        let mut mount = Command::new("mount");
        mount.args(["-t", "tmpfs", "-o", &options, "credenza-tests"]).arg(folder.path());
        let is_mounted = mount.output().is_ok_and(|done| done.status.success());
        if !is_mounted {
            assert!(env::var_os("CI").is_none(), "a small file system cannot be mounted: it needs root");
            println!("skipped: a small file system cannot be mounted, it needs root");
        }
        is_mounted.then_some(Self { folder })
    }

    /// Where it is.
    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Takes all the room that is left, to the last page; with `others` already there, what they have left.
    pub(crate) fn fill(&self) {
        let mut file = File::options().create(true).append(true).open(self.others()).unwrap();
        for size in [1 << 20, 4096, 1] {
            let piece = vec![7; size];
            while !is_full(file.write_all(&piece)) {}
        }
    }

    /// Takes so many mebibytes.
    pub(crate) fn take(&self, mebibytes: usize) {
        fs::write(self.others(), vec![7; mebibytes << 20]).unwrap();
    }

    /// Gives back what was taken.
    pub(crate) fn free(&self) {
        fs::remove_file(self.others()).unwrap();
    }

    /// A file of somebody else.
    fn others(&self) -> PathBuf {
        self.path().join("others")
    }
}

impl Drop for Volume {
    fn drop(&mut self) {
        // Lazily, since the process that uses it ends a moment later.
        let _ = Command::new("umount").arg("-l").arg(self.path()).status();
    }
}

fn is_full(written: io::Result<()>) -> bool {
    match written {
        Ok(()) => false,
        Err(error) if error.kind() == io::ErrorKind::StorageFull => true,
        Err(error) => panic!("{error}"),
    }
}
