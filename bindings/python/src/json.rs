//! Conversion between Python objects and JSON values, without a text in between.

use std::collections::HashMap;
use std::fmt;

use credenza_validator as core;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyBool, PyDict, PyFloat, PyFrozenSet, PyInt, PyList, PySet, PyString, PyTuple};
use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

use crate::errors;

/// How deep settings and claims may nest.
const MAX_DEPTH: usize = 32;

/// A value that has no place in a document, and where it stands.
struct Fault {
    /// The names of the members, the innermost first.
    path: Vec<String>,
    reason: String,
}

impl Fault {
    fn new(reason: impl Into<String>) -> Self {
        Self { path: Vec::new(), reason: reason.into() }
    }

    fn within(mut self, name: &str) -> Self {
        self.path.push(name.to_owned());
        self
    }

    fn raised(mut self, py: Python<'_>) -> PyErr {
        self.path.reverse();
        let setting = self.path.join(".").into();
        errors::settings(py, &core::SettingsError { setting, reason: self.reason })
    }
}

/// Keyword arguments; those that are `None` count as absent.
///
/// # Errors
/// `SettingsError` names the argument that JSON has no value for.
pub(crate) fn arguments(given: Option<&Bound<'_, PyDict>>) -> PyResult<Value> {
    let mut members = Map::new();
    for (name, value) in given.into_iter().flatten() {
        if !value.is_none() {
            let (name, value) = member(&name, &value, 1).map_err(|fault| fault.raised(value.py()))?;
            members.insert(name, value);
        }
    }
    Ok(Value::Object(members))
}

fn member(name: &Bound<'_, PyAny>, value: &Bound<'_, PyAny>, depth: usize) -> Result<(String, Value), Fault> {
    let name: String = name.extract().map_err(|_| Fault::new("names have to be text"))?;
    let value = to_json(value, depth).map_err(|fault| fault.within(&name))?;
    Ok((name, value))
}

fn to_json(object: &Bound<'_, PyAny>, depth: usize) -> Result<Value, Fault> {
    if depth > MAX_DEPTH {
        return Err(Fault::new("is nested too deep"));
    }
    if object.is_none() {
        Ok(Value::Null)
    } else if let Ok(text) = object.cast::<PyString>() {
        let text =
            text.to_str().map_err(|_| Fault::new("has to be Unicode text, without lone surrogates"))?;
        Ok(Value::String(text.to_owned()))
    } else if let Ok(truth) = object.cast::<PyBool>() {
        Ok(Value::Bool(truth.is_true()))
    } else if object.is_instance_of::<PyInt>() {
        let number = object.extract::<i64>().map(Number::from);
        let number = number.or_else(|_| object.extract::<u64>().map(Number::from));
        number.map(Value::Number).map_err(|_| Fault::new("has to be a number of at most 64 bits"))
    } else if let Ok(number) = object.cast::<PyFloat>() {
        let number = Number::from_f64(number.value());
        number.map(Value::Number).ok_or_else(|| Fault::new("has to be a finite number"))
    } else if let Ok(members) = object.cast::<PyDict>() {
        let member = |(name, value): (Bound<'_, PyAny>, Bound<'_, PyAny>)| member(&name, &value, depth + 1);
        members.iter().map(member).collect::<Result<Map<_, _>, _>>().map(Value::Object)
    } else {
        items(object, depth)
    }
}

fn items(object: &Bound<'_, PyAny>, depth: usize) -> Result<Value, Fault> {
    let unfit = || {
        let name =
            object.get_type().qualname().map_or_else(|_| "another".to_owned(), |name| name.to_string());
        Fault::new(format!("a value of the type {name} has no place here"))
    };
    if !is_series(object) {
        return Err(unfit());
    }
    let items = object.try_iter().map_err(|_| unfit())?;
    items
        .map(|item| to_json(&item.map_err(|_| unfit())?, depth + 1))
        .collect::<Result<_, _>>()
        .map(Value::Array)
}

fn is_series(object: &Bound<'_, PyAny>) -> bool {
    object.is_instance_of::<PyList>()
        || object.is_instance_of::<PyTuple>()
        || object.is_instance_of::<PySet>()
        || object.is_instance_of::<PyFrozenSet>()
}

/// Reads JSON straight into Python's objects.
///
/// # Errors
/// `ValueError` for malformed JSON.
pub(crate) fn dict<'py>(py: Python<'py>, text: &str) -> PyResult<Bound<'py, PyDict>> {
    let mut reader = serde_json::Deserializer::from_str(text);
    let read = Object(py).deserialize(&mut reader);
    let object = read.map_err(|error| PyValueError::new_err(error.to_string()))?;
    Ok(object.cast_into()?)
}

/// One value as an object of Python.
#[derive(Copy, Clone)]
struct Object<'py>(Python<'py>);

impl<'de, 'py> DeserializeSeed<'de> for Object<'py> {
    type Value = Bound<'py, PyAny>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de, 'py> Visitor<'de> for Object<'py> {
    type Value = Bound<'py, PyAny>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_bool<E>(self, truth: bool) -> Result<Self::Value, E> {
        Ok(PyBool::new(self.0, truth).to_owned().into_any())
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Self::Value, E> {
        Ok(PyInt::new(self.0, number).into_any())
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Self::Value, E> {
        Ok(PyInt::new(self.0, number).into_any())
    }

    fn visit_f64<E>(self, number: f64) -> Result<Self::Value, E> {
        Ok(PyFloat::new(self.0, number).into_any())
    }

    fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
        Ok(PyString::new(self.0, text).into_any())
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(self.0.None().into_bound(self.0))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Self::Value, A::Error> {
        let list = PyList::empty(self.0);
        while let Some(item) = items.next_element_seed(self)? {
            list.append(item).map_err(A::Error::custom)?;
        }
        Ok(list.into_any())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Self::Value, A::Error> {
        let dict = PyDict::new(self.0);
        while let Some(name) = members.next_key_seed(Name(self.0))? {
            let value = members.next_value_seed(self)?;
            dict.set_item(name, value).map_err(A::Error::custom)?;
        }
        Ok(dict.into_any())
    }
}

/// The name of a member. Common ones are interned, so that their hashes are computed once.
struct Name<'py>(Python<'py>);

const USUAL: [&str; 40] = [
    "acr",
    "act",
    "amr",
    "at_hash",
    "aud",
    "auth_time",
    "azp",
    "c_hash",
    "client_id",
    "cnf",
    "email",
    "email_verified",
    "events",
    "exp",
    "family_name",
    "gid",
    "given_name",
    "groups",
    "iat",
    "iss",
    "jkt",
    "jti",
    "locale",
    "name",
    "nbf",
    "nonce",
    "org_id",
    "permissions",
    "picture",
    "plan",
    "preferred_username",
    "roles",
    "scope",
    "sid",
    "sub",
    "tenant",
    "token_type",
    "updated_at",
    "username",
    "zoneinfo",
];

impl<'py> Name<'py> {
    fn usual(&self, text: &str) -> Option<Bound<'py, PyString>> {
        static MADE: PyOnceLock<HashMap<&str, Py<PyString>>> = PyOnceLock::new();
        let make = || USUAL.iter().map(|name| (*name, PyString::intern(self.0, name).unbind())).collect();
        MADE.get_or_init(self.0, make).get(text).map(|name| name.bind(self.0).clone())
    }
}

impl<'de, 'py> DeserializeSeed<'de> for Name<'py> {
    type Value = Bound<'py, PyString>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl<'py> Visitor<'_> for Name<'py> {
    type Value = Bound<'py, PyString>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a name")
    }

    fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
        Ok(self.usual(text).unwrap_or_else(|| PyString::new(self.0, text)))
    }
}
