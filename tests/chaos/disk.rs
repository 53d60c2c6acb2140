//! Full and failing disks: what cannot be written is refused, what was answered holds, and all recovers by itself.
//!
//! Chart 636: Full disks, lost logs | what grows is refused, what frees is written, what was granted is checked; no restart

mod faults;
mod servers;
mod sqlite;
mod visitor;
mod volume;

use std::fs;
use std::io::ErrorKind;

use volume::Volume;

#[test]
fn a_volume_that_is_filled_takes_nothing_until_it_is_freed() {
    let Some(volume) = Volume::mount(1) else { return };
    let file = volume.path().join("file");
    let write = || fs::write(&file, [7; 100]);
    write().unwrap();
    fs::remove_file(&file).unwrap();
    volume.fill();
    assert_eq!(write().unwrap_err().kind(), ErrorKind::StorageFull);
    volume.free();
    write().unwrap();
}
