//! `credenza token check`: what a service says of an access token, rule by rule. The token is not printed.

use std::io::{self, Read as _};
use std::path::Path;

use clap::{Args, Subcommand};
use credenza_validator::settings::OneOrMany;
use credenza_validator::{
    Cause, Examination, FetchFailure, Profile, Response, Settings, SettingsError, Unverified, Validator,
    Verdict,
};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Value, json};

use super::Failure;
use super::output::Answer;
use super::remote::Published;
use crate::clock::{Clock as _, SystemClock};

const EXAMPLES: &str = "\
Examples:
  credenza token check --issuer https://id.example.com --audience https://api.example.com - < token.txt
      Reads the token from standard input, so that it is in no history of a shell
  credenza token check --issuer https://sso.example.com/realms/main --audience orders --profile keycloak TOKEN
  credenza token check TOKEN
      Takes issuer and audience from the token itself: shows what is in it, and whether the issuer signed it

Exit code 1 says that the token is refused.";

/// How many bytes of standard input are read: more than any token that is accepted.
const LONGEST: u64 = 128 * 1024;
/// How many documents a check takes at most: two places for metadata, and the keys.
const ROUNDS: usize = 8;

/// `credenza token`
#[derive(Debug, Args)]
pub(super) struct Tokens {
    #[command(subcommand)]
    command: Command,
    /// Print one JSON object, for scripts; short for --output json
    #[arg(long, global = true)]
    pub(super) json: bool,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Check an access token as a service would, and say what each rule finds
    Check(Check),
}

/// `credenza token check TOKEN`
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
struct Check {
    /// The token, or - for standard input
    token: String,
    /// The issuer that the service trusts [default: the one that the token names]
    #[arg(long, value_name = "URL")]
    issuer: Option<String>,
    /// A name of the service, one of which the token has to be for; may be repeated [default: those of the token]
    #[arg(long, value_name = "NAME")]
    audience: Vec<String>,
    /// The server that issues the tokens, such as keycloak or entra [default: rfc9068]
    #[arg(long, value_name = "NAME", value_parser = profile)]
    profile: Option<Profile>,
    /// A client whose tokens are accepted, and no others'; may be repeated
    #[arg(long = "client-id", value_name = "ID")]
    client_ids: Vec<String>,
}

/// What was found.
#[derive(Debug, Serialize, JsonSchema)]
struct CheckedBody {
    /// Whether a service with these settings takes the token as it is.
    valid: bool,
    /// The issuer that was trusted.
    issuer: String,
    /// The names of the service.
    audience: Vec<String>,
    /// Which of both were taken from the token, and so prove nothing.
    assumed: Vec<&'static str>,
    /// What each rule says.
    verdicts: Vec<Verdict>,
}

impl Tokens {
    pub(super) async fn run(self, ca_file: Option<&Path>) -> Result<Answer, Failure> {
        match self.command {
            Command::Check(check) => check.run(ca_file).await,
        }
    }
}

impl Check {
    async fn run(self, ca_file: Option<&Path>) -> Result<Answer, Failure> {
        let token = read(&self.token)?;
        let (settings, assumed) = self.settings(&token)?;
        let (issuer, audience) = (settings.issuer.clone(), settings.audience.as_slice().to_vec());
        let validator = Validator::new(settings).map_err(refused)?;
        let verdicts = examined(&validator, &Published::open(ca_file)?, &token).await?;
        let valid = verdicts.iter().all(|verdict| verdict.passes != Some(false));
        let body = CheckedBody { valid, issuer, audience, assumed, verdicts };
        let answer = Answer::done(&body, body.text().trim_end())?;
        Ok(if valid { answer } else { answer.failing() })
    }

    /// The settings of the service, and which of them were taken from the token.
    fn settings(&self, token: &str) -> Result<(Settings, Vec<&'static str>), Failure> {
        let own = claims(token);
        let mut assumed = Vec::new();
        let issuer = self.issuer.clone().or_else(|| {
            assumed.push("issuer");
            own.get("iss").and_then(Value::as_str).map(str::to_owned)
        });
        let issuer = issuer.ok_or_else(|| {
            Failure::new(
                "the token names no issuer: it is opaque, encrypted, or cut off; copy it again, or ask its issuer about \
                 it by introspection",
            )
        })?;
        let mut audience = self.audience.clone();
        if audience.is_empty() && self.client_ids.is_empty() {
            assumed.push("audience");
            audience = texts(own.get("aud").unwrap_or(&Value::Null));
        }
        let settings = Settings {
            audience: OneOrMany::Many(audience),
            client_ids: self.client_ids.clone(),
            profile: self.profile.unwrap_or_default(),
            ..Settings::new(issuer, "")
        };
        Ok((settings, assumed))
    }
}

impl CheckedBody {
    fn text(&self) -> String {
        let mut lines =
            vec![format!("issuer    {}", self.issuer), format!("audience  {}", self.audience.join(" "))];
        lines.extend(self.assumed.iter().map(|name| {
            format!(
                "          the {name} was taken from the token itself; name that of the service by --{name}"
            )
        }));
        lines.push(String::new());
        lines.extend(self.verdicts.iter().map(|Verdict { about, passes, reason, .. }| {
            let sign = match passes {
                Some(true) => "ok",
                Some(false) => "NO",
                None => "-",
            };
            format!("{sign:<3} {about:<16} {reason}")
        }));
        lines.push(String::new());
        lines.push(if self.valid { "The token is valid." } else { "The token is refused." }.to_owned());
        lines.join("\n")
    }
}

/// Examines the token, with what the issuer publishes.
async fn examined(
    validator: &Validator,
    published: &Published,
    token: &str,
) -> Result<Vec<Verdict>, Failure> {
    let now = SystemClock.now().seconds();
    for _ in 0..ROUNDS {
        let fetch = match validator.examine(token, now) {
            Examination::Done(verdicts) => return Ok(verdicts),
            Examination::Need(fetch) => fetch,
        };
        let answer = published.at(&fetch.url).await;
        let response = match &answer {
            Ok(document) => Ok(Response {
                status: document.status,
                content_type: document.content_type.as_deref(),
                cache_control: None,
                body: &document.body,
            }),
            Err(failure) => Err(FetchFailure::new(Cause::Connect, failure.to_string())),
        };
        validator.fetched(&fetch, response, now);
    }
    Err(Failure::new("the issuer's documents lead nowhere; look at its metadata and its jwks_uri"))
}

/// The token that was typed, or is on standard input.
fn read(typed: &str) -> Result<String, Failure> {
    if typed != "-" {
        return Ok(typed.to_owned());
    }
    let mut text = String::new();
    io::stdin().lock().take(LONGEST).read_to_string(&mut text).map_err(|error| {
        Failure::new(format!("standard input could not be read: {error}; pipe the token to this command"))
    })?;
    Ok(text.trim().to_owned())
}

/// What the token says, before anything is checked.
fn claims(token: &str) -> Value {
    let unverified = Unverified::parse(token).ok();
    unverified
        .and_then(|token| serde_json::from_slice(token.payload_bytes_unverified()).ok())
        .unwrap_or_default()
}

fn texts(value: &Value) -> Vec<String> {
    match value {
        Value::String(text) => vec![text.clone()],
        Value::Array(items) => items.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
        _ => Vec::new(),
    }
}

fn profile(name: &str) -> Result<Profile, String> {
    serde_json::from_value(json!(name)).map_err(|_| {
        "there is no such profile; use one of rfc9068, generic, keycloak, entra, okta, auth0, cognito, google, hydra, dex, \
         spring"
            .to_owned()
    })
}

/// What is wrong with the options, by their names here.
fn refused(error: SettingsError) -> Failure {
    let option = match error.setting.as_ref() {
        "issuer" => "--issuer",
        "audience" => "--audience",
        "client_ids" => "--client-id",
        other => other,
    };
    Failure::new(format!("{option} {}; correct it, and try again", error.reason))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(token: &str) -> Check {
        Check { token: token.to_owned(), issuer: None, audience: vec![], profile: None, client_ids: vec![] }
    }

    #[test]
    fn what_is_not_named_is_taken_from_the_token_and_said_to_be() {
        let token = "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJodHRwczovL2lkLmV4YW1wbGUiLCJhdWQiOlsiYSIsImIiXX0.AAAA";
        let (settings, assumed) = check(token).settings(token).unwrap();
        assert_eq!((settings.issuer.as_str(), assumed), ("https://id.example", vec!["issuer", "audience"]));
        assert_eq!(settings.audience.as_slice(), ["a", "b"]);
        let named =
            Check { issuer: Some("https://x".to_owned()), audience: vec!["c".to_owned()], ..check(token) };
        let (settings, assumed) = named.settings(token).unwrap();
        assert!(
            settings.issuer == "https://x" && settings.audience.as_slice() == ["c"] && assumed.is_empty()
        );
    }

    #[test]
    fn an_opaque_token_names_no_issuer() {
        let failure = check("opaque").settings("opaque").unwrap_err().to_string();
        assert!(failure.contains("names no issuer") && !failure.contains("opaque\""), "{failure}");
    }

    #[test]
    fn the_profiles_of_the_validator_are_known_by_their_names() {
        assert_eq!(profile("keycloak"), Ok(Profile::Keycloak));
        assert!(profile("x").unwrap_err().contains("keycloak"));
    }
}
