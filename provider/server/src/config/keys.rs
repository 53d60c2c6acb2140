//! Master keys, and how often signing keys are rotated.

use std::ops::RangeInclusive;

use credenza_protocol::time::Seconds;
use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::fault::Faults;
use super::values::parsed;
use crate::keys::schedule::{PROPAGATION, Schedule};
use crate::keys::seal::MasterKey;

/// A key that signs for less is replaced before everybody has fetched it.
const SHORTEST: Seconds = Seconds(3600);
/// Ten years.
const LONGEST: Seconds = Seconds(3650 * 86_400);

/// How often signing keys are rotated. Spans are seconds, or a number with a unit.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct KeysSection {
    /// How long a key signs: seconds, or a number with `s`, `m`, `h` or `d`, such as `90d`; from an hour to ten years, or
    /// `0` for ever.
    #[serde(deserialize_with = "rotate_every")]
    #[schemars(with = "Span")]
    pub rotate_every: Seconds,
    /// How long the next key is published before it signs; two minutes at least, and less than `rotate_every`.
    #[serde(deserialize_with = "publish_before")]
    #[schemars(with = "Span")]
    pub publish_before: Seconds,
}

impl Default for KeysSection {
    fn default() -> Self {
        let Schedule { rotate_every, publish_before } = Schedule::default();
        Self { rotate_every, publish_before }
    }
}

impl KeysSection {
    /// The schedule, with what only both settings together show.
    pub(super) fn schedule(self, faults: &mut Faults) -> Schedule {
        let Self { rotate_every, publish_before } = self;
        if rotate_every > Seconds(0) && publish_before >= rotate_every {
            faults.add_between("keys.publish_before", "must be less than keys.rotate_every");
        }
        Schedule { rotate_every, publish_before }
    }
}

/// Seconds, or a number with a unit.
#[derive(JsonSchema)]
#[serde(untagged)]
#[expect(dead_code, reason = "describes what is accepted, in the schema alone")]
enum Span {
    Seconds(u64),
    WithUnit(String),
}

fn rotate_every<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Seconds, D::Error> {
    parsed(deserializer, |text| if text == "0" { Ok(Seconds(0)) } else { span(text, SHORTEST..=LONGEST) })
}

fn publish_before<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Seconds, D::Error> {
    parsed(deserializer, |text| span(text, PROPAGATION..=LONGEST))
}

/// A span of time in seconds, or with a unit such as `90d`, within bounds.
fn span(text: &str, range: RangeInclusive<Seconds>) -> Result<Seconds, String> {
    const UNITS: [(&str, i64); 5] = [("", 1), ("s", 1), ("m", 60), ("h", 3600), ("d", 86_400)];
    let (digits, unit) = text.split_at(text.trim_end_matches(|c: char| c.is_ascii_alphabetic()).len());
    let unit = UNITS.iter().find(|(name, _)| *name == unit);
    let is_number = digits.bytes().all(|byte| byte.is_ascii_digit());
    let number = digits.parse::<i64>().ok().filter(|_| is_number);
    let span = unit.zip(number).and_then(|((_, seconds), number)| number.checked_mul(*seconds).map(Seconds));
    span.filter(|span| range.contains(span)).ok_or_else(|| {
        let (least, most) = (range.start().0, range.end().0);
        format!("must be {least} to {most} seconds, such as 86400, 24h or 1d, not {text:?}")
    })
}

pub(super) fn current<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<MasterKey>, D::Error> {
    parsed(deserializer, MasterKey::parse).map(Some)
}

/// A list; in a file that `…_FILE` names, keys may also stand one a line.
pub(super) fn previous<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<MasterKey>, D::Error> {
    let items = Vec::<String>::deserialize(deserializer)?;
    let texts = items.iter().flat_map(|item| item.split_whitespace()).enumerate();
    let key = |(index, text)| {
        MasterKey::parse(text)
            .map_err(|fault| format!("has a fault in its key number {}: it {fault}", index + 1))
    };
    texts.map(key).collect::<Result<_, _>>().map_err(serde::de::Error::custom)
}

/// Writes how many keys there are, and none of them.
pub(super) fn count<S: Serializer>(keys: &[MasterKey], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&format!("({} set)", keys.len()))
}
