//! The validators of a guard: one, whose settings name all issuers, or one for each tenant, where the request says whose it
//! is.

use std::sync::Arc;

use credenza_validator::{Decision, Denied, Detail, Problem, Request, Requirement, Rule};

use crate::{Incoming, Validator};

/// Longer than any token that a validator reads.
const TOO_LONG: usize = 64 * 1024 + 1;

type Resolve = Arc<dyn Fn(&dyn Incoming) -> Option<Validator> + Send + Sync>;

/// The validators of a guard. One is enough for several issuers: see [`crate::Settings::issuers`].
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
    /// Nobody here is for it.
    Stranger(Box<Denied>),
}

impl Issuers {
    /// A validator for each tenant, of which the request says whose it is: by its host. `None` refuses it by the rule
    /// `iss`, with the challenge of the first. The metadata of the service name the issuers of all of them.
    #[must_use]
    pub fn by_request(
        first: Validator,
        further: impl IntoIterator<Item = Validator>,
        resolve: impl Fn(&dyn Incoming) -> Option<Validator> + Send + Sync + 'static,
    ) -> Self {
        Self { first, further: further.into_iter().collect(), resolve: Some(Arc::new(resolve)) }
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
        match &self.resolve {
            None => Choice::Validator(self.first.clone()),
            Some(resolve) => resolve(request)
                .map_or_else(|| Choice::Stranger(Box::new(self.stranger(authorization))), Choice::Validator),
        }
    }

    /// A refusal by the rule `iss`. Its challenge is the one by which the first validator refuses a token that is bad in
    /// itself, with another description.
    fn stranger(&self, authorization: &[String]) -> Denied {
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
        let detail = Detail {
            reason: "no validator here is for this request".to_owned(),
            member: Some("iss".to_owned()),
            problem: Some(Problem::Other),
            ..Detail::default()
        };
        Denied {
            status: meaning.status,
            www_authenticate,
            dpop_nonce: None,
            rule: Rule::Iss,
            error: meaning.error,
            detail: Box::new(detail),
        }
    }
}

impl From<Validator> for Issuers {
    fn from(validator: Validator) -> Self {
        Self { first: validator, further: Vec::new(), resolve: None }
    }
}
