//! Given settings as a serde document: a section, or one value.

use std::collections::BTreeMap;
use std::fmt;

use serde::de::value::SeqDeserializer;
use serde::de::{DeserializeSeed, Deserializer, Error, IntoDeserializer, MapAccess, Visitor};
use serde::forward_to_deserialize_any;

use super::catalogue::{Catalogue, Form};
use super::name;
use super::source::{Given, Value};

/// A section or a value, by its path.
#[derive(Clone)]
pub(super) struct Node<'a> {
    path: String,
    given: &'a BTreeMap<String, Given>,
    catalogue: &'a Catalogue,
}

/// What is wrong with a setting. The path is empty until the section that holds the value fills it in.
#[derive(Debug)]
pub(super) struct Wrong {
    pub(super) setting: String,
    pub(super) why: String,
}

impl<'a> Node<'a> {
    /// The whole document.
    pub(super) const fn root(given: &'a BTreeMap<String, Given>, catalogue: &'a Catalogue) -> Self {
        Self { path: String::new(), given, catalogue }
    }

    fn child(&self, name: &str) -> Self {
        Self { path: name::within(&self.path, name), ..self.clone() }
    }

    /// Whether it, or something in it, is given.
    fn is_given(&self) -> bool {
        let section = format!("{}.", self.path);
        self.given.contains_key(&self.path)
            || self.given.range(section.clone()..).next().is_some_and(|(path, _)| path.starts_with(&section))
    }

    fn form(&self) -> &'a Form {
        self.catalogue.get(&self.path).map_or(&Form::Text, |setting| &setting.form)
    }

    fn text(&self) -> Result<&'a str, Wrong> {
        match self.given.get(&self.path).map(|given| &given.value) {
            Some(Value::One(text)) => Ok(text.trim()),
            _ => Err(Wrong::custom("must be one value, not a list")),
        }
    }

    /// An array in the file; comma-separated in the environment.
    fn items(&self) -> Vec<String> {
        match self.given.get(&self.path).map(|given| &given.value) {
            Some(Value::Many(items)) => items.clone(),
            Some(Value::One(text)) => {
                text.split(',').map(|item| item.trim().to_owned()).filter(|item| !item.is_empty()).collect()
            }
            None => vec![],
        }
    }
}

impl<'de> Deserializer<'de> for Node<'_> {
    type Error = Wrong;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Wrong> {
        match self.form() {
            Form::List => visitor.visit_seq(SeqDeserializer::new(self.items().into_iter())),
            Form::Boolean => visitor.visit_bool(boolean(self.text()?)?),
            Form::Number { least, most } => visitor.visit_u64(number(self.text()?, *least, *most)?),
            Form::Choice(choices) => visitor.visit_str(choice(self.text()?, choices)?),
            Form::Text => visitor.visit_str(self.text()?),
        }
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Wrong> {
        let children = fields.iter().map(|name| (*name, self.child(name)));
        let given: Vec<_> = children.filter(|(_, child)| child.is_given()).collect();
        visitor.visit_map(Members { rest: given.into_iter(), current: None })
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Wrong> {
        visitor.visit_some(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Wrong> {
        let Form::Choice(choices) = self.form() else { return Err(Wrong::custom("has no choices")) };
        visitor.visit_enum(choice(self.text()?, choices)?.into_deserializer())
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Wrong> {
        visitor.visit_newtype_struct(self)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct seq
        tuple tuple_struct map identifier ignored_any
    }
}

/// The members of a section that are given.
struct Members<'a> {
    rest: std::vec::IntoIter<(&'static str, Node<'a>)>,
    current: Option<Node<'a>>,
}

impl<'de> MapAccess<'de> for Members<'_> {
    type Error = Wrong;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Wrong> {
        let Some((name, node)) = self.rest.next() else { return Ok(None) };
        self.current = Some(node);
        seed.deserialize(name.into_deserializer()).map(Some)
    }

    fn next_value_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<T::Value, Wrong> {
        let node = self.current.take().ok_or_else(|| Wrong::custom("has no value"))?;
        let path = node.path.clone();
        seed.deserialize(node).map_err(|wrong| match wrong.setting.is_empty() {
            true => Wrong { setting: path, ..wrong },
            false => wrong,
        })
    }
}

fn boolean(text: &str) -> Result<bool, Wrong> {
    match text {
        "true" | "1" | "yes" | "on" => Ok(true),
        "false" | "0" | "no" | "off" => Ok(false),
        _ => Err(Wrong::custom(format!("must be true or false, not {text:?}"))),
    }
}

fn number(text: &str, least: u64, most: u64) -> Result<u64, Wrong> {
    match text.parse() {
        Ok(number) if (least..=most).contains(&number) => Ok(number),
        _ => Err(Wrong::custom(format!("must be a whole number from {least} to {most}, not {text:?}"))),
    }
}

fn choice<'a>(text: &'a str, choices: &[String]) -> Result<&'a str, Wrong> {
    if choices.iter().any(|choice| choice == text) {
        return Ok(text);
    }
    let quoted: Vec<_> = choices.iter().map(|choice| format!("{choice:?}")).collect();
    Err(Wrong::custom(format!("must be {}, not {text:?}", quoted.join(" or "))))
}

impl Error for Wrong {
    fn custom<T: fmt::Display>(why: T) -> Self {
        Self { setting: String::new(), why: why.to_string() }
    }
}

impl fmt::Display for Wrong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.setting, self.why)
    }
}

impl std::error::Error for Wrong {}
