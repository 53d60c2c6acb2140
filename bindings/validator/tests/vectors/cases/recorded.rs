//! Tokens that other providers issued, as `tests/systems/record` recorded them, at the time at which they were taken.
//! Each passes by issuer, audience and profile alone, and is refused when one thing about it is wrong.

mod access_tokens;
mod id_tokens;
mod introspection;
mod recording;

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::case::{Case, Step, with};
use recording::{Recording, Taken, is_jwt};

/// The leeway of a validator without that setting, in seconds.
const LEEWAY: i64 = 30;
const OTHER_AUDIENCE: &str = "https://other.example";

pub(crate) fn cases() -> Vec<Case> {
    recording::all().iter().flat_map(|it| it.tokens.iter().flat_map(|taken| of(it, taken))).collect()
}

/// The cases of everything that was taken at once.
fn of(server: &Recording, taken: &Taken) -> Vec<Case> {
    let subject = Subject { server, taken };
    let mut cases = Vec::new();
    if is_jwt(&taken.access_token) {
        cases.extend(subject.access_token());
    }
    if let Some(id_token) = &taken.id_token {
        cases.extend(subject.id_token(id_token));
    }
    if let Some(introspection) = &taken.introspection {
        cases.extend(subject.introspected(introspection));
    }
    cases
}

struct Subject<'a> {
    server: &'a Recording,
    taken: &'a Taken,
}

impl Subject<'_> {
    fn settings(&self, more: Value) -> Value {
        with(json!({ "issuer": self.server.issuer, "profile": self.server.profile }), more)
    }

    /// A case in which the issuer's documents are fetched.
    fn case(&self, suffix: &str, about: &str, settings: Value, step: Step) -> Case {
        let mut documents: Vec<&str> = self.server.documents.keys().map(String::as_str).collect();
        documents.sort_by_key(|url| !url.ends_with("openid-configuration"));
        let case = self.bare(suffix, about, settings).step(step.fetches(&documents));
        self.server.documents.iter().fold(case, |case, (url, answer)| case.answer(url, answer.clone()))
    }

    /// A case in which nothing of the issuer can be fetched.
    fn bare(&self, suffix: &str, about: &str, settings: Value) -> Case {
        let name = format!("recorded_{}_{}{suffix}", self.server.name.replace('-', "_"), self.taken.name);
        let about = format!("{}: {} {about}", self.server.server, self.taken.about);
        Case::new(name, about.trim_end()).settings(settings)
    }

    fn at(&self, step: Step) -> Step {
        step.at(self.taken.taken)
    }
}

/// Every server has tokens of each kind that it issues.
#[test]
fn five_servers_are_recorded() {
    let servers: BTreeMap<_, _> =
        recording::all().iter().map(|it| (it.name.as_str(), it.tokens.len())).collect();
    assert_eq!(
        servers.keys().copied().collect::<Vec<_>>(),
        ["dex", "hydra", "keycloak", "oidc-provider", "spring"]
    );
    assert!(servers.values().all(|&tokens| tokens >= 3), "{servers:?}");
}
