//! Builders of cases, whose members are explained in `tests/vectors/validator/README.md`.

use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::denial::{Denial, challenge, denial};
use crate::keys;
use crate::token::{OWN, Token};

pub(crate) const ISSUER: &str = "https://id.example";
pub(crate) const AUDIENCE: &str = "https://api.example";
pub(crate) const CLIENT: &str = "client-1";
/// The time of a step, unless it sets another.
pub(crate) const NOW: i64 = 1_800_000_000;
pub(crate) const METADATA: &str = "https://id.example/.well-known/openid-configuration";
pub(crate) const OTHER_METADATA: &str = "https://id.example/.well-known/oauth-authorization-server";
pub(crate) const JWKS: &str = "https://id.example/jwks";

/// One case.
#[derive(Clone, Serialize)]
pub(crate) struct Case {
    pub(crate) name: String,
    pub(crate) about: String,
    pub(crate) attacks: Vec<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    wycheproof: Option<String>,
    /// What a build may lack.
    #[serde(skip_serializing_if = "Option::is_none")]
    needs: Option<&'static str>,
    #[serde(flatten)]
    body: Body,
}

#[derive(Clone, Serialize)]
#[serde(untagged)]
enum Body {
    Decisions { settings: Value, responses: Map<String, Value>, steps: Vec<Step> },
    Refused { settings: Value, expected: Value },
    Jose(Map<String, Value>),
}

/// One step of a case.
#[derive(Clone, Serialize)]
pub(crate) struct Step {
    now: i64,
    check: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    request: Option<Map<String, Value>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    token: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    requirement: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    expectations: Option<Value>,
    expected: Expected,
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<Value>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    fetches: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    posts: Vec<Value>,
}

#[derive(Clone, Serialize)]
#[serde(untagged)]
enum Expected {
    Allow {
        allow: Value,
        #[serde(skip_serializing_if = "Option::is_none")]
        dpop_nonce: Option<String>,
    },
    Deny {
        deny: Denial,
    },
}

/// The default settings of cases: issuer, audience, one pinned key.
pub(crate) fn settings(more: Value) -> Value {
    with(json!({ "issuer": ISSUER, "audience": AUDIENCE, "keys": keys::set([OWN.jwk()]) }), more)
}

/// Settings without pinned keys, so that they are fetched.
pub(crate) fn fetching(more: Value) -> Value {
    with(json!({ "issuer": ISSUER, "audience": AUDIENCE }), more)
}

/// The settings of a client.
pub(crate) fn for_client(more: Value) -> Value {
    with(json!({ "issuer": ISSUER, "client_id": CLIENT, "keys": keys::set([OWN.jwk()]) }), more)
}

/// An object with members added or replaced; `null` removes one.
pub(crate) fn with(object: Value, more: Value) -> Value {
    let (Value::Object(mut object), Value::Object(more)) = (object, more) else {
        unreachable!("two objects")
    };
    for (name, value) in more {
        match value {
            Value::Null => object.remove(&name),
            value => object.insert(name, value),
        };
    }
    Value::Object(object)
}

impl Case {
    /// A case with the default settings.
    pub(crate) fn new(name: impl Into<String>, about: impl Into<String>) -> Self {
        let body = Body::Decisions { settings: settings(json!({})), responses: Map::new(), steps: vec![] };
        Self { name: name.into(), about: about.into(), attacks: vec![], wycheproof: None, needs: None, body }
    }

    /// Settings that are refused, and the name of the setting at fault.
    pub(crate) fn refused(name: &str, about: &str, settings: Value, setting: &str) -> Self {
        let body = Body::Refused { settings, expected: json!({ "settings_error": setting }) };
        Self { body, ..Self::new(name, about) }
    }

    /// Signatures or encryption alone.
    pub(crate) fn jose(name: impl Into<String>, about: impl Into<String>, members: Value) -> Self {
        let Value::Object(members) = members else { unreachable!("an object") };
        Self { body: Body::Jose(members), ..Self::new(name, about) }
    }

    pub(crate) fn attacks(self, attacks: &[&'static str]) -> Self {
        Self { attacks: attacks.to_vec(), ..self }
    }

    /// Runs only in builds that have this.
    pub(crate) fn needs(self, what: &'static str) -> Self {
        Self { needs: Some(what), ..self }
    }

    pub(crate) fn wycheproof(self, file: &str, id: usize) -> Self {
        Self { wycheproof: Some(format!("{file} {id}")), ..self }
    }

    pub(crate) fn settings(mut self, new: Value) -> Self {
        if let Body::Decisions { settings, .. } = &mut self.body {
            *settings = new;
        }
        self
    }

    /// The answer at a URL: a text, or an object or a list as in the README.
    pub(crate) fn answer(mut self, url: &str, response: Value) -> Self {
        if let Body::Decisions { responses, .. } = &mut self.body {
            responses.insert(url.to_owned(), response);
        }
        self
    }

    pub(crate) fn step(mut self, step: Step) -> Self {
        if let Body::Decisions { steps, .. } = &mut self.body {
            steps.push(step);
        }
        self
    }
}

/// An answer with status 200.
pub(crate) fn ok(body: impl ToString) -> Value {
    json!({ "status": 200, "content_type": "application/json", "body": body.to_string() })
}

/// An answer with another status.
pub(crate) fn status(status: u16, body: &str) -> Value {
    json!({ "status": status, "body": body })
}

/// The issuer's metadata.
pub(crate) fn metadata(more: Value) -> Value {
    with(json!({ "issuer": ISSUER, "jwks_uri": JWKS }), more)
}

impl Step {
    fn of(check: &'static str) -> Self {
        Self {
            now: NOW,
            check,
            request: None,
            token: None,
            requirement: None,
            expectations: None,
            expected: Expected::Allow { allow: Value::Null, dpop_nonce: None },
            detail: None,
            fetches: vec![],
            posts: vec![],
        }
    }

    /// A request with any members.
    pub(crate) fn request(request: Value) -> Self {
        let Value::Object(request) = request else { unreachable!("an object") };
        Self { request: Some(request), ..Self::of("access_token") }
    }

    /// A request with a bearer token.
    pub(crate) fn bearer(token: impl AsRef<str>) -> Self {
        Self::request(json!({ "authorization": [format!("Bearer {}", token.as_ref())] }))
    }

    /// A request for `https://api.example/things` with a bound token and its proof.
    pub(crate) fn dpop(token: &str, proof: &str) -> Self {
        Self::request(json!({
            "authorization": [format!("DPoP {token}")],
            "dpop": [proof],
            "method": "GET",
            "url": "https://api.example/things",
        }))
    }

    pub(crate) fn id_token(token: impl Into<String>) -> Self {
        Self { token: Some(token.into()), ..Self::of("id_token") }
    }

    pub(crate) fn logout_token(token: impl Into<String>) -> Self {
        Self { token: Some(token.into()), ..Self::of("logout_token") }
    }

    /// Another member of the request.
    pub(crate) fn part(mut self, name: &str, value: Value) -> Self {
        self.request.get_or_insert_default().insert(name.to_owned(), value);
        self
    }

    pub(crate) fn at(self, now: i64) -> Self {
        Self { now, ..self }
    }

    pub(crate) fn requires(self, requirement: Value) -> Self {
        Self { requirement: Some(requirement), ..self }
    }

    pub(crate) fn expects(self, expectations: Value) -> Self {
        Self { expectations: Some(expectations), ..self }
    }

    /// The token passes, with these claims.
    pub(crate) fn allow(self, claims: Value) -> Self {
        Self { expected: Expected::Allow { allow: claims, dpop_nonce: None }, ..self }
    }

    /// The token passes, with its own claims.
    pub(crate) fn allow_token(self, token: &Token) -> Self {
        self.allow(token.claims())
    }

    /// The token is refused by a rule; ID tokens and logout tokens without a challenge.
    pub(crate) fn deny(self, rule: &str) -> Self {
        let mut deny = denial(rule);
        if self.check != "access_token" {
            deny.www_authenticate = None;
        }
        Self { expected: Expected::Deny { deny }, ..self }
    }

    /// Refused, with a challenge of that scheme and more parameters.
    pub(crate) fn deny_with(self, rule: &str, scheme: &str, more: &str) -> Self {
        self.deny(rule).challenged(&challenge(scheme, rule, more))
    }

    /// With this challenge, byte for byte.
    pub(crate) fn challenged(mut self, text: &str) -> Self {
        if let Expected::Deny { deny } = &mut self.expected {
            deny.www_authenticate = Some(text.to_owned());
        }
        self
    }

    /// With a nonce for the next proof.
    pub(crate) fn nonce(mut self, nonce: &str) -> Self {
        match &mut self.expected {
            Expected::Allow { dpop_nonce, .. } => *dpop_nonce = Some(nonce.to_owned()),
            Expected::Deny { deny } => deny.dpop_nonce = Some(nonce.to_owned()),
        }
        self
    }

    /// What is said to the log of the service, these members of it at least.
    pub(crate) fn detail(self, detail: Value) -> Self {
        Self { detail: Some(detail), ..self }
    }

    pub(crate) fn fetches(self, urls: &[&str]) -> Self {
        Self { fetches: urls.iter().map(|&url| url.to_owned()).collect(), ..self }
    }

    pub(crate) fn posts(self, authorization: &str, body: &str) -> Self {
        Self { posts: vec![json!({ "authorization": authorization, "body": body })], ..self }
    }
}

/// A bearer token that is refused under the default settings.
pub(crate) fn refused(name: &str, about: &str, token: impl AsRef<str>, rule: &str) -> Case {
    Case::new(name, about).step(Step::bearer(token).deny(rule))
}

/// A bearer token that passes under the default settings.
pub(crate) fn passes(name: &str, about: &str, token: &Token) -> Case {
    Case::new(name, about).step(Step::bearer(token.text()).allow_token(token))
}
