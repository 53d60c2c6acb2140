//! What the server answered about a token, whatever form it has.

use serde_json::{Value, json};

use super::recording::Introspection;
use super::{LEEWAY, OTHER_AUDIENCE, Subject};
use crate::case::{AUDIENCE, Case, Step, with};

impl Subject<'_> {
    pub(super) fn introspected(&self, introspection: &Introspection) -> Vec<Case> {
        let answer: Value = serde_json::from_str(introspection.answer["body"].as_str().unwrap()).unwrap();
        let audience = self.taken.audience.as_deref().unwrap_or(AUDIENCE);
        let asking = json!({
            "audience": audience,
            "introspection": {
                "endpoint": introspection.endpoint,
                "client_id": introspection.client_id,
                "client_secret": introspection.client_secret,
                "always": true,
            },
        });
        let case = |suffix: &str, about: &str, more: Value, step: Step| {
            let url = introspection.endpoint.as_str();
            let settings = with(self.settings(asking.clone()), more);
            self.bare(suffix, about, settings)
                .answer(url, introspection.answer.clone())
                .step(step.fetches(&[url]))
        };
        let bearer = || self.at(Step::bearer(&self.taken.access_token));
        let none = json!({});
        if answer["active"] == false {
            return vec![case("_introspected", "Introspected.", none, bearer().deny("inactive"))];
        }
        let without = answer.get("aud").is_none_or(|aud| *aud == json!([]));
        if without {
            let optional = json!({ "optional_claims": ["aud"] });
            return vec![
                case("_introspected", "Introspected: no audience.", none, bearer().deny("claim_missing")),
                case(
                    "_introspected_optional",
                    "Introspected: aud is optional.",
                    optional,
                    bearer().allow(answer),
                ),
            ];
        }
        let other = json!({ "audience": OTHER_AUDIENCE });
        let expired = answer["exp"].as_i64().unwrap() + LEEWAY;
        vec![
            case("_introspected", "Introspected.", none.clone(), bearer().allow(answer)),
            case(
                "_introspected_other_audience",
                "Introspected, for another service.",
                other,
                bearer().deny("aud"),
            ),
            case("_introspected_expired", "Introspected too late.", none, bearer().at(expired).deny("exp")),
        ]
    }
}
