//! Why a server did not do what it was asked for: a problem of the admin API (RFC 9457), as a command tells it.

use credenza_protocol::access_token::ALGORITHMS;
use http::StatusCode;
use http::header::WWW_AUTHENTICATE;
use serde::Deserialize;

use super::http::Response;
use crate::admin::Refusal;
use crate::cli::Failure;

/// Why a server did not do what it was asked for.
#[derive(Debug)]
pub(super) enum Refused {
    /// There is no such thing, or no such operation.
    Absent,
    /// Another one has that name or id.
    Taken,
    /// Somebody else has changed it.
    Stale,
    /// Something that a command on the database would be told as well.
    Rule(Refusal),
    /// Nobody known calls.
    Unknown(String),
    /// The person signed in too long ago, or in another way (RFC 9470 3).
    SignInTooOld(StepUp),
    /// Values of the body are refused: where each is, as a JSON pointer, and why.
    Values(Vec<(String, String)>),
    /// The same request is being carried out, since its first answer was lost.
    Busy(Failure),
    /// Anything else, as a sentence.
    Other(Failure),
}

/// What a new sign-in must be (RFC 9470 4).
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(in crate::cli) struct StepUp {
    /// How many seconds ago it may be.
    pub(in crate::cli) max_age: Option<u32>,
    /// In which ways the person may prove who they are.
    pub(in crate::cli) acr_values: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Problem {
    r#type: String,
    title: String,
    #[serde(default)]
    detail: String,
    #[serde(default)]
    errors: Vec<At>,
    #[serde(default)]
    support_code: String,
}

#[derive(Debug, Deserialize)]
struct At {
    pointer: String,
    detail: String,
}

impl Refused {
    /// Reads a response that is no success.
    pub(super) fn read(response: &Response) -> Self {
        if response.status == StatusCode::PAYLOAD_TOO_LARGE {
            let why =
                "this is longer than the server takes: send less at once, or raise limits.body_bytes there";
            return Self::Other(Failure::new(why));
        }
        let Ok(problem) = serde_json::from_slice::<Problem>(&response.body) else {
            return Self::Other(Failure::new(format!(
                "the answer is {}, and none of the admin API: see that --server names the issuer, and that nothing \
                 between changes what it answers",
                response.status
            )));
        };
        match problem.r#type.rsplit('/').next().unwrap_or_default() {
            "not-found" => Self::Absent,
            "taken" => Self::Taken,
            "stale" => Self::Stale,
            "beyond-authority" => Self::Rule(Refusal::BeyondAuthority),
            "invalid-values" => {
                Self::Values(problem.errors.into_iter().map(|at| (at.pointer, at.detail)).collect())
            }
            "conflict" => problem.rule().map_or_else(|| Self::Other(problem.failure()), Self::Rule),
            "idempotency-key-in-use" => Self::Busy(problem.failure()),
            "unauthenticated" => Self::Unknown(problem.detail),
            "sign-in-too-old" => Self::SignInTooOld(StepUp::read(&challenge(response))),
            "insufficient-scope" => Self::Other(match parameter(&challenge(response), "scope") {
                Some(scope) => Failure::new(format!(
                    "this needs the scope {scope}, which whoever asks does not have: the manual's page on the admin API \
                     says which role has it"
                )),
                None => problem.failure(),
            }),
            _ => Self::Other(problem.failure()),
        }
    }
}

impl Problem {
    /// The rule that it spells, as a command on the database would.
    fn rule(&self) -> Option<Refusal> {
        let signers = ALGORITHMS.into_iter().map(Refusal::LastSigner);
        let others = [
            Refusal::DefaultTenant,
            Refusal::NoKey,
            Refusal::TooManySecrets,
            Refusal::LastSecret,
            Refusal::LastKey,
            Refusal::TooManyResources,
            Refusal::WebhooksOff,
            Refusal::TooManyWebhooks,
            Refusal::TooManyWebhookSecrets,
            Refusal::LastWebhookSecret,
        ];
        let mut rules = others.into_iter().chain(signers);
        rules.find(|rule| rule.to_string() == self.detail)
    }

    fn failure(&self) -> Failure {
        let Self { title, detail, support_code, .. } = self;
        let what = if detail.is_empty() { title } else { detail };
        match support_code.as_str() {
            "" => Failure::new(what.as_str()),
            code => Failure::new(format!("{what}; `credenza explain {code}` on the server says more")),
        }
    }
}

/// The values that are refused, as a command on the database spells them: by the names of the fields.
pub(super) fn of_values(values: &[(String, String)]) -> Failure {
    let sentence = |(pointer, why): &(String, String)| {
        let path = pointer.trim_start_matches('/');
        let path = path.strip_prefix("claims/").or_else(|| path.strip_prefix("settings/")).unwrap_or(path);
        match path.replace('/', ".").replace("~1", "/").replace("~0", "~").as_str() {
            "" => why.clone(),
            name => format!("{name}: {why}"),
        }
    };
    Failure::new(values.iter().map(sentence).collect::<Vec<_>>().join("; "))
}

impl StepUp {
    fn read(challenge: &str) -> Self {
        Self {
            max_age: parameter(challenge, "max_age").and_then(|text| text.parse().ok()),
            acr_values: parameter(challenge, "acr_values"),
        }
    }
}

fn challenge(response: &Response) -> String {
    let value = response.headers.get(WWW_AUTHENTICATE);
    value.and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned()
}

/// A parameter of a challenge (RFC 9110 11.2), quoted or not.
fn parameter(challenge: &str, name: &str) -> Option<String> {
    let start = format!("{name}=");
    let found = challenge
        .match_indices(&start)
        .find(|(at, _)| challenge.get(..*at).is_some_and(|before| before.ends_with([' ', ','])));
    let rest = challenge.get(found?.0 + start.len()..)?;
    let value = match rest.strip_prefix('"') {
        Some(quoted) => quoted.split('"').next(),
        None => rest.split([',', ' ']).next(),
    };
    value.map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use credenza_validator::Algorithm;
    use http::{HeaderMap, HeaderValue};
    use serde_json::{Value, json};

    use super::*;

    fn refused(status: u16, challenge: &'static str, body: &Value) -> Refused {
        let mut headers = HeaderMap::new();
        headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static(challenge));
        let status = StatusCode::from_u16(status).unwrap();
        Refused::read(&Response { status, headers, body: body.to_string().into_bytes() })
    }

    fn problem(kind: &str, more: Value) -> Value {
        let mut body =
            json!({ "type": format!("https://id.example.com/admin/v1/problems/{kind}"), "title": "Title" });
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        body
    }

    fn sentence(refused: &Refused) -> String {
        let Refused::Other(failure) = refused else { panic!("{refused:?}") };
        failure.to_string()
    }

    #[test]
    fn a_problem_is_the_sentence_that_the_database_would_say() {
        let errors = json!({ "errors": [
            { "pointer": "/redirect_uris", "detail": "\"http://a.example\" must be https" },
            { "pointer": "/claims/birthdate", "detail": "must be a date" },
        ]});
        let Refused::Values(values) = refused(422, "", &problem("invalid-values", errors)) else {
            panic!("another kind")
        };
        assert_eq!(
            of_values(&values).to_string(),
            "redirect_uris: \"http://a.example\" must be https; birthdate: must be a date"
        );
        let rule = Refusal::LastSigner(Algorithm::ES256);
        let conflict = problem("conflict", json!({ "detail": rule.to_string() }));
        assert!(matches!(refused(409, "", &conflict), Refused::Rule(known) if known == rule));
        let unknown =
            problem("conflict", json!({ "detail": "something new", "support_code": "0123456789abcdef" }));
        let text = sentence(&refused(409, "", &unknown));
        assert_eq!(text, "something new; `credenza explain 0123456789abcdef` on the server says more");
        assert_eq!(sentence(&refused(400, "", &problem("invented", json!({})))), "Title");
        assert!(sentence(&refused(502, "", &json!("<html>"))).contains("--server"));
        assert!(sentence(&refused(413, "", &json!("too long"))).contains("limits.body_bytes"));
    }

    #[test]
    fn rfc9470_3_a_challenge_says_what_sign_in_is_needed() {
        let body = problem("sign-in-too-old", json!({}));
        let challenge = "Bearer realm=\"x, max_age=1\", error=\"insufficient_user_authentication\", max_age=\"900\", \
                         acr_values=\"phr phrh\"";
        let Refused::SignInTooOld(step_up) = refused(401, challenge, &body) else { panic!("another kind") };
        assert_eq!(step_up.acr_values.as_deref(), Some("phr phrh"));
        let plain = refused(401, "Bearer error=\"insufficient_user_authentication\", max_age=30", &body);
        let Refused::SignInTooOld(step_up) = plain else { panic!("another kind") };
        assert_eq!((step_up.max_age, step_up.acr_values), (Some(30), None));
        let scope = refused(
            403,
            "Bearer error=\"insufficient_scope\", scope=\"admin:keys:write\"",
            &problem("insufficient-scope", json!({})),
        );
        assert!(sentence(&scope).contains("admin:keys:write"));
    }
}
