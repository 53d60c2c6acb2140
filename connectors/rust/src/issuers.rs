//! Which of several issuers a request is for: by the `iss` of its token, which is nothing but a hint until that issuer's
//! validator has decided; or by the request, where each tenant has a host of its own.

use std::borrow::Cow;
use std::sync::Arc;

use credenza_validator::{
    Decision, Denied, Detail, Problem, Profile, Request, Requirement, Rule, Unverified,
};
use serde::Deserialize;
use serde_json::Value;

use crate::{Incoming, Validator};

/// How long a text of a token may be in a log, in characters.
const MAX_TEXT: usize = 128;
/// Longer than any token that a validator reads.
const TOO_LONG: usize = 64 * 1024 + 1;
/// What stands for the tenant in an issuer of Entra.
const TENANT: &str = "{tenantid}";

type Resolve = Arc<dyn Fn(&dyn Incoming) -> Option<Validator> + Send + Sync>;

/// The validators of a guard: one for each issuer. Tokens of others are refused by the rule `iss`.
#[derive(Clone)]
pub struct Issuers {
    first: Validator,
    further: Vec<Validator>,
    resolve: Option<Resolve>,
}

/// What a request is answered by.
#[derive(Clone)]
pub(crate) enum Choice {
    Validator(Validator),
    /// The token is of an issuer that nobody here knows.
    Stranger(Box<Denied>),
}

/// What a token states: the claim by which an issuer is chosen, and one for the log.
#[derive(Deserialize)]
struct Hint<'a> {
    #[serde(borrow)]
    iss: Option<Cow<'a, str>>,
    exp: Option<Value>,
}

/// A token of an issuer that nobody here knows.
struct Stranger<'a> {
    iss: &'a str,
    kid: Option<&'a str>,
    exp: Option<i64>,
}

impl Issuers {
    /// The first issuer also answers requests without credentials, and decides about tokens that name no issuer.
    #[must_use]
    pub fn new(first: Validator, further: impl IntoIterator<Item = Validator>) -> Self {
        Self { first, further: further.into_iter().collect(), resolve: None }
    }

    /// Has the request say whose it is: by its host, in a service with tenants. `None` refuses it by the rule `iss`, with
    /// the challenge of the first issuer.
    #[must_use]
    pub fn by_request(
        self,
        resolve: impl Fn(&dyn Incoming) -> Option<Validator> + Send + Sync + 'static,
    ) -> Self {
        Self { resolve: Some(Arc::new(resolve)), ..self }
    }

    /// The first of them.
    #[must_use]
    pub fn first(&self) -> &Validator {
        &self.first
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = &Validator> {
        std::iter::once(&self.first).chain(&self.further)
    }

    pub(crate) fn choose(&self, request: &dyn Incoming, authorization: &[String]) -> Choice {
        if let Some(resolve) = &self.resolve {
            return match resolve(request) {
                Some(validator) => Choice::Validator(validator),
                None => self.stranger(authorization, None),
            };
        }
        // One issuer's validator refuses what is another's by itself.
        let ([field], false) = (authorization, self.further.is_empty()) else {
            return Choice::Validator(self.first.clone());
        };
        let token = field.trim().split_once(' ').map(|(_, token)| token.trim_start_matches(' '));
        let Some(token) = token.and_then(|token| Unverified::parse(token).ok()) else {
            return Choice::Validator(self.first.clone());
        };
        let hint = serde_json::from_slice::<Hint<'_>>(token.payload_bytes_unverified());
        let Ok(Hint { iss: Some(iss), exp }) = hint else { return Choice::Validator(self.first.clone()) };
        match self.iter().find(|one| is_of(one, &iss)) {
            Some(validator) => Choice::Validator(validator.clone()),
            None => {
                let (kid, exp) = (token.header().kid.as_deref(), exp.as_ref().and_then(Value::as_i64));
                self.stranger(authorization, Some(Stranger { iss: &iss, kid, exp }))
            }
        }
    }

    /// A refusal by the rule `iss`. Its challenge is the one by which the first issuer's validator refuses a token that
    /// is bad in itself, with another description.
    fn stranger(&self, authorization: &[String], token: Option<Stranger<'_>>) -> Choice {
        let is_dpop = authorization
            .first()
            .and_then(|field| field.trim().get(..5))
            .is_some_and(|scheme| scheme.eq_ignore_ascii_case("DPoP "));
        let bad = format!("{} {}", if is_dpop { "DPoP" } else { "Bearer" }, "a".repeat(TOO_LONG));
        let (meaning, other) = (Rule::Iss.meaning(), Rule::TokenTooLong.meaning());
        let www_authenticate = match self.first.check_now(&Request::bearer(&[&bad]), &Requirement::default())
        {
            Some(Decision::Deny(Denied { www_authenticate: Some(challenge), .. })) => {
                Some(challenge.replace(other.description, meaning.description))
            }
            _ => None,
        };
        let iss = token.as_ref().map(|token| printable(token.iss));
        let reason = match &iss {
            Some(iss) => format!("{}: iss is {iss:?}, which no validator here is for", meaning.description),
            None => "no validator here is for this request".to_owned(),
        };
        let detail = Detail {
            reason,
            member: Some("iss".to_owned()),
            problem: Some(Problem::Other),
            found: iss.iter().cloned().collect(),
            kid: token.as_ref().and_then(|token| token.kid).map(printable),
            exp: token.and_then(|token| token.exp),
            iss,
            ..Detail::default()
        };
        Choice::Stranger(Box::new(Denied {
            status: meaning.status,
            www_authenticate,
            dpop_nonce: None,
            rule: Rule::Iss,
            error: meaning.error,
            detail: Box::new(detail),
        }))
    }
}

impl From<Validator> for Issuers {
    fn from(validator: Validator) -> Self {
        Self::new(validator, [])
    }
}

/// Whether a validator is the one to decide about tokens of an issuer. Whether they are that issuer's, it checks itself.
fn is_of(validator: &Validator, iss: &str) -> bool {
    let about = validator.about();
    match about.issuer.split_once(TENANT) {
        Some((start, end)) => iss.starts_with(start) && iss.ends_with(end),
        None => {
            // Google's tokens name it with or without its scheme.
            let bare = |name| {
                str::trim_start_matches(name, "https://") == about.issuer.trim_start_matches("https://")
            };
            iss == about.issuer || (about.profile == Profile::Google && bare(iss))
        }
    }
}

/// A text from outside, fit for one line of a log.
fn printable(text: &str) -> String {
    text.chars().take(MAX_TEXT).map(|c| if c.is_control() { '?' } else { c }).collect()
}
