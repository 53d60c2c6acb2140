//! The operations of the admin API as its OpenAPI document describes them, and the things that their examples make.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::administrator::Administrator;
use crate::http_client::{Request, Response};
use crate::provider::Provider;

/// An operation.
#[derive(Clone, Debug)]
pub struct Described {
    /// The `operationId`.
    pub id: String,
    /// The method, in capitals.
    pub method: String,
    /// The path, below `/admin/v1`.
    pub path: String,
    /// The media type of its body.
    pub media: Option<String>,
    /// The schema of its body, where references lead nowhere else.
    pub schema: Value,
    /// The example of its body.
    pub example: Value,
    /// The status where it is carried out.
    pub success: u16,
    /// Everything else that is said of it.
    pub whole: Value,
}

/// What there is: the values of names in paths.
#[derive(Clone, Debug, Default)]
pub struct Things(BTreeMap<String, String>);

impl Described {
    /// All of them, and the document.
    pub async fn all(op: &Provider) -> (Vec<Self>, Value) {
        let document = written_out(&Request::get(op.at("/admin/v1/openapi.json")).send().await.json());
        let mut found = vec![];
        for (path, methods) in document["paths"].as_object().unwrap() {
            let Some(path) = path.strip_prefix("/admin/v1") else { continue };
            for (method, operation) in methods.as_object().unwrap() {
                let content =
                    operation["requestBody"]["content"].as_object().and_then(|all| all.iter().next());
                let schema = content.map(|(_, content)| resolve(&document, &content["schema"]).clone());
                let statuses = operation["responses"].as_object().unwrap().keys();
                let success = statuses.filter_map(|status| status.parse().ok()).find(|status| *status < 300);
                found.push(Self {
                    id: operation["operationId"].as_str().unwrap().to_owned(),
                    method: method.to_ascii_uppercase(),
                    path: path.to_owned(),
                    media: content.map(|(media, _)| media.clone()),
                    schema: schema.unwrap_or_default(),
                    example: content.map(|(_, content)| content["example"].clone()).unwrap_or_default(),
                    success: success.unwrap(),
                    whole: operation.clone(),
                });
            }
        }
        assert!(found.len() > 35, "{} operations", found.len());
        (found, document)
    }

    /// Whether it takes one JSON object.
    #[must_use]
    pub fn takes_json(&self) -> bool {
        self.media.as_deref().is_some_and(|media| media.ends_with("json") && !media.contains("ndjson"))
    }

    /// Whether its answer is JSON, or empty: not a stream, say.
    #[must_use]
    pub fn answers_json(&self) -> bool {
        let content = self.whole["responses"][self.success.to_string().as_str()]["content"].as_object();
        content.is_none_or(|content| content.keys().all(|media| media == "application/json"))
    }

    /// A request with that body, on whatever version there is.
    #[must_use]
    pub fn request(
        &self,
        op: &Provider,
        who: &Administrator,
        path: &str,
        body: impl Into<Vec<u8>>,
    ) -> Request {
        let request = who.request(op, &self.method, path).header("if-match", "*");
        match &self.media {
            Some(media) => request.header("content-type", media).body(body),
            None => request,
        }
    }

    /// Calls it with its example.
    pub async fn call(&self, op: &Provider, who: &Administrator, path: &str) -> Response {
        let body = self.example.as_str().map_or_else(|| self.example.to_string(), str::to_owned);
        self.request(op, who, path, body).send().await
    }
}

/// A document with everything but its schemas where it is referred to.
#[must_use]
pub fn written_out(document: &Value) -> Value {
    let mut whole = document.clone();
    for section in ["examples", "headers", "parameters", "responses"] {
        let prefix = format!("#/components/{section}/");
        let components = whole["components"][section].clone();
        replace(&mut whole, &prefix, &components);
    }
    whole
}

fn replace(value: &mut Value, prefix: &str, components: &Value) {
    if let Some(name) = value["$ref"].as_str().and_then(|target| target.strip_prefix(prefix)) {
        let target = components[name].clone();
        assert!(target.is_object(), "{prefix}{name} leads nowhere");
        *value = target;
    }
    match value {
        Value::Object(members) => members.values_mut().for_each(|member| replace(member, prefix, components)),
        Value::Array(items) => items.iter_mut().for_each(|item| replace(item, prefix, components)),
        _ => {}
    }
}

/// The schema that a reference leads to.
#[must_use]
pub fn resolve<'a>(document: &'a Value, schema: &'a Value) -> &'a Value {
    let target = schema["$ref"].as_str().and_then(|target| document.pointer(target.trim_start_matches('#')));
    target.unwrap_or(schema)
}

impl Things {
    /// Makes one of each kind that can be made by an example. The answers are those of the operations that made them.
    pub async fn make(
        op: &Provider,
        who: &Administrator,
        all: &[Described],
    ) -> (Self, Vec<(String, Response)>) {
        let (mut things, mut answers) = (Self::default(), vec![]);
        // What is made inside of something is made after it.
        let mut makers: Vec<_> =
            all.iter().filter(|one| one.method == "POST" && one.success == 201).collect();
        makers.sort_by_key(|one| one.path.matches('{').count());
        for maker in makers {
            let Some(path) = things.fill(&maker.path) else { continue };
            let answer = maker.call(op, who, &path).await;
            let made = answer.headers.get("location").and_then(|location| location.to_str().ok());
            if let (Some(name), Some(made)) = (name_below(all, &maker.path), made) {
                things.0.entry(name).or_insert_with(|| made.rsplit('/').next().unwrap().to_owned());
            }
            answers.push((maker.id.clone(), answer));
        }
        (things, answers)
    }

    /// The same with another value of that name.
    #[must_use]
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.0.insert(name.to_owned(), value.to_owned());
        self
    }

    /// A path with the values of its names, if all are known.
    #[must_use]
    pub fn fill(&self, path: &str) -> Option<String> {
        let parts = path.split('/').map(|part| {
            match part.strip_prefix('{').and_then(|part| part.strip_suffix('}')) {
                Some(name) => self.0.get(name).cloned(),
                None => Some(part.to_owned()),
            }
        });
        Some(parts.collect::<Option<Vec<_>>>()?.join("/"))
    }
}

/// The name of what stands directly below a path.
fn name_below(all: &[Described], path: &str) -> Option<String> {
    all.iter().find_map(|one| {
        let rest = one.path.strip_prefix(path)?.strip_prefix("/{")?.strip_suffix('}')?;
        (!rest.contains('/')).then(|| rest.to_owned())
    })
}
