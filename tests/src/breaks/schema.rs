//! What breaks between two schemas: of what is sent, less may be taken; of what is answered, more may come.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{items, members};

/// Who writes the value.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Direction {
    /// A client.
    Sent,
    /// The provider.
    Answered,
}

/// Two documents whose schemas are compared.
pub(super) struct Schemas<'a> {
    pub(super) before: &'a Value,
    pub(super) after: &'a Value,
}

/// A comparison under way: the references that led here, so that it ends in a schema that holds itself.
struct Comparison<'a> {
    schemas: &'a Schemas<'a>,
    direction: Direction,
    within: Vec<(String, String)>,
    found: Vec<String>,
}

impl Schemas<'_> {
    /// What breaks, each with its place in the value.
    pub(super) fn compare(&self, direction: Direction, before: &Value, after: &Value) -> Vec<String> {
        let mut comparison = Comparison { schemas: self, direction, within: vec![], found: vec![] };
        comparison.compare("", before, after);
        comparison.found
    }
}

impl Comparison<'_> {
    fn compare(&mut self, place: &str, before: &Value, after: &Value) {
        let names = (reference(before), reference(after));
        if let (Some(old), Some(new)) = &names {
            let pair = ((*old).to_owned(), (*new).to_owned());
            if self.within.contains(&pair) {
                return;
            }
            self.within.push(pair);
        }
        let both = self.schemas;
        let (before, after) = (resolve(both.before, before), resolve(both.after, after));
        if alternatives(before).is_some() || alternatives(after).is_some() {
            self.choices(place, before, after);
        } else {
            self.types(place, before, after);
            self.words(place, before, after);
            self.limits(place, before, after);
            self.members(place, before, after);
            if !before["items"].is_null() {
                self.compare(&format!("{place}/[]"), &before["items"], &after["items"]);
            }
            if before["additionalProperties"].is_object() && after["additionalProperties"].is_object() {
                let place = format!("{place}/*");
                self.compare(&place, &before["additionalProperties"], &after["additionalProperties"]);
            }
        }
        if names.0.is_some() && names.1.is_some() {
            self.within.pop();
        }
    }

    fn tell(&mut self, place: &str, why: impl std::fmt::Display) {
        self.found.push(format!("{place} {why}"));
    }

    /// Each alternative that there was must fit one that there is, if it is sent; the other way round, if it is answered.
    fn choices(&mut self, place: &str, before: &Value, after: &Value) {
        let (old, new) = (choices(before), choices(after));
        let fits = |one: &Value, other: &Value| {
            let mut inner = Comparison { within: self.within.clone(), found: vec![], ..*self };
            inner.compare("", one, other);
            inner.found.is_empty()
        };
        let lacking = match self.direction {
            Direction::Sent => old.iter().filter(|one| new.iter().all(|other| !fits(one, other))).count(),
            Direction::Answered => new.iter().filter(|other| old.iter().all(|one| !fits(one, other))).count(),
        };
        if lacking > 0 {
            self.tell(place, "has other alternatives");
        }
    }

    fn types(&mut self, place: &str, before: &Value, after: &Value) {
        let (old, new) = (types(before), types(after));
        // No type at all is every type.
        let narrower = |one: &BTreeSet<&str>, other: &BTreeSet<&str>| {
            !other.is_empty() && (one.is_empty() || one.iter().any(|name| !accepts(other, name)))
        };
        let is_broken = match self.direction {
            Direction::Sent => narrower(&old, &new),
            Direction::Answered => narrower(&new, &old),
        };
        if is_broken {
            self.tell(place, format!("is {new:?}, and was {old:?}"));
        } else if before["format"] != after["format"] && !before["format"].is_null() {
            self.tell(place, format!("has the format {}, and had {}", after["format"], before["format"]));
        }
    }

    fn words(&mut self, place: &str, before: &Value, after: &Value) {
        let (old, new) = (enumeration(before), enumeration(after));
        let Some(new) = new else {
            if let (Some(_), Direction::Answered) = (old, self.direction) {
                self.tell(place, "may be any word");
            }
            return;
        };
        let Some(old) = old else {
            if self.direction == Direction::Sent {
                self.tell(place, "may be some words alone");
            }
            return;
        };
        old.iter()
            .filter(|word| !new.contains(*word))
            .for_each(|word| self.tell(place, format!("is never {word}")));
        if self.direction == Direction::Answered {
            new.iter()
                .filter(|word| !old.contains(*word))
                .for_each(|word| self.tell(place, format!("may be {word}")));
        }
    }

    /// Of what is sent alone: who reads an answer can bear that it is in narrower limits, and knew of none.
    fn limits(&mut self, place: &str, before: &Value, after: &Value) {
        if self.direction == Direction::Answered {
            return;
        }
        for (name, is_least) in [
            ("minimum", true),
            ("minLength", true),
            ("minItems", true),
            ("maximum", false),
            ("maxLength", false),
            ("maxItems", false),
        ] {
            let (old, new) = (before[name].as_f64(), after[name].as_f64());
            let is_narrower = match (old, new) {
                (_, None) => false,
                (None, Some(_)) => true,
                (Some(old), Some(new)) => {
                    if is_least {
                        new > old
                    } else {
                        new < old
                    }
                }
            };
            if is_narrower {
                self.tell(place, format!("has the {name} {}", after[name]));
            }
        }
        if after["pattern"] != before["pattern"] && !after["pattern"].is_null() {
            self.tell(place, format!("has the pattern {}", after["pattern"]));
        }
    }

    fn members(&mut self, place: &str, before: &Value, after: &Value) {
        for (name, member) in members(&before["properties"]) {
            let place = format!("{place}/{name}");
            match after["properties"].get(name) {
                Some(now) => self.compare(&place, member, now),
                None => self.tell(&place, "is gone"),
            }
        }
        let names = |schema: &Value| -> BTreeSet<String> {
            items(&schema["required"]).filter_map(Value::as_str).map(str::to_owned).collect()
        };
        let (old, new) = (names(before), names(after));
        match self.direction {
            Direction::Sent => {
                new.difference(&old).for_each(|name| self.tell(&format!("{place}/{name}"), "is required"));
                if after["additionalProperties"] == false && before["additionalProperties"] != false {
                    self.tell(place, "takes no other members");
                }
            }
            Direction::Answered => {
                let kept = |name: &&String| !after["properties"][name.as_str()].is_null();
                let optional = old.difference(&new).filter(kept);
                optional.for_each(|name| self.tell(&format!("{place}/{name}"), "may be missing"));
            }
        }
    }
}

fn reference(schema: &Value) -> Option<&str> {
    schema["$ref"].as_str()
}

fn resolve<'a>(document: &'a Value, schema: &'a Value) -> &'a Value {
    let target = reference(schema).and_then(|target| document.pointer(target.trim_start_matches('#')));
    target.unwrap_or(schema)
}

fn alternatives(schema: &Value) -> Option<&Vec<Value>> {
    schema["anyOf"].as_array().or_else(|| schema["oneOf"].as_array())
}

/// What it may be: its alternatives, or itself alone.
fn choices(schema: &Value) -> Vec<&Value> {
    alternatives(schema).map_or_else(|| vec![schema], |several| several.iter().collect())
}

fn types(schema: &Value) -> BTreeSet<&str> {
    let several = items(&schema["type"]).filter_map(Value::as_str);
    schema["type"].as_str().into_iter().chain(several).collect()
}

/// An integer is a number.
fn accepts(types: &BTreeSet<&str>, name: &str) -> bool {
    types.contains(name) || (name == "integer" && types.contains("number"))
}

fn enumeration(schema: &Value) -> Option<Vec<Value>> {
    let one = schema.get("const").map(|word| vec![word.clone()]);
    schema["enum"].as_array().cloned().or(one)
}
