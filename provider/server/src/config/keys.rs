//! Master keys, and how often signing keys are changed.

use credenza_protocol::time::Seconds;

use super::reader::Reader;
use super::values::span;
use crate::keys::schedule::{PROPAGATION, Schedule};
use crate::keys::seal::{MasterKey, MasterKeys};

/// A key that signs for less is changed before everybody has fetched it.
const SHORTEST: Seconds = Seconds(3600);
/// Ten years.
const LONGEST: Seconds = Seconds(3650 * 86_400);

/// The master key and those before it; `None` when there is no present one.
pub(super) fn master(read: &mut Reader) -> Option<MasterKeys> {
    let current =
        read.optional("master_key", |text| MasterKey::parse(text).map_err(|fault| fault.to_string()));
    let previous = read.list("master_keys_previous", previous);
    current.map(|current| MasterKeys::new(current, previous))
}

/// In a file, keys may also stand one a line.
fn previous(items: &[String]) -> Result<Vec<MasterKey>, String> {
    let texts = items.iter().flat_map(|item| item.split_whitespace()).enumerate();
    let key = |(index, text)| {
        MasterKey::parse(text)
            .map_err(|fault| format!("has a fault in its key number {}: it {fault}", index + 1))
    };
    texts.map(key).collect()
}

pub(super) fn schedule(read: &mut Reader) -> Schedule {
    let default = Schedule::default();
    let schedule = Schedule {
        rotate_every: read.or("keys.rotate_every", default.rotate_every, |text| {
            if text == "0" { Ok(Seconds(0)) } else { span(SHORTEST..=LONGEST)(text) }
        }),
        publish_before: read.or("keys.publish_before", default.publish_before, span(PROPAGATION..=LONGEST)),
    };
    if schedule.rotate_every > Seconds(0) && schedule.publish_before >= schedule.rotate_every {
        read.fault("keys.publish_before", "must be less than keys.rotate_every");
    }
    schedule
}
